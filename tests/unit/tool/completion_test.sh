#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the completion for bash offers.
# Usage: completion_test.sh VFCTL COMPLETION
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/share/bash-completion/completions" "$work/empty"
ln -s "$1" "$work/bin/vfctl"
ln -s "$(realpath "$2")" "$work/share/bash-completion/completions/vfctl"
PATH=$work/bin:$PATH
failures=0

complain() {
	((++failures))
	echo "$1"
}

# offered LINE: what is offered where the line ends, as bash would ask for it.
offered() {
	COMP_LINE=$1 COMP_POINT=${#1}
	# As readline splits it: a colon is a word of its own.
	read -ra COMP_WORDS <<<"${COMP_LINE//:/ : }"
	[[ $1 != *' ' ]] || COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_vfctl 2>"$work/errors"
	[[ ! -s $work/errors ]] || complain "'$1': $(head -n 1 "$work/errors")"
	printf '%s\n' "${COMPREPLY[*]}"
}

is() {
	local got
	got=$(offered "$1")
	[[ $got == "$2" ]] || complain "'$1': '$got', not '$2'"
}

has() {
	local got word
	got=" $(offered "$1") "
	for word in "${@:2}"; do
		[[ $got == *" $word "* ]] || complain "'$1' does not offer $word:$got"
	done
}

lacks() {
	[[ " $(offered "$1") " != *" $2 "* ]] || complain "'$1' offers $2"
}

# shellcheck source=/dev/null
. "$2"

is 'vfctl li' list
is 'vfctl re' 'restore reset'
has 'vfctl ' list show rate stats top monitor save restore reset interval
lacks 'vfctl ' complete
is 'vfctl -j li' list
is 'vfctl --backend module --color never int' interval
has 'vfctl --' --json --raw --backend --version
has 'vfctl restore --' --dry-run --ignore-missing --json
lacks 'vfctl list --' --dry-run
is 'vfctl --color ' 'auto always never'
is 'vfctl list --backend m' module

is 'vfctl list e' 'eth0 ens1f1'
is 'vfctl rate veth0' 'veth0.0 veth0.1 veth0.2'
is 'vfctl rate eth0/' 'eth0/0 eth0/1 eth0/2'
is 'vfctl rate 0000:02' '02:10.1'
is 'vfctl rate 0000:01:10.2' '10.2'
lacks 'vfctl rate ' eth0
has 'vfctl show ' eth0 veth0.1 eth0/1 0000:01:10.2
has 'vfctl rate eth0/1 ' hard soft min none
is 'vfctl rate eth0/1 ha' hard
is 'vfctl rate 0000:01:10.2 s' soft
is 'vfctl rate eth0/1 soft no' none
is 'vfctl rate eth0/1 none ' ''
has 'vfctl reset eth0/1 ' eth0/2
is 'vfctl stats --interval 1' '100ms 1s 10s'
is 'vfctl stats --interval 1s veth0.1' veth0.1
is 'vfctl interval eth0 10' '10ms 100ms 10s'
is 'vfctl keep-limits eth0 y' yes
touch "$work/empty/limits.json"
cd "$work/empty" || exit 1
is 'vfctl save lim' limits.json
is 'vfctl restore -n lim' limits.json

# The package's loader finds it by its name.
loader=/usr/share/bash-completion/bash_completion
if [[ -r $loader ]]; then
	found=$(XDG_DATA_DIRS=$work/share BASH_COMPLETION_USER_DIR=$work/none bash --norc -c "
		. $loader
		if declare -F _comp_load >/dev/null; then _comp_load vfctl; else __load_completion vfctl; fi
		complete -p vfctl")
	[[ $found == 'complete -F _vfctl vfctl' ]] || complain "the loader finds: $found"
fi

exit $((failures != 0))
