#!/usr/bin/python3
"""From what qperf said on host A to the table: medians of the rounds, and their ratio
to the plain PF."""
import argparse
import csv
import statistics

NAMES = {"pf": "plain PF", "netns": "VF in a namespace", "guest": "VF in a guest, by VFIO"}

parser = argparse.ArgumentParser()
parser.add_argument("output")
parser.add_argument("csv")
args = parser.parse_args()

rounds = {where: [] for where in NAMES}
with open(args.output, encoding="utf-8", errors="replace") as file:
    for line in file:
        words = line.split()
        if words[:1] == ["measured"]:
            bandwidth, latency = map(float, words[2:])
            # qperf's latency is half of a request and its answer.
            rounds[words[1]].append((bandwidth * 8e-6, 0.5e9 / latency))
if any(len(measured) < 3 for measured in rounds.values()):
    raise SystemExit(f"table1: not everything was measured: {rounds}")

with open(args.csv, "w", newline="", encoding="utf-8") as file:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["where", "round", "goodput_mbit", "transactions_per_s"])
    for where, measured in rounds.items():
        for number, (goodput, rate) in enumerate(measured, 1):
            table.writerow([where, number, f"{goodput:.1f}", f"{rate:.1f}"])

median = {where: [statistics.median(column) for column in zip(*measured)]
          for where, measured in rounds.items()}
print(f"{'':24} {'goodput':>14} {'of PF':>7} {'16 KiB transactions':>22} {'of PF':>7}")
for where, (goodput, rate) in median.items():
    print(f"{NAMES[where]:24} {goodput:7.1f} Mbit/s {goodput / median['pf'][0]:7.2f}"
          f" {rate:20.1f}/s {rate / median['pf'][1]:7.2f}")
