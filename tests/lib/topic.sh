# shellcheck shell=bash
# Topics: one boot of the emulated host each, judged by the KTAP that its body
# wrote and by what the kernel logged meanwhile.

# Where the bodies are: topics, guest, torture, or bench, whose figures are shown. A topic's name here is
# FOLDER/NAME.
TOPIC_FOLDERS=(topics)

topic_list() {
	local folder
	for folder in "${TOPIC_FOLDERS[@]}"; do
		topic_list_of "$folder"
	done
}

topic_list_of() {
	local file
	for file in "$TOP/tests/vm/$1"/*.sh; do
		[[ ! -e $file ]] || echo "$1/$(basename "$file" .sh)"
	done
}

# topic_find NAME: prints FOLDER/NAME, of the folders that were chosen.
topic_find() {
	local folder
	for folder in "${TOPIC_FOLDERS[@]}"; do
		[[ ! -r $(topic_file "$folder/$1") ]] || { echo "$folder/$1"; return; }
	done
	return 1
}

# topic_said TOPIC: as people call it.
topic_said() {
	printf '%s\n' "${1#topics/}"
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
	printf '%s\n' "$TOP/tests/vm/$1.sh"
}

# topic_setting TOPIC NAME DEFAULT: from a line "# NAME: VALUE" in the body's head.
topic_setting() {
	local value
	value=$(sed -n "/^#/!q; s/^# $2: *//p" "$(topic_file "$1")")
	printf '%s\n' "${value:-$3}"
}

# topic_series TOPIC: on which of the chosen kernels it runs; torture has its own where none was
# chosen. One that says "# kernels: one", and why, asks nothing of the kernel that another topic does
# not ask of each: it runs on one, unless all are asked for (--all). That is the one in the
# middle, neither oldest nor newest.
VM_ALL=no
topic_series() {
	local -a all=("${series[@]}")
	if ((${#all[@]} == 0)); then
		all=("${KERNEL_SERIES[@]}")
		[[ $1 != torture/* ]] || all=("$KERNEL_DEBUG")
	fi
	if [[ $VM_ALL == no && $(topic_setting "$1" kernels all) == one* ]]; then
		printf '%s\n' "${all[${#all[@]} / 2]}"
	else
		printf '%s\n' "${all[@]}"
	fi
}

# topic_modules FOLDER: what any topic of it may load, so that one image serves all.
topic_modules() {
	local topic
	for topic in $(topic_list_of "$1"); do
		topic_setting "$topic" modules '' | tr ' ' '\n'
		[[ $(topic_setting "$topic" guests no) == no ]] || printf '%s\n' "${VM_GUEST_MODULES[@]}"
	done | grep . | sort -u
}

# topics_prepare: everything that may be downloaded or built, before the clock of
# any topic runs.
topics_prepare() {
	local one topic folder bindings=no
	declare -gA TOPIC_INITRAMFS=()
	declare -gA TOPIC_STATE=()
	declare -gA TOPIC_IGB=()
	declare -gA TOPIC_SOURCE=()
	local -a modules
	work_dir
	TIMES_MINE=no
	! times_begin || TIMES_MINE=yes
	for topic in "${topics[@]}"; do
		folder=${topic%/*}
		[[ $(topic_setting "$topic" bindings no) == no ]] || bindings=yes
		for one in $(topic_series "$topic"); do
			if [[ -z ${TOPIC_INITRAMFS[$one/$folder]-} ]]; then
				mapfile -t modules < <(topic_modules "$folder")
				TOPIC_INITRAMFS[$one/$folder]=$(vm_initramfs "$one" "${modules[@]}") || return 1
			fi
			[[ $(topic_setting "$topic" source no) == no ]] ||
				TOPIC_SOURCE[$one]=$(linux_source_ynl "$one") || return 1
			[[ $(topic_setting "$topic" igb-patches no) == no ]] ||
				TOPIC_IGB[$one/$topic]=$(igb_tree "$one") || return 1
		done
	done
	# Only where a topic asks for them: a compiler more is a large package.
	if [[ $bindings == yes ]]; then
		VM_PATH+=:$(bindings_programs) || return 1
	fi
	topics_prepare_states || return 1
	LOGS=$CACHE/logs/$(date +%Y%m%d-%H%M%S)-$$
	mkdir -p "$LOGS" && ln -sfn "$LOGS" "$CACHE/logs/latest"
	# Older logs go, so that the cache does not grow with every run.
	find "$CACHE/logs" -mindepth 1 -maxdepth 1 -type d -mtime +7 -exec rm -rf {} +
}

# topics_prepare_states: fills TOPIC_STATE, by KERNEL/FOLDER/GUESTS. What is missing is made on all
# processors, since a boot keeps one busy.
topics_prepare_states() {
	local one topic folder kind running=0
	for topic in "${topics[@]}"; do
		folder=${topic%/*} VM_GUESTS=$(topic_setting "$topic" guests no)
		for one in $(topic_series "$topic"); do
			kind=$one/$folder/$VM_GUESTS
			[[ -z ${TOPIC_STATE[$kind]-} ]] || continue
			TOPIC_STATE[$kind]=begun
			((running < $(nproc))) || { wait -n || return 1; ((running--)); }
			state_saved "$one" "${TOPIC_INITRAMFS[$one/$folder]}" >/dev/null &
			((++running))
		done
	done
	for ((; running; running--)); do
		wait -n || return 1
	done
	for kind in "${!TOPIC_STATE[@]}"; do
		IFS=/ read -r one folder VM_GUESTS <<<"$kind"
		TOPIC_STATE[$kind]=$(state_saved "$one" "${TOPIC_INITRAMFS[$one/$folder]}") || return 1
	done
}

# topic_slots TOPIC: how many places it takes. One that measures what the machine carries says
# "# slots: 2", or "all".
topic_slots() {
	local slots all
	slots=$(topic_setting "$1" slots 1)
	all=$(vm_slots)
	[[ $slots != all ]] || slots=$all
	echo $((slots < all ? slots : all))
}

# topics_in_order: "PLACES SERIES TOPIC" of each run. Torture comes first, since it leaves others little of
# a processor; guests, who bear that worst, come late, beside topics that take one place. Of each kind
# those that may take longest come first, so that none of them is left over in the end.
topics_in_order() {
	local topic one slots turn
	for topic in "${topics[@]}"; do
		slots=$(topic_slots "$topic")
		turn=1
		case $topic in
		torture/*) turn=0 ;;
		guest/*) turn=2 ;;
		*) ((slots > 1)) || turn=3 ;;
		esac
		for one in $(topic_series "$topic"); do
			printf '%d %d %d %s %s\n' "$turn" "$slots" "$(topic_setting "$topic" timeout 180)" "$one" "$topic"
		done
	done | sort -s -k 1,1n -k 2,2nr -k 3,3nr | cut -d' ' -f2,4-
}

# topics_run: prints one line per topic and the total, several at a time. Where the next one does not fit
# into the places that are free, a later one that takes a single place begins, as long as these
# leave it what it wants.
topics_run() {
	local slots one topic next all free room single=0 ended TOPIC_RUNS
	local -a waiting
	local -A taken=()
	mapfile -t waiting < <(topics_in_order)
	all=$(vm_slots)
	TOPIC_RUNS=${#waiting[@]} free=$all
	while ((${#waiting[@]})); do
		room=$free
		for next in "${!waiting[@]}"; do
			read -r slots one topic <<<"${waiting[next]}"
			((slots > room)) || break
			((room <= all - slots - single)) || room=$((all - slots - single))
		done
		if ((slots > room)); then
			wait -n -p ended
			((free += taken[$ended], single -= taken[$ended] == 1))
			continue
		fi
		unset "waiting[next]"
		topic_run "$one" "$topic" </dev/null &
		taken[$!]=$slots
		((free -= slots, single += slots == 1))
	done
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
# in a file.
topic_run() {
	local one=$1 topic=$2 said begin passed failed skipped
	said=$(topic_said "$topic")
	local log=$LOGS/$one-${said//\//-} report=$WORK/$one-${said//\//-}
	mkdir -p "$log"
	vm_take_slots "$(topic_slots "$topic")"
	begin=$SECONDS
	times_start
	topic_boot "$one" "$topic" "$log"
	topic_judge "$topic" "$log" >"$report.complaints"
	read -r passed failed skipped <"$log/counts"
	times_end "$one" "$said"
	cp "$log/counts" "$report.result"
	{
		if ((failed == 0)); then
			printf 'ok     %-6s %-24s %4d s  %3d tests' "$one" "$said" $((SECONDS - begin)) $((passed + skipped))
			((skipped == 0)) || printf ', %d skipped' "$skipped"
			echo
			[[ $topic != bench/* ]] || sed -n 's/^# /       /p' "$log/ktap"
		else
			printf 'FAILED %-6s %-24s %4d s  %3d of %d tests\n' "$one" "$said" \
				$((SECONDS - begin)) "$failed" $((passed + failed + skipped))
			topic_explain "$log" "$report.complaints"
		fi
	} >"$report.text"
	cat "$report.text"
}

# topic_boot SERIES TOPIC LOG: QEMU ends by itself when the body has ended or the
# kernel has panicked; otherwise its time runs out.
topic_boot() {
	local one=$1 topic=$2 log=$3 limit status traced event cards qemu image=${TOPIC_INITRAMFS[$1/${2%/*}]}
	local -a plugged
	local begun=$SECONDS monitor=$report.monitor
	limit=$(topic_setting "$topic" timeout 180)
	# With all its checkers that kernel takes some four times as long.
	[[ $one != "$KERNEL_DEBUG" || $topic == torture/* ]] || ((limit *= 5))
	[[ $VM_LONG == no ]] || limit=$(topic_setting "$topic" long-timeout 7200)
	cards=$(topic_setting "$topic" igb 1)
	VM_GUESTS=$(topic_setting "$topic" guests no)
	vm_machine "$one" "$image" && vm_networks "$cards" && vm_ports "$log" &&
		vm_words "$one" "$image" "$(topic_file "$topic")" \
			"vm_source=${TOPIC_SOURCE[$one]-}" "vm_prefix=$TOOLS" "vm_igb=${TOPIC_IGB[$one/$topic]-}" "vm_log=$log" || return 1
	echo "$VM_WORDS vm_cards=$cards vm_now=$EPOCHSECONDS" >"$log/orders"
	# What the emulator writes down of the card; the body reads it when all is over. Among it, as
	# QEMU calls it, may be "invalid_mem": accesses to what is not there.
	traced=$(topic_setting "$topic" trace '')
	[[ -z $traced ]] || VM_OPTIONS+=(-D "$log/trace")
	if [[ " $traced " == *" invalid_mem "* ]]; then
		VM_OPTIONS+=(-d invalid_mem)
		traced=${traced/invalid_mem/}
	fi
	for event in $traced; do
		VM_OPTIONS+=(-trace "enable=$event")
	done
	timeout --kill-after=5 "$limit" "$VM_QEMU" "${VM_OPTIONS[@]}" \
		-S -incoming "file:${TOPIC_STATE[$one/${topic%/*}/$VM_GUESTS]}" -qmp "unix:$monitor,server=on,wait=off" \
		>"$log/qemu" 2>&1 </dev/null &
	qemu=$!
	echo "$qemu" >"$report.pid"
	mapfile -t plugged < <(vm_cards "$cards")
	"$TOP/tests/lib/monitor.py" "$monitor" "$qemu" go "${plugged[@]}" >"$log/monitor" 2>&1 ||
		{ cp "$log/monitor" "$log/end"; kill "$qemu"; }
	wait "$qemu"
	status=$?
	rm -f "$report.pid" "$monitor"
	case $status in
	0) ;;
	*) [[ ! -s $log/end ]] || return ;;&
	137) echo "QEMU was killed after $((SECONDS - begun)) s of $limit" >"$log/end" ;;
	124) echo "still running after $limit s" >"$log/end" ;;
	*) echo "QEMU failed: $(tail -n 1 "$log/qemu")" >"$log/end" ;;
	esac
}

# topic_judge TOPIC LOG: prints what is wrong beside failed results, and leaves the
# numbers in LOG/counts. A body that makes the kernel complain looks at the log itself. What happened
# when the machine was switched off is judged by a program beside the body, TOPIC.end, where there is one.
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
	topic_end_judge "$topic" "$log" || ((++failed))
	echo "$passed $failed $skipped" >"$log/counts"
}

topic_end_judge() {
	local judge
	judge=$(topic_file "$1")
	judge=${judge%.sh}.end
	[[ ! -e $judge ]] || "$judge" "$2"
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
