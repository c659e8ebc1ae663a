"""One network, and a publisher that is killed again and again upon it."""

import os
import random
import re
import signal
import time
from collections import Counter, defaultdict
from pathlib import Path

from newsroom import Newsroom, gone
from scenes import SCENES

SETTINGS = {"tick_seconds": 1, "settle_seconds": 1, "retry_seconds": 1,
            "http_seconds": 5}
WAITING = ("scheduled", "publishing", "verifying")
OPEN_MOST = 12          # posts that may wait at once
TICKS = 3, 8            # that overlap
DETAILS_MOST = 10       # of one kind


def children(pid):
    """The living children of a process."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split() if not gone(int(word))]


def send(pid, number):
    """Send a process of ours a signal: 1, or 0 where it has gone."""
    if gone(pid):
        return 0
    try:
        os.kill(pid, number)
        return 1
    except ProcessLookupError:
        return 0


def wrong_with(state, times, sent):
    """What a ledger says against a target that was public at such times, and
    whose attempts were committed as sent at others; or None."""
    if len(times) > 1:
        return "duplicates"
    if state == "posted" and not times:
        return "lost"
    if state in ("failed", "cancelled") and times:
        return "falsely failed"
    if state in WAITING:
        return "stuck"
    if len(times) > len(sent) or any(
            at is not None and at < sent[0] for at in times):
        return "invariants broken"          # I9
    return None


class Run:
    """One network, killed so many times."""

    known, hit = set(), set()   # names of points, of all runs together

    def __init__(self, name, kills, seed, build, publisher=None):
        self.name, self.kills = name, kills
        self.chance = random.Random(f"{seed} {name}")
        self.room = Newsroom(SETTINGS, build=build)
        if publisher:
            program = self.room.dir / "libexec/publisher"
            program.unlink()
            program.write_bytes(Path(publisher).read_bytes())
            program.chmod(0o755)
        self.scene = SCENES[name](self.room)
        self.listing = self.room.dir / "data/points"
        self.posts, self.killed, self.ended_badly = {}, 0, []
        self.aims = Counter()       # how often it was tried to die there
        self.orphans, self.left_alone = set(), []
        self.ticks = self.stops = 0

    def remove(self):
        self.scene.stop()
        self.room.remove()

    # --------------------------------------------------------------- posts

    def schedule(self):
        waiting = len(self.waiting())
        for _ in range(self.chance.randint(1, 4)):
            if waiting < OPEN_MOST:
                words = f"post {len(self.posts) + 1} of {self.name}"
                target = self.room.schedule(
                    self.chance.choice(self.scene.accounts), words)
                self.posts[target] = words
                waiting += 1

    def read_points(self):
        """What CRIER_POINTS listed, forgotten then: which points there are,
        at which somebody died, and how many died."""
        if not self.listing.exists():
            return
        text = self.listing.read_text(errors="replace")
        self.listing.unlink()
        name = {}
        for line in text.splitlines():
            pid, _, words = (line.split(None, 2) + [""])[:3]
            if words == "KILLED":
                self.killed += 1
                self.hit.add(name[pid])
            else:
                name[pid] = words
                self.known.add(words)
                self.aims[words] += 0

    # --------------------------------------------------------------- kills

    def start(self, **extra):
        self.ticks += 1
        return self.room.start_tick(start_new_session=True, extra={
            "CRIER_POINTS": str(self.listing), **extra})

    def aim(self):
        """A point, of those that were aimed at least."""
        least = min(self.aims.values())
        name = self.chance.choice(sorted(
            name for name, count in self.aims.items() if count == least))
        self.aims[name] += 1
        return name

    def overlap(self):
        """Some ticks at once. Some of them die at a point; meanwhile at some
        moments one process dies, or all of a tick, or one is stopped for a
        while."""
        count = self.chance.randint(*TICKS)
        doomed = self.chance.randint(1, count - 1) if self.aims else 0
        ticks = [self.start(**({"CRIER_KILL_AT": self.aim()}
                               if i < doomed else {})) for i in range(count)]
        self.chance.shuffle(ticks)
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            time.sleep(self.chance.uniform(0, 0.5))
            self.strike(self.chance.choice(ticks).pid)
        finished = sum(self.ends(tick) for tick in ticks)
        self.read_points()
        self.look_for_orphans(finished)

    def strike(self, parent):
        family = [parent, *children(parent)]
        how = self.chance.random()
        if how < 0.25:
            victim = self.chance.choice(family)
            self.stops += send(victim, signal.SIGSTOP)
            time.sleep(self.chance.uniform(0.1, 1.5))
            send(victim, signal.SIGCONT)
            return
        victims = family if how < 0.5 else [family[-1]] if how < 0.8 \
            else [parent]
        self.killed += sum(send(pid, signal.SIGKILL) for pid in victims)

    def ends(self, tick):
        """Wait for a tick and all that came of it. Did it come to its own
        end? Nothing but a kill is a reason to end with a status."""
        said = tick.communicate(timeout=180)[1]
        if tick.returncode not in (0, -9) or re.search(
                "ended with status|Sanitizer|runtime error", said):
            self.ended_badly.append(f"status {tick.returncode}: {said}")
        return tick.returncode == 0

    def look_for_orphans(self, finished):
        """I10: what a dead worker had in hand is taken up by the next tick
        that lives."""
        held = {(row["id"], row["worker"]) for row in self.room.sql(
            "SELECT id, worker FROM target WHERE worker IS NOT NULL")}
        if finished:
            self.left_alone += sorted(self.orphans & held)
        self.orphans = {(id, worker) for id, worker in held
                        if gone(int(worker.split("-")[1]))}

    def torment(self):
        self.schedule()
        self.ends(self.start())
        self.read_points()
        rounds = 0
        while self.killed < self.kills and rounds < 2 * self.kills + 20:
            rounds += 1
            self.pass_time()
            self.schedule()
            self.scene.disturb(self.chance)
            self.overlap()
        self.settle()

    def pass_time(self):
        """Where all that waits is told to wait longer, let that time pass;
        but first let what was on its way arrive."""
        soon = self.room.now() + 5000
        if not self.room.sql("SELECT id FROM target WHERE state IN"
                             " ('scheduled', 'publishing', 'verifying')"
                             f" AND next_at < {soon}") and self.waiting():
            time.sleep(0.5)
            self.room.advance(30)

    def settle(self):
        """Ticks in peace until nothing waits any more, and those who worked
        on it have gone: a worker may outlive its tick, and a dead one's file
        goes with the next."""
        self.scene.calm()
        for _ in range(60):
            if not self.waiting() and not self.remains() \
                    and not self.scene.waiting():
                return
            self.room.tick()
            self.room.advance(20)

    def waiting(self):
        return self.room.sql("SELECT id, state FROM target WHERE state IN"
                             " ('scheduled', 'publishing', 'verifying')")

    # --------------------------------------------------------------- verdict

    def sent(self):
        """When each target's attempts were committed as sent."""
        sent = defaultdict(list)
        for row in self.room.sql("SELECT target, sent_at FROM attempt WHERE"
                                 " sent_at IS NOT NULL ORDER BY sent_at"):
            sent[row["target"]].append(row["sent_at"])
        return sent

    def judge(self):
        """Counts by name, and self.details; all but states must be nought."""
        public, sent = self.scene.published(), self.sent()
        counts, self.details = Counter(), []
        found = []
        for row in self.room.sql("SELECT id, state, reason FROM target"):
            words = self.posts[row["id"]]
            counts[row["state"]] += 1
            wrong = wrong_with(row["state"], public[words],
                               sent[row["id"]])
            if row["state"] == "uncertain":
                self.say("uncertain", f"{words}: {row['reason']}")
            if wrong:
                found.append((wrong, f"{words}, {row}, public at"
                              f" {public[words]}, sent at {sent[row['id']]}"))
        found += self.scene.judge()
        found += [("invariants broken", f"I10 {one}")
                  for one in self.left_alone]
        found += [("invariants broken", one) for one in self.room.broken()]
        found += [("invariants broken", one) for one in self.damage()]
        found += [("ended badly", one) for one in self.ended_badly]
        found += [("files left", one) for one in self.remains()]
        for wrong, words in found:
            counts[wrong] += 1
            self.say(wrong, words)
        return counts

    def say(self, kind, words):
        if sum(line.startswith(kind) for line in self.details) < DETAILS_MOST:
            self.details.append(f"{kind}: {words}")

    def damage(self):
        """What is wrong with the database file, and whether posts wait."""
        return [row["integrity_check"] for row in
                self.room.sql("PRAGMA integrity_check")
                if row["integrity_check"] != "ok"]

    def remains(self):
        """Workers that live on, and what dead ones left."""
        folder = self.room.dir / "data/run"
        return [path.name for path in folder.iterdir()
                if path.name.startswith(("worker-", "spool-"))]
