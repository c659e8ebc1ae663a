"""The janitor: what it forgets, removes and copies, and what it must not."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import time
from datetime import datetime, timedelta, timezone

import pytest

from servers import multipart
from test_media import png, send

HOUR = 3600 * 1000
DAY = 24 * HOUR
OLD = "01900000-0000-7000-8000-00000000000"


@pytest.fixture
def house(new_instance):
    """A running instance with a `site` account and a folder for backups."""
    one = new_instance(settings={"posts_an_hour": "0", "uploads_an_hour": "0",
                                 "tick_seconds": "1"})
    backups = one.dir / "data/backups"
    backups.mkdir()
    give(one, backups)
    one.key
    one.add_account("site", "--handle", "notes")
    return one.start()


def give(house, path):
    os.chown(path, house.uid, house.gid)


def set_backups(house, **settings):
    with open(house.conf, "a") as conf:
        conf.write(f"backup_dir = {house.dir}/data/backups\n")
        for name, value in settings.items():
            conf.write(f"{name} = {value}\n")


def janitor(house, **how):
    """Its lines."""
    done = house.run("janitor", **how)
    assert done.stderr == ""
    return done.stdout.splitlines()


def files(house, folder="media"):
    return sorted(p.name for p in (house.dir / "data" / folder).iterdir())


def lay_file(house, name, hours=25, folder="media"):
    """A file that was written so many hours ago."""
    path = house.dir / "data" / folder / name
    path.write_bytes(b"bytes")
    give(house, path)
    os.utime(path, (time.time() - hours * 3600,) * 2)
    return name


def now():
    return int(time.time() * 1000)


def count(house, table):
    return house.sql(f"SELECT count(*) AS n FROM {table}")[0]["n"]


def lay_rows(house, count, age):
    """Rows of each kind that ended so many milliseconds ago."""
    then = now() - age
    house.sql(
        "WITH n (i) AS (SELECT value FROM"
        f" generate_series(1, {count}))"
        " INSERT INTO idempotency SELECT 'p', 'POST', '/x', i || '-'"
        f" || {age}, x'00', 200, x'', 0, {then} FROM n;"
        f" WITH n (i) AS (SELECT value FROM generate_series(1, {count}))"
        f" INSERT INTO session SELECT CAST(i || '-' || {age} AS BLOB), u.id,"
        f" 0, {then} FROM n, user u;"
        f" WITH n (i) AS (SELECT value FROM generate_series(1, {count}))"
        " INSERT INTO connect_request (hash, profile, user, network,"
        f" created_at, expires_at) SELECT CAST(i || '-' || {age} AS BLOB),"
        f" m.profile, m.user, 'mastodon', 0, {then}"
        " FROM n, membership m")


def post(house, **fields):
    due = datetime.now(timezone.utc) + timedelta(hours=1)
    answer = house.post("/api/v1/posts", {
        "platforms": ["site"], "caption": "Hello",
        "scheduledTime": due.strftime("%Y-%m-%dT%H:%M:%S.000Z"), **fields})
    assert answer.status == 201, answer
    return answer.json["postIds"][0].removeprefix("post_")


def halted(house):
    rows = house.sql("SELECT value FROM meta WHERE name = 'halted'")
    return rows[0]["value"] if rows else None


def lay_deliveries(house):
    """Of one webhook deliveries of many kinds, of another a single one; each
    by a name that says of it: made long ago, and ended long ago."""
    made = {"old delivered": ("delivered", OLD, 31), "old failed": (
        "failed", OLD, 31), "pending": ("pending", OLD, 31), "sent again":
        ("delivered", OLD, 29), "newer": ("delivered", "~", 0)}
    house.sql("INSERT INTO webhook (id, profile, url, host, events, secret,"
              " created_at, updated_at) SELECT column1, id, 'u', 'h', '[]',"
              " x'', 1, 1 FROM profile, (VALUES ('one'), ('two'))")
    for number, (name, (state, start, days)) in enumerate(made.items()):
        hooks = ("one", "two") if name == "old failed" else ("one",)
        house.sql(f"INSERT INTO event SELECT '{name}', id, 'webhook.test',"
                  " NULL, NULL, '{}', 1 FROM profile")
        for hook in hooks:
            id = f"{start}{number}{hook}"
            house.sql(
                "INSERT INTO delivery (id, event, webhook, state, next_at,"
                f" body, created_at, updated_at) VALUES ('{id}', '{name}',"
                f" '{hook}', '{state}', iif('{state}' = 'pending', 1, NULL),"
                f" 'x', 1, {now() - days * DAY})")
            house.sql("INSERT INTO delivery_attempt (id, delivery, number,"
                      " started_at, ended_at, status, error) VALUES"
                      f" ('{id}', '{id}', 1, 1, 1, 200,"
                      f" iif('{state}' = 'delivered', NULL, 'no'))")


def deliveries(house):
    return sorted((row["webhook"], row["event"]) for row in house.sql(
        "SELECT webhook, event FROM delivery"))


# ------------------------------------------------------------- the program

def test_it_has_help_and_takes_no_words(house):
    done = house.run("janitor", "--help", extra={"CRIER_CONF": "/nowhere"})
    assert done.stdout.startswith("usage: janitor\n")
    done = house.run("janitor", "now", check=False)
    assert (done.returncode, done.stdout) == (64, "")
    assert "usage: janitor" in done.stderr


def test_silent_where_there_is_nothing_to_do(house):
    send(house)
    post(house)
    house.tick()
    assert janitor(house) == []


def test_deliveries_are_kept_for_a_month_and_the_newest_longer(house):
    lay_deliveries(house)
    assert janitor(house) == ["rows of ended deliveries: 4 removed"]
    assert deliveries(house) == [("one", "newer"), ("one", "pending"),
                                 ("one", "sent again"), ("two", "old failed")]
    assert count(house, "delivery_attempt") == 4
    assert janitor(house) == []


def test_one_at_a_time(house):
    lay_rows(house, 1, 2 * DAY)
    assert len(janitor(house)) == 3
    lay_rows(house, 1, 2 * DAY)
    with open(house.dir / "data/run/janitor", "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = house.run("janitor", check=False)
    assert done.returncode == 75 and "another one" in done.stderr
    assert count(house, "session") == 1


@pytest.mark.skipif(os.getuid() != 0, reason="needs root")
def test_root_becomes_the_owner(house):
    set_backups(house)
    subprocess.run([house.dir / "bin/janitor"], check=True,
                   stdout=subprocess.DEVNULL)
    assert {p.stat().st_uid for p in (house.dir / "data").rglob("*")} == {
        house.uid}


# -------------------------------------------------------------- forgetting

def test_what_expired_is_forgotten_a_few_hundred_at_a_time(house):
    lay_rows(house, 700, DAY + HOUR)
    lay_rows(house, 3, 23 * HOUR)
    points = house.dir / "log/points"
    assert janitor(house, extra={"CRIER_POINTS": str(points)}) == [
        "kept answers: 700 removed", "ended sessions: 703 removed",
        "ended connect links: 700 removed"]
    passed = points.read_text()
    for table in ("idempotency", "session", "connect_request"):
        assert passed.count(f"DELETE FROM {table} ") >= 3, table
    assert passed.count("COMMIT\n") >= 9
    assert [count(house, t) for t in
            ("idempotency", "session", "connect_request")] == [3, 0, 3]
    assert janitor(house) == []


def test_an_answer_is_kept_for_its_day(house):
    """A request repeated within 24 hours acts once, janitor or not."""
    body = {"platforms": ["site"], "caption": "x",
            "scheduledTime": "2099-01-01T00:00:00Z"}
    headers = {"Idempotency-Key": "once"}
    first = house.post("/api/v1/posts", body, headers=headers)
    house.shift_clock(DAY - HOUR)
    janitor(house)
    again = house.post("/api/v1/posts", body, headers=headers)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json
    house.shift_clock(DAY + HOUR)
    assert janitor(house) == ["kept answers: 1 removed"]
    assert count(house, "idempotency") == 0


# -------------------------------------------------------------- media

def test_files_without_a_row_go_after_a_day(house):
    kept = files_of(house, send(house))
    young = {lay_file(house, f"{OLD}1.png", hours=23),
             lay_file(house, "new-abcdef", hours=23)}
    strange = {lay_file(house, "notes.txt"), lay_file(house, ".hidden"),
               lay_file(house, f"{OLD}.png"), lay_file(house, OLD + "9"),
               lay_file(house, f"{'x' * 36}.png")}
    lay_file(house, f"{OLD}2.png")
    lay_file(house, f"{OLD}3.mp4")
    lay_file(house, "new-ghijkl")
    other = kept.replace(".png", ".gif")        # the row's is a png
    lay_file(house, other)
    assert janitor(house) == ["media files: 4 removed"]
    assert set(files(house)) == young | strange | {kept}
    house.shift_clock(2 * HOUR)
    assert janitor(house) == ["media files: 2 removed"]
    assert set(files(house)) == strange | {kept}


def files_of(house, sent):
    return f"{sent['mediaId'].removeprefix('media_')}.png"


STATES = [("scheduled", True), ("failed", True), ("uncertain", True),
          ("verifying", True), ("cancelled", False), ("posted", False)]


@pytest.mark.parametrize("state, needed", STATES)
def test_deleted_media_stays_while_a_post_may_send_it(house, state, needed):
    """As if the program that deleted it had died before the file went."""
    sent = send(house)
    target = post(house, mediaId=sent["mediaId"])
    name = files_of(house, sent)
    house.sql(f"UPDATE target SET state = '{state}', remote_id = 'x'"
              f" WHERE id = '{target}'")
    assert janitor(house) == []
    house.sql(f"UPDATE media SET deleted_at = {now()}")
    assert janitor(house) == ([] if needed else ["media files: 1 removed"])
    assert files(house) == ([name] if needed else [])
    house.sql(f"UPDATE target SET hidden_at = {now()}")
    janitor(house)
    assert files(house) == []
    assert count(house, "media") == 1           # posts show it


def test_a_delete_killed_anywhere_leaves_no_file(house):
    """DELETE of media dies at each of its points; the janitor ends it."""
    for point in range(1, 100):
        sent = send(house)
        path = f"/{sent['mediaId']}"
        how = house.command("publisher")[1]
        how["env"].update(
            GATEWAY_INTERFACE="CGI/1.1", REQUEST_METHOD="DELETE",
            SCRIPT_NAME="/api/v1/media", PATH_INFO=path,
            HTTP_AUTHORIZATION=f"Bearer {house.key}",
            CRIER_KILL_AT=str(point))
        done = subprocess.run([house.dir / "cgi-bin/api/v1/media"],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              **how)
        assert done.returncode in (0, -9), done
        janitor(house)
        row = house.sql("SELECT deleted_at FROM media ORDER BY id DESC"
                        " LIMIT 1")[0]
        assert (files_of(house, sent) in files(house)) == (
            row["deleted_at"] is None), point
        if done.returncode == 0:
            break
    assert done.returncode == 0 and point > 3


def test_no_media_goes_while_publishing_is_halted(house):
    """A restore is taken back by another: the files of what came after the
    copy have no rows meanwhile."""
    copy = house.dir / "data/copy.db"
    house.admin("backup", copy)
    name = files_of(house, send(house))
    house.admin("restore", copy)
    lay_rows(house, 1, 2 * DAY)
    house.shift_clock(25 * HOUR)
    house.admin("clock", "accept")
    assert len(janitor(house)) == 3
    assert files(house) == [name]
    house.admin("resume")
    assert janitor(house) == ["media files: 1 removed"]


def test_a_doubtful_clock_removes_nothing(house):
    set_backups(house, backup_keep=1)
    house.tick()
    lay_rows(house, 2, 23 * HOUR)
    lay_file(house, f"{OLD}1.png", hours=20)
    lay_file(house, "crier-2020-01-01.db", folder="backups")
    house.shift_clock(3 * DAY)
    done = house.run("janitor")
    assert "clock accept" in done.stderr
    assert done.stdout.count("\n") == 1 and "checked" in done.stdout
    assert len(files(house, "backups")) == 2
    assert (count(house, "idempotency"), len(files(house))) == (2, 1)
    house.admin("clock", "accept")
    assert len(janitor(house)) == 6


# -------------------------------------------------------------- backup

def tonight(days=0):
    day = datetime.now(timezone.utc) + timedelta(days=days)
    return f"crier-{day:%Y-%m-%d}.db"


def test_a_checked_copy_each_night_and_the_newest_few(house):
    set_backups(house, backup_keep=3)
    post(house)
    for name in ("crier-2020-01-01.db.part", "crier-2020-01-01.db.part-wal"):
        lay_file(house, name, folder="backups")
    others = {lay_file(house, name, folder="backups") for name in (
        "crier.db", "crier-mine.db", "crier-2020-1-1.db", "x.db.part")}
    lines = janitor(house)
    assert len(lines) == 3 and lines[2].startswith(
        f"{house.dir}/data/backups/{tonight()}: ")
    assert lines[2].endswith(" 1 posts, 1 accounts; checked")
    assert set(files(house, "backups")) == others | {tonight()}
    janitor(house)                      # again, the same night
    assert set(files(house, "backups")) == others | {tonight()}
    for day in range(1, 5):
        house.shift_clock(day * DAY)
        janitor(house)
    assert set(files(house, "backups")) == others | {
        tonight(day) for day in (2, 3, 4)}
    copy = house.dir / "data/backups" / tonight(4)
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert "restored" in house.admin("restore", copy)


def test_tonights_copy_stays_though_others_are_named_later(house):
    set_backups(house, backup_keep=1)
    for year in (2098, 2099):
        lay_file(house, f"crier-{year}-01-01.db", folder="backups")
    janitor(house)
    assert files(house, "backups") == [tonight(), "crier-2099-01-01.db"]


def test_a_copy_that_fails_costs_no_older_one(house):
    set_backups(house, backup_keep=1)
    older = [lay_file(house, f"crier-2020-01-0{n}.db", folder="backups")
             for n in (1, 2)]
    (house.dir / "data/backups" / tonight()).mkdir()    # rename cannot win
    (house.dir / "data/backups" / tonight() / "x").mkdir()
    lay_rows(house, 1, 2 * DAY)
    done = house.run("janitor", check=False)
    assert done.returncode == 70 and tonight() in done.stderr
    assert done.stdout.count("removed") == 3            # the rest was done
    assert files(house, "backups")[:2] == older
    shutil.rmtree(house.dir / "data/backups")
    done = house.run("janitor", check=False)
    assert done.returncode == 70 and "backups" in done.stderr
    assert "No such file" in done.stderr


def test_killed_anywhere_the_next_one_ends_it(house):
    set_backups(house, backup_keep=2)
    kept = files_of(house, send(house))
    deleted = send(house)
    target = post(house, mediaId=deleted["mediaId"])
    assert house.request("DELETE",
                         f"/api/v1/media/{deleted['mediaId']}").status == 200
    needed = sorted([kept, files_of(house, deleted)])
    backups = [lay_file(house, f"crier-2020-01-0{n}.db", folder="backups")
               for n in (1, 2)]
    for point in range(1, 200):
        lay_rows(house, 2, 2 * DAY + point)
        lay_file(house, f"{OLD}1.png")
        lay_file(house, "new-abcdef")
        done = house.run("janitor", check=False,
                         extra={"CRIER_KILL_AT": str(point)})
        assert done.returncode in (0, -9), done.stderr
        assert set(needed) <= set(files(house))
        names = [n for n in files(house, "backups") if n.endswith(".db")]
        assert len(names) >= 2 and not set(names) - {*backups, tonight()}
        if point % 5 == 0 or done.returncode == 0:
            janitor(house)
            assert files(house) == needed
            assert files(house, "backups") == [backups[1], tonight()]
            assert count(house, "session") == 0
            lay_file(house, backups[0], folder="backups")
        if done.returncode == 0:
            break
    assert done.returncode == 0 and point > 20
    row = house.sql(f"SELECT state FROM target WHERE id = '{target}'")
    assert row == [{"state": "scheduled"}] and halted(house) is None


# -------------------------------------------------------------- damage

def damage(house):
    """Bytes of an index's page go bad; tables and the file's head do not."""
    page = house.sql("SELECT rootpage, (SELECT page_size FROM"
                     " pragma_page_size) AS size FROM sqlite_schema"
                     " WHERE name = 'post_external'")[0]
    house.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(house.dir / "data/crier.db", "r+b") as database:
        database.seek((page["rootpage"] - 1) * page["size"])
        database.write(b"\xff" * page["size"])


def test_a_damaged_database_publishes_nothing(house):
    set_backups(house, backup_keep=1)
    for n in (1, 2):
        lay_file(house, f"crier-2020-01-0{n}.db", folder="backups")
    lay_file(house, f"{OLD}1.png")
    target = post(house)
    house.sql(f"UPDATE target SET due_at = 1, next_at = {now()},"
              f" due_at = {now()} WHERE id = '{target}'")
    damage(house)
    done = house.run("janitor", check=False)
    assert done.returncode == 1
    assert "damaged" in done.stderr and done.stdout == ""
    assert halted(house).startswith("the database is damaged: ")
    assert len(files(house, "backups")) == 2 and len(files(house)) == 1
    assert "halted" in house.tick().stderr
    row = house.sql(f"SELECT state FROM target WHERE id = '{target}'")
    assert row == [{"state": "scheduled"}]
    answer = house.get(f"/api/v1/posts/post_{target}")
    assert answer.status == 200, answer
    done = house.run("crier-admin", "doctor", check=False)
    assert done.returncode == 1 and "FAIL  database" in done.stdout
