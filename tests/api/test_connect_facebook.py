"""Connecting Facebook's Pages: rights that were taken out of the consent,
people without a Page, lists in several parts, and tokens without an end."""

import pytest

from servers import Instance
from test_connect import Network
from test_connect_networks import Case, decide, to_consent

CASE = Case("facebook", None, None, None, None, "Facebook")


@pytest.fixture(scope="module")
def connecting(tmp_path_factory):
    stand = Network("facebook", tmp_path_factory.mktemp("network"))
    settings = {"allow_private_networks": "127.0.0.1",
                **stand.control(call="lines")}
    with Instance(settings) as one:
        one.start("lighttpd")
        one.key
        yield stand, one
    stand.end()


def test_what_publishing_needs_has_to_be_granted(connecting):
    stand, instance = connecting
    rights = ["pages_show_list", "pages_read_engagement",
              "pages_manage_posts"]
    for missing in rights:
        stand.control(set={"grants": [one for one in rights
                                      if one != missing]})
        browser, page = to_consent(instance, CASE)
        page = decide(browser, page, "alice")
        assert page.heading == "Not connected", page
        assert missing in page.alert
    stand.control(set={"grants": rights})       # not read_insights
    browser, page = to_consent(instance, CASE)
    assert decide(browser, page, "alice").heading == \
        "Choose an account on Facebook"
    browser, page = to_consent(instance, CASE)  # who may only look
    page = decide(browser, page, "bob")
    assert page.heading == "Not connected" and "no Page" in page.alert
    assert instance.sql("SELECT * FROM account") == []


def connect(instance, page):
    """Connect one of alice's Pages; the ids of the profile's by Page."""
    browser, shown = to_consent(instance, CASE)
    shown = browser.send(decide(browser, shown, "alice"), "/choose",
                         choice=page)
    assert browser.send(shown, "/confirm").heading == "Connected"
    return {row["remote_id"]: row["id"] for row in instance.sql(
        "SELECT id, remote_id FROM account")}


def test_all_lists_are_read_and_tokens_of_pages_last(connecting):
    stand, instance = connecting
    stand.control(set={"grants": None, "list_length": 1})
    browser, page = to_consent(instance, CASE)
    page = decide(browser, page, "alice")
    choices = page.form("/choose")
    assert "Alice Bakes" in page.text and "Shop" in page.text
    assert "Looked at" not in page.text
    assert "Alice's Branch" in page.text.replace("&#39;", "'")
    assert page.text.count("Alice Bakes") == 1      # the business has it, too
    page = browser.send(page, "/choose", choice="100100000000000003")
    assert page.heading == "Connect @100100000000000003?", (page, choices)
    assert browser.send(page, "/confirm").heading == "Connected"
    [row] = instance.sql("SELECT name, token_expires_at AS until FROM account")
    assert (row["name"], row["until"] or 0) == ("Alice's Shop", 0)
    assert stand.control(call="tokens")["endless"]


def test_connecting_a_page_renews_the_others(connecting):
    """Also those that had expired; not those that were taken away, nor those
    of another profile."""
    stand, instance = connecting
    stand.control(set={"grants": None, "list_length": 100})
    bakes, shop, branch = (f"10010000000000000{end}" for end in "135")
    connect(instance, shop)
    ids = connect(instance, branch)
    other = instance.admin("profile", "add", "--user", "owner@example.org",
                           "--name", "Other").strip()
    theirs = instance.add_account(
        "facebook", "--offline", "--handle", shop, "--profile", other,
        secret='{"access_token": "theirs"}').strip()
    instance.request("DELETE", f"/api/v1/connections/profile_{ids[branch]}")
    instance.sql("UPDATE account SET status = 'expired'"
                 f" WHERE remote_id = '{shop}'")
    stand.control(call="revoke", account="alice")
    stand.control(call="revoke", account="business")
    ids = {**connect(instance, bakes), **ids}

    def status(id):
        [row] = instance.sql("SELECT status, credentials_version AS version"
                             f" FROM account WHERE id = '{id}'")
        return row["status"], row["version"]

    state, version = status(ids[shop])
    assert state == "active"
    assert status(ids[branch])[0] == "disconnected"
    assert status(theirs) == ("expired", 1)
    connected = ("SELECT count(*) AS n FROM event WHERE type ="
                 f" 'account.connected' AND data LIKE '%{ids[shop]}%'")
    events = instance.sql(connected)
    assert events[0]["n"] >= 2
    stand.control(call="revoke", account="alice")
    connect(instance, bakes)            # the other is active now
    assert status(ids[shop]) == ("active", version + 1)
    assert instance.sql(connected) == events
    for page in bakes, shop:
        answer = instance.post(f"/api/v1/connections/profile_{ids[page]}/sync")
        assert answer.status == 200, answer
    assert instance.sql("SELECT sync_fault AS fault FROM account WHERE id IN"
                        f" ('{ids[bakes]}', '{ids[shop]}')") == [
        {"fault": None}] * 2
    assert status(ids[shop]) == ("active", version + 1)
