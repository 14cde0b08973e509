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

unit_packages() {
	local major
	unit_need
	# The last ones are for the tests of the tool's schema, completion and manual page.
	apt_need libbenchmark-dev iproute2 python3-jsonschema bash-completion man-db
	major=$(clang -dumpversion)
	apt_need "llvm-${major%%.*}"
}

unit_run() {
	local major
	unit_packages
	major=$(clang -dumpversion)
	if unit_build "unit, g++" gcc g++ "${TOOLS_OPTIONS[@]}" -DVFCTL_TESTS=ON -DVFCTL_BENCH=ON; then
		unit_rate_vs_tc
		unit_bench
		consumer_run "$BUILD"
	fi
	if unit_build "unit, clang++ with ASan and UBSan" clang clang++ \
		-DVFCTL_SANITIZE=ON -DVFCTL_COVERAGE=ON; then
		unit_coverage "${major%%.*}"
	fi
	build_end
}

# unit_build WHAT CC CXX OPTION...: one result for the build, one for each test. The folder of
# that compiler is this process's own then; fails when there is no build.
unit_build() {
	local what=$1 cc=$2 cxx=$3 log=$WORK/unit-$2.log
	shift 3
	build_begin "$cc"
	step "$what"
	if ! watched "$log" build_make all "$cc" "$cxx" "$@"; then
		result_failed "$what: build" "$log"
		return 1
	fi
	result_ok "$what: build"
	unit_ctest "$what" "$log"
}

unit_ctest() {
	local what=$1 log=$2 total failed skipped
	rm -rf "$BUILD/profiles"
	# Processes of one program count in the same four files, one in each at a time.
	LLVM_PROFILE_FILE=$BUILD/profiles/%4m.profraw watched "$log" ctest --test-dir "$BUILD" \
		--output-on-failure --timeout 300 -j "$(nproc)"
	read -r failed total < <(sed -nE 's/.*tests passed, ([0-9]+) tests failed out of ([0-9]+).*/\1 \2/p' "$log")
	if ((${total:-0} == 0)); then
		result_failed "$what: there is no test" "$log"
		return
	fi
	skipped=$(grep -c '[*][*][*]Skipped' "$log")
	((PASSED += total - failed - skipped, FAILED += failed))
	if ((skipped)); then
		result_skip "$what: $skipped of $total tests" "each says why: $log"
	fi
	if ((failed)); then
		printf 'FAILED %s: %d of %d tests\n' "$what" "$failed" "$total"
		grep -vE '^ *Start |Passed +[0-9.]+ sec$' "$log" | tail -n 80 | sed 's/^/    /'
	else
		printf 'ok     %s: %d tests\n' "$what" $((total - skipped))
	fi
}

unit_rate_vs_tc() {
	step "the rate parser and tc"
	result_ktap "the library and tc read rates alike" \
		"$TOP/tests/rate/library-vs-tc.sh" "$BUILD/tests/unit/print_rate"
}

# Only that it runs: a machine that does other things at the same time measures nothing.
unit_bench() {
	local program some=no
	step "the benchmarks"
	for program in "$BUILD"/tests/bench/*; do
		[[ -f $program && -x $program ]] || continue
		result_check "${program##*/} runs" "$program" --benchmark_min_time=0.01
		some=yes
	done
	[[ $some == yes ]] || result_failed "there is no benchmark"
}

# unit_coverage MAJOR: of clang, whose files only its own tools can read. Every test
# brings the library's objects with it.
unit_coverage() {
	local major=$1 profile=$BUILD/profile program lines missed percent what
	local -a programs=() report
	what="the unit tests reach $UNIT_COVERAGE % of the library's lines"
	for program in "$BUILD"/tests/unit/unit_*; do
		[[ -f $program && -x $program ]] && programs+=(-object "$program")
	done
	# The first program has to come without the word.
	report=("llvm-cov-$major" report "-instr-profile=$profile" "${programs[@]:1}"
		"$BUILD_SOURCE/libvfctl/src" "$BUILD_SOURCE/libvfctl/include")
	if ! "llvm-profdata-$major" merge -sparse -o "$profile" "$BUILD/profiles" \
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
