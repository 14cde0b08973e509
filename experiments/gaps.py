#!/usr/bin/python3
"""From the emulator's trace of departures to the distribution of the gaps between packets.

A packet of L bytes (with its FCS) at a limit of R is followed by the next one L * 8 / R
later. Only gaps between two full frames are counted. Ends with 1 where the mean gap is
more than 5 % from that, or two VFs do not alternate."""
import csv
import statistics
import sys

from departures import departures

FULL = 1514                     # without the FCS, which the trace does not count
QUEUES = ((0, 50, "50 %, TSO"), (1, 50, "50 %, no TSO"), (2, 20, "20 %, TSO"), (3, 20, "20 %, no TSO"))

def percentile(values, part):
    return values[min(len(values) - 1, int(len(values) * part))]

packets = list(departures(sys.argv[1]))
status, rows = 0, []
for queue, mbit, name in QUEUES:
    sent = [(t, size) for t, q, size in packets if q == queue]
    gaps = sorted((b[0] - a[0]) * 1e6 for a, b in zip(sent, sent[1:]) if a[1] == b[1] == FULL)
    if len(gaps) < 100:
        sys.exit(f"{sys.argv[1]}: {len(gaps)} gaps between full frames of queue {queue}")
    expected = (FULL + 4) * 8 / mbit
    mean = statistics.fmean(gaps)
    burst = sum(gap < expected / 10 for gap in gaps) / len(gaps)
    print(f"{name}: {len(gaps)} gaps; arithmetic {expected:.1f} us, mean {mean:.1f}, median "
          f"{percentile(gaps, .5):.0f}, 5 % {percentile(gaps, .05):.0f}, 95 % {percentile(gaps, .95):.0f}; "
          f"below a tenth of it: {burst:.1%}")
    if abs(mean - expected) > expected * 0.05:
        status = 1
    rows += [(name, round(expected, 2), i / 200, round(percentile(gaps, i / 200), 1)) for i in range(201)]

# While both send: who comes after whom.
pair = [(t, q) for t, q, size in packets if q in (4, 5) and size == FULL]
first = max(next((t for t, q in pair if q == queue), float("inf")) for queue in (4, 5))
last = min(max((t for t, q in pair if q == queue), default=0) for queue in (4, 5))
pair = [q for t, q in pair if first <= t <= last]
if len(pair) < 100:
    sys.exit(f"{sys.argv[1]}: the two VFs did not send at the same time")
changes = sum(a != b for a, b in zip(pair, pair[1:])) / (len(pair) - 1)
share = pair.count(4) / len(pair)
print(f"two VFs at 50 %: {len(pair)} packets, {share:.1%} of the one; after a packet of one comes "
      f"one of the other {changes:.1%} of the time")
if not (0.45 <= share <= 0.55 and changes > 0.5):
    status = 1

with open(sys.argv[2], "w", newline="", encoding="utf-8") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(("case", "arithmetic_us", "part", "gap_us"))
    out.writerows(rows)
sys.exit("that is not what the arithmetic says" if status else 0)
