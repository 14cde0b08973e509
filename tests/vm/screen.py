#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs a command in a pseudo-terminal, types, and looks at the screen.

Usage: screen.py [--size COLUMNSxLINES] [--term TYPE] [--timeout SECONDS] [--echo] STEP... -- COMMAND...

--echo: what the command prints goes to stdout as well.

Steps, in order; the first that fails ends it with status 1, and shows the screen on stderr:
  wait:REGEX    until the screen has it (a line end is a newline, ^ and $ are of lines)
  gone:REGEX    until the screen does not have it
  has:REGEX     it is there now          lacks:REGEX  it is not
  send:KEYS     types; <Up> <Down> <PgUp> <PgDn> <Home> <End> <Esc> <Enter> <Tab> <^C> are keys
  size:CxL      changes the size of the terminal
  signal:NAME   sends a signal to the command, as in TERM
  sleep:SECONDS lets time pass
  show          prints the screen on stdout
  colour, mono  something, or nothing, on the screen has a colour
  exit:STATUS   the command ends, with this status (or -SIGNAL)
  restored      the terminal is as it was: its modes, cursor, and no alternate screen
"""
import argparse
import os
import re
import signal
import sys
import termios
import time

import pexpect
import pyte

KEYS = {
    "Up": "\033OA", "Down": "\033OB", "PgUp": "\033[5~", "PgDn": "\033[6~",
    "Home": "\033OH", "End": "\033OF", "Esc": "\033", "Enter": "\r", "Tab": "\t", "^C": "\003",
    "^Z": "\032", "^L": "\014",
}
# What a full-screen program switches on and has to switch off (xterm's ctlseqs).
ALTERNATE = re.compile(rb"\033\[\?1049([hl])")
CURSOR = re.compile(rb"\033\[\?(?:12;)?25([hl])")


class Failure(Exception):
    pass


def size(text):
    columns, lines = text.split("x")
    return int(columns), int(lines)


def modes_of(fd):
    return termios.tcgetattr(fd)[:4]


def modes_of_new_terminal():
    ends = os.openpty()
    modes = modes_of(ends[1])
    for end in ends:
        os.close(end)
    return modes


class Terminal:
    def __init__(self, command, columns, lines, term, timeout, echo):
        self.timeout = timeout
        self.echo = echo
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        env = dict(os.environ, TERM=term)
        for name in ("LINES", "COLUMNS"):
            env.pop(name, None)
        self.child = pexpect.spawn(command[0], command[1:], dimensions=(lines, columns), env=env)

    def read(self, seconds):
        try:
            data = self.child.read_nonblocking(65536, seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.raw += data
        self.stream.feed(data)
        if self.echo:
            os.write(1, data)
        return True

    def settle(self):
        while self.read(0.05):
            pass

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def until(self, what, done):
        end = time.monotonic() + self.timeout
        while not done():
            if time.monotonic() > end:
                raise Failure(f"after {self.timeout} s: {what}")
            self.read(0.05)

    def matches(self, pattern):
        return re.search(pattern, self.text(), re.MULTILINE) is not None

    def coloured(self):
        return any(char.fg != "default" or char.bg != "default"
                   for line in self.screen.buffer.values() for char in line.values())

    def resize(self, text):
        columns, lines = size(text)
        self.screen.resize(lines, columns)
        self.child.setwinsize(lines, columns)

    def send(self, text):
        for part in re.split(r"(<[^>]+>)", text):
            key = part[1:-1] if part.startswith("<") else None
            if part:
                self.child.send(KEYS[key] if key in KEYS else part)

    def exited(self, wanted):
        self.until("the command has not ended", lambda: not self.child.isalive())
        self.settle()
        signalled = self.child.signalstatus
        status = self.child.exitstatus if signalled is None else -signalled
        if status != int(wanted):
            raise Failure(f"the command ended with status {status}, not {wanted}")

    def restored(self):
        for name, switched in (("alternate screen", ALTERNATE.findall(self.raw)),
                               ("cursor", CURSOR.findall(self.raw))):
            off = b"l" if name == "alternate screen" else b"h"
            if switched and switched[-1] != off:
                raise Failure(f"the {name} was not restored")
        # Linux tells at the master's end those of the other one, also after that was closed.
        now = modes_of(self.child.child_fd)
        if now != modes_of_new_terminal():
            raise Failure(f"the terminal's modes are {now}, were {modes_of_new_terminal()}")

    def has(self, pattern, wanted):
        self.settle()
        if self.matches(pattern) != wanted:
            raise Failure(f"the screen {'does not have' if wanted else 'has'} {pattern!r}")

    def colour(self, wanted):
        self.settle()
        if self.coloured() != wanted:
            raise Failure("nothing has a colour" if wanted else "something has a colour")

    def show(self):
        self.settle()
        print(self.text(), flush=True)

    def step(self, name, text):
        steps = {
            "wait": lambda: self.until(f"no {text!r}", lambda: self.matches(text)),
            "gone": lambda: self.until(f"still {text!r}", lambda: not self.matches(text)),
            "has": lambda: self.has(text, True),
            "lacks": lambda: self.has(text, False),
            "send": lambda: self.send(text),
            "size": lambda: self.resize(text),
            "signal": lambda: os.kill(self.child.pid, signal.Signals[f"SIG{text}"]),
            "sleep": lambda: self.sleep(float(text)),
            "show": self.show,
            "colour": lambda: self.colour(True),
            "mono": lambda: self.colour(False),
            "exit": lambda: self.exited(text),
            "restored": self.restored,
        }
        if name not in steps:
            raise Failure(f"there is no step {name!r}")
        steps[name]()

    def sleep(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.read(0.05):
                time.sleep(0.01)

    def close(self):
        self.child.close(force=True)


def main():
    if "--" not in sys.argv:
        sys.exit(__doc__)
    split = sys.argv.index("--")
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--size", type=size, default=(80, 24))
    # The emulator behind this has no REP, which programs use where xterm is promised.
    parser.add_argument("--term", default="screen-256color")
    parser.add_argument("--timeout", type=float, default=20)
    parser.add_argument("--echo", action="store_true")
    parser.add_argument("steps", nargs="*")
    options = parser.parse_args(sys.argv[1:split])
    terminal = Terminal(sys.argv[split + 1:], *options.size, options.term, options.timeout,
                        options.echo)
    try:
        for step in options.steps:
            name, _, text = step.partition(":")
            try:
                terminal.step(name, text)
            except Failure as failure:
                print(f"screen.py: {step}: {failure}\n{terminal.text()}", file=sys.stderr)
                return 1
    finally:
        terminal.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
