# shellcheck shell=bash
# What a topic's body sources: . "$VFCTL_TOP/tests/vm/lib.sh"
# Test results go to file descriptor 3 as KTAP; stdout and stderr to a log.
set -u
# A process takes a twentieth of a second here, and polls are many.
enable -f /usr/lib/bash/sleep sleep
for part in ktap client host vfsim; do
	# shellcheck source=/dev/null
	. "$VFCTL_TOP/tests/vm/$part.sh"
done
unset part

# Else lockdep, where there is one, does not look at device_lock() of the cards.
[[ ! -e /proc/lockdep ]] || modprobe pf_lock_class || bail "pf_lock_class does not load"
