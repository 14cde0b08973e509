#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds what a vfctl prints with --json to schema.json.

Usage: schema_test.py VFCTL SCHEMA

Also that the schema tells right from wrong: a key that it does not know, a number that is a text,
and a value of another command have to fail.
"""
import json
import subprocess
import sys

import jsonschema

vfctl, schema_path = sys.argv[1:]
with open(schema_path, encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft7Validator.check_schema(schema)
failures = 0


def validator(definition):
    part = {"$ref": "#/definitions/" + definition, "definitions": schema["definitions"]}
    return jsonschema.Draft7Validator(part)


def complain(what):
    global failures
    failures += 1
    print(what)


def output(args, stdin=None):
    return subprocess.run([vfctl, *args], input=stdin, capture_output=True, text=True, check=True).stdout


def hold(args, definition, stdin=None):
    """Checks each line, and returns the last value."""
    value = None
    text = output(args, stdin)
    for line in [text] if definition == "saved" else text.splitlines():
        value = json.loads(line)
        for error in validator(definition).iter_errors(value):
            complain(f"vfctl {' '.join(args)}: {error.json_path}: {error.message}")
    if value in (None, [], {}):
        complain(f"vfctl {' '.join(args)}: it printed nothing to be checked")
    return value


def refuse(definition, value, why):
    if validator(definition).is_valid(value):
        complain(f"{definition} takes {why}")


SAVED = json.dumps({"format": "vfctl-limits", "version": 1, "limits": [
    {"pf": "eth0", "vf": 0, "hard_bits_per_sec": 100000000, "soft_bits_per_sec": 1000000}]})
SAVED_WITHOUT = SAVED.replace("1000000}", "0}")

for backend in "module", "rtnetlink":
    common = ["-j", "--backend", backend]
    vfs = hold([*common, "list"], "list")
    hold([*common, "show", "eth0/1"], "show")
    hold([*common, "show", "eth0"], "show")
    hold([*common, "rate", "eth0/1"], "rate")
    stats = hold([*common, "stats"], "stats")
    hold([*common, "stats", "-i", "10ms", "-c", "3"], "stats")
    hold([*common, "interval"], "interval")
    hold([*common, "interval", "eth0"], "interval")
    hold([*common, "keep-limits"], "keep-limits")
    hold([*common, "save"], "saved")
    hold([*common, "restore", "-n", "-"], "restore",
         SAVED if backend == "module" else SAVED_WITHOUT)
    hold([*common, "top", "-i", "100ms", "-c", "2"], "top")
    refuse("list", [{**vfs[0], "colour": "red"}], "an unknown key")
    refuse("list", [{**vfs[0], "hard_bits_per_sec": "500Mbit"}], "a text as a rate")
    refuse("list", [{**vfs[0], "hard_bits_per_sec": -1}], "a negative rate")
    refuse("list", stats, "counters")
    refuse("stats", [{key: value for key, value in stats[0].items() if key != "vf"}],
           "a VF without a number")

for event, good in [({"event": "overrun"}, True), ({"event": "over"}, False),
                    ({"event": "changed", "object": "vf", "pf": "eth0", "vf": 1, "by": "guest",
                      "old": {"soft_bits_per_sec": 5}}, True),
                    ({"event": "changed", "object": "vf", "pf": "eth0", "vf": 1, "by": "me"}, False),
                    ({"event": "added", "object": "pf", "pf": "eth0", "vfs": 2}, True),
                    ({"event": "added", "object": "pf", "pf": "eth0", "vf": 2}, False)]:
    if validator("monitor").is_valid(event) != good:
        complain(f"monitor judges {event} wrongly")

sys.exit(failures != 0)
