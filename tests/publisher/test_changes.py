"""What is public already is edited and deleted on its network, through both
APIs: the network's copy, what GET shows, and what a crash leaves."""

import os
import signal

import pytest

from newsroom import gone, quote

SYNCER, NATIVE = "/socialsyncer/v1/posts", "/api/v1/posts"
STATUS = "/api/v1/statuses/"


@pytest.fixture
def room(open_newsroom):
    one = open_newsroom({"posts_an_hour": 0})
    one.start("lighttpd")
    return one


def hurried(open_newsroom):
    """A room whose requests wait a second and no more."""
    one = open_newsroom({"publish_wait": 1, "http_seconds": 120})
    one.start("lighttpd")
    return one


def network_of(room, account):
    return room.sql(f"SELECT network FROM account WHERE id ="
                    f" {quote(account)}")[0]["network"]


def publish(room, *accounts, content="Hello", **more):
    """A published post of SocialSyncer's."""
    answer = room.post(SYNCER, {
        "content": content, "publishNow": True, "platforms": [
            {"platform": network_of(room, account), "accountId": account}
            for account in accounts], **more})
    assert answer.status == 201, answer
    if answer.json["status"] == "publishing":   # a request that hardly waits
        room.wait_for(lambda: syncer(room, answer.json["id"])["status"]
                      == "published")
        return syncer(room, answer.json["id"])
    assert answer.json["status"] == "published", answer
    return answer.json


def syncer(room, id):
    return room.get(f"{SYNCER}/{id}").json


def edit(room, post, text, **how):
    return room.post(f"{SYNCER}/{post['id']}/edit", {"content": text}, **how)


def targets(room, post):
    """The post's targets' ids."""
    return [row["id"] for row in room.sql(
        f"SELECT id FROM target WHERE post = {quote(post['id'][5:])}"
        " ORDER BY rowid")]


def delete(room, target, how="?everywhere=true", **more):
    return room.request("DELETE", f"{NATIVE}/post_{target}{how}", **more)


def journal(room, target, kind):
    """The outcomes of the target's attempts of a kind."""
    rows = room.sql("SELECT * FROM attempt WHERE target ="
                    f" {quote(target)} AND kind = '{kind}' ORDER BY number")
    assert all(row["sent_at"] for row in rows), rows
    return [row["outcome"] for row in rows]


def waiting(room):
    return room.sql("SELECT * FROM change")


def remote(stand, room, target):
    """The status as the stand-in has it now; {} where it is not there."""
    return stand.order(call="show", id=room.target(target)["remote_id"])


def fault(answer, status, param=None):
    assert answer.status == status, answer
    assert answer.json["error"] and answer.json["code"], answer
    if param:
        assert answer.json["param"] == param, answer
        assert answer.json["type"] == "invalid_request_error"


# ------------------------------------------------------------------- edit

@pytest.mark.parametrize("flavour", ["mastodon", "gotosocial"])
def test_an_edit_changes_the_text_and_nothing_else(room, files,
                                                   flavour):
    stand, account = room.mastodon(flavour)
    post = publish(room, account, mediaItems=[
        {"type": "image", "url": f"{files}/1.png", "altText": "the <first>"},
        {"type": "image", "url": f"{files}/2.png"}], platforms=[
        {"platform": "mastodon", "accountId": account,
         "platformSpecificData": {"contentWarning": "cats & dogs",
                                  "visibility": "unlisted",
                                  "language": "de"}}])
    [target] = targets(room, post)
    before = remote(stand, room, target)
    answer = edit(room, post, "Grüße \"again\" & <more>")
    assert answer.status == 200, answer
    assert answer.json["edits"] == [
        {"platform": "mastodon", "accountId": account, "status": "edited",
         "error": None}]
    assert answer.json["content"] == "Grüße \"again\" & <more>"
    after = remote(stand, room, target)
    assert after["edits"] == [after["text"]] == ["Grüße \"again\" & <more>"]
    assert after["descriptions"] == ["the <first>", ""]
    for name in ("media", "spoiler_text", "sensitive", "language",
                 "visibility", "id"):
        assert after[name] == before[name], name
    assert len(stand.ledger()) == 1
    shown = syncer(room, post["id"])
    assert shown["content"] == after["text"] and shown["status"] == "published"
    assert shown["platforms"][0]["customContent"] is None
    assert shown["platforms"][0]["platformPostId"] == before["id"]
    assert journal(room, target, "edit") == ["done"]
    assert [one for one in stand.refused() if one["method"] == "PUT"] == []
    native = room.get(f"{NATIVE}/{target}").json
    assert native["caption"] == after["text"]
    assert native["status"] == "posted"
    tries = room.get(f"{NATIVE}/{target}/attempts").json["attempts"]
    assert [one["kind"] for one in tries][-1] == "edit"


def test_the_native_api_edits_too(room):
    stand, account = room.mastodon()
    [target] = targets(room, publish(room, account))
    answer = room.post(f"{NATIVE}/post_{target}/edit", {"caption": "Better"},
                       headers={"Idempotency-Key": "better-1"})
    assert answer.status == 200, answer
    assert answer.json["caption"] == "Better"
    assert answer.json["edit"] == {"outcome": "edited", "reason": None}
    again = room.post(f"{NATIVE}/post_{target}/edit", {"caption": "Better"},
                      headers={"Idempotency-Key": "better-1"})
    assert again.body == answer.body
    assert remote(stand, room, target)["edits"] == ["Better"]
    assert stand.order()["requests"].count(
        ["PUT", STATUS + room.target(target)["remote_id"]]) == 1


def test_an_edit_is_refused_where_it_cannot_be(room):
    stand, account = room.mastodon()
    site = room.site_account()
    fixed, post = publish(room, site), publish(room, account)
    answer = edit(room, fixed, "No")
    fault(answer, 422, "platforms")
    assert "Your own site" in answer.json["error"]
    fault(edit(room, post, "x" * 501), 422, "content")
    fault(room.post(f"{SYNCER}/{post['id']}/edit", {}), 400, "content")
    fault(edit(room, post, " "), 400, "content")
    draft = room.post(SYNCER, {"content": "later", "isDraft": True}).json
    fault(edit(room, draft, "No"), 409)
    room.add_user("other@example.org")
    for key in (room.add_key("other@example.org"),
                room.add_key("owner@example.org", "all", "--accounts", site)):
        fault(edit(room, post, "No", key=key), 404)
        fault(delete(room, targets(room, post)[0], key=key), 404)
    fault(edit(room, post, "No", key=room.add_key(scopes="post:read")), 403)
    assert waiting(room) == []
    assert remote(stand, room, targets(room, post)[0])["edits"] == []
    assert syncer(room, fixed["id"])["content"] == "Hello"


def test_some_of_a_posts_platforms_can_be_edited(room):
    stand, account = room.mastodon()
    site = room.site_account()
    post = publish(room, site, account)
    answer = edit(room, post, "For some")
    assert answer.status == 200, answer
    at_site, at_mastodon = answer.json["edits"]
    assert at_site["status"] == "unchanged" and "edit" in at_site["error"]
    assert at_mastodon["status"] == "edited"
    assert answer.json["content"] == "Hello"
    assert [one["customContent"] for one in answer.json["platforms"]] == [
        None, "For some"]
    assert [room.get(f"{NATIVE}/{target}").json["caption"]
            for target in targets(room, post)] == ["Hello", "For some"]
    assert remote(stand, room, targets(room, post)[1])["text"] == "For some"


def test_what_its_owner_found_cannot_be_changed_by_its_link(room):
    stand, account = room.mastodon()
    target = room.schedule(account)
    room.write(["UPDATE target SET state = 'uncertain', reason = 'uncertain'"
                f" WHERE id = {quote(target)}"])
    room.write(["INSERT INTO event (id, profile, type, target, data,"
                f" created_at) SELECT 'e', profile, 'post.uncertain', id,"
                f" '{{}}', 1 FROM target WHERE id = {quote(target)}"])
    answer = room.post(f"{NATIVE}/{target}/resolve", {
        "outcome": "posted", "permalink": stand.url + "/@alice/1"})
    assert answer.status == 200, answer
    fault(delete(room, target), 400)
    fault(room.post(f"{NATIVE}/{target}/edit", {"caption": "x"}), 400)
    assert room.target(target)["hidden_at"] is None
    assert not any(path.startswith(STATUS)
                   for _, path in stand.order()["requests"])


def test_a_refusal_is_told_and_changes_nothing(room):
    stand, account = room.mastodon()
    post = publish(room, account)
    [target] = targets(room, post)
    stand.fault("status", path=STATUS, method="PUT", status=422,
                body={"error": "Validation failed: too bold"})
    answer = edit(room, post, "Bold")
    assert answer.status == 200, answer
    assert answer.json["edits"][0]["status"] == "failed"
    assert "too bold" in answer.json["edits"][0]["error"]
    assert answer.json["content"] == "Hello"
    assert answer.json["status"] == "published"
    assert journal(room, target, "edit") == ["failed"]
    stand.order(call="delete", id=room.target(target)["remote_id"])
    answer = edit(room, post, "Gone")
    assert answer.json["edits"][0]["status"] == "failed"
    assert "any more" in answer.json["edits"][0]["error"]
    assert waiting(room) == []


def test_three_tries_and_no_more(room):
    stand, account = room.mastodon()
    post = publish(room, account)
    [target] = targets(room, post)
    stand.fault("status_after", path=STATUS, method="PUT", count=9,
                status=503, body={"error": "busy"})
    answer = edit(room, post, "In vain")
    assert answer.json["edits"][0]["status"] == "pending", answer
    assert answer.json["content"] == "Hello"
    for tries in (2, 3):
        room.tick()
        assert len(journal(room, target, "edit")) == tries - 1  # not yet
        room.advance(300)
        room.tick()
    assert journal(room, target, "edit") == ["retry", "retry", "failed"]
    assert waiting(room) == [] and syncer(room, post["id"])["content"] \
        == "Hello"
    stand.order(clear=True)
    assert edit(room, post, "Now").json["content"] == "Now"


def test_a_change_that_waits_gives_way_to_another(room):
    stand, account = room.mastodon()
    post = publish(room, account)
    [target] = targets(room, post)
    stand.fault("drop_before", path=STATUS, method="PUT")
    assert edit(room, post, "One").json["edits"][0]["status"] == "pending"
    assert edit(room, post, "Two").json["edits"][0]["status"] == "edited"
    room.advance(300)
    room.tick()
    assert remote(stand, room, target)["edits"] == ["Two"]
    assert journal(room, target, "edit") == ["retry", "done"]


def test_an_account_that_is_refused_expires(room):
    stand, account = room.mastodon()
    post = publish(room, account)
    [target] = targets(room, post)
    stand.order(call="revoke", token="alice-token")
    answer = edit(room, post, "Better")
    assert answer.json["edits"][0]["status"] == "failed", answer
    assert room.account(account)["status"] == "expired"
    assert room.sql("SELECT count(*) AS n FROM event WHERE type ="
                    " 'account.expired'")[0]["n"] == 1
    fault(edit(room, post, "Better"), 409)
    answer = delete(room, target)
    fault(answer, 409)
    assert "connect it again" in answer.json["error"]
    assert room.target(target)["hidden_at"] is None


# ------------------------------------------------------------------ crashes

def kill_changer(room):
    """SIGKILL the worker that holds the one change, and wait for its end."""
    [row] = waiting(room)
    pid = int(row["worker"].split("-")[1])
    os.kill(pid, signal.SIGKILL)
    room.wait_for(lambda: gone(pid))


def held(room):
    return [row for row in waiting(room) if row["worker"]]


@pytest.mark.parametrize("when", ["hang_before", "hang"])
def test_an_edit_survives_its_workers_death(open_newsroom, when):
    room = hurried(open_newsroom)
    stand, account = room.mastodon()
    post = publish(room, account)
    [target] = targets(room, post)
    stand.fault(when, path=STATUS, method="PUT")
    answer = edit(room, post, "Better")
    assert answer.json["edits"][0]["status"] == "pending", answer
    room.wait_for(lambda: stand.order()["faults"] == 0)
    room.tick()                         # it lives: nobody takes it away
    assert held(room) and journal(room, target, "edit") == [None]
    fault(edit(room, post, "Other"), 409)
    assert syncer(room, post["id"])["content"] == "Hello"
    kill_changer(room)
    room.tick()
    room.tick()
    assert journal(room, target, "edit") == ["crashed", "done"]
    assert remote(stand, room, target)["edits"] == ["Better"]
    assert syncer(room, post["id"])["content"] == "Better"


def test_a_deletion_survives_its_workers_death(open_newsroom):
    room = hurried(open_newsroom)
    stand, account = room.mastodon()
    [target] = targets(room, publish(room, account))
    stand.fault("hang", path=STATUS, method="DELETE")
    answer = delete(room, target)
    assert answer.json["deleted"] is False, answer
    assert answer.json["targets"][0]["outcome"] == "pending"
    room.wait_for(lambda: stand.order()["faults"] == 0)
    assert room.get(f"{NATIVE}/{target}").status == 200
    kill_changer(room)
    room.tick()
    room.tick()
    assert journal(room, target, "delete") == ["crashed", "done"]
    assert remote(stand, room, target) == {}
    assert room.get(f"{NATIVE}/{target}").status == 404
    assert waiting(room) == []


def test_a_change_whose_workers_die_thrice_has_failed(room):
    stand, account = room.mastodon()
    [target] = targets(room, publish(room, account))
    for time in range(3):
        room.write([
            "INSERT OR IGNORE INTO change (target, kind, next_at, created_at)"
            f" VALUES ({quote(target)}, 'delete', 1, {room.now()})",
            f"UPDATE change SET worker = 'worker-0-{time}'",
            "INSERT INTO attempt (id, target, number, kind, worker,"
            f" claimed_at, sent_at) SELECT 'a{time}', target, {2 + time},"
            f" kind, worker, {room.now()}, {room.now()} FROM change"])
        room.run("publisher", "--changes", "019cf2b1-7a10-7c3e-9b54-"
                 "3f0d5c1e8a77", check=False)
    assert journal(room, target, "delete") == ["crashed", "crashed", "failed"]
    assert "may be done" in room.attempts(target)[-1]["detail"]
    assert waiting(room) == []


def test_what_is_halted_waits(open_newsroom):
    room = hurried(open_newsroom)
    stand, account = room.mastodon()
    post = publish(room, account)
    room.admin("emergency-stop")
    answer = edit(room, post, "Better")
    assert answer.json["edits"][0]["status"] == "pending", answer
    room.tick()
    assert room.run("publisher", "--changes", post["id"][5:],
                    check=False).returncode == 1
    assert remote(stand, room, targets(room, post)[0])["edits"] == []
    room.admin("resume")
    room.tick()
    assert syncer(room, post["id"])["content"] == "Better"


# ------------------------------------------------------------------- delete

def test_a_post_is_deleted_everywhere(room, files):
    bluesky = room.stand("bluesky")
    with open(room.conf, "a") as conf:
        conf.write("api_url.bluesky = %s\n" % bluesky.url)
    stand, mastodon = room.mastodon()
    site = room.site_account()
    sky = room.add_account("bluesky", "--handle", "crier.test",
                           secret="abcd-efgh-ijkl-mnop")
    picture = [{"type": "image", "url": f"{files}/1.png"}]
    kept = publish(room, site, content="Stays", mediaItems=picture)
    post = publish(room, mastodon, sky, site, content="Goes",
                   mediaItems=[*picture, {"type": "image",
                                          "url": f"{files}/2.png"}])
    assert len(list(room.site.glob("ana/media/*"))) == 2
    assert len(bluesky.order(call="records")["uris"]) == 1
    for target in targets(room, post):
        row = room.target(target)
        answer = delete(room, target)
        assert answer.status == 200, answer
        assert answer.json == {
            "id": f"post_{target}", "cancelled": False, "deleted": True,
            "targets": [{
                "id": f"post_{target}", "platform": row["network"],
                "profileId": f"profile_{row['account']}",
                "permalink": row["permalink"], "outcome": "deleted",
                "reason": None}]}
        assert journal(room, target, "delete") == ["done"]
        fault(delete(room, target), 404)
        fault(room.get(f"{NATIVE}/{target}"), 404)
    assert stand.order(call="show", id=stand.ledger()[0]["id"]) == {}
    assert bluesky.order(call="records")["uris"] == []
    assert bluesky.refused() == [] and [
        one for one in stand.refused() if one["method"] == "DELETE"] == []
    page = post["platforms"][2]["platformPostUrl"][len(room.url):]
    assert room.get(page, key=False).status == 404
    for name in ("index.html", "feed.xml", "feed.json"):
        text = (room.site / "ana" / name).read_text()
        assert "Goes" not in text and "Stays" in text, name
    assert len(list(room.site.glob("ana/media/*"))) == 1
    assert len(list(room.site.glob("ana/p/*/*/*"))) == 2
    left = kept["platforms"][0]["platformPostUrl"][len(room.url):]
    assert room.get(left, key=False).status == 200
    assert syncer(room, post["id"])["platforms"] == []


def test_what_is_gone_already_is_deleted(room):
    stand, account = room.mastodon()
    [target] = targets(room, publish(room, account))
    stand.order(call="delete", id=room.target(target)["remote_id"])
    answer = delete(room, target)
    assert answer.json["targets"][0]["outcome"] == "deleted", answer


def test_everywhere_of_what_is_not_public(room):
    account = room.add_account("snapchat", "--offline", "--handle", "x",
                               secret="offline")
    waits = room.schedule(account, seconds=600)
    answer = delete(room, waits)
    assert answer.status == 200 and answer.json["cancelled"] is True, answer
    assert answer.json["targets"][0]["outcome"] == "cancelled"
    assert room.state(waits) == "cancelled"
    failed = room.schedule(account)
    room.tick()
    answer = delete(room, failed)
    assert answer.json["deleted"] is True, answer
    assert answer.json["targets"][0]["outcome"] == "never_published"
    assert waiting(room) == []


def test_without_everywhere_the_copy_stays(room):
    stand, account = room.mastodon()
    for how in ("", "?everywhere=false"):
        [target] = targets(room, publish(room, account, content="x" + how))
        answer = delete(room, target, how)
        assert answer.json == {"id": f"post_{target}", "cancelled": False,
                               "deleted": True}, answer
        assert remote(stand, room, target) != {}
        assert journal(room, target, "delete") == []
    fault(delete(room, target, "?everywhere=perhaps"), 400)
