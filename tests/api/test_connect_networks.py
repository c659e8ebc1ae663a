"""Accounts on networks with OAuth and one server, connected in a browser
against each stand-in's own consent page."""

from collections import namedtuple

import pytest

from browser import Browser
from servers import PASSWORD, Instance
from test_connect import OWNER, Network

# choose: what is clicked where a person has several accounts; the heading of
# the question whether it is the right one; the handle and id that are stored.
Case = namedtuple("Case", "network choose heading handle remote_id title")
CASES = [
    Case("pinterest", "549755885176", "Connect @alice?", "alice",
         "549755885176", "Pinterest"),
]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.network)
def connecting(request, tmp_path_factory):
    """An instance that crier.conf sends to one network's stand-in."""
    case = request.param
    stand = Network(case.network, tmp_path_factory.mktemp("network"))
    settings = {"allow_private_networks": "127.0.0.1",
                **stand.control(call="lines")}
    with Instance(settings) as one:
        one.start("lighttpd")
        one.key
        yield case, stand, one
    stand.end()


def to_consent(instance, case):
    """A browser at the network's consent page, and that page."""
    link = instance.post("/api/v1/connections", {"platform": case.network})
    assert link.status == 201, link
    browser = Browser()
    page = browser.send(browser.get(link.json["connectUrl"]), "/sign-in",
                        email=OWNER, password=PASSWORD)
    assert page.heading == f"Connect {case.title}", page
    page = browser.send(page, "/" + page.url.rsplit("/", 1)[1])
    assert page.heading == "Allow Crier?", page
    return browser, page


def decide(browser, page, person, decision="allow"):
    form = page.forms[0]
    answer = browser.ask(form["action"], {**form["fields"], "account": person,
                                          "decision": decision})
    assert answer.status == 302, answer
    return browser.get(answer.headers["Location"])


def test_an_account_is_connected_and_no_token_is_shown(connecting):
    case, stand, instance = connecting
    browser, page = to_consent(instance, case)
    page = decide(browser, page, "alice")
    if case.choose:
        assert page.heading == f"Choose an account on {case.title}", page
        page = browser.send(page, "/choose", choice=case.choose)
    assert page.heading == case.heading, page
    assert browser.send(page, "/confirm").heading == "Connected"
    [row] = instance.sql("SELECT handle, remote_id, token_expires_at AS until"
                         f" FROM account WHERE network = '{case.network}'")
    assert (row["handle"], row["remote_id"]) == (case.handle, case.remote_id)
    shown = instance.get("/api/v1/connections")
    [account] = shown.json["accounts"]
    assert account["platform"] == case.network
    tokens = stand.control(call="tokens")["unspent"]
    seen = (shown.body.decode() + instance.logs()).encode() + b"".join(
        path.read_bytes() for path in (instance.dir / "data").glob("crier.db*"))
    for token in tokens:
        assert token.encode() not in seen


def test_denied_consent_connects_nothing(connecting):
    case, _, instance = connecting
    before = instance.sql("SELECT count(*) AS n FROM account")
    browser, page = to_consent(instance, case)
    page = decide(browser, page, "alice", "deny")
    assert page.status == 403 and page.heading == "Not allowed", page
    assert instance.sql("SELECT count(*) AS n FROM account") == before


def test_the_stand_in_refused_nothing(connecting):
    _, stand, _ = connecting
    path = stand.folder / "refused.jsonl"
    assert path.read_text() == ""
