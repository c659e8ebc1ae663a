#!/usr/bin/python3
"""A strict stand-in for YouTube's Data API v3, Google's consent page and its
token endpoint.

    youtube.py --port 0 --ledger FILE [--clock FILE]

Every body is checked against youtube.json, which is derived from Google's
discovery document (youtube v3, revision 20260924); SNIPPET and STATUS below
are those of its names that may be set; lengths, chunks, sessions and reasons
are those of videos.insert, the guide to resumable uploads and the pages of
errors. alice has a channel, bob another. The settings that /_control can
change stand below; beside what oauth_provider.py offers it can call

    end_sessions  {}            sessions expire: 404 from now on
    show          {"id"}        a video as it is now; {} where it is none
    end_access    {"account"}   its access tokens end

A line of the ledger is one video that exists: id, channel, title, text, tags,
category, status, notify, sha256; or one comment: id, channel, comment_on,
text. A video exists once its session has every
byte, and not before.
"""

import datetime
import hashlib
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from described import Described  # noqa: E402
from double import Answer, Refused, main, route  # noqa: E402
from oauth_provider import OAuthProvider  # noqa: E402

API = "/www.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/"
GRAIN = 256 * 1024
KNOWN = Described("youtube")

SNIPPET = {"title", "description", "tags", "categoryId", "defaultLanguage",
           "defaultAudioLanguage"}
STATUS = {"privacyStatus", "license", "embeddable", "publicStatsViewable",
          "publishAt", "selfDeclaredMadeForKids", "containsSyntheticMedia"}
CATEGORIES = {"1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25",
              "26", "27", "28", "29"}
CHANNELS = {"alice": ("UCalice0000000000000000A", "@alice", "Alice's films"),
            "bob": ("UCbob000000000000000000B", None, "Bob")}


class YouTube(OAuthProvider):
    name = "youtube"
    hosts = {"api_url": API[1:], "login_url": "accounts.google.com",
             "token_url": "oauth2.googleapis.com"}
    authorize = "/accounts.google.com/o/oauth2/v2/auth"
    token = "/oauth2.googleapis.com/token"
    revocation = "/oauth2.googleapis.com/revoke"
    scopes = {SCOPE + "youtube.force-ssl"}
    pkce = "S256"
    needed = {"access_type": "offline", "prompt": "consent"}
    rotates = False             # an answer to a refresh has no refresh token
    settings = {
        **OAuthProvider.settings, "expires_in": 3599,
        "channel": True,        # people have one at all
        "long_uploads": "allowed",      # or eligible, or disallowed
        "keeps": 0,             # bytes that are kept of a chunk; 0: all
        "token_puts": 0,        # PUTs after which all access tokens end
        "units": 10000,         # of quota left
        "uploads": 100,         # videos.insert left
        "locked": False,        # what is uploaded becomes private
        "processing": 0,        # times a video is not processed yet
        "ends": {"uploadStatus": "processed"},      # and then its status is
        "away": None,           # the host that sessions are said to be at
        "thumbnails": True,     # the channel is verified by telephone
        "comments": True,       # it has not turned them off
        "comments_fail": [],    # reasons of the next calls that comment
        "stale_comments": 0,    # comments that lists do not show
        "statistics": {"viewCount": "120", "likeCount": "7",
                       "commentCount": "3", "favoriteCount": "0"},
    }

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.sessions, self.videos, self.number = {}, {}, 0
        self.comments = []

    def revoke(self, request):
        """The token alone; all that its person granted ends."""
        fields = self.once(request.form())
        known = self.access.get(fields.get("token")) \
            or self.refresh.get(fields.get("token"))
        if set(fields) != {"token"} or request.header("Authorization") \
                or known is None or known["dead"]:
            raise self.refused(400, "invalid_token", "fields %s, or the token"
                               " is unknown" % sorted(fields))
        self.control_revoke(known["account"])
        return Answer(200, {})

    # ------------------------------------------------------------- helpers

    def problem(self, status, reason, why=None, domain="youtube.video"):
        message = "The request failed: %s" % reason
        return Refused(status, {"error": {
            "code": status, "message": message, "errors": [
                {"domain": domain, "reason": reason, "message": message}]}},
            why or reason)

    def refused(self, status, code, reason):
        if code == "invalid_token":
            return self.problem(401, "authError", reason, "global")
        if code == "insufficient_scope":
            return self.problem(403, "insufficientPermissions", reason,
                                "global")
        return super().refused(status, code, reason)

    def who(self, request, units):
        """The account that asks; what it asks costs units of the quota."""
        account = self.person(request, SCOPE + "youtube.force-ssl")
        if units > self.settings["units"]:
            raise self.problem(403, "quotaExceeded", domain="youtube.quota")
        self.settings["units"] -= units
        return account

    def asked(self, request, needed, allowed=()):
        query = self.once(request.query)
        if not set(needed) <= set(query) \
                or set(query) - set(needed) - set(allowed):
            raise self.problem(400, "badRequest", "query %s" % query)
        for name, value in needed.items():
            if value is not None and query[name] != value:
                raise self.problem(400, "badRequest", "%s is %r"
                                   % (name, query[name]))
        return query

    def check(self, request, name, reason):
        """The body, as the description has it."""
        body = request.json()
        fault = KNOWN.fault(name, body)
        if fault is None and name == "Video":
            set_here = {*body.get("snippet", ()), *body.get("status", ())}
            if not set_here <= SNIPPET | STATUS:
                fault = "not to be set: %s" % (set_here - SNIPPET - STATUS)
        if fault is not None:
            raise self.problem(400, reason, fault)
        return body

    def check_snippet(self, snippet):
        title, text = snippet.get("title", ""), snippet.get("description", "")
        if not 1 <= len(title) <= 100 or set(title) & set("<>"):
            raise self.problem(400, "invalidTitle")
        if len(text.encode()) > 5000 or set(text) & set("<>"):
            raise self.problem(400, "invalidDescription")
        tags = snippet.get("tags", [])
        if not all(isinstance(tag, str) and tag for tag in tags) \
                or sum(len(tag) + 2 * (" " in tag) for tag in tags) \
                + max(len(tags) - 1, 0) > 500:
            raise self.problem(400, "invalidTags")
        if snippet.get("categoryId") not in CATEGORIES:
            raise self.problem(400, "invalidCategoryId")

    def own(self, account, id):
        video = self.videos.get(id)
        if video is None or video["account"] != account:
            raise self.problem(404, "videoNotFound")
        return video

    def shown(self, video, parts):
        full = {"kind": "youtube#video", "id": video["id"],
                "snippet": {**video["snippet"], "channelTitle": "Alice",
                            "channelId": CHANNELS[video["account"]][0],
                            "liveBroadcastContent": "none"},
                "status": {**video["status"], **video.get("ends", {})},
                "statistics": self.settings["statistics"]}
        return {name: value for name, value in full.items()
                if name in parts or name in ("kind", "id")}

    # ------------------------------------------------------- what tests order

    def control_end_sessions(self):
        for session in self.sessions.values():
            session["gone"] = True

    def control_show(self, id):
        return self.videos.get(id, {})

    # ------------------------------------------------------------- channels

    @route("GET", API + "/youtube/v3/channels")
    def channels(self, request):
        account = self.who(request, 1)
        self.asked(request, {"part": "snippet,status", "mine": "true"})
        if not self.settings["channel"]:
            return Answer(200, {"kind": "youtube#channelListResponse",
                                "pageInfo": {"totalResults": 0}})
        id, handle, title = CHANNELS[account]
        snippet = {"title": title, "description": "", "thumbnails": {
            "default": {"url": "https://yt3.ggpht.com/" + account}}}
        if handle:
            snippet["customUrl"] = handle
        return Answer(200, {"items": [{
            "id": id, "snippet": snippet, "status": {
                "longUploadsStatus": self.settings["long_uploads"]}}]})

    # ------------------------------------------------------------- uploads

    @route("POST", API + "/upload/youtube/v3/videos")
    def insert(self, request):
        account = self.who(request, 0)
        if self.settings["uploads"] < 1:
            raise self.problem(403, "quotaExceeded", domain="youtube.quota")
        self.settings["uploads"] -= 1       # a refused one counts too
        query = self.asked(request, {"uploadType": "resumable",
                                     "part": "snippet,status"},
                           {"notifySubscribers"})
        if query.get("notifySubscribers", "true") not in ("true", "false"):
            raise self.problem(400, "badRequest", "notifySubscribers")
        body = self.check(request, "Video", "invalidVideoMetadata")
        if set(body) != {"snippet", "status"}:
            raise self.problem(400, "invalidVideoMetadata", str(set(body)))
        self.check_snippet(body["snippet"])
        length = request.header("X-Upload-Content-Length") or ""
        kind = request.header("X-Upload-Content-Type") or ""
        if not re.fullmatch(r"[1-9]\d*", length) \
                or int(length) > 256 * 1024 ** 3 \
                or not (kind.startswith("video/")
                        or kind == "application/octet-stream"):
            raise self.problem(400, "badRequest", "X-Upload-...")
        self.number += 1
        key = "session-%d" % self.number
        self.sessions[key] = {
            "account": account, "size": int(length), "kind": kind,
            "data": bytearray(), "body": body, "video": None, "gone": False,
            "notify": query.get("notifySubscribers") != "false"}
        return Answer(200, b"", {"Location": "%s%s/upload/youtube/v3/videos"
                                 "?uploadType=resumable&upload_id=%s"
                                 % (self.settings["away"] or self.url(), API,
                                    key)})

    def session(self, request):
        account = self.who(request, 0)      # chunks cost nothing
        query = self.asked(request, {"uploadType": "resumable",
                                     "upload_id": None})
        session = self.sessions.get(query["upload_id"])
        if session is None or session["gone"] \
                or session["account"] != account:
            raise Refused(404, b"Not Found", "no such session")
        return session

    def standing(self, session):
        if session["video"]:
            return Answer(200, self.shown(self.videos[session["video"]],
                                          {"snippet", "status"}))
        headers = {"Range": "bytes=0-%d" % (len(session["data"]) - 1)} \
            if session["data"] else {}
        return Answer(308, b"", headers)

    @route("PUT", API + "/upload/youtube/v3/videos")
    def put(self, request):
        session = self.session(request)
        given = request.header("Content-Range") or ""
        size = session["size"]
        if given == "bytes */%d" % size:
            if request.body or request.header("Content-Length") != "0":
                raise self.problem(400, "badRequest", "a question has a body")
            return self.standing(session)
        match = re.fullmatch(r"bytes (\d+)-(\d+)/%d" % size, given)
        if not match or request.kind() != session["kind"] \
                or request.header("Content-Length") != str(len(request.body)):
            raise self.problem(400, "badRequest", "Content-Range %r" % given)
        first, last = int(match[1]), int(match[2])
        if last - first + 1 != len(request.body) or last >= size \
                or first > len(session["data"]) \
                or (last + 1 < size and len(request.body) % GRAIN):
            raise self.problem(400, "badRequest", "a chunk of %s" % given)
        if session["video"]:
            return self.standing(session)
        if self.settings["token_puts"]:
            self.settings["token_puts"] -= 1
            if self.settings["token_puts"] == 0:
                self.control_end_access(session["account"])
        kept = request.body
        if self.settings["keeps"] and last + 1 < size:
            kept = kept[:self.settings["keeps"]]
        session["data"][first:] = kept
        if len(session["data"]) == size:
            self.publish(session)
        return self.standing(session)

    def publish(self, session):
        id = "vid%08d" % self.number
        status = {"uploadStatus": "uploaded", "privacyStatus": "public",
                  **session["body"]["status"]}
        if self.settings["locked"]:
            status["privacyStatus"] = "private"
        self.videos[id] = {"id": id, "account": session["account"],
                           "snippet": session["body"]["snippet"],
                           "status": status, "thumbnail": None,
                           "processing": self.settings["processing"]}
        session["video"] = id
        snippet = session["body"]["snippet"]
        self.accept({
            "id": id, "channel": CHANNELS[session["account"]][0],
            "title": snippet["title"], "text": snippet.get("description", ""),
            "tags": snippet.get("tags"), "category": snippet["categoryId"],
            "language": snippet.get("defaultLanguage"),
            "status": session["body"]["status"], "notify": session["notify"],
            "sha256": hashlib.sha256(session["data"]).hexdigest()})

    @route("POST", API + "/upload/youtube/v3/thumbnails/set")
    def set_thumbnail(self, request):
        account = self.who(request, 50)
        query = self.asked(request, {"uploadType": "media", "videoId": None})
        video = self.own(account, query["videoId"])
        if request.kind() not in ("image/jpeg", "image/png") \
                or not 0 < len(request.body) <= 2 * 1024 ** 2:
            raise self.problem(400, "invalidImage",
                               domain="youtube.thumbnail")
        if not self.settings["thumbnails"]:
            raise self.problem(403, "forbidden", domain="youtube.thumbnail")
        video["thumbnail"] = hashlib.sha256(request.body).hexdigest()
        return Answer(200, {"kind": "youtube#thumbnailSetResponse",
                            "items": []})

    # ------------------------------------------------------------- afterwards

    def process(self, video):
        """One look at its status takes it further."""
        if video.get("processing", 0) > 0:
            video["processing"] -= 1
        elif video:
            video["ends"] = self.settings["ends"]

    @route("GET", API + "/youtube/v3/videos")
    def list(self, request):
        self.who(request, 1)
        query = self.asked(request, {"part": None, "id": None})
        parts = set(query["part"].split(","))
        if not parts <= {"snippet", "status", "statistics"}:
            raise self.problem(400, "unknownPart")
        if "status" in parts:
            for id in query["id"].split(","):
                self.process(self.videos.get(id, {}))
        return Answer(200, {"items": [self.shown(self.videos[id], parts)
                                      for id in query["id"].split(",")
                                      if id in self.videos]})

    # ------------------------------------------------------------- comments

    def check_commented(self, video):
        if video is None:
            raise self.problem(404, "videoNotFound",
                               domain="youtube.commentThread")
        if not self.settings["comments"] \
                or video["status"]["privacyStatus"] == "private" \
                or video["status"].get("selfDeclaredMadeForKids"):
            raise self.problem(403, "commentsDisabled",
                               domain="youtube.commentThread")

    @route("POST", API + "/youtube/v3/commentThreads")
    def comment(self, request):
        account = self.who(request, 50)
        self.asked(request, {"part": "snippet"})
        if self.settings["comments_fail"]:
            reason = self.settings["comments_fail"].pop(0)
            status = {"videoNotFound": 404, "commentsDisabled": 403}
            raise self.problem(status.get(reason, 400), reason,
                               domain="youtube.commentThread")
        body = self.check(request, "CommentThread",
                          "invalidCommentThreadMetadata")
        snippet = body.get("snippet", {})
        top = snippet.get("topLevelComment", {})
        text = top.get("snippet", {}).get("textOriginal", "")
        if set(body) != {"snippet"} or set(top) != {"snippet"} \
                or set(top["snippet"]) != {"textOriginal"} \
                or set(snippet) != {"channelId", "videoId",
                                    "topLevelComment"} \
                or snippet["channelId"] != CHANNELS[account][0]:
            raise self.problem(400, "invalidCommentThreadMetadata", str(body))
        self.check_commented(self.videos.get(snippet["videoId"]))
        if not text or len(text) > 10000:
            raise self.problem(400, "commentTextTooLong" if text
                               else "commentTextRequired")
        self.number += 1
        made = {"id": "Ugk%08dAaABAg" % self.number,
                "channel": CHANNELS[account][0], "text": text,
                "comment_on": snippet["videoId"], "posted": self.now()}
        self.comments.append(made)
        self.accept(made)
        return Answer(200, self.thread(made))

    @staticmethod
    def thread(one):
        stamp = datetime.datetime.fromtimestamp(
            one["posted"], datetime.timezone.utc)
        return {"kind": "youtube#commentThread", "id": one["id"], "snippet": {
            "videoId": one["comment_on"], "canReply": True,
            "topLevelComment": {"kind": "youtube#comment", "id": one["id"],
                                "snippet": {
                "textDisplay": one["text"], "textOriginal": one["text"],
                "authorChannelId": {"value": one["channel"]},
                "publishedAt": stamp.strftime("%Y-%m-%dT%H:%M:%SZ")}}}}

    @route("GET", API + "/youtube/v3/commentThreads")
    def list_comments(self, request):
        self.who(request, 1)
        query = self.asked(request, {"part": "snippet", "videoId": None},
                           {"order", "textFormat", "maxResults"})
        if query.get("order", "time") not in ("time", "relevance") \
                or query.get("textFormat") not in (None, "html", "plainText") \
                or not 1 <= int(query.get("maxResults", 20)) <= 100:
            raise self.problem(400, "badRequest", str(query))
        self.check_commented(self.videos.get(query["videoId"]))
        mine = [one for one in self.comments
                if one["comment_on"] == query["videoId"]]
        mine = mine[:max(len(mine) - self.settings["stale_comments"], 0)]
        return Answer(200, {"items": [self.thread(one) for one in mine[::-1][
            :int(query.get("maxResults", 20))]]})

    def control_comment(self, on, text, account="UCcarol", ago=0):
        """Somebody else comments."""
        self.comments.append({"id": "Ugkelse%d" % len(self.comments),
                              "channel": account, "text": text,
                              "comment_on": on, "posted": self.now() - ago})

    @route("PUT", API + "/youtube/v3/videos")
    def update(self, request):
        account = self.who(request, 50)
        self.asked(request, {"part": "snippet"})
        body = self.check(request, "Video", "invalidVideoMetadata")
        if set(body) != {"id", "snippet"}:
            raise self.problem(400, "invalidVideoMetadata", str(set(body)))
        video = self.own(account, body["id"])
        self.check_snippet(body["snippet"])
        video["snippet"] = body["snippet"]      # what is left out is erased
        return Answer(200, self.shown(video, {"snippet"}))

    @route("DELETE", API + "/youtube/v3/videos")
    def delete(self, request):
        account = self.who(request, 50)
        query = self.asked(request, {"id": None})
        del self.videos[self.own(account, query["id"])["id"]]
        return Answer(204)


if __name__ == "__main__":
    main(YouTube)
