"""Threads of the networks on which a part is a post that answers another:
Bluesky, X, Threads; through the API, the publisher and lost answers."""

import re
from dataclasses import dataclass

import pytest

from test_parts import NATIVE, create, delete, get, rows, run, statuses

WHOLE = [("One", None), ("Two", "One"), ("Three", "Two")]


@dataclass
class Net:
    """How one of them is talked to, and what its ledger says."""

    name: str
    account: str            # of an OAuth network
    publish: str            # the path of the call that publishes
    too_long: str
    words: str

    def parent(self, entry):
        return {
            "bluesky": lambda: entry["record"].get("reply", {}).get(
                "parent", {}).get("uri"),
            "twitter": lambda: entry.get("reply", {}).get(
                "in_reply_to_tweet_id"),
            "threads": lambda: entry["form"].get("reply_to_id"),
        }[self.name]()

    def fault(self, kind, **how):
        self.stand.fault(kind, path=self.publish, method="POST", **how)

    def chain(self):
        ledger = self.stand.ledger()
        texts = {entry["id"]: entry["text"] for entry in ledger}
        return [(entry["text"], texts.get(self.parent(entry)))
                for entry in ledger]

    def asked(self):
        """How often the call that publishes has come."""
        return sum(method == "POST" and re.fullmatch(self.publish, path)
                   is not None for method, path
                   in self.stand.order()["requests"])

    def deleted(self):
        """The ids that were taken away, in order, where a path names them."""
        return [path.rsplit("/", 1)[1] for method, path
                in self.stand.order()["requests"]
                if method == "DELETE" or path.endswith("deleteRecord")]


NETS = {
    "bluesky": Net("bluesky", "", "/xrpc/com.atproto.repo.putRecord",
                   "é" * 301, "thread[0]: Bluesky allows 300 characters, and"
                   " counts 301 here."),
    "twitter": Net("twitter", "2244994945000000001", "/api.x.com/2/tweets",
                   "x" * 257 + " https://example.org", "thread[0]: X allows"
                   " 280 characters, and counts 281 here."),
    "threads": Net("threads", "17841400000000000",
                   "/graph.threads.net/v1.0/[^/]+/threads_publish",
                   "🌞" * 126, "thread[0]: Threads allows 500 characters, and"
                   " counts 504 here."),
}


@pytest.fixture
def open_net(open_newsroom):
    def open_one(name, **settings):
        room = open_newsroom({"posts_an_hour": 0, **settings})
        net = NETS[name]
        if name == "bluesky":
            net.stand = room.stand("bluesky")
            room.add_account("bluesky", "--handle", "crier.test", "--server",
                             net.stand.url, secret="abcd-efgh-ijkl-mnop")
        else:
            net.stand, _ = room.oauth("x" if name == "twitter" else name,
                                      net.account)
        if name == "threads":
            net.stand.order(set={"polls": 0, "quota_usage": 249})
        room.start("lighttpd")
        return room, net
    return open_one


def rest(room, id, seconds=31):
    """Tick on, some seconds apart, until nothing of a post goes on: all is
    out, or what comes next waits for what failed."""
    for _ in range(30):
        states = statuses(room, id)
        if "failed" in states or set(states) == {"posted"}:
            break
        room.advance(seconds)
        room.tick()
    return statuses(room, id)


@pytest.mark.parametrize("name", sorted(NETS))
def test_a_thread_is_a_chain_whatever_answer_is_lost(open_net, name):
    """The second call's: what it made is found, as the reply that it is. All
    of it can be taken away, the post last."""
    room, net = open_net(name)
    said = create(room, name, status=400, thread=[net.too_long])
    assert (said["field"], said["code"]) == ("thread[0]", "caption_too_long")
    assert said["error"] == net.words
    if name == "threads":       # by hand, and it answers nothing
        net.stand.order(call="hand", account="alice", text="Two")
    net.fault("drop", skip=1, count=1)
    id = create(room, name, thread=["Two", "Three"])
    assert rest(room, id) == ["posted"] * 3
    assert net.chain() == WHOLE
    assert all(part["permalink"] for part in get(room, id)["thread"])
    if name == "bluesky":
        first, second, third = net.stand.ledger()
        assert third["record"]["reply"] == {
            "root": {"uri": first["id"], "cid": first["cid"]},
            "parent": {"uri": second["id"], "cid": second["cid"]}}
    assert delete(room, id) == [(None, "deleted"), (1, "deleted"),
                                (2, "deleted")]
    if name == "bluesky":
        assert net.deleted() == ["com.atproto.repo.deleteRecord"] * 3
        assert net.stand.order(call="records")["uris"] == []
    else:
        first, *others = [entry["id"] for entry in net.stand.ledger()]
        assert sorted(net.deleted()[:-1]) == sorted(others)
        assert net.deleted()[-1] == first
    assert net.stand.refused() == []


def states(room, id):
    return [row["state"] for row in rows(room, id)]


def test_a_thread_waits_for_its_network_and_for_its_account(open_net):
    """What is out stays; nothing else is asked or lost meanwhile, and it goes
    on where it stopped."""
    room, net = open_net("twitter")
    id = create(room, "twitter", thread=["Two", "Three"])
    room.advance(61)
    for stops, status, skip in (
            ("SELECT 1 FROM network_pause WHERE extent = 'all'", 402, 1),
            ("SELECT 1 FROM account WHERE status = 'expired'", 401, 0)):
        net.fault("status", status=status, skip=skip, count=2,
                  body={"title": "No."})
        for _ in range(20):
            if room.sql(stops):
                break
            room.tick()
        net.stand.order(clear=True)
        assert states(room, id) == ["posted", "scheduled", "draft"]
        asked = len(net.stand.order()["requests"])
        room.advance(600)
        room.tick()
        assert len(net.stand.order()["requests"]) == asked
        assert [row["failures"] for row in rows(room, id)] == [0] * 3
        assert net.chain() == WHOLE[:1]
        room.admin("resume", "x")
    room.oauth_account(net.stand, net.account)
    assert rest(room, id) == ["posted"] * 3
    assert net.chain() == WHOLE and len(net.stand.ledger()) == 3


def test_threads_replies_wait_for_their_quota(open_net):
    """It is asked for before, and counts at the call that publishes."""
    room, net = open_net("threads")
    net.stand.order(set={"reply_quota_usage": 999})
    id = create(room, "threads", thread=["Two", "Three"])
    run(room)
    for _ in range(20):
        if states(room, id)[2] == "scheduled" and rows(room, id)[2]["reason"]:
            break
        room.advance(31)
        room.tick()
    published = net.asked()
    for question in ("asked", "unreadable"):
        row = rows(room, id)[2]
        assert (row["state"], row["category"], row["failures"]) == (
            "scheduled", "rate_limited", 0), (question, row)
        assert net.chain() == WHOLE[:2]
        assert (net.asked() > published) == (question == "unreadable")
        if question == "asked":
            assert "1000 replies in 24 hours" in row["reason"]
            net.stand.fault("status", status=500, path=".*_publishing_limit")
            run(room, 3601)
    net.stand.order(set={"reply_quota_usage": 0})
    room.advance(3600)
    assert rest(room, id) == ["posted"] * 3
    assert net.chain() == WHOLE


def test_x_takes_no_other_post_for_a_lost_reply_but_its_owners_word(open_net):
    """What stands there answers nothing. Its owner says that it is the part:
    the next one answers it."""
    room, net = open_net("twitter")
    net.fault("drop_before", skip=1, count=1)
    id = create(room, "twitter", thread=["Two", "Three"])
    room.advance(61)
    other = net.stand.order(call="publish", account="alice", text="Two")["id"]
    room.tick()
    assert rest(room, id, 61) == ["posted", "failed", "scheduled"]
    thread = get(room, id)["thread"]
    assert thread[0]["reason"].startswith("uncertain: ")
    assert sorted(net.chain()) == [("One", None), ("Two", None)]
    answer = room.post(f"{NATIVE}/{id}/resolve", {
        "outcome": "posted", "permalink": f"https://x.com/a/status/{other}"})
    assert answer.status == 200, answer
    assert rest(room, id) == ["posted"] * 3
    assert sorted(net.chain()) == [("One", None), ("Three", "Two"),
                                   ("Two", None)]


def test_threads_says_when_it_does_not_know_what_a_part_answers(open_net):
    """Not yet, so it waits; or never: no list told the id of what a lost
    answer published."""
    room, net = open_net("threads")
    root = "17990000000000002"          # behind its container
    net.stand.fault("status", status=400, skip=1, count=1, method="GET",
                    path="/graph.threads.net/v1.0/" + root,
                    body={"error": {"code": 24, "message": "not yet"}})
    net.stand.order(call="withdraw", account="alice",
                    scope="threads_read_replies")
    net.fault("drop", skip=1, count=1)
    id = create(room, "threads", thread=["Two", "Three"])
    assert rest(room, id, 130) == ["posted", "posted", "failed"]
    assert net.chain() == WHOLE[:2]
    first, last = get(room, id)["thread"]
    assert first["permalink"] is None
    assert last["reason"].startswith("Threads does not know what this part"
                                     " answers")
