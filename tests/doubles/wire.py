"""A wire to a stand-in, which breaks, lies and floods; for test_peers.py.

    wire = Wire(stand.port)             listens on wire.port, at wire.url; on
                                        another address where one is named
    wire.plan = choose                  choose(request) is what happens to a
                                        connection: one of the acts below, or
                                        None where nothing does

An act is a function of the Link, the connection. Those here are made by

    cut_request(at)     so many bytes of the request arrive, though never all,
                        then a TCP reset
    cut_answer(at)      the request is obeyed, so many bytes of its answer
                        come, though never all, then a reset; or with end=True
                        an orderly end, as of an answer that was no longer
    told(make)          the request is obeyed, and make(answer) comes in its
                        answer's place: bytes, or an iterable of them without
                        end; pause: seconds between two
    lost(make)          the same, and the request never arrives

wire.sent is how many bytes each such answer got to, wire.seen every request
as (method, path) in order, wire.faults what the wire itself did wrong.
"""

import re
import socket
import struct
import threading
import time

PEEKED = 65536


class Request:
    """What is known of a request before any of it was taken: its headers,
    and of a body of moderate length all."""

    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        self.head = head.decode("latin-1")
        self.method, self.path = self.head.split(" ")[:2]
        length = re.search(r"(?mi)^content-length: (\d+)", self.head)
        self.length = len(head) + 4 + int(length.group(1) if length else 0)


class Link:
    """One connection, and the one behind it."""

    def __init__(self, near, port):
        self.near = near
        self.far = None
        self.port = port

    def peek(self):
        """The request, without taking any of it; None where none comes."""
        while True:
            data = self.near.recv(PEEKED, socket.MSG_PEEK)
            if not data:
                return None
            if b"\r\n\r\n" in data:
                request = Request(data)
                if len(data) >= min(request.length, PEEKED // 2):
                    return request
            time.sleep(0.001)

    def pass_on(self, bytes_):
        """Take so many bytes of the request, and hand them on."""
        self.far = socket.create_connection(("127.0.0.1", self.port), 30)
        while bytes_ > 0:
            data = self.near.recv(min(bytes_, PEEKED))
            if not data:
                raise ConnectionResetError
            self.far.sendall(data)
            bytes_ -= len(data)

    def answer(self):
        """The stand-in's whole answer."""
        file, head = self.far.makefile("rb"), b""
        while not head.endswith(b"\r\n\r\n"):
            line = file.readline()
            if not line:
                raise ConnectionResetError
            head += line
        length = re.search(rb"(?mi)^content-length: (\d+)", head)
        return head + file.read(int(length.group(1)))

    def reset(self):
        self.near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))

    def end(self):
        """Say that no more comes, and wait until the client has gone."""
        try:
            self.near.shutdown(socket.SHUT_WR)
            while self.near.recv(PEEKED):
                pass
        except OSError:
            pass

    def close(self):
        self.near.close()
        if self.far is not None:
            self.far.close()


class Wire:
    """It stands before a stand-in's port until stop()."""

    def __init__(self, port, host="127.0.0.1"):
        self.behind = port
        self.plan = lambda request: None
        self.sent, self.seen, self.faults = [], [], []
        self.listener = socket.create_server((host, 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        threading.Thread(target=self.listen, daemon=True).start()

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def listen(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            near.settimeout(60)
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(near,),
                             daemon=True).start()

    def serve(self, near):
        link = Link(near, self.behind)
        try:
            request = link.peek()
            if request is not None:
                self.seen.append((request.method, request.path))
                act = self.plan(request) or honest
                self.note(act(link, request))
        except (BrokenPipeError, ConnectionResetError):
            pass
        except Exception as fault:
            self.faults.append(repr(fault))
            raise
        finally:
            link.close()

    def note(self, sent):
        if sent is not None:
            self.sent.append(sent)


# -------------------------------------------------------------------- acts

def honest(link, request):
    link.pass_on(request.length)
    link.near.sendall(link.answer())
    link.end()


def cut_request(at):
    def act(link, request):
        link.pass_on(min(at, request.length - 1))
        link.reset()
    return act


def cut_answer(at, end=False):
    def act(link, request):
        link.pass_on(request.length)
        answer = link.answer()
        link.near.sendall(answer[:min(at, len(answer) - 1)])
        if end:
            link.end()
        else:
            link.reset()
    return act


def write(link, answer, pause):
    """As much of an answer as the client takes."""
    sent = 0
    try:
        for piece in [answer] if isinstance(answer, bytes) else answer:
            link.near.sendall(piece)
            sent += len(piece)
            if pause:
                time.sleep(pause)
        link.end()
    except OSError:
        pass
    return sent


def told(make, pause=0):
    def act(link, request):
        link.pass_on(request.length)
        return write(link, make(link.answer()), pause)
    return act


def lost(make, pause=0):
    def act(link, request):
        while request.length > 0:
            data = link.near.recv(min(request.length, PEEKED))
            if not data:
                return None
            request.length -= len(data)
        return write(link, make(b""), pause)
    return act
