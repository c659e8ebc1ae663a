"""What SocialRails' API asks of other servers: texts from an AI, files from
URLs; and its webhooks, from registration to delivery."""

import json
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "publisher"))

from newsroom import Stand  # noqa: E402
from servers import SERVERS, Instance  # noqa: E402
from test_socialrails import NONE, PNG, Rails, fault, same_shape  # noqa: E402

KEY = "sk-test-0123456789"


class Files(BaseHTTPRequestHandler):
    """A web server with a picture, a large file, and one that leads on."""

    def do_GET(self):
        status, body = {
            "/a.png": (200, PNG), "/page.html": (200, b"<html></html>"),
            "/large.png": (200, PNG + bytes(10 * 1024 * 1024)),
            "/moved.png": (302, b"")}.get(self.path, (404, b""))
        if self.path == "/slow.png":
            time.sleep(3)
            status, body = 200, PNG
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/a.png")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.got.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def files():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    server.got = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def key_folder():
    """A folder that the instance's user may read, whatever other tests do
    with pytest's own."""
    with tempfile.TemporaryDirectory(prefix="crier-ai-") as path:
        os.chmod(path, 0o755)
        yield Path(path)


@pytest.fixture(scope="module", params=SERVERS)
def rails(request, key_folder, files):
    key = key_folder / "ai.key"
    key.write_text(KEY + "\n")
    key.chmod(0o644)
    ai = Stand("openai", key_folder)
    allowed = f"127.0.0.1:{ai.port} 127.0.0.1:{files.server_port}"
    with Instance(settings={
            "tick_seconds": "1", "allow_private_networks": allowed,
            "ai_url": ai.url + "/v1", "ai_model": "small-model",
            "ai_key_file": str(key)}) as instance:
        instance.start(request.param)
        one = Rails(instance, "rails@example.org")
        one.ai, one.files = ai, files
        yield one
    ai.stop()


@pytest.fixture(autouse=True)
def calm(rails):
    rails.ai.order(clear=True)
    rails.ai.order(set={"text": "Hello from the machine.", "answer": None})


def generate(rails, **change):
    body = {"prompt": "Write a tweet announcing our summer sale with 30% off"
                      " all products", "platform": "twitter",
            "tone": "humorous", **change}
    return rails.post("/ai/generate",
                      {k: v for k, v in body.items() if v is not None})


def used(rails):
    return rails.get("/workspace").json["data"]["usage"][
        "ai_credits_this_month"]


# ---------------------------------------------------------------- AI

def test_generate(rails):
    before = used(rails)
    answer = generate(rails)
    assert answer.status == 200, answer
    assert answer.json == {"data": {"content": "Hello from the machine.",
                                    "platform": "twitter",
                                    "tone": "humorous"}}
    assert used(rails) == before + 2
    asked = rails.ai.ledger()[-1]
    assert "humorous" in asked["system"] and "280" in asked["system"]
    assert asked["user"].startswith("Write a tweet announcing")


def test_only_the_prompt_is_required(rails):
    answer = generate(rails, platform=None, tone=None)
    assert answer.json["data"]["platform"] is None
    assert answer.json["data"]["tone"] == "professional"


@pytest.mark.parametrize("tone", [
    "professional", "casual", "friendly", "formal", "humorous",
    "inspirational", "educational", "persuasive"])
def test_the_eight_tones(rails, tone):
    assert generate(rails, tone=tone).json["data"]["tone"] == tone
    assert tone in rails.ai.ledger()[-1]["system"]


@pytest.mark.parametrize("change", [
    {"prompt": None}, {"prompt": ""}, {"prompt": "x" * 2001},
    {"tone": "angry"}, {"platform": "myspace"}])
def test_bad_wishes_ask_nobody(rails, change):
    before, asked = used(rails), len(rails.ai.ledger())
    fault(generate(rails, **change), 400, "VALIDATION_ERROR")
    assert used(rails) == before and len(rails.ai.ledger()) == asked


def test_a_prompt_of_2000_characters(rails):
    assert generate(rails, prompt="ü" * 2000).status == 200


@pytest.mark.parametrize("text, platform, end", [
    ("One sentence here. " * 40, "twitter", "here."),
    ("word " * 100, "twitter", "word"),
    ("👩‍👩‍👧‍👦" * 400, "bluesky", "👩‍👩‍👧‍👦"),
    ("é" * 6000, "facebook", "é")])
def test_a_text_too_long_is_cut(rails, text, platform, end):
    rails.ai.order(set={"text": text})
    content = generate(rails, platform=platform).json["data"]["content"]
    assert text.startswith(content) and content.endswith(end)
    least, most = {"twitter": (140, 280), "bluesky": (7 * 100, 7 * 300),
                   "facebook": (5000, 5000)}[platform]
    assert least <= len(content) <= most
    rails.connect(platform)
    made = rails.create(content=content, platform=platform)
    assert made.status == 201, made


@pytest.mark.parametrize("how", [
    {"fault": "status", "status": 500}, {"fault": "status", "status": 429},
    {"fault": "drop"}, {"fault": "truncate"},
    {"set": {"text": " \n "}}, {"set": {"answer": {"choices": []}}},
    {"set": {"answer": {"choices": [{"message": {"content": 7}}]}}},
    {"set": {"answer": []}}])
def test_no_text_costs_nothing(rails, how):
    before = used(rails)
    rails.ai.order(**how)
    answer = generate(rails)
    fault(answer, 502, "AI_FAILED")
    assert KEY not in answer.body.decode()
    assert used(rails) == before


def test_a_repeated_request_is_answered_again(rails):
    before, asked = used(rails), len(rails.ai.ledger())
    how = {"headers": {"Idempotency-Key": f"ai-{time.time()}"}}
    answers = [rails.post("/ai/generate", {"prompt": "x"}, **how)
               for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert used(rails) == before + 2
    assert len(rails.ai.ledger()) == asked + 1


def test_credits_are_counted_atomically(rails):
    few = Rails(rails.instance, "few@example.org")
    rails.instance.admin("user", "set", few.email, "--ai-credits", "5")
    rails.ai.order(fault="slow", seconds=0.5, count=8)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: few.post(
            "/ai/generate", {"prompt": "x"}), range(8)))
    assert sorted(a.status for a in answers) == [200] * 2 + [429] * 6
    assert used(few) == 4
    limits = few.get("/workspace").json["data"]["limits"]
    assert limits["max_ai_credits_per_month"] == 5
    asked = len(rails.ai.ledger())
    answer = few.post("/ai/generate", {"prompt": "x"})
    fault(answer, 429, "LIMIT_EXCEEDED")
    assert answer.json["error"]["message"] == (
        "Monthly AI credit limit reached (4/5 credits used)."
        " Upgrade your plan for more.")
    assert len(rails.ai.ledger()) == asked
    few.instance.shift_clock(32 * 86400 * 1000)
    assert few.post("/ai/generate", {"prompt": "x"}).status == 200
    few.instance.shift_clock(0)
    assert rails.get("/workspace").json["data"]["limits"][
        "max_ai_credits_per_month"] == NONE


def test_scope(rails):
    key = rails.instance.add_key(rails.email, "read,write,webhooks")
    fault(rails.post("/ai/generate", {"prompt": "x"}, key=key), 403,
          "FORBIDDEN")
    key = rails.instance.add_key(rails.email, "ai")
    assert rails.post("/ai/generate", {"prompt": "x"},
                      key=key).status == 200


def test_without_configuration(new_instance):
    instance = new_instance().start()
    plain = Rails(instance, "plain@example.org")
    fault(generate(plain), 503, "AI_NOT_CONFIGURED")
    assert used(plain) == 0


# ---------------------------------------------------------------- uploads

def fetch(rails, path):
    return rails.post("/media/upload-url", {"url": rails.files.url + path})


def test_upload_from_url(rails):
    answer = fetch(rails, "/a.png")
    assert answer.status == 201, answer
    data = answer.json["data"]
    same_shape({"media_id": "uuid", "key": "x", "url": "x"}, data)
    assert data["key"] == (f"{rails.profile}/api-uploads/images/"
                           f"{data['media_id']}.png")
    served = rails.instance.get(data["url"][len(rails.instance.url):],
                                key=False)
    assert served.body == PNG
    rails.connect("linkedin")
    assert rails.create(platform="linkedin",
                        media=[data["key"]]).status == 201


@pytest.mark.parametrize("path, status, word", [
    ("/none.png", 400, "404"), ("/moved.png", 400, "302"),
    ("/page.html", 415, "JPEG"), ("/large.png", 413, "10 MB")])
def test_files_that_are_refused(rails, path, status, word):
    count = "SELECT count(*) AS n FROM media"
    before = rails.sql(count)
    fault(fetch(rails, path), status, "VALIDATION_ERROR", word)
    assert rails.sql(count) == before
    left = list((rails.instance.dir / "data/media").glob("new-*"))
    assert left == []


@pytest.mark.parametrize("url", [
    "http://127.0.0.1:1/a.png", "http://10.0.0.1/a.png",
    "http://169.254.169.254/latest/meta-data", "https://[::1]/a.png",
    "http://example.org/a.png", "ftp://example.org/a.png", "a.png", "",
    "file:///etc/passwd", "https://localhost/a.png"])
def test_private_addresses_are_not_asked(rails, url):
    fault(rails.post("/media/upload-url", {"url": url}), 400,
          "VALIDATION_ERROR", "url")


def test_nothing_waits_while_a_file_comes(rails):
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(fetch, rails, "/slow.png")
        time.sleep(0.7)
        begun = time.monotonic()
        rails.made(scheduled_for=None)
        assert time.monotonic() - begun < 1.5
        assert not slow.done()
        assert slow.result().status == 201


# ---------------------------------------------------------------- webhooks

def test_webhooks(rails):
    rails.connect("site", f"rails{rails.instance.port}")
    answer = rails.post("/webhooks", {"url": rails.files.url + "/hook",
                                      "events": ["post.published"]})
    assert answer.status == 201, answer
    data = answer.json["data"]
    same_shape({"id": "uuid", "url": "x", "events": ["post.published"],
                "active": True, "created_at": "2026-03-02T10:30:00Z"}, data)
    assert data["secret"]
    listed = rails.get("/webhooks").json["data"]
    assert [w["id"] for w in listed] == [data["id"]]
    assert "secret" not in listed[0]
    other = Rails(rails.instance, "other@example.org")
    assert other.get("/webhooks").json["data"] == []
    fault(other.ask("DELETE", f"/webhooks/{data['id']}"), 404, "NOT_FOUND")

    id = rails.made(platform="site", scheduled_for=None)
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    assert rails.patch(f"/posts/{id}", {"scheduled_for": when}).status == 200
    for _ in range(8):
        rails.instance.tick()
        post = rails.get(f"/posts/{id}").json["data"]
        if post["status"] == "posted" and rails.files.got:
            break
        time.sleep(0.5)
    assert post["status"] == "posted" and post["posted_at"], post
    assert [e["event_type"] for e in rails.files.got] == ["post.published"]
    rails.files.got.clear()

    gone = rails.ask("DELETE", f"/webhooks/{data['id']}")
    assert gone.json == {"data": {"id": data["id"], "deleted": True}}
    assert rails.get("/webhooks").json["data"] == []
    fault(rails.ask("DELETE", f"/webhooks/{data['id']}"), 404, "NOT_FOUND")


def test_bad_webhooks(rails):
    for body in ({}, {"url": "x"}, {"url": "https://a.example", "events": []},
                 {"url": "https://a.example", "events": ["post.flown"]}):
        fault(rails.post("/webhooks", body), 400, "VALIDATION_ERROR")
    read = rails.instance.add_key(rails.email, "read,write,ai")
    assert rails.get("/webhooks", key=read).status == 200
    fault(rails.post("/webhooks", {"url": "https://a.example"}, key=read),
          403, "FORBIDDEN")
