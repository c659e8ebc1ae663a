#!/usr/bin/python3
"""A strict stand-in for Reddit's Data API, the store its media go to, its
token endpoint and its consent page.

    reddit.py --port 0 --ledger FILE [--clock FILE]

alice moderates r/test and is subscribed to it, to r/links, r/words, r/flaired
and r/strict, and to the profile u_carol; r/locked has banned her, r/private is
closed to her. bob has his profile alone. The settings that /_control can change
are those of SETTINGS; beside what oauth_provider.py offers it can call

    make_post  {"account", "sr", "title", "text", "url"}   a post made by hand
    posts      {}                                what stands there
    remove     {"id", "by"}                      as a moderator's program does
    change     {"sr", ...}                       a subreddit's rules

A line of the ledger is one post: id, account, sr, kind, title, text, url,
media (SHA-256 of each), poster, flair, flair_text, nsfw, spoiler, sendreplies;
or one comment: id, account, comment_on, text.
"""

import base64
import hashlib
import html
import os
import re
import secrets
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from double import Answer, Refused, main, route  # noqa: E402
from oauth_provider import CLIENT_ID, CLIENT_SECRET  # noqa: E402
from oauth_provider import OAuthProvider  # noqa: E402

API, WWW = "/oauth.reddit.com", "/www.reddit.com"
STORE = "/reddit-uploaded-media.s3-accelerate.amazonaws.com"
AGENT = re.compile(r"[a-z]+:[A-Za-z0-9._-]+:v[0-9][A-Za-z0-9.]* \(.+\)")
TYPES = {"image/jpeg": "jpg jpeg", "image/png": "png", "image/gif": "gif",
         "video/mp4": "mp4", "video/quicktime": "mov"}
NEWS = "0f0c5d1e-8a77-11ee-b9d1-0242ac120002"
HELP = "1a0c5d1e-8a77-11ee-b9d1-0242ac120002"

# What POST /api/submit knows of each kind: needed, and what may be there
COMMON = {"api_type", "kind", "sr", "title"}
OPTIONS = {"sendreplies", "nsfw", "spoiler", "resubmit", "validate_on_submit",
           "flair_id", "flair_text"}
KINDS = {"self": ({"text"}, set()), "link": ({"url"}, {"text"}),
         "image": ({"url"}, {"text"}),
         "video": ({"url", "video_poster_url"}, {"text"}),
         "videogif": ({"url", "video_poster_url"}, {"text"})}
GALLERY = {"api_type": str, "sr": str, "title": str, "sendreplies": bool,
           "nsfw": bool, "spoiler": bool, "show_error_list": bool,
           "validate_on_submit": bool, "items": list, "flair_id": str,
           "flair_text": str}


def subreddit(name, **more):
    return {"display_name": name, "subreddit_type": "public",
            "submission_type": "any", "allow_images": True,
            "allow_videos": True, "user_is_banned": False, "over18": False,
            "requirements": {}, "flairs": [], "closed": None, **more}


class Reddit(OAuthProvider):
    name = "reddit"
    hosts = {"api_url": API[1:], "login_url": WWW[1:],
             "upload_url": STORE[1:]}
    authorize = WWW + "/api/v1/authorize"
    token = WWW + "/api/v1/access_token"
    revocation = WWW + "/api/v1/revoke_token"
    client = "basic"
    scopes = {"identity", "submit", "read", "flair", "edit", "history",
              "mysubreddits"}
    allowed = {"duration"}
    rotates = False
    spent = (200, "invalid_grant")
    settings = {
        **OAuthProvider.settings, "expires_in": 86400,
        "secret": CLIENT_SECRET,    # "": an "installed" application
        "remaining": 996.0,         # requests left in the window
        "window": 300,              # seconds until it ends
        "processing_seconds": 0,    # until media show on a person's page
        "stale": 0,                 # posts that a person's page hides
        "automod": None,            # who removes each post right away
        "refuse": {},               # by title: {status, body, headers}
        "locked": False,            # posts take no comments any more
        "stale_comments": 0,        # comments that a person's page hides
        "largest": 20000000,        # bytes of a file at the store
    }

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        flairs = [{"id": NEWS, "text": "News", "text_editable": False,
                   "type": "text"},
                  {"id": HELP, "text": "Help", "text_editable": True,
                   "type": "text"}]
        self.places = {one["display_name"].lower(): one for one in (
            subreddit("test", flairs=flairs),
            subreddit("links", submission_type="link"),
            subreddit("words", submission_type="self", allow_images=False,
                      allow_videos=False),
            subreddit("flaired", flairs=flairs,
                      requirements={"is_flair_required": True}),
            subreddit("strict", flairs=None, requirements={
                "title_text_min_length": 5, "title_text_max_length": 20,
                "body_restriction_policy": "notAllowed",
                "domain_blacklist": ["bad.example"]}),
            subreddit("u_carol", subreddit_type="user"),
            subreddit("locked", user_is_banned=True),
            subreddit("private", closed="private"))}
        self.mine = {"moderator": ["test"], "subscriber": [
            "test", "links", "words", "flaired", "strict", "u_carol",
            "locked"]}
        self.posts, self.leases, self.next_id = {}, {}, 0x1abcde
        self.comments = []

    # ------------------------------------------------------------- helpers

    def before(self, request):
        """No request goes without a User-Agent that says who asks."""
        if request.path == self.authorize:      # a person's browser
            return
        if not AGENT.fullmatch(request.header("User-Agent") or ""):
            raise Refused(429, "<html>whoa there, pardner!</html>",
                          "User-Agent %r" % request.header("User-Agent"))

    def finish(self, request, answer):
        if request.path.startswith(API) and answer.status != 429:
            left = self.settings["remaining"]
            self.settings["remaining"] = max(left - 1, 0.0)
            answer.headers.update({
                "X-Ratelimit-Used": "4", "X-Ratelimit-Remaining": str(left),
                "X-Ratelimit-Reset": str(self.settings["window"])})

    def refused(self, status, code, reason):
        if code == "invalid_client":
            return Refused(401, {"message": "Unauthorized", "error": 401},
                           reason)
        if code == "insufficient_scope":
            return Refused(403, {"message": "Forbidden", "error": 403},
                           reason, {"WWW-Authenticate": 'Bearer realm="reddit"'
                                    ', error="insufficient_scope"'})
        if status == 401:
            return Refused(401, {"message": "Unauthorized", "error": 401},
                           reason)
        return Refused(status, {"error": code}, reason)

    def check_client(self, request, fields):
        pair = base64.b64encode(
            f"{CLIENT_ID}:{self.settings['secret']}".encode()).decode()
        if request.header("Authorization") != "Basic " + pair \
                or {"client_id", "client_secret"} & set(fields):
            raise self.refused(401, "invalid_client", "the client did not name"
                               " itself by Basic, and there alone")

    def consent(self, request):
        answer = super().consent(request)
        permanent = dict(request.form()).get("duration") == "permanent"
        for code in self.codes.values():
            code.setdefault("permanent", permanent)
        return answer

    def first(self, fields):
        """A grant that is not permanent has no refresh token."""
        code = self.codes.get(fields["code"], {})
        self.refreshes = code.get("permanent", True)
        try:
            return super().first(fields)
        finally:
            self.refreshes = True

    def revoke(self, request):
        fields = self.once(request.form())
        if set(fields) != {"token", "token_type_hint"} or fields[
                "token_type_hint"] not in ("access_token", "refresh_token"):
            raise self.refused(400, "invalid_request", "fields")
        super().revoke(request)
        return Answer(204, b"")

    def told(self, code, words, field):
        """Failures come with 200."""
        return Refused(200, {"json": {"errors": [[code, words, field]]}},
                       code)

    def query(self, request, *known):
        """The query, whose names are known; and whether it has raw_json."""
        given = self.once(request.query)
        if set(given) - set(known) - {"raw_json"}:
            raise Refused(400, {"message": "Bad Request", "error": 400},
                          "query %s" % sorted(given))
        return given, given.get("raw_json") == "1"

    def place(self, name, person):
        """A subreddit's row that this person may see."""
        if name == "u_" + person:
            return subreddit(name, subreddit_type="user")
        one = self.places.get(name.lower())
        if one is None:
            raise Refused(404, {"message": "Not Found", "error": 404},
                          "no subreddit " + name)
        if one["closed"]:
            raise Refused(403, {"message": "Forbidden", "error": 403,
                                "reason": one["closed"]}, one["closed"])
        return one

    # -------------------------------------------------------- the account

    @route("GET", API + "/api/v1/me")
    def me(self, request):
        person = self.person(request, "identity")
        raw = self.query(request)[1]
        icon = ("https://styles.redditmedia.com/t5_1/%s.png?width=256&s=0a"
                % person)
        return Answer(200, {"id": "abc" + person[0], "name": person,
                            "total_karma": 10,
                            "icon_img": icon if raw else html.escape(icon)})

    @route("GET", API + "/subreddits/mine/:where")
    def mine_listed(self, request, where):
        person = self.person(request, "mysubreddits")
        query, _ = self.query(request, "limit", "after")
        if where not in self.mine or not 1 <= int(query["limit"]) <= 100:
            raise Refused(404, {"message": "Not Found", "error": 404}, where)
        names = self.mine[where] if person == "alice" else []
        at = int(query.get("after") or 0)       # four a page
        shown = [{"kind": "t5", "data": {
            key: value for key, value in self.places[name].items()
            if key not in ("requirements", "flairs", "closed")}}
            for name in names[at:at + 4]]
        return Answer(200, {"kind": "Listing", "data": {
            "children": shown,
            "after": str(at + 4) if at + 4 < len(names) else None}})

    # -------------------------------------------------------- subreddits

    @route("GET", API + "/r/:name/about")
    def about(self, request, name):
        person = self.person(request, "read")
        self.query(request)
        one = self.place(name, person)
        return Answer(200, {"kind": "t5", "data": {
            key: value for key, value in one.items()
            if key not in ("requirements", "flairs", "closed")}})

    @route("GET", API + "/api/v1/:name/post_requirements")
    def requirements(self, request, name):
        person = self.person(request, "submit")
        self.query(request)
        return Answer(200, {
            "is_flair_required": False, "title_text_min_length": None,
            "title_text_max_length": None, "body_restriction_policy": "none",
            "domain_blacklist": [], "domain_whitelist": [],
            **self.place(name, person)["requirements"]})

    @route("GET", API + "/r/:name/api/link_flair_v2")
    def flairs(self, request, name):
        person = self.person(request, "flair")
        self.query(request)
        flairs = self.place(name, person)["flairs"]
        if flairs is None:
            raise Refused(403, {"message": "Forbidden", "error": 403},
                          "who may not flair is not shown any")
        return Answer(200, flairs)

    # -------------------------------------------------------- media

    @route("POST", API + "/api/media/asset.json")
    def lease(self, request):
        self.person(request, "submit")
        form = self.once(request.form())
        if set(form) != {"filepath", "mimetype"} \
                or form["mimetype"] not in TYPES or form["filepath"].rsplit(
                    ".", 1)[-1] not in TYPES[form["mimetype"]].split():
            raise Refused(400, {"message": "Bad Request", "error": 400},
                          "lease of %s" % form)
        id = secrets.token_hex(7)
        fields = [(name, secrets.token_hex(8)) for name in (
            "acl", "X-Amz-Credential", "policy", "X-Amz-Signature",
            "x-amz-security-token")]
        fields.insert(1, ("key", "rte_images/" + id))
        fields.insert(3, ("content-type", form["mimetype"]))
        self.leases[id] = {"fields": fields, "type": form["mimetype"],
                           "name": form["filepath"], "hash": None}
        return Answer(200, {
            "args": {"action": "/" + STORE, "fields": [
                {"name": name, "value": value} for name, value in fields]},
            "asset": {"asset_id": id, "processing_state": "incomplete",
                      "websocket_url": "wss://k8s-lb.wss.redditmedia.com/"}})

    @route("POST", STORE)
    def store(self, request):
        if request.header("Authorization") is not None:
            raise Refused(400, "<Error><Code>InvalidArgument</Code></Error>",
                          "a bearer at the store")
        if request.header("Content-Length") is None:
            raise Refused(411, "<Error><Code>MissingContentLength</Code>"
                          "</Error>", "no length")
        *fields, file = request.multipart()
        given = [(part.name, part.data.decode()) for part in fields]
        for lease in self.leases.values():
            if lease["fields"] == given and (
                    file.name, file.file_name, file.kind) == (
                    "file", lease["name"], lease["type"]):
                return self.stored(lease, file.data)
        raise Refused(403, "<Error><Code>AccessDenied</Code></Error>",
                      "the fields are not those of a lease in their order,"
                      " with the file behind them")

    def stored(self, lease, data):
        if len(data) > self.settings["largest"]:
            raise Refused(400, "<Error><Code>EntityTooLarge</Code>"
                          f"<ProposedSize>{len(data)}</ProposedSize>"
                          "<MaxSizeAllowed>20</MaxSizeAllowed></Error>",
                          "too large")
        lease["hash"] = hashlib.sha256(data).hexdigest()
        return Answer(201, "<PostResponse><Location>https:/%s/%s</Location>"
                      "</PostResponse>" % (STORE, dict(
                          lease["fields"])["key"].replace("/", "%2F")),
                      kind="application/xml")

    def uploaded(self, url, kind):
        """The hash of what was uploaded to this URL, of a kind."""
        for id, lease in self.leases.items():
            if url == "https:/%s/rte_images/%s" % (STORE, id) \
                    and lease["hash"] and lease["type"].startswith(kind):
                return lease["hash"]
        raise self.told("BAD_URL", "that is not one of our files", "url")

    # -------------------------------------------------------- posts

    def flag(self, form, name):
        value = form.get(name, "false")
        if value not in ("true", "false"):
            raise self.told("BAD_BOOLEAN", "not a boolean", name)
        return value == "true"

    def check(self, person, sr, title, kind, text, flair, flair_text):
        """What holds for every post; the subreddit's row."""
        if title in self.settings["refuse"]:
            raise Refused(reason="as a test wants it",
                          **self.settings["refuse"][title])
        if sr.startswith("r/"):
            raise self.told("SUBREDDIT_NOEXIST", "that subreddit doesn't"
                            " exist", "sr")
        try:
            one = self.place(sr, person)
        except Refused:
            raise self.told("SUBREDDIT_NOEXIST", "that subreddit doesn't"
                            " exist", "sr")
        if one["subreddit_type"] == "user" and sr != "u_" + person:
            raise self.told("SUBREDDIT_NOTALLOWED", "you aren't allowed to"
                            " post there", "sr")
        if not title.strip() or "\n" in title:
            raise self.told("TITLE_REQUIRED", "a title is required", "title")
        if len(title) > 300:
            raise self.told("TOO_LONG", "this is too long (max: 300)",
                            "title")
        if len(text) > 40000:
            raise self.told("TOO_LONG", "this is too long (max: 40000)",
                            "text")
        if one["submission_type"] == "link" and kind == "self":
            raise self.told("NO_SELFS", "no text posts here", "sr")
        if one["submission_type"] == "self" and kind != "self":
            raise self.told("NO_LINKS", "only text posts here", "sr")
        self.check_flair(one, flair, flair_text)
        return one

    def check_flair(self, one, id, text):
        known = {flair["id"]: flair for flair in one["flairs"] or []}
        if one["requirements"].get("is_flair_required") and not id:
            raise self.told("SUBMIT_VALIDATION_FLAIR_REQUIRED",
                            "your post must contain post flair", "flair")
        if id and id not in known:
            raise self.told("BAD_FLAIR_TEMPLATE_ID", "invalid flair",
                            "flair")
        if text and (not id or not known[id]["text_editable"]
                     or len(text) > 64):
            raise self.told("BAD_FLAIR_TEMPLATE_ID", "this flair's text"
                            " cannot be changed", "flair")

    @route("POST", API + "/api/submit")
    def submit(self, request):
        person = self.person(request, "submit")
        form = self.once(request.form())
        kind = form.get("kind")
        if kind not in KINDS or form.get("api_type") != "json":
            raise Refused(400, {"message": "Bad Request", "error": 400},
                          "kind %s" % kind)
        needed, may = KINDS[kind]
        if (COMMON | needed) - set(form) \
                or set(form) - COMMON - OPTIONS - needed - may:
            raise Refused(400, {"message": "Bad Request", "error": 400},
                          "fields %s" % sorted(form))
        self.check(person, form["sr"], form["title"], kind,
                   form.get("text", ""), form.get("flair_id"),
                   form.get("flair_text"))
        post = {"account": person, "sr": form["sr"], "kind": kind,
                "title": form["title"], "text": form.get("text", ""),
                "url": form.get("url", ""), "media": [], "poster": None,
                "flair": form.get("flair_id"),
                "flair_text": form.get("flair_text"),
                **{name: self.flag(form, name) for name in (
                    "nsfw", "spoiler", "sendreplies")}}
        if kind == "link":
            self.check_link(form)
            return self.named(self.public(post))
        if kind == "self":
            return self.named(self.public(post))
        post["media"] = [self.uploaded(form["url"], kind.replace(
            "videogif", "video"))]
        if "video" in kind:
            post["poster"] = self.uploaded(form["video_poster_url"], "image")
        self.public(post)
        return Answer(200, {"json": {"errors": [], "data": {
            "user_submitted_page":
                f"https://www.reddit.com/user/{person}/submitted/",
            "websocket_url": "wss://k8s-lb.wss.redditmedia.com/x"}}})

    def check_link(self, form):
        if not re.fullmatch(r"https?://\S{1,2000}", form["url"]):
            raise self.told("BAD_URL", "you should check that url", "url")
        if not self.flag(form, "resubmit") and any(
                post["url"] == form["url"] and post["sr"] == form["sr"]
                for post in self.posts.values()):
            raise self.told("ALREADY_SUB", "that link has already been"
                            " submitted", "url")

    @route("POST", API + "/api/submit_gallery_post.json")
    def gallery(self, request):
        person = self.person(request, "submit")
        given = request.json()
        if set(given) - set(GALLERY) or given.get("api_type") != "json" \
                or any(not isinstance(value, GALLERY[name])
                       for name, value in given.items()) \
                or not {"sr", "title", "items"} <= set(given):
            raise Refused(400, {"message": "Bad Request", "error": 400},
                          "members %s" % sorted(given))
        self.check(person, given["sr"], given["title"], "gallery", "",
                   given.get("flair_id"), given.get("flair_text"))
        if not 2 <= len(given["items"]) <= 20:
            raise self.told("BAD_GALLERY", "2 to 20 pictures", "items")
        media = []
        for item in given["items"]:
            lease = self.leases.get(item["media_id"])
            if set(item) != {"media_id", "caption", "outbound_url"} \
                    or lease is None or not lease["hash"] \
                    or len(item["caption"]) > 180:
                raise self.told("BAD_GALLERY", "a picture is no good",
                                "items")
            media.append(lease["hash"])
        post = self.public({
            "account": person, "sr": given["sr"], "kind": "gallery",
            "title": given["title"], "text": "", "url": "", "media": media,
            "captions": [item["caption"] for item in given["items"]],
            "poster": None, "flair": given.get("flair_id"),
            "flair_text": given.get("flair_text"),
            **{name: given.get(name, False) for name in (
                "nsfw", "spoiler", "sendreplies")}})
        return Answer(200, {"json": {"errors": [], "data": {
            "url": self.link(post)}}})

    def public(self, post):
        self.next_id += 1
        digits, number = "0123456789abcdefghijklmnopqrstuvwxyz", self.next_id
        id = ""
        while number:
            number, digit = divmod(number, 36)
            id = digits[digit] + id
        post.update(id="t3_" + id, created=self.now(), deleted=False,
                    removed=self.settings["automod"])
        self.posts[post["id"]] = post
        self.accept(post)
        return post

    @staticmethod
    def path(post):
        where = "user/" + post["sr"][2:] if post["sr"].startswith("u_") \
            else "r/" + post["sr"]
        return f"/{where}/comments/{post['id'][3:]}/a_title/"

    def link(self, post):
        return "https://www.reddit.com" + self.path(post)

    def named(self, post):
        return Answer(200, {"json": {"errors": [], "data": {
            "id": post["id"][3:], "name": post["id"],
            "url": self.link(post), "drafts_count": 0}}})

    def shown(self, post, raw):
        """A post as lists have it: texts escaped for HTML, but for raw_json."""
        plain = str if raw else lambda text: html.escape(text, quote=False)
        return {"kind": "t3", "data": {
            "id": post["id"][3:], "name": post["id"],
            "author": post["account"], "subreddit": post["sr"],
            "title": plain(post["title"].strip()),
            "selftext": plain(post["text"].strip()),
            "is_self": post["kind"] == "self", "url": plain(post["url"])
            if post["kind"] == "link" else "https://i.redd.it/x.png",
            "permalink": self.path(post),
            "created_utc": float(int(post["created"])), "score": -2,
            "ups": 0, "upvote_ratio": 0.75, "num_comments": 3,
            "num_crossposts": 1, "total_awards_received": 0,
            "view_count": None, "removed_by_category": post["removed"],
            "banned_by": None}}

    @route("GET", API + "/user/:name/submitted")
    def submitted(self, request, name):
        self.person(request, "history")
        query, raw = self.query(request, "sort", "limit", "after")
        if query.get("sort") != "new" \
                or not 1 <= int(query.get("limit", 25)) <= 100:
            raise Refused(400, {"message": "Bad Request", "error": 400},
                          "query %s" % query)
        ready = self.now() - self.settings["processing_seconds"]
        posts = [post for post in self.posts.values()
                 if post["account"] == name and not post["deleted"]
                 and (post["created"] <= ready or not post["media"])]
        posts = posts[:len(posts) - self.settings["stale"] or None]
        return Answer(200, {"kind": "Listing", "data": {
            "children": [self.shown(post, raw) for post in posts[::-1]][
                :int(query.get("limit", 25))], "after": None}})

    # -------------------------------------------------------- comments

    @route("POST", API + "/api/comment")
    def comment(self, request):
        person = self.person(request, "submit")
        form = self.once(request.form())
        if set(form) != {"api_type", "thing_id", "text"} \
                or form["api_type"] != "json":
            raise Refused(400, {"message": "Bad Request", "error": 400},
                          "fields %s" % sorted(form))
        post = self.posts.get(form["thing_id"])
        if post is None or post["deleted"]:
            raise self.told("DELETED_LINK", "the link you are commenting on"
                            " has been deleted", "parent")
        if self.settings["locked"]:
            raise self.told("THREAD_LOCKED", "Comments are locked.", "parent")
        if not form["text"].strip() or len(form["text"]) > 10000:
            raise self.told("TOO_LONG" if form["text"].strip() else "NO_TEXT",
                            "1 to 10000 characters", "text")
        made = self.add_comment(person, form["thing_id"], form["text"])
        self.accept(made)
        return Answer(200, {"json": {"errors": [], "data": {"things": [
            self.shown_comment(made, False)]}}})

    def add_comment(self, person, on, text):
        made = {"id": "t1_c%d" % (len(self.comments) + 100),
                "account": person, "comment_on": on, "text": text,
                "created": self.now()}
        self.comments.append(made)
        return made

    def shown_comment(self, one, raw):
        plain = str if raw else lambda text: html.escape(text, quote=False)
        post = self.posts[one["comment_on"]]
        return {"kind": "t1", "data": {
            "id": one["id"][3:], "name": one["id"], "author": one["account"],
            "parent_id": one["comment_on"], "link_id": one["comment_on"],
            "subreddit": post["sr"], "body": plain(one["text"].strip()),
            "created_utc": float(int(one["created"])),
            "permalink": self.path(post) + one["id"][3:] + "/"}}

    @route("GET", API + "/user/:name/comments")
    def commented(self, request, name):
        self.person(request, "history")
        query, raw = self.query(request, "sort", "limit", "after")
        if query.get("sort") != "new" \
                or not 1 <= int(query.get("limit", 25)) <= 100:
            raise Refused(400, {"message": "Bad Request", "error": 400},
                          "query %s" % query)
        mine = [one for one in self.comments if one["account"] == name]
        mine = mine[:max(len(mine) - self.settings["stale_comments"], 0)]
        return Answer(200, {"kind": "Listing", "data": {"children": [
            self.shown_comment(one, raw) for one in mine[::-1]][
                :int(query.get("limit", 25))], "after": None}})

    def control_comment(self, on, text, account="carol", ago=0):
        """Somebody else comments."""
        made = self.add_comment(account, on, text)
        made["created"] -= ago

    @route("GET", API + "/api/info")
    def info(self, request):
        self.person(request, "read")
        query, raw = self.query(request, "id")
        posts = [self.posts[id] for id in query["id"].split(",")
                 if id in self.posts and not self.posts[id]["deleted"]]
        return Answer(200, {"kind": "Listing", "data": {
            "children": [self.shown(post, raw) for post in posts]}})

    def own(self, id, person):
        post = self.posts.get(id)
        if post is None or post["account"] != person:
            raise self.told("NOT_AUTHOR", "you can't do that", "thing_id")
        return post

    @route("POST", API + "/api/editusertext")
    def edit(self, request):
        person = self.person(request, "edit")
        form = self.once(request.form())
        if set(form) != {"api_type", "thing_id", "text"}:
            raise Refused(400, {"message": "Bad Request", "error": 400},
                          "fields %s" % sorted(form))
        post = self.own(form["thing_id"], person)
        if post["kind"] != "self":
            raise self.told("NOT_SELF", "only text posts", "thing_id")
        post["text"] = form["text"]
        return Answer(200, {"json": {"errors": [], "data": {
            "things": [self.shown(post, False)]}}})

    @route("POST", API + "/api/del")
    def delete(self, request):
        person = self.person(request, "edit")
        form = self.once(request.form())
        if set(form) != {"id"}:
            raise Refused(400, {"message": "Bad Request", "error": 400},
                          "fields %s" % sorted(form))
        post = self.posts.get(form["id"])
        if post is not None and post["account"] == person:
            post["deleted"] = True
        return Answer(200, {})

    # -------------------------------------------------------- /_control

    def control_make_post(self, account, sr, title, text="", url=""):
        id = "t3_hand%d" % len(self.posts)
        self.posts[id] = {
            "id": id, "account": account, "sr": sr, "title": title,
            "text": text, "url": url, "kind": "link" if url else "self",
            "media": [], "created": self.now(), "deleted": False,
            "removed": None}
        return {"id": id}

    def control_posts(self):
        return {"posts": list(self.posts.values())}

    def control_remove(self, id, by="automod_filtered"):
        self.posts[id]["removed"] = by

    def control_change(self, sr, **rules):
        self.places[sr].update(rules)


if __name__ == "__main__":
    main(Reddit)
