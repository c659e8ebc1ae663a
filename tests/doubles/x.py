"""A stand-in for X's API v2: accounts, their timelines, and media uploads.

Written from X's documentation (openapi.json 2.167 and its prose): OAuth 2.0
with PKCE, access tokens of two hours and refresh tokens that serve once,
media in one request or in segments, posts without idempotency keys whose text
is refused a second time, and prices for what is read."""

import datetime
import hashlib
import html
import re
import unicodedata

from double import Answer, Refused, main, route
from oauth_provider import OAuthProvider

PROBLEMS = "https://api.twitter.com/2/problems/"
WINDOW, DAY = 900, 86400
LINK = re.compile(r"https?://[^\s]+|\b[a-z0-9-]+\.(?:com|org|net)\b[^\s]*")
FIELDS = {
    "tweet.fields": {"created_at", "referenced_tweets", "entities",
                     "attachments", "note_tweet", "public_metrics",
                     "non_public_metrics", "organic_metrics",
                     "edit_controls", "edit_history_tweet_ids", "text"},
    "user.fields": {"profile_image_url", "username", "name", "verified",
                    "verified_type", "subscription_type"},
    "media.fields": {"public_metrics"},
    "expansions": {"attachments.media_keys"}}
TYPES = {"tweet_image": {"image/jpeg", "image/png", "image/webp",
                         "image/bmp", "image/tiff"},
         "tweet_gif": {"image/gif"},
         "tweet_video": {"video/mp4", "video/quicktime", "video/webm",
                         "video/mp2t"}}
SIZES = {"tweet_image": 5 * 1000 ** 2, "tweet_gif": 15 * 1000 ** 2,
         "tweet_video": 512 * 1000 ** 2}
POST_KEYS = {"text", "media", "reply", "reply_settings", "made_with_ai",
             "paid_partnership", "poll", "quote_tweet_id", "community_id",
             "share_with_followers", "geo", "edit_options", "card_uri",
             "nullcast", "for_super_followers_only"}


def problem(status, title, detail, name=None, headers=None, **more):
    body = {"title": title, "detail": detail, "status": status,
            "type": PROBLEMS + name if name else "about:blank", **more}
    raise Refused(status, body, detail, headers)


def invalid(detail, **parameters):
    problem(400, "Invalid Request", "One or more parameters to your request"
            " was invalid.", "invalid-request",
            errors=[{"parameters": parameters, "message": detail}])


def is_emoji(point):
    return point >= 0x1f000 or 0x2600 <= point <= 0x27bf


def weighted_length(text):
    """As twitter-text's configuration 3 counts."""
    total, joined = 0, False
    for point in map(ord, LINK.sub("\x00", unicodedata.normalize("NFC",
                                                                 text))):
        if point == 0:
            total += 2300
        elif point in (0x200d, 0xfe0f) or 0x1f3fb <= point <= 0x1f3ff:
            pass
        elif is_emoji(point):
            total += 0 if joined else 200
        else:
            total += 100 if point <= 0x10ff or 0x2000 <= point <= 0x200d \
                or 0x2010 <= point <= 0x201f or 0x2032 <= point <= 0x2037 \
                else 200
        joined = point == 0x200d
    return total // 100


class X(OAuthProvider):
    """A strict stand-in for api.x.com."""

    name = "twitter"
    hosts = {"api_url": "api.x.com", "login_url": "x.com"}
    authorize = "/x.com/i/oauth2/authorize"
    token = "/api.x.com/2/oauth2/token"
    revocation = "/api.x.com/2/oauth2/revoke"
    client = "basic"
    scopes = {"tweet.read", "tweet.write", "users.read", "media.write",
              "offline.access"}
    pkce = "S256"
    spent = (400, "invalid_request")
    code_seconds = 30

    settings = {
        **OAuthProvider.settings,
        "posts_per_15_minutes": 100, "posts_per_24_hours": 10000,
        "credits": True,            # paid requests are answered
        "media_seconds": 86400,
        "segment_bytes": 5 * 1024 * 1024,
        "polls": 2,                 # STATUS calls until a video is ready
        "check_after_secs": 1,
        "processing_error": None,   # what processing a video ends in
        "stale_timelines": 0,       # so many timeline requests still show
                                    # nothing of what was posted last
        "renamed": False,           # repost_count and so on, as openapi has it
        "premium": False,           # long posts, edits
        "private_days": 30,         # how long clicks are told
        "errors_with_200": False,   # creating a post: 200, errors, no data
    }

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.users, self.posts, self.media, self.sent = {}, {}, {}, []
        self.number = 0
        for number, name in enumerate(self.people):
            id = str(2244994945000000001 + number)
            self.users[id] = {"id": id, "username": name, "state": None,
                              "name": name.title() + " the Account"}

    # What tests may order

    def named(self, account):
        [user] = [one for one in self.users.values()
                  if one["username"] == account]
        return user

    def control_suspend(self, account):
        self.named(account)["state"] = "suspended"

    def control_metrics(self, id, **metrics):
        self.posts[id]["metrics"] = metrics

    def control_remove(self, id):
        """Its author deletes a post in the app."""
        del self.posts[id]

    def control_publish(self, account, text):
        """Its author posts in the app."""
        return {"id": self.publish(self.named(account), text, [], {})["id"]}

    def control_forget_media(self):
        self.media.clear()

    # Who asks

    def user_of(self, request, scopes):
        known = self.access.get(request.bearer() or "")
        if known is None or known["dead"] or (
                known["until"] and self.now() >= known["until"]):
            problem(401, "Unauthorized", "Unauthorized")
        if not set(scopes.split()) <= known["scopes"]:
            problem(403, "Unsupported Authentication", "Authenticating with"
                    " this token is forbidden for this endpoint.",
                    "unsupported-authentication")
        user = self.named(known["account"])
        if user["state"] == "suspended":
            problem(403, "Forbidden", "Your account is suspended.",
                    "user-suspended")
        if not self.settings["credits"]:
            problem(402, "CreditsDepleted", "Your enrolled account does not"
                    " have any credits to fulfill this request.", "credits")
        return user

    def query(self, request, *names):
        """The query as a dictionary of these names alone."""
        query = dict(request.query)
        if len(query) != len(request.query) or not set(query) <= set(names):
            invalid("The query parameters are %s" % sorted(query))
        for name, allowed in FIELDS.items():
            wanted = set(query.get(name, "").split(",")) - {""}
            if not wanted <= allowed:
                invalid("%s cannot be %s" % (name, sorted(wanted)))
        return query

    # Users

    @route("GET", "/api.x.com/2/users/me")
    def me(self, request):
        user = self.user_of(request, "users.read tweet.read")
        fields = self.query(request, "user.fields").get("user.fields", "")
        all_fields = {
            "profile_image_url": "https://pbs.twimg.com/profile_images/1/"
            "face_normal.jpg", "verified": False, "verified_type": "none",
            "subscription_type": "Premium" if self.settings["premium"]
            else "None"}
        return Answer(200, {"data": {
            **{name: user[name] for name in ("id", "name", "username")},
            **{name: value for name, value in all_fields.items()
               if name in fields.split(",")}}})

    # Media

    def new_media(self, user, category, kind, total):
        self.number += 1
        id = str(1880028106020515840 + self.number * 4096)
        self.media[id] = {
            "id": id, "user": user["id"], "category": category, "type": kind,
            "key": ("7_" if category == "tweet_video" else "3_") + id,
            "total": total, "segments": {}, "data": None, "alt": None,
            "state": "uploading", "polls": 0, "next_poll": 0,
            "until": self.now() + self.settings["media_seconds"]}
        return self.media[id]

    def media_answer(self, media, status=200):
        data = {"id": media["id"], "media_key": media["key"],
                "expires_after_secs": self.settings["media_seconds"],
                "size": media["total"]}
        if media["state"] in ("pending", "in_progress"):
            wait = self.settings["check_after_secs"]
            media["next_poll"] = self.now() + wait
            data["processing_info"] = {"state": media["state"],
                                       "check_after_secs": wait}
        elif media["state"] in ("succeeded", "failed"):
            data["processing_info"] = {"state": media["state"]}
            if media["state"] == "failed":
                data["processing_info"]["error"] = {
                    "code": 1, "name": "InvalidMedia",
                    "message": self.settings["processing_error"]}
        return Answer(status, {"data": data})

    def media_of(self, user, id):
        media = self.media.get(id)
        if media is None or media["user"] != user["id"] \
                or media["until"] <= self.now():
            invalid("Your media IDs are invalid.", media_id=[id])
        return media

    @route("POST", "/api.x.com/2/media/upload")
    def simple(self, request):
        user = self.user_of(request, "media.write")
        parts = {part.name: part for part in request.multipart()}
        if set(parts) != {"media", "media_category"}:
            invalid("the parts are %s" % sorted(parts))
        category = parts["media_category"].data.decode()
        data, kind = parts["media"].data, parts["media"].kind
        if category != "tweet_image" or kind not in TYPES[category]:
            invalid("%s as %s" % (kind, category))
        if not data or len(data) > SIZES[category]:
            invalid("%d bytes as %s" % (len(data), category))
        media = self.new_media(user, category, kind, len(data))
        media.update(data=data, state="ready")
        return self.media_answer(media)

    @route("POST", "/api.x.com/2/media/upload/initialize")
    def initialize(self, request):
        user = self.user_of(request, "media.write")
        body = request.json()
        category = body.get("media_category")
        if set(body) != {"media_type", "total_bytes", "media_category"} \
                or category not in TYPES \
                or body["media_type"] not in TYPES[category]:
            invalid("initialize with %s" % body)
        if type(body["total_bytes"]) is not int \
                or not 0 < body["total_bytes"] <= SIZES[category]:
            invalid("total_bytes %s" % body["total_bytes"])
        return self.media_answer(self.new_media(
            user, category, body["media_type"], body["total_bytes"]))

    @route("POST", "/api.x.com/2/media/upload/:id/append")
    def append(self, request, id):
        media = self.media_of(self.user_of(request, "media.write"), id)
        parts = {part.name: part.data for part in request.multipart()}
        if set(parts) != {"segment_index", "media"}:
            invalid("the parts are %s" % sorted(parts))
        index = parts["segment_index"].decode()
        if not re.fullmatch(r"0|[1-9][0-9]{0,2}", index):
            invalid("segment_index %s" % index)
        if media["state"] != "uploading" or not parts["media"] \
                or len(parts["media"]) > self.settings["segment_bytes"]:
            invalid("segment of %d bytes, %s" % (len(parts["media"]),
                                                 media["state"]))
        media["segments"][int(index)] = parts["media"]
        return Answer(200, {"data": {"expires_at": int(media["until"])}})

    @route("POST", "/api.x.com/2/media/upload/:id/finalize")
    def finalize(self, request, id):
        media = self.media_of(self.user_of(request, "media.write"), id)
        segments = media["segments"]
        if request.body or media["state"] != "uploading" \
                or sorted(segments) != list(range(len(segments))):
            invalid("finalize of %s, %s" % (media["state"],
                                            sorted(segments)))
        media["data"] = b"".join(segments[i] for i in range(len(segments)))
        if len(media["data"]) != media["total"]:
            invalid("%d bytes came of %d" % (len(media["data"]),
                                             media["total"]))
        media["state"] = "pending" if self.settings["polls"] \
            and media["category"] == "tweet_video" else "ready"
        return self.media_answer(media)

    @route("GET", "/api.x.com/2/media/upload")
    def status(self, request):
        user = self.user_of(request, "media.write")
        query = self.query(request, "command", "media_id")
        media = self.media_of(user, query.get("media_id"))
        if query.get("command") != "STATUS" or media["state"] == "uploading":
            invalid("STATUS of %s" % media["state"])
        if self.now() < media["next_poll"] - 0.05:
            problem(429, "Too Many Requests", "Asked before check_after_secs")
        if media["state"] in ("pending", "in_progress"):
            media["polls"] += 1
            media["state"] = "in_progress"
            if media["polls"] >= self.settings["polls"]:
                media["state"] = "failed" if \
                    self.settings["processing_error"] else "succeeded"
        return self.media_answer(media)

    @route("POST", "/api.x.com/2/media/metadata")
    def metadata(self, request):
        user = self.user_of(request, "media.write")
        body = request.json()
        if set(body) != {"id", "metadata"} \
                or set(body["metadata"]) != {"alt_text"} \
                or set(body["metadata"]["alt_text"]) != {"text"}:
            invalid("metadata %s" % body)
        media = self.media_of(user, body["id"])
        text = body["metadata"]["alt_text"]["text"]
        if not 0 < len(text) <= 1000 or media["category"] == "tweet_video":
            invalid("alt text of %d characters" % len(text))
        media["alt"] = text
        return Answer(200, {"data": {"id": media["id"]}})

    # Posts

    def headers_of_limits(self):
        """What POST /2/tweets has left; refuses where nothing is."""
        now = self.now()
        self.sent = [at for at in self.sent if at > now - DAY]
        headers, over = {}, False
        for name, most, length in (
                ("x-rate-limit", self.settings["posts_per_15_minutes"],
                 WINDOW),
                ("x-app-limit-24hour", self.settings["posts_per_24_hours"],
                 DAY)):
            counted = [at for at in self.sent if at > now - length] or [now]
            left = max(most - sum(at > now - length for at in self.sent), 0)
            over = over or left == 0
            headers.update({name + "-limit": str(most),
                            name + "-remaining": str(left),
                            name + "-reset": str(int(counted[0] + length))})
        if over:
            problem(429, "Too Many Requests", "Too Many Requests",
                    None, headers)
        self.sent.append(now)
        return headers

    @route("POST", "/api.x.com/2/tweets")
    def create(self, request):
        user = self.user_of(request, "tweet.write tweet.read users.read")
        headers = self.headers_of_limits()
        body = request.json()
        if not set(body) <= POST_KEYS or None in body.values():
            invalid("keys %s" % body)
        if body.get("reply_settings", "following") not in (
                "following", "mentionedUsers", "subscribers", "verified"):
            invalid("reply_settings %s" % body["reply_settings"])
        for name in ("made_with_ai", "paid_partnership"):
            if type(body.get(name, True)) is not bool:
                invalid("%s %r" % (name, body[name]))
        self.check_reply(user, body.get("reply"))
        media = self.attached(user, body.get("media"))
        text = body.get("text", "")
        if (not text and not media) or ("text" in body and not text):
            invalid("there is no text")
        if weighted_length(text) > (25000 if self.settings["premium"]
                                    else 280):
            problem(403, "Forbidden",
                    "You are not permitted to perform this action.")
        if "edit_options" in body:
            return self.edit(user, text, body)
        if text and any(post["user"] == user["id"] and post["said"] == text
                        and post["at"] > self.now() - DAY
                        for post in self.posts.values()):
            problem(403, "Forbidden", "You are not allowed to create a Tweet"
                    " with duplicate content.")
        if self.settings["errors_with_200"]:
            return Answer(200, {"errors": [{"title": "Something"}]})
        post = self.publish(user, text, media, body)
        return Answer(201, {"data": {
            "id": post["id"], "text": post["text"],
            "edit_history_tweet_ids": [post["id"]]}}, headers)

    def check_reply(self, user, reply):
        """Since February 2026 one answers who mentioned one, and oneself."""
        if reply is None:
            return
        if set(reply) != {"in_reply_to_tweet_id"} \
                or not re.fullmatch(r"[0-9]{1,19}",
                                    str(reply["in_reply_to_tweet_id"])) \
                or type(reply["in_reply_to_tweet_id"]) is not str:
            invalid("reply %s" % reply)
        parent = self.posts.get(reply["in_reply_to_tweet_id"])
        if parent is None:
            problem(403, "Forbidden", "You attempted to reply to a Tweet that"
                    " is deleted or not visible to you.")
        if parent["user"] != user["id"]:
            problem(403, "Forbidden", "Reply to this conversation is not"
                    " allowed because you have not been mentioned or otherwise"
                    " engaged by the author of the post you are replying to.")

    def attached(self, user, given):
        if given is None:
            return []
        ids = given.get("media_ids")
        if set(given) != {"media_ids"} or not ids or len(ids) > 4 \
                or len(set(ids)) != len(ids):
            invalid("media %s" % given)
        media = [self.media_of(user, id) for id in ids]
        if any(one["state"] not in ("ready", "succeeded") for one in media):
            invalid("Your media IDs are invalid.", media_ids=ids)
        if len(media) > 1 and any(one["category"] != "tweet_image"
                                  for one in media):
            invalid("one GIF or one video")
        return media

    def publish(self, user, text, media, body):
        self.number += 1
        id = str(1445880548472328192 + self.number * 7919)
        links = []

        def shorten(found):
            url = "https://t.co/" + hashlib.sha256(
                (found[0] + id).encode()).hexdigest()[:10]
            there = found[0] if "://" in found[0] else "http://" + found[0]
            links.append({"url": url, "expanded_url": there})
            return url
        shown = LINK.sub(shorten, html.escape(text, quote=False))
        for link in links:
            link["expanded_url"] = html.unescape(link["expanded_url"])
        if media:
            url = "https://t.co/" + media[0]["id"][-10:]
            shown += (" " if shown else "") + url
            links.append({"url": url, "media_key": media[0]["key"],
                          "expanded_url": "https://x.com/%s/status/%s/"
                          "photo/1" % (user["username"], id)})
        post = {"id": id, "user": user["id"], "said": text, "text": shown,
                "links": links, "media": media, "at": self.now(),
                "answers": body.get("reply", {}).get("in_reply_to_tweet_id"),
                "chain": [id], "metrics": {}}
        self.posts[id] = post
        self.accept({
            "id": id, "text": text, "user": user["username"],
            "media": [{"type": one["type"], "alt": one["alt"], "sha256":
                       hashlib.sha256(one["data"]).hexdigest()}
                      for one in media],
            **{name: body[name] for name in body
               if name not in ("text", "media")}})
        return post

    def edit(self, user, text, body):
        options = body["edit_options"]
        old = self.posts.get(options.get("previous_post_id"))
        if set(body) != {"text", "edit_options"} \
                or set(options) != {"previous_post_id"} or old is None \
                or old["user"] != user["id"] \
                or old["chain"][-1] != old["id"]:
            invalid("edit %s" % body)
        if not self.settings["premium"] or len(old["chain"]) > 5 \
                or self.now() > self.posts[old["chain"][0]]["at"] + 3600:
            problem(403, "Forbidden",
                    "You are not permitted to perform this action.")
        post = self.publish(user, text, old["media"], body)
        old["chain"].append(post["id"])
        post["chain"] = old["chain"]
        return Answer(201, {"data": {
            "id": post["id"], "text": post["text"],
            "edit_history_tweet_ids": post["chain"]}})

    @route("DELETE", "/api.x.com/2/tweets/:id")
    def delete(self, request, id):
        user = self.user_of(request, "tweet.write tweet.read users.read")
        post = self.posts.get(id)
        if post is None:
            return Answer(200, {"data": {"deleted": False}})
        if post["user"] != user["id"]:
            problem(403, "Forbidden", "You are not permitted to perform this"
                    " action.")
        for one in post["chain"]:
            self.posts.pop(one, None)
        return Answer(200, {"data": {"deleted": True}})

    @staticmethod
    def iso(seconds):
        return datetime.datetime.fromtimestamp(
            seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") \
            + "%03dZ" % (seconds * 1000 % 1000)

    def show(self, post, fields):
        number = post["metrics"]
        again = "repost_count" if self.settings["renamed"] \
            else "retweet_count"
        first = self.posts.get(post["chain"][0], post)
        whole = {
            "created_at": self.iso(post["at"]),
            "referenced_tweets": [{"type": "replied_to",
                                   "id": post["answers"]}]
            if post["answers"] else None,
            "entities": {"urls": post["links"]} if post["links"] else None,
            "attachments": {"media_keys": [one["key"] for one
                                           in post["media"]]}
            if post["media"] else None,
            "note_tweet": {"text": html.escape(post["said"], quote=False)}
            if len(post["said"]) > 280 else None,
            "public_metrics": {
                "like_count": number.get("likes", 0),
                "reply_count": number.get("replies", 0),
                again: number.get("reposts", 0),
                "quote_count": number.get("quotes", 0),
                "bookmark_count": number.get("bookmarks", 0),
                "impression_count": number.get("impressions", 0)},
            "non_public_metrics": {
                "url_link_clicks": number.get("clicks", 0),
                "user_profile_clicks": 0, "engagements": 0},
            "edit_controls": {
                "is_edit_eligible": self.settings["premium"],
                "editable_until": self.iso(first["at"] + 3600),
                "edits_remaining": 6 - len(post["chain"])}}
        shown = {"id": post["id"], "text": post["text"][:280],
                 "edit_history_tweet_ids": post["chain"]}
        shown.update({name: whole[name] for name in fields
                      if whole.get(name) is not None})
        return shown

    @route("GET", "/api.x.com/2/tweets")
    def read(self, request):
        user = self.user_of(request, "tweet.read users.read")
        query = self.query(request, "ids", "tweet.fields", "expansions",
                           "media.fields")
        fields = query.get("tweet.fields", "").split(",")
        data, errors, media = [], [], []
        for id in query.get("ids", "").split(","):
            post = self.posts.get(id)
            too_old = post and self.now() - post["at"] > \
                self.settings["private_days"] * DAY
            if post is None:
                errors.append({"value": id, "title": "Not Found Error",
                               "type": PROBLEMS + "resource-not-found"})
            elif "non_public_metrics" in fields and (
                    too_old or post["user"] != user["id"]):
                errors.append({"resource_id": id, "title": "Field"
                               " Authorization Error", "type": PROBLEMS
                               + "not-authorized-for-field"})
            else:
                data.append(self.show(post, fields))
                media += [{"media_key": one["key"], "type": "video",
                           "public_metrics": {"view_count": 7}}
                          for one in post["media"]
                          if one["category"] == "tweet_video"]
        answer = {"data": data} if data else {}
        if errors:
            answer["errors"] = errors
        if media and query.get("expansions"):
            answer["includes"] = {"media": media}
        return Answer(200, answer)

    @route("GET", "/api.x.com/2/users/:id/tweets")
    def timeline(self, request, id):
        user = self.user_of(request, "tweet.read users.read")
        query = self.query(request, "max_results", "exclude", "start_time",
                           "tweet.fields")
        if user["id"] != id or query.get("exclude") != "retweets" \
                or not 5 <= int(query.get("max_results", 10)) <= 100 \
                or not re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?",
                                    query.get("start_time", "")):
            invalid("timeline %s of %s" % (query, id))
        posts = sorted((post for post in self.posts.values()
                        if post["user"] == id
                        and post["chain"][-1] == post["id"]
                        and self.iso(post["at"])[:19]
                        >= query.get("start_time", "")[:19]),
                       key=lambda post: -int(post["id"]))
        if self.settings["stale_timelines"] > 0:
            self.settings["stale_timelines"] -= 1
            posts = posts[1:]
        fields = query.get("tweet.fields", "").split(",")
        shown = [self.show(post, fields)
                 for post in posts[:int(query.get("max_results", 10))]]
        return Answer(200, {"meta": {"result_count": len(shown)},
                            **({"data": shown} if shown else {})})


if __name__ == "__main__":
    main(X)
