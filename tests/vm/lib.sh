# shellcheck shell=bash
# What a topic's body sources: . "$VFCTL_TOP/tests/vm/lib.sh"
# Test results go to file descriptor 3 as KTAP; stdout and stderr to a log.
set -u
for part in ktap client host vfsim; do
	# shellcheck source=/dev/null
	. "$VFCTL_TOP/tests/vm/$part.sh"
done
unset part
