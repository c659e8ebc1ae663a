"""The check scripts can fail: each is shown an offence and must name it."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module", autouse=True)
def static_program(tmp_path_factory):
    """A program that loads no library, at STATIC."""
    global STATIC
    STATIC = tmp_path_factory.mktemp("static") / "end"
    subprocess.run(["cc", "-static-pie", "-x", "c", "-o", STATIC, "-"],
                   input=b"int main(void) { return 0; }", check=True)


@pytest.fixture
def tree(tmp_path):
    """A small tree that every check is content with, and a build of it."""
    shutil.copytree(ROOT / "tests/check", tmp_path / "tests/check")
    files = {
        "lib/base/one.h": "/* one.h */\nint one(void);\n",
        "lib/base/one.c": '/* one.c: TOD\nsystem( */\n#include "base/one.h"\n',
        "lib/network/wire.h": "/* wire.h */\nint wire(void);\n",
        "lib/web/page.c": '#include "base/one.h"\nint a; /* printf( */\n',
        "cgi-bin/api/end.c": '#include "base/one.h"\n',
        "cron/tick.c": '#include "network/wire.h"\n',
        "schema.sql": "CREATE TABLE a (b TEXT) STRICT;\n",
        "tests/api/ownership.py": "",   # the table of a tree without rows
    }
    for name, text in files.items():
        write(tmp_path, name, text)
    program(tmp_path, "cron/tick", "/bin/true")
    program(tmp_path, "cgi-bin/api/end", STATIC)
    return tmp_path


def write(tree, name, text):
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def program(tree, name, origin):
    path = tree / "build/release" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(origin, path)
    path.chmod(0o755)


def check(tree, name):
    env = {key: value for key, value in os.environ.items() if key != "BUILD"}
    return subprocess.run(["sh", "tests/check/%s.sh" % name], cwd=tree,
                          env=env, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)


def script(text):
    def make(tree):
        write(tree, "cgi-bin/program.sh", "#!/bin/sh\n" + text)
        program(tree, "cgi-bin/api/end", tree / "cgi-bin/program.sh")
    return make


def file(name, text):
    return lambda tree: write(tree, name, text)


def attic(tree):
    """A program with an operation that the ownership matrix does not know."""
    shutil.copy(ROOT / "tests/api/ownership.py", tree / "tests/api")
    script("echo '\"/api/v1/attic\":{\"get\":{\"parameters\":[]}}'\n")(tree)


OFFENCES = [
    ("strata", file("lib/base/up.c", '#include "core/config.h"\n'),
     "lib/base/up.c: includes core/config.h"),
    ("strata", file("lib/web/wing.c", '#include "network/wire.h"\n'),
     "lib/web/wing.c: includes network/wire.h"),
    ("strata", file("lib/publish/wing.c", '#include "web/page.h"\n'),
     "lib/publish/wing.c: includes web/page.h"),
    ("strata", file("cgi-bin/api/wing.c", '#include "network/wire.h"\n'),
     "cgi-bin/api/wing.c: includes network/wire.h"),
    ("strata", file("cgi-bin/api/gone.c", '#include "base/gone.h"\n'),
     "base/gone.h is not in lib"),
    ("strata", file("cgi-bin/api/side.c", '#include "../one.h"\n'),
     "cgi-bin/api/side.c: includes ../one.h"),
    ("strata", file("lib/core/net.c", "#include <curl/curl.h>\n"),
     "lib/core/net.c: includes <curl/curl.h>"),
    ("strata", file("lib/attic/x.c", "int x;\n"),
     "lib/attic/x.c: stands in no stratum"),
    ("banned", file("lib/base/x.c", "int x = system (a);\n"),
     "lib/base/x.c:1"),
    ("banned", file("cron/x.c", "/* a */ strcpy(a, b);\n"), "cron/x.c:1"),
    ("banned", file("lib/core/x.c", 'void x(void) { printf("a"); }\n'),
     "lib/core/x.c:1"),
    ("banned", file("cgi-bin/x.c", "int x = fputs(a, stdout);\n"),
     "cgi-bin/x.c:1"),
    ("size", file("cgi-bin/x.c", "\n" * 81), "cgi-bin/x.c: 81 lines"),
    ("size", file("lib/base/x.c", "\n" * 301), "lib/base/x.c: 301 lines"),
    ("size", file("lib/base/x.c", "int\nx(void)\n{\n" + "\n" * 38 + "}\n"),
     "lib/base/x.c:2: x(void) has 41 lines"),
    ("size", file("lib/base/x.c", "//" + "x" * 79 + "\n"),
     "lib/base/x.c:1"),
    ("headers", file("lib/base/x.h", "size_t x(void);\n"), "lib/base/x.h"),
    ("headers", file("lib/base/x.h", "enum { X };\n"), "lib/base/x.h"),
    ("links", lambda tree: program(tree, "cgi-bin/x", shutil.which("curl")),
     "cgi-bin/x links libcurl"),
    ("links", lambda tree: program(tree, "cgi-bin/x", "/bin/true"),
     "cgi-bin/x is not static"),
    ("links", lambda tree: program(tree, "cron/publisher", "/bin/true"),
     "cron/publisher is named but links no libcurl"),
    ("schema", file("schema.sql", "CREATE TABLE loose (a TEXT);\n"),
     "loose is not STRICT"),
    ("schema", file("schema.sql", "CREATE TABLE a (b NONE) STRICT;\n"), "a"),
    ("schema", script('[ "$1 $(basename "$2")" = "--check crier.db" ] &&'
                      " exit 1\n"), "cgi-bin/api/end"),
    ("clock", script("echo CRIER_CLOCK\n"), "cgi-bin/api/end"),
    ("clock", script("echo CRIER_KILL_AT\n"), "cgi-bin/api/end"),
    ("ownership", attic, "GET /api/v1/attic"),
    ("words", file("lib/base/x.c", "/* TO" + "DO: more */\n"),
     "lib/base/x.c:1"),
    ("words", file("README.md", "This is enough for" + " now.\n"),
     "README.md:1"),
]


@pytest.mark.parametrize("name", sorted({name for name, _, _ in OFFENCES}))
def test_a_clean_tree_passes(tree, name):
    result = check(tree, name)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name,offend,words", OFFENCES)
def test_an_offence_is_named(tree, name, offend, words):
    offend(tree)
    result = check(tree, name)
    assert result.returncode != 0
    assert words in result.stdout


def test_every_check_is_shown_an_offence():
    scripts = {path.stem for path in (ROOT / "tests/check").glob("*.sh")}
    assert scripts == {name for name, _, _ in OFFENCES}


def test_run_counts_and_fails(tree):
    write(tree, "lib/base/x.c", "int x = system(a);\n")
    result = subprocess.run(["tests/check/run"], cwd=tree, text=True,
                            stdout=subprocess.PIPE)
    assert result.returncode != 0
    assert "FAILED  check/banned" in result.stdout
    assert result.stdout.endswith("8 passed, 1 failed\n")
