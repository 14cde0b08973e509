# shellcheck shell=bash
# The programs of tests/torture, for the emulated host; and part "torture": topics
# that do their worst to the module on a kernel with every checker on.

# torture_programs: prints the folder that they are in.
torture_programs() {
	local key
	tools_need
	key=$(hash_of "$TOP"/{CMakeLists.txt,libvfctl,tests/torture,kmod/uapi})
	cache_item "torture/$key" torture_build
}

# As tools_build: one build folder per work tree.
torture_build() {
	local dir=$1 build lock program
	build=$CACHE/build/$(cksum <<<"$TOP" | cut -d' ' -f1)-torture
	mkdir -p "$build"
	exec {lock}>"$build.lock"
	flock "$lock"
	step "building the programs of tests/torture"
	run_logged "$build.log" cmake -S "$TOP" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DCMAKE_COMPILE_WARNING_AS_ERROR=ON -DVFCTL_TORTURE=ON -DVFCTL_TOOLS=OFF -DVFCTL_TESTS=OFF \
		-DVFCTL_EXAMPLES=OFF &&
		run_logged "$build.log" cmake --build "$build" || return 1
	for program in "$build"/tests/torture/*; do
		[[ ! -f $program || ! -x $program ]] || cp "$program" "$dir/" || return 1
	done
	exec {lock}>&-
}

torture_run() {
	vm_run --torture "${VM_FLAGS[@]}"
}
