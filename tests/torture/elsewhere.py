"""The instrumented points that have names (the others are statements), and
those of them that the crash test's scenes do not pass, with what does."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ELSEWHERE = {
    "remove copy": "the janitor's: killed at each point by test_janitor.py",
    "sweep media": "the janitor's: killed at each point by test_janitor.py",
    "revoke": "a disconnected account's: test_collector.py",
    "revoked": "a disconnected account's: test_collector.py",
    "spool": "of an ending that cannot be committed: the fault sweeps, and"
             " test_ticks.py",
    "spooled": "of an ending that cannot be committed: the fault sweeps, and"
               " test_ticks.py",
    "import": "of an ending that could not be committed: the fault sweeps,"
              " and test_ticks.py",
    "bluesky session renewed": "once in two hours: killed there by"
                               " test_collector.py and test_bluesky.py",
}


def named():
    """All of them, by the sources."""
    return {name for path in (ROOT / "lib").glob("*/*.c")
            for name in re.findall(r'point\("([^"]+)"\)', path.read_text())}


def elsewhere(name):
    """What passes this one, or None."""
    return ELSEWHERE.get(name)
