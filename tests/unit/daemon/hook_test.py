#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The libvirt hook, with a vfctl and a control socket of the test's own."""
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

HOOK = os.path.abspath(sys.argv.pop())

DOMAIN = """<domain type='kvm'><name>g</name>
<metadata><v:limits xmlns:v='urn:vfctl:domain:1'>%s</v:limits></metadata>
<devices>
<interface type='hostdev'><mac address='52:54:00:00:00:01'/>
<source><address type='pci' domain='0x0000' bus='0x01' slot='0x10' function='0x1'/></source></interface>
<hostdev mode='subsystem' type='pci'><source><address domain='0x0000' bus='0x01' slot='0x10' function='0x3'/></source></hostdev>
<hostdev mode='subsystem' type='usb'><source><address bus='1' device='2'/></source></hostdev>
<interface type='bridge'><mac address='52:54:00:00:00:09'/><source bridge='br0'/></interface>
%s</devices></domain>"""
VSOCK = "<vsock model='virtio'><cid auto='no' address='5'/></vsock>"
BY_MAC = "<v:vf mac='52:54:00:00:00:01' max='500mbit'/>"
BY_ADDRESS = "<v:vf address='0000:01:10.3' max='1gbit'/>"


class Hook(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.log = os.path.join(self.folder.name, "log")
        fake = os.path.join(self.folder.name, "vfctl")
        with open(fake, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\necho \"$@\" >>{self.log}\n"
                       "case \"$*\" in *666mbit*) echo 'vfctl: too much' >&2; exit 2;; esac\n")
        os.chmod(fake, 0o755)
        self.control = os.path.join(self.folder.name, "control")
        self.environment = {**os.environ, "VFCTL": fake, "VFCTL_CONTROL": self.control}
        self.requests = []

    def serve(self, answer):
        server = socket.socket(socket.AF_UNIX)
        server.bind(self.control)
        server.listen()
        self.addCleanup(server.close)

        def run():
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    self.requests.append(json.loads(peer.makefile().readline()))
                    peer.sendall(json.dumps(answer).encode() + b"\n")

        threading.Thread(target=run, daemon=True).start()

    def run_hook(self, operation, domain):
        done = subprocess.run([HOOK, "g", operation, "begin", "-"], input=domain, text=True,
                              capture_output=True, env=self.environment, check=False, timeout=60)
        calls = []
        if os.path.exists(self.log):
            with open(self.log, encoding="utf-8") as file:
                calls = file.read().splitlines()
            os.remove(self.log)
        return done.returncode, done.stderr, calls

    def test_limits_are_set_and_taken_away(self):
        domain = DOMAIN % (BY_MAC + BY_ADDRESS, "")
        self.assertEqual(self.run_hook("prepare", domain),
                         (0, "", ["rate 0000:01:10.1 500mbit", "rate 0000:01:10.3 1gbit"]))
        self.assertEqual(self.run_hook("release", domain)[2],
                         ["rate 0000:01:10.1 soft none", "rate 0000:01:10.1 hard none",
                          "rate 0000:01:10.3 soft none", "rate 0000:01:10.3 hard none"])

    def test_other_operations_do_nothing(self):
        for operation in ("start", "stopped", "migrate", "attach"):
            self.assertEqual(self.run_hook(operation, "no XML"), (0, "", []))

    def test_a_domain_without_limits_is_left_alone(self):
        self.assertEqual(self.run_hook("prepare", DOMAIN % ("", "")), (0, "", []))
        self.assertEqual(self.run_hook("release", DOMAIN % ("", "")), (0, "", []))

    def test_a_limit_that_is_refused_stops_the_domain_and_leaves_none(self):
        domain = DOMAIN % (BY_MAC + BY_ADDRESS.replace("1gbit", "666mbit"), "")
        status, said, calls = self.run_hook("prepare", domain)
        self.assertEqual((status, said), (1, "vfctl hook: g: vfctl: too much\n"))
        self.assertEqual(calls[2:], ["rate 0000:01:10.1 soft none", "rate 0000:01:10.1 hard none"])

    def test_limits_that_make_no_sense_stop_the_domain(self):
        for vf, word in ((BY_MAC.replace("01'", "77'"), "no VF of this domain"),
                         (BY_MAC.replace("500mbit", "; reboot"), "no rate"),
                         (BY_MAC.replace("500mbit", "--help"), "no rate"),
                         ("<v:vf max='1mbit'/>", "no VF of this domain")):
            status, said, calls = self.run_hook("prepare", DOMAIN % (vf, ""))
            self.assertEqual((status, calls), (1, []))
            self.assertIn(word, said)

    def test_vfctld_is_told_of_guests(self):
        self.serve({"version": 1})
        self.assertEqual(self.run_hook("started", DOMAIN % ("", VSOCK))[:2], (0, ""))
        self.assertEqual(self.run_hook("release", DOMAIN % ("", VSOCK)),
                         (0, "", ["rate 0000:01:10.1 soft none", "rate 0000:01:10.3 soft none"]))
        self.assertEqual(self.requests, [
            {"version": 1, "command": "guest-add", "name": "g", "cid": 5,
             "vfs": ["0000:01:10.1", "0000:01:10.3"]},
            {"version": 1, "command": "guest-remove", "name": "g"}])

    def test_a_guest_without_VFs_takes_its_CID_from_whoever_had_it(self):
        self.serve({"version": 1})
        self.run_hook("started", f"<domain><devices>{VSOCK}</devices></domain>")
        self.assertEqual(self.requests, [{"version": 1, "command": "guest-add", "name": "g", "cid": 5, "vfs": []}])

    def test_what_is_wrong_in_the_limits_does_not_keep_the_rest(self):
        self.serve({"version": 1})
        wrong = BY_MAC.replace("01'", "77'") + BY_ADDRESS.replace("1gbit", "nonsense")
        self.assertEqual(self.run_hook("release", DOMAIN % (wrong, "")),
                         (0, "", ["rate 0000:01:10.3 soft none", "rate 0000:01:10.3 hard none"]))
        self.assertEqual(self.requests, [{"version": 1, "command": "guest-remove", "name": "g"}])

    def test_a_vfctld_that_refuses_stops_nothing(self):
        self.serve({"version": 1, "error": "not you"})
        status, said, _ = self.run_hook("started", DOMAIN % ("", VSOCK))
        self.assertEqual((status, said), (0, "vfctl hook: vfctld: not you\n"))

    def test_hostile_XML_is_refused(self):
        bomb = "<!DOCTYPE d [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><domain>&b;</domain>"
        for domain in (bomb, "", "<domain>", "<domain><devices>" * 3):
            status, said, calls = self.run_hook("prepare", domain)
            self.assertEqual((status, calls), (1, []))
            self.assertIn("XML", said)


unittest.main()
