"""install.sh as an operator uses it: the demo, a host without root, both
servers' configurations, upgrades."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from servers import APACHE_MODULES, BUILD, ROOT, Instance, free_port

INSTALL = ROOT / "install.sh"


def run(*words, check=True, **how):
    done = subprocess.run(["sh", *map(str, words)], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=300,
                          **how)
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done


def read_env(path):
    """NAME='value' lines, as a shell reads them."""
    names = [line.split("=")[0] for line in path.read_text().splitlines()]
    show = "; ".join(f'printf "%s\\0" "${name}"' for name in names)
    out = run("-c", f'. "{path}"; {show}').stdout
    return dict(zip(names, out.split("\0")))


def wait_for(what, seconds=10):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.05)


def lives(pid):
    """A process that is there, and is no zombie that nobody has fetched."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def folder():
    """A folder that any user can reach."""
    path = Path(tempfile.mkdtemp(prefix="crier-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


# ---------------------------------------------------------------- demo


@pytest.fixture
def demo(folder):
    """demo(...) runs a demo in one folder and gives its environment."""
    place = folder / "a demo"

    def start(*words):
        out = run(INSTALL, "demo", "--dir", place, "--build", BUILD,
                  *words).stdout
        return read_env(place / "demo.env"), out

    start.place = place
    yield start
    run(INSTALL, "demo", "--stop", "--dir", place, check=False)


def permalink(out):
    line = next(l for l in out.splitlines() if l.startswith("Its first post"))
    return line.split(": ", 1)[1]


def test_demo_publishes_a_first_post_and_tells_how_to_go_on(demo):
    port = free_port()
    env, out = demo("--port", port, "--set", "tick_seconds=1",
                    "--set", "workers = 3")
    assert set(env) == {"CRIER_URL", "CRIER_API_KEY", "CRIER_CONF",
                        "CRIER_EMAIL", "CRIER_PASSWORD", "CRIER_PID",
                        "CRIER_BIN"}
    assert env["CRIER_URL"] == f"http://127.0.0.1:{port}"
    page = urllib.request.urlopen(permalink(out)).read().decode()
    assert "h-entry" in page and "Hello from Crier" in page
    conf = Path(env["CRIER_CONF"]).read_text()
    assert "tick_seconds = 1\n" in conf and "workers = 3\n" in conf
    assert (demo.place / "demo.env").stat().st_mode & 0o077 == 0
    for name in ("publisher", "crier-admin"):
        run("-c", f'"{env["CRIER_BIN"]}/{name}" --help',
            env={"CRIER_CONF": env["CRIER_CONF"], "PATH": os.environ["PATH"]})
    pid = int(env["CRIER_PID"])
    if os.getuid() == 0:
        assert Path(f"/proc/{pid}").stat().st_uid != 0
        owners = {path.stat().st_uid for path in
                  (Path(env["CRIER_CONF"]).parents[1] / "data").rglob("*")}
        assert owners == {Path(f"/proc/{pid}").stat().st_uid}


def test_demo_stops_whole_and_goes_on_where_it_was(demo):
    first, out = demo("--port", free_port(), "--no-ticker")
    before = permalink(out)
    port = int(first["CRIER_URL"].rsplit(":", 1)[1])
    run(INSTALL, "demo", "--stop", "--dir", demo.place)
    assert not lives(first["CRIER_PID"]) and not listens(port)
    assert run(INSTALL, "demo", "--stop", "--dir", demo.place,
               check=False).returncode == 1
    second, out = demo("--no-ticker")
    for name in ("CRIER_URL", "CRIER_API_KEY", "CRIER_PASSWORD"):
        assert second[name] == first[name]
    assert permalink(out) != before
    assert urllib.request.urlopen(before).status == 200


def test_demo_runs_again_over_a_running_one(demo):
    first, _ = demo("--port", free_port())
    second, _ = demo()
    assert second["CRIER_URL"] == first["CRIER_URL"]
    assert not lives(first["CRIER_PID"]) and lives(second["CRIER_PID"])


def has_members(group):
    """Does a process of that group live? Any other may end meanwhile."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if lives(entry.name) and os.getpgid(int(entry.name)) == group:
                return True
        except (ProcessLookupError, FileNotFoundError):
            pass
    return False


def test_what_ends_the_supervisor_ends_server_and_ticker(demo):
    port = free_port()
    for number in (signal.SIGTERM, signal.SIGKILL):
        env, _ = demo("--port", port)
        pid = int(env["CRIER_PID"])
        group = os.getpgid(pid)
        os.kill(pid, number)
        wait_for(lambda: not listens(port))
        wait_for(lambda: not has_members(group))


def test_a_bad_setting_is_refused_by_name(demo):
    done = run(INSTALL, "demo", "--dir", demo.place, "--build", BUILD,
               "--set", "no_such_key=1", check=False)
    assert done.returncode != 0
    assert "no_such_key" in done.stdout + done.stderr
    demo("--port", free_port())         # and is not in the way afterwards


def test_a_taken_port_is_refused(demo):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = run(INSTALL, "demo", "--dir", demo.place, "--build", BUILD,
                   "--port", other.getsockname()[1], check=False)
    assert done.returncode == 1 and "is taken" in done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="root alone hides folders")
def test_demo_where_its_user_cannot_reach(folder):
    hidden = folder / "hidden"
    hidden.mkdir(mode=0o700)
    place = hidden / "demo"
    try:
        run(INSTALL, "demo", "--dir", place, "--build", BUILD,
            "--port", free_port())
        env = read_env(place / "demo.env")
        assert Path(f"/proc/{env['CRIER_PID']}").stat().st_uid != 0
        assert hidden.stat().st_mode & 0o777 == 0o700
    finally:
        run(INSTALL, "demo", "--stop", "--dir", place, check=False)
        if (place / "instance").exists():
            shutil.rmtree((place / "instance").resolve())


# ---------------------------------------------------------------- a host


@pytest.fixture(scope="module")
def bundle():
    """The archive that install.sh bundle writes."""
    path = Path(tempfile.mkdtemp(prefix="crier-test-"))
    path.chmod(0o755)
    run(INSTALL, "bundle", "--build", BUILD, cwd=path)
    yield next(path.glob("crier-*.tar.gz"))
    shutil.rmtree(path)


class Host:
    """A user's home on a host that has Apache but no compiler and no root;
    crontab is a script that keeps the lines in a file."""

    def __init__(self, folder, bundle):
        self.home, self.bundle = folder / "home", bundle
        self.root = self.home / "public_html"
        self.root.mkdir(parents=True)
        tools = self.home / "tools"
        tools.mkdir()
        for name in ("sh awk basename cat chmod cmp cp cut date dirname env"
                     " find grep gzip head hostname id ls mkdir mktemp mv od"
                     " paste readlink rm sed sort stat tail tar touch tr uname"
                     " wc").split():
            tools.joinpath(name).symlink_to(shutil.which(name))
        self.crontab = self.home / "crontab"
        self.crontab.touch()
        tools.joinpath("crontab").write_text(
            f'#!/bin/sh\nif [ "$1" = -l ]; then cat "{self.crontab}"; else'
            f' cat > "{self.crontab}"; fi\n')
        tools.joinpath("crontab").chmod(0o755)
        self.how = {"env": {"PATH": str(tools), "HOME": str(self.home)},
                    "cwd": self.home}
        self.user = pwd.getpwuid(os.getuid())
        if os.getuid() == 0:
            self.user = pwd.getpwnam("www-data")
            self.how.update(user=self.user.pw_uid, group=self.user.pw_gid,
                            extra_groups=[])
            for path in [self.home, *self.home.rglob("*")]:
                os.chown(path, self.user.pw_uid, self.user.pw_gid,
                         follow_symlinks=False)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = None

    def install(self, *words):
        script = self.home / "install.sh"       # all it needs beside the
        shutil.copy(INSTALL, script)            # archive is this one file
        return run(script, "install", "--from", self.bundle, "--server",
                   "apache", "--base-url", self.url, *words, **self.how).stdout

    def admin(self, *words, input=None):
        done = subprocess.run(
            [self.home / "crier/bin/crier-admin", *words], input=input,
            capture_output=True, text=True, **self.how)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def serve(self):
        """Apache as such a host has it: AllowOverride All, nothing else."""
        conf = self.home / "apache.conf"
        modules = "".join(
            f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n"
            for name in ("mpm_event", "authz_core", "mime", "dir", "alias",
                         "rewrite", "env", "headers", "cgid", "unixd")
            if Path(f"{APACHE_MODULES}/mod_{name}.so").exists())
        conf.write_text(f"""ServerRoot "{self.home}"
ServerName 127.0.0.1
Listen 127.0.0.1:{self.port}
PidFile "{self.home}/apache.pid"
ErrorLog "{self.home}/apache.log"
User {self.user.pw_name}
Group #{self.user.pw_gid}
{modules}TypesConfig /etc/mime.types
ScriptSock {self.home}/cgid
DocumentRoot "{self.root}"
<Directory "{self.root}">
AllowOverride All
Require all granted
DirectoryIndex index.html
</Directory>
""")
        self.server = subprocess.Popen(
            [shutil.which("apache2", path="/usr/sbin:/usr/bin"),
             "-DFOREGROUND", "-f", conf], stdin=subprocess.DEVNULL,
            start_new_session=True)
        wait_for(lambda: listens(self.port))

    def get(self, path, **headers):
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def close(self):
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGTERM)
            self.server.wait()


@pytest.fixture
def host(folder, bundle):
    one = Host(folder, bundle)
    yield one
    one.close()


@pytest.mark.parametrize("suffix", ["", ".cgi"])
def test_a_host_without_root_or_compiler(host, suffix):
    (host.root / ".htaccess").write_text("ErrorDocument 404 /gone.html\n")
    (host.root / "index.html").write_text("my own page")
    out = host.install("--suffix", suffix, "--set", "tick_seconds=1")
    assert "wrote " in out
    lines = (f'* * * * * "{host.home}/crier/bin/tick"\n'
             f'*/5 * * * * "{host.home}/crier/bin/collect"\n'
             f'27 3 * * * "{host.home}/crier/bin/night"\n')
    assert host.crontab.read_text() == lines
    assert (host.root / "index.html").read_text() == "my own page"
    text = (host.root / ".htaccess").read_text()
    assert text.endswith("ErrorDocument 404 /gone.html\n")
    again = host.install("--suffix", suffix)
    assert "nothing has changed" in again and "wrote " not in again
    assert host.crontab.read_text() == lines

    host.serve()
    host.admin("user", "add", "ann@example.org", input="a long password\n")
    key = host.admin("key", "add", "--user", "ann@example.org", "--name",
                     "one", "--scopes", "all")
    status, _, body = host.get("/api/v1/connections",
                               Authorization=f"Bearer {key}")
    assert (status, body) == (200, '{"accounts":[],"count":0}')
    status, _, body = host.get("/api/v1/connections")
    assert status == 401 and '"missing_api_key"' in body
    status, _, body = host.get("/api/v1/posts/post_123", **{"X-API-Key": key})
    assert status == 404 and '"post_not_found"' in body
    status, _, body = host.get("/api/v1/no/such?thing")
    assert status == 404 and '"not_found"' in body
    assert host.get("/")[0] == 200
    assert host.get("/.htaccess")[0] == 403
    (host.root / "site/feed.xml").write_text("<feed/>")
    _, headers, _ = host.get("/site/feed.xml")
    assert headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert host.get("/crier/")[0] in (403, 404)
    assert "exec " not in host.get(f"/crier/api/v1/health{suffix}")[2]

    subprocess.run([host.home / "crier/bin/tick"], check=True, **host.how)
    assert (host.home / "crier/log/publisher.log").exists()
    subprocess.run([host.home / "crier/bin/night"], check=True, **host.how)
    assert (host.home / "crier/log/janitor.log").read_text() == ""
    subprocess.run([host.home / "crier/bin/collect"], check=True, **host.how)
    assert (host.home / "crier/log/collector.log").read_text() == ""


def test_uninstall_leaves_the_data(host):
    (host.root / ".htaccess").write_text("ErrorDocument 404 /gone.html\n")
    host.crontab.write_text("0 0 * * * true\n")
    host.install()
    database = (host.home / "crier/data/crier.db").stat().st_ino
    (host.root / "site/page.html").write_text("published")
    run("-c", f"cd {host.home} && tar -xzf {host.bundle} &&"
        " sh crier-*/install.sh uninstall", **host.how)
    assert (host.home / "crier/data/crier.db").stat().st_ino == database
    assert (host.home / "crier/etc/crier.conf").exists()
    assert (host.root / "site/page.html").exists()
    assert (host.root / ".htaccess").read_text() \
        == "ErrorDocument 404 /gone.html\n"
    assert host.crontab.read_text() == "0 0 * * * true\n"
    assert not (host.home / "crier/libexec").exists()
    assert not (host.root / "crier").exists()
    assert not (host.root / "index.html").exists()
    host.install()                      # and it comes back to its data
    assert (host.home / "crier/data/crier.db").stat().st_ino == database


def test_a_host_that_lacks_libraries_gets_those_of_the_archive(host):
    """A loader that refuses the system's own: as on a host without them."""
    host.install()
    assert not (host.home / "crier/lib").exists()
    unpacked = host.home / "unpacked"
    run("-c", f"mkdir {unpacked} && cd {unpacked} && tar -xzf {host.bundle}",
        **host.how)
    tree = next(unpacked.glob("crier-*"))
    done = subprocess.run(
        [tree / "programs/cron/publisher", "--help"], capture_output=True,
        env={"LD_LIBRARY_PATH": str(tree / "lib"), "LD_DEBUG": "libs"})
    assert done.returncode == 0
    loaded = [line.split()[-1] for line in done.stderr.decode().splitlines()
              if "calling init: " in line]
    ours = [path for path in loaded if str(tree) in path]
    assert any("libcurl" in path for path in ours)
    system = [path for path in loaded if str(tree) not in path]
    assert all("ld-linux" in path or "/libc." in path or "/libm." in path
               or "/libresolv." in path for path in system), system


# ---------------------------------------------------------------- upgrades


def test_an_upgrade_waits_for_the_publisher(new_instance):
    one = new_instance(settings={"tick_seconds": 50})
    program = one.dir / "libexec/publisher"
    with open(program, "ab") as file:   # as an older version would be
        file.write(b"\0")
    tick = one.start_program("publisher", stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    assert tick.poll() is None
    out = one.install("instance", "--build", BUILD)
    assert "waiting for posts" in out
    assert tick.wait(5) == 0            # it was asked to end, and ended well
    assert program.read_bytes() == (BUILD / "cron/publisher").read_bytes()
    assert not (one.dir / "etc/upgrading").exists()


def test_no_tick_begins_during_an_upgrade(new_instance):
    one = new_instance(settings={"tick_seconds": 1})
    (one.dir / "etc/upgrading").touch()
    subprocess.run([one.dir / "bin/tick"], check=True)
    assert not (one.dir / "log/publisher.log").exists()


def test_a_program_that_is_no_more_is_removed(new_instance):
    one = new_instance()
    stale = one.dir / "cgi-bin/api/v1/stale"
    shutil.copy(one.dir / "cgi-bin/api/v1/health", stale)
    one.install("instance", "--build", BUILD)
    assert not stale.exists()
    assert (one.dir / "cgi-bin/api/v1/health").exists()


def test_settings_of_the_operator_survive(new_instance):
    one = new_instance()
    text = one.conf.read_text() + "# mine\nworkers = 2\n"
    one.conf.write_text(text)
    one.install("instance", "--build", BUILD, "--set", "workers=5")
    assert one.conf.read_text() == text.replace("workers = 2", "workers = 5")


# ---------------------------------------------------------------- servers


def test_static_files(instance):
    site = instance.site / "ann"
    site.mkdir(exist_ok=True)
    for name in ("feed.xml", "feed.json", "index.html", ".secret", "x.new"):
        (site / name).write_text("text")
    types = {"feed.xml": "application/atom+xml; charset=utf-8",
             "feed.json": "application/feed+json; charset=utf-8",
             "": "text/html; charset=utf-8"}
    for name, type in types.items():
        answer = instance.get(f"/site/ann/{name}", key=False)
        assert answer.status == 200
        assert answer.headers["Content-Type"].lower() == type
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert instance.get("/site/ann/x.new", key=False).status == 403
    assert instance.get("/site/", key=False).status in (403, 404)
    assert instance.get("/site/ann/.secret", key=False).status in (403, 404)


def test_the_tree_is_the_router(instance):
    for path in ("/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/nothing",
                 "/api/v1/postsx", "/api/v1/not-found", "/api/v1/posts.cgi"):
        answer = instance.get(path)
        assert answer.status == 404, path
        assert answer.json["code"] == "not_found", path
    assert instance.get("/api/v1/health").status == 200
    assert instance.get("/api/v1/posts/none").json["code"] == "post_not_found"


def test_nothing_outside_the_document_root_is_served(instance):
    for path in ("/data/crier.db", "/../data/crier.db", "/etc/crier.conf",
                 "/api/../../data/crier.db", "/api/v1/..%2f..%2fdata/key",
                 "/site/..%2f..%2fdata/crier.db", "/%2e%2e/data/crier.db"):
        answer = instance.raw(f"GET {path} HTTP/1.1\r\nHost: a\r\n"
                              "Connection: close\r\n\r\n".encode())
        assert answer.split()[1] in (b"400", b"403", b"404"), path
        assert b"SQLite format" not in answer and b"data_dir" not in answer


def test_a_body_above_the_servers_limit_is_refused(instance):
    head = (f"POST /api/v1/posts HTTP/1.1\r\nHost: a\r\n"
            f"Authorization: Bearer {instance.key}\r\n"
            f"Content-Length: {70 << 20}\r\nConnection: close\r\n\r\n")
    assert b" 413 " in instance.raw(head.encode()).split(b"\r\n")[0]


def test_apache_with_mod_cgi_and_a_suffix(new_instance):
    one = new_instance(suffix=".cgi")
    one.start("apache-cgi")
    assert one.get("/api/v1/connections").json == {"accounts": [], "count": 0}
    assert one.get("/api/v1/nothing").json["code"] == "not_found"


def test_lighttpd_with_a_suffix(new_instance):
    one = new_instance(suffix=".cgi")
    one.start("lighttpd")
    assert one.get("/api/v1/connections").json == {"accounts": [], "count": 0}
    assert one.get("/api/v1/posts/none?x=1").status == 404


def test_site_configuration_stands_beside_a_hosts_own(new_instance, tmp_path):
    """What install writes for a real lighttpd is accepted inside Debian's
    own configuration."""
    if not Path("/etc/lighttpd/lighttpd.conf").exists():
        pytest.skip("no lighttpd.conf of a distribution here")
    one = new_instance()
    inner = one.install("config", "lighttpd")
    conf = tmp_path / "lighttpd.conf"
    conf.write_text(
        'include "/etc/lighttpd/lighttpd.conf"\n'
        'server.modules += ( "mod_access", "mod_alias", "mod_rewrite",'
        ' "mod_setenv", "mod_cgi" )\n'
        '$HTTP["host"] =~ "^a[.]example$" {\n' + inner + "}\n")
    run("-c", f"PATH=$PATH:/usr/sbin lighttpd -tt -f {conf}")
