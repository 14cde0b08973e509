# shellcheck shell=bash
# The programs of tests/torture, for emulated hosts and their guests; and part "torture": topics
# that do their worst to the module on a kernel with every checker on.

# torture_programs: prints the folder that they are in.
torture_programs() {
	local key
	tools_need
	key=$(hash_of "$TOP"/{CMakeLists.txt,libvfctl,tests/torture,tests/unit/random.hpp,kmod/uapi})
	cache_item "torture/$key-$(tools_machine)" torture_build
}

torture_build() {
	local dir=$1 program
	step "building the programs of tests/torture"
	tools_compile -DVFCTL_TORTURE=ON || return 1
	for program in "$BUILD"/tests/torture/*; do
		[[ ! -f $program || ! -x $program ]] || cp "$program" "$dir/" || return 1
	done
}

torture_packages() {
	vm_packages
	tools_need
	debug_kernel_need
}

torture_run() {
	vm_run --torture "${VM_FLAGS[@]}"
}
