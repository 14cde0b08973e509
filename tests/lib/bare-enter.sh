#!/bin/bash
# Part "bare" runs this in namespaces of its own (mounts, processes): it makes a folder the
# root and runs a command line there as the user root does after logging in. It ends when its
# stdin does, however its caller ended, and all processes and mounts of it go with it.
# Usage: bare-enter.sh ROOT DEBS COMMANDLINE
# DEBS is where apt keeps what it downloads.
set -u
root=$1 debs=$2 line=$3

mount -t proc proc "$root/proc" && mount --rbind /sys "$root/sys" && mount --rbind /dev "$root/dev" &&
	mount --bind "$debs" "$root/var/cache/apt/archives" || exit 125

environment=(HOME=/root USER=root LOGNAME=root SHELL=/bin/bash TERM=dumb LANG=C.UTF-8
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
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
