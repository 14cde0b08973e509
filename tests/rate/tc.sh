# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Compares a parser of rates with that of tc, which gives what it read to the
# kernel and prints it back, in whole bytes per second. Sourced by a script that
# has filled the tables of words.sh and then calls
#
#	rate_compare PROGRAM	PROGRAM WORD... prints a line for each: "ok", the
#				rate, the same after a way out and in, and how
#				it was printed; or "no" and what is wrong
#
# Needs root (for a network namespace), ip, tc and the qdisc tbf. Prints KTAP.

rate_ns=vfctl-rate-$$
rate_work=$(mktemp -d) || exit 4

rate_cleanup()
{
	ip netns del "$rate_ns" 2>/dev/null
	rm -rf "$rate_work"
}
trap rate_cleanup EXIT
trap 'exit 1' HUP INT TERM

rate_skip()
{
	echo "KTAP version 1"
	echo "1..0 # SKIP $*"
	exit 4
}

rate_need()
{
	local tool

	for tool; do
		command -v "$tool" > /dev/null || rate_skip "$tool is missing"
	done
}

tbf()
{
	tc -n "$rate_ns" qdisc replace dev lo root tbf rate "$1" burst 1mb limit 1mb
}

# what tc made of a word: bytes per second, "zero" or "refused"
tc_reads()
{
	local err

	if err=$(tbf "$1" 2>&1); then
		tc -n "$rate_ns" -j qdisc show dev lo root |
			sed -n 's/.*"rate":\([0-9]*\).*/\1/p'
	elif [[ $err == *mandatory* ]]; then
		echo zero
	else
		echo refused
	fi
}

result()
{
	local verdict=$1 what=$2

	n=$((n + 1))
	if [ "$verdict" = ok ]; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		failed=$((failed + 1))
	fi
}

# sets $verdict, what the parser said of the next word
next_answer()
{
	read -r verdict answer <&3 || verdict=silent answer=
}

# words that both read, and by how many bytes per second tc comes out lower
compare()
{
	local lower=$1 word bits again text theirs
	shift

	for word; do
		next_answer
		read -r bits again text <<< "$answer"
		theirs=$(tc_reads "$word")
		# the mask makes it an unsigned division by 8
		[[ $verdict == ok && $theirs == [0-9]* && $bits == "$again" ]] &&
			(((bits >> 3 & (1 << 61) - 1) == theirs + lower)) ||
			verdict=bad
		result "$verdict" "${word@Q} is $theirs byte/s for tc, $answer here"
	done
}

rate_compare()
{
	local words=("${same[@]}" "${rounded[@]}" "${higher[@]}" "${neither[@]}"
		"${stricter[@]}" "${nothing[@]}")
	local n=0 failed=0 word verdict answer theirs

	rate_need ip tc
	ip netns add "$rate_ns" || rate_skip "cannot make a network namespace"
	tbf 8mbit || rate_skip "no qdisc tbf"
	"$1" "${words[@]}" > "$rate_work/answers"
	exec 3< "$rate_work/answers"

	echo "KTAP version 1"
	echo "1..${#words[@]}"
	compare 0 "${same[@]}"
	compare 1 "${rounded[@]}"
	compare -1 "${higher[@]}"
	for word in "${neither[@]}"; do
		next_answer
		[ "$verdict $(tc_reads "$word")" = "no refused" ] && verdict=ok || verdict=bad
		result $verdict "${word@Q} is refused by both: $answer"
	done
	for word in "${stricter[@]}"; do
		next_answer
		theirs=$(tc_reads "$word")
		[ "$verdict $theirs" != "no refused" ] && [ "$verdict" = no ] && verdict=ok ||
			verdict=bad
		result $verdict "${word@Q} is refused here (tc: $theirs): $answer"
	done
	for word in "${nothing[@]}"; do
		next_answer
		[ "$verdict $answer" = "ok 0 0 none" ] || verdict=bad
		result "$verdict" "${word@Q} is no limit"
	done
	echo "# Totals: pass:$((n - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
	[ "$failed" = 0 ]
}
