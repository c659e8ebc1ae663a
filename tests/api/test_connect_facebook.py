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
