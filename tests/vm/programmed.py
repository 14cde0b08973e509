#!/usr/bin/python3
"""From the emulator's trace of the rate scheduler's registers: was a queue ever given more
than it may have?

programmed.py TRACE MARK MOST QUEUE ...    rates in Mbit/s, with the link at 1000

Looks at each of the queues from the last time on that it was given MARK. Ends with 1 where
one had more than MOST since, or no limit, or where nothing was written at all.
"""
import re
import sys

LINE = re.compile(r"igb_tx_rate_set TX queue (\d+): RTTBCNRC 0x([0-9a-f]+)")
ENABLE, ONE = 1 << 31, 1 << 14

trace, mark, most, *queues = sys.argv[1:]
mark, most = float(mark), float(most)
written = {int(queue): [] for queue in queues}
with open(trace, encoding="utf-8", errors="replace") as file:
    for line in file:
        found = LINE.search(line)
        if found and int(found[1]) in written:
            value = int(found[2], 16)
            factor = (value & ENABLE - 1) / ONE
            written[int(found[1])].append(1000 / factor if value & ENABLE and factor else None)

status = 0
for queue, rates in written.items():
    marks = [i for i, rate in enumerate(rates) if rate and abs(rate - mark) < 0.1]
    if not marks:
        sys.exit(f"queue {queue} was never given {mark:g} Mbit/s in {len(rates)} writes")
    since = rates[marks[-1] + 1:]
    wrong = [rate for rate in since if rate is None or rate > most * 1.0002]
    print(f"queue {queue}: {len(since)} times written, {len(wrong)} times more than {most:g} Mbit/s")
    if wrong or not since:
        status = 1
sys.exit(status)
