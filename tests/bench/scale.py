"""What does not grow with the number of posts, and what must: a tick, lists,
single reads and claims over few and many stored posts; the database's size,
the night's clean-up and a backup."""

import resource
import statistics
import time

from table import BUILT, head, row
from requests import POST, Request, counted, new_post, timed
from servers import Instance

SETTINGS = {"requests_an_hour": "0", "posts_an_hour": "0",
            "tick_seconds": "1", "backup_keep": "1"}
RAILS = "socialrails/api/v1/posts"


def fill(instance, rows):
    """That many posts, each with its target. A tenth waits until 2040, one
    after the other; the others are published, with attempt and event."""
    instance.sql(f"""
        PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY;
        CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
          SELECT i + 1 FROM n WHERE i < {rows}) SELECT i,
          printf('00000000-0000-7000-8000-%012x', i) AS post,
          printf('00000000-0000-7000-9000-%012x', i) AS target,
          printf('00000000-0000-7000-a000-%012x', i) AS attempt,
          printf('00000000-0000-7000-b000-%012x', i) AS event FROM n;
        BEGIN IMMEDIATE;
        INSERT INTO post (id, profile, text, created_at, updated_at)
         SELECT post, profile.id, 'A text of some fifty letters, number ' ||
                i, i, i FROM n, (SELECT id FROM profile LIMIT 1) profile;
        INSERT INTO target (id, post, profile, account, network, state,
                            due_at, next_at, remote_id, published_at,
                            created_at, updated_at)
         SELECT target, post, a.profile, a.id, a.network,
                iif(i % 10, 'posted', 'scheduled'), at, at,
                iif(i % 10, 'r' || i, NULL), iif(i % 10, i, NULL), i, i
           FROM (SELECT *, i + iif(i % 10, 0, 2208988800000) AS at FROM n),
                (SELECT * FROM account LIMIT 1) a;
        DELETE FROM n WHERE i % 10 = 0;
        INSERT INTO attempt (id, target, number, worker, claimed_at, sent_at,
                             ended_at, outcome, remote_id)
         SELECT attempt, target, 1, 'worker', i, i, i, 'posted', 'r' || i
           FROM n;
        INSERT INTO event (id, profile, type, target, attempt, data,
                           created_at)
         SELECT event, profile.id, 'post.published', target, attempt,
                printf('{{"target_id":"%s","post_id":"%s","status":"posted"}}',
                       target, post), strftime('%s', 'now') * 1000
           FROM n, (SELECT id FROM profile LIMIT 1) profile;
        COMMIT""")


def processor(run, count):
    """Median milliseconds of processor time of a child."""
    spent = []
    for _ in range(count):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append((after.ru_utime + after.ru_stime
                      - before.ru_utime - before.ru_stime) * 1000)
    return statistics.median(spent)


def claim(instance):
    """One post, published at once by a publisher of its own: a claim, its
    journal, the file of a site."""
    target = new_post(instance)[len("post_"):]
    instance.run("publisher", "--target", target)


def timed_run(instance, program, *words):
    begin = time.perf_counter()
    instance.run(program, *words)
    return time.perf_counter() - begin


def measure(rows):
    """Everything over that many posts, by name."""
    with Instance(build=BUILT, settings=SETTINGS) as instance:
        instance.key
        instance.add_account("site", "--handle", "bench")
        fill(instance, rows)
        found = {"rows": rows, "size":
                 (instance.dir / "data/crier.db").stat().st_size}
        middle = "/post_" + f"00000000-0000-7000-9000-{rows // 2:012x}"
        for name, program, rest in (
                ("list by cursor", "api/v1/posts",
                 "?cursor=" + middle.strip("/")),
                ("GET /posts/{id}", "api/v1/posts", middle),
                ("SocialRails' list, its total", RAILS, "")):
            found[name] = counted(
                instance, Request("GET", program, rest))[0]
        found["tick"] = processor(lambda: instance.tick(), 5)
        instance.start("lighttpd")
        found["POST /posts, ms"] = statistics.median(
            timed(instance, Request("POST", "api/v1/posts", body=POST))
            for _ in range(20))
        found["claim"] = processor(lambda: claim(instance), 5)
        backups = instance.dir / "backups"
        backups.mkdir(mode=0o777)
        backups.chmod(0o777)
        found["backup"] = timed_run(instance, "crier-admin", "backup",
                                    str(backups / "copy.db"))
        found["janitor"] = timed_run(instance, "janitor")
        return found


def compare(name, few, many, unit):
    ratio = many[name] / few[name]
    form = (lambda value: f"{value / 1e6:.2f}") if unit.startswith("M") \
        else (lambda value: f"{value:.1f}")
    return ratio, (f"{form(few[name])}, {form(many[name])} {unit}:"
                   f" {ratio:.2f} times")


def scale(sizes):
    found = [measure(size) for size in sizes]
    few = found[0]
    for many in found[1:]:
        head(f"Over {few['rows']:,} and over {many['rows']:,} stored posts")
        for name, unit in (("tick", "ms of processor"),
                           ("list by cursor", "M instructions"),
                           ("GET /posts/{id}", "M instructions"),
                           ("claim", "ms of processor, published to a site")):
            ratio, words = compare(name, few, many, unit)
            row(name, words, 1.3, ratio)
        name = "SocialRails' list, its total"
        row(name, compare(name, few, many, "M instructions")[1])
        row("database", f"{many['size'] / 1e6:.0f} MB,"
            f" {many['size'] / many['rows']:.0f} bytes a post with target and,"
            " of nine in ten, attempt and event")
        row("the janitor's night", f"{many['janitor']:.1f} s")
        row("a backup, checked", f"{many['backup']:.1f} s")
