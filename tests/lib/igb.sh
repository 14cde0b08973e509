# shellcheck shell=bash
# igb and igbvf with the patches of patches/linux, built out of tree, once per
# content, kernel and compiler.

IGB_PATCHES=$TOP/patches/linux
# What a newer kernel's source gets before the series.
IGB_NEWER=("$IGB_PATCHES"/newer/*.patch)
IGB_FOLDER=drivers/net/ethernet/intel

# igb_tree SERIES: folder with igb.ko, igbvf.ko, and below include/ the header
# of the interface for a manager.
igb_tree() {
	local version release
	apt_need gcc make libc6-dev patch >&2
	read -r _ _ version < <(kernel_found "${1%-debug}") && release=$(kernel_release "$1") || return 1
	cache_item "igb/${release}_$version-$(hash_of "${IGB_NEWER[@]}" "$IGB_PATCHES"/*.patch)-gcc$(gcc -dumpfullversion)" \
		igb_build "$1"
}

# igb_source DIR SERIES: the patched source, in DIR.
igb_source() {
	local dir=$1 source one
	local -a patches=("$IGB_PATCHES"/*.patch)
	source=$(linux_source "$2") || return 1
	mkdir -p "$dir/$IGB_FOLDER" && cp -r "$source/$IGB_FOLDER"/{igb,igbvf} "$dir/$IGB_FOLDER/" || return 1
	! patch -d "$dir" -p1 --fuzz=0 --dry-run -f -i "${IGB_NEWER[0]}" >/dev/null || patches=("${IGB_NEWER[@]}" "${patches[@]}")
	for one in "${patches[@]}"; do
		run_logged "$dir/patch.log" patch -d "$dir" -p1 --fuzz=0 -i "$one" || return 1
	done
}

# igb_make SERIES DIR [MAKE-ARGUMENT...]: both drivers of a patched source. KCFLAGS
# is where the kernel takes more flags from.
igb_make() {
	local series=$1 dir=$2 driver
	shift 2
	for driver in igb igbvf; do
		module_make "$series" "$dir/$IGB_FOLDER/$driver" "KCFLAGS=-I$dir/include" "$@" || return 1
	done
}

igb_build() {
	local dir=$1 series=$2
	step "building igb and igbvf for Linux $(kernel_name "$series")"
	igb_source "$dir" "$series" && igb_make "$series" "$dir" &&
		mv "$dir/$IGB_FOLDER"/{igb/igb.ko,igbvf/igbvf.ko} "$dir/"
}
