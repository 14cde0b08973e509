# igb: 1
# igb-patches: yes
# timeout: 900
# long-timeout: 14400
# Everything that happens to PFs and VFs, two kinds at a time, at once. The seed is the one
# below, or VFCTL_SEED's; a failure prints the command that runs its pair again.
. "$VFCTL_TOP/tests/vm/lib.sh"

readonly SEED=${VFCTL_SEED:-20111214}
# In short as many of all pairs as there is time for, in an order that follows from the seed;
# igb takes seconds to bind, and to make VFs.
pairs=(--all-pairs --seconds 30 --within 90)
igb_pairs=(--pair 'rate,numvfs' --pair 'dump,unbind' --seconds 8 --within 20)
if [[ $VFCTL_LONG == yes ]]; then
	pairs=(--all-pairs --seconds 5400)
	igb_pairs=(--all-pairs --seconds 900)
fi

# raced WHAT OPTION...: and what came of each pair.
raced() {
	local what=$1
	shift
	ok "$what, seed $SEED" eval "stress --seed $SEED $* | tee /tmp/raced"
	diag "$(cat /tmp/raced)"
}

set -o pipefail
ok "vfctl loads" load_vfctl
raced "pairs with simulated PFs" "${pairs[@]}"
within "so many" "$(sed -n 's/ of [0-9]* pairs$//p' /tmp/raced)" 4 45
# The kernel's own igb follows a NULL pointer where its watchdog runs while VFs are made.
ok "the patched igb loads" load_patched igb
ok "the card comes up" host_up
raced "pairs with igb" --on igb "${igb_pairs[@]}"
ok "the drivers go" modprobe -r vfsim igb
ok "vfctl goes" modprobe -r vfctl
ok "no complaint of the kernel" klog_clean
done_testing
