#!/usr/bin/python3
"""A small client of the netlink family, for tests: starts in a fraction of the
time that the kernel's YNL client takes on an emulated machine, and can send
what that would not.

vfnl.py do OP [KEY=VALUE ...]       one request, answers as JSON
vfnl.py dump OP [KEY=VALUE ...]     a dump, as a JSON array
vfnl.py raw do|dump OP HEX          attributes as raw bytes
vfnl.py get OP KEY[,KEY...] [KEY=VALUE ...]
                                    these attributes of the answer, in one line,
                                    "null" for what is absent
vfnl.py serve PORT                  the four above for others: a line of words by TCP
                                    on the loopback device, answered by lines of
                                    stdout behind "=", of stderr behind "!", and
                                    "status NUMBER"
vfnl.py batch                       requests as above and "join GROUP", a line of
                                    stdin each; a line each of what came of it
vfnl.py listen GROUP,... SECONDS    events as JSON lines, after a line "ready"
vfnl.py readers OP                  dumps in a loop; prints "ready" after the
                                    first, in the end how many, how many torn
vfnl.py writers DEV ...             sets hard rates in a loop; prints how often
                                    one was set, how often there was no device
vfnl.py cost                        times dumps against RTM_GETLINK, as JSON

VFNL_RECORD in the environment names a file that gets what the kernel sent, a
line of hex for each datagram. VFNL_OPEN_AS and VFNL_SEND_AS name users: who opens
the socket, and who uses it then.

Listening and loops end at SIGTERM. Exit status: 0, or 2 where the kernel refused, with
its words on stderr, as those that it has beside a success.
"""
import contextlib
import errno
import io
import json
import os
import re
import select
import signal
import socket
import struct
import sys
import time

NETLINK_GENERIC = 16
GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY = 3
NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_DUMP_INTR = 1, 2, 4, 0x10
NLM_F_DUMP = 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
SOL_NETLINK = 270
NETLINK_ADD_MEMBERSHIP, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 1, 10, 11
NETLINK_GET_STRICT_CHK = 12

HEADER = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../../kmod/uapi/linux/vfctl.h")
STRINGS = {"ifname", "pf-ifname", "bus-info", "driver", "provider",
           "pending-reason"}
U32 = {"ifindex", "pf-ifindex", "vf", "num-vfs", "total-vfs", "interval",
       "caps", "origin", "pid", "state", "resets", "gaps", "guest-soft",
       "keep-limits", "kept-interval", "sample-time", "look-interval"}
FLAGS = {"absent"}
ENUMS = {"state": "limit", "origin": "origin"}


def read_header():
    """Numbers of commands and attributes, from the header as generated."""
    sets = {}
    for body in re.findall(r"^enum \w+ \{(.*?)^\};", open(HEADER).read(),
                           re.S | re.M):
        number = 0
        for name, value in re.findall(r"^\t(VFCTL_\w+)(?: = (\d+))?,", body,
                                      re.M):
            number = int(value) if value else number
            match = re.match(r"VFCTL_(A_PF|A_VF|A_STATS|A_OLD_LIMIT|CMD|"
                             r"LIMIT|ORIGIN)_(\w+)", name)
            if match:
                kind, word = match.groups()
                sets.setdefault(kind.lower(), {})[
                    word.lower().replace("_", "-")] = number
            number += 1
    return sets


SETS = read_header()
COMMANDS = {number: name for name, number in SETS["cmd"].items()}


def attr_set(op):
    return "a_" + op.split("-")[0]


def put(kind, payload):
    length = 4 + len(payload)
    return struct.pack("HH", length, kind) + payload + b"\0" * (-length % 4)


def encode(op, pairs):
    out = b""
    for pair in pairs:
        key, _, value = pair.partition("=")
        kind = SETS[attr_set(op)][key]
        if key in FLAGS:
            out += put(kind, b"")
        elif key in STRINGS:
            out += put(kind, value.encode() + b"\0")
        elif key in U32:
            out += put(kind, struct.pack("I", int(value)))
        else:
            out += put(kind, struct.pack("Q", int(value)))
    return out


def walk(data):
    while len(data) >= 4:
        length, kind = struct.unpack_from("HH", data)
        if length < 4 or length > len(data):
            raise ValueError("attribute runs over its message")
        yield kind & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


def decode(which, data):
    names = {number: name for name, number in SETS[which].items()}
    out = {}
    for kind, payload in walk(data):
        name = names[kind]
        if name == "pad":
            continue
        if name == "old":
            out[name] = decode("a_old_limit", payload)
        elif name in STRINGS:
            out[name] = payload.rstrip(b"\0").decode()
        elif name == "mac":
            out[name] = payload.hex(":")
        elif name in ENUMS:
            number = struct.unpack("I", payload)[0]
            out[name] = next(word for word, value in
                             SETS[ENUMS[name]].items() if value == number)
        else:
            out[name] = struct.unpack("I" if len(payload) == 4 else "Q",
                                      payload)[0]
    return out


class Refused(Exception):
    pass


class Client:
    def __init__(self):
        self.sock = self.open()
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1)
        self.sock.bind((0, 0))
        self.seq = 0
        self.record = "VFNL_RECORD" in os.environ and \
            open(os.environ["VFNL_RECORD"], "a")
        self.family, self.groups = GENL_ID_CTRL, {}
        reply = self.request(CTRL_CMD_GETFAMILY, put(2, b"vfctl\0"), 2)[0][1]
        for kind, payload in walk(reply):
            if kind == 1:
                self.family = struct.unpack("H", payload)[0]
            elif kind == 7:
                for _, group in walk(payload):
                    parts = dict(walk(group))
                    self.groups[parts[1].rstrip(b"\0").decode()] = \
                        struct.unpack("I", parts[2])[0]

    @staticmethod
    def open():
        """Capabilities go and come with the effective user id."""
        me = os.geteuid()
        os.seteuid(int(os.environ.get("VFNL_OPEN_AS", me)))
        sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                             NETLINK_GENERIC)
        os.seteuid(me)
        os.seteuid(int(os.environ.get("VFNL_SEND_AS", me)))
        return sock

    def join(self, group):
        self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
                             self.groups[group])

    def messages(self):
        data = self.sock.recv(1 << 18)
        if self.record:
            print(data.hex(), file=self.record, flush=True)
        while len(data) >= 16:
            length, kind, flags, seq, _ = struct.unpack_from("IHHII", data)
            yield kind, flags, seq, data[16:length]
            data = data[(length + 3) & ~3:]

    @staticmethod
    def words(payload, flags):
        # NLM_F_CAPPED, NLM_F_ACK_TLVS: only the header of the request is back
        for kind, value in walk(payload[20:]) if flags & 0x200 else ():
            if kind == 1:
                return ": " + value.rstrip(b"\0").decode()
        return ""

    def refuse(self, payload, flags):
        number = -struct.unpack_from("i", payload)[0]
        words = self.words(payload, flags)
        name = errno.errorcode.get(number, str(number))
        # One number, two names; the kernel has only the second.
        raise Refused(name.replace("ENOTSUP", "EOPNOTSUPP") + words)

    def request(self, cmd, attrs, version=1, dump=False):
        """Returns pairs of command and attributes."""
        self.seq += 1
        flags = NLM_F_REQUEST | (NLM_F_DUMP if dump else NLM_F_ACK)
        body = struct.pack("BBH", cmd, version, 0) + attrs
        self.sock.send(struct.pack("IHHII", 16 + len(body), self.family,
                                   flags, self.seq, 0) + body)
        out, self.torn = [], False
        while True:
            for kind, flags, seq, payload in self.messages():
                if seq != self.seq:
                    continue
                self.torn |= bool(flags & NLM_F_DUMP_INTR)
                if kind == NLMSG_ERROR:
                    if struct.unpack_from("i", payload)[0]:
                        self.refuse(payload, flags)
                    if words := self.words(payload, flags):
                        print("warning" + words, file=sys.stderr)
                    return out
                if kind == NLMSG_DONE:
                    if struct.unpack_from("i", payload)[0] < 0:
                        self.refuse(payload[:4] + b"\0" * 16 + payload[4:],
                                    flags)
                    return out
                out.append((payload[0], payload[4:]))

    def call(self, op, attrs, dump=False):
        which = attr_set(op)
        return [decode(which, data) for _, data in
                self.request(SETS["cmd"][op], attrs, dump=dump)]


def batch(client):
    for line in sys.stdin:
        words = line.split()
        try:
            if words[0] == "join":
                client.join(words[1])
                print("joined", flush=True)
            else:
                print(json.dumps(client.call(
                    words[1], encode(words[1], words[2:]),
                    dump=words[0] == "dump")), flush=True)
        except (Refused, OSError) as refusal:
            print(refusal, flush=True)


def show_event(payload):
    name = COMMANDS[payload[0]]
    event = decode(attr_set(name), payload[4:])
    print(json.dumps({"event": name.removesuffix("-ntf"), **event}),
          flush=True)


def listen(client, groups, seconds):
    """At SIGTERM what has come until then is still shown."""
    for group in groups.split(","):
        client.join(group)
    over, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGTERM, lambda *_: None)
    print("ready", flush=True)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([client.sock, over], [], [], left)
        if client.sock in ready:
            for _, _, _, payload in client.messages():
                show_event(payload)
        elif ready:
            break


class Loop:
    """True until SIGTERM."""

    def __init__(self):
        self.on = True
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, _signal, _frame):
        self.on = False

    def __bool__(self):
        return self.on


def readers(client, op):
    count, torn, loop = 0, 0, Loop()
    while loop:
        client.call(op, b"", dump=True)
        count += 1
        torn += client.torn
        if count == 1:
            print("ready", flush=True)
    print("done", count, torn)


def writers(client, devices):
    """A device that is gone for the moment is what the test is about. igb also refuses a
    rate in the moment in which it resets its card and the carrier is not off yet."""
    count, gone, rate, loop = 0, 0, 1, Loop()
    while loop:
        rate = rate % 900 + 1
        for device in devices:
            try:
                client.call("vf-set", encode("vf-set", [
                    "ifname=" + device, "hard-rate=%d000000" % rate]))
                count += 1
            except Refused as err:
                if not re.match("ENODEV|EOPNOTSUPP|ENOENT|EINVAL: igb refused", str(err)):
                    raise
                gone += 1
    print("done", count, gone)


def timed(sock, message, rounds=200):
    """Median ns from a request to the last message of its answer; bytes."""
    times = []
    for _ in range(rounds):
        size, begin = 0, time.monotonic_ns()
        sock.send(message)
        more = True
        while more:
            data = sock.recv(1 << 18)
            size += len(data)
            kind, flags = struct.unpack_from("HH", data, 4)
            more = flags & NLM_F_MULTI and kind != NLMSG_DONE
        times.append(time.monotonic_ns() - begin)
    return {"ns": sorted(times)[rounds // 2], "bytes": size}


def cost(client):
    """The same VFs by this family and as rtnetlink tells of them."""
    out = {}
    for op in ("pf-get", "vf-get", "stats-get"):
        body = struct.pack("BBH", SETS["cmd"][op], 1, 0)
        out[op] = timed(client.sock, struct.pack(
            "IHHII", 16 + len(body), client.family,
            NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + body)
    for pf in client.call("pf-get", b"", dump=True):
        route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        body = struct.pack("BxHiII", 0, 0, pf["ifindex"], 0, 0)
        body += put(29, struct.pack("I", 1))  # IFLA_EXT_MASK, RTEXT_FILTER_VF
        out["RTM_GETLINK " + pf["ifname"]] = timed(route, struct.pack(
            "IHHII", 16 + len(body), 18, NLM_F_REQUEST, 1, 0) + body)
    print(json.dumps(out))


def once(client, argv):
    """One request, as argv says it; its answer goes to stdout."""
    if argv[0] == "raw":
        answer = client.call(argv[2], bytes.fromhex(argv[3]),
                             dump=argv[1] == "dump")
    elif argv[0] == "get":
        answer = client.call(argv[1], encode(argv[1], argv[3:]))[0]
        print(*(answer.get(key, "null") for key in argv[2].split(",")))
        return
    else:
        answer = client.call(argv[1], encode(argv[1], argv[2:]),
                             dump=argv[0] == "dump")
    print(json.dumps(answer))


def answer(connection):
    """In a process of its own, since the kernel may let it wait."""
    stream = connection.makefile("rw")
    out, err, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            once(Client(), stream.readline().split())
        except Refused as refusal:
            print(refusal, file=sys.stderr)
            status = 2
        except Exception as mistake:
            print(repr(mistake), file=sys.stderr)
            status = 1
    for mark, said in ("=", out), ("!", err):
        for line in said.getvalue().splitlines():
            stream.write(mark + line + "\n")
    stream.write("status %d\n" % status)
    stream.flush()


def serve(port):
    """A socket and the number of the family are taken anew for each request: the
    module comes and goes."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            connection, _ = server.accept()
            if os.fork() == 0:
                answer(connection)
                os._exit(0)
            connection.close()


def main(argv):
    if argv[0] == "serve":
        serve(int(argv[1]))
    client = Client()
    if argv[0] == "listen":
        listen(client, argv[1], float(argv[2]))
    elif argv[0] == "batch":
        batch(client)
    elif argv[0] == "readers":
        readers(client, argv[1])
    elif argv[0] == "writers":
        writers(client, argv[1:])
    elif argv[0] == "cost":
        cost(client)
    else:
        once(client, argv)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)
