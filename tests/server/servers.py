"""Instances of Crier behind real web servers, for the tests.

An Instance is laid out and configured by install.sh, exactly as a demo or a
real host is; only the outermost frame of Apache's configuration is ours. As
root, everything of it runs under the unprivileged user install.sh picks.
"""

import http.client
import json
import os
import pwd
import re
import shutil
import signal
import socket
import string
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("CRIER_BUILD", ROOT / "build/test")).resolve()
APACHE_MODULES = next((p for p in ("/usr/lib/apache2/modules",
                                   "/usr/lib64/httpd/modules",
                                   "/usr/lib/apache2") if os.path.isdir(p)), "")
SERVERS = os.environ.get("CRIER_SERVERS", "lighttpd apache").split()
PASSWORD = "correct horse battery staple"

# A token that a stand-in for a network gave (doubles/oauth_provider.py).
TOKEN = re.compile(rb"(?<![\w-])(access|refresh)-[\w-]{32}(?![\w-])")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    """What a server answered: status, headers (as http.client gives them)
    and body; json is the body read as JSON."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:400]!r}>"


class Instance:
    """One instance in a folder of its own.

    settings are lines of crier.conf, variables go into the environment of
    every program, of the server's as well. Use it as a context manager, or
    call stop() and remove()."""

    def __init__(self, settings=None, variables=None, build=None, suffix=""):
        self.dir = Path(tempfile.mkdtemp(prefix="crier-test-"))
        self.dir.chmod(0o755)
        self.build = Path(build or BUILD)
        self.suffix = suffix
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.clock_file = self.dir / "clock"
        self.variables = {"CRIER_CLOCK": str(self.clock_file)}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                self.variables[name] = os.environ[name]
        self.variables.update(variables or {})
        self.server = self._key = None
        lines = [f"--set={k}={v}" for k, v in (settings or {}).items()]
        self.install("instance", "--build", self.build, "--base-url", self.url,
                     *[w for line in lines for w in line.split("=", 1)])
        owner = (self.dir / "data").stat()
        self.uid, self.gid = owner.st_uid, owner.st_gid
        self.owner = pwd.getpwuid(self.uid)
        self.gid = self.owner.pw_gid
        self.conf = self.dir / "etc/crier.conf"
        self.site = self.dir / "www/site"

    def install(self, *words):
        """Run install.sh upon this instance; what it prints."""
        done = subprocess.run(
            ["sh", ROOT / "install.sh", *map(str, words), "--dir", self.dir,
             "--suffix", self.suffix],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    # ------------------------------------------------------------ programs

    def environment(self, extra=None):
        return {"PATH": os.environ["PATH"], "CRIER_CONF": str(self.conf),
                **self.variables, **(extra or {})}

    def command(self, program, *words, extra=None, **how):
        """Popen's arguments for a program of libexec (publisher,
        crier-admin), as the instance's user."""
        how = {"env": self.environment(extra), "cwd": "/", "umask": 0o077,
               **how}
        if os.getuid() == 0:
            how.update(user=self.uid, group=self.gid, extra_groups=[])
        return [str(self.dir / "libexec" / program), *map(str, words)], how

    def run(self, program, *words, input=None, extra=None, check=True,
            timeout=120):
        """Run it to its end: a CompletedProcess with text."""
        command, how = self.command(program, *words, extra=extra)
        if input is None:
            how["stdin"] = subprocess.DEVNULL
        done = subprocess.run(command, input=input, capture_output=True,
                              text=True, timeout=timeout, **how)
        said = done.stdout + done.stderr
        assert not TOKEN.search(said.encode()), (command, said)
        if check:
            assert done.returncode == 0, (command, said)
        return done

    def admin(self, *words, input=None, **how):
        """crier-admin's standard output, without the last line's end."""
        return self.run("crier-admin", *words, input=input,
                        **how).stdout.rstrip("\n")

    def tick(self, *words, **how):
        """One tick of the publisher."""
        return self.run("publisher", *words, **how)

    def start_program(self, program, *words, extra=None, **how):
        """Start it and go on: a Popen."""
        command, how = self.command(program, *words, extra=extra, **how)
        return subprocess.Popen(command, **how)

    def sql(self, statement):
        """Rows of a statement, as dictionaries; run as the instance's user,
        so that no file of the database changes hands."""
        how = {}
        if os.getuid() == 0:
            how.update(user=self.uid, group=self.gid, extra_groups=[])
        done = subprocess.run(
            ["sqlite3", "-json", "-cmd", ".timeout 5000",
             self.dir / "data/crier.db", statement], cwd="/", umask=0o077,
            capture_output=True, text=True, errors="replace", **how)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "[]")

    def shift_clock(self, milliseconds):
        """All programs of a test build see a time later by that much."""
        new = self.clock_file.with_suffix(".new")
        new.write_text(f"{milliseconds}\n")
        new.chmod(0o644)
        new.rename(self.clock_file)

    # ------------------------------------------------------------ people

    def add_user(self, email="owner@example.org", password=PASSWORD):
        return self.admin("user", "add", email, input=password + "\n")

    def add_key(self, email="owner@example.org", scopes="all", *words,
                name="test"):
        return self.admin("key", "add", "--user", email, "--name", name,
                          "--scopes", scopes, *words)

    def add_account(self, network, *words, email="owner@example.org",
                    secret=None):
        return self.admin("account", "add", network, "--user", email, *words,
                          input=None if secret is None else secret + "\n")

    @property
    def key(self):
        """A key with all scopes, of owner@example.org; made when first
        asked for."""
        if self._key is None:
            if "owner@example.org" not in self.admin("user", "list"):
                self.add_user()
            self._key = self.add_key()
        return self._key

    # ------------------------------------------------------------ servers

    def start(self, kind="lighttpd"):
        """Start lighttpd, apache (event, mod_cgid) or apache-cgi (prefork,
        mod_cgi) and wait until it answers."""
        assert self.server is None
        variables = [w for k, v in self.variables.items()
                     for w in ("--env", f"{k}={v}")]
        how = {"cwd": "/", "stdin": subprocess.DEVNULL,
               "stdout": subprocess.DEVNULL}
        if kind == "lighttpd":
            text = self.install("config", "lighttpd-server", "--port",
                                self.port, *variables)
            if os.getuid() == 0:
                how.update(user=self.uid, group=self.gid, extra_groups=[])
            command = ["lighttpd", "-D", "-f"]
        else:
            text = self.apache_config(kind, variables)
            command = [shutil.which("apache2") or "httpd", "-DFOREGROUND",
                       "-f"]
        path = self.dir / "etc" / f"{kind}.conf"
        path.write_text(text)
        self.log = self.dir / "log" / f"{kind}.out"
        with open(self.log, "w") as log:
            self.server = subprocess.Popen(
                [*command, path], stderr=log, start_new_session=True,
                env={"PATH": "/usr/local/sbin:/usr/sbin:/sbin:"
                             + os.environ["PATH"]}, **how)
        self.kind = kind
        self.wait()
        return self

    def apache_config(self, kind, variables):
        cgi = "cgi" if kind == "apache-cgi" else "cgid"
        frame = string.Template(
            (ROOT / "tests/server/apache.conf.in").read_text())
        return frame.substitute(
            dir=self.dir, port=self.port, owner=self.owner.pw_name,
            group=self.gid, modules=APACHE_MODULES, cgi=cgi,
            mpm="prefork" if cgi == "cgi" else "event",
            socket="" if cgi == "cgi" else f"ScriptSock {self.dir}/log/cgid",
            site=self.site_config(variables))

    def site_config(self, variables):
        return self.install("config", "apache", *variables)

    def wait(self):
        for _ in range(200):
            if self.server.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"{self.kind} does not answer:\n{self.logs()}")

    def logs(self):
        """All that server and programs wrote to their logs."""
        return "".join(path.read_text(errors="replace")
                       for path in sorted((self.dir / "log").iterdir())
                       if path.is_file())

    def stop(self):
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGTERM)
            try:
                self.server.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.server.pid, signal.SIGKILL)
                self.server.wait()
            self.server = None

    def spilled(self):
        """The files in which a token lies open: of the database, the logs,
        what is on its way, what is served."""
        return [path for folder in ("data", "log", "www")
                for path in (self.dir / folder).rglob("*")
                if path.is_file() and path.parent.name != "media"
                and TOKEN.search(path.read_bytes())]

    def remove(self):
        """Whatever the test was about: no token was left open."""
        self.stop()
        spilled = self.spilled()
        if not os.environ.get("CRIER_KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)
        assert spilled == []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    # ------------------------------------------------------------ requests

    def request(self, method, path, body=None, headers=None, key=True,
                timeout=60):
        """One request. A body that is no bytes or text goes as JSON; key is
        True for the instance's own, False for none, or a key's text."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode()
        if key is True:
            key = self.key
        if key:
            headers.setdefault("Authorization", f"Bearer {key}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer = Answer(answer.status, answer.headers, answer.read())
            assert not TOKEN.search(answer.body), answer
            return answer
        finally:
            connection.close()

    def get(self, path, **how):
        return self.request("GET", path, **how)

    def post(self, path, body=None, **how):
        return self.request("POST", path, body, **how)

    def cgi(self, method, path, body=b"", headers=None, extra=None,
            timeout=60):
        """Run a request's program with no server between, as one would: a
        CompletedProcess with bytes. extra goes into its environment."""
        location, _, query = path.partition("?")
        program = Path(location[1:])
        while not (self.dir / "cgi-bin" / program).is_file():
            program = program.parent
        command, how = self.command("publisher", extra={
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": method,
            "SCRIPT_NAME": f"/{program}", "QUERY_STRING": query,
            "PATH_INFO": location[len(f"/{program}"):],
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": f"Bearer {self.key}", **(extra or {})})
        for name, value in (headers or {}).items():
            name = name.upper().replace("-", "_")
            how["env"]["CONTENT_TYPE" if name == "CONTENT_TYPE"
                       else f"HTTP_{name}"] = value
        return subprocess.run([self.dir / "cgi-bin" / program], input=body,
                              capture_output=True, timeout=timeout, **how)

    def raw(self, data, timeout=20):
        """Send bytes as they are; all that comes back until the server
        closes."""
        with socket.create_connection(("127.0.0.1", self.port),
                                      timeout) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            parts = []
            while part := connection.recv(65536):
                parts.append(part)
            return b"".join(parts)


def multipart(*parts, boundary="----crier-test"):
    """(content type, body) of a form; a part is (name, data) or (name, data,
    file name, type)."""
    lines = []
    for name, data, *rest in parts:
        head = f'Content-Disposition: form-data; name="{name}"'
        if rest:
            head += f'; filename="{rest[0]}"'
        if len(rest) > 1:
            head += f"\r\nContent-Type: {rest[1]}"
        data = data if isinstance(data, bytes) else data.encode()
        lines.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + data
                     + b"\r\n")
    lines.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(lines)
