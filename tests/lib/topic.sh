# shellcheck shell=bash
# Topics: one boot of the emulated host each, judged by the KTAP that its body
# wrote and by what the kernel logged meanwhile.

# Where the bodies are: topics, guest, torture, or bench, whose figures are shown.
TOPIC_FOLDER=topics

topic_list() {
	local file
	for file in "$TOP/tests/vm/$TOPIC_FOLDER"/*.sh; do
		[[ -e $file ]] && basename "$file" .sh
	done
}

# topic_selection: those that are run where none is named: without --long not those that
# say "# only-long: yes".
topic_selection() {
	local topic
	while IFS= read -r topic; do
		[[ $VM_LONG == no && $(topic_setting "$topic" only-long no) == yes ]] || echo "$topic"
	done < <(topic_list)
}

topic_file() {
	printf '%s\n' "$TOP/tests/vm/$TOPIC_FOLDER/$1.sh"
}

# topic_setting TOPIC NAME DEFAULT: from a line "# NAME: VALUE" in the body's head.
topic_setting() {
	local value
	value=$(sed -n "/^#/!q; s/^# $2: *//p" "$(topic_file "$1")")
	printf '%s\n' "${value:-$3}"
}

# topic_series TOPIC: on which of the chosen kernels it runs. One that says "# kernels: one", and
# why, asks nothing of the kernel that another topic does not ask of each: it runs on one, unless all
# are asked for (--all). That is the one in the middle, neither oldest nor newest.
VM_ALL=no
topic_series() {
	if [[ $VM_ALL == no && $(topic_setting "$1" kernels all) == one* ]]; then
		printf '%s\n' "${series[${#series[@]} / 2]}"
	else
		printf '%s\n' "${series[@]}"
	fi
}

# topic_modules: what any topic of the folder may load, so that one image serves all.
topic_modules() {
	local topic
	for topic in $(topic_list); do
		topic_setting "$topic" modules '' | tr ' ' '\n'
		[[ $(topic_setting "$topic" guests no) == no ]] || printf '%s\n' "${VM_GUEST_MODULES[@]}"
	done | grep . | sort -u
}

# topics_prepare: everything that may be downloaded or built, before the clock of
# any topic runs.
topics_prepare() {
	local one topic
	declare -gA TOPIC_INITRAMFS=()
	declare -gA TOPIC_STATE=()
	declare -gA TOPIC_IGB=()
	declare -gA TOPIC_SOURCE=()
	local -a modules
	mapfile -t modules < <(topic_modules)
	work_dir
	TIMES_MINE=no
	! times_begin || TIMES_MINE=yes
	for topic in "${topics[@]}"; do
		for one in $(topic_series "$topic"); do
			[[ -n ${TOPIC_INITRAMFS[$one]-} ]] || TOPIC_INITRAMFS[$one]=$(vm_initramfs "$one" "${modules[@]}") || return 1
			[[ $(topic_setting "$topic" source no) == no ]] ||
				TOPIC_SOURCE[$one]=$(linux_source_ynl "$one") || return 1
			[[ $(topic_setting "$topic" igb-patches no) == no ]] ||
				TOPIC_IGB[$one/$topic]=$(igb_tree "$one") || return 1
			VM_GUESTS=$(topic_setting "$topic" guests no)
			TOPIC_STATE[$one/$topic]=$(state_saved "$one" "${TOPIC_INITRAMFS[$one]}") || return 1
		done
	done
	LOGS=$CACHE/logs/$(date +%Y%m%d-%H%M%S)-$$
	mkdir -p "$LOGS" && ln -sfn "$LOGS" "$CACHE/logs/latest"
	# Older logs go, so that the cache does not grow with every run.
	find "$CACHE/logs" -mindepth 1 -maxdepth 1 -type d -mtime +7 -exec rm -rf {} +
}

# topic_slots TOPIC: how many places it takes. One that measures what the machine carries says
# "# slots: 2", or "all".
topic_slots() {
	local slots
	slots=$(topic_setting "$1" slots 1)
	[[ $slots != all ]] || slots=$(vm_slots)
	echo "$slots"
}

# topics_in_order: "SERIES TOPIC" of each run. First those that want the machine for themselves, before
# another begins. Then two that take one place after each that takes more: they fit beside it.
# Of each kind those that may take longest come first, so that none of them is left over in the end.
topics_in_order() {
	local topic one slots all
	all=$(vm_slots)
	for topic in "${topics[@]}"; do
		slots=$(topic_slots "$topic")
		for one in $(topic_series "$topic"); do
			printf '%d %d %s %s\n' $((slots == all ? 0 : slots == 1 ? 2 : 1)) \
				"$(topic_setting "$topic" timeout 180)" "$one" "$topic"
		done
	done | sort -s -k 1,1n -k 2,2nr | awk '
		$1 == 0 { print 0, 0, $3, $4 }
		$1 == 1 { print 1, 2 * ++heavy, $3, $4 }
		$1 == 2 { print 1, ++light + 1, $3, $4 }' | sort -s -k 1,1n -k 2,2n | cut -d' ' -f3-
}

# topics_run: prints one line per topic and the total, several at a time.
topics_run() {
	local one topic jobs running=0 TOPIC_RUNS=0
	jobs=$(vm_slots)
	while read -r one topic; do
		((++TOPIC_RUNS))
		if ((running >= jobs)); then
			wait -n
			((running--))
		fi
		topic_run "$one" "$topic" </dev/null &
		((++running))
	done < <(topics_in_order)
	wait
	topics_total
}

topics_total() {
	local passed=0 failed=0 skipped=0 p f s file
	for file in "$WORK"/*.result; do
		read -r p f s <"$file"
		((passed += p, failed += f, skipped += s))
	done
	# A topic that left no result has not been run.
	set -- "$WORK"/*.result
	((failed += TOPIC_RUNS - $#))
	((failed == 0)) || printf 'logs: %s\n' "$LOGS"
	[[ $TIMES_MINE == no ]] || times_table
	if ((skipped)); then
		printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	else
		printf '%d passed, %d failed\n' "$passed" "$failed"
	fi
	((failed == 0))
}

# topic_run SERIES TOPIC: boots, judges, prints, and leaves "passed failed skipped"
# in a file. One with guests, which run under two emulators, says "# tries: 2": the emulated host has been
# seen to reset there, and a guest to begin anew, for a reason that is not found yet. The first
# try's failures are printed. A complaint of the kernel is no such thing.
topic_run() {
	local one=$1 topic=$2 log=$LOGS/$1-$2 begin report=$WORK/$1-$2 passed failed skipped
	mkdir -p "$log"
	vm_take_slots "$(topic_slots "$topic")"
	begin=$SECONDS
	times_start
	topic_try "$one" "$topic" "$log"
	if ((failed && $(topic_setting "$topic" tries 1) > 1)) && ! topic_complaint "$log"; then
		{
			printf 'again  %-6s %-24s %4d s; at the first try there was wrong:\n' "$one" "$topic" $((SECONDS - begin))
			grep -A 4 '^not ok' "$log/ktap" | cat - "$report.complaints" "$log/qemu" | sed 's/^/    /'
		} >"$report.first"
		cat "$report.first"
		mv "$log" "$log-first" && mkdir "$log"
		topic_try "$one" "$topic" "$log"
	fi
	times_end "$one" "$topic"
	cp "$log/counts" "$report.result"
	{
		if ((failed == 0)); then
			printf 'ok     %-6s %-24s %4d s  %3d tests' "$one" "$topic" $((SECONDS - begin)) $((passed + skipped))
			((skipped == 0)) || printf ', %d skipped' "$skipped"
			echo
			[[ $TOPIC_FOLDER != bench ]] || sed -n 's/^# /       /p' "$log/ktap"
		else
			printf 'FAILED %-6s %-24s %4d s  %3d of %d tests\n' "$one" "$topic" \
				$((SECONDS - begin)) "$failed" $((passed + failed + skipped))
			topic_explain "$log" "$report.complaints"
		fi
	} >"$report.text"
	cat "$report.text"
}

# topic_try SERIES TOPIC LOG: boots and judges; sets passed, failed and skipped.
topic_try() {
	topic_boot "$@"
	topic_judge "$2" "$3" >"$report.complaints"
	read -r passed failed skipped <"$3/counts"
}

# topic_boot SERIES TOPIC LOG: QEMU ends by itself when the body has ended or the
# kernel has panicked; otherwise its time runs out.
topic_boot() {
	local one=$1 topic=$2 log=$3 limit status traced cards qemu socket=$WORK/$1-$2.monitor
	local -a plugged
	local begun=$SECONDS
	limit=$(topic_setting "$topic" timeout 180)
	# With all its checkers that kernel takes some four times as long.
	[[ $one != "$KERNEL_DEBUG" || $TOPIC_FOLDER == torture ]] || ((limit *= 5))
	[[ $VM_LONG == no ]] || limit=$(topic_setting "$topic" long-timeout 7200)
	cards=$(topic_setting "$topic" igb 1)
	VM_GUESTS=$(topic_setting "$topic" guests no)
	vm_machine "$one" "${TOPIC_INITRAMFS[$one]}" && vm_networks "$cards" && vm_ports "$log" &&
		vm_words "$one" "${TOPIC_INITRAMFS[$one]}" "$(topic_file "$topic")" \
			"vm_source=${TOPIC_SOURCE[$one]-}" "vm_prefix=$TOOLS" "vm_igb=${TOPIC_IGB[$one/$topic]-}" "vm_log=$log" || return 1
	echo "$VM_WORDS vm_cards=$cards vm_now=$EPOCHSECONDS" >"$log/orders"
	# What the emulator writes down of the card; the body reads it when all is over.
	traced=$(topic_setting "$topic" trace '')
	[[ -z $traced ]] || VM_OPTIONS+=(-trace "enable=$traced" -D "$log/trace")
	timeout --kill-after=5 "$limit" "$VM_QEMU" "${VM_OPTIONS[@]}" \
		-S -incoming "file:${TOPIC_STATE[$one/$topic]}" -qmp "unix:$socket,server=on,wait=off" \
		>"$log/qemu" 2>&1 </dev/null &
	qemu=$!
	echo "$qemu" >"$WORK/$one-$topic.pid"
	mapfile -t plugged < <(vm_cards "$cards")
	"$TOP/tests/lib/monitor.py" "$socket" go "${plugged[@]}" >"$log/monitor" 2>&1 ||
		{ cp "$log/monitor" "$log/end"; kill "$qemu"; }
	wait "$qemu"
	status=$?
	rm -f "$WORK/$one-$topic.pid" "$socket"
	case $status in
	0) ;;
	*) [[ ! -s $log/end ]] || return ;;&
	137) echo "QEMU was killed after $((SECONDS - begun)) s of $limit" >"$log/end" ;;
	124) echo "still running after $limit s" >"$log/end" ;;
	*) echo "QEMU failed: $(tail -n 1 "$log/qemu")" >"$log/end" ;;
	esac
}

# topic_judge TOPIC LOG: prints what is wrong beside failed results, and leaves the
# numbers in LOG/counts. A body that makes the kernel complain looks at the log itself.
topic_judge() {
	local topic=$1 log=$2 passed failed skipped plan
	failed=$(grep -c '^not ok ' "$log/ktap")
	skipped=$(grep -c '^ok .* # SKIP' "$log/ktap")
	passed=$(($(grep -c '^ok ' "$log/ktap") - skipped))
	plan=$(sed -n 's/^1\.\.\([0-9]*\)\r*$/\1/p' "$log/ktap")
	if [[ $plan != $((passed + failed + skipped)) || $plan == 0 ]]; then
		((++failed))
		echo "the body did not come to its end: $(topic_end "$log")"
	fi
	if topic_complaint "$log" && [[ $(topic_setting "$topic" complaints none) == none ]]; then
		((++failed))
		echo "the kernel complained:"
		grep -E -m 1 -B 3 -A 30 -f "$TOP/tests/vm/klog.patterns" "$log/console"
	fi
	echo "$passed $failed $skipped" >"$log/counts"
}

topic_complaint() {
	grep -qE -f "$TOP/tests/vm/klog.patterns" "$1/console"
}

topic_end() {
	if [[ -s $1/end ]]; then
		cat "$1/end"
	elif grep -q '^Bail out!' "$1/ktap"; then
		grep '^Bail out!' "$1/ktap"
	elif grep -q 'Kernel panic' "$1/console"; then
		echo "the kernel panicked"
	elif [[ -s $1/ktap ]]; then
		echo "it stopped without its closing line"
	else
		echo "it said nothing"
	fi
}

topic_explain() {
	local log=$1 complaints=$2
	sed 's/^/    /' "$log/ktap" "$complaints" "$log/qemu"
	echo "    --- the end of $log/output"
	tail -n 30 "$log/output" | sed 's/^/    /'
	echo "    --- the end of $log/console"
	tail -n 60 "$log/console" | sed 's/^/    /'
}
