"""The publisher's speed against a bare loop over libcurl, and how near to
its second a post is sent."""

import subprocess
import time

from table import BUILT, build, head, row
from servers import Instance

ACCOUNTS, WORKERS, LATENCY = 200, 8, 0.2
SETTINGS = {"allow_private_networks": "127.0.0.1", "workers": WORKERS,
            "tick_seconds": 240}


class Network:
    """The C stand-in, and its ledger."""

    def __init__(self, folder):
        self.ledger_file = folder / "ledger"
        build("network.c", folder / "network")
        self.process = subprocess.Popen(
            [folder / "network", self.ledger_file], stdout=subprocess.PIPE,
            text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def ledger(self):
        """(milliseconds, text) of each status."""
        return [(int(line.split()[0]), line.split()[1]) for line in
                self.ledger_file.read_text().splitlines()]

    def wait_for(self, count, seconds):
        give_up = time.time() + seconds
        while len(self.ledger()) < count:
            assert time.time() < give_up, len(self.ledger())
            time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def due(instance, count, when):
    """count targets, spread over the accounts; when(i) is SQL for
    milliseconds."""
    instance.sql(f"""
        CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL
          SELECT i + 1 FROM n WHERE i + 1 < {count}) SELECT i FROM n;
        CREATE TEMP TABLE a AS SELECT row_number() OVER (ORDER BY id) - 1
          AS place, id, profile FROM account;
        BEGIN IMMEDIATE;
        INSERT INTO post (id, profile, text, created_at, updated_at)
         SELECT printf('00000000-0000-7000-8000-%012x', i), profile,
                'status' || i, 1, 1 FROM n JOIN a ON place = 0;
        INSERT INTO target (id, post, profile, account, network, state,
                            due_at, next_at, created_at, updated_at)
         SELECT printf('00000000-0000-7000-9000-%012x', i),
                printf('00000000-0000-7000-8000-%012x', i), profile, id,
                'mastodon', 'scheduled', {when}, {when}, 1, 1
           FROM n JOIN a ON place = i % (SELECT count(*) FROM a);
        COMMIT""")


def accounts(instance, network, count):
    instance.add_user()
    for number in range(count):
        instance.add_account("mastodon", "--server", network.url,
                             secret=str(number + 1))


def stop(tick):
    tick.terminate()
    tick.wait()


def published(instance, network, count):
    """Seconds of a tick until the network's ledger holds count."""
    begin = time.time()
    tick = instance.start_program("publisher", stderr=subprocess.DEVNULL)
    network.wait_for(count, 200)
    took = time.time() - begin + LATENCY
    stop(tick)
    return took


def throughput(count):
    head(f"{count:,} due targets, {ACCOUNTS} accounts, {WORKERS} workers,"
         f" a network that takes {LATENCY * 1000:.0f} ms")
    instance = Instance(build=BUILT, settings=SETTINGS)
    with instance, Network(instance.dir) as network:
        folder = instance.dir
        accounts(instance, network, ACCOUNTS)
        due(instance, count, str(int(time.time() * 1000) - 5000))
        build("loop.c", folder / "loop", "-lcurl")
        bare = subprocess.run(
            [folder / "loop", network.url + "/api/v1/statuses",
             str(WORKERS), str(count)], capture_output=True, check=True,
            text=True)
        bare = float(bare.stdout)
        took = published(instance, network, 2 * count)
        texts = [text for _, text in network.ledger()]
        assert len(set(texts)) == len(texts) == 2 * count
        ideal = count * LATENCY / WORKERS
        row("the publisher", f"{took:.1f} s; ideal {ideal:.1f} s:"
            f" {took / ideal:.2f} times", 1.15, took / ideal)
        row("a bare libcurl loop", f"{bare:.1f} s; the publisher takes"
            f" {took / bare:.2f} times as long", 1.15, took / bare)
    with Instance(build=BUILT, settings=SETTINGS) as instance, \
            Network(instance.dir) as network:
        accounts(instance, network, ACCOUNTS)
        due(instance, ACCOUNTS, str(int(time.time() * 1000) - 5000))
        took = published(instance, network, ACCOUNTS)
        ideal = ACCOUNTS * LATENCY / WORKERS
        row("  a post for each account", f"{took:.1f} s; ideal {ideal:.1f} s:"
            f" {took / ideal:.2f} times: a worker is begun for each")


def precision(count=40, seconds=20):
    """Targets due at moments within the next seconds, one a half second."""
    head("A post's second, while a tick is alive")
    instance = Instance(build=BUILT, settings=SETTINGS)
    with instance, Network(instance.dir) as network:
        accounts(instance, network, 8)
        begin = int(time.time() * 1000) + 3000
        due(instance, count, f"{begin} + i * {seconds * 1000 // count + 7}")
        tick = instance.start_program("publisher", stderr=subprocess.DEVNULL)
        network.wait_for(count, seconds + 30)
        stop(tick)
        step = seconds * 1000 // count + 7
        late = sorted(at - begin - int(text[6:]) * step
                      for at, text in network.ledger())
        assert late[0] >= 0, late
        row("sent after its due moment", f"median {late[len(late) // 2]} ms,"
            f" latest {late[-1]} ms of {count}", 2000, late[-1])
