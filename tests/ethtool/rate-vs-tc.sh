#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "ethtool --tx-rate" reads a rate as tc does. The same words go to both: to
# the parser that the ethtool patches add, and to tc, which gives what it read
# to the kernel and prints it back, in whole bytes per second.
#
# Needs root (for a network namespace), ip and tc, git, a C compiler and the
# qdisc tbf. Prints KTAP. Exit code: 0 all the same, 1 not, 4 cannot be run.

set -u

patches=$(cd "$(dirname "$0")/../../patches/ethtool" && pwd) || exit 4
ns=vfctl-rate-$$
work=$(mktemp -d) || exit 4

cleanup()
{
	ip netns del "$ns" 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM

skip()
{
	echo "KTAP version 1"
	echo "1..0 # SKIP $*"
	exit 4
}

# Words which both read. tc drops bits below a byte, so values that matter are
# whole bytes; where they are not, both must agree after dropping them.
same=(
	8 9 15 16 1000 1000000 999999999 1000000000 4294967296 34359738368
	8bit 800bit 1kbit 500kbit 1mbit 1Mbit 1MBIT 500mbit 500Mbit 1000mbit
	1gbit 10gbit 100GBit 400gbit 1tbit 2Tbit
	8kibit 1Kibit 1mibit 512MiBit 1gibit 1GIBIT 1tibit
	1bps 100bps 1kbps 1KBps 1mbps 100mbps 100MBps 1gbps 1tbps
	1kibps 1KiBps 1mibps 1MIBPS 1gibps 1tibps
	1.5gbit 2.5Gbit 0.5gbit .5gbit 5.gbit 0.25mbit 12.5mbps 1.5mibit
	0.57gbit 4.35mbit 0.29gbit 1.1gbit 0.001gbit
	1e6 1e9 1E9 5e-1gbit 1e5kbit 2.5e2mbit
	0500mbit 00008 +5mbit " 5mbit" 18446744tbit
)

# Fractions which are none in binary: tc cuts off what is left of the last byte,
# ethtool rounds to the nearest bit.
rounded=(33.3mbit 1.005mbit 66.6gbit)

# Words which neither reads.
neither=(
	"" " " . - + bit mbit gbps foo none5 5foo 5mbitx 5m 5M 5g 5Mb 5mb
	5MBit/s "5 mbit" "5mbit " "5mbit 6mbit" 1.2.3gbit "1,5gbit" 1e 1ebit
	1e+ e9 .mbit 5ebit 5pbit "5%%" 5.5.
)

# Words which tc reads, some of them as nonsense, and ethtool does not.
stricter=(
	-1 -0 -5mbit nan NAN inf INFINITY infmbit 0x10 0x10mbit 0X8 0x1p20
	1e999 1e99gbit 18446744073709551616 18446745tbit 3e6tbps 1e-999gbit
	0.1 0.4bit 50%
)

# "No limit"; tc has no word for it.
nothing=(0 00 0.0 0bit 0mbit 0e9 0kibps none None NONE)

cat > "$work/main.c" <<'EOF'
#include <inttypes.h>
#include <stdio.h>
#include "rate.h"

/* prints the rate, then the same after a way out and in; or the error */
int main(int argc, char **argv)
{
	char buf[RATE_BUFSIZE];
	const char *reason;
	uint64_t rate, again;
	bool in_bytes;

	if (argc != 2)
		return 2;
	reason = parse_rate(argv[1], &rate, &in_bytes);
	if (reason) {
		printf("%s\n", reason);
		return 1;
	}
	reason = parse_rate(format_rate(rate, buf), &again, &in_bytes);
	printf("%" PRIu64 " %" PRIu64 " %s\n", rate, reason ? 0 : again, buf);
	return 0;
}
EOF

for tool in ip tc git cc; do
	command -v "$tool" > /dev/null || skip "$tool is missing"
done
(cd "$work" && git apply --include='rate.*' "$patches"/*.patch) ||
	skip "the rate parser is not in $patches"
cc -std=gnu11 -Wall -Wextra -Werror -o "$work/rate" "$work/main.c" \
	"$work/rate.c" || skip "the rate parser does not compile"
ip netns add "$ns" || skip "cannot make a network namespace"
tbf()
{
	tc -n "$ns" qdisc replace dev lo root tbf rate "$1" burst 1mb limit 1mb
}
tbf 8mbit || skip "no qdisc tbf"

# what tc made of a word: bytes per second, "zero" or "refused"
tc_reads()
{
	local err

	if err=$(tbf "$1" 2>&1); then
		tc -n "$ns" -j qdisc show dev lo root |
			sed -n 's/.*"rate":\([0-9]*\).*/\1/p'
	elif [[ $err == *mandatory* ]]; then
		echo zero
	else
		echo refused
	fi
}

n=0
failed=0
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

echo "KTAP version 1"
echo "1..$((${#same[@]} + ${#rounded[@]} + ${#neither[@]} + ${#stricter[@]} + ${#nothing[@]}))"

# a word that both read, and by how many bytes per second tc comes out lower
compare()
{
	local word=$1 lower=$2 verdict=bad bits again text theirs

	read -r bits again text <<< "$("$work/rate" "$word")"
	theirs=$(tc_reads "$word")
	# the mask makes it an unsigned division by 8
	[[ $bits == [0-9]* && $theirs == [0-9]* && $bits == "$again" ]] &&
		(((bits >> 3 & (1 << 61) - 1) == theirs + lower)) && verdict=ok
	result $verdict "'$word' is $theirs byte/s for tc, $bits bit/s here, printed as $text"
}

for word in "${same[@]}"; do
	compare "$word" 0
done

for word in "${rounded[@]}"; do
	compare "$word" 1
done

for word in "${neither[@]}"; do
	verdict=bad
	[ "$(tc_reads "$word")" = refused ] &&
		! reason=$("$work/rate" "$word") && verdict=ok
	result $verdict "'$word' is refused by both: ${reason-}"
done

for word in "${stricter[@]}"; do
	verdict=bad
	theirs=$(tc_reads "$word")
	! reason=$("$work/rate" "$word") && verdict=ok
	result $verdict "'$word' is refused here (tc: $theirs): ${reason-}"
done

for word in "${nothing[@]}"; do
	verdict=bad
	[ "$("$work/rate" "$word")" = "0 0 none" ] && verdict=ok
	result $verdict "'$word' is no limit"
done

echo "# Totals: pass:$((n - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
[ "$failed" = 0 ]
