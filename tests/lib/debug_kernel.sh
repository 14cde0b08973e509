# shellcheck shell=bash
# A small kernel with every checker on (KASAN, lockdep, kmemleak, trackers of
# references, fault injection): series "6.12-debug", which stands wherever a series
# of Debian's stands. It is built of Debian's source once, in some ten minutes.

KERNEL_DEBUG=6.12-debug
DEBUG_KERNEL_CONFIG=$TOP/tests/vm/debug.config

# What building modules against it takes of its source; the rest is removed.
DEBUG_KERNEL_KEEP='Makefile Kbuild Kconfig arch include scripts tools'

# debug_kernel_tree: as kernel_tree, and a file "release" in it.
debug_kernel_tree() {
	local suite image version key
	apt_need gcc >&2
	read -r suite image version < <(kernel_found "${KERNEL_DEBUG%-debug}") && [[ -n $version ]] || return 1
	key=$(sha256sum <"$DEBUG_KERNEL_CONFIG" | cut -c1-16)
	cache_item "kernel/debug-${version}_$key-gcc$(gcc -dumpfullversion)" \
		debug_kernel_build "$suite" "$version"
}

debug_kernel_need() {
	apt_need gcc libc6-dev make flex bison bc libelf-dev libssl-dev perl python3 xz-utils kmod rsync
}

debug_kernel_build() {
	local dir=$1 suite=$2 version=$3 source=$1/source build=$1/build
	debug_kernel_need
	mkdir "$source" "$build" &&
		linux_source_fetch "$dir" "$suite" "$version" |
		tar -xJ -C "$source" --strip-components=1 || return 1
	step "building Linux $version with every checker on (some ten minutes)"
	run_logged "$dir/make.log" debug_kernel_configure "$source" "$build" &&
		run_logged "$dir/make.log" make -C "$build" -j "${VFCTL_BUILD_JOBS:-$(nproc)}" bzImage modules &&
		debug_kernel_collect "$dir" && debug_kernel_prune "$dir"
}

# A word that the kernel does not know, or does not take, would be a checker that
# silently is not there.
debug_kernel_configure() {
	local source=$1 build=$2 line
	make -C "$source" "O=$build" tinyconfig &&
		(cd "$build" && "$source/scripts/kconfig/merge_config.sh" -m -O . .config "$DEBUG_KERNEL_CONFIG") &&
		make -C "$build" olddefconfig || return 1
	while read -r line; do
		grep -qxF "$line" "$build/.config" ||
			{ [[ $line == *=n ]] && ! grep -q "^${line%=n}=" "$build/.config"; } ||
			{ echo "the kernel did not take $line"; return 1; }
	done < <(grep '^CONFIG_' "$DEBUG_KERNEL_CONFIG")
}

debug_kernel_collect() {
	local dir=$1 release
	release=$(cat "$dir/build/include/config/kernel.release") && echo "$release" >"$dir/release" &&
		mkdir "$dir/boot" && cp "$dir/build/arch/x86/boot/bzImage" "$dir/boot/vmlinuz-$release" &&
		run_logged "$dir/make.log" make -C "$dir/build" "INSTALL_MOD_PATH=$dir" modules_install &&
		rm -f "$dir/lib/modules/$release"/{build,source} &&
		# The build folder names the source by its path, and both will be moved.
		grep -rlF "$dir/" "$dir/build" --include=Makefile --include='*.mk' |
		xargs -r sed -i "s,$dir/,$CACHE_FINAL/,g" && ln -sfn "$CACHE_FINAL/source" "$dir/build/source"
}

debug_kernel_prune() {
	local dir=$1 entry
	for entry in "$dir/source"/*; do
		[[ " $DEBUG_KERNEL_KEEP " == *" ${entry##*/} "* ]] || rm -rf "$entry"
	done
	find "$dir/source/arch" -mindepth 1 -maxdepth 1 -type d ! -name x86 -exec rm -rf {} +
	find "$dir/build" -mindepth 1 -maxdepth 1 -type d ! -name scripts ! -name tools ! -name include ! -name arch \
		-exec rm -rf {} +
	find "$dir/build" \( -name '*.o' -o -name '*.a' -o -name 'vmlinux*' -o -name bzImage -o -name '*.ko' \) \
		! -path '*/scripts/*' ! -path '*/tools/*' ! -name '*.lds' -delete
}
