# timeout: 500
# complaints: wanted
# The kernel that the other topics trust does report what is wrong: each checker is shown
# something. A report of KASAN ends the work of lockdep, so that comes last.
. "$VFCTL_TOP/tests/vm/lib.sh"

# reports WHAT REGEX
reports() {
	dmesg -C
	modprobe -q provoke what="$1"
	like "$1" "$(dmesg)" "$2"
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
reports lock-order 'possible circular locking'
reports sleep 'BUG: (sleeping function called from invalid context|scheduling while atomic)'
reports use-after-free 'KASAN: slab-use-after-free'
like "each of them is a complaint to the runner" "$(dmesg | grep -cE -f "$VFCTL_TOP/tests/vm/klog.patterns")" '^[1-9]'
done_testing
