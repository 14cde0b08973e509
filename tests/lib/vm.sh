# shellcheck shell=bash
# The emulated host: one of Debian's kernels, a small initramfs, and this
# machine's own files below a writable layer in memory.

vm_packages() {
	apt_need bash-builtins busybox-static kmod xz-utils iproute2 ethtool iputils-ping iperf3 jq gojq util-linux \
		procps python3 python3-yaml python3-jsonschema python3-pyte python3-pexpect
}

vm_need() {
	vm_packages
	VM_QEMU=$(qemu_binary) || exit 1
	VM_SHAPES=no
	! qemu_shapes "$VM_QEMU" || VM_SHAPES=yes
	VM_PROGRAM_SUM=$({ vm_program_files && vm_python_files; } | xargs -d '\n' sha256sum | sha256sum)
}

# How many cards a host can have: a port for each.
VM_PORTS=2

# vm_machine SERIES INITRAMFS: fills VM_OPTIONS with the machine itself, without cards, and VM_BOOT with
# what it boots. With VM_GUESTS=yes it can have guests (tests/vm/guests.sh): a processor
# with SVM and an IOMMU. Its memory stays below 2 GiB: above, the firmware gives the root
# port a 64-bit window, where QEMU maps the VFs' registers wrongly.
VM_GUESTS=no
vm_machine() {
	local series=$1 initramfs=$2 tree release port words=''
	tree=$(kernel_tree "$series") && release=$(kernel_release "$series") || return 1
	# A page table of five levels is one more that the emulator looks through. KASAN takes it
	# for one of four while the processor's features are read, and an interrupt in that
	# moment for a wild access, which ends the work of lockdep: one boot in ten.
	VM_OPTIONS=(-machine "q35,accel=${VFCTL_ACCEL:-tcg}" -cpu "max,la57=off" -m 1024)
	# What its checkers keep books of takes memory.
	if [[ $series == "$KERNEL_DEBUG" ]]; then
		VM_OPTIONS=(-machine "q35,accel=${VFCTL_ACCEL:-tcg}" -cpu "max,la57=off" -m 2040)
		# A busy machine stops an emulated processor for longer than real ones stand still.
		words="rcupdate.rcu_cpu_stall_suppress_at_boot=1 rcupdate.rcu_cpu_stall_timeout=120 watchdog_thresh=60"
	fi
	if [[ $VM_GUESTS == yes ]]; then
		VM_OPTIONS=(-machine "q35,accel=tcg,kernel-irqchip=split" -cpu "max,la57=off,+svm,+npt" -m 2040
			-device "intel-iommu,intremap=on,caching-mode=on")
		words="intel_iommu=on"
	fi
	VM_OPTIONS+=(-smp 2 -no-reboot -nodefaults -display none
		-virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
		-device virtio-serial-pci)
	for ((port = 0; port < VM_PORTS; port++)); do
		VM_OPTIONS+=(-device "pcie-root-port,id=port$port,chassis=$((port + 1))")
	done
	VM_BOOT=(-kernel "$tree/boot/vmlinuz-$release" -initrd "$initramfs" -append "console=ttyS0 panic=-1 $words")
}

# vm_words SERIES INITRAMFS BODY [WORD...]: sets VM_WORDS to what process 1 is told
# (tests/vm/init). VM_LONG tells the body that it may take hours.
VM_LONG=no
vm_words() {
	local series=$1 initramfs=$2 body=$3 tree release
	shift 3
	VM_WORDS="vm_body=$body vm_top=$TOP vm_path=${VM_PATH-} vm_shapes=$VM_SHAPES vm_long=$VM_LONG vm_seed=${VFCTL_SEED-} $*"
	[[ $VM_GUESTS == yes ]] || return 0
	tree=$(kernel_tree "$series") && release=$(kernel_release "$series") || return 1
	VM_WORDS+=" vm_qemu=$(command -v "$VM_QEMU") vm_kernel=$tree/boot/vmlinuz-$release vm_initrd=$initramfs"
}

# vm_networks CARDS: adds the cards' networks to VM_OPTIONS. Each has one of its own,
# without a way out; VM_NETWORK[CARD] gives it another.
declare -A VM_NETWORK=()
vm_networks() {
	local card
	for ((card = 0; card < $1; card++)); do
		VM_OPTIONS+=(-netdev "${VM_NETWORK[$card]:-user,restrict=on},id=net$card")
	done
}

# vm_cards CARDS: prints each card as QEMU's -device takes it.
vm_cards() {
	local card
	for ((card = 0; card < $1; card++)); do
		printf 'igb,bus=port%d,netdev=net%d,mac=52:54:00:12:34:%02x\n' "$card" "$card" $((86 + card))
	done
}

# vm_options SERIES INITRAMFS CARDS BODY [WORD...]: fills VM_OPTIONS for a host that boots, which
# has its cards from the beginning.
vm_options() {
	local series=$1 initramfs=$2 cards=$3 card
	shift 3
	vm_machine "$series" "$initramfs" && vm_words "$series" "$initramfs" "$@" || return 1
	VM_BOOT[-1]+=" $VM_WORDS"
	VM_OPTIONS+=("${VM_BOOT[@]}")
	vm_networks "$cards"
	for card in $(vm_cards "$cards"); do
		VM_OPTIONS+=(-device "$card")
	done
}

# vm_ports DIR: adds to VM_OPTIONS the serial console and the ports of a host whose files are in DIR:
# process 1 reads its orders from DIR/orders where they are not in the kernel's command line.
vm_ports() {
	local dir=$1
	VM_OPTIONS+=(-monitor none -serial "file:$dir/console")
	vm_port ktap "path=$dir/ktap"
	vm_port output "path=$dir/output"
	vm_port orders "path=/dev/null,input-path=$dir/orders"
	touch "$dir"/{ktap,output,console,orders}
}

vm_port() {
	VM_OPTIONS+=(-chardev "file,id=$1,$2" -device "virtserialport,chardev=$1,name=$1")
}
