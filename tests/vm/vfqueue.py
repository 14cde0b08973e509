#!/usr/bin/python3
"""Transmits on a queue of an 82576 VF that has no driver, as a guest might that
knows both queues of it; igbvf uses the first only.

vfqueue.py PCI-ADDRESS QUEUE

Sends until SIGTERM, and prints how many frames there were, of 1514 bytes
without FCS.
"""
import ctypes
import mmap
import os
import signal
import sys
import time

PAGE = mmap.PAGESIZE
# Registers of the VF's BAR 0 (QEMU: hw/net/igb_regs.h, E1000_TD*_A).
TDBAL, TDBAH, TDLEN, TDH, TDT, TXDCTL = 0, 4, 8, 0x10, 0x18, 0x28
QUEUE_BASE, QUEUE_STRIDE = 0x3800, 0x100
QUEUE_ENABLE = 1 << 25
# End of packet, insert FCS, report status; advanced data descriptor.
COMMAND = 0x01000000 | 0x02000000 | 0x08000000 | 0x20000000 | 0x00300000
LENGTH = 1514
ENTRIES = PAGE // 16


def pages(count):
    """Memory that stays where it is, and the physical address of each page."""
    memory = mmap.mmap(-1, count * PAGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.write(bytes(count * PAGE))
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlock(ctypes.c_void_p(start), count * PAGE):
        sys.exit(f"mlock: {os.strerror(ctypes.get_errno())}")
    with open("/proc/self/pagemap", "rb") as pagemap:
        pagemap.seek(start // PAGE * 8)
        entries = [int.from_bytes(pagemap.read(8), "little")
                   for _ in range(count)]
    return memory, [(entry & (1 << 55) - 1) * PAGE for entry in entries]


class Device:
    def __init__(self, address, queue):
        folder = f"/sys/bus/pci/devices/{address}"
        with open(folder + "/config", "r+b", buffering=0) as config:
            config.seek(4)
            config.write(b"\x06\0")
        file = os.open(folder + "/resource0", os.O_RDWR | os.O_SYNC)
        self.bar = mmap.mmap(file, 4 * PAGE)
        self.base = QUEUE_BASE + QUEUE_STRIDE * queue

    def register(self, offset):
        return ctypes.c_uint32.from_buffer(self.bar, self.base + offset)

    def __getitem__(self, offset):
        return self.register(offset).value

    def __setitem__(self, offset, value):
        self.register(offset).value = value


def main():
    address, queue = sys.argv[1], int(sys.argv[2])
    memory, (ring, data) = pages(2)
    frame = bytes.fromhex("0200000000ff 0200000000fe 88b5")
    memory[PAGE:PAGE + len(frame)] = frame
    descriptor = (data.to_bytes(8, "little")
                  + (COMMAND | LENGTH).to_bytes(4, "little")
                  + (LENGTH << 14).to_bytes(4, "little"))

    device = Device(address, queue)
    device[TXDCTL] = 0
    device[TDBAL], device[TDBAH] = ring & 0xffffffff, ring >> 32
    device[TDLEN], device[TDH], device[TDT] = PAGE, 0, 0
    device[TXDCTL] = QUEUE_ENABLE

    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    head = tail = sent = 0
    while not ended:
        now = device[TDH]
        sent += (now - head) % ENTRIES
        head = now
        while (tail + 1) % ENTRIES != head:
            memory[tail * 16:tail * 16 + 16] = descriptor
            tail = (tail + 1) % ENTRIES
        device[TDT] = tail
        time.sleep(0.002)
    # Before the memory is given back.
    device[TXDCTL] = 0
    print(sent)


main()
