"""Accounts on networks with OAuth and one server, connected in a browser
against each stand-in's own consent page."""

import json
import re
import urllib.parse
import urllib.request
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
    Case("facebook", "100100000000000001", "Connect @alicebakes?",
         "alicebakes", "100100000000000001", "Facebook"),
    Case("threads", None, "Connect @alice?", "alice", "17841400000000000",
         "Threads"),
    Case("instagram", None, "Connect @alice?", "alice", "17841400000000000",
         "Instagram"),
    Case("twitter", None, "Connect @alice?", "alice", "2244994945000000001",
         "X"),
    Case("youtube", None, "Connect @alice?", "alice",
         "UCalice0000000000000000A", "YouTube"),
    Case("reddit", "alice/test", "Connect @alice?", "alice", "alice/test",
         "Reddit"),
    Case("linkedin", "urn:li:organization:2414183", "Connect @devtestco?",
         "devtestco", "urn:li:organization:2414183", "LinkedIn"),
    Case("tiktok", None, "Connect @alice?", "alice", "_000alice", "TikTok"),
]
WITHOUT_REFRESH = {"facebook", "instagram", "threads"}
CHOICES = {     # what is offered, where that is less than the network lists
    "reddit": ["u_alice"] + [f"alice/{name}" for name in (
        "test", "links", "words", "flaired", "strict")],
    "linkedin": ["urn:li:person:alice-Id1", "urn:li:organization:2414183",
                 "urn:li:organization:2414184"]}
SETTINGS = {"linkedin": {
    "scopes.linkedin": "openid profile w_member_social w_organization_social"
                       " r_organization_social rw_organization_admin"}}
LIMITS = {      # of the account itself, for the check of what is scheduled
    "tiktok": '"video_seconds":300', "youtube": '"long_uploads":"allowed"',
    "twitter": "subscription_type", "reddit": '"submission_type":"any"'}
NO_AVATAR = {"linkedin"}                # a page's logo is told as URNs
NO_CALL = {"pinterest", "instagram", "threads"}
TOLD = NO_CALL | {"facebook"}           # whose owner has, or may have, to act
PUBLISH = {     # what publishes, and neither comments nor measures
    "facebook": ["pages_show_list", "pages_read_engagement",
                 "pages_manage_posts"],
    "instagram": ["instagram_business_basic",
                  "instagram_business_content_publish"],
    "threads": ["threads_basic", "threads_content_publish"]}
LACKS = {"comment_scope_missing", "measure_scope_missing"}
STAND_INS = {"twitter": "x"}    # others bear their network's name


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.network)
def connecting(request, tmp_path_factory):
    """An instance that crier.conf sends to one network's stand-in."""
    case = request.param
    stand = Network(STAND_INS.get(case.network, case.network),
                    tmp_path_factory.mktemp("network"))
    settings = {"allow_private_networks": "127.0.0.1",
                **SETTINGS.get(case.network, {}),
                **stand.control(call="lines")}
    with Instance(settings) as one:
        one.start("lighttpd")
        one.key
        yield case, stand, one
    stand.end()


def warnings(instance, account):
    answer = instance.get(f"/api/v1/connections/{account['id']}")
    return [one["code"] for one in answer.json["readiness"]["warnings"]]


def visit(instance, network):
    """A signed-in browser at a new link, and that page. Sign-ins of one email
    are counted, so the instance's one browser stays."""
    link = instance.post("/api/v1/connections", {"platform": network})
    assert link.status == 201, link
    if not hasattr(instance, "browser"):
        instance.browser = Browser()
    browser = instance.browser
    page = browser.get(link.json["connectUrl"])
    if page.heading == "Sign in":
        page = browser.send(page, "/sign-in", email=OWNER, password=PASSWORD)
    return browser, page


def to_consent(instance, case):
    """A browser at the network's consent page, and that page."""
    browser, page = visit(instance, case.network)
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
    [row] = instance.sql("SELECT handle, remote_id, name, avatar_url, limits"
                         f" FROM account WHERE network = '{case.network}'")
    assert (row["handle"], row["remote_id"]) == (case.handle, case.remote_id)
    assert row["name"], row
    assert LIMITS.get(case.network, "") in row["limits"], row
    assert (row["avatar_url"] is None) == (case.network in NO_AVATAR), row
    shown = instance.get("/api/v1/connections")
    [account] = shown.json["accounts"]
    assert account["platform"] == case.network
    assert not LACKS & set(warnings(instance, account))
    tokens = stand.control(call="tokens")["unspent"]
    assert tokens or case.network in WITHOUT_REFRESH
    seen = (shown.body.decode() + instance.logs()).encode() + b"".join(
        path.read_bytes() for path in (instance.dir / "data").glob("crier.db*"))
    for token in tokens:
        assert token.encode() not in seen


def test_what_publishing_needs_cannot_be_left_out(connecting):
    case, stand, instance = connecting
    if case.network not in ("instagram", "threads"):    # others' own tests
        return
    before = instance.sql("SELECT count(*) AS n FROM account")
    for missing in PUBLISH[case.network]:
        stand.control(set={"grants": [one for one in PUBLISH[case.network]
                                      if one != missing]})
        browser, page = to_consent(instance, case)
        asked = page.forms[0]["fields"]["scope"].split(",")
        assert case.network != "threads" or "threads_read_replies" in asked
        page = decide(browser, page, "alice")
        assert page.heading == "Not connected", page
        assert missing in page.alert
    stand.control(set={"grants": None})
    assert instance.sql("SELECT count(*) AS n FROM account") == before


def test_comments_need_a_right_that_people_may_leave_out(connecting):
    """The account is connected all the same, and says what it lacks: also
    the right to read metrics. On Threads it is the operator who asks for
    less."""
    case, stand, instance = connecting
    if case.network not in PUBLISH:
        return
    conf = instance.conf.read_text()
    if case.network == "threads":
        instance.conf.write_text(conf + "scopes.threads = %s\n"
                                 % " ".join(PUBLISH["threads"]))
    else:
        stand.control(set={"grants": PUBLISH[case.network]})
    if case.network == "instagram":
        stand.control(set={"wrapped": True})
    browser, page = to_consent(instance, case)
    page = decide(browser, page, "alice")
    if case.choose:
        page = browser.send(page, "/choose", choice=case.choose)
    assert browser.send(page, "/confirm").heading == "Connected"
    stand.control(set={"grants": None})
    instance.conf.write_text(conf)
    [account] = instance.get("/api/v1/connections").json["accounts"]
    assert LACKS & set(warnings(instance, account)) == LACKS - (
        {"comment_scope_missing"} if case.network == "threads" else set())


def test_denied_consent_connects_nothing(connecting):
    case, _, instance = connecting
    before = instance.sql("SELECT count(*) AS n FROM account")
    browser, page = to_consent(instance, case)
    page = decide(browser, page, "alice", "deny")
    assert page.status == 403 and page.heading == "Not allowed", page
    assert instance.sql("SELECT count(*) AS n FROM account") == before


def test_only_what_was_offered_is_chosen(connecting):
    case, _, instance = connecting
    before = instance.sql("SELECT count(*) AS n FROM account")
    browser, page = to_consent(instance, case)
    page = decide(browser, page, "alice")
    if not case.choose:         # a grant is for one account here
        fields = page.form("/confirm")["fields"]
        answer = browser.ask(page.url + "/choose", {**fields, "choice": "0"})
        assert answer.heading == case.heading
        assert instance.sql("SELECT count(*) AS n FROM account") == before
        return
    fields = page.form("/choose")["fields"]
    url = page.form("/choose")["action"]
    for choice in ("", "549755885199", "0"):
        answer = browser.ask(url, {**fields, "choice": choice})
        assert answer.status == 400 and answer.alert, answer
        assert answer.form("/choose")
    answer = browser.ask(url.replace("/choose", "/confirm"),
                         {"csrf": fields["csrf"]})
    assert answer.status == 303
    assert instance.sql("SELECT count(*) AS n FROM account") == before
    page = browser.send(page, "/choose", choice=case.choose)
    assert page.heading == case.heading
    assert browser.send(page, "/again").heading == f"Connect {case.title}"


def test_what_cannot_be_posted_to_is_not_offered(connecting):
    """Nor is anything twice. What the chosen place takes is kept with it, for
    the check of a post that is scheduled."""
    case, _, instance = connecting
    if case.network not in CHOICES:
        return
    browser, page = to_consent(instance, case)
    page = decide(browser, page, "alice")
    offered = re.findall(r'name="choice"[^>]* value="([^"]*)"', page.text)
    assert offered == CHOICES[case.network], page.text
    if case.network != "reddit":
        return
    page = browser.send(page, "/choose", choice="alice/links")
    assert browser.send(page, "/confirm").heading == "Connected"
    answer = instance.post("/api/v1/posts/validate", {
        "platforms": ["reddit"], "caption": "x", "title": "t",
        "scheduledTime": "2030-05-01T15:00:00Z"})
    assert ["links" in error["error"] for error in answer.json["errors"]] \
        == [True], answer
    page = decide(*to_consent(instance, case), "alice")
    page = browser.send(page, "/choose", choice="alice/flaired")
    assert browser.send(page, "/confirm").heading == "Connected"
    instance.run("collector")           # a list does not tell rules
    [flaired] = instance.sql("SELECT 'profile_' || id AS id FROM account"
                             " WHERE remote_id = 'alice/flaired'")
    answer = instance.post("/api/v1/posts/validate", {
        "platforms": ["reddit"], "profileIds": [flaired["id"]],
        "caption": "x", "title": "t",
        "scheduledTime": "2030-05-01T15:00:00Z"})
    limits = instance.get("/api/v1/connections/" + flaired["id"]).json[
        "limits"]
    assert [one["text"] for one in limits["flairs"]] == ["News", "Help"]
    listed = [account["limits"] for account in instance.get(
        "/api/v1/connections/readiness").json["accounts"]
        if account["id"] == flaired["id"]]
    assert listed == [{name: value for name, value in limits.items()
                       if name not in ("flairs", "rules")}]
    assert ["It has: News, Help" in error["error"]
            for error in answer.json["errors"]] == [True], answer
    [avatar] = instance.sql("SELECT DISTINCT avatar_url AS url FROM account")
    assert avatar["url"] == "https://styles.redditmedia.com/t5_1/alice.png"


def test_a_person_with_many_pages_chooses_from_all(connecting):
    """Those that are not asked their names go by their numbers."""
    case, stand, instance = connecting
    if case.network != "linkedin":
        return
    stand.control(set={"list_length": 30})
    stand.control(call="more_pages", count=60)
    page = decide(*to_consent(instance, case), "alice")
    more = [f"urn:li:organization:{3000000 + n}" for n in range(60)]
    offered = re.findall(r'name="choice"[^>]* value="([^"]*)"', page.text)
    member, administered, contributed = CHOICES[case.network]
    assert offered == [member, administered, *more, contributed], offered
    assert "Page 48" in page.text and "Page 49" not in page.text


def test_the_answer_comes_from_the_page_that_was_asked(connecting):
    """RFC 9207: whoever sent the browser back may say who it is."""
    case, stand, instance = connecting
    for iss, status in ((stand.url + "/oauth", 200),
                        ("https://evil.example", 400),
                        (stand.url + ".evil.example", 400), ("", 400)):
        browser, page = to_consent(instance, case)
        form = page.forms[0]
        answer = browser.ask(form["action"], {
            **form["fields"], "account": "alice", "decision": "allow"})
        page = browser.get(answer.headers["Location"] + "&iss="
                           + urllib.parse.quote(iss, safe=""))
        assert page.status == status, (iss, page)


def test_a_network_without_credentials_says_what_to_do(connecting):
    case, _, instance = connecting
    other = next(one.network for one in CASES
                 if one.network != case.network)
    rows = {row["platform"]: row for row in instance.get(
        "/api/v1/platforms").json["platforms"]}
    assert rows[case.network]["configured"] is True
    assert rows[other]["configured"] is False
    browser, page = visit(instance, other)
    assert page.status == 503 and page.heading.endswith("is not set up"), page
    for word in (f"client_id.{other}", "/mcp/connect/callback", "crier.conf"):
        assert word in page.alert and word in rows[other]["note"]
    form = {"csrf": page.form("/sign-out")["fields"]["csrf"]}
    assert browser.ask(page.url, form).status == 503


def test_a_token_goes_back_with_its_account(connecting):
    """Where there is a call; where there is none its owner is told."""
    case, stand, instance = connecting
    accounts = instance.get("/api/v1/connections").json["accounts"]
    assert accounts
    for account in accounts:
        answer = instance.request("DELETE",
                                  f"/api/v1/connections/{account['id']}")
        assert answer.status == 200
        assert (case.title in answer.json.get("note", "")) \
            == (case.network in TOLD), answer
    instance.run("collector")
    with urllib.request.urlopen(stand.url + "/_control") as answer:
        asked = [path for method, path in json.load(answer)["requests"]
                 if "revoke" in path or method == "DELETE"]
    assert (asked == []) == (case.network in NO_CALL)
    assert instance.sql("SELECT 1 FROM account WHERE given_back IS NOT NULL"
                        ) == []


def test_the_stand_in_refused_nothing(connecting):
    _, stand, _ = connecting
    path = stand.folder / "refused.jsonl"
    assert path.read_text() == ""


def test_a_code_is_used_once_and_no_other_is_taken(connecting):
    case, stand, instance = connecting
    before = instance.sql("SELECT count(*) AS n FROM account")
    browser, page = to_consent(instance, case)
    form = page.forms[0]
    answer = browser.ask(form["action"], {
        **form["fields"], "account": "bob", "decision": "allow"})
    back = answer.headers["Location"]
    page = browser.get(re.sub("code=[^&]*", "code=guessed", back))
    assert page.status == 400 and page.heading == "Not connected", page
    assert "guessed" not in page.text
    assert browser.get(back).status == 400
    assert instance.sql("SELECT count(*) AS n FROM account") == before
