"""Chromium without a window, driven as the W3C's WebDriver says, by way of
Debian's chromium-driver."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

PATIENCE = 60       # seconds, for whatever a page is waited for
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"     # as the standard names it
FLAGS = [
    "--headless=new", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--no-sandbox",                 # which root has not, nor a container
    "--disable-dev-shm-usage",      # may be tiny
    "--disable-background-networking", "--disable-component-update",
    "--no-proxy-server", "--lang=en",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]


def program(*names):
    found = [path for path in map(shutil.which, names) if path]
    assert found, f"none of {names} is installed"
    return found[0]


class Wrong(AssertionError):
    """What the browser could not do, and the page that it stood at."""


class Chromium:
    """One session. An element is named by an XPath, of which one is there or
    comes within PATIENCE."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="crier-chromium-")
        self.opener = build_opener(ProxyHandler({}))
        self.log = open(Path(self.folder) / "driver.log", "w")
        self.driver = subprocess.Popen(
            [program("chromedriver"), "--port=0"], start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
            text=True, env={**os.environ, "HOME": self.folder})
        self.session = None
        try:
            self.begin()
        except BaseException:
            self.end()
            raise

    def begin(self):
        for line in self.driver.stdout:
            if port := re.search(r"started successfully on port (\d+)", line):
                break
        self.url = f"http://127.0.0.1:{port[1]}/session"
        options = {
            "binary": program("chromium", "chromium-browser"),
            "args": [*FLAGS, f"--user-data-dir={self.folder}/profile"]}
        said = self.tell("POST", "", capabilities={"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": dict.fromkeys(("implicit", "script", "pageLoad"),
                                      PATIENCE * 1000)}})
        self.session = said["sessionId"]
        self.url += "/" + self.session

    def end(self):
        if self.session:
            self.tell("DELETE", "")
        os.killpg(self.driver.pid, signal.SIGKILL)
        self.driver.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def tell(self, method, path, **words):
        """One command; its answer's value."""
        body = json.dumps(words).encode() if method == "POST" else None
        request = Request(self.url + path, body, method=method,
                          headers={"Content-Type": "application/json"})
        try:
            with self.opener.open(request, timeout=3 * PATIENCE) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            said = json.load(error)["value"]
            raise Wrong(f"{said['error']}: {said['message']}") from None

    # ------------------------------------------------------------ pages

    def go(self, url):
        self.tell("POST", "/url", url=url)

    def address(self):
        return self.tell("GET", "/url")

    def run(self, script):
        """What a script returns, or what it promises; no policy of the page's
        keeps it away."""
        return self.tell("POST", "/execute/sync", script=script, args=[])

    def find(self, path):
        try:
            found = self.tell("POST", "/element", using="xpath", value=path)
        except Wrong as wrong:
            raise Wrong(f"{wrong}\n{self.address()}\n{self.words()}") \
                from None
        return "/element/" + found[ELEMENT]

    def at(self, heading):
        """Wait for the page with this heading."""
        self.find(f'//h1[normalize-space() = "{heading}"]')

    def loaded(self):
        """Wait until all that the page needs has come, or will not."""
        self.run("return new Promise(done => document.readyState =="
                 " 'complete' ? done() : addEventListener('load', done))")

    def text(self, path):
        return self.tell("GET", self.find(path) + "/text")

    def words(self):
        """All that a person can read."""
        return self.run("return document.body.innerText")

    def press(self, path):
        self.tell("POST", self.find(path) + "/click")

    def button(self, label):
        self.press(f'//button[normalize-space() = "{label}"]')

    def fill(self, name, text):
        field = self.find(f'//input[@name = "{name}"]')
        self.tell("POST", field + "/clear")
        self.tell("POST", field + "/value", text=text)

    def choose(self, name, value):
        self.press(f'//input[@name = "{name}"][@value = "{value}"]')

    def complaints(self):
        """What the console has said since it was last asked: errors, what a
        policy forbade, scripts that failed, answers of 400 and above."""
        return [entry["message"] for entry in self.tell(
            "POST", "/se/log", type="browser") if entry["level"] != "INFO"]
