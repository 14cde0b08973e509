# shellcheck shell=bash
# Debian packages. No host name of a mirror stands here: whatever is fetched
# comes from the sources that this machine has already, or from another suite
# of the same archive. Nothing below /etc/apt is changed.

APT_ETC=/etc/apt

may_be_root() {
	((EUID == 0)) || command -v sudo >/dev/null
}

as_root() {
	if ((EUID == 0)); then
		"$@"
	else
		sudo "$@"
	fi
}

debian_codename() {
	local ID='' VERSION_CODENAME=''
	[[ -r /etc/os-release ]] && . /etc/os-release
	if [[ $ID != debian || -z $VERSION_CODENAME ]] || ! command -v apt-get >/dev/null; then
		die "this needs Debian 12 or newer: kernels, headers and tools come from its packages"
	fi
	[[ $(dpkg --print-architecture) == amd64 ]] ||
		die "this needs an amd64 machine: the emulated host is one"
	printf '%s\n' "$VERSION_CODENAME"
}

apt_installed() {
	[[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# apt_update: only when something is to be looked up, and not again and again. Without
# network, or without being root, the lists of before have to do.
apt_update() {
	local mark=$CACHE/apt/machine-updated lists='/var/lib/apt/lists/*Packages*'
	if apt_is_recent "$mark" && compgen -G "$lists" >/dev/null; then
		return
	elif ! may_be_root; then
		compgen -G "$lists" >/dev/null
		return
	fi
	step "apt-get update"
	mkdir -p "${mark%/*}"
	if apt_quietly as_root apt-get -q -o DPkg::Lock::Timeout=600 -o APT::Update::Error-Mode=any update; then
		touch "$mark"
	elif compgen -G "$lists" >/dev/null; then
		say "note: this machine's package lists could not be read anew; the old ones are used"
		touch "$mark.failed"
	else
		die "apt-get update failed: are this machine's package sources reachable?"
	fi
}

# apt_is_recent MARK [MINUTES]: lists were read within the last hour, or it was in vain within
# the last minutes.
apt_is_recent() {
	[[ -n $(find "$1" -mmin -"${2:-60}" 2>/dev/null) || -n $(find "$1.failed" -mmin -5 2>/dev/null) ]]
}

# apt_quietly COMMAND...: shows what it said when it fails, and that it lives when it takes long.
apt_quietly() {
	local log status
	log=$(mktemp) || return 1
	run_logged "$log" "$@" </dev/null
	status=$?
	rm -f "$log"
	return "$status"
}

# apt_install OPTION... PACKAGE...: without questions, without recommendations.
apt_install() {
	apt_quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 --no-install-recommends install "$@"
}

# apt_need PACKAGE...: installs those that are missing.
apt_need() {
	local package missing=()
	for package; do
		apt_installed "$package" || missing+=("$package")
	done
	((${#missing[@]})) || return 0
	debian_codename >/dev/null
	may_be_root || die "packages are missing (${missing[*]}): run this as root, or install sudo"
	apt_update
	step "installing ${missing[*]}"
	apt_install "${missing[@]}" || die "could not install: ${missing[*]}"
}

# apt_entries: this machine's sources, all in the deb822 form, one paragraph
# each. One-line entries are rewritten; disabled ones are left out.
apt_entries() {
	local file
	for file in "$APT_ETC"/sources.list "$APT_ETC"/sources.list.d/*.list; do
		[[ -r $file ]] && apt_entries_from_list "$file"
	done
	for file in "$APT_ETC"/sources.list.d/*.sources; do
		[[ -r $file ]] && sed -e '/^#/d' -e 's/[[:space:]]*$//' "$file" && echo
	done
}

# deb [signed-by=/x.gpg arch=amd64] URI SUITE COMPONENT...
apt_entries_from_list() {
	awk '
	function field(name, value) { printf "%s: %s\n", name, value }
	$1 != "deb" { next }
	{
		sub(/#.*/, "")
		field("Types", "deb")
		if (match($0, /\[[^]]*\]/)) {
			n = split(substr($0, RSTART + 1, RLENGTH - 2), option, /[ \t]+/)
			$0 = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
			for (i = 1; i <= n; i++) {
				key = value = option[i]
				sub(/=.*/, "", key)
				sub(/^[^=]*=/, "", value)
				gsub(/,/, " ", value)
				if (key == "signed-by") field("Signed-By", value)
				if (key == "trusted") field("Trusted", value)
				if (key == "check-valid-until") field("Check-Valid-Until", value)
			}
		}
		field("URIs", $2)
		field("Suites", $3)
		print ""
	}' "$1"
}

# apt_stanza SUITE TYPE: the entry through which this machine gets Debian
# itself, or its security updates for SUITE *-security, with another suite.
apt_stanza() {
	local suite=$1 type=$2 codename own
	codename=$(debian_codename) || exit 1
	own="$codename stable"
	[[ $suite == *-security ]] && own="$codename-security stable-security"
	apt_entries | awk -v RS= -v own="$own" -v suite="$suite" -v type="$type" '
	BEGIN { n = split(own, wanted, " ") }
	tolower($0) ~ /(^|\n)enabled: *(no|false|0)/ { next }
	{
		suites = types = ""
		lines = split($0, line, "\n")
		for (i = 1; i <= lines; i++) {
			if (tolower(line[i]) ~ /^suites:/) suites = line[i] " "
			if (tolower(line[i]) ~ /^types:/) types = line[i] " "
		}
		if (types !~ /[: ]deb /) next
		for (i = 1; i <= n && !index(suites, " " wanted[i] " "); i++) ;
		if (i > n) next
		print "Types: " type "\nSuites: " suite "\nComponents: main"
		for (i = 1; i <= lines; i++) {
			# A continuation line belongs to the field above it, as in a Signed-By
			# that holds the key itself.
			if (line[i] !~ /^[ \t]/)
				keep = tolower(line[i]) ~ /^(uris|signed-by|trusted|check-valid-until):/
			if (keep) print line[i]
		}
		exit
	}'
}

# apt_need_from SUITE PACKAGE...: installs from another suite of the archive those
# that it has, everything else from the machine's own.
apt_need_from() {
	local suite=$1 file dir package wanted=()
	shift
	may_be_root || die "packages are missing ($*): run this as root, or install sudo"
	apt_update
	apt_suite "$suite" || die "could not install $*: there is no suite $suite that this machine can reach"
	for package; do
		[[ -n $(apt_field "$package" Version) ]] && package+=/$suite
		wanted+=("$package")
	done
	dir=$CACHE/apt/with-$suite
	mkdir -p "$dir"/{parts,lists/partial}
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
		[[ -r $file ]] && ln -sfn "$file" "$dir/parts/own-${file##*/}"
	done
	cp "$CACHE/apt/$suite-deb/parts/debian.sources" "$dir/parts/derived.sources"
	local options=(-o "Dir::Etc::sourceparts=$dir/parts" -o Dir::Etc::sourcelist=/dev/null
		-o "Dir::State::lists=$dir/lists" -o Acquire::Languages=none
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root)
	step "installing ${*} from $suite"
	if ! apt_quietly as_root apt-get -q "${options[@]}" update || ! apt_install "${options[@]}" "${wanted[@]}"; then
		die "could not install from $suite: $*"
	fi
}

# apt_suite SUITE [TYPE]: sets APT_OPTIONS so that apt sees that suite alone, with
# its lists in the cache and nothing installed. SUITE "machine" stands for the machine's own
# sources. Fails when there is no such suite.
apt_suite() {
	local suite=$1 type=${2:-deb} stanza dir
	APT_OPTIONS=(-o DPkg::Lock::Timeout=600)
	if [[ $suite == machine ]]; then
		apt_update
		return
	fi
	dir=$CACHE/apt/$suite-$type
	cache_room
	mkdir -p "$dir"/{parts,lists/partial,archives/partial,preferences} && : >"$dir/installed"
	stanza=$(apt_stanza "$suite" "$type")
	[[ -n $stanza ]] || return 1
	APT_OPTIONS+=(-o "Dir::Etc::sourceparts=$dir/parts" -o Dir::Etc::sourcelist=/dev/null
		-o Dir::Etc::preferences=/dev/null -o "Dir::Etc::preferencesparts=$dir/preferences"
		-o "Dir::State::lists=$dir/lists" -o "Dir::State::status=$dir/installed"
		-o "Dir::Cache::archives=$dir/archives"
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
		-o Acquire::Languages=none -o "APT::Sandbox::User=$(id -un)")
	apt_suite_refresh "$dir" "$stanza" && return
	cache_room
	return 1
}

# Lists are read once and again after a day: a point release moves packages. Without network
# those of before have to do.
apt_suite_refresh() (
	dir=$1 stanza=$2
	exec {lock}>"$dir/lock"
	flock "$lock"
	[[ $(cat "$dir/parts/debian.sources" 2>/dev/null) == "$stanza" ]] ||
		rm -rf "$dir"/updated* "$dir"/lists/*
	mkdir -p "$dir/lists/partial"
	old=$(find "$dir/lists" -maxdepth 1 -name '*_Packages*' -o -maxdepth 1 -name '*_Sources*')
	if apt_is_recent "$dir/updated" 1440; then
		[[ -n $old ]]
		exit
	fi
	printf '%s\n' "$stanza" >"$dir/parts/debian.sources"
	rm -f "$dir/updated"
	step "reading the package lists of ${dir##*/}"
	if apt-get -qq "${APT_OPTIONS[@]}" -o APT::Update::Error-Mode=any update >/dev/null 2>&1; then
		touch "$dir/updated"
		exit
	fi
	touch "$dir/updated.failed"
	[[ -n $old ]] && say "note: the package lists of ${dir##*/} could not be read anew; the old ones are used"
)

# apt_field PACKAGE FIELD: of the newest version in the chosen suite.
apt_field() {
	apt-cache "${APT_OPTIONS[@]}" show --no-all-versions "$1" 2>/dev/null |
		sed -n "s/^$2: //p" | head -n 1
}

# apt_fetch DIR PACKAGE...: the .deb files, from the chosen suite.
apt_fetch() {
	local dir=$1
	shift
	(cd "$dir" && apt_quietly apt-get -q "${APT_OPTIONS[@]}" -o "APT::Sandbox::User=$(id -un)" \
		download "$@")
}

# deb_unpack DIR PACKAGE...: fetched from the chosen suite and unpacked there.
deb_unpack() {
	local dir=$1 deb
	mkdir -p "$dir"
	apt_fetch "$@" || return 1
	for deb in "$dir"/*.deb; do
		dpkg-deb -x "$deb" "$dir" && rm "$deb" || return 1
	done
}

# apt_source_versions PACKAGE: those that the chosen suite of type deb-src has, newest first.
apt_source_versions() {
	apt-cache "${APT_OPTIONS[@]}" showsrc "$1" 2>/dev/null | sed -n 's/^Version: //p' | sort -Vr
}

# apt_source DIR PACKAGE VERSION SUITE...: the upstream tarball of that version, from the
# first suite that has it. Debian's own changes are not fetched.
apt_source() {
	local dir=$1 package=$2 version=$3 suite full
	shift 3
	for suite; do
		apt_suite "$suite" deb-src || continue
		full=$(apt_source_versions "$package" |
			grep -E "^([0-9]+:)?${version//./\\.}(\+[a-z]+)?-" | head -n 1)
		[[ -n $full ]] || continue
		step "downloading the source of $package $version"
		(cd "$dir" && apt_quietly apt-get -q "${APT_OPTIONS[@]}" source --download-only --tar-only \
			"$package=$full") && return
	done
	say "no Debian suite that this machine can reach has the source of $package $version"
	return 1
}
