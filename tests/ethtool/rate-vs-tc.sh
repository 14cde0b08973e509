#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# "ethtool --tx-rate" reads a rate as tc does: the same words go to both, see
# tests/rate/.
#
# Needs root (for a network namespace), ip and tc, git, a C compiler and the
# qdisc tbf. Prints KTAP. Exit code: 0 all the same, 1 not, 4 cannot be run.

set -u

top=$(cd "$(dirname "$0")/../.." && pwd) || exit 4
# shellcheck source=tests/rate/words.sh
. "$top/tests/rate/words.sh"
# shellcheck source=tests/rate/tc.sh
. "$top/tests/rate/tc.sh"
patches=$top/patches/ethtool
work=$rate_work

# In binary floating point it is 2^64, which is too large.
stricter+=(18446744073709551615)

cat > "$work/main.c" <<'CODE'
#include <inttypes.h>
#include <stdio.h>
#include "rate.h"

int main(int argc, char **argv)
{
	char buf[RATE_BUFSIZE];
	const char *reason;
	uint64_t rate, again;
	bool in_bytes;
	int i;

	for (i = 1; i < argc; i++) {
		reason = parse_rate(argv[i], &rate, &in_bytes);
		if (reason) {
			printf("no %s\n", reason);
			continue;
		}
		reason = parse_rate(format_rate(rate, buf), &again, &in_bytes);
		printf("ok %" PRIu64 " %" PRIu64 " %s\n", rate,
		       reason ? 0 : again, buf);
	}
	return 0;
}
CODE

rate_need git cc
(cd "$work" && git apply --include='rate.*' "$patches"/*.patch) ||
	rate_skip "the rate parser is not in $patches"
cc -std=gnu11 -Wall -Wextra -Werror -o "$work/rate" "$work/main.c" \
	"$work/rate.c" || rate_skip "the rate parser does not compile"
rate_compare "$work/rate"
