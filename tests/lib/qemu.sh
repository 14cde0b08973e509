# shellcheck shell=bash
# QEMU with an emulated SR-IOV network card (igb: an Intel 82576), which came
# with QEMU 8.0.

# qemu_binary: prints the QEMU to use, installing one when there is none that
# will do. VFCTL_QEMU names another one.
qemu_binary() {
	local binary=${VFCTL_QEMU:-qemu-system-x86_64} codename
	if ! qemu_has_igb "$binary"; then
		[[ -z ${VFCTL_QEMU-} ]] || die "$VFCTL_QEMU has no igb device: QEMU 8.0 or newer is needed"
		codename=$(debian_codename) || exit 1
		qemu_install "$codename"
		qemu_has_igb "$binary" || die "no QEMU 8.0 or newer could be installed from this machine's sources or $codename-backports"
	fi
	printf '%s\n' "$binary"
}

qemu_has_igb() {
	command -v "$1" >/dev/null && "$1" -device help 2>/dev/null | grep -q '"igb"'
}

# Recommended packages are left out: they bring a display and sound.
qemu_install() {
	local codename=$1 own
	apt_suite machine
	own=$(apt_field qemu-system-x86 Version)
	if dpkg --compare-versions "${own:-0}" ge 1:8.0; then
		apt_need qemu-system-x86 seabios
	else
		apt_need_from "$codename-backports" qemu-system-x86 qemu-system-common \
			qemu-system-data seabios ipxe-qemu
	fi
}
