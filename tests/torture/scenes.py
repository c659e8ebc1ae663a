"""The networks of the crash test: accounts on each, what goes wrong there, and
the network's own word on what is public.

A network with a double is a row: see Bluesky; Discord where an account takes
more than a secret. `kind` is how its driver finds
out what became of an unknown send (lib/core/catalogue.h): keyed, lookup, none.
"""

import re
import sys
import uuid
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "publisher"))

from newsroom import quote  # noqa: E402
from receiver import Receiver  # noqa: E402

WORDS = re.compile(r"post \d+ of [a-z]+")


class Site:
    """The user's own feed: its pages are the ledger."""

    kind = "keyed"

    def __init__(self, room):
        self.room = room
        self.accounts = [room.site_account(name)
                         for name in ("ana", "ben", "cleo", "dan")]

    def disturb(self, chance):
        """Files do not fail by themselves."""

    def calm(self):
        """Nothing to calm."""

    def act(self, chance):
        """What its owners do meanwhile, beside posting."""

    def follow(self, target, words, chance):
        """Give a post what follows it: (target, words) each."""
        return []

    def programs(self, chance):
        """What runs beside the ticks: (program, words...) each."""
        return []

    def mend(self):
        """What its owners do so that posts can go out."""

    def summary(self):
        """What came of the rest, in words."""
        return ""

    def published(self):
        """When each post became public, once for each time it did; None where
        the ledger does not say: as pages, and in the feeds. A page beside the
        feeds would be half a post."""
        pages, feeds = defaultdict(list), defaultdict(list)
        for page in self.room.site.glob("*/p/**/*.html"):
            for words in set(WORDS.findall(page.read_text())):
                pages[words].append(None)
        for feed in self.room.site.glob("*/feed.json"):
            for words in WORDS.findall(" ".join(re.findall(
                    r'"content_text": ?"[^"]*"', feed.read_text()))):
                feeds[words].append(None)
        for words, times in feeds.items():
            if len(times) > 1:
                pages[words] = times
        return pages

    def waiting(self):
        """Does something beside posts wait?"""
        return False

    def judge(self):
        """What else is wrong, as (kind of fault, words)."""
        return []

    def stop(self):
        """The end."""


class Webhook(Site):
    """Who publishes on the site is told so: maybe twice, never not at all,
    and the same each time."""

    def __init__(self, room):
        super().__init__(room)
        self.receiver = Receiver()
        room.start("lighttpd")
        answer = room.post("/api/v1/webhooks", {"url": self.receiver.url()})
        assert answer.status == 201, answer
        self.secret = answer.json["secret"]
        room.stop()

    def disturb(self, chance):
        """The receiver fails, or is slow, at times; and the time that a
        failed delivery waits passes."""
        self.calm()
        if chance.random() < 0.3:
            self.receiver.answers = chance.choice(
                [[(500, {}, b"no", 0)], [(200, {}, b"ok", 0.4)],
                 [(302, {"Location": "/"}, b"", 0)]]) + self.receiver.answers
        self.room.write(["UPDATE delivery SET next_at = 0"
                         " WHERE state = 'pending'"])

    def calm(self):
        self.receiver.answer()

    def waiting(self):
        self.room.write(["UPDATE delivery SET next_at = 0"
                         " WHERE state = 'pending'"])
        return self.room.sql("SELECT id FROM delivery"
                             " WHERE state = 'pending'")

    def judge(self):
        bodies = defaultdict(set)
        for one in list(self.receiver.seen):
            one.check(self.secret)
            bodies[one.id].add(one.body)
        wrong = [("duplicates", f"{id} came with {len(each)} bodies")
                 for id, each in bodies.items() if len(each) > 1]
        for row in self.room.sql(
                "SELECT e.id, e.type, d.state FROM event e"
                " LEFT JOIN delivery d ON d.event = e.id"
                " WHERE e.created_at >= (SELECT created_at FROM webhook)"):
            came = f"evt_{row['id']}" in bodies
            if row["state"] == "pending":
                wrong.append(("stuck", f"delivery {row}"))
            elif row["state"] is None or not came:
                wrong.append(("lost", f"{row}, came: {came}"))
        return wrong

    def stop(self):
        self.receiver.stop()


class Remote:
    """A network behind a stand-in, whose ledger counts. `double` is its
    stand-in with its arguments, `path` where its one public call goes, and
    `people` who has accounts there: crier-admin's words, and a secret."""

    faults = ["drop", "drop_before", "status", "status_after", "truncate",
              "slow"]
    settings = {}

    def __init__(self, room):
        self.stand, self.accounts = self.enter(room)
        if self.settings:
            self.stand.order(set=self.settings)

    def enter(self, room):
        """The stand-in, and the accounts there."""
        stand = room.stand(*self.double)
        return stand, [
            room.add_account(self.double[0], "--server", stand.url, *words,
                             secret=secret) for words, secret in self.people]

    def disturb(self, chance):
        """Often something goes wrong with the call that makes posts public;
        it may be the one after a kill, or one that never comes."""
        self.calm()
        if chance.random() < 0.3:
            self.stand.fault(chance.choice(self.faults), path=self.path,
                             method="POST", status=503, seconds=0.3)

    def calm(self):
        self.stand.order(clear=True)

    def act(self, chance):
        """Nothing beside posting."""

    def follow(self, target, words, chance):
        return []

    def programs(self, chance):
        return []

    def mend(self):
        """Nothing is broken."""

    def summary(self):
        return ""

    def published(self):
        public = defaultdict(list)
        for entry in self.stand.ledger():
            public[entry["text"]].append(round(entry["at"] * 1000))
        return public

    def waiting(self):
        return False

    def judge(self):
        return []

    def stop(self):
        """The room stops the stand-in."""


class Mastodon(Remote):
    kind, double = "keyed", ("mastodon",)
    path, settings = "/api/v1/statuses", {"rate_limit": 10 ** 6}
    people = [((), "alice-token"), ((), "bob-token")]


class GoToSocial(Mastodon):
    """No Idempotency-Key there: only looking tells."""

    kind, double = "lookup", ("mastodon", "--flavour", "gotosocial")


class Threads(GoToSocial):
    """Each post is followed by some replies, all with the same words, in
    which their owners answer a post of their own, too: only what a reply
    answers tells it from others. The chain is whole up to where it ends, and a
    part has its place in it alone."""

    REPLY = "and so on"

    def __init__(self, room):
        super().__init__(room)
        self.room = room
        self.threads = []
        for person in ("alice", "bob"):
            self.stand.order(call="hand", account=person, text="by hand")
        self.stand.order(set={"chatty": self.REPLY})

    def follow(self, target, words, chance):
        """Give a post its parts: (target, words) of each."""
        parts = []
        for place in range(1, chance.randint(1, 4) + 1):
            words += " > " + self.REPLY
            parts.append((str(uuid.uuid4()), words))
            self.room.write([
                "INSERT INTO target (id, post, profile, account, network,"
                " state, text, title, own_media, created_at, updated_at, root,"
                f" part) SELECT {quote(parts[-1][0])}, post, profile, account,"
                f" network, 'draft', {quote(self.REPLY)}, '', 1, created_at,"
                f" updated_at, id, {place} FROM target"
                f" WHERE id = {quote(target)}"])
        self.threads.append([target, *(id for id, _ in parts)])
        return parts

    def published(self):
        public, names = defaultdict(list), {}
        for entry in self.stand.ledger():
            above = entry["in_reply_to_id"]
            names[entry["id"]] = entry["text"] if above is None \
                else f"{names.get(above, above)} > {entry['text']}"
            public[names[entry["id"]]].append(round(entry["at"] * 1000))
        return public

    def judge(self):
        """Nothing is public that no post of ours is."""
        known = set(self.run.posts.values())
        return [("duplicates", f"{words} is nowhere")
                for words in self.published() if words not in known]

    def summary(self):
        whole = sum(self.states(thread) == {"posted"}
                    for thread in self.threads)
        return f"; {whole} of {len(self.threads)} threads whole"

    def states(self, thread):
        return {self.room.state(id) for id in thread}


class Bluesky(Remote):
    kind, double, path = "keyed", ("bluesky",), "/xrpc/com.atproto.repo"
    people = [(("--handle", "crier.test"), "abcd-efgh-ijkl-mnop"),
              (("--handle", "friend.test"), "aaaa-bbbb-cccc-dddd")]


class Discord(Remote):
    """No key, and nobody to ask: `uncertain` is allowed, twice is not."""

    kind, path = "none", "/api/v10/webhooks"

    def enter(self, room):
        stand = room.stand("discord")
        with open(room.conf, "a") as conf:
            conf.write("api_url.discord = %s\n" % stand.url)
        accounts = [
            room.add_account("discord", secret="https://discord.com/api/"
                             "webhooks/%s-token-%s" % (hook, "Zz_9" * 15))
            for hook in ("1001/news", "1002/forum")]
        room.sql("UPDATE account SET settings = '{\"threadId\": \"4571\"}'"
                 " WHERE remote_id = '457'")
        return stand, accounts


class X(Remote):
    """No key, but a timeline: what is not found there is `uncertain`."""

    kind, path = "lookup", "/api.x.com/2/tweets"
    settings = {"posts_per_15_minutes": 10 ** 6}

    def enter(self, room):
        stand, alice = room.oauth("x", "2244994945000000001")
        return stand, [alice, room.oauth_account(
            stand, "2244994945000000002", "bob")]


class Containers(Remote):
    """Threads by Meta: a container is made, asked whether it is ready, and
    then published. Whether it was, it says itself."""

    kind, path = "lookup", r"/graph\.threads\.net/v1\.0/\d+/threads_publish"
    settings = {"quota_total": 10 ** 6}

    def enter(self, room):
        stand, alice = room.oauth("threads", "17841400000000000")
        return stand, [alice, room.oauth_account(
            stand, "17841400000000001", "bob")]


SCENES = {"site": Site, "webhook": Webhook, "mastodon": Mastodon,
          "gotosocial": GoToSocial, "threads": Threads, "bluesky": Bluesky,
          "discord": Discord, "x": X,
          "containers": Containers}
