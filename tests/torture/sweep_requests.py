"""Requests of which one system call fails: run as a server would run them, on
a fresh copy of a prepared instance each time, and looked at afterwards."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "server"), str(HERE.parent / "api")]

from servers import Instance, multipart  # noqa: E402
from test_hostile import png  # noqa: E402

SETTINGS = {"posts_an_hour": "0", "uploads_an_hour": "0",
            "requests_an_hour": "0", "publish_wait": "0",
            "publisher": "/bin/true"}      # "now" is not to race with it
LATER = (datetime.now(timezone.utc) + timedelta(days=30)).strftime(
    "%Y-%m-%dT%H:%M:%S.000Z")
FORM, PICTURE = multipart(("file", png(), "a.png"))
JSON = "application/json"
REFUSALS = (500, 503, 507)
CRASHES = (-11, -7, -6, -8, -4)     # SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL
SANITIZER = re.compile("Sanitizer|runtime error")
LOOK_EACH = 25                      # runs between looks by crier-admin doctor


def text(**fields):
    return json.dumps(fields).encode()


# What is asked: method, path, body, type. ID is a scheduled post's.
SUBJECTS = {
    "create": ("POST", "/api/v1/posts", text(
        platforms=["threads", "facebook"], caption="new",
        mediaUrls=["https://a.example/"], scheduledTime=LATER), JSON),
    "change": ("PATCH", "/api/v1/posts/ID", text(caption="after"), JSON),
    "cancel": ("DELETE", "/api/v1/posts/ID", b"", ""),
    "upload": ("POST", "/api/v1/media", PICTURE, FORM),
    "webhook": ("POST", "/api/v1/webhooks",
                text(url="https://a.example/hook"), JSON),
    "rails": ("POST", "/socialrails/api/v1/posts", text(
        content="new", platform="threads", scheduled_for=LATER), JSON),
    "syncer": ("POST", "/socialsyncer/v1/posts", text(
        content="new", scheduledFor=LATER, timezone="UTC", platforms=[
            {"platform": "threads", "accountId": "ACCOUNT"}]), JSON),
    "now": ("POST", "/socialsyncer/v1/posts", text(
        content="new", publishNow=True, platforms=[
            {"platform": "threads", "accountId": "ACCOUNT"}]), JSON),
    "list": ("GET", "/api/v1/posts?limit=50", b"", ""),
    "show": ("GET", "/api/v1/posts/ID", b"", ""),
}

DIGEST = """SELECT (SELECT count(*) FROM post), (SELECT count(*) FROM target),
 (SELECT count(*) FROM attachment), (SELECT count(*) FROM event),
 (SELECT count(*) FROM media), (SELECT count(*) FROM webhook),
 (SELECT sum(version) FROM target), (SELECT count(*) FROM target
  WHERE state = 'cancelled'), (SELECT count(*) FROM target
  WHERE hidden_at IS NOT NULL)"""


def parse(said):
    """(status, body) of what a program said, or a word for what is wrong."""
    head, blank, body = said.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in
                   head.decode("ascii", "replace").split("\r\n")
                   if ": " in line)
    if not blank or "Status" not in headers:
        return "half a reply: no end of its headers"
    if int(headers.get("Content-Length", 0)) != len(body):
        return "half a reply: its body is cut"
    try:
        json.loads(body)
    except ValueError:
        return "half a reply: its body is no JSON"
    return int(headers["Status"][:3]), body


class Slot:
    """An instance that is put back to what it was before each run."""

    def __init__(self, build):
        self.instance = one = Instance(SETTINGS, build=build)
        one.key
        for network in ("threads", "facebook"):
            self.account = one.add_account(network, "--offline", "--handle",
                                           "ana", secret="offline")
        self.account = "profile_" + one.sql(
            "SELECT id FROM account WHERE network = 'threads'")[0]["id"]
        made = [self.make() for _ in range(3)]
        self.post = made[-1]
        self.kept, self.looked = one.dir / "kept", one.dir / "looked"
        self.data = one.dir / "data"
        subprocess.run(["sqlite3", self.data / "crier.db",
                        "PRAGMA wal_checkpoint(TRUNCATE)"], check=True,
                       capture_output=True)
        for path in (self.data / "crier.db-wal", self.data / "crier.db-shm"):
            path.unlink(missing_ok=True)
        shutil.copytree(self.data, self.kept)
        self.before, self.clean, self.runs = self.look()[0], {}, 0

    def make(self):
        method, path, body, kind = SUBJECTS["create"]
        done = self.instance.cgi(method, path, body, {"Content-Type": kind})
        status, body = parse(done.stdout)
        assert status == 201, done
        return json.loads(body)["postIds"][0]

    def remove(self):
        self.instance.remove()

    # ----------------------------------------------------------------- runs

    def reset(self):
        shutil.rmtree(self.data)
        shutil.copytree(self.kept, self.data)
        for folder, folders, files in os.walk(self.data):
            for name in (".", *files):
                os.chown(os.path.join(folder, name), self.instance.uid,
                         self.instance.gid)

    def is_touched(self):
        """Was anything written to the database or its log?"""
        log = self.data / "crier.db-wal"
        now, then = (folder.joinpath("crier.db").stat()
                     for folder in (self.data, self.kept))
        return (now.st_size, now.st_mtime_ns) != (
            then.st_size, then.st_mtime_ns) or (
            log.exists() and log.stat().st_size > 0)

    def ask(self, subject, extra=None):
        method, path, body, kind = SUBJECTS[subject]
        body = body.replace(b"ACCOUNT", self.account.encode())
        headers = {"Content-Type": kind} if kind else {}
        if method != "GET":
            headers["Idempotency-Key"] = "again"
        return self.instance.cgi(method, path.replace("ID", self.post), body,
                                 headers, extra)

    def look(self):
        """The rows there are, and what is wrong with the database: in a copy
        of it, which leaves its log to the next request."""
        shutil.rmtree(self.looked, ignore_errors=True)
        self.looked.mkdir()
        for path in self.data.glob("crier.db*"):
            if not path.name.endswith(("-shm", "-writer")):
                shutil.copy(path, self.looked)
        handle = sqlite3.connect(self.looked / "crier.db")
        try:
            wrong = [words for words, in
                     handle.execute("PRAGMA integrity_check")
                     if words != "ok"]
            wrong += map(str, handle.execute("PRAGMA foreign_key_check"))
            return handle.execute(DIGEST).fetchone(), wrong
        finally:
            handle.close()

    def learn(self, subject):
        """What a run without a fault answers and leaves behind."""
        if subject not in self.clean:
            self.reset()
            status, body = parse(self.ask(subject).stdout)
            assert status in (200, 201, 202), (subject, status, body)
            self.clean[subject] = status, body, self.look()[0]
        return self.clean[subject]

    def run(self, subject, extra):
        """One run with a fault, and the same request without one: how it
        ended in a word, and what is wrong."""
        after = self.learn(subject)[2]
        if self.is_touched():
            self.reset()
        try:
            done = self.ask(subject, extra)
        except subprocess.TimeoutExpired:
            return "hung", ["it did not end"]
        touched = self.is_touched()
        rows, wrong = self.look() if touched else (self.before, [])
        word = self.judge(done, subject, rows, wrong)
        if rows not in (self.before, after):
            wrong.append(f"half of it is written: {rows}, before"
                         f" {self.before}, after {after}")
        if touched and SUBJECTS[subject][0] != "GET":
            self.repeat(subject, after, wrong)
        self.runs += 1
        if self.runs % LOOK_EACH == 0:
            wrong += self.broken()
        return word, wrong

    def judge(self, done, subject, rows, wrong):
        good, content, after = self.clean[subject]
        if SANITIZER.search(done.stderr.decode("utf-8", "replace")):
            wrong.append(done.stderr.decode("utf-8", "replace")[-4000:])
        if done.returncode in CRASHES:
            wrong.append(f"it ended by signal {-done.returncode}:"
                         f" {done.stderr[-4000:].decode('utf-8', 'replace')}")
        if not done.stdout:
            return "silent"
        answer = parse(done.stdout)
        if isinstance(answer, str):
            wrong.append(answer)
            return "half"
        status, body = answer
        if status == good:
            if rows != after:
                wrong.append(f"{status} without a commit")
            if SUBJECTS[subject][0] == "GET" and body != content:
                wrong.append(f"another answer: {body[:200]}")
            return "answered"
        if status not in REFUSALS:
            wrong.append(f"{status}: {body[:300]}")
        return "refused"

    def repeat(self, subject, after, wrong):
        """The request again with its key: then all of it is there, once."""
        answer = parse(self.ask(subject).stdout)
        rows, damage = self.look()
        wrong += damage
        if isinstance(answer, str) or answer[0] not in (200, 201, 202):
            wrong.append(f"sent again: {answer}")
        elif rows != after:
            wrong.append(f"sent again: {rows}, not {after}")

    def broken(self):
        said = self.instance.run("crier-admin", "doctor", check=False).stdout
        return [line for line in said.splitlines()
                if line.split()[1:2] and line.split()[1].startswith("I")
                and line.split()[0] == "FAIL"]
