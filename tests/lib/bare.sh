# shellcheck shell=bash
# Part "bare": what a new user has is a Debian without anything else, a clone of the tree and an
# empty cache. There README's commands are run, each on such a machine of its own. VFCTL_BARE
# names the releases for it ("bookworm trixie").
#
# A command has to build everything that it needs, since a package that is missing shows in a
# build alone. Kept from one run to the next, for each release, is what is downloaded; the
# QEMU that was built there, as long as the scripts that fetch and build it are the same: that
# their packages suffice has been seen then; and, without --long, what ccache keeps. It asks for the
# compiler and for each header as a compiler does, and so it sees that a package is missing.

BARE_RELEASES=(bookworm trixie)

# After the demo, one of these in turn, or with --long all of them: "install" is what README
# says about that. At last the packages of all parts are installed.
BARE_COMMANDS=(
	"./tests/run.sh daemon"
	"./tests/run.sh static"
	"./tests/run.sh ethtool fuzz bindings"
	"./tests/vm/run --kernel 6.12 lifecycle"
	install
)
BARE_DEMO=./examples/demo.sh
BARE_PACKAGES="./tests/run.sh --packages"

bare_packages() {
	apt_need debootstrap debian-archive-keyring util-linux
}

bare_run() {
	local release turn line
	local -a releases=("${BARE_RELEASES[@]}") lines=("${BARE_COMMANDS[@]}")
	bare_packages
	if ! unshare --mount --pid --fork true 2>/dev/null; then
		result_skip "bare machines" "a machine in a chroot wants root, and mounts of its own"
		return
	fi
	if [[ ${VM_FLAGS[*]} != --long ]]; then
		turn=$(bare_turn)
		releases=("${BARE_RELEASES[turn % ${#BARE_RELEASES[@]}]}")
		lines=("${BARE_COMMANDS[turn / ${#BARE_RELEASES[@]} % ${#BARE_COMMANDS[@]}]}")
	fi
	[[ -z ${VFCTL_BARE-} ]] || read -ra releases <<<"$VFCTL_BARE"
	step "bare: ${releases[*]}; beside the demo: $(printf '%s; ' "${lines[@]}")"
	bare_documented || return
	bare_begin
	for release in "${releases[@]}"; do
		bare_try "$release" "$BARE_DEMO" "$BARE_DEMO" && bare_shaped "$release"
		for line in "${lines[@]}"; do
			if [[ $line == install ]]; then
				bare_try "$release" "README's commands to install it" "$(bare_readme)"
			else
				bare_try "$release" "$line" "$line"
			fi
		done
		bare_try "$release" "$BARE_PACKAGES" "$BARE_PACKAGES"
	done
	bare_end
}

# bare_turn: a number that the commit alone decides on, so that it can be repeated; in a tree
# without git the day of the year does.
bare_turn() {
	local commit
	if commit=$(git -C "$TOP" rev-parse HEAD 2>/dev/null); then
		printf '%d\n' "0x${commit:0:6}"
	else
		date +%-j
	fi
}

# What is run here is what README says.
bare_documented() {
	local what="README has the commands of a new user"
	if grep -qx "$BARE_DEMO" "$TOP/README.md" && grep -q '^\./tests/run\.sh ' "$TOP/README.md" &&
		grep -q '^\./tests/vm/run ' "$TOP/README.md"; then
		result_ok "$what"
	else
		result_failed "$what"
		return 1
	fi
}

# bare_begin: of two runs, the second waits. Whatever ends this shell ends what runs in there;
# files that a kill left are removed by the next one.
bare_begin() {
	# shellcheck disable=SC2153 # another name
	BARE=$CACHE/bare
	BARE_ROOT=$BARE/root
	mkdir -p "$BARE"
	exec {BARE_LOCK}>"$BARE/lock"
	flock "$BARE_LOCK"
	AT_END+=(bare_end)
}

bare_end() {
	[[ -z ${BARE_LIFE-} ]] || { exec {BARE_LIFE}>&-; wait "$BARE_PID"; BARE_LIFE=''; }
	rm -rf --one-file-system "$BARE_ROOT"
}

# bare_try RELEASE NAME COMMANDLINE: on a machine of its own. One result.
bare_try() {
	local release=$1 what="bare $1: $2" line=$3 log=$WORK/bare.log begin=$SECONDS status said
	step "$what"
	if ! watched "$log" bare_root "$release"; then
		result_failed "bare $release: a machine for it" "$log"
		return 1
	fi
	bare_command "$log" "$release" "$line"
	status=$?
	cp "$log" "$BARE/$release.log"
	bare_keep "$release"
	if ((status)); then
		result_failed "$what ended with $status after $((SECONDS - begin)) s" "$log"
		return 1
	fi
	said=$(tail -n 1 "$log")
	[[ $said =~ ^[0-9]+\ passed ]] || said=
	result_ok "$what: $((SECONDS - begin)) s${said:+, $said}"
}

# bare_readme: prints README's commands to install the project, as they stand there, and before
# them what makes the machine one that runs Debian's kernel: a chroot has another one.
bare_readme() {
	cat <<-'END'
		set -e
		echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/50yes
		apt-get -q update
		release=$(apt-cache depends linux-headers-amd64 | sed -n 's/^ *Depends: linux-headers-//p')
		cd /usr/local/sbin
		printf '#!/bin/sh\necho %s\n' "$release" >uname
		printf '#!/bin/sh\nexec /sbin/depmod "$@" %s\n' "$release" >depmod
		printf '#!/bin/sh\nexec /sbin/modprobe --dry-run -S %s "$@"\n' "$release" >modprobe
		chmod +x uname depmod modprobe
		cd /root/vfctl
	END
	awk '/^## / { here = /^## Install on a host/; n = 0 } here && /^```/ { n++; next } here && n == 1' "$TOP/README.md" |
		sed '/\\$/!s/$/ || exit 1/'
	echo 'vfctl --version && vfctld --version && vfctl-guest --version'
}

# bare_command LOG RELEASE COMMANDLINE: with its output in LOG, and how far it is shown. The
# pipe from this shell is what keeps it alive.
bare_command() {
	local log=$1 debs=$BARE/$2-debs compiled=$BARE/$2-ccache line=$3 watch status
	[[ ${VM_FLAGS[*]} != --long ]] || compiled=none
	exec {watch}> >(watch_log "$log" "$line")
	# shellcheck disable=SC2093 # this shell goes on: it is another one that is replaced
	exec {BARE_LIFE}> >(
		exec {watch}>&-
		exec unshare --mount --pid --kill-child "$TOP/tests/lib/bare-enter.sh" "$BARE_ROOT" "$debs" "$compiled" "$line" >"$log" 2>&1
	)
	BARE_PID=$!
	wait "$BARE_PID"
	status=$?
	exec {BARE_LIFE}>&- {watch}>&-
	BARE_LIFE=''
	return "$status"
}

# bare_shaped RELEASE: the demo's transfer with a limit of 50 Mbit/s was near it.
bare_shaped() {
	local rate what="bare $1: the demo shows that a limit shapes"
	rate=$(sed -n '/through the card.s rate scheduler/,$p' "$WORK/bare.log" |
		sed -nE 's/.* ([0-9]+)(\.[0-9]+)? Mbits\/sec .*receiver.*/\1/p' | head -n 1)
	if ((${rate:-0} > 20 && ${rate:-0} <= 52)); then
		result_ok "$what: $rate of 50 Mbit/s"
	else
		result_failed "$what: ${rate:-no} Mbit/s" "$WORK/bare.log"
	fi
}

# bare_root RELEASE: makes $BARE_ROOT such a machine.
bare_root() {
	local release=$1 base debs=$BARE/$1-debs cache=$BARE_ROOT/root/.cache/vfctl kept
	base=$(bare_base "$release") || return 1
	rm -rf --one-file-system "$BARE_ROOT" && mkdir "$BARE_ROOT" &&
		tar -C "$BARE_ROOT" --numeric-owner -xf "$base/base.tar" || return 1
	mkdir -p "$BARE/$release-ccache" "$debs/partial" && chown "$(chroot "$BARE_ROOT" id -u _apt)" "$debs/partial" || return 1
	bare_configure "$release" && bare_tree "$BARE_ROOT/root/vfctl" || return 1
	kept=$(bare_kept "$release")
	mkdir -p "$cache"
	[[ ! -d $kept ]] || cp -al "$kept/." "$cache/"
}

# bare_base RELEASE: folder of an archive of the release itself, made anew each week. Beside it
# there is ccache, which brings no compiler and no header.
bare_base() {
	local key
	key=$1-base-$(date +%G-%V)-ccache
	find "$BARE" -maxdepth 1 -name "$1-base-*" ! -name "$key" -exec rm -rf {} +
	cache_item "bare/$key" bare_debootstrap "$1"
}

bare_debootstrap() {
	local dir=$1 release=$2 stanza uri keyring
	local -a options=(--variant=minbase --include=ccache)
	stanza=$(apt_stanza "$release" deb)
	uri=$(sed -nE 's/^URIs: *([^ ]+).*/\1/p' <<<"$stanza")
	[[ -n $uri ]] || { say "this machine has no source of Debian's packages"; return 1; }
	keyring=$(sed -nE 's/^Signed-By: *(\/[^ ]+).*/\1/p' <<<"$stanza")
	[[ $uri != https:* ]] || options[1]+=,ca-certificates
	mkdir -p "$BARE/$release-debs"
	step "debootstrap of $release"
	# What it mounts is mounted in a namespace of its own.
	run_logged "$dir/debootstrap.log" unshare --mount debootstrap "${options[@]}" --cache-dir="$BARE/$release-debs" \
		--keyring="${keyring:-/usr/share/keyrings/debian-archive-keyring.gpg}" "$release" "$dir/root" "$uri" &&
		tar -C "$dir/root" --numeric-owner -cf "$dir/base.tar" . && rm -rf "$dir/root"
}

# bare_configure RELEASE: packages from where this machine has its own, and the network.
bare_configure() {
	local release=$1 etc=$BARE_ROOT/etc suite keyring
	for suite in "$release" "$release-updates" "$release-security"; do
		apt_stanza "$suite" deb && echo
	done >"$etc/apt/sources.list.d/debian.sources"
	rm -f "$etc/apt/sources.list"
	sed -nE 's/^Signed-By: *(\/[^ ]+).*/\1/p' "$etc/apt/sources.list.d/debian.sources" | sort -u |
		while read -r keyring; do
			[[ -e $BARE_ROOT$keyring ]] || install -D -m 644 "$keyring" "$BARE_ROOT$keyring" || exit 1
		done || return 1
	apt-config dump | grep -iE '^Acquire::https?::Proxy ' >"$etc/apt/apt.conf.d/50proxy"
	[[ ! -e $etc/ssl/certs/ca-certificates.crt ]] ||
		cp -L /etc/ssl/certs/ca-certificates.crt "$etc/ssl/certs/ca-certificates.crt"
	cp -L /etc/resolv.conf /etc/hosts "$etc/"
	# It is thrown away: nothing has to survive a power cut, and no service is to begin.
	echo force-unsafe-io >"$etc/dpkg/dpkg.cfg.d/unsafe-io"
	printf '#!/bin/sh\nexit 101\n' >"$BARE_ROOT/usr/sbin/policy-rc.d"
	chmod +x "$BARE_ROOT/usr/sbin/policy-rc.d"
}

# bare_tree FOLDER: a clone, with what is not committed as it stands here.
bare_tree() {
	local file
	if git clone -q --depth 1 "file://$TOP" "$1" 2>/dev/null; then
		git -C "$1" ls-files -z | while IFS= read -rd '' file; do
			[[ -e $TOP/$file ]] || rm "$1/$file"
		done
		[[ -z $(git -C "$TOP" status --porcelain) ]] || echo "with what is not committed"
	fi
	mkdir -p "$1" && tree_files . | tar -C "$TOP" -c --null -T - | tar -x -C "$1"
	[[ ${PIPESTATUS[*]} == "0 0 0" ]]
}

# bare_kept RELEASE: names the folder of what is kept; its name changes with the scripts that
# download and that build QEMU.
bare_kept() {
	printf '%s/%s-kept-%s\n' "$BARE" "$1" "$(hash_of tests/lib/{apt,kernel,libc,ethtool,qemu}.sh)"
}

# bare_keep RELEASE: out of the cache of the machine, before that goes.
bare_keep() {
	local kept item cache=$BARE_ROOT/root/.cache/vfctl
	kept=$(bare_kept "$1")
	find "$BARE" -maxdepth 1 -name "$1-kept-*" -exec rm -rf {} +
	mkdir -p "$kept"
	[[ ! -d $cache/apt ]] || cp -al "$cache/apt" "$kept/"
	rm -f "$kept/apt/machine-updated"*
	for item in "$cache"/{source,qemu,promtool}/* "$cache"/kernel/*; do
		[[ -e $item/.complete && $item != */kernel/debug-* ]] || continue
		mkdir -p "$kept/$(basename "${item%/*}")" && cp -al "$item" "$kept/$(basename "${item%/*}")/"
	done
	rm -rf --one-file-system "$BARE_ROOT"
}
