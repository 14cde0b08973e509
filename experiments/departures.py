"""The emulator's trace of packets that leave limited queues."""
import re

LINE = re.compile(r"(\d+\.\d+):igb_tx_rate_send\D+(\d+)\D+(\d+)")

def departures(name):
    """(seconds by the outer machine's clock, queue, bytes without the FCS) of each packet."""
    with open(name, encoding="utf-8", errors="replace") as file:
        for line in file:
            found = LINE.search(line)
            if found:
                yield float(found[1]), int(found[2]), int(found[3])
