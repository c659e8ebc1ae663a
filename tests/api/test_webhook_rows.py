"""Webhooks and their deliveries at /api/v1."""

import base64

import pytest

URL = "https://hooks.example.org/crier?of=us"
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module", autouse=True)
def account(instance):
    instance.key
    instance.threads = "profile_" + instance.add_account(
        "threads", "--offline", "--handle", "ana", secret="offline")
    instance.admin("user", "add", "other@example.org",
                   input="correct horse battery staple\n")
    instance.stranger = instance.add_key("other@example.org")


@pytest.fixture(autouse=True)
def none_left(instance):
    yield
    for hook in hooks(instance):
        instance.request("DELETE", f"/api/v1/webhooks/{hook['id']}")


def hooks(instance):
    return instance.get("/api/v1/webhooks").json["webhooks"]


def make(instance, **fields):
    answer = instance.post("/api/v1/webhooks", {"url": URL, **fields})
    assert answer.status == 201, answer
    return answer.json


def patch(instance, hook, **fields):
    return instance.request("PATCH", f"/api/v1/webhooks/{hook['id']}", fields)


def deliveries(instance, hook, query=""):
    answer = instance.get(f"/api/v1/webhooks/{hook['id']}/deliveries{query}")
    assert answer.status == 200, answer
    return answer.json


def draft(instance, **fields):
    answer = instance.post("/api/v1/posts", {
        "platforms": ["threads"], "caption": "x",
        "scheduledTime": "2099-01-01T00:00:00Z", **fields})
    assert answer.status == 201, answer
    return answer.json["postIds"][0]


def test_a_secret_of_ours_is_shown_once(instance):
    hook = make(instance)
    assert len(base64.b64decode(hook["secret"].removeprefix("whsec_"))) == 32
    assert hook["events"] == ["*"] and hook["active"] is True
    assert hook["maxRetries"] == 9 and hook["disabledReason"] is None
    seen = instance.get(f"/api/v1/webhooks/{hook['id']}").json
    assert seen == {k: v for k, v in hook.items() if k != "secret"}
    assert hooks(instance) == [seen]
    stored = instance.sql("SELECT hex(secret) AS box FROM webhook")[0]["box"]
    assert hook["secret"].encode().hex().upper() not in stored


def test_a_secret_of_theirs_is_never_shown(instance):
    hook = make(instance, secret="my secret")
    assert "secret" not in hook
    assert "secret" not in patch(instance, hook, secret="another").json
    new = patch(instance, hook, secret=None).json["secret"]
    assert new.startswith("whsec_")
    assert "secret" not in patch(instance, hook, maxRetries=2).json


def test_a_repeated_request_is_answered_with_the_same_secret(instance):
    headers = {"Idempotency-Key": f"hook-{instance.port}"}
    first, second = (instance.post("/api/v1/webhooks", {"url": URL},
                                   headers=headers) for _ in range(2))
    assert first.status == second.status == 201
    assert first.body == second.body and len(hooks(instance)) == 1
    stored = instance.sql("SELECT hex(body) AS body FROM idempotency")
    secret = first.json["secret"].encode().hex().upper()
    assert not any(secret in row["body"] for row in stored)


def test_what_is_sent_is_kept(instance):
    hook = make(instance, events=["post.published", "post.failed"],
                maxRetries=0, active=False)
    assert hook["events"] == ["post.published", "post.failed"]
    assert hook["maxRetries"] == 0 and hook["active"] is False
    assert hook["disabledReason"] == "Its owner disabled it."
    answer = patch(instance, hook, url="https://[2001:db8::1]:8443/x",
                   events=["media.created"], active=True)
    assert answer.status == 200, answer
    assert answer.json["url"] == "https://[2001:db8::1]:8443/x"
    assert answer.json["events"] == ["media.created"]
    assert answer.json["active"] is True
    assert answer.json["disabledReason"] is None
    host = instance.sql("SELECT host FROM webhook")[0]["host"]
    assert host == "[2001:db8::1]"


@pytest.mark.parametrize("field, value", [
    ("url", None), ("url", 7), ("url", ""), ("url", "ftp://a.example/"),
    ("url", "http://a.example/"), ("url", "https://"), ("url", "https:///x"),
    ("url", "https://user@a.example/"), ("url", "https://a.example/ x"),
    ("url", "https://exämple.org/"), ("url", "https://a.example:0/"),
    ("url", "https://a.example:x/"), ("url", "https://a.example/\n"),
    ("url", "https://a.example/" + "x" * 2000), ("url", "//a.example/"),
    ("url", "https://a.example\\@b.example/"), ("url", "https://a:1:2/"),
    ("events", "*"), ("events", []), ("events", ["post.lost"]),
    ("events", ["*", "post.failed"]), ("events", [1]),
    ("events", ["webhook.test"]),
    ("secret", ""), ("secret", "x" * 257), ("secret", "whsec_"),
    ("secret", "whsec_a"), ("secret", "whsec_a_-b"), ("secret", 1),
    ("maxRetries", -1), ("maxRetries", 11), ("maxRetries", "3"),
    ("active", "yes")])
def test_what_cannot_be_is_refused(instance, field, value):
    hook = make(instance)
    for answer in (instance.post("/api/v1/webhooks",
                                 {"url": URL, field: value}),
                   patch(instance, hook, **{field: value})):
        assert answer.status == 400, answer
        assert answer.json["code"] == "invalid_field"
        assert answer.json["field"] == field
    assert len(hooks(instance)) == 1


def test_a_profile_has_twenty_at_most(instance):
    for _ in range(20):
        make(instance)
    answer = instance.post("/api/v1/webhooks", {"url": URL})
    assert answer.status == 409 and answer.json["limit"] == 20


def test_events_are_queued_for_those_who_want_them(instance):
    every, some, none, off = (
        make(instance), make(instance, events=["post.scheduled"]),
        make(instance, events=["post.failed"]), make(instance, active=False))
    post = draft(instance)
    [seen] = deliveries(instance, every)["deliveries"]
    assert seen["eventType"] == "post.scheduled"
    assert seen["status"] == "pending" and seen["attempts"] == []
    assert seen["webhookId"] == every["id"]
    assert len(deliveries(instance, some)["deliveries"]) == 1
    assert deliveries(instance, none)["deliveries"] == []
    assert deliveries(instance, off)["deliveries"] == []
    instance.request("DELETE", f"/api/v1/posts/{post}")
    types = [d["eventType"] for d in deliveries(instance, every)["deliveries"]]
    assert types == ["post.cancelled", "post.scheduled"]
    assert len(deliveries(instance, some)["deliveries"]) == 1


def test_a_refused_request_queues_nothing(instance):
    hook = make(instance)
    assert instance.post("/api/v1/posts", {
        "platforms": ["threads", "nowhere"], "caption": "x",
        "scheduledTime": "2099-01-01T00:00:00Z"}).status == 400
    assert deliveries(instance, hook)["deliveries"] == []


def test_a_test_goes_to_its_webhook_alone(instance):
    hook, other = make(instance, events=["post.failed"]), make(instance)
    answer = instance.post(f"/api/v1/webhooks/{hook['id']}/test")
    assert answer.status == 202, answer
    assert answer.json["eventType"] == "webhook.test"
    assert deliveries(instance, hook)["deliveries"] == [answer.json]
    assert deliveries(instance, other)["deliveries"] == []
    patch(instance, hook, active=False)
    answer = instance.post(f"/api/v1/webhooks/{hook['id']}/test")
    assert answer.status == 409 and "disabled" in answer.json["error"]


def test_disabling_fails_what_waits_and_retry_sends_it_again(instance):
    hook = make(instance)
    draft(instance)
    patch(instance, hook, active=False)
    [failed] = deliveries(instance, hook)["deliveries"]
    assert failed["status"] == "failed" and failed["nextAttemptAt"] is None
    retry = f"/api/v1/deliveries/{failed['id']}/retry"
    assert instance.post(retry).status == 409
    patch(instance, hook, active=True)
    assert deliveries(instance, hook)["deliveries"][0]["status"] == "failed"
    answer = instance.post(retry)
    assert answer.status == 202, answer
    assert answer.json["status"] == "pending" and answer.json["nextAttemptAt"]
    assert instance.get(f"/api/v1/deliveries/{failed['id']}"
                        ).json == answer.json


def test_pages_are_stable_while_deliveries_come_and_go(instance):
    hook = make(instance)
    for _ in range(7):
        draft(instance)
    ids = [d["id"] for d in deliveries(instance, hook)["deliveries"]]
    seen, cursor = [], ""
    while cursor is not None:
        page = deliveries(instance, hook, f"?limit=2{cursor}")
        assert len(page["deliveries"]) <= 2
        seen += [d["id"] for d in page["deliveries"]]
        cursor = page["nextCursor"] and f"&cursor={page['nextCursor']}"
        draft(instance)
    assert seen == ids and len(ids) == 7
    assert deliveries(instance, hook, "?status=failed")["deliveries"] == []
    bad = f"/api/v1/webhooks/{hook['id']}/deliveries?"
    for query in ("limit=0", "limit=101", "cursor=x", "status=lost", "x=1"):
        assert instance.get(bad + query).status == 400


def test_another_profile_sees_none_of_it(instance):
    hook = make(instance)
    draft(instance)
    [delivery] = deliveries(instance, hook)["deliveries"]
    asked = [("GET", f"webhooks/{hook['id']}"),
             ("PATCH", f"webhooks/{hook['id']}"),
             ("DELETE", f"webhooks/{hook['id']}"),
             ("GET", f"webhooks/{hook['id']}/deliveries"),
             ("POST", f"webhooks/{hook['id']}/test"),
             ("GET", f"deliveries/{delivery['id']}"),
             ("POST", f"deliveries/{delivery['id']}/retry")]
    for method, path in asked:
        lost = path.replace(path.split("/")[1], NOBODY)
        for whose, where in ((instance.stranger, path), (True, lost)):
            answer = instance.request(
                method, f"/api/v1/{where}",
                {"active": False} if method == "PATCH" else None, key=whose)
            assert answer.status == 404, (method, where, answer)
    assert instance.get("/api/v1/webhooks",
                        key=instance.stranger).json == {"webhooks": []}
    assert hooks(instance)[0]["active"] is True
    assert deliveries(instance, hook)["deliveries"] == [delivery]


def test_scopes(instance):
    hook = make(instance)
    reader = instance.add_key("owner@example.org", "webhook:read")
    writer = instance.add_key("owner@example.org", "webhook:write")
    paths = ["", f"/{hook['id']}", f"/{hook['id']}/deliveries"]
    for path in paths:
        assert instance.get("/api/v1/webhooks" + path,
                            key=reader).status == 200
        assert instance.get("/api/v1/webhooks" + path,
                            key=writer).status == 403
    assert instance.post("/api/v1/webhooks", {"url": URL},
                         key=reader).status == 403
    assert instance.request("DELETE", f"/api/v1/webhooks/{hook['id']}",
                            key=reader).status == 403
    assert instance.request("DELETE", f"/api/v1/webhooks/{hook['id']}",
                            key=writer).status == 200
    assert hooks(instance) == []
