"""Fixtures for every test that needs a running Crier."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "server"))

from servers import SERVERS, Instance  # noqa: E402


@pytest.fixture(scope="module", params=SERVERS)
def instance(request):
    """A running instance, once behind each server, shared by a module's
    tests."""
    with Instance(settings={"tick_seconds": "1",
                            "posts_an_hour": "0"}) as one:
        one.start(request.param)
        yield one


@pytest.fixture
def new_instance():
    """new_instance(settings=..., variables=..., ...) makes an instance for
    one test alone; it starts no server."""
    made = []

    def make(*words, **how):
        made.append(Instance(*words, **how))
        return made[-1]

    yield make
    for one in made:
        one.remove()
