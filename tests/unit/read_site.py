"""Read a site as feed readers and microformats parsers do; for test_site.c.

    read_site.py FOLDER WANTED

WANTED: a number of entries that the lists must have; "any": only that all
that is there is whole; "full": the one entry that test_site.c describes.
Ends with an error where anything is not as it should be.
"""

import html.parser
import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
ALLOWED = set("""html head meta title link style body header main footer
    article div h1 h2 p a time span img video br""".split())
EMPTY = {"meta", "link", "br", "img"}
ATTRIBUTES = set("""lang charset http-equiv content name rel href type title
    class datetime src alt width height loading controls preload
    aria-label""".split())


class Page(html.parser.HTMLParser):
    """Collects elements as (tag, attributes, classes of all around, text)."""

    def __init__(self, text):
        super().__init__()
        self.open, self.found = [], []
        self.feed(text)
        self.close()
        assert not self.open, "left open: %r" % self.open

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED, "element %s" % tag
        for name, value in attributes:
            assert name in ATTRIBUTES, "attribute %s on %s" % (name, tag)
            if name in ("href", "src"):
                assert not value.lower().startswith("javascript:"), value
        element = {"tag": tag, "text": "", **dict(attributes)}
        element["classes"] = (element.get("class") or "").split()
        element["around"] = [item["classes"] for item in self.open]
        self.found.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1]["tag"] == tag, \
            "</%s> closes %r" % (tag, self.open[-1:])
        self.open.pop()

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def of(self, name):
        return [item for item in self.found if name in item["classes"]]


def read(folder, *names):
    with open(os.path.join(folder, *names), encoding="utf-8") as file:
        return file.read()


def check_page(text):
    assert text.startswith("<!DOCTYPE html>") and text.endswith("</html>\n")
    page = Page(text)
    assert [item for item in page.found
            if item.get("http-equiv") == "Content-Security-Policy"]
    for entry in page.of("e-content"):
        assert any("h-entry" in around for around in entry["around"])
    assert len(page.of("h-entry")) == len(page.of("e-content")) \
        == len(page.of("dt-published")) == len(page.of("u-uid"))
    kinds = {item.get("type") for item in page.found if item["tag"] == "link"}
    assert kinds >= {"application/atom+xml", "application/feed+json"}
    for item in page.found:
        if item["tag"] == "img":
            assert "alt" in item
    return page


def check_atom(text):
    feed = ElementTree.fromstring(text.encode())
    assert feed.tag == ATOM + "feed"
    for owner in [feed, *feed.findall(ATOM + "entry")]:
        for name in ("id", "title", "updated"):
            values = owner.findall(ATOM + name)
            assert len(values) == 1 and values[0].text, name
        assert TIME.match(owner.find(ATOM + "updated").text)
    assert len([link for link in feed.findall(ATOM + "link")
                if link.get("rel") == "self"]) == 1
    entries = feed.findall(ATOM + "entry")
    dates = [entry.find(ATOM + "published").text for entry in entries]
    assert dates == sorted(dates, reverse=True)
    if dates:
        assert feed.find(ATOM + "updated").text == dates[0]
    return entries


def check_json(text):
    feed = json.loads(text)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] and feed["authors"][0]["name"]
    assert "null" not in json.dumps(feed)
    for item in feed["items"]:
        assert isinstance(item["id"], str) and "content_html" in item
        assert TIME.match(item["date_published"])
    return feed["items"]


def check_whole(folder):
    """The number of entries that all three lists agree on, or None."""
    index = check_page(read(folder, "index.html"))
    entries = check_atom(read(folder, "feed.xml"))
    items = check_json(read(folder, "feed.json"))
    for path, _, names in os.walk(os.path.join(folder, "p")):
        for name in names:
            if name.endswith(".html"):
                page = check_page(read(path, name))
                assert len(page.of("h-entry")) == 1
    ids = [entry.find(ATOM + "id").text for entry in entries]
    if ids == [item["id"] for item in items] \
            and len(index.of("h-entry")) == len(ids):
        return len(ids)
    return None


def check_full(folder):
    """The entry of a_post_has_page_entry_and_place_in_the_feeds."""
    base = "http://127.0.0.1:1/site/ana/"
    url = base + "p/2026/11/21-100000-ab12cd34ef56.html"
    page = Page(read(folder, "p/2026/11/21-100000-ab12cd34ef56.html"))
    assert page.found[0]["lang"] == "de"
    entry, = page.of("h-entry")
    assert page.of("p-name")[0]["text"] == "Launch day"
    assert page.of("u-uid")[0]["href"] == url
    assert page.of("dt-published")[0]["datetime"] == "2026-11-21T10:00:00Z"
    assert page.of("p-category")[0]["text"] == "news"
    assert page.of("p-summary")[0]["text"] == "In short"
    assert page.of("p-author")[0]["text"] == "Ana"
    photo, = page.of("u-photo")
    assert photo["alt"] == 'Green "soup" & bread'
    assert (photo["width"], photo["height"]) == ("640", "480")
    assert read(folder, "p/2026/11", photo["src"]) == "not really a picture"
    video, = page.of("u-video")
    assert read(folder, "p/2026/11", video["src"]) == "nor a film"
    links = [item["href"] for item in page.found if item["tag"] == "a"
             and any("e-content" in around for around in item["around"])]
    assert links == ["https://example.org/soup?a=1&b=2",
                     "https://example.org/x_(y)"], links
    assert page.of("e-content")[0]["text"].count("\n") == 4
    assert len([item for item in page.found if item["tag"] == "br"]) == 1

    atom, = check_atom(read(folder, "feed.xml"))
    assert atom.find(ATOM + "id").text == url
    assert atom.find(ATOM + "category").get("term") == "news"
    assert atom.find(ATOM + "summary").text == "In short"
    content = atom.find(ATOM + "content")
    assert content.get("type") == "html"
    assert base + "media/" in content.text
    Page(content.text)
    enclosures = [link for link in atom.findall(ATOM + "link")
                  if link.get("rel") == "enclosure"]
    assert [link.get("length") for link in enclosures] == ["20", "10"]

    item, = check_json(read(folder, "feed.json"))
    assert item["url"] == item["id"] == url
    assert item["title"] == "Launch day" and item["tags"] == ["news"]
    assert item["image"].startswith(base + "media/")
    assert item["attachments"][1]["duration_in_seconds"] == 12
    assert item["content_text"].endswith("At 8.")
    assert len(os.listdir(os.path.join(folder, "media"))) == 2


def main(folder, wanted):
    count = check_whole(folder)
    if wanted == "full":
        check_full(folder)
    elif wanted.isdigit():
        assert count == int(wanted), count
        left = [name for _, _, names in os.walk(folder) for name in names
                if name.endswith(".new")]
        assert not left, left


if __name__ == "__main__":
    main(*sys.argv[1:])
