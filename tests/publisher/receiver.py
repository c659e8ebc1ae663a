"""A webhook's receiver: it keeps what it is sent, checks both signatures by
the standard library alone, and misbehaves where a test says so."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def standard_key(secret):
    if secret.startswith("whsec_"):
        return base64.b64decode(secret[6:])
    return secret.encode()


def standard_signature(secret, id, timestamp, body):
    content = f"{id}.{timestamp}.".encode() + body
    mac = hmac.new(standard_key(secret), content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(mac).decode()


class Delivered:
    """One request."""

    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.at = time.time()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def type(self):
        return self.json["event_type"]

    def check(self, *secrets):
        """Is it signed as both documents say, by each of the secrets (the
        newest first), and are its bytes those of JSON.stringify?"""
        hexed = hmac.new(secrets[0].encode(), self.body,
                         hashlib.sha256).hexdigest()
        assert self.headers["X-Webhook-Signature"] == hexed
        assert self.headers["webhook-signature"].split(" ") == [
            standard_signature(secret, self.id,
                               self.headers["webhook-timestamp"], self.body)
            for secret in secrets]
        assert "." not in self.id
        assert self.headers["Content-Type"] == "application/json"
        again = json.dumps(self.json, ensure_ascii=False,
                           separators=(",", ":"))
        assert self.body.decode() == again
        assert list(self.json) == ["event_type", "timestamp", "profile_id",
                                   "data"]


class Receiver:
    """It answers with status, headers and body after so many seconds; answer
    may be a list: one (status, headers, body, seconds) for each request, the
    last one from then on. hosts: addresses of this machine."""

    def __init__(self, hosts=("127.0.0.1",)):
        self.seen, self.answers = [], [(200, {}, b"ok", 0)]
        self.lock = threading.Lock()
        self.now, self.most, self.sent = {}, {}, 0
        self.servers, port = [], 0
        for host in hosts:
            server = ThreadingHTTPServer((host, port), self.handler(host))
            server.daemon_threads = True
            port = server.server_port
            threading.Thread(target=server.serve_forever, args=(0.02,),
                             daemon=True).start()
            self.servers.append(server)
        self.port = port

    def url(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def answer(self, status=200, headers=None, body=b"ok", seconds=0):
        self.answers = [(status, headers or {}, body, seconds)]

    def types(self):
        return [one.type for one in self.seen]

    def stop(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def count(self, host, step):
        """How many are under way, for a host and in all, and the most."""
        with self.lock:
            for name in (host, "all"):
                self.now[name] = self.now.get(name, 0) + step
                self.most[name] = max(self.most.get(name, 0), self.now[name])

    def handler(self, host):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def do_POST(self):
                receiver.count(host, 1)
                try:
                    self.take()
                except ConnectionError:
                    pass
                finally:
                    receiver.count(host, -1)

            def take(self):
                length = int(self.headers["Content-Length"] or 1)
                body = self.rfile.read(length)
                if len(body) < length:
                    raise ConnectionResetError      # it died while sending
                with receiver.lock:
                    receiver.seen.append(Delivered(self.path, self.headers,
                                                   body))
                    status, headers, words, seconds = receiver.answers[0]
                    if len(receiver.answers) > 1:
                        receiver.answers.pop(0)
                time.sleep(seconds)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                for start in range(0, len(words), 65536):
                    self.wfile.write(words[start:start + 65536])
                    receiver.sent += 65536

            do_GET = do_POST

        return Handler
