# shellcheck shell=bash
# Part "bed": the test bed's own functions: what they leave and say when something fails.
# What is quoted is for another shell.
# shellcheck disable=SC2016

bed_packages() {
	apt_need util-linux
}

bed_run() {
	step "the test bed"
	bed_packages
	result_check "an item of the cache is complete or absent, whatever its builder does" bed_cache
	result_check "of two that want an item, one builds it" bed_cache_once
	result_check "a signal to the first script alone ends those that it has called, with one sentence" bed_signal
	result_check "what nobody wants any more goes, what somebody wants stays" bed_forget
	if unshare --mount true 2>/dev/null; then
		result_check "a full disk is told in one sentence, and nothing is left of the item" bed_full
	else
		result_skip "a full disk" "a file system of one's own cannot be mounted here"
	fi
	result_check "who lacks packages and is not root is told in one sentence" bed_sudo
	result_check "a kernel that cannot be had is one sentence, and a failure" bed_kernel
	result_check "sources of one line and of the deb822 form give another suite" bed_stanza
	result_check "without network, lists of before have to do" bed_offline
	result_check "what takes long says how far it is, and its end comes last" bed_watched
	result_check "what was built in the tree is none of its files" bed_tree
}

# bed_shell CACHE COMMANDLINE: in a shell of its own with these functions and that cache. What
# it says is in $said, and its status in $status.
bed_shell() {
	said=$(VFCTL_CACHE=$1 VFCTL_BEGAN=$EPOCHSECONDS VFCTL_FIRST='' "${bed_as[@]}" bash -uc 'TOP=$1
		for part in log cache apt kernel debug_kernel; do . "$TOP/tests/lib/$part.sh"; done
		eval "$2"' bed "$TOP" "$2" 2>&1 </dev/null)
	status=$?
}
bed_as=()

# bed_is WHAT WANTED GOT
bed_is() {
	[[ $3 == "$2" ]] && return
	printf '%s: %s, not %s\n' "$1" "$3" "$2"
	printf 'It said: %s\n' "${said-}"
	return 1
}

# bed_left CACHE: files in a cache, but locks.
bed_left() {
	find "$1" -type f ! -path '*/locks/*' -printf '%P\n' | sort | paste -sd' '
}

bed_cache() {
	local said status cache=$WORK/bed-cache
	bed_shell "$cache" 'b() { echo x >"$1/x"; }; cat "$(cache_item a/good b)/x"'
	bed_is "what was built" x "$said" && bed_is "its status" 0 "$status" || return 1
	bed_shell "$cache" 'b() { false; }; cat "$(cache_item a/good b)/x"'
	bed_is "what was built before" x "$said" || return 1
	bed_shell "$cache" 'b() { touch "$1/x"; return 1; }; cache_item a/bad b'
	bed_is "of a builder that fails" 1 "$status" || return 1
	bed_shell "$cache" 'b() { touch "$1/x"; die "no such thing"; }; cache_item a/worse b'
	bed_is "of a builder that dies" "1 bash: no such thing" "$status ${said/#bed:/bash:}" || return 1
	bed_shell "$cache" 'b() { touch "$1/x"; kill -TERM $BASHPID; }; cache_item a/killed b'
	bed_is "of a builder that is killed" 1 "$status" || return 1
	bed_is "what is left" "a/good/.complete a/good/x" "$(bed_left "$cache")"
}

bed_cache_once() {
	local said status
	bed_shell "$WORK/bed-once" 'b() { echo built; sleep 0.5; }
		cache_item one b >/dev/null & cache_item one b >/dev/null; wait'
	bed_is "two at a time" built "$said"
}

# A script calls another one, whose builder waits for one process and has started another.
bed_signal() {
	local said status cache=$WORK/bed-signal
	mkdir "$cache"
	bed_shell "$cache" 'export TOP; cat >"$CACHE/inner" <<-"END"
			for part in log cache; do . "$TOP/tests/lib/$part.sh"; done
			b() { touch "$1/x"; sleep 60 & echo $! >"$CACHE/pid"; run_logged "$1/log" sleep 60; }
			work_dir; cache_item a/item b
		END
		work_dir
		(until [[ -s $CACHE/pid ]]; do sleep 0.05; done; kill $$) &
		watched "$CACHE/log" bash -u "$CACHE/inner"; echo "it went on"'
	bed_is "what is said" "bed: ended by a signal" "$said" && bed_is "the status" 143 "$status" &&
		bed_is "what is left" "inner log pid" "$(bed_left "$cache")" &&
		bed_is "what still runs" "" "$(processes_alive "$(cat "$cache/pid")")"
}

bed_forget() {
	local said status cache=$WORK/bed-forget
	bed_shell "$cache" 'b() { echo x >"$1/x"; }; cache_item a/old b; cache_item a/used b
		touch -d "-15 days" "$CACHE"/a/{old,used}/.complete; cache_item a/used b; cache_forget'
	bed_is "what is left" "a/used/.complete a/used/x" "$(bed_left "$cache")"
}

# The file system is this function's own, and of 70 MiB.
bed_full() {
	local said status cache=$WORK/bed-full sentence='space left in the cache folder'
	mkdir "$cache"
	bed_as=(unshare --mount bash -c 'mount -t tmpfs -o size=70m tmpfs "$VFCTL_CACHE" && exec "$@"' mounted)
	bed_shell "$cache" 'b() { head -c 100M /dev/zero >"$1/x"; }
		cache_item big b; s=$?; find "$CACHE" -type f ! -path "*/locks/*"; exit $s'
	bed_is "the status" 1 "$status" && bed_is "sentences" 1 "$(grep -c "$sentence" <<<"$said")" &&
		bed_is "the last line has it" 1 "$(tail -n 1 <<<"$said" | grep -c "no $sentence")" || return 1
	bed_shell "$cache" 'head -c 10M /dev/zero >"$CACHE/x"; cache_item other true'
	bed_is "the status of the next" 1 "$status" && bed_is "lines" 1 "$(wc -l <<<"$said")" &&
		bed_is "the sentence" 1 "$(grep -c "hardly any $sentence" <<<"$said")"
}

# bed_programs NAME...: prints a folder that has these and no others.
bed_programs() {
	local folder=$WORK/bed-programs name
	rm -rf "$folder" && mkdir "$folder"
	for name; do
		ln -s "$(command -v "$name")" "$folder/$name"
	done
	printf '%s\n' "$folder"
}

bed_sudo() {
	local said status
	((EUID)) || bed_as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	bed_as+=(env HOME=/nonexistent "PATH=$(bed_programs bash dirname mkdir cat sed dpkg dpkg-query apt-get)")
	chmod 755 "$WORK"
	bed_shell /nonexistent 'apt_need bash no-such-package'
	chmod 700 "$WORK"
	bed_is "the status" 1 "$status" &&
		bed_is "what is said" "bed: packages are missing (no-such-package): run this as root, or install sudo" "$said"
}

bed_kernel() {
	local said status
	bed_shell "$WORK/bed-kernel" 'kernel_find() { say "no Debian suite has it"; return 1; }
		kernel_tree 6.1; echo "$?"; kernel_release 6.1; echo "$?"'
	bed_is "what is said" "$(printf 'no Debian suite has it\n1\nno Debian suite has it\n1')" "$said"
}

# Fields in any order and of any case, a key itself, options; entries of others and disabled ones.
bed_stanza() {
	local said status etc=$WORK/bed-apt ours='debian_codename() { echo bookworm; }; apt_stanza trixie deb-src'
	mkdir -p "$etc/sources.list.d"
	cat >"$etc/sources.list.d/0.sources" <<-'END'
		Types: deb
		URIs: http://other.example/apt
		Suites: stable-of-others
		Components: main

		Enabled: no
		Types: deb
		URIs: http://disabled.example/debian
		Suites: bookworm
		Components: main
	END
	cat >"$etc/sources.list" <<-'END'
		# deb http://comment.example/debian bookworm main
		deb [ arch=amd64 signed-by=/keys/a.gpg trusted=yes ] http://line.example/debian bookworm main contrib # ours
	END
	bed_shell "$WORK/bed" "APT_ETC=$etc; $ours"
	bed_is "of one line" "$(printf '%s\n' 'Types: deb-src' 'Suites: trixie' 'Components: main' \
		'Signed-By: /keys/a.gpg' 'Trusted: yes' 'URIs: http://line.example/debian')" "$said" || return 1
	rm "$etc/sources.list"
	cat >"$etc/sources.list.d/1.sources" <<-'END'
		# A comment
		suites: bookworm bookworm-updates
		types: deb deb-src
		Signed-By:
		 -----BEGIN PGP PUBLIC KEY BLOCK-----
		 .
		 mDMEY865UxYJKwYBBAHaRw8B
		 -----END PGP PUBLIC KEY BLOCK-----
		uris: http://deb822.example/debian
		Components: main
	END
	bed_shell "$WORK/bed" "APT_ETC=$etc; $ours"
	bed_is "of the deb822 form" "$(printf '%s\n' 'Types: deb-src' 'Suites: trixie' 'Components: main' 'Signed-By:' \
		' -----BEGIN PGP PUBLIC KEY BLOCK-----' ' .' ' mDMEY865UxYJKwYBBAHaRw8B' ' -----END PGP PUBLIC KEY BLOCK-----' \
		'uris: http://deb822.example/debian')" "$said" || return 1
	rm "$etc/sources.list.d/1.sources"
	bed_shell "$WORK/bed" "APT_ETC=$etc; $ours"
	bed_is "where there is none" "" "$said"
}

# apt-get is one that reaches nobody.
bed_offline() {
	local said status cache=$WORK/bed-offline
	local unreachable='apt-get() { return 100; }; apt_stanza() { echo "Types: deb"; }; apt_suite some-suite; echo "$?"'
	bed_shell "$cache" "$unreachable"
	bed_is "without lists" 1 "$(tail -n 1 <<<"$said")" || return 1
	rm "$cache/apt/some-suite-deb/updated.failed"
	touch "$cache/apt/some-suite-deb/lists/a_Packages"
	bed_shell "$cache" "$unreachable"
	bed_is "with lists of before" "note: the package lists of some-suite-deb could not be read anew; the old ones are used
0" "$(grep -v '^==>' <<<"$said")" || return 1
	bed_shell "$cache" "$unreachable"
	bed_is "at once again" 0 "$said"
}

bed_watched() {
	local said status
	bed_shell "$WORK/bed" 'WATCH_SECONDS=0.2; run_logged "$(mktemp)" bash -c "echo [812/1540] Compiling; sleep 0.5; exit 3"; echo "$?"'
	bed_is "how far it is" " [812/1540] Compiling" "$(sed -nE 's/^ +0:0[0-9]//p' <<<"$said" | sort -u)" &&
		bed_is "the end" "[812/1540] Compiling|failed: bash -c echo [812/1540] Compiling; sleep 0.5; exit 3|1" \
			"$(tail -n 3 <<<"$said" | paste -sd'|')" || return 1
	bed_shell "$WORK/bed" 'WATCH_SECONDS=0.2; run_logged "$(mktemp)" bash -c "printf \"  CC [M]  a.o\n  CC      b.o\n\"; sleep 0.5"; echo "$?"'
	bed_is "how far make is" " [2] CC      b.o" "$(sed -nE 's/^ +0:0[0-9]//p' <<<"$said" | sort -u)" &&
		bed_is "a success" 0 "$(tail -n 1 <<<"$said")"
}

bed_tree() {
	local said status tree=$WORK/bed-tree hash
	mkdir -p "$tree/kmod" && tree_copy tests/lib "$tree/tests/lib" && printf '/build/\n*.o\n*.mod.c\n' >"$tree/.gitignore" &&
		echo 1 >"$tree/kmod/a.c" && hash=$(TOP=$tree && hash_of kmod) || return 1
	touch "$tree"/kmod/{a.o,a.mod.c}
	bed_is "without git" "kmod/a.c" "$(TOP=$tree && tree_files kmod | tr '\0' '\n')" || return 1
	command -v git >/dev/null || return 0
	git -C "$tree" init -q && git -C "$tree" add . && touch "$tree/kmod/b.c" || return 1
	bed_is "tracked" "kmod/a.c" "$(TOP=$tree && tree_tracked kmod | tr '\0' '\n')" &&
		bed_is "with new ones" "kmod/a.c kmod/b.c" "$(TOP=$tree && tree_files kmod | tr '\0' '\n' | sort | paste -sd' ')" || return 1
	rm "$tree/kmod/b.c"
	bed_is "the hash" "$hash" "$(TOP=$tree && hash_of kmod)"
}
