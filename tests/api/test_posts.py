"""What /api/v1 offers on posts beyond Sprkly's text."""

from datetime import datetime, timedelta, timezone

import pytest

from servers import multipart


def later(**how):
    time = datetime.now(timezone.utc) + timedelta(**(how or {"days": 30}))
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")


@pytest.fixture(scope="module", autouse=True)
def account(instance):
    instance.key
    instance.threads = "profile_" + instance.add_account(
        "threads", "--offline", "--handle", "ana", secret="offline")
    instance.facebook = "profile_" + instance.add_account(
        "facebook", "--offline", "--handle", "ana", secret="offline")
    return instance


def make(instance, **change):
    body = {"platforms": ["threads"], "caption": "x",
            "scheduledTime": later(), **change}
    answer = instance.post("/api/v1/posts", body)
    assert answer.status == 201, answer
    return answer.json["postIds"][0]


def get(instance, post, **how):
    return instance.get(f"/api/v1/posts/{post}", **how)


def patch(instance, post, **change):
    return instance.request("PATCH", f"/api/v1/posts/{post}", change)


# ---------------------------------------------------------------- validate

def test_validate_tells_each_target_s_error_and_stores_nothing(instance):
    before = instance.get("/api/v1/posts?limit=1").json["posts"]
    wish = {"platforms": ["threads", "facebook"], "caption": "x" * 501,
            "scheduledTime": later()}
    answer = instance.post("/api/v1/posts/validate", wish)
    assert answer.status == 200, answer
    assert answer.json["valid"] is False
    (error,) = answer.json["errors"]
    assert error["platform"] == "threads"
    assert error["profileId"] == instance.threads
    assert (error["code"], error["field"], error["limit"]) == (
        "caption_too_long", "caption", 500)
    assert "500" in error["error"] and "501" in error["error"]
    good = instance.post("/api/v1/posts/validate", {**wish, "caption": "x"})
    assert good.json["valid"] is True and good.json["errors"] == []
    assert instance.get("/api/v1/posts?limit=1").json["posts"] == before


def test_validate_tells_of_alt_text_that_goes_nowhere(instance):
    instance.add_account("telegram", "--offline", "--handle", "@alt",
                         secret="offline")
    wish = {"platforms": ["telegram", "threads"], "caption": "x",
            "scheduledTime": later(),
            "mediaUrls": ["https://example.org/1.png"]}
    answer = instance.post("/api/v1/posts/validate", {
        **wish, "altTexts": ["a bowl"]})
    assert answer.json["valid"] is True
    [warning] = answer.json["warnings"]
    assert warning["platform"] == "telegram"
    assert "alt text" in warning["warning"]
    assert instance.post("/api/v1/posts/validate", wish).json[
        "warnings"] == []


def test_validate_counts_a_gif_s_frames(instance):
    instance.add_account("twitter", "--offline", "--handle", "gif",
                         secret="offline")
    frame = bytes.fromhex("2c0000000001000100000202440100")
    for frames, valid in ((350, True), (351, False)):
        form, body = multipart(("file", b"GIF89a" + bytes.fromhex(
            "01000100800000000000ffffff") + frames * frame + b";",
            "moving.gif", "image/gif"))
        media = instance.post("/api/v1/media", body, headers={
            "Content-Type": form}).json["mediaId"]
        answer = instance.post("/api/v1/posts/validate", {
            "platforms": ["twitter"], "caption": "x", "mediaId": media,
            "scheduledTime": later()})
        assert answer.json["valid"] is valid, answer
        assert valid or answer.json["errors"][0]["limit"] == 350, answer


def test_validate_refuses_what_cannot_be_read(instance):
    for change, code in (({"platforms": []}, "missing_platforms"),
                         ({"platforms": ["fax"]}, "unsupported_platform"),
                         ({"scheduledTime": "2001-01-01T00:00:00Z"},
                          "scheduled_time_in_past"),
                         ({"mediaUrls": ["ftp://x/y"]}, "invalid_media")):
        answer = instance.post("/api/v1/posts/validate", {
            "platforms": ["threads"], "caption": "x", **change})
        assert (answer.status, answer.json["code"]) == (400, code), answer


# ---------------------------------------------------------------- list

def test_pages_are_stable_while_posts_come_and_go(instance):
    label = f"pages-{instance.port}"
    posts = [make(instance, category=label) for _ in range(7)]
    seen, cursor, page = [], "", 0
    while True:
        answer = instance.get(f"/api/v1/posts?limit=2&category={label}"
                              f"{cursor}").json
        seen += [p["id"] for p in answer["posts"]]
        assert len(answer["posts"]) <= 2
        if answer["nextCursor"] is None:
            break
        cursor = f"&cursor={answer['nextCursor']}"
        make(instance, category=label)          # newer: not in later pages
        if page == 0:
            for _ in range(2):                  # cancelled, then hidden
                instance.request("DELETE", f"/api/v1/posts/{posts[6]}")
        page += 1
    assert seen == posts[::-1]


def test_filters(instance):
    label = f"filters-{instance.port}"
    near = make(instance, category=label, scheduledTime=later(days=1))
    far = make(instance, category=label, scheduledTime=later(days=60),
               externalId=f"mine-{instance.port}")
    both = instance.post("/api/v1/posts", {
        "platforms": ["facebook"], "caption": "y", "category": label,
        "draft": True}).json["postIds"][0]

    def ids(query):
        answer = instance.get(f"/api/v1/posts?category={label}&{query}")
        assert answer.status == 200, answer
        return {p["id"] for p in answer.json["posts"]}

    assert ids("") == {near, far, both}
    assert ids("status=scheduled") == {near, far}
    assert ids("status=draft") == {both}
    assert ids("platform=facebook") == {both}
    assert ids(f"profileId={instance.threads}") == {near, far}
    assert ids(f"externalId=mine-{instance.port}") == {far}
    assert ids(f"from={later(days=30)}") == {far}
    assert ids(f"to={later(days=30)}") == {near}
    day = later(days=1)[:10]                    # a date is its whole day
    assert ids(f"from={day}&to={day}") == {near}
    assert instance.get("/api/v1/posts?status=lost").status == 400
    assert instance.get("/api/v1/posts?limit=0").status == 400
    assert instance.get("/api/v1/posts?limit=101").status == 400
    assert instance.get("/api/v1/posts?cursor=abc").status == 400


def test_a_limited_key_sees_its_accounts_only(instance):
    key = instance.add_key("owner@example.org", "all", "--accounts",
                           instance.threads[len("profile_"):])
    mine = make(instance)
    other = make(instance, platforms=["facebook"])
    assert get(instance, mine, key=key).status == 200
    assert get(instance, other, key=key).status == 404
    seen = instance.get("/api/v1/posts?limit=100", key=key).json["posts"]
    assert {p["platforms"][0] for p in seen} == {"threads"}
    assert instance.request("DELETE", f"/api/v1/posts/{other}",
                            key=key).status == 404


# ---------------------------------------------------------------- change

def test_change_text_time_and_media(instance):
    post = make(instance, mediaUrls=["https://a.example/1.jpg"],
                altTexts=["One"])
    when = later(days=40)
    answer = patch(instance, post, caption="new", scheduledTime=when,
                   mediaUrls=["https://a.example/2.jpg",
                              "https://a.example/3.jpg"])
    assert answer.status == 200, answer
    assert answer.json == get(instance, post).json
    assert answer.json["caption"] == "new"
    assert answer.json["scheduledTime"] == when
    assert answer.json["mediaUrls"] == ["https://a.example/2.jpg",
                                        "https://a.example/3.jpg"]


def test_change_writes_no_sibling(instance):
    answer = instance.post("/api/v1/posts", {
        "platforms": ["threads", "facebook"], "caption": "both",
        "scheduledTime": later()})
    one, two = answer.json["postIds"]
    assert patch(instance, one, caption="mine").status == 200
    assert get(instance, one).json["caption"] == "mine"
    assert get(instance, two).json["caption"] == "both"


def test_no_time_makes_a_draft_and_a_time_schedules_it(instance):
    post = make(instance)
    assert patch(instance, post, scheduledTime=None).json["status"] == "draft"
    assert get(instance, post).json["scheduledTime"] is None
    assert patch(instance, post,
                 scheduledTime=later()).json["status"] == "scheduled"


def test_local_time_is_read_in_its_zone(instance):
    post = make(instance)
    answer = patch(instance, post, scheduledTime="2031-07-01T12:00",
                   timezone="Europe/Berlin")
    assert answer.json["scheduledTime"] == "2031-07-01T10:00:00.000Z"
    answer = patch(instance, post, scheduledTime="2031-07-01T12:00",
                   timezone="Mars/Olympus")
    assert answer.status == 400


@pytest.mark.parametrize("change, code", [
    ({"caption": "x" * 501}, "caption_too_long"),       # Threads: 500
    ({"caption": None}, None),
    ({"caption": ""}, "missing_content"),
    ({"scheduledTime": "2020-01-01T00:00:00Z"}, "scheduled_time_in_past"),
    ({"mediaUrls": ["ftp://a.example/1"]}, "invalid_media"),
    ({"platformMeta": {"facebook": {}}}, "invalid_platform_meta")])
def test_changes_are_checked(instance, change, code):
    answer = patch(instance, make(instance), **change)
    if code is None:
        assert answer.status == 200, answer
    else:
        assert answer.status == 400 and answer.json["code"] == code, answer


# ---------------------------------------------------------------- end

def test_delete_cancels_then_hides(instance):
    post = make(instance)
    path = f"/api/v1/posts/{post}"
    assert instance.request("DELETE", path).json == {
        "id": post, "cancelled": True, "deleted": False}
    state = get(instance, post).json
    assert state["status"] == "failed"
    assert state["failedReason"] == "cancelled"
    assert patch(instance, post, caption="y").status == 409
    assert instance.request("DELETE", path).json == {
        "id": post, "cancelled": False, "deleted": True}
    assert get(instance, post).status == 404
    events = instance.sql("SELECT type FROM event WHERE target = '%s'"
                          " ORDER BY id" % post[len("post_"):])
    assert [e["type"] for e in events] == ["post.scheduled", "post.cancelled"]


def test_a_network_that_takes_no_posts_is_refused(instance):
    """GET /platforms has the reason: see the last test but one."""
    instance.add_account("snapchat", "--offline", "--handle", "ana",
                         secret="offline")
    for path, body in (("posts", {"caption": "x", "scheduledTime": later()}),
                       ("publish", {"caption": "x"}),
                       ("posts/validate", {"caption": "x",
                                           "scheduledTime": later()})):
        answer = instance.post(f"/api/v1/{path}", {
            "platforms": ["snapchat"], **body})
        assert answer.status == 400, (path, answer)
        assert answer.json["code"] == "unsupported_platform"
        assert "snapchat" in answer.json["error"]


def test_a_failed_post_is_sent_again(instance):
    """Its server is one that the address guard reaches for nobody."""
    instance.add_account("mastodon", "--offline", "--handle", "ana",
                         "--server", "https://10.0.0.1", secret="offline")
    answer = instance.post("/api/v1/publish", {
        "platforms": ["mastodon"], "caption": "x"})
    post = answer.json["postIds"][0]
    instance.shift_clock(61000)
    instance.tick()
    instance.shift_clock(0)
    state = get(instance, post).json
    assert state["status"] == "failed", state
    tries = instance.get(f"/api/v1/posts/{post}/attempts").json["attempts"]
    assert (tries[-1]["outcome"], tries[-1]["category"]) == (
        "failed", "network_error")
    again = instance.post(f"/api/v1/posts/{post}/retry")
    assert again.status == 200 and again.json["status"] == "scheduled"
    assert instance.post(f"/api/v1/posts/{post}/retry").status == 409


def test_metrics(instance):
    post = make(instance)
    url = f"/api/v1/posts/{post}/metrics"
    answer = instance.get(url).json
    assert answer["id"] == post and answer["snapshots"] == []
    assert answer["latest"] is None and answer["nextSnapshotAt"] is None
    bare = post[len("post_"):]
    instance.sql("INSERT INTO metric (target, taken_at, likes, shares) VALUES"
                 f" ('{bare}', 1800003600000, 3, NULL),"
                 f" ('{bare}', 1800000000000, 1, 0)")
    instance.sql("UPDATE target SET measure_at = 1800007200000"
                 f" WHERE id = '{bare}'")
    answer = instance.get(url).json
    early, late = answer["snapshots"]
    assert late == answer["latest"] == {
        "takenAt": "2027-01-15T09:00:00.000Z", "likes": 3, "comments": None,
        "shares": None, "views": None, "impressions": None, "clicks": None,
        "saves": None}
    assert (early["likes"], early["shares"]) == (1, 0)
    assert answer["nextSnapshotAt"] == "2027-01-15T10:00:00.000Z"
    gone = instance.get("/api/v1/posts/post_" + "0" * 8 + "/metrics")
    assert gone.status == 404 and gone.json["code"] == "post_not_found"


def uncertain(instance):
    """A post that may have been sent, as the publisher leaves one."""
    post = make(instance)
    bare = post[len("post_"):]
    attempt = "0190aaaa-0000-7000-8000-" + bare[-12:]
    instance.sql(
        f"INSERT INTO attempt (id, target, number, worker, claimed_at,"
        f" sent_at, ended_at, outcome) VALUES ('{attempt}', '{bare}', 1, 'w',"
        f" 1, 2, 3, 'uncertain');"
        f"UPDATE target SET state = 'uncertain', category = 'uncertain',"
        f" reason = 'uncertain: look for it' WHERE id = '{bare}'")
    return post


def test_uncertain_is_failed_and_says_so(instance):
    post = uncertain(instance)
    state = get(instance, post).json
    assert state["status"] == "failed"
    assert state["failedReason"].startswith("uncertain:")
    assert instance.post(f"/api/v1/posts/{post}/retry").status == 409
    assert instance.request("DELETE", f"/api/v1/posts/{post}").status == 409
    assert patch(instance, post, caption="y").status == 409


def test_resolve_it_is_there(instance):
    post = uncertain(instance)
    path = f"/api/v1/posts/{post}/resolve"
    assert instance.post(path, {"outcome": "posted"}).status == 400
    assert instance.post(path, {"outcome": "posted",
                                "permalink": "javascript:x"}).status == 400
    answer = instance.post(path, {
        "outcome": "posted", "permalink": "https://threads.net/@ana/1"})
    assert answer.status == 200, answer
    assert answer.json["status"] == "posted"
    assert answer.json["permalink"] == "https://threads.net/@ana/1"
    assert instance.post(path, {"outcome": "send_again"}).status == 409


def test_resolve_send_again(instance):
    post = uncertain(instance)
    answer = instance.post(f"/api/v1/posts/{post}/resolve",
                           {"outcome": "send_again"})
    assert answer.status == 200 and answer.json["status"] == "scheduled"
    assert answer.json["failedReason"] is None


def test_posts_an_hour(new_instance):
    instance = new_instance(settings={"posts_an_hour": "2"}).start()
    instance.key
    instance.add_account("threads", "--offline", "--handle", "ana",
                         secret="offline")
    make(instance)
    make(instance)
    answer = instance.post("/api/v1/posts", {
        "platforms": ["threads"], "caption": "x", "scheduledTime": later()})
    assert answer.status == 429 and answer.json["code"] == "rate_limited"


def test_platforms_say_what_they_allow(instance):
    rows = {r["platform"]: r for r in
            instance.get("/api/v1/platforms").json["platforms"]}
    # test_catalogue.c compares every row with the drivers that there are
    assert {"site", "mastodon", "bluesky"} <= {
        name for name, row in rows.items() if row["support"] == "supported"}
    assert rows["bluesky"]["maxCharacters"] == 300
    assert rows["snapchat"]["support"] == "unsupported"
    assert rows["snapchat"]["configured"] is False
    assert "Snap has put on a list" in rows["snapchat"]["note"]
