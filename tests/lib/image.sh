# shellcheck shell=bash
# The initramfs of the emulated host: modules, and the programs that are used most.

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
