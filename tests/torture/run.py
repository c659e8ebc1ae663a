"""One network, and a publisher that is killed again and again upon it."""

import os
import random
import re
import signal
import subprocess
import time
from collections import Counter, defaultdict
from pathlib import Path

from newsroom import Newsroom, gone
from errands import SCENES

SETTINGS = {"tick_seconds": 1, "settle_seconds": 1, "retry_seconds": 1,
            "http_seconds": 5}
WAITING = ("scheduled", "publishing", "verifying")
OPEN_MOST = 12          # posts that may wait at once
TICKS = 3, 8            # that overlap
DETAILS_MOST = 10       # of one kind
# What a program may end with beside a kill of its own. `publisher --changes`
# says so where a change could not be made, the collector where its child
# died.
STATUSES = {"publisher": {0}, "--changes": {0, 1}, "collector": {0, 70}}
BADLY = re.compile(r"ended with status|ended by signal (?!9\b)|Sanitizer|"
                   r"runtime error")


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

    known, hit = set(), set()   # (program, point), of all runs together

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
        self.scene.run = self
        self.posts, self.number = {}, 0
        self.killed, self.ended_badly = 0, []
        # by program: how often it was tried to die at each point
        self.aims = defaultdict(Counter)
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
                self.number += 1
                words = f"post {self.number} of {self.name}"
                target = self.room.schedule(
                    self.chance.choice(self.scene.accounts), words)
                self.posts[target] = words
                self.posts.update(self.scene.follow(target, words,
                                                    self.chance))
                waiting += 1

    def listing(self, program):
        return self.room.dir / "data" / f"points-{program}"

    def read_points(self):
        """What CRIER_POINTS listed, forgotten then: which points there are,
        at which somebody died, and how many died."""
        for program in STATUSES:
            listing = self.listing(program)
            if listing.exists():
                text = listing.read_text(errors="replace")
                listing.unlink()
                self.read_listing(program, text)

    def read_listing(self, program, text):
        name = {}
        for line in text.splitlines():
            pid, _, words = (line.split(" ", 2) + [""])[:3]
            if words == "KILLED":
                self.killed += 1
                self.hit.add((program, name[pid]))
            else:
                name[pid] = words
                self.known.add((program, words))
                self.aims[program][words] += 0

    # --------------------------------------------------------------- kills

    def start(self, program="publisher", *words, **extra):
        """A tick, or another program; the points that it passes are kept
        apart from those of other programs."""
        kind = words[0] if words else program
        self.ticks += kind == "publisher"
        started = self.room.start_program(
            program, *words, stderr=subprocess.PIPE, text=True,
            start_new_session=True, extra={
                "CRIER_POINTS": str(self.listing(kind)), **extra})
        started.kind = kind
        return started

    def aim(self, program):
        """Where to die: at the first point that is met of some of those at
        which nobody ever died (of all, where they are few: so even what is
        rarely passed is met); or at one of those that were aimed at least."""
        aims = self.aims[program]
        never = sorted(name for name in aims
                       if (program, name) not in self.hit)
        if never and self.chance.random() < 0.75:
            count = min(len(never), max(10, len(never) // 6))
            return "\n".join(self.chance.sample(never, count))
        least = min(aims.values())
        name = self.chance.choice(sorted(
            name for name, count in aims.items() if count == least))
        aims[name] += 1
        return name

    def overlap(self):
        """Some ticks at once, and what else the scene has run. Some of them
        die at a point; meanwhile at some moments one process dies, or all of
        a tick, or one is stopped for a while."""
        count = self.chance.randint(*TICKS)
        doomed = self.chance.randint(1, count - 1)
        programs = [("publisher",)] * count + self.scene.programs(self.chance)
        ticks = [self.start(*words, **self.doom(words, number < doomed))
                 for number, words in reversed(list(enumerate(programs)))]
        self.chance.shuffle(ticks)
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            time.sleep(self.chance.uniform(0, 0.5))
            self.strike(self.chance.choice(ticks).pid)
        finished = [tick.kind for tick in ticks if self.ends(tick)]
        self.read_points()
        self.look_for_orphans("publisher" in finished)

    def doom(self, words, is_doomed):
        """The environment of a program that is to die at a point, or not."""
        kind = words[1] if words[1:] else words[0]
        if kind != "publisher":
            is_doomed = self.chance.random() < 0.5
        if not is_doomed or not self.aims[kind]:
            return {}
        return {"CRIER_KILL_AT": self.aim(kind)}

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
        if tick.returncode not in STATUSES[tick.kind] | {-9} \
                or BADLY.search(said):
            self.ended_badly.append(f"{tick.kind}, status {tick.returncode}:"
                                    f" {said}")
        return tick.returncode == 0

    def look_for_orphans(self, finished):
        """I10: what a dead worker had in hand is taken up by the next tick
        that lives."""
        held = {(row["id"], row["worker"]) for row in self.room.sql(
            "SELECT id, worker FROM target WHERE worker IS NOT NULL UNION ALL"
            " SELECT target, worker FROM change WHERE worker IS NOT NULL")}
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
            self.scene.act(self.chance)
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
            self.scene.mend()
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
        self.said = self.scene.summary()
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
