# igb: 1
# timeout: 600
# long-timeout: 2400
# The family under a fuzzer (tests/torture/nlfuzz) that knows its operations by asking for
# them, and by KCOV what it has come to: nothing breaks, every answer is in order, and only
# orders that were taken change a limit. One driver refuses rates now and then meanwhile,
# and loses its link. nlfuzz --seed with the seed that is shown makes the same choices again.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/vfsim.sh"

readonly SAID=/run/nlfuzz CORPUS=/run/corpus
seconds=60
[[ $VFCTL_LONG == no ]] || seconds=600

# said WORD: what the fuzzer's line says that begins so.
said() {
	sed -n "s/^$1 //p" "$SAID"
}

# Handlers of kmod/vfctl-nl-gen.h that were not reached: then it has not found the family.
missed_handlers() {
	awk 'NR == FNR { if ($2 ~ /^vfctl_nl_/) { sub(/\(.*/, "", $2); want[$2] } next }
		$1 == "function" && $3 > 0 { delete want[$2] }
		END { for (one in want) print one }' "$VFCTL_TOP/kmod/vfctl-nl-gen.h" "$SAID"
}

# What was reached of each file of kmod, and the functions that were not. Most of those do
# the work of events and samples, which no request asks for.
coverage_by_file() {
	awk 'FILENAME ~ /\.c$/ {
			if (/^[a-z]/ && match($0, /[a-z0-9_]+\(/))
				file[substr($0, RSTART, RLENGTH - 1)] = FILENAME
			next
		}
		$1 == "function" {
			name = $2
			sub(/\..*/, "", name)
			if (!((f = file[name]) in order)) { order[f]; names[++n] = f }
			all[f]++; reached[f] += $3; places[f] += $5
			if ($3 > 0) hit[f]++; else missed[f] = missed[f] " " name
		}
		END {
			for (i = 1; i <= n; i++) {
				f = names[i]
				if (hit[f] && f != "")
					printf "%s: %d of %d places, %d of %d functions%s\n", substr(f, 3), reached[f],
						places[f], hit[f], all[f], missed[f] ? "; not" missed[f] : ""
			}
		}' ./*.c "$SAID"
}

# Until it is killed.
disturb() {
	local error
	while :; do
		for error in 22 0 95 0; do
			vfsim_knob 1 refuse_set_rate "$error"
			sleep 1.5
		done
		ip link set sim1 down
		sleep 1
		ip link set sim1 up
	done
}

limits_that_stay() {
	vfctl -j list | jq -c '[.. | objects | (.hard_bits_per_sec?, .soft_bits_per_sec?) | select(. != null and . != 0)]'
}

ok "vfctl loads" load_vfctl
ok "the card comes up" host_up
ok "with two VFs" numvfs eth0 2
ok "two PFs without hardware" modprobe vfsim pfs=2
ok "which come up" eval 'dev_up sim0 && dev_up sim1'
ok "with three VFs and two" eval 'vfsim_vfs 0 3 && vfsim_vfs 1 2'
ok "each has its device" wait_for 20 eval 'dev_exists veth0.1 && dev_exists vsim0.2 && dev_exists vsim1.1'
ok "the card's link is back" dev_up eth0

disturb &
disturbing=$!
kmsg "fuzzing for $seconds s"
nlfuzz --seconds "$seconds" --module "$(modinfo -n vfctl)" --corpus "$CORPUS" >"$SAID" 2>&1
status=$?
kill "$disturbing"
wait "$disturbing"
vfsim_knob 1 refuse_set_rate 0
cat "$SAID"

is "nlfuzz has nothing to complain of" "$status" 0
diag "$(grep -E '^(seed|family|inputs|events|accepted|kept|coverage|complaint|input|nlfuzz:)' "$SAID" | cut -c 1-400)"
diag "$(cd "$VFCTL_TOP/kmod" && coverage_by_file)"
within "it did something" "$(said inputs | sed 's/ .*//')" 100 100000000
like "orders were taken, and others refused" "$(said accepted)" '^[1-9][0-9]+,.* EINVAL [1-9].* EOPNOTSUPP [1-9]'
is "it came to each handler" "$(missed_handlers)" ""
fails "no word of the kernel was too long for its place" eval 'dmesg | grep "truncated extack"'
ok "the corpus replays" nlfuzz --replay "$CORPUS" --seed 1

ok "sim1 is up again" dev_up sim1
ok "every limit can be taken away" vfctl reset --all
is "and is gone" "$(limits_that_stay)" "[]"
ok "one can be set" vfctl rate veth0.1 100mbit
is "and is there" "$(limits_that_stay)" "[100000000]"
is "no callback came without what a driver is owed" "$(vfsim_violations)" 0
ok "VFs go" eval 'vfsim_vfs 0 0 && vfsim_vfs 1 0 && vfs_off eth0'
ok "PFs without hardware go" modprobe -r vfsim
ok "vfctl goes" modprobe -r vfctl
ok "no complaint of the kernel" klog_clean
done_testing
