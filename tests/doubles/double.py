"""What the stand-ins for social networks share: a threaded HTTP server that
refuses what its network refuses, a ledger, and faults that tests switch on.

A stand-in is a subclass of Double whose methods carry @route:

    class Example(Double):
        name = "example"

        @route("POST", "/api/posts/:id")
        def create(self, request, id):
            body = request.json()
            if "text" not in body:
                raise Refused(400, {"error": "no text"}, "text is missing")
            self.accept({"id": id, "text": body["text"]})
            return Answer(200, {"id": id})

    if __name__ == "__main__":
        main(Example)

It runs as `example.py --port 0 --ledger FILE [--clock FILE]`, prints its port
as the first line on standard output, and serves 127.0.0.1 until it is killed.
Handlers run one at a time, under self.lock.

The ledger has one JSON line per thing that became public, written and flushed
before its answer leaves. Beside it refused.jsonl has one line per request
that was refused, with the reason. Both are only ever appended to.

--clock FILE names the file that CRIER_CLOCK names for a test build of Crier:
a signed number of milliseconds that is added to the time.

/_control, with JSON:

    GET                       the ledger, the faults left, requests seen
                              and the bytes of their bodies
    POST {"fault": KIND, ...} switch a fault on (see Fault)
    POST {"clear": true}      switch all faults off
    POST {"set": {...}}       change self.settings; unknown names are refused
    POST {"call": NAME, ...}  run the method control_NAME(**rest)
"""

import argparse
import email.message
import email.parser
import json
import os
import re
import signal
import socket
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_LIMIT = 256 * 1024 * 1024
PICTURE = bytes.fromhex(        # a PNG, of whoever has an avatar
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b"
    "550000000a49444154789c63a8070000810080d394534a0000000049454e44ae"
    "426082")


class Refused(Exception):
    """A request that the network would refuse, and why, for refused.jsonl."""

    def __init__(self, status, body, reason, headers=None):
        super().__init__(reason)
        self.answer = Answer(status, body, headers)
        self.reason = reason


class Answer:
    """A status, a body (anything but bytes and str becomes JSON), headers."""

    def __init__(self, status, body=b"", headers=None, kind=None):
        self.status = status
        self.headers = dict(headers or {})
        if isinstance(body, bytes):
            self.body, self.kind = body, kind or "application/octet-stream"
        elif isinstance(body, str):
            self.body, self.kind = body.encode(), kind or "text/html"
        else:
            self.body = json.dumps(body, ensure_ascii=False).encode()
            self.kind = kind or "application/json; charset=utf-8"


class Part:
    """One part of a multipart body."""

    def __init__(self, name, file_name, kind, data):
        self.name, self.file_name = name, file_name
        self.kind, self.data = kind, data


class Request:
    """One request, whole. Readers raise Refused where it is malformed."""

    def __init__(self, method, target, headers, body):
        split = urllib.parse.urlsplit(target)
        self.method, self.body, self.headers = method, body, headers
        self.path = urllib.parse.unquote(split.path)
        try:
            self.query = urllib.parse.parse_qsl(
                split.query, keep_blank_values=True, strict_parsing=True,
                errors="strict") if split.query else []
        except ValueError:
            self.query = [("malformed", split.query)]

    def header(self, name):
        """A header's value; None where absent; Refused where it is there
        twice."""
        values = self.headers.get_all(name) or []
        if len(values) > 1:
            raise Refused(400, {"error": "duplicate header"},
                          "header %s came %d times" % (name, len(values)))
        return values[0] if values else None

    def kind(self):
        """The media type, lower case, without its parameters."""
        return (self.header("Content-Type") or "").split(";")[0] \
            .strip().lower()

    def bearer(self):
        value = self.header("Authorization") or ""
        return value[7:] if value.startswith("Bearer ") else None

    def json(self):
        """The body as a JSON object without repeated names."""
        def once(pairs):
            names = [name for name, value in pairs]
            if len(set(names)) != len(names):
                raise ValueError("a name comes twice")
            return dict(pairs)
        if self.kind() != "application/json":
            raise Refused(415, {"error": "not JSON"}, "Content-Type is %r"
                          % self.kind())
        try:
            value = json.loads(self.body.decode("utf-8"),
                               object_pairs_hook=once)
        except ValueError as error:
            raise Refused(400, {"error": "bad JSON"}, "bad JSON: %s" % error)
        if not isinstance(value, dict):
            raise Refused(400, {"error": "bad JSON"}, "JSON is no object")
        return value

    def form(self):
        """The urlencoded body as a list of (name, value)."""
        if self.kind() != "application/x-www-form-urlencoded":
            raise Refused(415, {"error": "not a form"}, "Content-Type is %r"
                          % self.kind())
        try:
            return urllib.parse.parse_qsl(
                self.body.decode("ascii"), keep_blank_values=True,
                strict_parsing=bool(self.body), errors="strict")
        except ValueError as error:
            raise Refused(400, {"error": "bad form"}, "bad form: %s" % error)

    def multipart(self):
        """The multipart/form-data body as a list of Part."""
        if self.kind() != "multipart/form-data":
            raise Refused(415, {"error": "not multipart"},
                          "Content-Type is %r" % self.kind())
        head = email.message.Message()
        head["Content-Type"] = self.header("Content-Type")
        mark = b"\r\n--" + (head.get_boundary() or "").encode()
        pieces = (b"\r\n" + self.body).split(mark)
        if len(pieces) < 3 or pieces[0] or pieces[-1].strip() != b"--":
            raise Refused(400, {"error": "bad multipart"}, "bad boundaries")
        return [self.part(piece) for piece in pieces[1:-1]]

    @staticmethod
    def part(piece):
        lines, blank, data = piece.partition(b"\r\n\r\n")
        head = email.parser.BytesHeaderParser().parsebytes(lines[2:])
        name = head.get_param("name", header="content-disposition")
        if not blank or not piece.startswith(b"\r\n") or not name \
                or head.get_content_disposition() != "form-data":
            raise Refused(400, {"error": "bad multipart"},
                          "a part is no form-data")
        return Part(name, head.get_filename(), head["Content-Type"], data)


class Fault:
    """Something that goes wrong with the next `count` requests (default 1)
    whose path matches the pattern `path` from its start (default any), whose
    method is `method` (default any), and which come after `skip` others that
    match (default 0).

    drop_before   the connection ends and nothing was done
    drop          it is done, and the connection ends without an answer
    hang_before   nothing is done, and no answer comes for `seconds` (600)
    hang          it is done, and no answer comes for `seconds` (600)
    status        nothing is done: `status`, `body`, `headers` are the answer
    status_after  it is done, and `status`, `body`, `headers` are the answer
    truncate      it is done, and the answer ends after half its bytes
    slow          it is done, and the answer starts after `seconds` (1)
    kill          the client dies of SIGKILL once the share `at` of the body
                  has come (1: and it is done, without an answer); only of
                  requests with a body. The file `pid_file` names the client
    """

    KINDS = ("drop_before", "drop", "hang_before", "hang", "status",
             "status_after", "truncate", "slow", "kill")
    FIELDS = {"fault", "path", "method", "count", "skip", "status", "body",
              "headers", "seconds", "at", "pid_file"}

    def __init__(self, given):
        if set(given) - self.FIELDS or given["fault"] not in self.KINDS:
            raise ValueError("no such fault: %r" % given)
        self.kind = given["fault"]
        self.path = re.compile(given.get("path", ""))
        self.method = given.get("method")
        self.left = given.get("count", 1)
        self.skip = given.get("skip", 0)
        self.seconds = given.get("seconds", 1 if self.kind == "slow" else 600)
        self.at, self.pid_file = given.get("at", 0), given.get("pid_file")
        self.answer = Answer(given.get("status", 500),
                             given.get("body", {"error": "fault"}),
                             given.get("headers"))

    def takes(self, request):
        if self.left <= 0 or not self.path.match(request.path) \
                or self.method not in (None, request.method):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.left -= 1
        return True


def route(method, path):
    """Mark a method as what answers METHOD path; :words are arguments."""
    def mark(function):
        routes = getattr(function, "routes", [])
        function.routes = routes + [(method, path)]
        return function
    return mark


class Double:
    """A stand-in for one network. Subclasses set name and settings."""

    name = "double"
    settings = {}

    def __init__(self, ledger, clock=None):
        self.lock = threading.RLock()
        self.settings = dict(self.settings)
        self.faults, self.seen, self.entries = [], [], []
        self.clock_file = clock
        self.port = self.bytes = 0
        folder = os.path.dirname(os.path.abspath(ledger))
        self.ledger = open(ledger, "a", encoding="utf-8")
        self.refusals = open(os.path.join(folder, "refused.jsonl"), "a",
                             encoding="utf-8")
        self.routes = []
        for attribute in dir(type(self)):
            function = getattr(self, attribute)
            for method, path in getattr(function, "routes", []):
                pattern = re.sub(r":([a-z_]+)", r"(?P<\1>[^/]+)", path)
                self.routes.append((method, re.compile(pattern + r"\Z"),
                                    function))

    @classmethod
    def arguments(cls, parser):
        """Add the options of one's own."""

    def configure(self, options):
        """Take the options of one's own."""

    def url(self):
        return "http://127.0.0.1:%d" % self.port

    def now(self):
        """Seconds since 1970, as Crier's test clock has them."""
        try:
            with open(self.clock_file) as file:
                return time.time() + int(file.read().strip() or 0) / 1000
        except (OSError, TypeError):
            return time.time()

    def accept(self, entry):
        """Write one line of the ledger: this is public from now on."""
        entry = dict(entry, network=self.name, at=round(self.now(), 3))
        self.entries.append(entry)
        self.ledger.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self.ledger.flush()

    def refuse(self, request, status, reason):
        self.refusals.write(json.dumps({
            "network": self.name, "method": request.method,
            "path": request.path, "status": status, "reason": reason,
            "at": round(self.now(), 3)}, ensure_ascii=False) + "\n")
        self.refusals.flush()

    def before(self, request):
        """Called for each request but /_control's; may raise Refused."""

    def finish(self, request, answer):
        """Called for each answer; may add headers."""

    def handle(self, request):
        """The answer to a request, under the lock."""
        with self.lock:
            self.seen.append((request.method, request.path))
            self.bytes += len(request.body)
            try:
                self.before(request)
                answer = self.dispatch(request)
            except Refused as refused:
                answer = refused.answer
                self.refuse(request, answer.status, refused.reason)
            self.finish(request, answer)
            return answer

    def dispatch(self, request):
        methods = set()
        for method, pattern, function in self.routes:
            match = pattern.match(request.path)
            if match and method == request.method:
                return function(request, **match.groupdict())
            if match:
                methods.add(method)
        if methods:
            raise Refused(405, {"error": "Method not allowed"},
                          "only %s here" % ", ".join(sorted(methods)),
                          {"Allow": ", ".join(sorted(methods))})
        raise Refused(404, {"error": "Not found"}, "no such path")

    def control(self, request):
        with self.lock:
            if request.method == "GET":
                return Answer(200, {
                    "ledger": self.entries, "settings": self.settings,
                    "faults": sum(max(fault.left, 0) for fault in self.faults),
                    "requests": self.seen, "bytes": self.bytes})
            order = json.loads(request.body or b"{}")
            try:
                return Answer(200, self.obey(order) or {})
            except (ValueError, KeyError, TypeError) as error:
                return Answer(400, {"error": str(error)})

    def obey(self, order):
        if "fault" in order:
            self.faults.append(Fault(order))
        elif order.get("clear"):
            self.faults.clear()
        elif "set" in order:
            unknown = set(order["set"]) - set(self.settings)
            if unknown:
                raise ValueError("no such setting: %s" % unknown)
            self.settings.update(order["set"])
        elif "call" in order:
            rest = {k: v for k, v in order.items() if k != "call"}
            return getattr(self, "control_" + order["call"])(**rest)
        else:
            raise ValueError("no such order: %r" % order)

    def fault_for(self, request, kills=False):
        with self.lock:
            for fault in self.faults:
                if (fault.kind == "kill") == kills and fault.takes(request):
                    return fault
        return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    double = None

    def log_message(self, *arguments):
        pass

    def read_chunked(self):
        body = b""
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            piece = self.rfile.read(size + 2)
            if len(piece) < size + 2 or len(body) > BODY_LIMIT:
                return None
            if size == 0:
                return body
            body += piece[:-2]

    def read_body(self):
        """The whole body; None where the client went away before its end."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self.read_chunked()
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        return body if len(body) == length else None

    def hang_up(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def write(self, answer, share=1.0):
        body = answer.body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:int(len(body) * share)])
        self.wfile.flush()

    def killed(self):
        """Whether the client died while its request came."""
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(self.command, self.path, self.headers, b"")
        fault = self.double.fault_for(request, kills=True) if length else None
        if fault is None:
            return False
        request.body = self.rfile.read(int(length * fault.at))
        if len(request.body) == length:
            self.double.handle(request)
        give_up = time.time() + 10
        while not os.path.exists(fault.pid_file) and time.time() < give_up:
            time.sleep(0.001)
        with open(fault.pid_file) as file:
            os.kill(int(file.read()), signal.SIGKILL)
        self.hang_up()
        return True

    def serve(self):
        if self.killed():
            return
        body = self.read_body()
        if body is None:
            self.hang_up()
            return
        request = Request(self.command, self.path, self.headers, body)
        if request.path == "/_control":
            self.write(self.double.control(request))
            return
        fault = self.double.fault_for(request)
        kind = fault.kind if fault else ""
        if kind == "hang_before":
            time.sleep(fault.seconds)
        if kind in ("drop_before", "hang_before"):
            self.hang_up()
            return
        if kind == "status":
            self.write(fault.answer)
            return
        answer = self.double.handle(request)
        if kind in ("hang", "slow"):
            time.sleep(fault.seconds)
        if kind in ("drop", "hang"):
            self.hang_up()
        elif kind == "status_after":
            self.write(fault.answer)
        elif kind == "truncate":
            self.write(answer, 0.5)
            self.hang_up()
        else:
            self.write(answer)

    def answer(self):
        try:
            self.serve()
        except (ConnectionError, BrokenPipeError, ValueError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main(kind):
    """Run a stand-in until it is killed."""
    parser = argparse.ArgumentParser(description=kind.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--clock")
    kind.arguments(parser)
    options = parser.parse_args()
    double = kind(options.ledger, options.clock)
    double.configure(options)
    handler = type("BoundHandler", (Handler,), {"double": double})
    server = Server(("127.0.0.1", options.port), handler)
    double.port = server.server_port
    print(double.port, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)
