"""What the publisher's tests share: an instance that is only ticked, stand-ins
for networks, and posts put into the database as the API would put them."""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/server"))

from servers import Instance  # noqa: E402

EMAIL = "owner@example.org"
SETTINGS = {"tick_seconds": 1, "settle_seconds": 0, "retry_seconds": 60,
            "http_seconds": 20, "allow_private_networks": "127.0.0.1"}


def quote(value):
    """A value as an SQL literal."""
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)):
        return str(int(value))
    return "'" + str(value).replace("'", "''") + "'"


class Stand:
    """A running stand-in of tests/doubles, with its ledger."""

    def __init__(self, name, folder, *words, clock=None):
        self.name = name
        folder = Path(folder) / f"{name}-{uuid.uuid4().hex[:6]}"
        folder.mkdir()
        self.ledger_file = folder / "ledger.jsonl"
        if clock:
            words += ("--clock", str(clock))
        self.log = open(folder / "log", "w")
        self.process = subprocess.Popen(
            ["/usr/bin/python3", ROOT / f"tests/doubles/{name}.py", "--port",
             "0", "--ledger", self.ledger_file, *words],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"

    def order(self, **order):
        """Give the stand-in an order: see tests/doubles/double.py."""
        body = json.dumps(order).encode() if order else None
        request = Request(self.url + "/_control", body,
                          {"Content-Type": "application/json"})
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def fault(self, kind, **how):
        self.order(fault=kind, **how)

    def ledger(self):
        return [json.loads(line) for line in
                self.ledger_file.read_text().splitlines()]

    def texts(self):
        """The text of everything public, in the order it became so."""
        return [entry["text"] for entry in self.ledger()]

    def refused(self):
        """What the stand-in refused, and why."""
        path = self.ledger_file.parent / "refused.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]

    def requests(self, method, path):
        """How many such requests reached the stand-in's handlers."""
        return self.order()["requests"].count([method, path])

    def stop(self):
        self.process.kill()
        self.process.wait()


class Newsroom(Instance):
    """An instance with one user, and no web server."""

    def __init__(self, settings=None, **how):
        super().__init__({**SETTINGS, **(settings or {})}, **how)
        self.stands = []
        self.shift = 0
        self.shell = self.open_shell()
        self.ask("")
        self.add_user(EMAIL)
        self.profile = self.sql("SELECT id FROM profile")[0]["id"]

    def remove(self):
        for stand in self.stands:
            stand.stop()
        self.shell.kill()
        self.shell.wait()
        super().remove()

    # ------------------------------------------------------------ database

    def open_shell(self):
        """A sqlite3 that stays, as the instance's user. Like Crier it leaves
        checkpoints to those who hold the writer lock."""
        how = self.command("publisher")[1]
        return subprocess.Popen(
            ["sqlite3", "-json", "-batch", "-cmd", ".timeout 10000",
             "-cmd", "PRAGMA wal_autocheckpoint = 0",
             "-cmd", ".dbconfig no_ckpt_on_close on",
             self.dir / "data/crier.db"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            **{**how, "env": {"PATH": os.environ["PATH"], "HOME": "/"}})

    def ask(self, words):
        """What the shell prints for its input."""
        mark = uuid.uuid4().hex
        self.shell.stdin.write(f"{words}\n.print {mark}\n")
        self.shell.stdin.flush()
        lines = []
        while (line := self.shell.stdout.readline()).strip() != mark:
            assert line, (words, lines)
            lines.append(line)
        return "".join(lines)

    def sql(self, statement):
        """Rows of a statement, as dictionaries."""
        said = self.ask(statement + ";")
        assert not re.search("^(Runtime|Parse) error", said, re.M), said
        return json.loads(said or "[]")

    def write(self, statements):
        """Several statements as one transaction, under the writer lock."""
        path = self.dir / "data/crier.db-writer"
        with open(path if path.exists() else os.devnull) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.sql("BEGIN IMMEDIATE; " + "; ".join(statements)
                     + "; COMMIT")

    # ---------------------------------------------------------------- time

    def now(self):
        """As the programs see it, in milliseconds."""
        return int(time.time() * 1000) + self.shift

    def advance(self, seconds):
        self.shift += int(seconds * 1000)
        self.shift_clock(self.shift)

    # ------------------------------------------------------------ networks

    def stand(self, name, *words):
        self.stands.append(Stand(name, self.dir, *words,
                                 clock=self.clock_file))
        return self.stands[-1]

    def site_account(self, handle="ana"):
        return self.add_account("site", "--handle", handle)

    def mastodon(self, flavour="mastodon", person="alice"):
        """A stand-in and an account on it."""
        stand = self.stand("mastodon", "--flavour", flavour)
        return stand, self.mastodon_account(stand, person)

    def mastodon_account(self, stand, person="alice"):
        return self.add_account("mastodon", "--server", stand.url,
                                secret=f"{person}-token")

    def oauth(self, name, remote_id, person="alice", **more):
        """A stand-in for a network with OAuth, which crier.conf leads to, and
        an account on it with tokens of a person's and what more its driver
        keeps beside them."""
        stand = self.stand(name)
        with open(self.conf, "a") as conf:
            for key, value in stand.order(call="lines").items():
                conf.write(f"{key} = {value}\n")
        return stand, self.oauth_account(stand, remote_id, person, **more)

    def oauth_account(self, stand, remote_id, person="alice", **more):
        tokens = stand.order(call="token", account=person)
        return self.add_account(
            stand.name, "--offline", "--handle", remote_id,
            secret=json.dumps({**tokens, **more}))

    # --------------------------------------------------------------- posts

    def schedule(self, account, text="Hello", seconds=0, media=(),
                 settings=None):
        """A post for one account, due so many seconds from now. media: URLs.
        Returns the target's id."""
        post, target = str(uuid.uuid4()), str(uuid.uuid4())
        now, due = self.now(), self.now() + int(seconds * 1000)
        rows = [
            f"INSERT INTO post (id, profile, text, created_at, updated_at)"
            f" VALUES ({quote(post)}, {quote(self.profile)}, {quote(text)},"
            f" {now}, {now})",
            f"INSERT INTO target (id, post, profile, account, network, state,"
            f" settings, due_at, next_at, created_at, updated_at) SELECT"
            f" {quote(target)}, {quote(post)}, profile, id, network,"
            f" 'scheduled', {quote(json.dumps(settings or {}))}, {due}, {due},"
            f" {now}, {now} FROM account WHERE id = {quote(account)}"]
        for position, url in enumerate(media):
            rows.append(
                f"INSERT INTO attachment (id, post, position, url) VALUES"
                f" ({quote(uuid.uuid4())}, {quote(post)}, {position},"
                f" {quote(url)})")
        self.write(rows)
        return target

    def target(self, id):
        return self.sql(f"SELECT * FROM target WHERE id = {quote(id)}")[0]

    def state(self, id):
        return self.target(id)["state"]

    def states(self, *ids):
        return [self.state(id) for id in ids]

    def attempts(self, id):
        """The target's journal, in order, without its hashes."""
        return self.sql(
            "SELECT id, number, worker, claimed_at, sent_at, ended_at,"
            " outcome, category, http_status, detail, remote_id FROM attempt"
            f" WHERE target = {quote(id)} ORDER BY number")

    def outcomes(self, id):
        return [attempt["outcome"] for attempt in self.attempts(id)]

    def events(self, id):
        return [row["type"] for row in self.sql(
            f"SELECT type FROM event WHERE target = {quote(id)} ORDER BY id")]

    def account(self, id):
        return self.sql("SELECT status, not_before, credentials_version"
                        f" FROM account WHERE id = {quote(id)}")[0]

    def meta(self, name):
        rows = self.sql(f"SELECT value FROM meta WHERE name = {quote(name)}")
        return rows[0]["value"] if rows else None

    # ------------------------------------------------------------- workers

    def start_tick(self, *words, **how):
        return self.start_program("publisher", *words,
                                  stderr=subprocess.PIPE, text=True, **how)

    def until_done(self, target, seconds):
        """Tick, so many seconds apart, until nothing is open; its row."""
        for _ in range(20):
            if self.state(target) not in ("scheduled", "publishing",
                                          "verifying"):
                break
            self.tick()
            self.advance(seconds)
        return self.target(target)

    def workers(self):
        """The process ids of those who hold a claim and live."""
        named = [int(row["worker"].split("-")[1]) for row in self.sql(
            "SELECT worker FROM target WHERE worker IS NOT NULL")]
        return [pid for pid in named if not gone(pid)]

    def limit_files(self, pid, size):
        """From now on this process writes no file past so many bytes, as on
        a full disk."""
        code = ("import resource, sys; resource.prlimit(int(sys.argv[1]),"
                " resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)")
        how = self.command("publisher")[1]
        subprocess.run(["/usr/bin/python3", "-c", code, str(pid), str(size)],
                       check=True, **how)

    def wait_for(self, question, seconds=15):
        """Until question() is true; its answer."""
        give_up = time.time() + seconds
        while time.time() < give_up:
            answer = question()
            if answer:
                return answer
            time.sleep(0.02)
        raise AssertionError("it did not happen in time")

    def wait_until_sent(self, id):
        return self.wait_for(lambda: any(
            attempt["sent_at"] and not attempt["ended_at"]
            for attempt in self.attempts(id)))

    def kill_worker(self):
        """SIGKILL the one worker that holds a claim, and wait for its end."""
        pid = self.wait_for(self.workers)[0]
        os.kill(pid, signal.SIGKILL)
        self.wait_for(lambda: gone(pid))

    def broken(self):
        """The invariants (I1, ...) that crier-admin doctor finds broken."""
        said = self.run("crier-admin", "doctor", check=False).stdout
        lines = [line.split(None, 2) for line in said.splitlines()]
        checked = [words for words in lines if re.fullmatch("I\\d+", words[1])]
        assert len(checked) == 12, said
        return [words for words in checked if words[0] != "ok"]


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except OSError:
        return True
