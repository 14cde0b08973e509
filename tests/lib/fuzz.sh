# shellcheck shell=bash
# Part "fuzz": libFuzzer targets, all at the same time. VFCTL_FUZZ_SECONDS is for
# how long; VFCTL_FUZZ_SEED repeats a run.

FUZZ=$TOP/tests/fuzz
FUZZ_TARGETS=(control dialogue guest_protocol message policy rate vf_ref)
# A message of the kernel is at most a page or so; a word is what one types.
declare -A FUZZ_LENGTH=([control]=4096 [guest_protocol]=4096 [policy]=4096 [dialogue]=16384 [message]=4096 [rate]=64 [vf_ref]=48)

fuzz_packages() {
	unit_need
}

fuzz_run() {
	local target seconds=${VFCTL_FUZZ_SECONDS:-60}
	local -A pids=()
	unit_need
	step "fuzz: building"
	build_begin clang-fuzz
	if ! watched "$WORK/said" build_make "${FUZZ_TARGETS[*]/#/fuzz_}" clang clang++ \
		-DCMAKE_CXX_FLAGS=-O1 -DVFCTL_SANITIZE=ON -DVFCTL_FUZZ=ON -DVFCTL_TESTS=OFF -DVFCTL_EXAMPLES=OFF; then
		result_failed "fuzz: build" "$WORK/said"
		return
	fi
	step "fuzz: $seconds s"
	for target in "${FUZZ_TARGETS[@]}"; do
		# What was found in an earlier run is not kept: the seeds alone begin.
		rm -rf "${BUILD:?}/$target"*
		mkdir "$BUILD/$target"
		"fuzz_seed_$target" "$BUILD/$target"
		fuzz_target "$target" "$BUILD" "$seconds" >"$BUILD/$target.log" 2>&1 &
		pids[$target]=$!
	done
	for target in "${FUZZ_TARGETS[@]}"; do
		if wait "${pids[$target]}"; then
			fuzz_executed "$target" "$BUILD/$target"
		else
			fuzz_failed "$target" "$BUILD/$target"
		fi
	done
}

# fuzz_target TARGET FOLDER SECONDS. The limit of memory is that of one input.
fuzz_target() {
	"$2/tests/fuzz/fuzz_$1" -max_total_time="$3" -max_len="${FUZZ_LENGTH[$1]}" -timeout=10 \
		-rss_limit_mb=1024 -malloc_limit_mb=64 -print_final_stats=1 -verbosity=1 \
		-seed="${VFCTL_FUZZ_SEED:-0}" -artifact_prefix="$2/$1-" "$2/$1"
}

# fuzz_executed TARGET CORPUS: more than the seeds, or nothing was tried.
fuzz_executed() {
	local runs seeds
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$2.log")
	seeds=$(sed -n 's/^INFO: *\([0-9]*\) files found in .*/\1/p' "$2.log")
	if ((${seeds:-0} == 0 || ${runs:-0} <= seeds)); then
		result_failed "fuzz $1: nothing was tried: ${runs:-no} runs, ${seeds:-no} seeds" "$2.log"
	else
		result_ok "fuzz $1: $runs runs, $seeds seeds"
	fi
}

# fuzz_failed TARGET CORPUS: what was found wrong, and the input in hex, as it can
# be given to corpus/ for good.
fuzz_failed() {
	local input
	grep -m 1 -A 30 -E 'does not hold|ERROR: |runtime error' "$2.log" >"$WORK/said" ||
		tail -n 30 "$2.log" >"$WORK/said"
	for input in "$2"-{crash,leak,timeout,oom}-*; do
		[[ -e $input ]] || continue
		echo "The input, in hex:"
		od -An -v -tx1 -w48 "$input" | tr -d ' ' | head -n 20
	done >>"$WORK/said"
	result_failed "fuzz $1" "$WORK/said"
}

# fuzz_seed_TARGET FOLDER: a file for each seed.

# The example, also with what is a comment in it, and each table of that by itself.
fuzz_seed_policy() {
	local example=$TOP/tools/vfctld/vfctld.toml
	cp "$example" "$1/example"
	sed 's/^#\([a-z[]\)/\1/' "$example" >"$1/all"
	awk -v RS= -v to="$1" '{ print >(to "/" NR) }' "$1/all"
}

fuzz_seed_guest_protocol() {
	echo -n '{"version":1,"request":"show"}' >"$1/show"
	echo -n '{"version":1,"request":"set-soft","rate":"10mbit"}' >"$1/text"
	echo -n '{"version":1,"request":"set-soft","vf":"02:00:00:00:00:01","rate":10000000}' >"$1/number"
}

fuzz_seed_control() {
	local command
	for command in status policy pause resume reload; do
		echo -n "{\"version\":1,\"command\":\"$command\"}" >"$1/$command"
	done
	echo -n '{"version":1,"command":"guest-add","name":"g","cid":3,"vfs":["eth0/1"]}' >"$1/add"
	echo -n '{"version":1,"command":"guest-remove","name":"g"}' >"$1/remove"
}

fuzz_seed_message() {
	local file bytes n=0
	for file in "$FUZZ"/corpus/message/*.hex; do
		while IFS= read -r bytes; do
			((++n))
			# shellcheck disable=SC2059 # "\x01\x02"
			printf "$bytes" >"$1/$n"
		done < <(fuzz_datagrams "$file")
	done
}

# What was recorded as one dialogue, as answer to each call of a client (0 to 7) and
# to each kind of monitor (128 to 135): see dialogue.cpp.
fuzz_seed_dialogue() {
	local file call bytes length text
	for file in "$FUZZ"/corpus/message/*.hex; do
		text=
		while IFS= read -r bytes; do
			length=$((${#bytes} / 4))
			printf -v bytes '\\x%02x\\x%02x%s' $((length & 255)) $((length >> 8)) "$bytes"
			text+=$bytes
		done < <(fuzz_datagrams "$FUZZ/corpus/message/family.hex" "$file")
		for call in {0..7} {128..135}; do
			# shellcheck disable=SC2059
			printf "\\x$(printf %02x "$call")$text" >"$1/${file##*/}-$call"
		done
	done
}

# fuzz_datagrams FILE...: a line for each, as printf takes it.
fuzz_datagrams() {
	sed '/^#/d' "$@" |
		awk -v RS= '{ gsub(/[^0-9a-f]/, ""); gsub(/../, "\\x&"); print }'
}

fuzz_seed_vf_ref() {
	fuzz_seed_words "$1" < <(tr '\n' '\0' <"$FUZZ/corpus/vf_ref.txt")
}

# Those that are held against tc.
fuzz_seed_rate() {
	(
		. "$TOP/tests/rate/words.sh"
		printf '%s\0' "${same[@]}" "${rounded[@]}" "${neither[@]}" "${stricter[@]}" \
			"${nothing[@]}" 18446744073709551615 max
	) | fuzz_seed_words "$1"
}

fuzz_seed_words() {
	local word n=0
	while IFS= read -rd '' word; do
		((++n))
		printf '%s' "$word" >"$1/$n"
	done
}
