#!/usr/bin/python3
"""Keeps the kernel's own netlink client at hand, as it is: to import what it needs and to read
the specification takes it seconds on an emulated host, each time.

Usage: ynl.py CLIENT SPECIFICATION PORT
CLIENT is cli.py of the kernel's source. A connection to the port on 127.0.0.1 sends the client's
arguments, a line each, and then an empty line. It gets what the client prints, and at last a
line "status N".
"""

import importlib.util
import os
import signal
import socket
import sys
import traceback

import yaml


def load(path):
    """The client, as a module. It imports what stands beside it."""
    sys.path.insert(0, os.path.dirname(path))
    spec = importlib.util.spec_from_file_location("cli", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_once(specification):
    """From now on the client gets this file's content from here, by whatever function of yaml it
    reads it."""
    with open(specification, encoding="utf-8") as stream:
        text = stream.read()
    content = yaml.load(text, Loader=yaml.CSafeLoader)

    def known(stream, *_args, **_options):
        if stream.read() != text:
            raise ValueError("another specification than the one that was read")
        return content

    yaml.safe_load = yaml.load = known


def answer(connection, client):
    stream = connection.makefile("r")
    words = list(iter(lambda: stream.readline().rstrip("\n"), ""))
    for descriptor in (1, 2):
        os.dup2(connection.fileno(), descriptor)
    sys.argv = [client.__file__, *words]
    status = 0
    try:
        client.main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, b"\nstatus %d\n" % status)


def main(path, specification, port):
    client = load(path)
    read_once(specification)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.create_server(("127.0.0.1", int(port))) as server:
        while True:
            connection, _ = server.accept()
            if os.fork() == 0:
                answer(connection, client)
                os._exit(0)
            connection.close()


main(*sys.argv[1:])
