#!/usr/bin/python3
"""From the byte counters of two receivers to the rates of every 100 ms.

Prints averages, and how often UDP was above its limit. Ends with 1 where the run
does not show what the paper shows: without a limit TCP falls below a quarter of the
bottleneck, with one at half of it both get about half; with vfctld they are even."""
import argparse
import csv
import sys
from collections import Counter

from departures import departures

parser = argparse.ArgumentParser()
parser.add_argument("--alone", type=float, required=True)
parser.add_argument("--both", type=float, required=True)
parser.add_argument("--bottleneck", type=float, required=True)
parser.add_argument("--limit", type=float, required=True, help="Mbit/s, 0: none")
parser.add_argument("--capacity", type=float, default=0, help="Mbit/s that vfctld shares out, 0: there is none")
parser.add_argument("--trace", help="of departures at the card, where there is a limit")
parser.add_argument("samples")
parser.add_argument("csv")
args = parser.parse_args()

rows, last = [], None
with open(args.samples, encoding="utf-8", errors="replace") as file:
    for line in file:
        words = line.split()
        if len(words) != 4 or words[0] != "sample":
            continue
        now = tuple(map(float, words[1:]))
        if last and now[0] > last[0]:
            span = now[0] - last[0]
            rows.append((now[0], *((b - a) * 8e-6 / span for a, b in zip(last[1:], now[1:]))))
        last = now

# The first of three samples in a row with traffic: pings come alone.
def begin_of(column):
    for i in range(len(rows) - 2):
        if all(row[column] > 1 for row in rows[i:i + 3]):
            return rows[i][0]
    sys.exit(f"{args.samples}: there is no {'TCP' if column == 1 else 'UDP'}")

begin, udp = begin_of(1), begin_of(2)
udp_last = max(row[0] for row in rows if row[2] > 1)
rows = [(round(t - begin, 3), tcp, rate) for t, tcp, rate in rows if begin - 0.5 <= t <= udp_last + 1]
with open(args.csv, "w", newline="", encoding="utf-8") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(("time_s", "tcp_mbit", "udp_mbit"))
    out.writerows((f"{t:.3f}", f"{a:.3f}", f"{b:.3f}") for t, a, b in rows)

def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else float("nan")

# Starts are left out: a second of TCP's, one of UDP's.
udp, udp_last = udp - begin, udp_last - begin
alone = mean(row[1] for row in rows if 1 <= row[0] < udp - 0.2)
both = [row for row in rows if udp + 1 <= row[0] < udp_last - 0.2]
tcp, rate = mean(row[1] for row in both), mean(row[2] for row in both)
print(f"TCP alone {alone:.1f} Mbit/s; beside UDP: TCP {tcp:.1f}, UDP {rate:.1f} Mbit/s")
if args.capacity:
    # From when both are within a fifth of half of it, in the mean of half a second: a sample of
    # 100 ms has what a late host forwards at once.
    half = args.capacity / 2
    windows = [rows[i:i + 5] for i in range(len(rows) - 4) if rows[i][0] >= udp]
    after = next((window[0][0] - udp for window in windows
                  if all(abs(mean(row[column] for row in window) - half) <= half / 5 for column in (1, 2))), None)
    jain = (tcp + rate) ** 2 / (2 * (tcp ** 2 + rate ** 2))
    print(f"even {'never' if after is None else f'after {after:.1f} s'}; Jain's index {jain:.4f}; "
          f"of the capacity {(tcp + rate) / args.capacity * 100:.1f} % used")
    as_paper = after is not None and after <= 2 and jain >= 0.99 and tcp + rate >= 0.9 * args.capacity
elif args.limit:
    spikes = [row for row in rows if row[2] > args.limit * 1.01]
    print(f"samples of 100 ms in which UDP was more than 1 % above {args.limit:g} Mbit/s: "
          f"{len(spikes)} of {len(both)}; highest {max(row[2] for row in rows):.1f}")
    windows = Counter()
    for t, queue, size in departures(args.trace):
        if queue == 1:
            windows[int(t * 10)] += size * 8e-5
    if len(windows) < 20:
        sys.exit(f"{args.trace}: UDP left the card in {len(windows)} tenths of a second only")
    spikes = [mbit for mbit in windows.values() if mbit > args.limit * 1.01]
    print(f"the same where it leaves the card: {len(spikes)} of {len(windows)}; "
          f"highest {max(windows.values()):.1f}")
    as_paper = rate <= args.limit * 1.01 and rate >= args.limit * 0.9 and tcp >= args.bottleneck / 2 * 0.75
else:
    as_paper = tcp <= args.bottleneck / 4 and rate >= args.bottleneck * 0.7
if not as_paper or not alone >= args.bottleneck * 0.7:
    sys.exit("that is not what the paper shows")
