#!/bin/bash
# Part "bare" runs this in namespaces of its own (mounts, processes): it makes a folder the
# root and runs a command line there as the user root does after logging in. It ends when its
# stdin does, however its caller ended, and all processes and mounts of it go with it.
# Usage: bare-enter.sh ROOT DEBS COMPILED COMMANDLINE
# DEBS is where apt keeps what it downloads, COMPILED where ccache keeps what it compiles, or "none".
set -u
root=$1 debs=$2 compiled=$3 line=$4

mount -t proc proc "$root/proc" && mount --rbind /sys "$root/sys" && mount --rbind /dev "$root/dev" &&
	mount --bind "$debs" "$root/var/cache/apt/archives" || exit 125

path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
environment=(HOME=/root USER=root LOGNAME=root SHELL=/bin/bash TERM=dumb LANG=C.UTF-8)
if [[ $compiled == none ]]; then
	environment+=("PATH=$path")
else
	mkdir -p "$root/var/cache/ccache" && mount --bind "$compiled" "$root/var/cache/ccache" || exit 125
	environment+=("PATH=/usr/lib/ccache:$path" CCACHE_DIR=/var/cache/ccache CCACHE_MAXSIZE=1G)
fi
for name in http_proxy https_proxy no_proxy VFCTL_FUZZ_SECONDS VFCTL_JOBS VFCTL_BUILD_JOBS; do
	[[ -z ${!name-} ]] || environment+=("$name=${!name}")
done

exec {life}<&0
chroot "$root" env -i "${environment[@]}" bash -c "cd /root/vfctl && $line" </dev/null &
command=$!
(read -ru "$life" _) &
wait -n -p ended
status=$?
[[ $ended == "$command" ]] || exit 130
exit "$status"
