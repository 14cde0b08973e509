# shellcheck shell=bash
# Part "static": what can be said of the code without running it.

static_packages() {
	apt_need gcc make libc6-dev libelf-dev sparse perl shellcheck clang-format patch xz-utils \
		python3 python3-yaml python3-jsonschema
}

static_run() {
	local series name
	static_packages
	if static_has_module; then
		for series in "${KERNEL_SERIES[@]}"; do
			name=$(kernel_name "$series") || { result_failed "there is no $series kernel"; continue; }
			step "kmod on Linux $name"
			result_check "kmod builds with W=1 on $name without a warning" static_warnings kmod "$series" W=1
			result_check "the tests' modules do as well on $name" static_warnings tests/kmod "$series" W=1
			static_sparse "$series" "$name"
		done
	else
		result_skip "kmod builds" "there is no module yet"
	fi
	static_igb
	step "style and generated files"
	result_check "checkpatch --strict has nothing to say" static_checkpatch
	result_check "the generated files are what the generator makes" static_generated
	result_check "files of kmod include headers of lower layers alone" static_layers
	result_check "shellcheck has nothing to say" static_shellcheck
	static_format
}

static_has_module() {
	[[ -e $TOP/kmod/Kbuild || -e $TOP/kmod/Makefile ]]
}

# static_copy NAME [FOLDER]: prints a fresh copy of the source of the module, or of the
# tests' modules.
static_copy() {
	rm -rf "${WORK:?}/$1"
	tree_copy "${2:-kmod}" "$WORK/$1" && printf '%s\n' "$WORK/$1"
}

# static_complaints LOG: the lines that speak of the code, not of the machine.
static_complaints() {
	grep -E 'warning:|error:|WARNING:|ERROR:' "$1" | grep -vE \
		-e 'the compiler differs from' -e 'pahole version differs' -e 'Skipping BTF'
}

static_warnings() {
	local folder=$1 series=$2 copy
	shift 2
	copy=$(static_copy "W-$series" "$folder") || return 1
	module_make "$series" "$copy" "$@" || return 1
	! static_complaints "$copy/make.log"
}

# static_sparse SERIES NAME: what C=2 sets is set itself, since newer kernels first ask a
# script whether sparse can be used, which Debian's headers have not.
static_sparse() {
	local series=$1 what="sparse has nothing to say on $2" copy log status
	copy=$(static_copy "C-$series") || return 1
	log=$copy/make.log
	module_make "$series" "$copy" KBUILD_CHECKSRC=2 CHECK=sparse >"$WORK/said" 2>&1
	status=$?
	if grep -qE '/include/.*: error:' "$log"; then
		result_skip "$what" "sparse $(sparse --version) cannot read this kernel's headers"
	elif ((status)); then
		result_failed "$what" "$log"
	elif ! grep -q '^ *CHECK ' "$log"; then
		result_failed "$what: it was not run" "$log"
	elif static_complaints "$log" >"$WORK/said"; then
		result_failed "$what" "$WORK/said"
	else
		result_ok "$what"
	fi
}

# The drivers of patches/linux.
static_igb() {
	local series name
	for series in "${KERNEL_SERIES[@]}"; do
		name=$(kernel_name "$series") || { result_failed "there is no $series kernel"; continue; }
		step "patches/linux on Linux $name"
		result_check "igb and igbvf build with W=1 on $name without a warning" static_igb_warnings "$series"
	done
	result_check "checkpatch --strict has nothing to say of patches/linux" static_igb_checkpatch
	result_check "kmod has the header of igb's interface" static_igb_header
}

static_igb_warnings() {
	local dir=$WORK/igb-$1
	mkdir -p "$dir" && igb_source "$dir" "$1" && igb_make "$1" "$dir" W=1 || return 1
	! static_complaints "$dir/$IGB_FOLDER/igb/make.log" && ! static_complaints "$dir/$IGB_FOLDER/igbvf/make.log"
}

static_igb_checkpatch() {
	local source
	local -a checkpatch
	source=$(linux_source 6.12) || return 1
	checkpatch=(perl "$source/scripts/checkpatch.pl" --no-tree --strict --terse --show-types --no-summary)
	# The lines that the second writes are those of older kernels.
	"${checkpatch[@]}" --ignore FILE_PATH_CHANGES "$IGB_PATCHES"/*.patch &&
		"${checkpatch[@]}" --ignore PARENTHESIS_ALIGNMENT "${IGB_NEWER[@]}"
}

static_igb_header() {
	local dir=$WORK/igb-header
	mkdir -p "$dir" && igb_source "$dir" 6.12 &&
		diff -u "$dir/include/linux/net/intel/igb_vf_limit.h" "$TOP/kmod/igb_vf_limit.h"
}

static_checkpatch() {
	local source file status=0
	local -a allowed
	source=$(linux_source 6.12) || return 1
	while IFS= read -r file; do
		allowed=()
		# What is there to be built on several kernels has to ask for theirs.
		[[ ${file##*/} != compat.* ]] ||
			allowed=(--ignore "LINUX_VERSION_CODE,CONSTANT_COMPARISON,PREFER_ETHTOOL_PUTS")
		# bus_register() took no const bus before 6.4.
		[[ $file != */vfsim/bus.c ]] || allowed=(--ignore CONST_STRUCT)
		perl "$source/scripts/checkpatch.pl" --no-tree --strict --terse --show-types \
			--no-summary "${allowed[@]}" -f "$file" || status=1
	done < <(static_c_files)
	return "$status"
}

# The module's C files and those of the tests' modules; what is generated has the
# generator's style.
static_c_files() {
	tree_tracked kmod tests/kmod | tr '\0' '\n' | grep '\.[ch]$' |
		grep -v -e '-nl-gen\.[ch]$' -e /uapi/ | sed "s,^,$TOP/,"
}

static_generated() {
	local file out=$WORK/generated
	mkdir -p "$out"
	"$TOP/kmod/regen.sh" "$out" || return 1
	for file in vfctl-nl-gen.c vfctl-nl-gen.h uapi/linux/vfctl.h; do
		diff -u "$TOP/kmod/$file" "$out/$file" || return 1
	done
}

# One version's idea of a style is not another's: that of Debian 12 counts.
# static_layers: kmod/Kbuild lists the files from the lowest layer to the highest. A header
# without a file of its own belongs to no layer.
static_layers() {
	local -a order
	read -ra order < <(sed -n '/^vfctl-y :=/,/[^\\]$/{s/vfctl-y :=//; s/\\$//; s/\.o\>//g; p}' "$TOP/kmod/Kbuild" |
		paste -sd ' ')
	((${#order[@]} > 20)) || { echo "kmod/Kbuild does not tell the order"; return 1; }
	(cd "$TOP/kmod" && grep -o '^#include "[^"]*"' -- "${order[@]/%/.c}") |
		sed 's/\.c:#include "/ /; s/\.h"$//; s,.*/,,' |
		awk -v order="${order[*]}" '
			BEGIN { n = split(order, names); for (i = 1; i <= n; i++) rank[names[i]] = i }
			rank[$2] > rank[$1] {
				print $1 ".c includes " $2 ".h, which is of a higher layer"
				bad = 1
			}
			END { exit bad }'
}

static_format() {
	local what="clang-format has nothing to change" major
	major=$(clang-format --version | sed -E 's/.*version ([0-9]+).*/\1/')
	if ((major != 14)); then
		result_skip "$what" "this is version $major, and 14 is the one that counts"
		return
	fi
	result_check "$what" static_format_check
}

static_format_check() {
	(cd "$TOP" && tree_tracked libvfctl tools tests examples | grep -z '\.[ch]pp$' |
		xargs -0 clang-format --dry-run -Werror)
}

# In a topic "do" is a word of the netlink client, and what is quoted is for eval.
static_shellcheck() (
	cd "$TOP" || exit 1
	static_shell_files | xargs -0 shellcheck -x -e SC1090,SC1091,SC2034,SC2154 &&
		static_topic_files | xargs -0 shellcheck -s bash -x -e SC1090,SC1091,SC2034,SC2154,SC1010,SC2016
)

# Where topics are: one is no program of its own, it has no first line that names a shell.
STATIC_TOPICS='^tests/vm/(topics|guest|torture|bench)/'

# Every shell script of the tree, with or without the name of one.
static_shell_files() {
	tree_tracked . | grep -zvE "$STATIC_TOPICS" | while IFS= read -rd '' file; do
		case ${file##*/} in
		*.sh) ;;
		*.*) continue ;;
		*) [[ -x $file ]] && head -n 1 "$file" | grep -qE '^#!.*(bash|sh)( |$)' ;;
		esac && printf '%s\0' "$file"
	done
}

static_topic_files() {
	tree_tracked tests/vm | grep -zE "$STATIC_TOPICS.*\.sh\$"
}
