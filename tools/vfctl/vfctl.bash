# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of vfctl(8) for bash, with the bash-completion package or without. Commands, options
# and devices come from vfctl itself, so that they are those of the version and host at hand.

_vfctl_words()
{
	"${COMP_WORDS[0]}" complete "$@" 2>/dev/null
}

# _vfctl_offer WORD...: those that begin with $cur.
_vfctl_offer()
{
	mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur")
	# A colon ends a word for readline: what stands before it is not to be repeated.
	if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
		COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*:}"}"}")
	fi
}

_vfctl_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

# _vfctl_scan: the words before the cursor, with PCI addresses in one piece again, as $cur, $prev,
# $command and the command's arguments.
_vfctl_scan()
{
	local line=${COMP_LINE:0:COMP_POINT} word takes_value=''
	local -a words
	read -ra words <<<"$line"
	cur='' prev='' command=''
	arguments=()
	[[ $line != *[[:space:]] ]] && cur=${words[-1]} && unset 'words[-1]'
	((${#words[@]} > 1)) && prev=${words[-1]}
	for word in "${words[@]:1}"; do
		if [[ $takes_value ]]; then
			takes_value=''
			continue
		fi
		case $word in
		--color | --backend | --interval | --count | --timeout | --socket | -i | -c | -t) takes_value=1 ;;
		-?*) ;;
		*) if [[ $command ]]; then arguments+=("$word"); else command=$word; fi ;;
		esac
	done
}

# What the command takes as its next argument.
_vfctl_argument()
{
	local rates="none 10mbit 100mbit 500mbit 1gbit" kinds="hard soft min guest"
	case $command:${#arguments[@]} in
	:*) _vfctl_offer "$(_vfctl_words commands)" ;;
	list:0 | interval:0 | keep-limits:0) _vfctl_offer "$(_vfctl_words pfs)" ;;
	keep-limits:1) _vfctl_offer "yes no" ;;
	interval:1) _vfctl_offer 10ms 100ms 500ms 1s 10s ;;
	rate:0) _vfctl_offer "$(_vfctl_words vfs)" ;;
	rate:1) _vfctl_offer "$kinds $rates" ;;
	rate:2) [[ ${arguments[1]} != guest ]] || { _vfctl_offer "allow forbid"; return; }
		[[ " $kinds " == *" ${arguments[1]} "* ]] && _vfctl_offer "$rates" ;;
	show:0 | stats:0 | top:* | monitor:* | reset:*)
		_vfctl_offer "$(_vfctl_words pfs) $(_vfctl_words vfs)"
		;;
	save:0 | restore:0) _vfctl_files ;;
	controller:0) _vfctl_offer status policy pause resume reload ;;
	esac
}

_vfctl()
{
	local cur prev command
	local -a arguments
	COMPREPLY=()
	_vfctl_scan
	case $prev in
	--color) _vfctl_offer auto always never ;;
	--backend) _vfctl_offer auto module rtnetlink ;;
	--interval | -i | --timeout | -t) _vfctl_offer 100ms 500ms 1s 10s ;;
	--count | -c) ;;
	--socket) _vfctl_files ;;
	*)
		if [[ $cur == -* ]]; then
			_vfctl_offer "$(_vfctl_words options "$command")"
		else
			_vfctl_argument
		fi
		;;
	esac
}

complete -F _vfctl vfctl
