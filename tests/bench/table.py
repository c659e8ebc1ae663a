"""What the benchmarks share: the table, C programs, an instance of a build."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests/server"))

BUILT, DYNAMIC = ROOT / "build/release", ROOT / "build/release-dynamic"
ROWS = []
MISSED = []


def head(words):
    ROWS.append((words, None, "", ""))


def row(what, figure, bound=None, value=None, least=False):
    """A line of the table. bound: what value is held against, at most or at
    least."""
    missed = bound is not None and (value < bound if least else value > bound)
    if missed:
        MISSED.append(what)
    words = "" if bound is None else \
        f"{'at least' if least else 'at most'} {bound}"
    ROWS.append((what, figure, words, "missed" if missed else ""))
    print(".", end="", file=sys.stderr, flush=True)


def show():
    print(file=sys.stderr)
    for what, figure, bound, missed in ROWS:
        if figure is None:
            print(f"\n{what}")
        else:
            print(f"  {what:33} {figure:62} {bound:13} {missed}".rstrip())


def build(source, program, *libraries):
    """Build a C program of this folder."""
    subprocess.run(["cc", "-O2", "-pthread", "-o", program, HERE / source,
                    *libraries], check=True)
    Path(program).chmod(0o755)
