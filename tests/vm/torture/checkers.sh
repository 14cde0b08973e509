# timeout: 500
# complaints: wanted
# The kernel that the other topics trust does report what is wrong: each checker is shown
# something. lockdep ends its work with its first report, and with one of KASAN, which comes last.
. "$VFCTL_TOP/tests/vm/lib.sh"

# reports WHAT REGEX [PARAMETER...]
reports() {
	local what=$1 regex=$2
	shift 2
	dmesg -C
	modprobe -q provoke what="$what" "$@"
	like "$what" "$(dmesg)" "$regex"
}

# taken_under CLASS: the lock classes that were taken next while one of this class was held.
taken_under() {
	awk -v RS= -v head=": $1\n" 'index($0, head)' /proc/lockdep
}

leaks_are_found() {
	! ktap_leaks
}

readonly CHECKERS="KASAN KASAN_VMALLOC PROVE_LOCKING PROVE_RCU DEBUG_ATOMIC_SLEEP DEBUG_OBJECTS_RCU_HEAD
	DEBUG_KMEMLEAK UBSAN NET_DEV_REFCNT_TRACKER NET_NS_REFCNT_TRACKER FAILSLAB FAIL_PAGE_ALLOC KCOV"

missing() {
	local config word
	config=$(zcat /proc/config.gz)
	for word in $CHECKERS; do
		[[ $config == *"CONFIG_$word=y"* ]] || echo "$word"
	done
}

is "this kernel has its checkers" "$(missing)" ""
ok "nothing has leaked so far" ktap_leaks
modprobe -q provoke what=leak
ok "a leak is found" leaks_are_found
like "and told who did it" "$(cat /sys/kernel/debug/kmemleak)" 'comm "modprobe"'
echo clear >/sys/kernel/debug/kmemleak
reports refcount 'refcount_t: addition on 0'
ok "vfsim loads" modprobe vfsim
ok "igb loads" modprobe igb
like "lockdep looks at device_lock() of a simulated PF" "$(taken_under '&vfsim_device_lock')" '\] rtnl_mutex$'
like "and of the card" "$(taken_under '&pf_device_lock')" '\] rtnl_mutex$'
reports lock-order 'possible circular locking' dev=eth0
like "with device_lock() of the card" "$(dmesg)" '-> #[0-9]+ \(&pf_device_lock\)'
like "and RTNL, which is taken below it" "$(dmesg)" '-> #[0-9]+ \(rtnl_mutex\)'
reports sleep 'BUG: (sleeping function called from invalid context|scheduling while atomic)'
reports use-after-free 'KASAN: slab-use-after-free'
like "each of them is a complaint to the runner" "$(dmesg | grep -cE -f "$VFCTL_TOP/tests/vm/klog.patterns")" '^[1-9]'
done_testing
