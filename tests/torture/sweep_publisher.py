"""The publisher while one system call fails: a post to a strict double, on the
same instance again and again, and what became of it afterwards."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "publisher"), str(HERE)]

from newsroom import Newsroom, quote  # noqa: E402
from run import WAITING, wrong_with  # noqa: E402
from scenes import GoToSocial, Mastodon, Site  # noqa: E402
from sweep_requests import CRASHES, LOOK_EACH, SANITIZER  # noqa: E402

SETTINGS = {"tick_seconds": 1, "settle_seconds": 0, "retry_seconds": 1,
            "http_seconds": 5}
TICKS_MOST = 12         # until a post has come to its end

# What is run upon which network: one target by itself, a tick with its
# workers, or a tick that looks what became of a send without an answer.
SUBJECTS = {
    "target": (Mastodon, "target"), "page": (Site, "target"),
    "tick": (Mastodon, "tick"), "look-up": (GoToSocial, "look-up"),
}


class Slot:
    """An instance with an account or two on one network."""

    def __init__(self, build, subject):
        scene, self.how = SUBJECTS[subject]
        self.room = Newsroom(SETTINGS, build=build)
        self.scene, self.runs = scene(self.room), 0

    def remove(self):
        self.scene.stop()
        self.room.remove()

    def words(self, target):
        return ("--target", target) if self.how == "target" else ()

    def run(self, subject, extra):
        """One run with a fault, and others until its post has come to an
        end: that end, and what is wrong."""
        self.runs += 1
        words = f"post {self.runs} of {subject.replace('-', '')}"
        account = self.scene.accounts[self.runs % len(self.scene.accounts)]
        target = self.room.schedule(account, words)
        if self.how == "look-up":
            self.scene.stand.fault("drop", path=self.scene.path,
                                   method="POST")
            self.room.run("publisher", "--target", target, check=False)
            assert self.room.state(target) == "verifying"
        try:
            done = self.room.run("publisher", *self.words(target),
                                 extra=extra, check=False)
        except subprocess.TimeoutExpired:
            return "hung", ["it did not end"]
        wrong = []
        if SANITIZER.search(done.stderr) or done.returncode in CRASHES or any(
                f"ended by signal {-crash}\n" in done.stderr
                for crash in CRASHES):
            wrong.append(f"status {done.returncode}: {done.stderr[-4000:]}")
        row = self.finish(target)
        fault = wrong_with(row["state"], self.scene.published()[words],
                           self.sent(target))
        if fault:
            wrong.append(f"{fault}: {row}, public at"
                         f" {self.scene.published()[words]}, attempts"
                         f" {self.room.attempts(target)}")
        if self.room.account(account)["status"] != "active":
            wrong.append("its account is cut off")
        if wrong or self.runs % LOOK_EACH == 0:
            wrong += self.look()
        return row["state"], wrong

    def finish(self, target):
        for tick in range(TICKS_MOST):
            row = self.room.sql("SELECT id, state, reason FROM target"
                                f" WHERE id = {quote(target)}")[0]
            if row["state"] not in WAITING:
                break
            if tick == 0 and self.how == "target":
                self.room.run("publisher", *self.words(target), check=False)
            else:
                self.room.advance(20)
                self.room.tick()
        return row

    def sent(self, target):
        return [attempt["sent_at"] for attempt in self.room.attempts(target)
                if attempt["sent_at"]]

    def look(self):
        """What is wrong with the whole."""
        wrong = [row["integrity_check"] for row in
                 self.room.sql("PRAGMA integrity_check")
                 if row["integrity_check"] != "ok"]
        wrong += map(str, self.room.broken())
        self.room.tick()
        return wrong + [path.name for path in
                        (self.room.dir / "data/run").iterdir()
                        if path.name.startswith(("worker-", "spool-"))]
