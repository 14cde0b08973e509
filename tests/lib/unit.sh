# shellcheck shell=bash
# Part "unit": the C and C++ of user space, built by two compilers and tested.

unit_run() {
	local major
	apt_need cmake ninja-build g++ clang catch2 pkg-config
	# Without recommended packages clang comes without its sanitizers.
	major=$(clang -dumpversion)
	apt_need "libclang-rt-${major%%.*}-dev"
	unit_build "unit, g++" gcc g++ OFF
	unit_build "unit, clang++ with ASan and UBSan" clang clang++ ON
}

# unit_build WHAT CC CXX SANITIZE: one result for the build, one for each test.
unit_build() {
	local what=$1 cc=$2 cxx=$3 sanitize=$4 build log
	# One folder per work tree and compiler, kept, so that a second run is quick.
	build=$CACHE/build/$(cksum <<<"$TOP" | cut -d' ' -f1)-$cc
	log=$WORK/unit-$cc.log
	mkdir -p "$build"
	exec {lock}>"$build.lock"
	flock "$lock"
	step "$what"
	if ! {
		cmake -S "$TOP" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
			-DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" \
			-DCMAKE_COMPILE_WARNING_AS_ERROR=ON -DVFCTL_SANITIZE="$sanitize" &&
			cmake --build "$build"
	} >"$log" 2>&1; then
		result_failed "$what: build" "$log"
	else
		result_ok "$what: build"
		unit_ctest "$what" "$build" "$log"
	fi
	exec {lock}>&-
}

unit_ctest() {
	local what=$1 build=$2 log=$3 total failed
	ctest --test-dir "$build" --output-on-failure --timeout 300 >"$log" 2>&1
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
