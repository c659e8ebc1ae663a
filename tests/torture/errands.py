"""What the publisher and the collector do beside publishing, while they are
killed: edits and deletions of public posts, tokens that rotate, metrics. The
ledgers of the stand-ins say what came of it."""

from collections import Counter, defaultdict

import uuid

import web_files
from newsroom import quote
from scenes import SCENES, WORDS, Mastodon, Site, X

RENEWALS = "/api.x.com/2/oauth2/token"
TERMINAL = ("done", "failed")


class Changes(Mastodon):
    """Public posts are edited and deleted, by the ticks and by `publisher
    --changes`. What is said to be done is done; what was refused is not; in
    between there is only what a worker died at, or what nobody answered."""

    settings = {**Mastodon.settings, "delete_limit": 10 ** 6}

    def __init__(self, room):
        super().__init__(room)
        self.room = room
        self.asked = defaultdict(list)      # target: [(kind, text)]

    def disturb(self, chance):
        super().disturb(chance)
        if chance.random() < 0.3:
            self.stand.fault(chance.choice(self.faults), path=self.path + "/",
                             method=chance.choice(("PUT", "DELETE")),
                             status=503, seconds=0.3)

    def act(self, chance):
        """Ask for some changes, as the API does: of a post that is public
        and has no change waiting."""
        free = self.room.sql(
            "SELECT id FROM target WHERE state = 'posted' AND hidden_at IS"
            " NULL AND id NOT IN (SELECT target FROM change) ORDER BY id")
        for row in chance.sample(free, min(len(free), chance.randint(0, 4))):
            asked = self.asked[row["id"]]
            number = sum(map(len, self.asked.values())) + 1
            asked.append(("delete", None) if chance.random() < 0.3
                         else ("edit", f"text {number}"))
            kind, text = asked[-1]
            self.room.write([
                "INSERT INTO change (target, kind, text, next_at, created_at)"
                f" VALUES ({quote(row['id'])}, {quote(kind)}, {quote(text)},"
                f" {self.room.now()}, {self.room.now()})"])

    def programs(self, chance):
        posts = self.room.sql("SELECT DISTINCT t.post FROM change c JOIN"
                              " target t ON t.id = c.target ORDER BY 1")
        return [("publisher", "--changes", row["post"]) for row in
                chance.sample(posts, min(len(posts), chance.randint(0, 3)))]

    def waiting(self):
        return self.room.sql("SELECT * FROM change")

    def summary(self):
        ends = Counter()
        for target in self.asked:
            ends.update(one["outcome"] for one in self.tries(target))
        return (f"; {sum(map(len, self.asked.values()))} changes: "
                + ", ".join(f"{ends[end]} {end}" for end in sorted(ends)))

    def judge(self):
        made = defaultdict(list)
        for entry in self.stand.order(call="changes"):
            made[entry["id"]].append(entry)
        copies = self.stand.order(call="copies")
        wrong = [("stuck", f"change {row}") for row in self.waiting()]
        for row in self.room.sql(
                "SELECT t.id, t.remote_id, t.hidden_at, p.text AS first,"
                " coalesce(t.text, p.text) AS text FROM target t"
                " JOIN post p ON p.id = t.post WHERE t.state = 'posted'"):
            words = Story(row, self.asked[row["id"]], self.tries(row["id"]),
                          made[row["remote_id"]],
                          copies.get(row["remote_id"])).judge()
            wrong += [(kind, f"{said}: {row}, asked {self.asked[row['id']]},"
                       f" tries {self.tries(row['id'])},"
                       f" made {made[row['remote_id']]}")
                      for kind, said in words]
        return wrong

    def tries(self, target):
        return self.room.sql(
            "SELECT kind, sent_at, outcome, category, http_status FROM attempt"
            f" WHERE target = {quote(target)} AND kind <> 'publish'"
            " ORDER BY number")


class Story:
    """What was asked of one public post, tried, made at its network, and
    believed in the end."""

    def __init__(self, row, asked, tries, made, copy):
        self.row, self.asked, self.copy = row, asked, copy
        self.made = list(made)
        self.tries = [[]]                   # of one change each
        for one in tries:
            self.tries[-1].append(one)
            if one["outcome"] in TERMINAL:
                self.tries.append([])
        self.tries.pop()

    def judge(self):
        """What is wrong, as (kind of fault, words)."""
        if len(self.tries) != len(self.asked):
            return [("lost", "a change has not come to one end")]
        wrong, believed, sure = [], self.row["first"], True
        gone = False
        for change, tries in zip(self.asked, self.tries):
            wrong += self.judge_change(change, tries)
            outcome = tries[-1]["outcome"]
            if outcome == "failed" and not is_refused(tries):
                sure = False
            elif outcome == "done":
                sure, gone = True, change[0] == "delete"
                believed = change[1] or believed
        wrong += [("duplicates", f"made without being asked: {one}")
                  for one in self.made]
        if gone != (self.row["hidden_at"] is not None) or \
                gone and self.copy is not None:
            wrong.append(("falsely failed", "deleted, or not"))
        if sure and not gone and self.copy != self.row["text"]:
            wrong.append(("lost", f"it is {self.copy!r} there"))
        if self.row["text"] not in (believed, self.copy) and not gone:
            wrong.append(("lost", f"it is to be {believed!r}"))
        return wrong

    def judge_change(self, change, tries):
        """Takes what was made of it from the ledger's beginning."""
        kind, text = change
        wrong, count = [], 0
        while self.made and (self.made[0]["kind"], self.made[0]["text"]) \
                == change:
            at = round(self.made.pop(0)["at"] * 1000)
            count += 1
            if not tries[0]["sent_at"] or at < tries[0]["sent_at"]:
                wrong.append(("invariants broken", f"{change} before its"
                              " attempt"))
        if {one["kind"] for one in tries} != {kind}:
            wrong.append(("lost", f"{change} was tried as another"))
        if count > len([one for one in tries if one["sent_at"]]):
            wrong.append(("invariants broken", f"I9 {change} {count} times"))
        if tries[-1]["outcome"] == "done" and count == 0 \
                and not (kind == "delete" and self.copy is None):
            wrong.append(("lost", f"{change} is said to be done"))
        if tries[-1]["outcome"] == "failed" and count and is_refused(tries):
            wrong.append(("falsely failed", f"{change} is done"))
        return wrong


def is_refused(tries):
    """Did the network refuse each try, so that nothing came of them?"""
    return all(one["sent_at"] is None or 400 <= (one["http_status"] or 0) < 500
               for one in tries)


class Tokens(X):
    """Access tokens end all the time, and a refresh token serves once; whose
    account it is, is asked anew. An account is usable, or its owner is told
    that it is not; and it is not only where the answer with its new token was
    lost."""

    people = ("alice", "bob")

    def __init__(self, room):
        super().__init__(room)
        self.room = room
        self.ids = dict(zip(self.accounts, ("2244994945000000001",
                                            "2244994945000000002")))
        self.person = dict(zip(self.accounts, self.people))
        self.expired, self.losses = 0, 0
        self.wrong, self.likes = [], {}
        self.looks = Counter()              # by target: snapshots asked for

    def disturb(self, chance):
        super().disturb(chance)
        if chance.random() < 0.3:
            self.losses += 1
            self.stand.fault(chance.choice(self.faults), path=RENEWALS,
                             method="POST", status=503, seconds=0.3)
        if chance.random() < 0.1:
            self.stand.fault(chance.choice(self.faults), method="GET",
                             path="/api.x.com/2/tweets", status=503,
                             seconds=0.3)

    def programs(self, chance):
        return [("collector",)] * chance.randint(1, 3)

    def act(self, chance):
        """Tokens end or are due to be renewed, posts to be measured, and
        owners connect what has expired."""
        self.mend()
        for account, person in self.person.items():
            if chance.random() < 0.4:
                self.due(account)
            if chance.random() < 0.4:
                self.stand.order(call="end_access", account=person)
            if chance.random() < 0.2:
                self.room.write([
                    f"UPDATE account SET sync_at = {self.room.now()}"
                    f" WHERE id = {quote(account)}"])
        for row in self.posted():
            if row["measure_at"] is None:
                self.wrong.append(("lost", f"{row} is measured no more"))
            if chance.random() < 0.3:
                self.look_at(row)

    def posted(self):
        return self.room.sql("SELECT id, remote_id, measure_at FROM target"
                             " WHERE state = 'posted' ORDER BY id")

    def due(self, account):
        self.room.write([f"UPDATE account SET refresh_at = {self.room.now()}"
                         f" WHERE id = {quote(account)}"
                         " AND status = 'active'"])

    def look_at(self, row):
        """A snapshot of this post is due. Its numbers never change."""
        if row["id"] not in self.likes:
            self.likes[row["id"]] = 100 + len(self.likes)
            self.stand.order(call="metrics", id=row["remote_id"],
                             likes=self.likes[row["id"]])
        self.looks[row["id"]] += 1
        self.room.write([f"UPDATE target SET measure_at = {self.room.now()}"
                         f" WHERE id = {quote(row['id'])}",
                         "UPDATE account SET measure_after = 0"])

    def mend(self):
        """What has expired is connected again; had it to?"""
        for account, person in self.person.items():
            if self.room.account(account)["status"] != "expired":
                continue
            self.expired += 1
            history = self.renewals(person)
            if not history or history[-1]["granted"]:
                self.wrong.append(("falsely failed", f"{person} has expired:"
                                   f" {history[-3:]}"))
            self.room.oauth_account(self.stand, self.ids[account], person)

    def renewals(self, person):
        return [one for one in self.stand.order(call="renewals")
                if one["account"] == person]

    # --------------------------------------------------------------- verdict

    def judge(self):
        wrong = self.wrong + self.judge_peace()
        told = self.room.sql("SELECT count(*) AS count FROM event WHERE type ="
                             " 'account.expired'")[0]["count"]
        if told != self.expired:
            wrong.append(("lost", f"{self.expired} times an account had"
                          f" expired, {told} times it was told"))
        if self.expired > self.losses + self.kills():
            wrong.append(("lost", f"{self.expired} times an account had"
                          f" expired, which {self.losses} lost answers and"
                          f" {self.kills()} kills do not explain"))
        for person in self.person.values():
            wrong += judge_chain(person, self.renewals(person))
        return wrong + self.judge_metrics()

    def kills(self):
        return self.run.killed

    def summary(self):
        granted = Counter(
            one["granted"] is not None for person in self.person.values()
            for one in self.renewals(person))
        return (f"; {granted[True]} renewals granted, {granted[False]}"
                f" refused, {self.expired} accounts expired,"
                f" {sum(self.looks.values())} snapshots due")

    def judge_peace(self):
        """Without kills and faults each account is renewed, again and again;
        but at first it may turn out that its token had been lost."""
        wrong = []
        for peace in range(3):
            for account in self.accounts:
                self.due(account)
            before = [self.room.account(one) for one in self.accounts]
            self.room.run("collector")
            for account, old in zip(self.accounts, before):
                new = self.room.account(account)
                if peace and (new["status"] != "active" or
                              new["credentials_version"]
                              != old["credentials_version"] + 1):
                    wrong.append(("lost", f"{self.person[account]} is not"
                                  f" renewed: {old}, {new}"))
            self.mend()
        return wrong

    def judge_metrics(self):
        wrong = []
        began = self.room.now()
        for row in self.posted():
            if row["measure_at"] is None:
                wrong.append(("lost", f"{row} is measured no more"))
            self.look_at(row)
        self.room.run("collector")
        for row in self.posted():
            taken = self.room.sql("SELECT * FROM metric WHERE target ="
                                  f" {quote(row['id'])} ORDER BY taken_at")
            if not taken or taken[-1]["taken_at"] < began:
                wrong.append(("lost", f"{row} is not measured: {taken}"))
            if len(taken) > self.looks[row["id"]]:
                wrong.append(("duplicates", f"{self.looks[row['id']]}"
                              f" snapshots of {row} were due: {taken}"))
            if any(one["likes"] != self.likes[row["id"]] for one in taken):
                wrong.append(("lost", f"{row} has {self.likes[row['id']]}"
                              f" likes, not {taken}"))
        return wrong


class Grace(Tokens):
    """A network that answers a spent refresh token once more: no kill costs
    anybody the account."""

    def __init__(self, room):
        super().__init__(room)
        self.stand.order(set={"reuse": 10 ** 9})

    def judge(self):
        wrong = super().judge()
        if self.expired:
            wrong.append(("lost", f"{self.expired} times an account was"
                          " said to have expired"))
        return wrong


def judge_chain(person, history):
    """Refresh tokens that an account presented: once it has presented one that
    came of another, it never goes back; none is presented by two at once."""
    source = {one["granted"]: one["token"] for one in history
              if one["granted"]}
    wrong, left = [], set()
    for one in history:
        if one["token"] in left:
            wrong.append(("duplicates", f"{person} went back to a spent token:"
                          f" {history}"))
            break
        while one["token"] in source:
            one = {"token": source[one["token"]]}
            left.add(one["token"])
    return wrong


class Files(Mastodon):
    """Posts with a picture, which is fetched first: each is public with it."""

    settings = {**Mastodon.settings, "media_limit": 10 ** 6}

    def __init__(self, room):
        super().__init__(room)
        self.room, self.web = room, web_files.serve()
        self.given = set()                  # texts of those that have one

    def disturb(self, chance):
        super().disturb(chance)
        if chance.random() < 0.3:
            self.stand.fault(chance.choice(self.faults), method="POST",
                             path="/api/v2/media", status=503, seconds=0.3)

    def act(self, chance):
        """What was not begun yet gets its picture."""
        url = f"http://127.0.0.1:{self.web.server_port}/1.png"
        for row in self.room.sql(
                "SELECT id, post FROM target t WHERE state = 'scheduled' AND"
                " id NOT IN (SELECT target FROM attempt) AND post NOT IN"
                " (SELECT post FROM attachment)"):
            self.given.add(self.run.posts[row["id"]])
            self.room.write([
                "INSERT INTO attachment (id, post, position, url) VALUES"
                f" ({quote(uuid.uuid4())}, {quote(row['post'])}, 0,"
                f" {quote(url)})"])

    def judge(self):
        picture = web_files.sums("/1.png")
        return [("lost", f"its picture: {entry}")
                for entry in self.stand.ledger()
                if entry["text"] in self.given
                and [one["sha256"] for one in entry["media"]] != picture]

    def stop(self):
        super().stop()
        self.web.shutdown()


class Gone(Site):
    """Owners take pages away, by the ticks and by `publisher --changes`: what
    is gone is in no feed, and nothing else goes."""

    def act(self, chance):
        for row in self.room.sql(
                "SELECT id FROM target WHERE state = 'posted' AND hidden_at IS"
                " NULL AND id NOT IN (SELECT target FROM change)"
                " ORDER BY id"):
            if chance.random() < 0.3:
                self.room.write([
                    "INSERT INTO change (target, kind, next_at, created_at)"
                    f" VALUES ({quote(row['id'])}, 'delete',"
                    f" {self.room.now()}, {self.room.now()})"])

    programs = Changes.programs
    waiting = Changes.waiting

    def asked(self):
        """(words, is hidden, the last outcome) of what was asked to go."""
        return [(self.run.posts[row["target"]], row["hidden_at"],
                 row["outcome"]) for row in self.room.sql(
            "SELECT a.target, t.hidden_at, a.outcome FROM attempt a JOIN"
            " target t ON t.id = a.target WHERE a.kind = 'delete' AND"
            " a.number = (SELECT max(number) FROM attempt b"
            "  WHERE b.target = a.target)")]

    def published(self):
        """As it was before it was taken away."""
        public = super().published()
        for words, hidden, outcome in self.asked():
            if hidden or outcome == "failed":
                public[words] = public[words] or [None]
        return public

    def judge(self):
        there = " ".join(path.read_text() for path in sorted(
            self.room.site.glob("*/**/*")) if path.suffix in (
                ".html", ".json", ".xml"))
        there = set(WORDS.findall(there))
        wrong = [("stuck", f"change {row}") for row in self.waiting()]
        for words, hidden, outcome in self.asked():
            if (outcome == "done") != (hidden is not None):
                wrong.append(("lost", f"{words}: {outcome}, {hidden}"))
            if hidden and words in there:
                wrong.append(("falsely failed", f"{words} is there still"))
        return wrong


SCENES = {**SCENES, "changes": Changes, "tokens": Tokens, "grace": Grace,
          "files": Files, "gone": Gone}
