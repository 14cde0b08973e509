#!/usr/bin/python3
"""Talks to QEMU's monitor (QMP), for emulated hosts that begin in a saved state.

Usage: monitor.py SOCKET PROCESS save FILE
           writes the state of the running machine to FILE, and ends the machine
       monitor.py SOCKET PROCESS go [DEVICE ...]
           waits until a machine that was started with -S and -incoming has its state,
           plugs in devices, each as QEMU's -device takes it, and lets the machine run
PROCESS is the number of QEMU's, or of the one that started it: nobody waits for one that has ended.
"""

import json
import socket
import sys
import time

PATIENCE_SECONDS = 120


def has_ended(process):
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as stat:
            return stat.read().rpartition(") ")[2].startswith("Z")
    except FileNotFoundError:
        return True


class Monitor:
    def __init__(self, path, process):
        self.socket = socket.socket(socket.AF_UNIX)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self.socket.connect(path)
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if has_ended(process):
                    sys.exit("QEMU ended before it could be spoken to")
                if time.monotonic() > deadline:
                    sys.exit(f"QEMU has had no monitor for {PATIENCE_SECONDS} s")
                time.sleep(0.02)
        self.lines = self.socket.makefile("r")
        self.run("qmp_capabilities")

    def run(self, command, **arguments):
        request = {"execute": command, "arguments": arguments}
        self.socket.sendall(json.dumps(request).encode() + b"\n")
        for line in self.lines:
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                sys.exit(f"QEMU refused {command}: {answer['error']['desc']}")
        sys.exit(f"QEMU ended before it had answered {command}")

    def wait(self, command, reached):
        """Asks again and again until the answer's status is what reached() wants."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self.run(command)
            if reached(answer.get("status")):
                return
            if answer.get("status") == "failed":
                sys.exit(f"QEMU failed: {answer.get('error-desc', command)}")
            if time.monotonic() > deadline:
                sys.exit(f"QEMU still says after {PATIENCE_SECONDS} s: {answer}")
            time.sleep(0.02)


def save(monitor, path):
    # The default holds the disk's speed down to that of a network of 1 Gbit/s.
    monitor.run("migrate-set-parameters", **{"max-bandwidth": 1 << 40})
    monitor.run("stop")
    monitor.run("migrate", uri=f"file:{path}")
    monitor.wait("query-migrate", lambda status: status == "completed")
    monitor.run("quit")


def go(monitor, devices):
    monitor.wait("query-status", lambda status: status != "inmigrate")
    for device in devices:
        driver, *properties = device.split(",")
        monitor.run("device_add", driver=driver, **dict(p.split("=", 1) for p in properties))
    monitor.run("cont")


def main():
    if len(sys.argv) < 4 or sys.argv[3] not in ("save", "go"):
        sys.exit(__doc__)
    path, process, task, *words = sys.argv[1:]
    monitor = Monitor(path, process)
    if task == "save":
        save(monitor, words[0])
    else:
        go(monitor, words)


main()
