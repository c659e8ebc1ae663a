#!/usr/bin/python3
"""A strict stand-in for Facebook's Pages: see graph.py for its refusals.

    facebook.py --port 0 --ledger FILE [--clock FILE]

A line of the ledger is one post: id, account (the Page), kind, text, link,
title, media (sums of what was uploaded, or URLs), alts; or one comment: id,
account, comment_on (the id that was asked for), text. A token is a person's
or a Page's; control_token gives that of a person's first Page, or of page, and
theirs; foreign: the Page's was given to another application. /_control can
call besides

    forget  {}                      no upload is known any more
    hand    {"page", "text"}        a post made by hand
    photos  {}                      all photos as they stand
    posts   {}                      all posts as they stand
"""

import hashlib
import hmac
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from double import Answer, main, route  # noqa: E402
from graph import DAY, Graph  # noqa: E402
from oauth_provider import CLIENT_ID, CLIENT_SECRET  # noqa: E402

HOST = "graph.facebook.com"
V = f"/{HOST}/v25.0"
UPLOAD = "/rupload.facebook.com/video-upload/v25.0"
SHOW, READ, MANAGE, INSIGHTS, BUSINESS, ENGAGE, USERS = (
    "pages_show_list", "pages_read_engagement", "pages_manage_posts",
    "read_insights", "business_management", "pages_manage_engagement",
    "pages_read_user_content")

# id: person, name, username, tasks
PAGES = {
    "100100000000000001": ("alice", "Alice Bakes", "alicebakes",
                           ["MANAGE", "CREATE_CONTENT", "ANALYZE"]),
    "100100000000000002": ("alice", "Looked at", "looked", ["ANALYZE"]),
    "100100000000000003": ("alice", "Alice's Shop", None,
                           ["CREATE_CONTENT"]),
    "100100000000000005": ("business", "Alice's Branch", None, ["MANAGE"]),
    "100100000000000009": ("bob", "Bob Reads", "bob", ["ANALYZE"]),
}
METRICS = {"post_media_view", "post_total_media_view_unique", "post_clicks",
           "post_reactions_by_type_total"}
VIDEO_METRICS = {"blue_reels_play_count", "post_video_views"}
COUNTS = {"comments.limit(0).summary(true)", "reactions.limit(0).summary(true)"}
MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG",
         "image/gif": b"GIF8"}


def fields_of(query):
    """Commas part fields, but not those within braces."""
    return re.findall(r"[a-z_]+(?:\.[^,{}]+)*(?:\{.*?\}+(?=,[a-z]+[,{]|\Z|,))?",
                      query.get("fields", "id"))


class Facebook(Graph):
    name = "facebook"
    hosts = {"api_url": HOST, "login_url": "www.facebook.com",
             "upload_url": "rupload.facebook.com"}
    authorize = "/www.facebook.com/v25.0/dialog/oauth"
    token = V + "/oauth/access_token"
    scopes = {SHOW, READ, MANAGE, INSIGHTS, BUSINESS, ENGAGE, USERS}
    allowed = {"auth_type"}
    settings = {
        **Graph.settings,
        "list_length": 100,     # Pages in one list
        "cut": None,            # bytes after which an upload breaks off
        "retriable": True,      # and may it be gone on with?
        "numbers": {},          # shares, comments, reactions of a post
        "subcode": 463,         # of a token that is no good
        "pair": False,          # a video is commented on as PAGE_VIDEO
        "unseen": 0,            # comments on what is not there yet
        "stale_comments": 0,    # comments that lists do not show
        "processing": 0,        # looks at a video that is out, until it is done
        "throws": None,         # (phase, code, message) that it then ends in
        "uploading": 0,         # looks until a whole upload is said to be it
        "role": True,           # have people a role in the application?
        "proof": True,          # does it require appsecret_proof?
    }

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.photos, self.reels, self.posts = {}, {}, []
        self.uploads, self.foreign = {}, set()
        self.comments = []

    def refused(self, status, code, reason):
        if code == "insufficient_scope":
            return self.problem(200, reason, status=403)
        return self.problem(190, reason, self.settings["subcode"], 400)

    # ------------------------------------------------------------- tokens

    def token_routes(self, request):
        if (request.method, request.path) != ("GET", self.token):
            return None
        query = self.once(request.query)
        if set(query) != {"grant_type", "client_id", "client_secret",
                          "fb_exchange_token"} \
                or query["grant_type"] != "fb_exchange_token" \
                or query["client_id"] != CLIENT_ID \
                or query["client_secret"] != CLIENT_SECRET:
            raise self.problem(100, "Invalid parameter")
        known = self.known(query["fb_exchange_token"])
        access, _ = self.make(known["account"], known["scopes"],
                              lives=60 * DAY)
        self.long[access] = self.now()
        return Answer(200, {"access_token": access, "token_type": "bearer"})

    def page_token(self, page, scopes, lives=0):
        return self.make(page, scopes, lives=lives)[0]

    def control_token(self, account, page=None, foreign=False, **_):
        page = page or next(id for id, row in PAGES.items()
                            if row[0] == account)
        scopes = sorted(self.scopes)
        person, _ = self.make(account, scopes, lives=60 * DAY)
        token = self.page_token(page, scopes)
        self.foreign |= {token} if foreign else set()
        return {"access_token": token, "user_token": person,
                "client_id": "another" if foreign else CLIENT_ID}

    def control_forget(self):
        self.uploads.clear()

    def control_revoke(self, account):
        for known in self.access.values():
            if known["account"] == account or PAGES.get(
                    known["account"], [None])[0] == account:
                known["dead"] = True

    def control_tokens(self):
        return {"alive": sorted({known["account"] for known
                                 in self.access.values()
                                 if not known["dead"]}),
                "refreshed": {}, "unspent": list(self.access),
                "endless": [token for token, known in self.access.items()
                            if known["until"] is None]}

    def page(self, request, id, scope):
        """The Page whose token came, which has to be that of the path."""
        page = self.person(request, scope)
        if page not in PAGES or page != id:
            raise self.problem(200, "A token of this Page is needed",
                               status=403)
        return page

    # ------------------------------------------------------------- a person

    @route("GET", V + "/me/permissions")
    def permissions(self, request):
        known = self.known(request.bearer() or "")
        if known["account"] in PAGES or request.query:
            raise self.problem(100, "A person's token is needed, alone")
        return Answer(200, {"data": [
            {"permission": scope, "status": "granted"
             if scope in known["scopes"] else "declined"}
            for scope in sorted(self.scopes)]})

    @route("DELETE", V + "/me/permissions")
    def take_permissions(self, request):
        """The whole person: the tokens of all their Pages end with theirs."""
        known = self.known(request.bearer() or "")
        if known["account"] in PAGES or request.query or request.body:
            raise self.problem(100, "A person's token is needed, alone")
        self.control_revoke(known["account"])
        return Answer(200, {"success": True})

    @route("GET", V + "/me/businesses")
    def businesses(self, request):
        """alice has one; of people without any the question is refused."""
        if self.person(request, BUSINESS) != "alice":
            return self.problem(100, "no business").answer
        if self.once(request.query) != {"fields": "id", "limit": "100"}:
            raise self.problem(100, "businesses: %s" % request.query)
        return Answer(200, {"data": [{"id": "900100"}]})

    @route("GET", V + "/900100/owned_pages")
    def owned_pages(self, request):
        return self.pages(request, BUSINESS, [
            id for id in PAGES if PAGES[id][0] in ("alice", "business")])

    @route("GET", V + "/900100/client_pages")
    def client_pages(self, request):
        self.person(request, BUSINESS)
        return self.problem(200, "not for you", status=403).answer

    @route("GET", V + "/me/accounts")
    def accounts(self, request):
        person = self.person(request, SHOW)
        return self.pages(request, SHOW, [
            id for id, row in PAGES.items() if row[0] == person])

    def pages(self, request, scope, ids):
        person = self.person(request, scope)
        query = self.once(request.query)
        fields = set(fields_of(query))
        if person in PAGES or set(query) - {"fields", "limit", "after"} \
                or fields - {"id", "name", "username", "access_token",
                             "picture.type(large){url}", "category",
                             "followers_count", "tasks"} \
                or not 1 <= int(query.get("limit", 25)) <= 100:
            raise self.problem(100, f"accounts: {sorted(fields)}")
        known = self.access[request.bearer()]
        start = int(query.get("after", "c0")[1:])
        end = start + min(int(query.get("limit", 25)),
                          self.settings["list_length"])
        lives = 0 if request.bearer() in self.long else 3600
        data = []
        for id in ids[start:end]:
            _, name, username, tasks = PAGES[id]
            row = {"id": id, "name": name, "tasks": tasks,
                   "access_token": self.page_token(id, known["scopes"],
                                                   lives),
                   "picture": {"data": {
                       "url": f"https://cdn.example/{id}.jpg"}}}
            if username:
                row["username"] = username
            data.append(row)
        paging = {"cursors": {"before": f"c{start}", "after": f"c{end}"}}
        if end < len(ids):
            paging["next"] = "https://graph.facebook.com/elsewhere"
        return Answer(200, {"data": data, "paging": paging})

    # ------------------------------------------------------------- media

    @route("POST", V + "/:id/photos")
    def upload_photo(self, request, id):
        page = self.page(request, id, MANAGE)
        parts = request.multipart()
        given = {part.name: part for part in parts}
        if len(given) != len(parts) or set(given) - {
                "source", "published", "alt_text_custom"} \
                or "source" not in given \
                or given.get("published") is None \
                or given["published"].data != b"false":
            raise self.problem(100, f"photo: {sorted(given)}")
        source = given["source"]
        if not source.data.startswith(MAGIC.get(source.kind, b"\0none")) \
                or not source.file_name or len(source.data) > 10 * 1000000:
            raise self.problem(324, "Missing or invalid image file")
        photo = self.new_id()
        alt = given.get("alt_text_custom")
        self.photos[photo] = {
            "page": page, "made": self.now(), "used": False,
            "hash": hashlib.sha256(source.data).hexdigest(),
            "alt": alt.data.decode() if alt else ""}
        return Answer(200, {"id": photo})

    def reel(self, id, page):
        if id not in self.reels or self.reels[id]["page"] != page:
            raise self.problem(100, "Object does not exist", 33)
        return self.reels[id]

    def control_photos(self):
        return self.photos

    @route("POST", V + "/:id/thumbnails")
    def thumbnail(self, request, id):
        post = self.stands(id, self.person(request, MANAGE))
        parts = request.multipart()
        given = {part.name: part for part in parts}
        if len(parts) != 2 or set(given) != {"is_preferred", "source"} \
                or given["is_preferred"].data != b"true" \
                or post["video"] != id:
            raise self.problem(100, f"thumbnail: {sorted(given)}")
        source = given["source"]
        if not source.data.startswith(MAGIC.get(source.kind, b"\0none")) \
                or not source.file_name:
            raise self.problem(324, "Missing or invalid image file")
        post["cover"] = hashlib.sha256(source.data).hexdigest()
        return Answer(200, {"success": True})

    @route("POST", UPLOAD + "/:id")
    def upload_reel(self, request, id):
        value = request.header("Authorization") or ""
        known = self.access.get(value[6:])
        if not value.startswith("OAuth ") or known is None or known["dead"]:
            raise self.refused(400, "", "the token, with the word OAuth")
        reel = self.reel(id, known["account"])
        size, offset = (int(request.header(name) or -1)
                        for name in ("file_size", "offset"))
        if reel["size"] not in (None, size) or offset != len(reel["bytes"]) \
                or offset + len(request.body) != size:
            raise self.problem(100, f"offset {offset} of {size}")
        reel["size"] = size
        if self.settings["cut"] is not None:
            reel["bytes"] += request.body[:self.settings["cut"]]
            self.settings["cut"] = None
            return Answer(500, {"debug_info": {
                "retriable": self.settings["retriable"],
                "type": "ProcessingFailedError", "message": "Cut off"}})
        reel["bytes"] += request.body
        return Answer(200, {"success": True})

    @staticmethod
    def is_whole(reel):
        return reel["size"] is not None and reel["size"] == len(reel["bytes"])

    # A session of the application: its id has a query of its own, as Meta's
    # have, and the handle to a whole file has several lines.

    def developer(self, token):
        """The person whose token it is, with a role in the application."""
        known = self.access.get(token)
        if known is None or known["dead"] or known["account"] in PAGES:
            raise self.refused(400, "", "a person's token is needed")
        if not self.settings["role"]:
            raise self.problem(200, "no role in the application", status=403)
        return known["account"]

    @route("POST", V + "/:app/uploads")
    def start_upload(self, request, app):
        person = self.developer(request.bearer() or "")
        query = self.once(request.query)
        if app != CLIENT_ID or request.body or set(query) != {
                "file_name", "file_length", "file_type"} \
                or not re.fullmatch(r"[\w-]+\.mp4", query["file_name"]) \
                or not 0 < int(query["file_length"]) <= 2 << 30 \
                or query["file_type"] != "video/mp4":
            raise self.problem(100, f"uploads: {app} {query}")
        id = "upload:MTphdHRhY2htZW50%s==?sig=ARa-%s" % (
            self.new_id(), self.new_id())
        self.uploads[id] = {"person": person, "bytes": b"", "handle": None,
                            "size": int(query["file_length"])}
        return Answer(200, {"id": id})

    def upload(self, request):
        """POST: bytes from an offset on. GET: how far they go."""
        value = request.header("Authorization") or ""
        person = self.developer(value[6:] if value.startswith("OAuth ")
                                else "")
        id = "%s?sig=%s" % (request.path[len(V) + 1:],
                            self.once(request.query).get("sig"))
        upload = self.uploads.get(id)
        if upload is None or len(request.query) != 1 \
                or upload["person"] != person:
            raise self.problem(100, "Object does not exist", 33)
        if request.method == "GET":
            return Answer(200, {"id": id,
                                "file_offset": len(upload["bytes"])})
        offset = int(request.header("file_offset") or -1)
        if request.method != "POST" or offset != len(upload["bytes"]) \
                or offset + len(request.body) != upload["size"] \
                or not request.body:
            raise self.problem(100, f"offset {offset} of {upload['size']}")
        if self.settings["cut"] is not None:
            upload["bytes"] += request.body[:self.settings["cut"]]
            self.settings["cut"] = None
            return self.problem(1, "Cut off", status=500).answer
        upload["bytes"] += request.body
        upload["handle"] = f"4:YS5tcDQ=:{self.new_id()}\n4::{self.new_id()}=="
        return Answer(200, {"h": upload["handle"]})

    def check_proof(self, request):
        """Of a call with a token, which goes without it from here on."""
        proofs = [value for name, value in request.query
                  if name == "appsecret_proof"]
        token = request.bearer()
        right = [hmac.new(CLIENT_SECRET.encode(), token.encode(),
                          "sha256").hexdigest()]
        if token in self.foreign:
            right = []
        if proofs != right and (proofs or self.settings["proof"]):
            raise self.problem(100, "Invalid appsecret_proof" if proofs else
                               "calls require an appsecret_proof argument")
        request.query = [pair for pair in request.query
                         if pair[0] != "appsecret_proof"]

    def dispatch(self, request):
        if request.bearer() is not None:
            self.check_proof(request)
        if request.path.startswith(V + "/upload:"):
            return self.upload(request)
        return super().dispatch(request)

    # ------------------------------------------------------------- posting

    def post(self, page, kind, text, media, **more):
        post = {"id": f"{page}_{self.new_id()}", "account": page,
                "kind": kind, "text": text, "media": media,
                "alts": [], "photos": [], "video": None, "link": "",
                "title": "", **more, "posted": self.now(), "gone": False,
                "polls": self.settings["processing"], "cover": None}
        self.posts.append(post)
        self.accept(post)
        return post

    def control_hand(self, page, text):
        post = {"id": f"{page}_{self.new_id()}", "account": page,
                "kind": "text", "text": text, "photos": [], "video": None,
                "link": "", "posted": self.now(), "gone": False}
        self.posts.append(post)
        return {"id": post["id"]}

    def control_posts(self):
        return {"posts": self.posts}

    def attached(self, form, page):
        names = [name for name in form if name.startswith("attached_media")]
        if names != [f"attached_media[{i}]" for i in range(len(names))] \
                or len(names) > 10:
            raise self.problem(100, "attached_media")
        photos = []
        for name in names:
            given = json.loads(form[name])
            photo = self.photos.get(given.get("media_fbid"))
            if set(given) != {"media_fbid"} or photo is None \
                    or photo["page"] != page or photo["used"] \
                    or self.now() > photo["made"] + DAY:
                raise self.problem(100, "attached_media: no such photo")
            photos.append(given["media_fbid"])
        return photos

    @route("POST", V + "/:id/feed")
    def feed(self, request, id):
        page = self.page(request, id, MANAGE)
        form = self.once(request.form())
        photos = self.attached(form, page)
        rest = {name for name in form if not name.startswith("attached_")}
        text, link = form.get("message", ""), form.get("link", "")
        if rest - {"message", "link"} or not form or len(text) > 63206:
            raise self.problem(100, f"feed: {sorted(form)}")
        if link:
            self.check_url(link)
        last = next((post for post in reversed(self.posts)
                     if post["account"] == page), None)
        if last and not photos and not last["photos"] and (
                text, link) == (last["text"], last["link"]):
            raise self.problem(506, "Duplicate status message")
        for photo in photos:
            self.photos[photo]["used"] = True
        post = self.post(page, "photos" if photos else "text", text,
                         [self.photos[one]["hash"] for one in photos],
                         link=link, photos=photos,
                         alts=[self.photos[one]["alt"] for one in photos])
        return Answer(200, {"id": post["id"]})

    @route("POST", V + "/:id/videos")
    def video(self, request, id):
        page = self.page(request, id, MANAGE)
        form = self.once(request.form())
        [(source, value), *more] = [
            (name, form[name]) for name in form if name.startswith("f")] \
            or [("", "")]
        if set(form) - {source, "description", "title"} or more \
                or source not in ("file_url", "fbuploader_video_file_chunk"):
            raise self.problem(100, f"videos: {sorted(form)}")
        if source == "file_url":
            self.check_url(value)
        else:
            [upload] = [one for one in self.uploads.values()
                        if one["handle"] == value] or [None]
            if upload is None:
                raise self.problem(1363030, "no such upload")
            value = hashlib.sha256(upload["bytes"]).hexdigest()
        video = self.new_id()
        self.post(page, "video", form.get("description", ""), [value],
                  video=video, title=form.get("title", ""))
        return Answer(200, {"id": video})

    def start(self, page, edge):
        video = self.new_id()
        self.reels[video] = {"page": page, "bytes": b"", "size": None,
                             "post": None, "edge": edge,
                             "uploading": self.settings["uploading"]}
        return Answer(200, {"video_id": video, "upload_url":
                            f"{self.url()}{UPLOAD}/{video}"})

    def story(self, page, media, **more):
        post = self.post(page, "story", "", media, **more)
        post["id"] = post["id"].split("_")[1]
        return post["id"]

    @route("POST", V + "/:id/photo_stories")
    def photo_stories(self, request, id):
        page = self.page(request, id, MANAGE)
        form = self.once(request.form())
        photo = self.photos.get(form.get("photo_id"))
        if set(form) != {"photo_id"} or photo is None or photo["used"] \
                or photo["page"] != page:
            raise self.problem(100, f"photo_stories: {sorted(form)}")
        photo["used"] = True
        return Answer(200, {"success": True, "post_id": self.story(
            page, [photo["hash"]], photos=[form["photo_id"]])})

    @route("POST", V + "/:id/video_stories")
    def video_stories(self, request, id):
        page = self.page(request, id, MANAGE)
        form = self.once(request.form())
        if form == {"upload_phase": "start"}:
            return self.start(page, "video_stories")
        if set(form) != {"upload_phase", "video_id"} \
                or form["upload_phase"] != "finish":
            raise self.problem(100, f"video_stories: {sorted(form)}")
        reel = self.reel(form["video_id"], page)
        if not self.is_whole(reel) or reel["uploading"] > 0 \
                or reel["edge"] != "video_stories" or reel["post"]:
            raise self.problem(1363030, "The upload is not complete")
        reel["post"] = self.story(
            page, [hashlib.sha256(reel["bytes"]).hexdigest()],
            video=form["video_id"])
        return Answer(200, {"success": True, "post_id": reel["post"]})

    @route("POST", V + "/:id/video_reels")
    def video_reels(self, request, id):
        page = self.page(request, id, MANAGE)
        form = self.once(request.form())
        if form == {"upload_phase": "start"}:
            return self.start(page, "video_reels")
        if form.get("upload_phase") != "finish" \
                or form.get("video_state") != "PUBLISHED" \
                or set(form) - {"upload_phase", "video_id", "video_state",
                                "description", "title"}:
            raise self.problem(100, f"video_reels: {sorted(form)}")
        reel = self.reel(form.get("video_id"), page)
        if not self.is_whole(reel) or reel["edge"] != "video_reels":
            raise self.problem(1363030, "The upload is not complete")
        if reel["post"] is None:
            reel["post"] = self.post(
                page, "reel", form.get("description", ""),
                [hashlib.sha256(reel["bytes"]).hexdigest()],
                video=form["video_id"], title=form.get("title", ""))["id"]
        return Answer(200, {"success": True})

    # ------------------------------------------------------------- reading

    def stands(self, id, page):
        for post in self.posts:
            if id in (post["id"], post["video"]) and not post["gone"] \
                    and post["account"] == page:
                return post
        raise self.problem(100, "Object does not exist", 33)

    @staticmethod
    def attachments(post):
        def show(photo):
            return {"media_type": "photo", "target": {"id": photo}}
        if post["video"]:
            return [{"media_type": "video", "target": {"id": post["video"]}}]
        if len(post["photos"]) > 1:
            return [{"media_type": "album",
                     "target": {"id": post["id"].split("_")[1]},
                     "subattachments": {"data": [
                         {"target": {"id": one}} for one in post["photos"]]}}]
        return [show(one) for one in post["photos"]]

    @route("GET", V + "/:id/published_posts")
    def published(self, request, id):
        page = self.page(request, id, READ)
        query = self.once(request.query)
        if set(query) - {"fields", "since", "limit"} \
                or query.get("fields") != (
                    "id,message,created_time,attachments{media_type,"
                    "target{id},subattachments{target{id}}}") \
                or int(query["limit"]) > 100:
            raise self.problem(100, "published_posts: %s" % query)
        mine = [post for post in self.posts if post["account"] == page
                and not post["gone"]
                and post["posted"] >= int(query["since"])]
        mine = mine[:max(len(mine) - self.settings["stale_lists"], 0)]
        rows = []
        for post in mine[::-1][:int(query["limit"])]:
            row = {"id": post["id"],
                   "created_time": self.stamp(post["posted"])}
            if post["text"]:
                row["message"] = post["text"].replace("\n", "\r\n") + " "
            if self.attachments(post):
                row["attachments"] = {"data": self.attachments(post)}
            rows.append(row)
        return Answer(200, {"data": rows})

    def status(self, id, page):
        """One look takes what is out further."""
        reel, post = self.reels.get(id), None
        whole = reel is None or self.is_whole(reel)
        if whole and reel and reel["uploading"] > 0:
            reel["uploading"] -= 1
            whole = False
        if reel is None or reel["post"]:
            post = self.stands(id, page)
        phases = dict.fromkeys(("processing_phase", "publishing_phase"),
                               {"status": "not_started"})
        word = "upload_complete" if whole else "uploading"
        if post and post["polls"] > 0:
            post["polls"] -= 1
            word = "processing"
            phases["processing_phase"] = {"status": "in_progress",
                                          "errors": []}
        elif post and self.settings["throws"]:
            phase, code, message = self.settings["throws"]
            word = "error"
            phases[phase] = {"status": "error", "errors": [
                {"code": code, "message": message}]}
        elif post:
            word = "ready"
            phases = dict.fromkeys(phases, {"status": "complete"})
        return {"video_status": word, **phases, "uploading_phase": {
            "status": "complete" if whole else "in_progress",
            "bytes_transferred": len(reel["bytes"]) if reel else 0}}

    def show_page(self, request, id):
        """Of a Page itself, by its own token; what it does not have is left
        out."""
        self.page(request, id, READ)
        fields = set(fields_of(self.once(request.query)))
        _, name, username, _ = PAGES[id]
        told = {"id": id, "name": name, "username": username,
                "picture.type(large){url}": {"data": {
                    "url": f"https://scontent.example/{id}.jpg"}}}
        if fields - set(told):
            raise self.problem(100, "Tried accessing nonexisting field")
        return Answer(200, {field.split(".")[0]: told[field] for field in
                            fields | {"id"} if told[field] is not None})

    @route("GET", V + "/:id")
    def show(self, request, id):
        page = self.person(request, READ)
        if id in PAGES:
            return self.show_page(request, id)
        if any(one["id"] == id for one in self.comments):
            if self.once(request.query) != {"fields": "permalink_url"}:
                raise self.problem(100, "Tried accessing nonexisting field")
            return Answer(200, {"id": id, "permalink_url":
                                "https://www.facebook.com/x?comment_id="
                                + id.split("_")[1]})
        fields = set(dict(request.query).get("fields", "id").split(","))
        is_video = "_" not in id
        known = {"id", "permalink_url"} | COUNTS | (
            {"status", "post_id", "published"} if is_video else {"shares"})
        if fields - known:
            raise self.problem(100, "Tried accessing nonexisting field")
        more = {"status": self.status(id, page)} if "status" in fields else {}
        if id in self.reels and not self.reels[id]["post"]:
            self.reel(id, page)
            return Answer(200, {"id": id, **more, **(
                {"published": False} if "published" in fields else {})})
        post = self.stands(id, page)
        numbers = self.settings["numbers"]
        answer = {
            "id": id, "permalink_url": f"/{page}/videos/{id}/" if is_video
            else f"https://www.facebook.com/{page}/posts/"
            + post["id"].split("_")[1], **more}
        if "published" in fields:
            answer["published"] = True
        if "shares" in fields and numbers.get("shares"):
            answer["shares"] = {"count": numbers["shares"]}
        for name in ("comments", "reactions"):
            if any(field.startswith(name) for field in fields):
                answer[name] = {"data": [], "summary": {
                    "total_count": numbers.get(name, 0)}}
        return Answer(200, answer)

    def told(self, request, id, all_of_them):
        self.stands(id, self.person(request, INSIGHTS))
        query = self.once(request.query)
        metrics = set(query.get("metric", "").split(","))
        if query.get("period") != "lifetime" or metrics - all_of_them \
                or metrics & set(self.settings["lacks"]):
            raise self.problem(100, "metric is not one of these")
        return Answer(200, {"data": [
            {"name": name, "period": "lifetime", "values": [
                {"value": self.settings["insights"].get(name, 0)}]}
            for name in sorted(metrics)]})

    # ------------------------------------------------------------- comments

    def commented(self, id, page):
        """The post that goes by this id where comments are asked for."""
        if self.settings["unseen"] > 0:
            self.settings["unseen"] -= 1
            raise self.problem(100, "Object does not exist", 33)
        for post in self.posts:
            names = {"reel": post["video"], "video": post["video"]}
            name = names.get(post.get("kind"), post["id"])
            if post.get("kind") == "video" and self.settings["pair"]:
                name = f"{page}_{name}"
            if name == id and post["account"] == page and not post["gone"]:
                return post
        raise self.problem(100, "Object does not exist", 33)

    @route("POST", V + "/:id/comments")
    def comment(self, request, id):
        page = self.person(request, ENGAGE)
        form = self.once(request.form())
        self.commented(id, page)
        if request.query or set(form) - {"message", "attachment_url"} \
                or not form or len(form.get("message", "")) > 8000:
            raise self.problem(100, f"comment: {sorted(form)}")
        made = {"id": f"{id.split('_')[-1]}_{self.new_id()}",
                "account": page, "comment_on": id,
                "text": form.get("message", ""), "posted": self.now()}
        self.comments.append(made)
        self.accept(made)
        return Answer(200, {"id": made["id"]})

    @route("GET", V + "/:id/comments")
    def list_comments(self, request, id):
        page = self.person(request, USERS)
        query = self.once(request.query)
        self.commented(id, page)
        fields = set(query.get("fields", "id").split(","))
        if set(query) - {"fields", "order", "limit"} \
                or fields - {"id", "message", "from", "created_time"} \
                or query.get("order") not in (None, "chronological",
                                              "reverse_chronological") \
                or not 0 < int(query.get("limit", 25)) <= 100:
            raise self.problem(100, f"comments: {query}")
        rows = [{"id": one["id"], "message": one["text"].strip(),
                 "from": {"id": one["account"], "name": "Somebody"},
                 "created_time": self.stamp(one["posted"])}
                for one in self.comments if one["comment_on"] == id]
        rows = rows[:max(len(rows) - self.settings["stale_comments"], 0)]
        if query.get("order") == "reverse_chronological":
            rows.reverse()
        return Answer(200, {"data": [
            {name: value for name, value in row.items()
             if name in fields | {"id"}}
            for row in rows[:int(query.get("limit", 25))]]})

    def control_comment(self, on, text, account="77", ago=0):
        """Somebody else comments."""
        self.comments.append({"id": f"1_{self.new_id()}", "account": account,
                              "comment_on": on, "text": text,
                              "posted": self.now() - ago})

    @route("GET", V + "/:id/insights")
    def insights(self, request, id):
        if "_" not in id:
            raise self.problem(100, "PAGE_POST is needed")
        return self.told(request, id, METRICS)

    @route("GET", V + "/:id/video_insights")
    def video_insights(self, request, id):
        return self.told(request, id, VIDEO_METRICS)

    # ------------------------------------------------------------- changes

    @route("POST", V + "/:id")
    def change(self, request, id):
        post = self.stands(id, self.person(request, MANAGE))
        form = self.once(request.form())
        if set(form) != {"message" if "_" in id else "description"}:
            raise self.problem(100, f"edit: {sorted(form)}")
        [post["text"]] = form.values()
        return Answer(200, {"success": True})

    @route("DELETE", V + "/:id")
    def delete(self, request, id):
        if id in self.photos and not self.photos[id]["used"]:
            self.person(request, MANAGE)
            del self.photos[id]
            return Answer(200, {"success": True})
        self.stands(id, self.person(request, MANAGE))["gone"] = True
        return Answer(200, {"success": True})


if __name__ == "__main__":
    main(Facebook)
