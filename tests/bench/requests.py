"""What a request costs: time against an empty CGI program under the same
lighttpd, instructions, system calls, memory; and many clients at once."""

import collections
import contextlib
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time

from table import BUILT, DYNAMIC, build, head, row
from servers import Instance, multipart

UPLOAD = 50 * 1024 * 1024
NO_LIMITS = {"requests_an_hour": "0", "posts_an_hour": "0",
             "uploads_an_hour": "0",
             "request_slots": "64", "tick_seconds": "290"}
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None
POST = ('{"platforms":["site"],"caption":"bench",'
        '"scheduledTime":"2040-01-01T00:00:00Z"}')
CHANGE = '{"caption":"bench, changed"}'
CLIENTS, SECONDS = 16, 8


@contextlib.contextmanager
def open_instance(folder=None):
    """An instance with an account, the empty program, and beside each
    program the same one out of the dynamic build; behind lighttpd, with a
    tick alive, as cron keeps one."""
    tempfile.tempdir = folder
    instance = Instance(build=BUILT, settings=NO_LIMITS)
    tempfile.tempdir = None
    with instance:
        lay(instance)
        instance.start("lighttpd")
        tick = instance.start_program("publisher", stderr=subprocess.DEVNULL)
        try:
            yield instance
        finally:
            tick.terminate()
            tick.wait()


def lay(instance):
    instance.key
    instance.add_account("site", "--handle", "bench")
    programs = instance.dir / "cgi-bin"
    build("empty.c", programs / "api/v1/empty")
    for path in sorted(DYNAMIC.glob("cgi-bin/**/*")):
        if path.is_file() and os.access(path, os.X_OK):
            place = programs / path.relative_to(DYNAMIC / "cgi-bin")
            shutil.copy(path, place.with_name(place.name + "-dynamic"))


def new_post(instance):
    return instance.post("/api/v1/posts", POST, headers={
        "Content-Type": "application/json"}).json["postIds"][0]


# One request: rest is what follows the program's address; kind the type of
# body, bytes or a string.
Request = collections.namedtuple(
    "Request", "method program rest body kind name",
    defaults=("", None, "application/json", None))


def timed(instance, asked, suffix=""):
    """Milliseconds of one request on a connection of its own."""
    headers = {"Authorization": f"Bearer {instance.key}"}
    if asked.body is not None:
        headers["Content-Type"] = asked.kind
    begin = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", instance.port)
    connection.request(asked.method, f"/{asked.program}{suffix}{asked.rest}",
                       asked.body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status < 300, (asked, answer.status)
    return (time.perf_counter() - begin) * 1000


# ------------------------------------------------------- what it is made of

def environment(instance, asked, suffix=""):
    program = asked.program + suffix
    command, how = instance.command(program)
    body = asked.body or b""
    body = body.encode() if isinstance(body, str) else body
    path, _, query = asked.rest.partition("?")
    how["env"].update(
        GATEWAY_INTERFACE="CGI/1.1", SCRIPT_NAME=f"/{program}",
        HTTP_AUTHORIZATION=f"Bearer {instance.key}", PATH_INFO=path,
        QUERY_STRING=query, REQUEST_METHOD=asked.method,
        CONTENT_TYPE=asked.kind, CONTENT_LENGTH=str(len(body)))
    how["input"] = body
    return how


def counted(instance, asked, suffix=""):
    """(instructions, system calls) of one request; None without the tool."""
    path = instance.dir / "cgi-bin" / (asked.program + suffix)
    how = environment(instance, asked, suffix)
    counts = []
    for tool, pattern in (
            (["valgrind", "--tool=callgrind",
              "--callgrind-out-file=/dev/null"], rb"refs:\s+([\d,]+)"),
            (["strace", "-f", "-c", "-U", "calls,name"],
             rb"(\d+)\s+total")):
        if shutil.which(tool[0]) is None:
            counts.append(None)
            continue
        done = subprocess.run([*tool, path], capture_output=True, **how)
        found = re.search(pattern, done.stderr)
        counts.append(int(found[1].replace(b",", b"")) if found else None)
    return counts


def made_of(instance, asked, suffix=""):
    counts = counted(instance, asked, suffix)
    millions = "?" if counts[0] is None else f"{counts[0] / 1e6:.1f}"
    return f"{millions} M instructions, {counts[1] or '?'} system calls"


# ---------------------------------------------------------------- requests

EMPTY = Request("GET", "api/v1/empty")


def asked_for(post):
    """The requests that the promised medians are of."""
    return [
        Request("GET", "api/v1/posts", f"/{post}", name="GET /posts/{id}"),
        Request("GET", "api/v1/connections"),
        Request("GET", "api/v1/posts", "?limit=50"),
        Request("GET", "api/v1/platforms"),
        Request("GET", "api/v1/webhooks"),
        Request("GET", "socialsyncer/v1/posts"),
        Request("GET", "socialrails/api/v1/accounts"),
        Request("POST", "api/v1/posts", body=POST),
        Request("PATCH", "api/v1/posts", f"/{post}", CHANGE,
                name="PATCH /posts/{id}"),
    ]


def name_of(asked):
    """What the table calls a request."""
    house, _, place = asked.program.partition("v1/")
    whose = {"socialrails/api/": "SocialRails' ",
             "socialsyncer/": "SocialSyncer's "}.get(house, "")
    rest = re.sub(r"([a-z]+_)?[0-9a-f-]{36}|conn_[\w-]+", "{id}", asked.rest)
    return asked.name or (f"{whose}{asked.method} /{place or house}"
                          + rest.split("?key=")[0])


def endpoint(instance, count, asked):
    """Rows of one endpoint: the build as it is and the dynamic one, in turn
    with the empty program. Returns the two median ratios."""
    took = {"floor": [], "": [], "-dynamic": []}
    for i in range(count + 5):
        for suffix in took:
            spent = timed(instance, EMPTY) if suffix == "floor" \
                else timed(instance, asked, suffix)
            if i >= 5:
                took[suffix].append(spent)
    ratios = []
    for suffix in "", "-dynamic":
        ratio = statistics.median(
            a / b for a, b in zip(took[suffix], took["floor"]))
        ratios.append(ratio)
        row("  dynamic" if suffix else name_of(asked),
            f"{statistics.median(took[suffix]):.2f} ms, empty"
            f" {statistics.median(took['floor']):.2f}: {ratio:.2f} times;"
            f" {made_of(instance, asked, suffix)}")
    return ratios


def requests(count):
    head("A request, each in turn with an empty CGI program, one client"
         + (", on tmpfs" if MEMORY else ""))
    with open_instance(MEMORY) as instance:
        row("the empty program", made_of(instance, EMPTY))
        found = {"GET": [], "POST": [], "PATCH": []}
        for asked in asked_for(new_post(instance)):
            found[asked.method].append(endpoint(instance, count, asked))
        writes = found["POST"] + found["PATCH"]
        for place, kind in ((0, ""), (1, ", dynamic")):
            read = statistics.median(pair[place] for pair in found["GET"])
            write = statistics.median(pair[place] for pair in writes)
            row(f"median read{kind}", f"{read:.2f} times the empty program",
                1.6, read)
            row(f"median write{kind}", f"{write:.2f} times the empty program",
                2.5, write)


# ------------------------------------------------------------ many at once

def fdatasync_ms(folder):
    """The median of what a commit waits for: 13 pages appended, synced."""
    path = folder / "fdatasync"
    spent = []
    with open(path, "wb", buffering=0) as file:
        for _ in range(100):
            file.write(bytes(13 * 4120))
            begin = time.perf_counter()
            os.fdatasync(file.fileno())
            spent.append((time.perf_counter() - begin) * 1000)
    path.unlink()
    return statistics.median(spent)


def mixed(folder, suffix):
    """16 clients at 80/20 on an instance in folder: what load.c saw, and
    the milliseconds of fdatasync there."""
    with open_instance(folder) as instance:
        post = new_post(instance)
        build("load.c", instance.dir / "load")
        sync = fdatasync_ms(instance.dir)
        done = subprocess.run(
            [instance.dir / "load", str(instance.port), str(SECONDS),
             str(CLIENTS), instance.key, f"/api/v1/posts{suffix}/{post}",
             f"/api/v1/posts{suffix}", POST],
            capture_output=True, check=True, text=True)
        seen = json.loads(done.stdout)
        kept = instance.sql("SELECT count(*) AS n FROM post")[0]["n"]
        assert kept >= seen["writes"] + 1, (kept, seen)
        assert seen["errors"] == 0, (seen, instance.logs()[-2000:])
        return seen, sync


def mix():
    head(f"{CLIENTS} clients at 80/20, every commit durable, no error")
    for suffix, name in (("", ""), ("-dynamic", ", dynamic")):
        floor = None
        if MEMORY:
            seen, _ = mixed(MEMORY, suffix)
            floor = seen["writes"] / seen["seconds"]
            row(f"on tmpfs{name}", rates(seen))
        seen, sync = mixed(None, suffix)
        allowed = 1000 / (2 * sync)
        least = min(allowed, floor or allowed)
        rate = seen["writes"] / seen["seconds"]
        row(f"on disk{name}", rates(seen))
        row("  of what disk and processor allow",
            f"{rate / least:.2f}: an fdatasync takes {sync:.2f} ms, which"
            f" allows {allowed:.0f} a second", 0.8, rate / least, least=True)


def rates(seen):
    return (f"{seen['writes'] / seen['seconds']:.0f} writes a second"
            f" (p50 {seen['write_p50']:.0f}, p99 {seen['write_p99']:.0f} ms),"
            f" {seen['reads'] / seen['seconds']:.0f} reads"
            f" ({seen['read_p50']:.0f}, {seen['read_p99']:.0f})")


# ------------------------------------------------------------------ memory

def peak(instance, asked, suffix):
    """Peak resident megabytes of one request, run by its environment."""
    program = instance.dir / "cgi-bin" / (asked.program + suffix)
    done = subprocess.run([instance.dir / "peak", program],
                          capture_output=True, check=True,
                          **environment(instance, asked, suffix))
    assert done.stdout.startswith(b"Status: "), done.stdout[:300]
    return int(done.stderr.split()[-1]) / 1024


def film():
    """An MP4 of just under 50 MB: ftyp, an mdat of noughts, a small moov."""
    def box(kind, data):
        return (len(data) + 8).to_bytes(4, "big") + kind + data
    mvhd = bytes(12) + (1000).to_bytes(4, "big") + (5000).to_bytes(4, "big") \
        + bytes(80)
    tkhd = bytes(76) + (640 << 16).to_bytes(4, "big") \
        + (360 << 16).to_bytes(4, "big")
    tail = box(b"moov", box(b"mvhd", mvhd)
               + box(b"trak", box(b"tkhd", tkhd)
                     + box(b"mdia", box(b"hdlr", bytes(8) + b"vide"
                                        + bytes(13)))))
    start = box(b"ftyp", b"isom" + bytes(4) + b"isom")
    return start + box(b"mdat", bytes(UPLOAD - len(start) - len(tail) - 64)) \
        + tail


def memory():
    head("Memory at its peak")
    most = 1024 * 1024
    kind, upload = multipart(("file", film(), "film.mp4", "video/mp4"))
    values = b'{"a":[' + b"0," * (most // 2 - 10) + b"0]}"
    string = b'{"caption":"' + b"x" * (most - 20) + b'"}'
    with open_instance() as instance:
        build("peak.c", instance.dir / "peak")
        for suffix in "", "-dynamic":
            for name, bound, body in (
                    ("GET /posts", 6, None),
                    ("POST /posts", 6, POST),
                    ("1 MB of JSON, all values", 6, values),
                    ("1 MB of JSON, one string", 6, string)):
                figure = peak(instance, Request(
                    "POST" if body else "GET", "api/v1/posts", body=body),
                    suffix)
                row(name + suffix.replace("-", ", "), f"{figure:.1f} MB",
                    bound, figure)
            figure = peak(instance, Request("POST", "api/v1/media",
                                            body=upload, kind=kind), suffix)
            row("POST /media of 50 MB" + suffix.replace("-", ", "),
                f"{figure:.1f} MB", 6, figure)
