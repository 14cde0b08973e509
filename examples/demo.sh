#!/bin/bash
# Shows the three commands of the project on a real kernel: boots an emulated host
# with an SR-IOV network card, types them there and shows what they print.
# Usage: examples/demo.sh [--guests] [--shell] [--kernel 6.1|6.12|newest]
#	--guests  another one: two real guests own a VF each, and one of them lowers
#	          its own limit
#	--shell   leaves you in a shell on that host afterwards, to try things
# Missing packages are installed, and what is downloaded or built is kept in
# ~/.cache/vfctl (VFCTL_CACHE names another folder). Nothing else is changed.
set -u
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for part in log cache apt kernel libc debug_kernel qemu module igb ethtool build tools image vm; do
	# shellcheck source=/dev/null
	. "$TOP/tests/lib/$part.sh"
done

# Long enough for a slow machine, in seconds; the demo itself takes well under a minute.
LIMIT=600

series=6.12 shell='' guests=''
while (($#)); do
	case $1 in
	--shell) shell=vm_shell ;;
	--guests) guests=yes ;;
	--kernel)
		[[ " ${KERNEL_SERIES[*]} " == *" ${2-} "* ]] ||
			usage_error "--kernel takes one of: ${KERNEL_SERIES[*]}"
		series=$2
		shift
		;;
	-h | --help)
		sed -n '2,9s/^# \?//p' "$0"
		exit
		;;
	*) usage_error "unknown argument $1 (usage: examples/demo.sh [--guests] [--shell] [--kernel V])" ;;
	esac
	shift
done
[[ -z $guests || -z $shell ]] || usage_error "--shell does not go with --guests"

demo_prepare() {
	local body=demo-host.sh igb='' tools
	local -a modules=()
	vm_need
	[[ -z $shell ]] || apt_need bash-completion
	# What fails here has said why.
	release=$(kernel_release "$series") || exit 1
	VM_PATH=$(ethtool_path) || exit 1
	tools=$(tools_prefix) || exit 1
	VM_PATH+=:$tools/bin:$tools/sbin
	if [[ -n $guests ]]; then
		body=demo-guests.sh modules=("${VM_GUEST_MODULES[@]}") VM_GUESTS=yes
		igb=$(igb_tree "$series") || exit 1
	fi
	initramfs=$(vm_initramfs "$series" "${modules[@]}") || exit 1
	work_dir
	demo_screen
	vm_options "$series" "$initramfs" 1 "$TOP/examples/$body" \
		quiet loglevel=1 vm_console "vm_igb=$igb" "$shell" "${screen[@]}"
}

# demo_screen: sets $screen. The serial console knows neither how large the window is, nor of
# what kind, nor that there is one.
demo_screen() {
	local rows columns
	screen=()
	if [[ ! -t 1 ]]; then
		screen=(vm_plain)
	elif [[ -n ${TERM-} ]]; then
		screen=("TERM=$TERM")
	fi
	[[ ! -t 0 ]] || ! read -r rows columns < <(stty size) || screen+=("vm_rows=$rows" "vm_columns=$columns")
}

demo_prepare
step "booting an emulated host with Linux $release"
# The body says on a port of its own how it ended.
VM_OPTIONS+=(-chardev "file,id=ktap,path=$WORK/end"
	-device "virtserialport,chardev=ktap,name=ktap")
if [[ -n $shell ]]; then
	say "    (leave its shell with: exit, or Ctrl-A x)"
	# While it waits, and not for a program in the foreground, this hears of a terminal that is closed.
	"$VM_QEMU" "${VM_OPTIONS[@]}" -serial mon:stdio <&0 &
	wait $!
else
	timeout --foreground "$LIMIT" "$VM_QEMU" "${VM_OPTIONS[@]}" -monitor none \
		-serial stdio </dev/null | sed -u -e 's/\r$//' -e '/ reboot: Power down$/d'
fi
grep -qx 'demo: 0 failed' "$WORK/end" 2>/dev/null ||
	die "the demo did not come to its end, or a command in it failed"
