#!/usr/bin/python3
"""Talks to the PF as a guest might that means no good: writes into the mailbox of an
82576 VF that has no driver.

mailbox.py PCI-ADDRESS random COUNT SEED   messages of any number, length and content
mailbox.py PCI-ADDRESS valid COUNT MOST    soft limits from 1 to MOST Mbit/s, without pause
mailbox.py PCI-ADDRESS set VALUE ...       one soft limit after the other

Prints as JSON how many were answered, and how: the status of each answer (patches/linux
has what they mean), "nack", or "none".
"""
import collections
import ctypes
import json
import mmap
import os
import random
import sys
import time

# Registers of the VF's BAR 0, and bits (drivers/net/ethernet/intel/igbvf/mbx.h).
MAILBOX, MEMORY, WORDS = 0xC40, 0x800, 16
REQUEST, ACK, LOCKED, PF_HAS_LOCK, PF_STATUS, PF_ACK = 1, 2, 4, 8, 0x10, 0x20
RESET, GET_LIMIT, SET_LIMIT = 0x01, 0x40, 0x41
IS_ACK, IS_NACK = 0x80000000, 0x40000000


class Mailbox:
    def __init__(self, address):
        folder = f"/sys/bus/pci/devices/{address}"
        with open(folder + "/config", "r+b", buffering=0) as config:
            config.seek(4)
            config.write(b"\x06\0")
        file = os.open(folder + "/resource0", os.O_RDWR | os.O_SYNC)
        self.bar = mmap.mmap(file, 4 * mmap.PAGESIZE)
        self.control = ctypes.c_uint32.from_buffer(self.bar, MAILBOX)
        self.memory = [ctypes.c_uint32.from_buffer(self.bar, MEMORY + 4 * i)
                       for i in range(WORDS)]

    def send(self, words, patience):
        """The first two words of the answer, or None; waits for so many seconds."""
        end = time.monotonic() + patience
        while True:
            self.control.value = LOCKED
            if self.control.value & LOCKED:
                break
            if time.monotonic() > end:
                return None
        for register, word in zip(self.memory, words):
            register.value = word
        self.control.value = REQUEST
        while time.monotonic() < end:
            if self.control.value & PF_STATUS:
                answer = self.memory[0].value, self.memory[1].value
                self.control.value = ACK
                return answer
        return None


def any_message(dice):
    words = [dice.getrandbits(32) for _ in range(dice.randrange(1, WORDS + 1))]
    if dice.random() < 0.7:
        words[0] = dice.randrange(0x50) | dice.choice((0, 0, dice.getrandbits(8) << 16))
    if len(words) > 1 and dice.random() < 0.5:
        words[1] = dice.choice((0, 1, 39, 40, 41, 1000, 1001, 0xffff, 0x10000, 0x10001,
                                0x7fffffff, 0x80000000, 0xffffffff))
    return words


def messages(kind, args):
    if kind == "random":
        dice = random.Random(int(args[1]))
        for _ in range(int(args[0])):
            yield any_message(dice)
    elif kind == "valid":
        for i in range(int(args[0])):
            yield [SET_LIMIT, i % int(args[1]) + 1]
    else:
        for value in args:
            yield [SET_LIMIT, int(value, 0)]


box = Mailbox(sys.argv[1])
box.send([RESET], 5)
answers = collections.Counter()
begin = time.monotonic()
for words in messages(sys.argv[2], sys.argv[3:]):
    answer = box.send(words, 0.005 if sys.argv[2] == "random" else 1)
    if answer is None:
        answers["none"] += 1
    elif answer[0] & IS_NACK:
        answers["nack"] += 1
    elif words[0] in (GET_LIMIT, SET_LIMIT):
        answers[str(answer[1])] += 1
    else:
        answers["other"] += 1
print(json.dumps({"seconds": time.monotonic() - begin, **answers}))
