#!/usr/bin/python3
"""A strict stand-in for TikTok: Login Kit and the Content Posting API v2.

    tiktok.py --port 0 --ledger FILE [--clock FILE]

Written from TikTok's documentation: PKCE in hexadecimal, scopes parted by
commas, errors of the API in an envelope and those of OAuth flat (and with
status 200), creator_info before each post, uploads in pieces one after
another, photos by URL only, and tasks that are asked about. A video is public
with its last piece, photos with their call. /_control can call besides

    end_access  {"account"}     its access tokens have ended by now
    forget      {}              no task is known any more
    moderate    {}              moderation of all posts ends
"""

import hashlib
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from double import Answer, Refused, main, route  # noqa: E402
from oauth_provider import OAuthProvider  # noqa: E402

API = "/open.tiktokapis.com/v2"
UPLOAD = "/open-upload.tiktokapis.com/video/"
MB = 1000 * 1000
LEVELS = ("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY")
KINDS = ("video/mp4", "video/quicktime", "video/webm")
COMMON = {"title", "privacy_level", "disable_comment", "brand_content_toggle",
          "brand_organic_toggle"}
FLAGS = {"disable_comment", "disable_duet", "disable_stitch",
         "brand_content_toggle", "brand_organic_toggle", "auto_add_music",
         "is_aigc"}
COUNTERS = ("view_count", "like_count", "comment_count", "share_count")
VIDEO_FIELDS = {"id", "create_time", "title", "share_url", *COUNTERS}
USER_FIELDS = {"user.info.basic": {"open_id", "union_id", "avatar_url",
                                   "display_name"},
               "user.info.profile": {"username", "bio_description"}}


def units(text):
    return len(text.encode("utf-16-le")) // 2


class TikTok(OAuthProvider):
    name = "tiktok"
    hosts = {"api_url": "open.tiktokapis.com", "login_url": "www.tiktok.com"}
    authorize = "/www.tiktok.com/v2/auth/authorize/"
    token = API + "/oauth/token/"
    revocation = API + "/oauth/revoke/"
    revokes_person = True
    id_name = "client_key"
    pkce = "hex"
    scopes = {"user.info.basic", "user.info.profile", "user.info.stats",
              "video.list", "video.publish", "video.upload"}
    separator = ","
    allowed = {"disable_auto_auth"}
    spent = (200, "invalid_grant")

    settings = {
        **OAuthProvider.settings, "refresh_expires_in": 180 * 86400,
        "levels": list(LEVELS), "comment_disabled": False,
        "duet_disabled": False, "stitch_disabled": False,
        "most_seconds": 300, "cannot": None, "audited": True,
        "polls": 1,             # status calls until a post is processed
        "fail_reason": None,    # what processing ends in
        "moderation": 0,        # status calls that tell no id yet
        "url_seconds": 3600, "inits": 6, "asks": 30,
    }

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.tasks, self.calls, self.number = {}, {}, 0
        self.posts = []

    def problem(self, status, code, reason=None):
        return Refused(status, {"data": {}, "error": {
            "code": code, "message": "It is " + code.replace("_", " "),
            "log_id": "20261121"}}, reason or code)

    def good(self, data):
        return Answer(200, {"data": data, "error": {
            "code": "ok", "message": "", "log_id": "1"}})

    def grant(self, account, scopes, refresh=None):
        answer = super().grant(account, scopes, refresh)
        body = json.loads(answer.body)
        body.pop("refresh_token_expires_in", None)
        body["refresh_expires_in"] = self.settings["refresh_expires_in"]
        body["open_id"] = self.open_id(account)
        return Answer(200, {**body, "token_type": "Bearer"})

    def control_forget(self):
        self.tasks.clear()

    def control_moderate(self):
        for task in self.tasks.values():
            task["moderation"] = 0

    # ------------------------------------------------------------ who asks

    def open_id(self, person):
        return "_000" + person

    def user(self, request, scope):
        known = self.access.get(request.bearer() or "")
        if known is None or known["dead"] or (
                known["until"] and self.now() >= known["until"]):
            raise self.problem(401, "access_token_invalid")
        if scope not in known["scopes"]:
            raise self.problem(401, "scope_not_authorized")
        return known["account"]

    def limit(self, request, name, most):
        key = (name, request.bearer())
        recent = [at for at in self.calls.get(key, ())
                  if at > self.now() - 60]
        if len(recent) >= most:
            raise self.problem(429, "rate_limit_exceeded")
        self.calls[key] = recent + [self.now()]

    def body(self, request, *names):
        body = request.json()
        kind = request.header("Content-Type").replace(" ", "").lower()
        if kind != "application/json;charset=utf-8" or request.query:
            raise self.problem(400, "invalid_params", "Content-Type %s" % kind)
        if set(body) != set(names):
            raise self.problem(400, "invalid_params", str(sorted(body)))
        return body

    def fields(self, request, known):
        names = dict(request.query).get("fields", "").split(",")
        if len(request.query) != 1 or len(set(names)) != len(names) \
                or not set(names) <= known:
            raise self.problem(400, "invalid_params", "fields %s" % names)
        return names

    @route("GET", API + "/user/info/")
    def info(self, request):
        person = self.user(request, "user.info.basic")
        names = self.fields(request, set().union(*USER_FIELDS.values()))
        granted = self.access[request.bearer()]["scopes"]
        for scope, fields in USER_FIELDS.items():
            if set(names) & fields and scope not in granted:
                raise self.problem(400, "scope_permission_missed")
        every = {"open_id": self.open_id(person), "username": person,
                 "display_name": person.title() + " B.",
                 "union_id": "u" + person, "bio_description": "",
                 "avatar_url": "https://p16.example/a.jpeg"}
        return self.good({"user": {name: every[name] for name in names}})

    @route("POST", API + "/post/publish/creator_info/query/")
    def creator(self, request):
        person = self.user(request, "video.publish")
        self.body(request)
        self.limit(request, "creator", 20)
        if self.settings["cannot"]:
            raise self.problem(200, self.settings["cannot"])
        self.calls[("asked", person)] = self.now()
        return self.good({
            "creator_username": person, "creator_nickname": person.title(),
            "creator_avatar_url": "https://p16.example/a.jpeg",
            "privacy_level_options": self.settings["levels"],
            **{name + "_disabled": self.settings[name + "_disabled"]
               for name in ("comment", "duet", "stitch")},
            "max_video_post_duration_sec": self.settings["most_seconds"]})

    # ------------------------------------------------------------ beginning

    def check_post(self, person, info, known, needed, title):
        settings = self.settings
        if set(info) - known or needed - set(info):
            raise self.problem(400, "invalid_params", str(sorted(info)))
        if any(type(info[name]) is not bool for name in FLAGS & set(info)):
            raise self.problem(400, "invalid_params", "a flag is no boolean")
        if units(info.get("title", "")) > title \
                or units(info.get("description", "")) > 4000:
            raise self.problem(400, "invalid_params", "a text is too long")
        if info["privacy_level"] not in settings["levels"]:
            raise self.problem(400, "privacy_level_option_mismatch")
        if not settings["audited"] and info["privacy_level"] != "SELF_ONLY":
            raise self.problem(
                403, "unaudited_client_can_only_post_to_private_accounts")
        if info["brand_content_toggle"] \
                and info["privacy_level"] == "SELF_ONLY":
            raise self.problem(400, "invalid_params", "private branded")
        for name in ("comment", "duet", "stitch"):
            if settings[name + "_disabled"] \
                    and info.get("disable_" + name) is False:
                raise self.problem(400, "invalid_params", name)
        if self.calls.get(("asked", person), 0) < self.now() - 3600:
            raise self.problem(400, "invalid_params", "creator_info first")

    def new_task(self, person, kind, info, **more):
        self.number += 1
        id = "%s~v2-1.%d" % (kind, self.number)
        self.tasks[id] = {"id": id, "account": person, "info": info,
                          "made": self.now(), "out": None,
                          "polls": self.settings["polls"],
                          "moderation": self.settings["moderation"], **more}
        return self.tasks[id]

    @route("POST", API + "/post/publish/video/init/")
    def video(self, request):
        person = self.user(request, "video.publish")
        body = self.body(request, "post_info", "source_info")
        self.limit(request, "init", self.settings["inits"])
        needed = COMMON | {"disable_duet", "disable_stitch"}
        info, source = body["post_info"], body["source_info"]
        self.check_post(person, info, needed | {
            "video_cover_timestamp_ms", "is_aigc"}, needed, 2200)
        if type(info.get("video_cover_timestamp_ms", 0)) is not int:
            raise self.problem(400, "invalid_params", "cover")
        if set(source) != {"source", "video_size", "chunk_size",
                           "total_chunk_count"} \
                or source["source"] != "FILE_UPLOAD":
            raise self.problem(400, "invalid_params", str(source))
        size, chunk, count = (source[name] for name in (
            "video_size", "chunk_size", "total_chunk_count"))
        whole = chunk == size and count == 1 and size <= 64 * MB
        if not whole and not (
                5 * MB <= chunk <= 64 * MB and count == size // chunk
                and 1 <= count <= 1000 and size <= 4000 * MB):
            raise self.problem(400, "invalid_params", "pieces %s" % source)
        task = self.new_task(person, "v_pub_file", info, size=size,
                             chunk=chunk, count=count, data=bytearray())
        return self.good({"publish_id": task["id"], "upload_url":
                          "%s%s?upload_id=%d&upload_token=secret-%d" % (
                              self.url(), UPLOAD, self.number, self.number)})

    @route("PUT", UPLOAD)
    def piece(self, request):
        query = dict(request.query)
        tasks = [task for task in self.tasks.values()
                 if task["id"] == "v_pub_file~v2-1." + query.get(
                     "upload_id", "") and "data" in task]
        if not tasks or query.get("upload_token") != \
                "secret-" + query["upload_id"]:
            raise Refused(404, "", "no such upload")
        task = tasks[0]
        if self.now() >= task["made"] + self.settings["url_seconds"]:
            raise Refused(403, "", "the URL has ended")
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)",
                             request.header("Content-Range") or "")
        if not match or request.header("Authorization") is not None \
                or request.kind() not in KINDS:
            raise Refused(400, "", "headers of a piece")
        first, last, total = map(int, match.groups())
        came = len(task["data"])
        told = {"Content-Range": "bytes 0-%d/%d" % (came - 1, task["size"])}
        if total != task["size"] or last - first + 1 != len(request.body):
            raise Refused(400, "", "the range is not the body's")
        index = came // task["chunk"]
        end = task["size"] if index == task["count"] - 1 \
            else came + task["chunk"]
        if first != came or last != end - 1:
            raise Refused(416, "", "range %s after %d bytes" % (
                match.group(), came), told if came else None)
        task["data"] += request.body
        told["Content-Range"] = "bytes 0-%d/%d" % (last, total)
        if end < task["size"]:
            return Answer(206, "", told)
        self.publish(task, hashlib.sha256(task["data"]).hexdigest())
        return Answer(201, "", told)

    @route("POST", API + "/post/publish/content/init/")
    def photos(self, request):
        person = self.user(request, "video.publish")
        body = self.body(request, "media_type", "post_mode", "post_info",
                         "source_info")
        self.limit(request, "init", self.settings["inits"])
        info, source = body["post_info"], body["source_info"]
        if (body["media_type"], body["post_mode"]) != ("PHOTO",
                                                       "DIRECT_POST"):
            raise self.problem(400, "invalid_params", "media_type, post_mode")
        self.check_post(person, info, COMMON | {
            "description", "auto_add_music"}, COMMON, 90)
        images = source.get("photo_images", [])
        if set(source) != {"source", "photo_images", "photo_cover_index"} \
                or source["source"] != "PULL_FROM_URL" \
                or not 1 <= len(images) <= 35 \
                or not 0 <= source["photo_cover_index"] < len(images) \
                or not all(re.match(r"https?://[!-~]+\Z", url)
                           for url in images):
            raise self.problem(400, "invalid_params", str(source))
        task = self.new_task(person, "p_pub_url", info,
                             first=source["photo_cover_index"])
        self.publish(task, images)
        return self.good({"publish_id": task["id"]})

    def publish(self, task, media):
        """What is whole becomes public unless processing fails."""
        task["out"] = False
        task["reason"] = self.settings["fail_reason"]
        if task["reason"]:
            return
        self.number += 1
        post = {"id": str(7512345678901234000 + self.number),
                "account": task["account"], "text": task["info"]["title"],
                "info": task["info"], "media": media, "made": self.now(),
                "first": task.get("first")}
        task["out"] = post["id"]
        self.posts.append(post)
        self.accept(post)

    # ------------------------------------------------------------ afterwards

    @route("POST", API + "/post/publish/status/fetch/")
    def status(self, request):
        person = self.user(request, "video.publish")
        body = self.body(request, "publish_id")
        self.limit(request, "status", self.settings["asks"])
        task = self.tasks.get(body["publish_id"])
        if task is None:
            raise self.problem(400, "invalid_publish_id")
        if task["account"] != person:
            raise self.problem(
                403, "token_not_authorized_for_specified_publish_id")
        data = {"uploaded_bytes": len(task["data"])} if "data" in task else {}
        if task["out"] is None or task["polls"] > 0:
            task["polls"] -= task["out"] is not None
            return self.good({**data, "status": "PROCESSING_UPLOAD"
                              if data else "PROCESSING_DOWNLOAD"})
        if task["reason"]:
            return self.good({**data, "status": "FAILED",
                              "fail_reason": task["reason"]})
        ids = [int(task["out"])]
        if task["info"]["privacy_level"] != "PUBLIC_TO_EVERYONE" \
                or task["moderation"] > 0:
            task["moderation"] -= 1
            ids = []
        return self.good({**data, "status": "PUBLISH_COMPLETE",
                          "publicaly_available_post_id": ids})

    def public(self, person):
        return [post for post in self.posts if post["account"] == person
                and post["info"]["privacy_level"] == "PUBLIC_TO_EVERYONE"]

    def shown(self, post, names):
        every = {"id": post["id"], "create_time": int(post["made"]),
                 "title": post["text"][:150], "share_url":
                 "https://www.tiktok.com/@%s/video/%s" % (post["account"],
                                                          post["id"]),
                 **{name: 3 + place for place, name in enumerate(COUNTERS)}}
        return {name: every[name] for name in names}

    def asked(self, request):
        """The fields and the body of a request for videos."""
        names = self.fields(request, VIDEO_FIELDS)
        return names, request.json()

    @route("POST", API + "/video/list/")
    def listed(self, request):
        person = self.user(request, "video.list")
        names, body = self.asked(request)
        if set(body) - {"max_count", "cursor"} \
                or not 1 <= body.get("max_count", 10) <= 20:
            raise self.problem(400, "invalid_params", str(body))
        posts = self.public(person)[::-1][:body.get("max_count", 10)]
        return self.good({"videos": [self.shown(post, names)
                                     for post in posts],
                          "cursor": 0, "has_more": False})

    @route("POST", API + "/video/query/")
    def queried(self, request):
        person = self.user(request, "video.list")
        names, body = self.asked(request)
        ids = body.get("filters", {}).get("video_ids", [])
        if set(body) != {"filters"} or not 1 <= len(ids) <= 20 \
                or not all(isinstance(id, str) for id in ids):
            raise self.problem(400, "invalid_params", str(body))
        return self.good({"videos": [self.shown(post, names)
                                     for post in self.public(person)
                                     if post["id"] in ids]})


if __name__ == "__main__":
    main(TikTok)
