"""Requests killed at each of their points, as a crash or a server's SIGTERM
would, and sent again. (tests/torture/api kills them at random, under load.)
"""

import json

from servers import multipart
from test_hostile import count, later, make, png


def killed(instance, method, path, body, kind, key, point):
    """Run a program as the server would, to be killed at its point-th point.
    1 if it came to its end instead, with the answer it gave."""
    done = instance.cgi(method, path, body,
                        {"Content-Type": kind, "Idempotency-Key": key},
                        {"CRIER_KILL_AT": str(point)})
    assert done.returncode in (0, -9), done
    return done.returncode == 0


def test_a_killed_request_sent_again_acts_once(new_instance):
    """No server answers a killed request: its client sends it again with the
    same Idempotency-Key, and finds it done once, whole."""
    instance = new_instance(settings={
        "posts_an_hour": "0", "uploads_an_hour": "0",
        "requests_an_hour": "0"}).start()
    instance.key
    for network in ("threads", "facebook"):
        instance.add_account(network, "--offline", "--handle", "ana",
                             secret="offline")
    new = json.dumps({"platforms": ["threads", "facebook"],
                      "caption": "killed", "mediaUrls": ["https://a.example/"],
                      "scheduledTime": later()}).encode()
    kind, form = multipart(("file", png(), "a.png"))
    cases = [("POST", "/api/v1/posts", new, "application/json"),
             ("PATCH", None, b'{"caption":"after"}', "application/json"),
             ("DELETE", None, b"", ""),
             ("POST", "/api/v1/media", form, kind)]
    for method, path, body, kind in cases:
        done = point = 0
        while not done:
            point += 1
            post = None if path else make(instance)
            where = path or f"/api/v1/posts/{post}"
            key = f"{method}{path}{point}-{instance.port}"
            before = {t: count(instance, t) for t in
                      ("post", "target", "attachment", "event", "media")}
            done = killed(instance, method, where, body, kind, key, point)
            answer = instance.request(method, where, body, {
                "Content-Type": kind, "Idempotency-Key": key})
            assert answer.status in (200, 201), (point, answer)
            after = {t: count(instance, t) - n for t, n in before.items()}
            assert after == {
                "post": method == "POST" and path == "/api/v1/posts",
                "target": 2 * (path == "/api/v1/posts"),
                "attachment": path == "/api/v1/posts",
                "event": {"/api/v1/posts": 2, "/api/v1/media": 1}.get(
                    path, method == "DELETE"),
                "media": path == "/api/v1/media"}, (method, path, point)
        assert point > 10 and answer.headers["Idempotent-Replayed"] == "true"
