"""Connecting accounts in a browser, from POST /api/v1/connections to the
account in GET /api/v1/connections, with stand-ins as the networks."""

import json
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from browser import Browser
from conftest import SERVERS
from servers import PASSWORD, Instance

DOUBLES = Path(__file__).parents[1] / "doubles"
OWNER = "owner@example.org"
APP_PASSWORD = "abcd-efgh-ijkl-mnop"


class Network:
    """A stand-in for a network, running."""

    def __init__(self, name, folder):
        self.folder = folder / name
        self.folder.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, DOUBLES / f"{name}.py", "--port", "0",
             "--ledger", self.folder / "ledger.jsonl"],
            stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def control(self, **order):
        request = urllib.request.Request(
            self.url + "/_control", json.dumps(order).encode(),
            {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def end(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def mastodon(tmp_path_factory):
    network = Network("mastodon", tmp_path_factory.mktemp("network"))
    yield network
    network.end()


@pytest.fixture(scope="module")
def bluesky(tmp_path_factory):
    network = Network("bluesky", tmp_path_factory.mktemp("network"))
    network.control(call="account", handle="ana.test", password=APP_PASSWORD)
    yield network
    network.end()


@pytest.fixture(scope="module")
def discord(tmp_path_factory):
    network = Network("discord", tmp_path_factory.mktemp("network"))
    yield network
    network.end()


@pytest.fixture(scope="module")
def telegram(tmp_path_factory):
    network = Network("telegram", tmp_path_factory.mktemp("network"))
    yield network
    network.end()


@pytest.fixture(scope="module", params=SERVERS)
def instance(request, bluesky, discord, telegram):
    settings = {"allow_private_networks": "127.0.0.1",
                "api_url.telegram": telegram.url,
                "api_url.bluesky": bluesky.url,
                "api_url.discord": discord.url}
    with Instance(settings) as one:
        one.start(request.param)
        one.add_user("other@example.org", "another long password")
        yield one


@pytest.fixture(autouse=True)
def fresh_minute(instance):
    """The tries of one test do not count in the next, and its minute, in
    which tries are counted, has just begun."""
    instance.shift_clock(-int(time.time() * 1000) % -60000)
    for path in (instance.dir / "data/run").glob("rate-signin-*"):
        path.unlink()


def link(instance, platform="site"):
    answer = instance.post("/api/v1/connections", {"platform": platform})
    assert answer.status == 201, answer
    return answer.json["connectUrl"]


def accounts(instance):
    answer = instance.get("/api/v1/connections")
    assert answer.status == 200, answer
    return {one["handle"]: one for one in answer.json["accounts"]}


def sign_in(browser, url, email=OWNER, password=PASSWORD):
    return browser.send(browser.get(url), "/sign-in", email=email,
                        password=password)


def signed_in(instance, platform="site"):
    """A browser at the link's own form, and that page."""
    browser = Browser()
    page = sign_in(browser, link(instance, platform))
    assert page.status == 200 and page.heading.startswith("Connect"), page
    return browser, page


def here(page):
    """The end of the action of the link's own form."""
    return "/" + page.url.rsplit("/", 1)[1]


# ---------------------------------------------------------------- the page


def test_page_is_closed_to_the_outside(instance):
    page = Browser().get(link(instance))
    policy = page.headers["Content-Security-Policy"]
    assert page.status == 200 and page.heading == "Sign in"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    for part in ("default-src 'none'", "form-action 'self'",
                 "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy and "<script" not in page.text


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(instance):
    page = Browser().ask(link(instance))
    cookie = page.headers["Set-Cookie"]
    assert re.fullmatch(r"crier=[A-Za-z0-9_-]{43}; Path=/; HttpOnly;"
                        r" SameSite=Lax", cookie)


def test_names_in_a_page_are_text(instance):
    instance.sql("UPDATE profile SET name = '<i>\"Ana & Co\"</i>'"
                 " WHERE id = (SELECT profile FROM api_key LIMIT 1)")
    _, page = signed_in(instance)
    assert "&lt;i&gt;&quot;Ana &amp; Co" in page.text
    assert "<i>" not in page.text
    instance.sql("UPDATE profile SET name = 'owner'"
                 " WHERE name LIKE '%Ana%'")


@pytest.mark.parametrize("path, status", [
    ("/mcp/connect/conn_" + "A" * 43, 404), ("/mcp/connect", 404),
    ("/mcp/connect/conn_x/y/z", 404), ("/mcp/nothing", 404)])
def test_unknown_links_are_pages(instance, path, status):
    page = Browser().ask(instance.url + path)
    assert page.status == status and page.alert, page
    assert page.headers["Content-Type"].startswith("text/html")


def test_unknown_method_is_a_page(instance):
    answer = instance.request("DELETE", "/mcp/connect/conn_" + "A" * 43,
                              key=None)
    assert answer.status == 405 and b"<h1>" in answer.body
    assert answer.headers["Allow"] == "GET, POST"


def test_expired_link(new_instance):
    instance = new_instance({"allow_private_networks": "127.0.0.1"})
    instance.start(SERVERS[0])
    browser, page = signed_in(instance)
    instance.shift_clock(15 * 60 * 1000 + 1000)
    gone = browser.get(page.url)
    assert gone.status == 410 and "expired" in gone.heading
    gone = browser.send(page, here(page), handle="late")
    assert gone.status == 410 and accounts(instance) == {}
    instance.shift_clock(25 * 3600 * 1000)
    assert link(instance) != page.url
    assert len(instance.sql("SELECT 1 FROM connect_request")) == 1
    assert browser.get(page.url).status == 404


# ---------------------------------------------------------------- sign-in


def test_wrong_password_and_unknown_email_read_alike(instance):
    url = link(instance)
    pages = [sign_in(Browser(), url, OWNER, "wrong password"),
             sign_in(Browser(), url, "nobody@example.org", "wrong password"),
             sign_in(Browser(), url, "", "")]
    assert {page.status for page in pages} == {403}
    assert {page.alert for page in pages} == {"Email or password is wrong."}
    assert "wrong password" not in pages[0].text


def test_sign_in_makes_a_new_cookie(instance):
    browser = Browser()
    page = browser.get(link(instance))
    before = next(iter(browser.cookies)).value
    page = browser.send(page, "/sign-in", email=OWNER.upper(),
                        password=PASSWORD)
    after = next(iter(browser.cookies)).value
    assert page.status == 200 and before != after
    rows = instance.sql("SELECT hex(hash) AS hash FROM session")
    assert all(after not in str(row) for row in rows) and rows


def test_tries_of_one_email_are_throttled(instance):
    url, browser = link(instance), Browser()
    for _ in range(5):
        assert sign_in(browser, url, OWNER, "wrong password").status == 403
    page = sign_in(browser, url)
    assert page.status == 429 and int(page.headers["Retry-After"]) <= 61
    assert sign_in(Browser(), url, "other@example.org",
                   "another long password").heading == "Not your link"


def twenty_tries(instance, forwarded):
    """Twenty wrong tries, each of another email, with this X-Forwarded-For
    (a number in it goes up); then a function that tries once more."""
    browser = Browser()
    page = browser.get(link(instance))

    def attempt(number, via=forwarded):
        return browser.send(page, "/sign-in", email=f"u{number}@example.org",
                            password="x", headers={
                                "X-Forwarded-For": via % number}).status

    assert {attempt(number) for number in range(20)} == {403}
    return attempt


def test_tries_from_one_address_are_throttled(instance):
    attempt = twenty_tries(instance, "10.0.0.%d")
    assert attempt(20) == 429


def test_a_proxy_of_ours_tells_addresses_apart(new_instance):
    instance = new_instance({"trust_forwarded": "yes"})
    instance.start(SERVERS[0])
    instance.shift_clock(-int(time.time() * 1000) % -60000)
    attempt = twenty_tries(instance, "10.0.0.%d, 2001:db8::1:2")
    assert attempt(20) == 429
    assert attempt(20, "10.0.0.%d, 2001:db8::ffff:3") == 429
    assert attempt(20, "10.0.0.%d, 2001:db8:0:1::1") == 403


def test_sign_out_ends_the_session_on_the_server(instance):
    browser, page = signed_in(instance)
    cookie = next(iter(browser.cookies)).value
    out = browser.send(page, "/sign-out")
    assert out.heading == "Signed out" and not list(browser.cookies)
    again = Browser().ask(page.url, headers={"Cookie": f"crier={cookie}"})
    assert again.heading == "Sign in"


def test_a_session_ends_after_30_days(new_instance):
    instance = new_instance()
    instance.start(SERVERS[0])
    browser, page = signed_in(instance)
    cookie = next(iter(browser.cookies))
    assert 29 * 86400 < cookie.expires - time.time() < 31 * 86400
    instance.shift_clock(30 * 86400 * 1000 + 1000)
    url = link(instance)
    page = Browser().ask(url, headers={"Cookie": f"crier={cookie.value}"})
    assert page.heading == "Sign in"


def test_a_disabled_user_is_signed_in_no_more(new_instance):
    instance = new_instance()
    instance.start(SERVERS[0])
    browser, page = signed_in(instance)
    instance.sql("UPDATE user SET disabled_at = 1")
    assert browser.get(page.url).heading == "Sign in"
    assert sign_in(Browser(), page.url).status == 403


def test_link_of_another_profile(instance):
    browser = Browser()
    page = sign_in(browser, link(instance), "other@example.org",
                   "another long password")
    assert page.status == 403 and page.heading == "Not your link"
    assert "other@example.org" in page.words
    form = page.form("/sign-out")
    answer = browser.ask(page.url, {"csrf": form["fields"]["csrf"],
                                    "handle": "stolen"})
    assert answer.status == 403 and "stolen" not in accounts(instance)


# ---------------------------------------------------------------- forms


@pytest.mark.parametrize("what", ["no token", "another token", "no cookie",
                                  "another origin", "null origin",
                                  "cookie twice"])
def test_forms_of_others_are_refused(instance, what):
    browser, page = signed_in(instance)
    form = page.form(here(page))
    fields = {**form["fields"], "handle": "forged"}
    headers = {"Origin": instance.url}
    cookie = f"crier={next(iter(browser.cookies)).value}"
    if what == "no token":
        del fields["csrf"]
    elif what == "another token":
        fields["csrf"] = Browser().get(page.url).form("/sign-in")["fields"][
            "csrf"]
    elif what == "no cookie":
        cookie = ""
    elif what == "another origin":
        headers["Origin"] = "https://evil.example"
    elif what == "null origin":
        headers["Origin"] = "null"
    else:
        cookie += f"; {cookie}"
    answer = Browser().ask(form["action"], fields,
                           {**headers, "Cookie": cookie})
    assert answer.status == 403 and answer.heading == "Form too old", answer
    assert "forged" not in accounts(instance)


def test_only_forms_are_read(instance):
    browser, page = signed_in(instance)
    fields = page.form(here(page))["fields"]
    for headers, data in (
            ({"Content-Type": "text/plain"}, urllib.parse.urlencode(fields)),
            ({"Content-Type": "application/json"}, json.dumps(fields))):
        answer = browser.ask(page.url, data, headers)
        assert answer.status == 415 and answer.alert
    answer = browser.ask(page.url, "csrf=" + "x" * 20000)
    assert answer.status == 413 and answer.alert
    answer = browser.ask(page.url, "csrf=%zz")
    assert answer.status == 400 and answer.alert


# ---------------------------------------------------------------- site


def test_site(instance):
    browser, page = signed_in(instance)
    page = browser.send(page, here(page), handle="Not a handle")
    assert page.status == 400 and page.alert
    assert page.form(here(page))["fields"]["handle"] == "Not a handle"
    page = browser.send(page, here(page), handle="ana-writes")
    assert page.heading == "Connect ana-writes?", page
    assert "ana-writes" not in accounts(instance)
    done = browser.send(page, "/confirm")
    assert done.status == 200 and done.heading == "Connected"
    account = accounts(instance)["ana-writes"]
    assert account["platform"] == "site"
    assert account["profileUrl"].endswith("/ana-writes/")
    used = browser.get(page.url)
    assert used.status == 410 and "used" in used.heading
    assert browser.send(page, "/confirm").status == 410


def test_another_account_after_all(instance):
    browser, page = signed_in(instance)
    page = browser.send(page, here(page), handle="first")
    page = browser.send(page, "/again")
    page = browser.send(page, here(page), handle="second")
    assert page.heading == "Connect second?"
    browser.send(page, "/confirm")
    assert "second" in accounts(instance)
    assert "first" not in accounts(instance)


def test_what_is_under_way_is_of_one_browser(instance):
    one, page = signed_in(instance)
    page = one.send(page, here(page), handle="mine")
    two = Browser()
    other = sign_in(two, page.url)
    assert other.heading == "Connect Your own site" and "mine" not in other.text
    two.send(other, here(other), handle="theirs")
    answer = one.send(page, "/confirm")
    assert answer.heading == "Connect Your own site"
    assert not {"mine", "theirs"} & set(accounts(instance))


def test_a_handle_of_another_profile(instance):
    key = instance.add_key("other@example.org")
    url = instance.post("/api/v1/connections", {"platform": "site"},
                        key=key).json["connectUrl"]
    browser, page = signed_in(instance)
    browser.send(browser.send(page, here(page), handle="taken"), "/confirm")
    thief = Browser()
    page = sign_in(thief, url, "other@example.org", "another long password")
    page = thief.send(page, here(page), handle="taken")
    answer = thief.send(page, "/confirm")
    assert answer.status == 409 and answer.alert
    assert instance.get("/api/v1/connections", key=key).json["count"] == 0


# ---------------------------------------------------------------- Bluesky


def test_bluesky(instance, bluesky):
    browser, page = signed_in(instance, "bluesky")
    page = browser.send(page, here(page), handle="ana.test",
                        secret="zzzz-zzzz-zzzz-zzzz")
    assert page.status == 400 and page.alert, page
    assert "zzzz-zzzz" not in page.text
    page = browser.send(page, here(page), handle="@ana.test",
                        secret=APP_PASSWORD)
    assert page.heading == "Connect @ana.test?", page
    assert APP_PASSWORD not in page.text
    assert browser.send(page, "/confirm").heading == "Connected"
    account = accounts(instance)["ana.test"]
    assert account["platform"] == "bluesky"
    assert account["profileImageUrl"] == bluesky.url + "/avatar.png"
    assert instance.sql("SELECT name FROM account WHERE handle = 'ana.test'") \
        == [{"name": "Ana"}]
    assert APP_PASSWORD not in instance.logs()
    database = b"".join(path.read_bytes() for path in
                        (instance.dir / "data").glob("crier.db*"))
    assert APP_PASSWORD.encode() not in database
    assert instance.sql("SELECT 1 FROM connect_request"
                        " WHERE state = 'used' AND details IS NOT NULL") == []


# ---------------------------------------------------------------- Telegram


def test_telegram(instance):
    secret = "poster_-" * 4
    token = "777:" + secret + "abc"
    browser, page = signed_in(instance, "telegram")
    assert set(page.form(here(page))["fields"]) == {"csrf", "handle",
                                                    "secret"}
    page = browser.send(page, here(page), handle="@mute", secret=token)
    assert page.status == 400 and "right to post" in page.alert, page
    assert page.form(here(page))["fields"]["handle"] == "@mute"
    page = browser.send(page, here(page), handle="t.me/news", secret=token)
    assert page.heading == "Connect @news?", page
    assert browser.send(page, "/confirm").heading == "Connected"
    account = accounts(instance)["@news"]
    assert account["platform"] == "telegram"
    assert account["profileUrl"] == "https://t.me/news"
    assert secret not in page.text and secret not in instance.logs()
    database = b"".join(path.read_bytes() for path in
                        (instance.dir / "data").glob("crier.db*"))
    assert secret.encode() not in database


# ---------------------------------------------------------------- Discord


def test_discord(instance):
    token = "Zz_9" * 15
    url = "https://discord.com/api/webhooks/1001/%s-token-" + token
    browser, page = signed_in(instance, "discord")
    assert set(page.form(here(page))["fields"]) == {"csrf", "secret"}
    page = browser.send(page, here(page), secret=url % "wrong")
    assert page.status == 400 and "50027" in page.alert, page
    assert token not in page.text
    page = browser.send(page, here(page), secret=url % "news")
    assert page.heading == "Connect news bot?", page
    assert token not in page.text
    assert browser.send(page, "/confirm").heading == "Connected"
    account = accounts(instance)["news bot"]
    assert account["platform"] == "discord"
    assert account["profileUrl"].startswith("https://discord.com/channels/")
    assert token not in instance.logs()
    database = b"".join(path.read_bytes() for path in
                        (instance.dir / "data").glob("crier.db*"))
    assert token.encode() not in database


# ---------------------------------------------------------------- Mastodon


def to_consent(instance, mastodon):
    """A browser at the server's own consent page, and that page."""
    browser, page = signed_in(instance, "mastodon")
    page = browser.send(page, here(page), server=mastodon.url)
    assert page.url.startswith(mastodon.url + "/oauth/authorize?"), page
    return browser, page


def callback(browser, consent, decision="allow"):
    """Decide, but do not go back yet: the URL that the browser would follow."""
    form = consent.form("/oauth/authorize")
    answer = browser.ask(form["action"], {**form["fields"], "account": "alice",
                                          "decision": decision})
    assert answer.status == 302, answer
    return answer.headers["Location"]


def test_mastodon(instance, mastodon):
    browser, page = to_consent(instance, mastodon)
    sent = dict(urllib.parse.parse_qsl(page.url.partition("?")[2]))
    assert sent["code_challenge_method"] == "S256"
    assert sent["redirect_uri"] == instance.url + "/mcp/connect/callback"
    assert len(sent["state"]) == 43
    assert sent["state"] not in str(instance.sql(
        "SELECT hex(oauth_state) AS state FROM connect_request"))
    page = browser.get(callback(browser, page))
    assert page.status == 200 and page.heading.startswith("Connect @alice@")
    assert "code=" not in page.url
    assert not [a for a in accounts(instance) if a.startswith("alice@")]
    assert browser.send(page, "/confirm").heading == "Connected"
    [found] = [account for handle, account in accounts(instance).items()
               if handle.startswith("alice@")]
    assert found["profileImageUrl"] == mastodon.url + "/avatars/alice.png"
    assert instance.sql("SELECT name FROM account WHERE network = 'mastodon'") \
        == [{"name": "Alice ☀"}]


def test_mastodon_application_is_registered_once(instance, mastodon):
    ids = []
    for _ in range(2):
        _, page = to_consent(instance, mastodon)
        sent = dict(urllib.parse.parse_qsl(page.url.partition("?")[2]))
        ids.append(sent["client_id"])
    assert ids[0] == ids[1]
    assert len(instance.sql("SELECT server FROM network_app")) == 1


def test_the_way_to_the_network_is_no_redirect_of_a_form(instance, mastodon):
    browser, page = signed_in(instance, "mastodon")
    form = page.form(here(page))
    answer = browser.ask(form["action"],
                         {**form["fields"], "server": mastodon.url},
                         {"Origin": instance.url})
    assert answer.status == 303
    assert answer.headers["Location"] == form["action"] + "/go"
    page = browser.ask(answer.headers["Location"])
    assert page.status == 200
    assert page.headers["Refresh"] == "0; url=" + page.links[0]
    assert page.links[0].startswith(mastodon.url)


def test_denied_consent(instance, mastodon):
    browser, page = to_consent(instance, mastodon)
    page = browser.get(callback(browser, page, "deny"))
    assert page.status == 403 and page.heading == "Not allowed"
    page = browser.get(page.links[0])
    assert page.heading == "Connect Mastodon"


@pytest.mark.parametrize("what", ["no cookie", "another browser", "no state",
                                  "another state", "twice", "no code",
                                  "another issuer", "too late"])
def test_answers_that_nobody_waits_for(instance, mastodon, what):
    before = accounts(instance)
    browser, page = to_consent(instance, mastodon)
    back = callback(browser, page)
    fields = dict(urllib.parse.parse_qsl(back.partition("?")[2]))
    if what == "no cookie":
        browser.cookies.clear()
    elif what == "another browser":
        browser, _ = signed_in(instance)
    elif what == "no state":
        del fields["state"]
    elif what == "another state":
        fields["state"] = "A" * 43
    elif what == "twice":
        assert browser.get(back).status == 200
    elif what == "no code":
        del fields["code"]
    elif what == "another issuer":
        fields["iss"] = "https://evil.example"
    else:
        instance.shift_clock(10 * 60 * 1000 + 1000)
    try:
        page = browser.get(instance.url + "/mcp/connect/callback?"
                           + urllib.parse.urlencode(fields))
        assert page.status == 400 and page.alert, page
    finally:
        instance.shift_clock(0)
    assert accounts(instance).keys() == before.keys()


def test_the_servers_own_issuer(instance, mastodon):
    browser, page = to_consent(instance, mastodon)
    page = browser.get(callback(browser, page) + "&iss="
                       + urllib.parse.quote(mastodon.url + "/", safe=""))
    assert page.heading.startswith("Connect @alice@"), page


@pytest.mark.parametrize("server", ["", "http://127.0.0.1:1", "10.0.0.1",
                                    "ftp://example.org", "a b",
                                    "http://example.org"])
def test_servers_that_cannot_be_asked(instance, mastodon, server):
    browser, page = signed_in(instance, "mastodon")
    page = browser.send(page, here(page), server=server)
    assert page.status == 400 and page.alert, page
    assert page.form(here(page))["fields"]["server"] == server


def test_a_code_that_the_server_refuses(instance, mastodon):
    browser, page = to_consent(instance, mastodon)
    back = callback(browser, page)
    page = browser.get(re.sub("code=[^&]*", "code=guessed", back))
    assert page.status == 400 and page.heading == "Not connected"


def test_a_token_is_given_back_when_its_account_goes(instance, mastodon):
    browser, page = to_consent(instance, mastodon)
    browser.send(browser.get(callback(browser, page)), "/confirm")
    [id] = [row["id"] for row in instance.get(
        "/api/v1/connections").json["accounts"]
        if row["handle"].startswith("alice@")]
    assert instance.request("DELETE", f"/api/v1/connections/{id}").status \
        == 200
    waiting = ("SELECT handle, credentials FROM account"
               " WHERE given_back IS NOT NULL")
    mastodon.control(fault="status", path="/oauth/revoke", status=503)
    instance.run("collector")
    [row] = instance.sql(waiting)
    assert row["credentials"] is None
    instance.sql("UPDATE account SET refresh_at = 1"
                 " WHERE given_back IS NOT NULL")
    instance.run("collector")
    assert instance.sql(waiting) == []
    refused = mastodon.folder / "refused.jsonl"
    assert "revoke" not in refused.read_text()
    with urllib.request.urlopen(mastodon.url + "/_control") as answer:
        assert json.load(answer)["requests"][-1] == ["POST", "/oauth/revoke"]


# ---------------------------------------------------------------- no sign-in


def test_without_sign_in_where_the_operator_says_so(new_instance, mastodon):
    instance = new_instance({"allow_private_networks": "127.0.0.1",
                             "connect_without_login": "yes"})
    instance.start(SERVERS[0])
    browser = Browser()
    page = browser.get(link(instance, "mastodon"))
    assert page.heading == "Connect Mastodon" and OWNER in page.words
    form = page.form(here(page))
    forged = Browser().ask(form["action"], {"server": mastodon.url})
    assert forged.status == 403
    page = browser.send(page, here(page), server=mastodon.url)
    back = callback(browser, page)
    assert Browser().get(back).status == 400
    page = browser.get(back)
    assert browser.send(page, "/confirm").heading == "Connected"
    assert len(accounts(instance)) == 1


def test_cookie_on_https(new_instance):
    instance = new_instance()
    text = instance.conf.read_text().replace("http://", "https://")
    instance.conf.write_text(text)
    instance.start(SERVERS[0])
    url = link(instance).replace("https://", "http://")
    cookie = Browser().ask(url).headers["Set-Cookie"]
    assert cookie.startswith("__Host-crier=")
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
