# igb: 0
# modules: netdevsim sch_tbf
# source: yes
# The test bed itself: a simulated card with VFs, and the kernel's netlink client.
. "$VFCTL_TOP/tests/vm/lib.sh"

ok "netdevsim loads" modprobe netdevsim
ok "a simulated card comes" netdevsim_new 1 4
ok "it has four VFs" netdevsim_vfs 1 4
dev=$(netdevsim_dev 1)
like "and says so" "$(ip link show "$dev")" "vf 3 "
ok "the kernel's netlink client is there" test -r "$(ynl_client)"
done_testing
