# shellcheck shell=bash
# vfctl.ko and the tests' own modules, built from a copy of the tree, once per
# content, kernel and compiler.

# module_tree SERIES: folder with kmod/vfctl.ko and, of the tests' own modules,
# testmod/*.ko; its name changes with its content.
module_tree() {
	local release key
	apt_need gcc make libc6-dev >&2
	release=$(kernel_release "$1") || return 1
	key=$(hash_of "$TOP/kmod" "$TOP/tests/kmod")
	cache_item "module/$release-$key-gcc$(gcc -dumpfullversion)" module_build "$1"
}

module_build() {
	local dir=$1 series=$2
	step "building the module for Linux $(kernel_name "$series")"
	local -a options=()
	# Which lines of it a fuzzer reaches is counted on the debug kernel.
	[[ $series != "$KERNEL_DEBUG" ]] || options=(KCOV_INSTRUMENT=y)
	tree_copy kmod "$dir/kmod" || return 1
	module_make "$series" "$dir/kmod" "${options[@]}" || return 1
	tree_copy tests/kmod "$dir/testmod" &&
		module_make "$series" "$dir/testmod" "KBUILD_EXTRA_SYMBOLS=$dir/kmod/Module.symvers"
}

# module_make SERIES DIR [MAKE-ARGUMENT...]: prints what make says when it fails.
# Debian's headers name the compiler of the kernel's own build; any gcc will do. An option
# of a newer one, that was found out when they were configured, is left out where this
# machine's gcc has it not.
module_make() {
	local series=$1 dir=$2 tree
	local -a options=(CC=gcc)
	shift 2
	tree=$(kernel_tree "$series") || return 1
	gcc -fmin-function-alignment=16 -x c -c -o /dev/null /dev/null 2>/dev/null ||
		options+=(CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=)
	run_logged "$dir/make.log" make -C "$tree/build" "M=$dir" -j"$(nproc)" "${options[@]}" "$@" modules
}

# netdevsim_tree SERIES: folder with the kernel's simulated card, a PF without
# hardware, which Debian's kernels are built without.
netdevsim_tree() {
	local release
	apt_need gcc make libc6-dev
	release=$(kernel_release "$1") || return 1
	cache_item "netdevsim/$release" netdevsim_build "$1"
}

netdevsim_build() {
	local dir=$1 source
	source=$(linux_source "$2") || return 1
	step "building netdevsim for Linux $(kernel_name "$2")"
	cp "$source"/drivers/net/netdevsim/* "$dir/" &&
		module_make "$2" "$dir" CONFIG_NETDEVSIM=m
}
