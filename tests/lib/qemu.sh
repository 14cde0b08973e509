# shellcheck shell=bash
# QEMU with an emulated SR-IOV network card (igb: an Intel 82576), which came
# with QEMU 8.0. With the patches of patches/qemu its transmit rate scheduler
# works as well, and limits shape.

QEMU_PATCHES=$TOP/patches/qemu

# Where the source is looked for; Debian 12 gets its QEMU from Debian 13.
QEMU_SUITES=(bookworm-backports trixie trixie-backports sid)

# Only the x86_64 machine, and what the tests use of it.
QEMU_OPTIONS=(--target-list=x86_64-softmmu --without-default-features
	--enable-tcg --enable-kvm --enable-slirp --enable-virtfs --enable-attr
	--enable-cap-ng --enable-vhost-kernel --enable-vhost-net
	--enable-trace-backends=log --disable-docs --disable-download --disable-debug-info
	--disable-install-blobs --firmwarepath=/usr/share/qemu:/usr/share/seabios)
QEMU_TARGETS=(qemu-system-x86_64 tests/qtest/qos-test)

# What the patched one is linked with.
QEMU_LIBRARIES=(libglib2.0-dev libpixman-1-dev libslirp-dev libattr1-dev libcap-ng-dev)

# qemu_binary: prints the QEMU to use: the patched one. Debian's is for those who ask for it by
# VFCTL_SHAPES=no, and VFCTL_QEMU names another one; nobody gets them unasked.
qemu_binary() {
	local stock=qemu-system-x86_64
	if [[ -n ${VFCTL_QEMU-} ]]; then
		qemu_has_igb "$VFCTL_QEMU" || die "$VFCTL_QEMU has no igb device: QEMU 8.0 or newer is needed"
		printf '%s\n' "$VFCTL_QEMU"
	elif [[ ${VFCTL_SHAPES-yes} == no ]]; then
		qemu_need_stock "$stock"
		printf '%s\n' "$stock"
	else
		qemu_patched ||
			die "there is no patched QEMU; with VFCTL_SHAPES=no Debian's is taken, in which limits do not shape"
	fi
}

# qemu_shapes BINARY: its igb paces packets; it has the trace event of that.
qemu_shapes() {
	"$1" -trace help 2>/dev/null | grep -q '^igb_tx_rate_'
}

qemu_has_igb() {
	command -v "$1" >/dev/null && "$1" -device help 2>/dev/null | grep -q '"igb"'
}

qemu_need_stock() {
	qemu_has_igb "$1" && [[ -e /usr/share/seabios/bios-256k.bin ]] && return
	qemu_install qemu-system-x86 qemu-system-common qemu-system-data seabios ipxe-qemu
	qemu_has_igb "$1" || die "no QEMU 8.0 or newer could be installed from this machine's sources or its backports"
}

# The patched one has no firmware of its own, and no boot ROM for its network cards.
qemu_need_firmware() {
	local own
	own=$(dpkg-query -W -f='${Version}' qemu-system-data 2>/dev/null)
	if ! dpkg --compare-versions "${own:-0}" ge 1:8.0 || ! apt_installed seabios; then
		qemu_install qemu-system-data seabios
	fi
}

# qemu_install PACKAGE...: from the backports, where the machine's own are older than 8.0.
# Recommended packages are left out: they bring a display and sound.
qemu_install() {
	local own
	apt_suite machine
	own=$(apt_field qemu-system-data Version)
	if dpkg --compare-versions "${own:-0}" ge 1:8.0; then
		apt_need "$@"
	else
		apt_need_from "$(debian_codename)-backports" "$@"
	fi
}

# qemu_base: the version that the series is made for, from its README.
qemu_base() {
	grep -oE '^Base: QEMU [0-9.]*[0-9]' "$QEMU_PATCHES/README.md" | grep -oE '[0-9.]+$'
}

# qemu_patched: prints the patched QEMU, which is built when it is not there. One from the
# cache may have been built on a machine that had its libraries.
qemu_patched() {
	local version key dir
	version=$(qemu_version) || return 1
	key=$(printf '%s\n' "$(hash_of "$QEMU_PATCHES"/*.patch)" "${QEMU_OPTIONS[@]}" "${QEMU_TARGETS[@]}" | sha256sum | cut -c1-16)
	qemu_need_firmware
	dir=$(cache_item "qemu/$version-$key" qemu_build "$version") || return 1
	! ldd "$dir/qemu-system-x86_64" | grep -q 'not found' || apt_need "${QEMU_LIBRARIES[@]}"
	printf '%s/qemu-system-x86_64\n' "$dir"
}

# qemu_version: the base, or where its source cannot be had the newest of its series.
qemu_version() {
	local base suite version
	base=$(qemu_base)
	if qemu_source "$base" >/dev/null; then
		printf '%s\n' "$base"
		return
	fi
	for suite in "${QEMU_SUITES[@]}"; do
		apt_suite "$suite" deb-src || continue
		version=$(apt_source_versions qemu | sed -nE "s/^[0-9]+:(${base%.*}\.[0-9]+)[+-].*/\1/p" | head -n 1)
		if [[ -n $version ]] && qemu_source "$version" >/dev/null; then
			printf '%s\n' "$version"
			return
		fi
	done
	return 1
}

qemu_source() {
	cache_item "source/qemu-$1" apt_source qemu "$1" "${QEMU_SUITES[@]}"
}

# qemu_build DIR VERSION: configured with QEMU_OPTIONS.
qemu_build() {
	local dir=$1 version=$2 source
	source=$(qemu_source "$version") || return 1
	qemu_build_need && mkdir "$dir/build" && qemu_unpack "$source" "$dir/build" || return 1
	step "building QEMU $version with the patches (some minutes)"
	(
		cd "$dir/build" &&
			run_logged ../configure.log ./configure --python=/usr/bin/python3 \
				"${QEMU_OPTIONS[@]}" &&
			run_logged ../make.log ninja -C build -j "${VFCTL_BUILD_JOBS:-$(nproc)}" "${QEMU_TARGETS[@]}"
	) && mv "${QEMU_TARGETS[@]/#/$dir/build/build/}" "$dir/" && rm -rf "$dir/build" &&
		qemu_shapes "$dir/qemu-system-x86_64"
}

# Meson 1.5 is what QEMU 10.0 wants; Debian 12 has it in its backports.
qemu_build_need() {
	local meson=(meson python3-pycotap) own
	apt_need gcc libc6-dev make ninja-build pkg-config flex bison patch xz-utils \
		python3-venv python3-distlib python3-tomli "${QEMU_LIBRARIES[@]}"
	own=$(dpkg-query -W -f='${Version}' meson 2>/dev/null)
	if ! dpkg --compare-versions "${own:-0}" ge 1.5; then
		apt_suite machine
		own=$(apt_field meson Version)
		if ! dpkg --compare-versions "${own:-0}" ge 1.5; then
			apt_need_from "$(debian_codename)-backports" "${meson[@]}"
			return
		fi
	fi
	apt_need "${meson[@]}"
}

# qemu_unpack TARBALL-FOLDER DIR: with the patches, without the firmware that
# Debian takes out of the tarball.
qemu_unpack() {
	local patch
	tar -xf "$1"/qemu_*.orig.tar.* -C "$2" --strip-components=1 || return 1
	for patch in "$QEMU_PATCHES"/*.patch; do
		run_logged "$2/../patch.log" patch -d "$2" -p1 --fuzz=0 -i "$patch" || return 1
	done
	sed -i 's/unpack_edk2_blobs = bzip2.found()/unpack_edk2_blobs = false/' "$2/meson.build"
}

qemu_packages() {
	qemu_need_firmware
	qemu_build_need
}

# qemu_run: part "qemu", the series' own tests of the registers and of the scheduler.
qemu_run() {
	local qemu dir wrapper=$WORK/qtest/qemu-system-x86_64
	local -a tests=()
	step "the patched QEMU's own tests of igb"
	if ! qemu=$(qemu_patched); then
		result_failed "qtest of igb: there is no patched QEMU"
		return
	fi
	dir=${qemu%/*}
	# It looks for the firmware in QEMU's tree, and for the machine in the program's name.
	mkdir -p "${wrapper%/*}"
	printf '#!/bin/sh\nexec %s -L /usr/share/seabios -L /usr/share/qemu "$@"\n' "$qemu" >"$wrapper"
	chmod +x "$wrapper"
	export QTEST_QEMU_BINARY=$wrapper
	mapfile -t tests < <("$dir/qos-test" -l 2>/dev/null | grep 'igb/' | sed 's/^/-p\n/')
	((${#tests[@]})) || { result_failed "there is no qtest of igb"; return; }
	result_ktap "qtest of igb" "$dir/qos-test" --tap -k "${tests[@]}"
}
