# shellcheck shell=bash
# ethtool with the project's patches, on the source of Debian's package.

ETHTOOL_PATCHES=$TOP/patches/ethtool

# Where other versions of it are looked for.
ETHTOOL_SUITES=(bookworm bookworm-backports trixie trixie-backports sid)

ethtool_need() {
	apt_need gcc make libc6-dev pkg-config libmnl-dev autoconf automake patch xz-utils
}

ethtool_has_patches() {
	compgen -G "$ETHTOOL_PATCHES/*.patch" >/dev/null
}

# ethtool_base: the version that the series is made for, from its README.
ethtool_base() {
	local base
	base=$(grep -oiE 'base[^0-9]*ethtool[^0-9]*[0-9]+\.[0-9.]*[0-9]' "$ETHTOOL_PATCHES/README.md" 2>/dev/null |
		head -n 1 | grep -oE '[0-9.]+$')
	printf '%s\n' "${base:-6.1}"
}

# ethtool_path: prints the folder of the patched ethtool; nothing, when there are
# no patches and the machine's own is the one to use.
ethtool_path() {
	local key dir
	ethtool_has_patches || return 0
	ethtool_need
	key=$(hash_of "$ETHTOOL_PATCHES"/*.patch)
	dir=$(cache_item "ethtool/$(ethtool_base)-$key-$(debian_codename)" ethtool_build) && printf '%s/sbin\n' "$dir"
}

ethtool_build() {
	local dir=$1 base source
	base=$(ethtool_base)
	source=$(ethtool_source "$base") || return 1
	step "building ethtool $base with the patches"
	mkdir "$dir/build" && ethtool_unpack "$source" "$dir/build" || return 1
	(
		cd "$dir/build" &&
			run_logged ../configure.log ./configure --prefix="$CACHE_FINAL" &&
			run_logged ../make.log make -j2 &&
			run_logged ../install.log make install "prefix=$dir" \
				"bashcompletiondir=$dir/share/bash-completion/completions"
	) && rm -rf "$dir/build"
}

# ethtool_unpack TARBALL-FOLDER DIR: with the patches, ready for configure. The
# series changes what autoconf and automake read.
ethtool_unpack() {
	local patch
	tar -xf "$1"/ethtool_*.orig.tar.* -C "$2" --strip-components=1 || return 1
	for patch in "$ETHTOOL_PATCHES"/*.patch; do
		run_logged "$2/../patch.log" patch -d "$2" -p1 --fuzz=0 -i "$patch" || return 1
	done
	(cd "$2" && run_logged ../autoreconf.log autoreconf -fi)
}

# ethtool_source VERSION: folder with upstream's tarball, from whichever suite of
# the archive has that version.
ethtool_source() {
	cache_item "source/ethtool-$1" apt_source ethtool "$1" "${ETHTOOL_SUITES[@]}"
}

# ethtool_newer: prints the versions after the base that can be had, newest first.
ethtool_newer() {
	local suite base
	base=$(ethtool_base)
	for suite in "${ETHTOOL_SUITES[@]}"; do
		apt_suite "$suite" deb-src || continue
		apt_source_versions ethtool | sed -E 's/^[0-9]+://; s/-[^-]*$//'
	done | sort -Vru | sed "/^${base//./\\.}\$/,\$d"
}

ethtool_packages() {
	ethtool_need
	apt_need git iproute2
}

# Part "ethtool" of the tests: the series on its base and on a newer version.
ethtool_run() {
	local newer
	if ! ethtool_has_patches; then
		result_skip "ethtool" "there are no patches yet"
		return
	fi
	ethtool_packages
	ethtool_check "$(ethtool_base)"
	ethtool_scripts
	# A mirror may name a version in its lists that it does not have.
	for newer in $(ethtool_newer); do
		ethtool_source "$newer" >/dev/null 2>&1 || continue
		ethtool_check "$newer"
		return
	done
	result_skip "ethtool, newer version" "none can be had"
}

# ethtool_scripts: those in tests/ethtool.
ethtool_scripts() {
	local script
	for script in "$TOP"/tests/ethtool/*.sh; do
		[[ -e $script ]] || continue
		result_ktap "${script##*/}" bash "$script"
	done
}

# ethtool_check VERSION: applies, builds without a warning, passes its own tests.
ethtool_check() {
	local version=$1 source build=$WORK/ethtool-$1/build
	step "ethtool $version"
	if ! source=$(ethtool_source "$version"); then
		result_skip "ethtool $version" "its source cannot be had"
		return
	fi
	mkdir -p "$build"
	result_check "the series applies to ethtool $version" ethtool_unpack "$source" "$build"
	result_check "it builds" ethtool_make "$build"
	result_check "ethtool's own tests pass" make -C "$build" -j2 check
}

# Warnings count in the files that the series adds or changes.
ethtool_make() {
	local changed
	(cd "$1" && ./configure && make -j2) >"$1/make.log" 2>&1 || { tail -n 40 "$1/make.log"; return 1; }
	changed=$(sed -n 's,^+++ b/\(.*\.[ch]\)$,\1,p' "$ETHTOOL_PATCHES"/*.patch | sort -u)
	! grep -F 'warning:' "$1/make.log" | grep -F "$changed"
}
