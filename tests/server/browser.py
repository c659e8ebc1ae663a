"""A browser for the tests: cookies, forms, redirects; no script, no style."""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Page(HTMLParser):
    """What came back: status, headers, text; forms as dictionaries of fields
    with their action, links, the heading and what is marked as an alert."""

    def __init__(self, url, status, headers, text):
        super().__init__()
        self.url, self.status, self.headers, self.text = (url, status, headers,
                                                          text)
        self.forms, self.links, self.heading, self.alert = [], [], "", ""
        self.words = ""
        self.inside = []
        if "html" in headers.get("Content-Type", ""):
            self.feed(text)

    def handle_starttag(self, tag, pairs):
        given = dict(pairs)
        if tag == "form":
            self.forms.append({"action": urllib.parse.urljoin(
                self.url, given["action"]), "fields": {}, "button": ""})
        elif tag in ("input", "button") and "name" in given and self.forms:
            self.forms[-1]["fields"].setdefault(given["name"],
                                                given.get("value", ""))
        elif tag == "a":
            self.links.append(urllib.parse.urljoin(self.url, given["href"]))
        if tag not in ("input", "meta"):
            self.inside.append((tag, given.get("role")))

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(tag in ("style", "title") for tag, _ in self.inside):
            self.words += data
        if ("h1", None) in self.inside:
            self.heading += data
        if ("p", "alert") in self.inside:
            self.alert += data
        if ("button", None) in self.inside and self.forms:
            self.forms[-1]["button"] += data

    def form(self, end):
        """The form whose action ends so."""
        found = [one for one in self.forms if one["action"].endswith(end)]
        assert len(found) == 1, (end, self.forms, self.text)
        return found[0]

    def __repr__(self):
        return f"<{self.status} {self.url} {self.words!r}>"


class Browser:
    def __init__(self):
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            NoRedirect, urllib.request.HTTPCookieProcessor(self.cookies),
            urllib.request.ProxyHandler({}))

    def ask(self, url, data=None, headers=None):
        """One request, no redirect followed: a Page."""
        if isinstance(data, dict):
            data = urllib.parse.urlencode(data)
        request = urllib.request.Request(
            url, None if data is None else data.encode(), headers or {})
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Page(url, answer.status, answer.headers,
                        answer.read().decode())

    def get(self, url):
        """A page, and what it redirects to; a page that refreshes at once to
        another is left for it."""
        page = self.ask(url)
        for _ in range(5):
            onward = page.headers.get("Location")
            if page.headers.get("Refresh", "").startswith("0; url="):
                onward = page.headers["Refresh"][7:]
            if onward is None:
                return page
            page = self.ask(urllib.parse.urljoin(page.url, onward))
        raise AssertionError(f"too many redirects: {page}")

    def send(self, page, end="", headers=None, **fields):
        """Fill in the form of the page whose action ends so, and send it, as
        browsers do with the page's Origin; then as get()."""
        form = page.form(end)
        origin = "/".join(page.url.split("/")[:3])
        answer = self.ask(form["action"], {**form["fields"], **fields},
                          {"Origin": origin, **(headers or {})})
        if answer.status in (302, 303):
            return self.get(urllib.parse.urljoin(answer.url,
                                                 answer.headers["Location"]))
        return answer
