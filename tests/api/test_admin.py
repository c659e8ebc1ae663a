"""crier-admin, run as an operator runs it, over instances of its own."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
OWNER = "owner@example.org"
HOUR = 3600 * 1000
ACCOUNT = "SELECT id, server, remote_id, handle, status, limits FROM account"


@pytest.fixture
def house(new_instance):
    """An instance with its owner, and no server."""
    one = new_instance(settings={"allow_private_networks": "127.0.0.1",
                                  "tick_seconds": "1"})
    one.add_user()
    return one


@pytest.fixture
def open_house(house):
    """The same behind lighttpd, with a `site` account."""
    house.start("lighttpd")
    house.add_account("site", "--handle", "owner")
    return house


@pytest.fixture
def double(tmp_path):
    """double(name) starts a stand-in network and gives its base URL."""
    started = []

    def start(name):
        program = subprocess.Popen(
            [sys.executable, ROOT / f"tests/doubles/{name}.py",
             "--ledger", tmp_path / f"{name}.jsonl"],
            stdout=subprocess.PIPE, text=True)
        started.append(program)
        return f"http://127.0.0.1:{program.stdout.readline().strip()}"

    yield start
    for program in started:
        program.kill()
        program.wait()


def refused(house, *words, status=1, input=None):
    """Run a command that must not work; what it says."""
    done = house.run("crier-admin", *words, input=input, check=False)
    assert done.returncode == status, (words, done.stdout, done.stderr)
    assert done.stdout == ""
    return done.stderr


def post(house, text="Hello", **when):
    due = datetime.now(timezone.utc) + timedelta(**(when or {"hours": 1}))
    answer = house.post("/api/v1/posts", {
        "platforms": ["site"], "caption": text,
        "scheduledTime": due.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
    assert answer.status == 201, answer
    return answer.json["postIds"][0].removeprefix("post_")


def make_due(house, target, seconds=60):
    """As if it had been scheduled for some time ago."""
    due = int((time.time() - seconds) * 1000)
    house.sql(f"UPDATE target SET due_at = {due}, next_at = {due}"
              f" WHERE id = '{target}'")


def state(house, target):
    return house.sql(f"SELECT state FROM target"
                     f" WHERE id = '{target}'")[0]["state"]


def doctor(house):
    """Exit status, and lines as {what: (level, words)}."""
    done = house.run("crier-admin", "doctor", check=False)
    lines = {}
    for line in done.stdout.splitlines():
        lines[line[6:21].strip()] = (line[:5].strip(), line[22:])
    return done.returncode, lines


# ------------------------------------------------------------- the program

COMMANDS = """init|migrate|seal|user add|user set|user list|user password
user disable|profile add|profile list|key add|key list|key revoke
account add|account list|doctor|backup|restore|emergency-stop|resume
clock accept""".replace("\n", "|").split("|")


def test_every_command_has_help(house):
    listed = house.admin("--help")
    assert [line[2:18].strip() for line in listed.splitlines()
            if line.startswith("  ")] == COMMANDS
    for command in COMMANDS:
        words = command.split()
        text = house.admin(*words, "--help")
        assert text.startswith(f"usage: crier-admin {command}"), command
        assert text.count("\n") >= 2


def test_help_needs_no_configuration(house):
    done = house.run("crier-admin", "key", "add", "--help",
                     extra={"CRIER_CONF": "/nowhere"})
    assert "--scopes LIST|all" in done.stdout


@pytest.mark.parametrize("words, reason", [
    ([], "usage"),
    (["user"], "there is no command"),
    (["frobnicate"], "there is no command frobnicate"),
    (["user", "list", "--bogus"], "unknown option --bogus"),
    (["user", "list", "extra"], "one word too many: extra"),
    (["user", "add"], "EMAIL is missing"),
    (["key", "add", "--user", OWNER, "--name", "x"], "--scopes"),
    (["key", "add", "--user"], "--user needs EMAIL"),
    (["key", "list", "--user", OWNER, "--user", OWNER], "given twice"),
    (["emergency-stop", "--revoke-keys=yes"], "takes no value"),
    (["user", "set", OWNER, "--api", "maybe"], "--api must be on or off"),
    (["user", "set", OWNER, "--posts", "-1"], "--posts must be a number"),
    (["user", "set", OWNER, "--storage", "5T"], "--storage must be"),
])
def test_misuse_is_64_and_says_what(house, words, reason):
    assert reason in refused(house, *words, status=64)


def test_an_unknown_setting_is_named_by_line(house):
    with open(house.conf, "a") as conf:
        conf.write("colour = blue\n")
    line = len(house.conf.read_text().splitlines())
    assert f"line {line}: colour" in refused(house, "user", "list",
                                             status=70)


# ------------------------------------------------------------------ people

def test_user_add_prints_the_id_alone(house):
    assert re.fullmatch(UUID, house.add_user("two@example.org"))
    assert "exists" in refused(house, "user", "add", "TWO@example.org",
                               input="long enough\n")
    assert "8 to 1000" in refused(house, "user", "add", "three@example.org",
                                  input="short\n")
    assert "no password" in refused(house, "user", "add", "three@example.org")
    assert "name@host" in refused(house, "user", "add", "three",
                                  input="long enough\n")
    assert "three" not in house.admin("user", "list")


def test_the_password_is_kept_as_argon2id(house):
    kept = house.sql("SELECT password FROM user")[0]["password"]
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    house.admin("user", "password", OWNER, input="another password\n")
    assert house.sql("SELECT password FROM user")[0]["password"] != kept


def test_user_set(house):
    house.admin("user", "set", OWNER, "--plan", "free", "--posts", "10",
                "--storage", "5M", "--api", "off")
    assert house.sql("SELECT plan, posts_a_month, storage_bytes, api_enabled,"
                     " uploads_enabled FROM user") == [
        {"plan": "free", "posts_a_month": 10, "storage_bytes": 5 << 20,
         "api_enabled": 0, "uploads_enabled": 0}]
    house.admin("user", "set", OWNER, "--posts=none", "--storage=none",
                "--uploads=on")
    assert house.sql("SELECT plan, posts_a_month, storage_bytes, api_enabled,"
                     " uploads_enabled FROM user") == [
        {"plan": "free", "posts_a_month": None, "storage_bytes": None,
         "api_enabled": 0, "uploads_enabled": 1}]
    assert "plan must be" in refused(house, "user", "set", OWNER,
                                     "--plan", "gold")
    assert "no user" in refused(house, "user", "set", "who@example.org")


def test_profiles(house):
    made = house.admin("profile", "add", "--user", OWNER, "--name", "Shop",
                       "--timezone", "Europe/Berlin")
    assert re.fullmatch(UUID, made)
    listed = house.admin("profile", "list", "--user", OWNER).splitlines()
    assert len(listed) == 3 and listed[2].split() == [
        made, OWNER, "Europe/Berlin", "Shop"]
    assert "time zone" in refused(house, "profile", "add", "--user", OWNER,
                                  "--name", "x", "--timezone", "Mars/Moon")
    account = house.add_account("site", "--handle", "shop", "--profile", made)
    assert house.sql("SELECT profile FROM account") == [{"profile": made}]
    key = house.admin("key", "add", "--user", OWNER, "--name", "x",
                      "--scopes", "all", "--accounts", account,
                      "--profile", made)
    assert key.startswith("crier_")
    assert "accounts" in refused(house, "key", "add", "--user", OWNER,
                                 "--name", "x", "--scopes", "all",
                                 "--accounts", account)


# -------------------------------------------------------------------- keys

def test_a_key_is_printed_once_and_stored_hashed(house):
    key = house.add_key()
    assert re.fullmatch(r"crier_[A-Za-z0-9_-]{43}", key)
    assert key not in house.admin("key", "list")
    data = house.dir / "data"
    stored = b"".join(p.read_bytes() for p in data.glob("crier.db*"))
    assert key[6:].encode() not in stored
    assert key[:12].encode() in stored


def test_a_key_serves_until_it_is_revoked(open_house):
    house = open_house
    key = house.add_key(OWNER, "account:read", "--expires",
                        (datetime.now(timezone.utc) + timedelta(days=1))
                        .strftime("%Y-%m-%dT%H:%M:%SZ"), name="reader")
    line = [l for l in house.admin("key", "list").splitlines()
            if "reader" in l][0]
    assert " active " in line and "[account:read]" in line
    assert line.split()[4] == "never"
    assert house.get("/api/v1/connections", key=key).status == 200
    line = [l for l in house.admin("key", "list").splitlines()
            if "reader" in l][0]
    assert line.split()[4].startswith(str(datetime.now(timezone.utc).year))
    house.admin("user", "set", OWNER, "--api", "off")
    answer = house.get("/api/v1/connections", key=key)
    assert (answer.status, answer.json["code"]) == (403,
                                                    "api_access_disabled")
    house.admin("user", "set", OWNER, "--api", "on")
    house.admin("user", "disable", OWNER)
    assert house.get("/api/v1/connections", key=key).status == 403
    house.admin("user", "disable", OWNER, "--undo")
    house.admin("key", "revoke", line.split()[0])
    answer = house.get("/api/v1/connections", key=key)
    assert (answer.status, answer.json["code"]) == (401, "invalid_api_key")
    assert "none" in refused(house, "key", "revoke", line.split()[0])


@pytest.mark.parametrize("words, reason, status", [
    (["--scopes", "post:fly"], "scopes", 1),
    (["--scopes", ""], "scopes", 1),
    (["--scopes", "all", "--accounts", "nobody"], "accounts", 1),
    (["--scopes", "all", "--expires", "2020-01-01T00:00:00Z"], "past", 1),
    (["--scopes", "all", "--expires", "soon"], "--expires", 64),
    (["--scopes", "all", "--profile", "x"], "no member", 1),
])
def test_a_bad_key_is_not_made(house, words, reason, status):
    assert reason in refused(house, "key", "add", "--user", OWNER, "--name",
                             "x", *words, status=status)
    assert house.sql("SELECT * FROM api_key") == []


# ---------------------------------------------------------------- accounts

def test_a_site_account_needs_no_secret(house):
    made = house.add_account("site", "--handle", "owner")
    assert re.fullmatch(UUID, made)
    assert house.add_account("site", "--handle", "owner") == made
    listed = house.admin("account", "list").splitlines()
    assert len(listed) == 2 and listed[1].startswith(made)
    assert [e["type"] for e in house.sql("SELECT type FROM event")] == [
        "account.connected"] * 2


def test_mastodon_is_asked_whose_token_it_is(house, double):
    server = double("mastodon")
    made = house.add_account("mastodon", "--server", server + "/",
                             secret="alice-token")
    row = house.sql(ACCOUNT)[0]
    assert row["id"] == made and row["handle"].startswith("alice")
    assert row["server"] == server and row["status"] == "active"
    assert json.loads(row["limits"])
    assert "does not know this access token" in refused(
        house, "account", "add", "mastodon", "--user", OWNER, "--server",
        server, input="stolen-token\n")
    assert len(house.sql("SELECT id FROM account")) == 1


def test_bluesky_takes_app_passwords_only(house, double):
    server = double("bluesky")
    words = ["account", "add", "bluesky", "--user", OWNER, "--server", server,
             "--handle", "crier.test"]
    assert "app password" in refused(house, *words,
                                     input="the-main-password\n").lower()
    made = house.admin(*words, input="abcd-efgh-ijkl-mnop\n")
    row = house.sql(ACCOUNT)[0]
    assert row["id"] == made and row["remote_id"].startswith("did:")


def test_a_secret_is_sealed_and_never_in_the_clear(house):
    house.add_account("mastodon", "--handle", "ann@m.example", "--server",
                      "https://m.example", "--offline", secret="tr3asure")
    data = house.dir / "data"
    stored = b"".join(p.read_bytes() for p in data.glob("crier.db*"))
    assert b"tr3asure" not in stored
    assert doctor(house)[1]["key"] == (
        "ok", "1 of 1 accounts' secrets open with this key file")


def test_a_value_is_sealed_for_the_configuration(house):
    lines = {house.admin("seal", input="tr3asure\n") for _ in range(2)}
    assert len(lines) == 2
    for line in lines:
        assert re.fullmatch(r"sealed:[A-Za-z0-9+/]+=*", line)
        assert "tr3asure" not in line


def test_a_network_without_a_driver_is_stored_offline_only(house):
    assert "--offline" in refused(house, "account", "add", "snapchat",
                                  "--user", OWNER, input="x\n")
    assert "--handle" in refused(house, "account", "add", "snapchat",
                                 "--user", OWNER, "--offline", input="x\n",
                                 status=64)
    made = house.add_account("snapchat", "--offline", "--handle", "ann",
                             secret="x")
    assert re.fullmatch(UUID, made)
    assert "no network named geocities" in refused(
        house, "account", "add", "geocities", "--user", OWNER, input="x\n")


# --------------------------------------------------- stop, resume and clock

def test_emergency_stop_holds_posts_until_resume(open_house):
    house = open_house
    target = post(house)
    make_due(house, target)
    house.admin("emergency-stop")
    house.tick()
    assert state(house, target) == "scheduled"
    assert doctor(house)[1]["publishing"][0] == "warn"
    assert "1 posts are due" in house.admin("resume")
    house.tick()
    assert state(house, target) == "posted"
    assert "was not stopped" in house.admin("resume")


def test_emergency_stop_revokes_keys_when_told(open_house):
    house = open_house
    assert house.get("/api/v1/connections").status == 200
    house.admin("emergency-stop")
    assert house.get("/api/v1/connections").status == 200
    assert "1 keys revoked" in house.admin("emergency-stop", "--revoke-keys")
    assert house.get("/api/v1/connections").status == 401


def test_clock_accept_ends_the_doubt(open_house):
    house = open_house
    target = post(house, hours=7, minutes=59)
    house.tick()
    house.shift_clock(8 * HOUR)
    house.tick()
    assert state(house, target) == "scheduled"
    level, words = doctor(house)[1]["clock"]
    assert level == "warn" and "in doubt since" in words
    assert "taken as right" in house.admin("clock", "accept")
    house.tick()
    assert state(house, target) == "posted"


# ------------------------------------------------------ backup and restore

def test_backup_is_whole_and_says_what_is_not_inside(open_house, tmp_path):
    house = open_house
    post(house)
    copy = house.dir / "data/copy.db"
    told = house.admin("backup", copy)
    assert "1 posts, 1 accounts; checked" in told
    assert str(house.dir / "data/media") in told
    assert str(house.dir / "data/key") in told and "not inside" in told
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not copy.with_name("copy.db.part").exists()
    with sqlite3.connect(copy) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT count(*) FROM target").fetchone() == (1,)
    assert "not-there" in refused(house, "backup", house.dir / "not-there/x")


def test_backup_while_others_write(open_house):
    house = open_house
    done = [house.start_program("crier-admin", "key", "add", "--user", OWNER,
                                "--name", f"k{i}", "--scopes", "all",
                                stdout=subprocess.DEVNULL)
            for i in range(20)]
    for i in range(3):
        house.admin("backup", house.dir / "data/copy.db")
    assert [p.wait() for p in done] == [0] * 20
    house.admin("backup", house.dir / "data/copy.db")
    with sqlite3.connect(house.dir / "data/copy.db") as db:
        keys = db.execute("SELECT count(*) FROM api_key").fetchone()[0]
    assert keys == 20


def test_restore_doubts_what_may_have_gone_out(open_house):
    house = open_house
    gone, later, sent = (post(house, t) for t in ("gone", "later", "sent"))
    house.sql(f"UPDATE target SET state = 'verifying' WHERE id = '{sent}';"
              f"INSERT INTO attempt (id, target, number, worker, claimed_at,"
              f" sent_at) VALUES ('at', '{sent}', 1, 'w', 1, 2)")
    house.sql(f"INSERT INTO change (target, kind, next_at, worker, created_at)"
              f" VALUES ('{later}', 'delete', 1, 'w', 1);"
              f"INSERT INTO attempt (id, target, number, kind, worker,"
              f" claimed_at, sent_at) VALUES"
              f" ('gone', '{later}', 1, 'delete', 'w', 1, 2)")
    make_due(house, gone)
    copy = house.dir / "data/copy.db"
    house.admin("backup", copy)
    after = post(house, "written after the copy")

    told = house.admin("restore", copy)
    assert "2 posts that were due by now" in told and "stopped" in told
    assert house.sql(f"SELECT id FROM target WHERE id = '{after}'") == []
    assert [state(house, t) for t in (gone, later, sent)] == [
        "uncertain", "scheduled", "uncertain"]
    events = house.sql("SELECT target, attempt FROM event"
                       " WHERE type = 'post.uncertain' ORDER BY attempt")
    assert [(e["target"], e["attempt"]) for e in events] == [
        (gone, None), (sent, "at")]
    for ended in house.sql("SELECT outcome, ended_at FROM attempt"):
        assert ended["outcome"] == "uncertain" and ended["ended_at"] > 2
    assert house.sql("SELECT target FROM change") == []
    reasons = house.sql("SELECT reason FROM target"
                        " WHERE state = 'uncertain'")
    assert all(r["reason"].startswith("uncertain: ") and "owner" in r["reason"]
               for r in reasons)
    before = house.dir / "data/crier.db.before-restore"
    with sqlite3.connect(before) as db:
        assert db.execute("SELECT count(*) FROM target"
                          " WHERE id = ?", (after,)).fetchone() == (1,)
    assert doctor(house)[0] == 0
    make_due(house, later)
    house.tick()
    assert state(house, later) == "scheduled"
    house.admin("resume")
    house.tick()
    assert [state(house, t) for t in (gone, later, sent)] == [
        "uncertain", "posted", "uncertain"]


def test_restore_serves_those_who_have_the_database_open(open_house):
    house = open_house
    copy = house.dir / "data/copy.db"
    post(house)
    house.admin("backup", copy)
    for _ in range(3):
        post(house)
    program = ["sqlite3", house.dir / "data/crier.db"]
    how = {"user": house.uid, "group": house.gid} if os.getuid() == 0 else {}
    with subprocess.Popen(program, stdin=subprocess.PIPE, text=True, cwd="/",
                          stdout=subprocess.PIPE, **how) as reader:
        def count():
            reader.stdin.write("SELECT count(*) FROM target;\n")
            reader.stdin.flush()
            return int(reader.stdout.readline())
        assert count() == 4
        house.admin("restore", copy)
        assert count() == 1
        reader.stdin.close()
    assert post(house)


def test_restore_into_an_instance_that_lost_its_database(open_house):
    house = open_house
    post(house)
    copy = house.dir / "copy.db"
    house.admin("backup", house.dir / "data/copy.db")
    (house.dir / "data/copy.db").rename(copy)
    for file in (house.dir / "data").glob("crier.db*"):
        file.unlink()
    house.admin("restore", copy)
    assert len(house.sql("SELECT id FROM target")) == 1
    assert doctor(house)[0] == 0


def test_restore_refuses_what_it_cannot_trust(house):
    copy = house.dir / "data/copy.db"
    house.admin("backup", copy)
    with sqlite3.connect(copy) as db:
        db.execute("PRAGMA user_version = 999")
    assert "newer" in refused(house, "restore", copy)
    copy.write_bytes(b"SQLite format 3\0" + os.urandom(4000))
    refused(house, "restore", copy)
    with sqlite3.connect(house.dir / "data/other.db") as db:
        db.execute("CREATE TABLE t (x)")
    assert "not a Crier database" in refused(house, "restore",
                                             house.dir / "data/other.db")
    refused(house, "restore", house.dir / "data/absent.db")
    whole = house.dir / "data/whole.db"
    house.admin("backup", whole)
    torn = bytearray(whole.read_bytes())
    torn[len(torn) // 2:len(torn) // 2 + 8192] = os.urandom(8192)
    whole.write_bytes(torn)
    refused(house, "restore", whole)
    assert len(house.sql("SELECT id FROM user")) == 1


def test_restore_under_another_key_says_so(house):
    house.add_account("mastodon", "--handle", "a@m", "--server",
                      "https://m.example", "--offline", secret="x")
    copy = house.dir / "data/copy.db"
    house.admin("backup", copy)
    (house.dir / "data/key").unlink()
    house.admin("init")
    assert "1 accounts were sealed under another key" in house.admin(
        "restore", copy)
    status, lines = doctor(house)
    assert status == 1 and lines["key"][0] == "FAIL"


@pytest.mark.parametrize("moment", [0.01, 0.03, 0.06, 0.1, 0.15])
def test_restore_killed_anywhere_leaves_old_or_new(house, moment):
    copy = house.dir / "data/copy.db"
    house.admin("backup", copy)
    house.add_user("late@example.org")
    program = house.start_program("crier-admin", "restore", copy,
                                  stdout=subprocess.DEVNULL)
    time.sleep(moment)
    program.send_signal(signal.SIGKILL)
    program.wait()
    users = len(house.sql("SELECT id FROM user"))
    halted = len(house.sql("SELECT * FROM meta WHERE name = 'halted'"))
    assert (users, halted) in ((2, 0), (1, 1))
    house.admin("restore", copy)
    assert len(house.sql("SELECT id FROM user")) == 1


# ------------------------------------------------------------------ doctor

def test_doctor_is_content_with_a_good_instance(open_house):
    house = open_house
    target = post(house)
    make_due(house, target)
    house.tick()
    status, lines = doctor(house)
    assert status == 0, lines
    assert lines["web server"][0] == "ok" and lines["last tick"][0] == "ok"
    assert lines["database hidden"][0] == "ok"
    assert lines["last request"][1].endswith(house.owner.pw_name)
    assert all(lines[f"I{n}"][0] == "ok" for n in range(1, 9))
    assert not [l for l in lines.values() if l[0] == "FAIL"]


def open_to_all(house):
    (house.dir / "data/crier.db").chmod(0o644)
    return "database file"


def open_folder(house):
    (house.dir / "data").chmod(0o755)
    return "data folder"


def foreign_run_file(house):
    path = house.dir / "data/run/rate-foreign"
    path.touch()
    os.chown(path, 12345, 12345)
    return "one user"


def data_in_document_root(house):
    moved = house.dir / "www/data"
    (house.dir / "data").rename(moved)
    text = house.conf.read_text().replace(f"{house.dir}/data", str(moved))
    house.conf.write_text(text)
    return "data apart"


def database_handed_out(house):
    copy = house.dir / "www/crier.db"
    shutil.copy(house.dir / "data/crier.db", copy)
    copy.chmod(0o644)
    return "database hidden"


def posted_without_an_id(house):
    house.sql("PRAGMA ignore_check_constraints = ON;"
              "UPDATE target SET state = 'posted' WHERE id IN"
              " (SELECT id FROM target LIMIT 1)")
    return "I6"


def nobody_ticks(house):
    make_due(house, house.sql("SELECT id FROM target")[0]["id"], 3600)
    return "due posts"


def dead_worker(house):
    house.sql("UPDATE target SET state = 'publishing', worker = 'w-gone',"
              " updated_at = 5")
    return "stuck posts"


def conf_for_all(house):
    house.conf.chmod(0o646)
    return "crier.conf"


def ai_key_is_gone(house):
    with open(house.conf, "a") as conf:
        conf.write("ai_url = https://ai.example/v1\nai_model = small\n"
                   f"ai_key_file = {house.dir}/ai.key\n")
    return "AI key file"


def ai_key_for_all(house):
    what = ai_key_is_gone(house)
    (house.dir / "ai.key").write_text("k\n")
    (house.dir / "ai.key").chmod(0o644)
    return what


def webhook_of_another_key(house):
    house.sql("INSERT INTO webhook (id, profile, url, host, events, secret,"
              " created_at, updated_at) SELECT 'w', id, 'https://a.example/',"
              " 'a.example', '[\"*\"]', x'00', 1, 1 FROM profile")
    return "webhook keys"


@pytest.mark.parametrize("harm", [
    open_to_all, open_folder, foreign_run_file, data_in_document_root,
    database_handed_out, posted_without_an_id, nobody_ticks, dead_worker,
    conf_for_all, ai_key_is_gone, ai_key_for_all, webhook_of_another_key])
def test_doctor_finds(open_house, harm):
    house = open_house
    if harm is foreign_run_file and os.getuid() != 0:
        pytest.skip("only root can make somebody else's file")
    post(house)
    what = harm(house)
    status, lines = doctor(house)
    assert status == 1 and lines[what][0] == "FAIL", lines


def test_doctor_warns_of_what_the_operator_may_have_meant(open_house):
    """An address for this machine alone; a secret that everybody reads, or
    that another key file sealed."""
    house = open_house
    lines = doctor(house)[1]
    assert lines["address"][0] == "warn" and "public" in lines["address"][1]
    assert lines["crier.conf"][0] == lines["webhook keys"][0] == "ok"
    assert "AI key file" not in lines
    sealed = house.admin("seal", input="tr3asure\n").strip()
    conf = house.conf.read_text()
    house.conf.chmod(0o644)
    for secret, level in (("tr3asure", "warn"), (sealed, "ok"),
                          ("sealed:AAAA", "warn")):
        house.conf.write_text(f"{conf}client_id.x = a\nclient_secret.x ="
                              f" {secret}\n")
        status, lines = doctor(house)
        assert (status, lines["crier.conf"][0]) == (0, level), lines
        assert "tr3asure" not in str(lines)
    # (Nobody asks there: the guard knows that network for an example's.)
    house.conf.write_text(conf.replace(house.url, "https://203.0.113.9"))
    assert doctor(house)[1]["address"] == ("ok", "https://203.0.113.9")


def test_doctor_finds_a_strange_key_file(house):
    (house.dir / "data/key").chmod(0o644)
    status, lines = doctor(house)
    assert status == 1 and lines["key file"][0] == "FAIL"


def test_doctor_says_that_there_is_no_database(house):
    for file in (house.dir / "data").glob("crier.db*"):
        file.unlink()
    status, lines = doctor(house)
    assert status == 1 and "init" in lines["database"][1]


# ------------------------------------------------------- init, root, owner

def modes(folder):
    return {str(p.relative_to(folder)): oct(p.stat().st_mode & 0o777)
            for p in [folder, *folder.rglob("*")]}


def test_init_makes_what_is_absent_and_nothing_else(house):
    shutil.rmtree(house.dir / "data")
    house.dir.chmod(0o777)
    told = house.run("crier-admin", "init").stdout
    assert told.count("made ") == 5
    made = modes(house.dir / "data")
    assert made == {".": "0o700", "run": "0o700", "media": "0o700",
                    "key": "0o400", "crier.db": "0o600"}
    key = (house.dir / "data/key").read_bytes()
    assert len(key) == 32
    assert house.admin("init") == ""
    assert (house.dir / "data/key").read_bytes() == key
    house.add_user()
    assert house.admin("migrate").endswith("0 steps run")


@pytest.mark.skipif(os.getuid() != 0, reason="needs root")
def test_as_root_all_files_stay_their_owners(house):
    def as_root(*words, input=None):
        return subprocess.run(
            [house.dir / "libexec/crier-admin", *words], input=input,
            env=house.environment(), capture_output=True, text=True)

    assert as_root("user", "add", "root@example.org",
                   input="long enough\n").returncode == 0
    assert as_root("account", "add", "site", "--user", OWNER, "--handle",
                   "r").returncode == 0
    assert as_root("doctor").returncode == 0
    copy = house.dir / "data/copy.db"
    assert as_root("backup", copy).returncode == 0
    assert as_root("restore", copy).returncode == 0
    for part in ("data", "www/site"):
        owners = {p.stat().st_uid for p in (house.dir / part).rglob("*")}
        assert owners <= {house.uid}
    assert "Permission denied for user" in as_root("backup",
                                                   "/root/x.db").stderr


@pytest.mark.skipif(os.getuid() != 0, reason="needs root")
def test_root_must_say_whose_a_new_instance_is(house):
    def init(*words):
        return subprocess.run(
            [house.dir / "libexec/crier-admin", "init", *words],
            env=house.environment(), capture_output=True, text=True)

    shutil.rmtree(house.dir / "data")
    assert init().returncode == 1 and "--owner" in init().stderr
    assert init("--owner", "no-such-user").returncode == 1
    assert init("--owner", house.owner.pw_name).returncode == 0
    assert {p.stat().st_uid for p in (house.dir / "data").rglob("*")} == {
        house.uid}
