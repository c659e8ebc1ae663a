"""The networks of the crash test: accounts on each, what goes wrong there, and
the network's own word on what is public."""

import re
from collections import Counter

WORDS = re.compile(r"post \d+ of [a-z]+")


class Site:
    """The user's own feed: its pages are the ledger."""

    def __init__(self, room):
        self.room = room
        self.accounts = [room.site_account(name) for name in ("ana", "ben")]

    def disturb(self, chance):
        """Files do not fail by themselves."""

    def calm(self):
        """Nothing to calm."""

    def published(self):
        """How often each post is public: as pages, and in the feeds. A page
        beside the feeds would be half a post."""
        pages, feeds = Counter(), Counter()
        for page in self.room.site.glob("*/p/**/*.html"):
            pages.update(set(WORDS.findall(page.read_text())))
        for feed in self.room.site.glob("*/feed.json"):
            feeds.update(WORDS.findall(
                " ".join(re.findall(r'"content_text": ?"[^"]*"',
                                    feed.read_text()))))
        twice = {words: count for words, count in feeds.items() if count > 1}
        return pages | Counter(twice)


class Remote:
    """A network behind a stand-in, whose ledger counts."""

    faults = ["drop", "drop_before", "status", "status_after", "truncate",
              "slow"]

    def disturb(self, chance):
        """Often something goes wrong with the call that makes posts public;
        it may be the one after a kill, or one that never comes."""
        self.calm()
        if chance.random() < 0.3:
            self.stand.fault(chance.choice(self.faults), path=self.path,
                             method="POST", status=503, seconds=0.3)

    def calm(self):
        self.stand.order(clear=True)

    def published(self):
        return Counter(self.stand.texts())


class Mastodon(Remote):
    path, flavour = "/api/v1/statuses", "mastodon"

    def __init__(self, room):
        self.stand, alice = room.mastodon(self.flavour)
        self.accounts = [alice, room.mastodon_account(self.stand, "bob")]
        self.stand.order(set={"rate_limit": 10 ** 6})


class GoToSocial(Mastodon):
    """No Idempotency-Key there: only looking tells."""

    flavour = "gotosocial"


class Bluesky(Remote):
    path = "/xrpc/com.atproto.repo"

    def __init__(self, room):
        self.stand = room.stand("bluesky")
        self.accounts = [
            room.add_account("bluesky", "--server", self.stand.url,
                             "--handle", handle, secret=secret)
            for handle, secret in (("crier.test", "abcd-efgh-ijkl-mnop"),
                                   ("friend.test", "aaaa-bbbb-cccc-dddd"))]

    def published(self):
        return Counter(entry["text"] for entry in self.stand.ledger())


class Discord(Remote):
    """No key, and nobody to ask: `uncertain` is allowed, twice is not."""

    path = "/api/v10/webhooks"

    def __init__(self, room):
        self.stand = room.stand("discord")
        with open(room.conf, "a") as conf:
            conf.write("api_url.discord = %s\n" % self.stand.url)
        self.accounts = [
            room.add_account("discord", secret="https://discord.com/api/"
                             "webhooks/%s-token-%s" % (hook, "Zz_9" * 15))
            for hook in ("1001/news", "1002/forum")]
        room.sql("UPDATE account SET settings = '{\"threadId\": \"4571\"}'"
                 " WHERE remote_id = '457'")


class X(Remote):
    """No key, but a timeline: what is not found there is `uncertain`."""

    path = "/api.x.com/2/tweets"

    def __init__(self, room):
        self.stand, alice = room.oauth("x", "2244994945000000001")
        self.accounts = [alice, room.oauth_account(
            self.stand, "2244994945000000002", "bob")]
        self.stand.order(set={"posts_per_15_minutes": 10 ** 6})


SCENES = {"site": Site, "mastodon": Mastodon, "gotosocial": GoToSocial,
          "bluesky": Bluesky, "discord": Discord, "x": X}
