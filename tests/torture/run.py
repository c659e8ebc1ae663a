"""One network, and a publisher that is killed again and again upon it."""

import os
import random
import re
import signal
import time
from collections import Counter
from pathlib import Path

from newsroom import Newsroom, gone
from scenes import SCENES

SETTINGS = {"tick_seconds": 1, "settle_seconds": 1, "retry_seconds": 1,
            "http_seconds": 5}
WAITING = ("scheduled", "publishing", "verifying")
OPEN_MOST = 8           # posts that may wait at once


def children(pid):
    """The living children of a process."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in text.split() if not gone(int(word))]


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

    # --------------------------------------------------------------- posts

    def schedule(self):
        waiting = self.room.sql("SELECT count(*) AS n FROM target WHERE state"
                                " IN ('scheduled', 'publishing', 'verifying')")
        for _ in range(self.chance.randint(1, 3)):
            if waiting[0]["n"] < OPEN_MOST:
                words = f"post {len(self.posts) + 1} of {self.name}"
                target = self.room.schedule(
                    self.chance.choice(self.scene.accounts), words)
                self.posts[target] = words

    def points(self):
        """The points that a publisher passes on its way: {number: name}."""
        self.schedule()
        self.room.tick(extra={"CRIER_POINTS": str(self.listing)})
        names = {}
        for number, name in self.passed():
            names.setdefault(number, name)
        self.known.update(names.values())
        return names

    def passed(self):
        """(number, name) of what CRIER_POINTS listed, and forget it. A name
        says what came before it too: a COMMIT is not like another."""
        if not self.listing.exists():
            return []
        text, before, found = self.listing.read_text(errors="replace"), {}, []
        self.listing.unlink()
        for line in text.splitlines():
            pid, number, name = (line.split(None, 2) + [""])[:3]
            found.append((int(number), f"{before.get(pid, '')} / {name}"))
            before[pid] = name
        return found

    # --------------------------------------------------------------- kills

    def start(self, **extra):
        return self.room.start_tick(extra=extra, start_new_session=True)

    def kill_at(self, point):
        """A tick that dies at a point, beside one that does not."""
        doomed = self.start(CRIER_KILL_AT=str(point),
                            CRIER_POINTS=str(self.listing))
        other = self.start()
        self.killed += self.ends(doomed) + self.ends(other)
        self.hit.update(name for number, name in self.passed()
                        if number == point)

    def kill_at_random(self):
        """Two ticks; at some moment one process dies, or all of one, or one
        is stopped for a while."""
        ticks = [self.start(), self.start()]
        time.sleep(self.chance.uniform(0, 0.5))
        parent = self.chance.choice(ticks).pid
        family = [parent, *children(parent)]
        how = self.chance.random()
        if how < 0.2:
            self.send(family[-1], signal.SIGSTOP)
            time.sleep(self.chance.uniform(0.1, 1.5))
            self.send(family[-1], signal.SIGCONT)
        else:
            victims = family if how < 0.5 else [family[-1]] if how < 0.8 \
                else [parent]
            self.killed += sum(self.send(pid, signal.SIGKILL)
                               for pid in victims)
        for tick in ticks:
            self.ends(tick)

    @staticmethod
    def send(pid, number):
        try:
            os.kill(pid, number)
            return 1
        except ProcessLookupError:
            return 0

    def ends(self, tick):
        """Wait for a tick; how many of it were killed, as far as it shows.
        Nothing else is a good reason to end with a status."""
        said = tick.communicate(timeout=120)[1]
        if tick.returncode not in (0, -9) or re.search(
                "ended with status|Sanitizer|runtime error", said):
            self.ended_badly.append(f"status {tick.returncode}: {said}")
        return said.count("ended by signal 9") + (tick.returncode == -9)

    def torment(self):
        points = self.points()
        rounds = 0
        while self.killed < self.kills and rounds < 4 * self.kills + 20:
            rounds += 1
            self.pass_time()
            self.schedule()
            self.scene.disturb(self.chance)
            if rounds % 2 and points:
                self.kill_at(self.choose(points))
            else:
                self.kill_at_random()
        self.settle()

    def choose(self, points):
        """One of the points, rather one that nobody died at yet."""
        fresh = [number for number, name in points.items()
                 if name not in self.hit]
        number = self.chance.choice(fresh or list(points))
        del points[number]
        return number

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
        for _ in range(40):
            if not self.waiting() and not self.remains():
                return
            self.room.tick()
            self.room.advance(20)

    def waiting(self):
        return self.room.sql("SELECT id, state FROM target WHERE state IN"
                             " ('scheduled', 'publishing', 'verifying')")

    # --------------------------------------------------------------- verdict

    def judge(self):
        """Counts by name; all but those of REPORTED must be nought."""
        public = self.scene.published()
        counts, self.details = Counter(), []
        for row in self.room.sql("SELECT id, state, reason FROM target"):
            words = self.posts[row["id"]]
            state, times = row["state"], public[words]
            counts[state] += 1
            wrong = None
            if state == "uncertain":
                self.details.append(f"uncertain: {words}: {row['reason']}")
            if times > 1:
                wrong = "duplicates"
            elif state == "posted" and times == 0:
                wrong = "lost"
            elif state in ("failed", "cancelled") and times:
                wrong = "falsely failed"
            elif state in WAITING:
                wrong = "stuck"
            if wrong:
                counts[wrong] += 1
                self.details.append(f"{wrong}: {words}, {row}, public"
                                    f" {times} times")
        broken = self.room.broken()
        counts["invariants broken"] = len(broken)
        counts["ended badly"] = len(self.ended_badly)
        counts["files left"] = len(self.remains())
        self.details += [str(one) for one in broken + self.ended_badly]
        return counts

    def remains(self):
        """Workers that live on, and what dead ones left."""
        folder = self.room.dir / "data/run"
        return [path.name for path in folder.iterdir()
                if path.name.startswith(("worker-", "spool-"))]
