# shellcheck shell=bash
# The emulated host: one of Debian's kernels, a small initramfs, and this
# machine's own files below a writable layer in memory.

# What init needs to get there, and what every topic may load.
VM_BOOT_MODULES=(virtio_pci virtio_console 9pnet_virtio 9p overlay)
VM_MODULES=(igb igbvf veth dummy)
VM_GUEST_MODULES=(kvm-amd vfio-pci vfio_iommu_type1)

# What is started most, there and even more in the guests of such a host, where each page
# of a file comes through two emulators. All else is read from this machine.
VM_PROGRAMS=(bash sh cat sed grep sleep timeout mktemp rm ip ss ping iperf3 ethtool kmod modprobe rmmod insmod
	awk basename chmod cmp comm cp cut date dmesg env expr find head kill ls mkdir mv nproc paste ps readlink realpath seq
	setpriv setsid sort stat stdbuf tail tee touch tr true uniq wc xargs gojq python3)
# What the tests' programs in Python import.
VM_PYTHON="argparse contextlib ctypes errno io json mmap os re select signal socket struct sys termios time"

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

# vm_initramfs SERIES [MODULE...]: prints the image, with these modules more.
vm_initramfs() {
	local series=$1 release modules='' key extra dir
	shift
	release=$(kernel_release "$series") || return 1
	for extra; do
		[[ $extra != netdevsim || $series == "$KERNEL_DEBUG" ]] || modules=$(netdevsim_tree "$series") || return 1
	done
	if [[ -e $TOP/kmod/Kbuild || -e $TOP/kmod/Makefile ]]; then
		modules+=" $(module_tree "$series")" || return 1
	fi
	key=$(printf '%s\n' "$modules" "${VM_BOOT_MODULES[@]}" "${VM_MODULES[@]}" "$@" "$VM_PROGRAM_SUM" "$(declare -f vm_initramfs_build vm_copy_programs)" |
		cat - "$TOP/tests/vm/init" | sha256sum | cut -c1-16)
	dir=$(cache_item "initramfs/$release-$key" vm_initramfs_build "$series" "$modules" "$@") &&
		printf '%s/initramfs.cpio\n' "$dir"
}

vm_initramfs_build() {
	local dir=$1 series=$2 built=$3 root=$1/root tree release
	shift 3
	tree=$(kernel_tree "$series") && release=$(kernel_release "$series") || return 1
	mkdir -p "$root"/{bin,dev,proc,sys,new,"lib/modules/$release/extra"}
	cp "$(command -v busybox)" "$root/bin/busybox" && cp "$TOP/tests/vm/init" "$root/init" &&
		vm_copy_programs "$root/programs" || return 1
	# Where netdevsim is one of those that were built, psample is what it depends on.
	[[ $series == "$KERNEL_DEBUG" ]] || set -- "${@/#netdevsim/psample}"
	vm_copy_modules "$tree" "$release" "$root" "${VM_BOOT_MODULES[@]}" "${VM_MODULES[@]}" "$@" || return 1
	for built in $built; do
		find "$built" -name '*.ko' -exec cp {} "$root/lib/modules/$release/extra/" \;
	done
	find "$root/lib/modules/$release/extra" -name '*.ko' -exec strip --strip-debug {} +
	/sbin/depmod -b "$root" "$release" || return 1
	(cd "$root" && find . | busybox cpio -o -H newc) >"$dir/initramfs.cpio" 2>/dev/null || return 1
	rm -rf "$root"
}

# vm_program_files: the programs and the libraries that they are linked with. Links are
# left as the names that they are, below folders that are none.
vm_program_files() {
	local name
	for name in "${VM_PROGRAMS[@]}"; do
		PATH=$PATH:/usr/sbin:/sbin type -P "$name"
	done | while IFS= read -r name; do
		printf '%s\n' "$name"
		ldd "$name" 2>/dev/null | grep -oE '/[^ ]+'
	done | while IFS= read -r name; do
		printf '%s/%s\n' "$(realpath "${name%/*}")" "${name##*/}"
	done | sort -u
}

# vm_python_files: what Python reads of its library for the tests' programs.
vm_python_files() {
	/usr/bin/python3 -S -c "import $(tr ' ' , <<<"$VM_PYTHON")
for module in list(sys.modules.values()):
	if (getattr(module, '__file__', None) or '').startswith('/'):
		print(module.__file__)"
}

# vm_copy_programs ROOT: Python's library is compiled there without a look at the time of
# its files, which an initramfs does not keep. What jq does gojq does in a tenth of the time.
vm_copy_programs() {
	local file
	{ vm_program_files && vm_python_files; } | while IFS= read -r file; do
		install -D -m 755 "$file" "$1$file" || exit 1
	done
	[[ ${PIPESTATUS[*]} == "0 0" ]] && mv "$1"/usr/bin/{gojq,jq} &&
		/usr/bin/python3 -m compileall -q --invalidation-mode unchecked-hash "$1"/usr/lib/python3* >&2
}

# vm_copy_modules TREE RELEASE ROOT MODULE...: with what they depend on, and not
# compressed, since busybox cannot load them otherwise.
vm_copy_modules() {
	local tree=$1 release=$2 root=$3 module file name
	shift 3
	[[ -e $tree/lib/modules/$release/modules.dep ]] || /sbin/depmod -b "$tree" "$release" || return 1
	cp "$tree/lib/modules/$release"/modules.{order,builtin*} "$root/lib/modules/$release/"
	for module; do
		/sbin/modprobe -d "$tree" -S "$release" --show-depends "$module" 2>/dev/null ||
			{ say "Linux $release has no module $module"; return 1; }
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
		name=${file##*/}
		case $name in
		*.xz) xz -dc "$file" >"$root/lib/modules/$release/${name%.xz}" ;;
		*.zst) zstd -qdc "$file" >"$root/lib/modules/$release/${name%.zst}" ;;
		*) cp "$file" "$root/lib/modules/$release/" ;;
		esac || exit 1
	done
	[[ ${PIPESTATUS[*]} =~ ^[0\ ]+$ ]]
}

# vm_take_slots N: waits until N of the places for hosts on this machine are free, whoever started the
# others, and holds them until this process ends. Who came first is served first.
vm_take_slots() {
	local slot slots gate lock taken=0
	slots=$(vm_slots)
	mkdir -p "$CACHE/locks"
	exec {gate}>"$CACHE/locks/vm-gate"
	flock "$gate"
	while :; do
		for ((slot = 1; slot <= slots && taken < $1; slot++)); do
			exec {lock}>"$CACHE/locks/vm-$slot"
			if flock -n "$lock"; then
				((++taken))
			else
				exec {lock}>&-
			fi
		done
		((taken < $1 && taken < slots)) || break
		sleep 0.2
	done
	exec {gate}>&-
}

# vm_slots: how many places there are: one more than processors are kept busy, since a body also
# waits, for a link or a sample. VFCTL_JOBS is another number.
vm_slots() {
	local processors
	processors=$(nproc)
	printf '%s\n' "${VFCTL_JOBS:-$((processors > 2 ? processors / 2 + 1 : processors + 1))}"
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
