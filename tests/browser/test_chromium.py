"""Accounts of each network, connected in Chromium: from the link to the
network's own consent page, back, and to the account that is there."""

import re
import sys
from collections import namedtuple
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
for folder in ("publisher", "api"):
    sys.path.insert(0, str(TESTS / folder))

from browser import Browser  # noqa: E402
from chromium import Chromium  # noqa: E402
from newsroom import Stand  # noqa: E402
from servers import PASSWORD, SERVERS, Instance  # noqa: E402
from test_connect_networks import (CASES, SETTINGS,  # noqa: E402
                                   STAND_INS, Case)

OWNER = "owner@example.org"
APP_PASSWORD = "abcd-efgh-ijkl-mnop"
WEBHOOK = "https://discord.com/api/webhooks/1001/%s-token-" + "Zz_9" * 15

# What a form asks for; one wrong answer and the page's words to it.
Form = namedtuple("Form", "network title fields wrong alert heading handle")
FORMS = [
    Form("bluesky", "Bluesky", {"handle": "ana.test", "secret": APP_PASSWORD},
         {"secret": "zzzz-zzzz-zzzz-zzzz"}, "password", "Connect @ana.test?",
         "ana.test"),
    Form("telegram", "Telegram", {"handle": "@news", "secret":
         "777:" + "poster_-" * 4 + "abc"}, {"handle": "@mute"},
         "right to post", "Connect @news?", "@news"),
    Form("discord", "Discord", {"secret": WEBHOOK % "news"},
         {"secret": WEBHOOK % "wrong"}, "50027", "Connect news bot?",
         "news bot"),
    Form("site", "Your own site", {"handle": "ana-writes"},
         {"handle": "Not a handle"}, "0-9 and -", "Connect ana-writes?",
         "ana-writes"),
]


@pytest.fixture(scope="module")
def chromium():
    with Chromium() as one:
        yield one


@pytest.fixture(autouse=True)
def quiet(chromium):
    """The console tells of refusals, which are pages, and of pictures that
    stand nowhere; of nothing that a policy forbade, and of no script."""
    yield
    expected = re.compile(
        r"http://127\.0\.0\.1:\d+/mcp/connect/\S+ - Failed to load resource:"
        r" the server responded with a status of (400|403|503) .*"
        r"|https://\S+ - Failed to load resource: net::ERR_NAME_NOT_RESOLVED")
    assert [one for one in chromium.complaints()
            if not expected.fullmatch(one)] == []


@pytest.fixture(scope="module")
def stands(tmp_path_factory):
    """A stand-in for each network, by its name."""
    folder = tmp_path_factory.mktemp("networks")
    names = [case.network for case in CASES] + ["mastodon", "bluesky",
                                                "telegram", "discord"]
    running = {name: Stand(STAND_INS.get(name, name), folder)
               for name in names}
    running["bluesky"].order(call="account", handle="ana.test",
                             password=APP_PASSWORD)
    yield running
    for stand in running.values():
        stand.stop()


def lay_out(server, settings):
    one = Instance({"allow_private_networks": "127.0.0.1", **settings})
    one.start(server)
    one.key
    return one


@pytest.fixture(scope="module")
def house(stands):
    """An instance that knows all networks."""
    settings = {}
    for case in CASES:
        settings.update(stands[case.network].order(call="lines"))
        settings.update(SETTINGS.get(case.network, {}))
    for name in ("bluesky", "telegram", "discord"):
        settings[f"api_url.{name}"] = stands[name].url
    with lay_out(SERVERS[0], settings) as one:
        yield one


@pytest.fixture(scope="module")
def hut(stands):
    """One of an operator who has set up a single network; where there are two
    web servers it has the other one."""
    with lay_out(SERVERS[-1], stands["pinterest"].order(call="lines")) as one:
        yield one


def visit(chromium, instance, network, heading):
    """Open a new link; sign in where this browser has not."""
    link = instance.post("/api/v1/connections", {"platform": network})
    assert link.status == 201, link
    chromium.go(link.json["connectUrl"])
    if chromium.text("//h1") == "Sign in":
        chromium.fill("email", OWNER)
        chromium.fill("password", PASSWORD)
        chromium.button("Sign in")
    chromium.at(heading)


def alert(chromium, status):
    """What the page says went wrong."""
    words = chromium.text('//p[@role = "alert"]')
    assert chromium.run("return performance.getEntriesByType('navigation')[0]"
                        ".responseStatus") == status
    return words


def accounts(instance):
    return instance.get("/api/v1/connections").json["accounts"]


def is_shown(chromium, account):
    """The page tells the account's name and shows its picture, which is there
    where it stands at a stand-in."""
    assert (account["name"] or "") in chromium.words()
    if url := account["avatar_url"]:
        chromium.loaded()
        width = chromium.run("return document.querySelector("
                             f"'img[src=\"{url}\"]').naturalWidth")
        assert (width > 0) == url.startswith("http://127.0.0.1:")


def confirm(chromium, instance, heading, handle):
    """Say that this is the one, and see it connected."""
    before = accounts(instance)
    chromium.at(heading)
    chromium.button(heading.rstrip("?"))
    chromium.at("Connected")
    assert chromium.address().startswith(instance.url + "/mcp/connect/conn_")
    assert heading[len("Connect "):-1] in chromium.words()
    assert len(accounts(instance)) == len(before) + 1
    [account] = instance.sql("SELECT name, avatar_url FROM account"
                             f" WHERE handle = '{handle}'"
                             " ORDER BY id DESC LIMIT 1")
    is_shown(chromium, account)


def walk(chromium, instance, stand, case, allow, **fields):
    """As somebody who says no at first, and then tries again."""
    before = accounts(instance)
    visit(chromium, instance, case.network, f"Connect {case.title}")
    for decision in ("Deny", allow):
        for name, text in fields.items():
            chromium.fill(name, text)
        chromium.button("Continue")
        chromium.find('//button[. = "Deny"]')
        assert chromium.address().startswith(stand.url + "/")
        chromium.press('//*[@value = "alice"] | //option[. = "alice"]')
        chromium.button(decision)
        if decision == "Deny":
            chromium.at("Not allowed")
            assert "not allowed" in alert(chromium, 403)
            chromium.press('//a[. = "Try again"]')
            chromium.at(f"Connect {case.title}")
    if case.choose:
        chromium.at(f"Choose an account on {case.title}")
        chromium.choose("choice", case.choose)
        chromium.button("Continue")
    chromium.at(case.heading)
    assert accounts(instance) == before
    confirm(chromium, instance, case.heading, case.handle)
    assert stand.refused() == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.network)
def test_a_person_consents_and_the_account_is_connected(chromium, house,
                                                        stands, case):
    walk(chromium, house, stands[case.network], case, "Allow")


def test_a_server_of_ones_own(chromium, house, stands):
    stand = stands["mastodon"]
    who = f"alice@127.0.0.1:{stand.port}"
    case = Case("mastodon", None, f"Connect @{who}?", who, None, "Mastodon")
    walk(chromium, house, stand, case, "Authorize", server=stand.url)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.network)
def test_a_form_is_filled_in(chromium, house, form):
    """A wrong answer is refused with words, and what is no secret stays."""
    visit(chromium, house, form.network, f"Connect {form.title}")
    label = "Continue" if form.network == "site" else "Check"
    given = {**form.fields, **form.wrong}
    for name, text in given.items():
        chromium.fill(name, text)
    chromium.button(label)
    assert form.alert in alert(chromium, 400)
    for name, text in form.fields.items():
        left = chromium.run("return document.querySelector("
                            f"'input[name={name}]').value")
        assert left == ("" if name == "secret" else given[name])
        chromium.fill(name, text)
    chromium.button(label)
    confirm(chromium, house, form.heading, form.handle)


def test_an_answer_to_another_browser_is_refused(chromium, house, stands):
    """Somebody consents elsewhere and gets this browser to open the answer,
    while it is on the way to the network itself."""
    case, before = CASES[0], accounts(house)
    visit(chromium, house, case.network, f"Connect {case.title}")
    chromium.button("Continue")
    chromium.at("Allow Crier?")
    other = Browser()
    link = house.post("/api/v1/connections", {"platform": case.network})
    page = other.get(link.json["connectUrl"])
    page = other.send(page, "/sign-in", email=OWNER, password=PASSWORD)
    page = other.send(page, "/" + page.url.rsplit("/", 1)[1])
    form = page.forms[0]
    answer = other.ask(form["action"], {
        **form["fields"], "account": "bob", "decision": "allow"})
    chromium.go(answer.headers["Location"])
    chromium.at("Nothing waits for this")
    assert "did not send you" in alert(chromium, 400)
    assert accounts(house) == before


def test_the_other_web_server(chromium, hut, stands):
    walk(chromium, hut, stands["pinterest"], CASES[0], "Allow")


def test_a_network_without_credentials_says_what_to_do(chromium, hut):
    notes = {row["platform"]: row["note"] for row in hut.get(
        "/api/v1/platforms").json["platforms"]}
    for case in CASES[1:]:
        visit(chromium, hut, case.network, f"{case.title} is not set up")
        said = alert(chromium, 503)
        for word in (f"client_id.{case.network}", "/mcp/connect/callback",
                     "crier.conf"):
            assert word in said and word in notes[case.network]
