"""A newsroom for each test; the publisher's promises hold after each."""

import sys
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "doubles"))

import web_files  # noqa: E402
from newsroom import Newsroom  # noqa: E402

# The least would be 5: eight workers on a slow machine may be more at once,
# and who is turned away waits for whole seconds.
ThreadingHTTPServer.request_queue_size = 128


@pytest.fixture
def open_newsroom():
    """open_newsroom(settings) makes one with settings of its own."""
    opened = []

    def open_one(settings=None, **how):
        opened.append(Newsroom(settings, **how))
        return opened[-1]

    yield open_one
    broken = [room.broken() for room in opened]
    for room in opened:
        room.remove()
    assert not any(broken), broken


@pytest.fixture
def room(open_newsroom):
    return open_newsroom()


@pytest.fixture(scope="session")
def files():
    """The address of a web server where web_files.FILES lie."""
    server = web_files.serve()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
