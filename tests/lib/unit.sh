# shellcheck shell=bash
# Part "unit": the C and C++ of user space, built by two compilers and tested.

# Of the library's lines, how many the tests have to reach at least, in percent.
UNIT_COVERAGE=90

unit_need() {
	local major
	tools_need
	apt_need clang catch2 binutils
	# Without recommended packages clang comes without its sanitizers.
	major=$(clang -dumpversion)
	apt_need "libclang-rt-${major%%.*}-dev"
}

unit_run() {
	local major
	unit_need
	# The last ones are for the tests of the tool's schema, completion and manual page.
	apt_need libbenchmark-dev iproute2 python3-jsonschema bash-completion man-db
	major=$(clang -dumpversion)
	apt_need "llvm-${major%%.*}"
	if unit_build "unit, g++" gcc g++ "${TOOLS_OPTIONS[@]}" -DVFCTL_TESTS=ON -DVFCTL_BENCH=ON; then
		unit_rate_vs_tc
		unit_bench
		consumer_run "$UNIT_BUILD"
	fi
	if unit_build "unit, clang++ with ASan and UBSan" clang clang++ \
		-DVFCTL_SANITIZE=ON -DVFCTL_COVERAGE=ON; then
		unit_coverage "${major%%.*}"
	fi
}

# unit_configure BUILD CC CXX OPTION...
unit_configure() {
	local build=$1 cc=$2 cxx=$3
	shift 3
	cmake -S "$TOP" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
		-DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" \
		-DCMAKE_COMPILE_WARNING_AS_ERROR=ON "$@"
}

# unit_build WHAT CC CXX OPTION...: one result for the build, one for each test.
# Sets UNIT_BUILD; fails when there is no build.
unit_build() {
	local what=$1 cc=$2 cxx=$3 log lock
	shift 3
	# It is this process's own until the next build, or its end.
	UNIT_BUILD=$(build_folder "$cc")
	log=$WORK/unit-$cc.log
	mkdir -p "$UNIT_BUILD"
	[[ -z ${UNIT_LOCK-} ]] || exec {UNIT_LOCK}>&-
	exec {UNIT_LOCK}>"$UNIT_BUILD.lock"
	flock "$UNIT_LOCK"
	step "$what"
	if ! {
		unit_configure "$UNIT_BUILD" "$cc" "$cxx" "$@" && cmake --build "$UNIT_BUILD"
	} >"$log" 2>&1; then
		result_failed "$what: build" "$log"
		return 1
	fi
	result_ok "$what: build"
	unit_ctest "$what" "$UNIT_BUILD" "$log"
}

unit_ctest() {
	local what=$1 build=$2 log=$3 total failed
	rm -rf "$build/profiles"
	# Processes of one program count in the same four files, one in each at a time.
	LLVM_PROFILE_FILE=$build/profiles/%4m.profraw ctest --test-dir "$build" \
		--output-on-failure --timeout 300 -j "$(nproc)" >"$log" 2>&1
	read -r failed total < <(sed -nE 's/.*tests passed, ([0-9]+) tests failed out of ([0-9]+).*/\1 \2/p' "$log")
	if ((${total:-0} == 0)); then
		result_failed "$what: there is no test" "$log"
		return
	fi
	((PASSED += total - failed, FAILED += failed))
	if ((failed)); then
		printf 'FAILED %s: %d of %d tests\n' "$what" "$failed" "$total"
		grep -vE '^ *Start |Passed +[0-9.]+ sec$' "$log" | tail -n 80 | sed 's/^/    /'
	else
		printf 'ok     %s: %d tests\n' "$what" "$total"
	fi
}

unit_rate_vs_tc() {
	step "the rate parser and tc"
	result_ktap "the library and tc read rates alike" \
		"$TOP/tests/rate/library-vs-tc.sh" "$UNIT_BUILD/tests/unit/print_rate"
}

# Only that it runs: a machine that does other things at the same time measures nothing.
unit_bench() {
	local program some=no
	step "the benchmarks"
	for program in "$UNIT_BUILD"/tests/bench/*; do
		[[ -f $program && -x $program ]] || continue
		result_check "${program##*/} runs" "$program" --benchmark_min_time=0.01
		some=yes
	done
	[[ $some == yes ]] || result_failed "there is no benchmark"
}

# unit_coverage MAJOR: of clang, whose files only its own tools can read. Every test
# brings the library's objects with it.
unit_coverage() {
	local major=$1 profile=$UNIT_BUILD/profile program lines missed percent what
	local -a programs=() report
	what="the unit tests reach $UNIT_COVERAGE % of the library's lines"
	for program in "$UNIT_BUILD"/tests/unit/unit_*; do
		[[ -f $program && -x $program ]] && programs+=(-object "$program")
	done
	# The first program has to come without the word.
	report=("llvm-cov-$major" report "-instr-profile=$profile" "${programs[@]:1}"
		"$TOP/libvfctl/src" "$TOP/libvfctl/include")
	if ! "llvm-profdata-$major" merge -sparse -o "$profile" "$UNIT_BUILD/profiles" \
		>"$WORK/said" 2>&1 || ! "${report[@]}" >"$WORK/said" 2>&1; then
		result_failed "$what" "$WORK/said"
		return
	fi
	read -r lines missed percent < <(awk '$1 == "TOTAL" { print $8, $9, $10 }' "$WORK/said")
	if ((${lines:-0} == 0 || (lines - missed) * 100 < lines * UNIT_COVERAGE)); then
		result_failed "$what: ${percent:-none}" "$WORK/said"
	else
		result_ok "$what: $percent of $lines"
	fi
}
