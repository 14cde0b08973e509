# shellcheck shell=bash
# Downloads and builds live outside the work tree, in one folder per item that
# is complete or absent. Temporary files live in one folder per process.

CACHE=${VFCTL_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vfctl}

# cache_item KEY BUILDER ARG...: prints the folder of that item. When it is not
# there, BUILDER gets an empty folder as $1 and fills it; $CACHE_FINAL names the
# place where it will stand, for builders that must write that path down.
# Two processes that want the same item: one builds, the other waits for it.
cache_item() {
	local key=$1
	shift
	if [[ ! -e $CACHE/$key/.complete ]]; then
		cache_fill "$key" "$@" || return 1
	fi
	# When it was wanted last: see cache_forget.
	: 2>/dev/null >"$CACHE/$key/.complete"
	printf '%s\n' "$CACHE/$key"
}

# cache_forget: removes what nobody has wanted for two weeks: each change of the tree makes new
# images, and each new kernel a new tree.
CACHE_DAYS=14
cache_forget() {
	local file
	find "$CACHE" -mindepth 3 -maxdepth 3 -name .complete -mtime "+$CACHE_DAYS" 2>/dev/null |
		while IFS= read -r file; do
			rm -rf "${file%/.complete}"
		done
}

cache_fill() (
	key=$1 builder=$2
	shift 2
	final=$CACHE/$key part=$CACHE/$key.part
	cache_room
	{ mkdir -p "${final%/*}" "$CACHE/locks" && exec {lock}>"$CACHE/locks/${key//\//_}"; } 2>/dev/null ||
		die "cannot write to the cache folder $CACHE (set VFCTL_CACHE to another one)"
	flock "$lock"
	[[ -e $final/.complete ]] && exit 0

	# However this ends, also by a die() of the builder.
	trap 'cache_drop "$part" "$key"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	rm -rf "$part" && mkdir -p "$part" &&
		CACHE_FINAL=$final "$builder" "$part" "$@" >&2 &&
		touch "$part/.complete" && rm -rf "$final" && mv "$part" "$final"
)

# cache_drop PART KEY: removes what was not completed, and says so where there was no space.
cache_drop() {
	[[ -e $1 ]] || return
	(($(cache_free) >= 4)) ||
		say "there was no space left in the cache folder $CACHE for $2 (set VFCTL_CACHE to another one)"
	rm -rf "$1"
}

# cache_room: ends this where nothing would fit into the cache.
cache_room() {
	(($(cache_free) >= 64)) ||
		die "there is hardly any space left in the cache folder $CACHE (set VFCTL_CACHE to another one)"
}

# cache_free: in MiB, of the file system that it is in or will be in.
cache_free() {
	local folder=$CACHE
	while [[ ! -e $folder && $folder == */* ]]; do
		folder=${folder%/*}
	done
	df -Pm "${folder:-/}" | awk 'NR == 2 { print $4 }'
}

# tree_files PATH...: the tree's files below these, with NUL after each, named from the
# tree's top. Files that are not committed yet are among them; what .gitignore names is not.
tree_files() {
	tree_list --cached --others --exclude-standard -- "$@"
}

# tree_tracked PATH...: only those that git tracks.
tree_tracked() {
	tree_list --cached -- "$@"
}

# tree_list OPTION... -- PATH...: as git lists them. A tree without git, or that git does not
# trust, has all its files listed, but not those whose names .gitignore has.
tree_list() (
	options=()
	cd "$TOP" || exit 1
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	set -- "${@/#"$TOP/"/}"
	if ! { [[ -e .git ]] && git --literal-pathspecs ls-files -z --deduplicate "${options[@]}" -- "$@" 2>/dev/null; }; then
		mapfile -t options < <(sed -n '/^[^#/][^/]*$/{s/^/!\n-name\n/;p}' .gitignore)
		find "$@" -path './.git' -prune -o -type f "${options[@]}" -print0
	fi | while IFS= read -rd '' file; do
		[[ -f $file ]] && printf '%s\0' "${file#./}"
	done
)

# tree_copy FOLDER TO: makes TO a copy of that folder of the tree, without what was built in it.
tree_copy() {
	local folder=${1#"$TOP/"} up
	up=${folder//[^\/]/}
	mkdir -p "$2" && tree_files "$folder" | tar -C "$TOP" -c --null -T - |
		tar -x -C "$2" --strip-components=$((${#up} + 1))
	[[ ${PIPESTATUS[*]} == "0 0 0" ]]
}

# hash_of PATH...: one hash over names and contents, whatever the order of the
# folder; the key of what is built from these files. The tree itself may be anywhere:
# a clone of it takes what was built for another.
hash_of() (
	cd "$TOP" && tree_files "$@" | LC_ALL=C sort -z | xargs -0r sha256sum |
		sha256sum | cut -c1-16
)

# work_dir: sets $WORK to this process's own temporary folder. At exit the functions that AT_END names
# are called, all processes that this one has started are ended, also those whose numbers stand in its files
# *.pid, and the folder is removed. Of scripts that call each other, the one that was called first says that
# a signal has ended it.
AT_END=()
work_dir() {
	export VFCTL_FIRST=${VFCTL_FIRST:-$$}
	WORK=$(mktemp -d "${TMPDIR:-/tmp}/vfctl.XXXXXX") || die "cannot make a temporary folder"
	trap work_end EXIT
	trap 'work_ended interrupted 130' INT
	trap 'work_ended "ended by a signal" 143' TERM HUP
}

# work_ended HOW STATUS
work_ended() {
	[[ $VFCTL_FIRST != "$$" ]] || say "${0##*/}: $1"
	exit "$2"
}

work_end() {
	local job
	# The second signal of two would end this.
	trap '' INT TERM HUP
	for job in "${AT_END[@]}"; do
		"$job"
	done
	processes_end
	rm -rf "$WORK"
}

# processes_end: ends what this process has started, and waits until all of it has ended: builders remove
# what they have not completed. What is left after ten seconds is killed.
processes_end() {
	local -a pids
	local end=$((SECONDS + 10))
	mapfile -t pids < <(processes_below "$$"; cat "$WORK"/*.pid 2>/dev/null)
	((${#pids[@]})) || return
	kill "${pids[@]}" 2>/dev/null
	while mapfile -t pids < <(processes_alive "${pids[@]}"); ((${#pids[@]})); do
		if ((SECONDS >= end)); then
			kill -KILL "${pids[@]}" 2>/dev/null
			return
		fi
		sleep 0.05
	done
}

# processes_below PID: prints the numbers of its children, of theirs, and so on, but for the shell that
# prints them.
processes_below() {
	local stat pid parent
	local -a todo=("$1")
	local -A children=()
	for stat in /proc/[0-9]*/stat; do
		# The name, in parentheses, may have anything in it.
		{ read -r stat <"$stat"; } 2>/dev/null || continue
		pid=${stat%% *}
		read -r _ parent _ <<<"${stat##*) }"
		[[ $pid == "$BASHPID" ]] || children[$parent]+=" $pid"
	done
	while ((${#todo[@]})); do
		# shellcheck disable=SC2206 # words
		todo=(${children[${todo[0]}]-} "${todo[@]:1}")
		((${#todo[@]} == 0)) || printf '%s\n' "${todo[0]}"
	done
}

# processes_alive PID...: prints those that have not ended.
processes_alive() {
	local pid stat
	for pid; do
		{ read -r stat <"/proc/$pid/stat"; } 2>/dev/null || continue
		[[ ${stat##*) } == Z* ]] || printf '%s\n' "$pid"
	done
}
