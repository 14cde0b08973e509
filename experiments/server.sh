# shellcheck shell=bash
# Host B: answers qperf.
. "$VFCTL_TOP/tests/vm/lib.sh"

ok "modules" modprobe virtio_net
ok "an address" ip address add 10.0.0.11/24 dev eth0
ok "the link" dev_up eth0
exec qperf
