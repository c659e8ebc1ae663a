"""A server that answers badly, each path in its own way; for test_http.c.

It prints its port, then serves 127.0.0.1 until its standard input ends. What
it has read of a request comes back as JSON from /echo.
"""

import json
import socket
import socketserver
import struct
import sys
import threading
import time


def answer(status, body=b"", *headers, length=None):
    lines = ["HTTP/1.1 " + status, *headers]
    lines.append("Content-Length: %d" % (len(body) if length is None
                                         else length))
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


told = []


class Misbehaving(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline().decode("latin-1")
        if not line.endswith(" HTTP/1.1\r\n"):
            return
        self.method, target, _ = line.split(" ")
        self.path, _, self.query = target.partition("?")
        self.headers = []
        while (line := self.rfile.readline().decode("latin-1").strip()):
            self.headers.append(line)
        try:
            getattr(self, self.path.strip("/"))()
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            pass

    def header(self, name):
        for line in self.headers:
            key, _, value = line.partition(":")
            if key.lower() == name:
                return value.strip()
        return None

    def send(self, *bytes_):
        self.wfile.write(b"".join(bytes_))

    def reset(self):
        """End the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   struct.pack("ii", 1, 0))
        self.connection.close()

    def body(self):
        return self.rfile.read(int(self.header("content-length") or 0))

    # ------------------------------------------------------------ well done

    def echo(self):
        body = self.body()
        self.send(answer("200 OK", json.dumps({
            "method": self.method, "query": self.query,
            "headers": self.headers, "bytes": len(body),
            "body": body.decode("latin-1")[:100000]}).encode(),
            "Content-Type: application/json"))

    def status(self):
        self.send(answer(self.query + " Words", b"said",
                         "Location: /echo", "Retry-After: 7"))

    def early(self):
        """Interim answers before the final one."""
        self.send(b"HTTP/1.1 103 Early Hints\r\nX-Interim: 1\r\n\r\n",
                  answer("201 Created", b"done", "X-Final: 1"))

    def chunked(self):
        self.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    def zipped(self):
        self.send(answer("200 OK", b"\x1f\x8b\x08\x00zeros",
                         "Content-Encoding: gzip"))

    def retry(self):
        self.send(answer("429 Slow Down", b"",
                         "Retry-After: " + self.query.replace("+", " ")))

    def hub(self):
        """A WebSub hub; /told says what it was told."""
        told.append(self.body().decode())
        self.send(answer("204 No Content"))

    def told(self):
        self.send(answer("200 OK", json.dumps(told).encode()))

    # ----------------------------------------------------------- ill done

    def silent_close(self):
        self.body()

    def reset_at_once(self):
        self.body()
        self.reset()

    def reset_in_headers(self):
        self.send(b"HTTP/1.1 200 OK\r\nContent-")
        self.wfile.flush()
        self.reset()

    def reset_in_body(self):
        self.send(answer("200 OK", b"half", length=1000))
        self.wfile.flush()
        self.reset()

    def ended_in_headers(self):
        """In good order, and after whole lines."""
        self.send(b"HTTP/1.1 %s Words\r\nContent-Type: text/plain\r\n"
                  % self.query.encode())

    def truncated(self):
        self.send(answer("200 OK", b"half", length=8))

    def truncated_chunk(self):
        self.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  b"ff\r\nabc")

    def broken_chunk(self):
        self.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                  b"zz\r\nabc\r\n0\r\n\r\n")

    def too_long(self):
        """More bytes than Content-Length says."""
        self.send(answer("200 OK", b"yes and more", length=3))

    def bad_length(self):
        self.send(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello")

    def not_http(self):
        self.send(b"SSH-2.0-OpenSSH_9.2\r\n")

    def slow(self):
        time.sleep(30)

    def trickle(self):
        self.send(answer("200 OK", b"", length=100))
        for _ in range(100):
            self.send(b"x")
            self.wfile.flush()
            time.sleep(0.3)

    def huge(self):
        """Endless, without a length."""
        self.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            self.send(b"x" * 65536)

    def huge_declared(self):
        self.send(answer("200 OK", b"x" * 100, length=10 ** 12))

    def huge_headers(self):
        self.send(b"HTTP/1.1 200 OK\r\n")
        for number in range(5000):
            self.send(b"X-%d: %s\r\n" % (number, b"y" * 90))
        self.send(b"\r\n")

    def huge_interim(self):
        """Interim answers without end."""
        while True:
            self.send(b"HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\n" * 100)

    def huge_extension(self):
        """A chunk whose extension has no end."""
        self.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
        while True:
            self.send(b"x" * 65536)

    def early_refusal(self):
        """Answer before the body has come, and close."""
        self.send(answer("413 Too Large", b"no", "Connection: close"))
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        while self.connection.recv(65536):
            pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Misbehaving)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
