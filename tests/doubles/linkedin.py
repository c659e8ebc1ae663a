"""A stand-in for LinkedIn's versioned REST API: a member, a page, their posts.

Written from LinkedIn's documentation (Posts, Images, Videos, little text,
organization access control, share statistics): version headers on each call,
the id of a post in a header alone, a post that is cut off at the first
reserved character, exact duplicates refused for ten minutes, videos in parts
whose URLs take no token, and members who may not read what they posted."""

import hashlib
import re

from double import Answer, Refused, main, route
from oauth_provider import OAuthProvider

RESERVED = "|{}@[]()<>#*_~"
MENTION = re.compile(r"@\[[^\[\]]+\]\(urn:li:(?:organization|person):[\w-]+\)")
HASHTAG = re.compile(r"#[^\W_]+")
PAGE_SCOPES = {"w_organization_social", "r_organization_social",
               "rw_organization_admin"}
API = "/api.linkedin.com"
POST_KEYS = {"author", "commentary", "visibility", "distribution",
             "lifecycleState", "isReshareDisabledByAuthor"}
DISTRIBUTION = {"feedDistribution": "MAIN_FEED", "targetEntities": [],
                "thirdPartyDistributionChannels": []}
PART = 4 * 1024 * 1024


def fault(status, code, words, reason=None, headers=None):
    raise Refused(status, {"status": status, "code": code, "message": words,
                           "serviceErrorCode": 1}, reason or words, headers)


def invalid(code, words, status=400):
    raise Refused(status, {
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "message": words, "status": status, "errorDetails": {
            "inputErrors": [{"description": words, "code": code}]}},
        "%s: %s" % (code, words))


def rendered(little):
    """What readers see: little text ends at a reserved character that is not
    escaped, but for hashtags and mentions."""
    shown, at = "", 0
    while at < len(little):
        mention = MENTION.match(little, at)
        hashtag = HASHTAG.match(little, at)
        if mention or hashtag:
            shown += (mention or hashtag)[0]
            at += len((mention or hashtag)[0])
        elif little[at] == "\\":
            if at + 1 == len(little):
                break
            shown += little[at + 1]
            at += 2
        elif little[at] in RESERVED:
            break
        else:
            shown += little[at]
            at += 1
    return shown


class LinkedIn(OAuthProvider):
    """A strict stand-in for api.linkedin.com and www.linkedin.com."""

    name = "linkedin"
    hosts = {"api_url": "api.linkedin.com", "login_url": "www.linkedin.com"}
    authorize = "/www.linkedin.com/oauth/v2/authorization"
    token = "/www.linkedin.com/oauth/v2/accessToken"
    revocation = "/www.linkedin.com/oauth/v2/revoke"
    revokes_person = True       # the worst that its documentation allows
    scopes = {"openid", "profile", "w_member_social",
              "r_member_postAnalytics"} | PAGE_SCOPES
    granted_separator = ","
    rotates = False
    settings = {
        **OAuthProvider.settings, "expires_in": 5184000,
        "versions": ["202604", "202605", "202606", "202607"],
        "part_bytes": PART,
        "polls": 1,             # status calls until a file is AVAILABLE
        "failure": None,        # a processingFailureReason for each file
        "busy": 0,              # posts refused as MEDIA_ASSET_WAITING_UPLOAD
        "expired": 0,           # as EXPIRED_UPLOAD_URL: its files are gone
        "list_length": 100,     # organizationAcls gives no longer ones
        "quota": 150,           # calls of a member in a day
        "id_header": True,      # x-restli-id in the answer to a post
        "stale_lists": 0,       # so many lists do not show the newest post
        "comments": True,       # the application may comment
        "stale_comments": 0,    # comments that lists do not show
    }

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.number, self.posts, self.files, self.calls = 0, {}, {}, []
        self.comments = []
        self.members = {"urn:li:person:" + name + "-Id1": name
                        for name in self.people}
        self.pages = {"urn:li:organization:2414183":
                      ("alice", "ADMINISTRATOR", "devtestco", "DevTestCo"),
                      "urn:li:organization:2414184":
                      ("alice", "CONTENT_ADMIN", "another", "Another Page")}

    # What tests may order

    def control_lose_page(self, urn):
        """The account loses its role on a page."""
        del self.pages[urn]

    def control_more_pages(self, count):
        """alice administers so many pages more."""
        for number in range(count):
            self.pages["urn:li:organization:%d" % (3000000 + number)] = (
                "alice", "ADMINISTRATOR", "page%d" % number,
                "Page %d" % number)

    def control_metrics(self, urn, **metrics):
        self.posts[urn]["metrics"] = metrics

    def control_publish(self, author, text):
        """Its author posts in the app."""
        return {"id": self.publish(author, text, {"author": author})["urn"]}

    def control_remove(self, urn):
        self.posts[urn]["gone"] = True

    # Who asks, and how

    def who(self, request, versioned=True):
        known = self.access.get(request.bearer() or "")
        if known is None or known["dead"] or (
                known["until"] and self.now() >= known["until"]):
            fault(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request"
                  " has expired")
        if versioned:
            if request.header("Linkedin-Version") \
                    not in self.settings["versions"]:
                fault(426, "NONEXISTENT_VERSION", "Requested version %s is"
                      " not active" % request.header("Linkedin-Version"))
            if request.header("X-Restli-Protocol-Version") != "2.0.0" \
                    or request.kind() != "application/json":
                fault(400, "ILLEGAL_ARGUMENT", "headers of the protocol")
            now = self.now()
            self.calls = [at for at in self.calls if at // 86400
                          == now // 86400] + [now]
            if len(self.calls) > self.settings["quota"]:
                fault(429, "TOO_MANY_REQUESTS", "Resource level throttle"
                      " APPLICATION_AND_MEMBER DAY limit")
        return known

    def may(self, known, author, member, page):
        """The token may act for this author, who is the account's."""
        if author in self.members:
            good = self.members[author] == known["account"] \
                and member in known["scopes"]
        else:
            good = author in self.pages and page in known["scopes"] \
                and self.pages[author][0] == known["account"]
        if not good:
            fault(403, "ACCESS_DENIED", "Not enough permissions to access",
                  "%s may not act for %s" % (known["account"], author))

    def body(self, request, method=None):
        if request.header("X-RestLi-Method") != method:
            fault(400, "ILLEGAL_ARGUMENT", "X-RestLi-Method is %r"
                  % request.header("X-RestLi-Method"))
        return request.json()

    @staticmethod
    def nothing(request, method=None):
        if request.body or request.header("X-RestLi-Method") != method:
            fault(400, "ILLEGAL_ARGUMENT", "a body, or X-RestLi-Method %r"
                  % request.header("X-RestLi-Method"))

    # Identity

    @route("GET", API + "/v2/userinfo")
    def userinfo(self, request):
        known = self.who(request, False)
        if "openid" not in known["scopes"]:
            fault(403, "ACCESS_DENIED", "Not enough permissions")
        return Answer(200, {"sub": known["account"] + "-Id1", "name":
                            known["account"].title() + " Member",
                            "picture": "https://media.licdn.com/1.jpg"})

    @route("GET", API + "/rest/organizationAcls")
    def acls(self, request):
        known = self.who(request)
        query = dict(request.query)
        if set(query) != {"q", "role", "state", "start", "count"} \
                or query["q"] != "roleAssignee" \
                or query["state"] != "APPROVED" \
                or not query["start"].isdigit() \
                or not 0 < int(query["count"]) <= 100:
            fault(400, "ILLEGAL_ARGUMENT", "acls %s" % query)
        if "rw_organization_admin" not in known["scopes"]:
            fault(403, "ACCESS_DENIED", "Not enough permissions")
        start, count = int(query["start"]), min(
            int(query["count"]), self.settings["list_length"])
        rows = [{"organization": urn, "role": page[1], "state": "APPROVED"}
                for urn, page in self.pages.items()
                if page[:2] == (known["account"], query["role"])]
        links = [{"type": "application/json", "rel": "next", "href":
                  "/rest/organizationAcls?start=%d" % (start + count)}]
        return Answer(200, {
            "elements": rows[start:start + count], "paging": {
                "start": start, "count": count,
                "links": links if len(rows) > start + count else []}})

    @route("GET", API + "/rest/organizations/:id")
    def organization(self, request, id):
        self.who(request)
        page = self.pages.get("urn:li:organization:" + id)
        if page is None:
            fault(404, "NOT_FOUND", "no such organization")
        return Answer(200, {"id": int(id), "vanityName": page[2],
                            "localizedName": page[3]})

    # Media

    def new_file(self, known, kind, owner, size=None):
        self.may(known, owner, "w_member_social", "w_organization_social")
        self.number += 1
        urn = "urn:li:%s:C4E%d" % (kind, self.number)
        self.files[urn] = {
            "urn": urn, "owner": owner, "kind": kind, "size": size,
            "account": known["account"], "parts": {}, "data": None,
            "state": "WAITING_UPLOAD", "polls": 0,
            "token": "upload-%d" % self.number}
        return self.files[urn]

    def initialize(self, request, known, keys):
        if request.query != [("action", request.query[0][1])]:
            fault(400, "ILLEGAL_ARGUMENT", "query %s" % request.query)
        body = self.body(request)
        if set(body) != {keys[0]} or set(body[keys[0]]) != set(keys[1:]):
            invalid("MISSING_FIELD", "body %s" % body)
        return body[keys[0]]

    @route("POST", API + "/rest/images")
    def images(self, request):
        known = self.who(request)
        if request.query != [("action", "initializeUpload")]:
            fault(400, "ILLEGAL_ARGUMENT", "action %s" % request.query)
        given = self.initialize(request, known, (
            "initializeUploadRequest", "owner"))
        file = self.new_file(known, "image", given["owner"])
        return Answer(200, {"value": {
            "uploadUrlExpiresAt": int(self.now() * 1000) + 86400000,
            "uploadUrl": "%s/www.linkedin.com/dms-uploads/%s/0" % (
                self.url(), file["token"]), "image": file["urn"]}})

    @route("POST", API + "/rest/videos")
    def videos(self, request):
        known = self.who(request)
        action = dict(request.query).get("action")
        if action == "finalizeUpload":
            return self.finalize(request, known)
        if action != "initializeUpload":
            fault(400, "ILLEGAL_ARGUMENT", "action %s" % action)
        given = self.initialize(request, known, (
            "initializeUploadRequest", "owner", "fileSizeBytes",
            "uploadCaptions", "uploadThumbnail"))
        size = given["fileSizeBytes"]
        if type(size) is not int or not 75000 <= size <= 500 * 1024 ** 2 \
                or given["uploadCaptions"] is not False \
                or given["uploadThumbnail"] is not False:
            invalid("INVALID_VALUE_FOR_FIELD", "video %s" % given)
        file = self.new_file(known, "video", given["owner"], size)
        step = self.settings["part_bytes"]
        return Answer(200, {"value": {
            "video": file["urn"], "uploadToken": "", "uploadInstructions": [
                {"uploadUrl": "%s/www.linkedin.com/dms-uploads/%s/%d" % (
                    self.url(), file["token"], number),
                 "firstByte": first, "lastByte": min(first + step, size) - 1}
                for number, first in enumerate(range(0, size, step))]}})

    @route("PUT", "/www.linkedin.com/dms-uploads/:token/:number")
    def put(self, request, token, number):
        [file] = [one for one in self.files.values()
                  if one["token"] == token] or [None]
        if file is None or file["state"] != "WAITING_UPLOAD":
            fault(400, "EXPIRED_UPLOAD_URL", "this upload URL is over")
        if file["kind"] == "image":
            if self.who(request, False)["account"] != file["account"]:
                fault(403, "ACCESS_DENIED", "another's upload")
            file.update(data=request.body, state="PROCESSING")
            return Answer(201, b"")
        first = int(number) * self.settings["part_bytes"]
        length = min(self.settings["part_bytes"], file["size"] - first)
        if request.header("Authorization") is not None \
                or request.kind() != "application/octet-stream" \
                or len(request.body) != length:
            fault(400, "BAD_REQUEST", "a part of %d bytes, with %s" % (
                len(request.body), request.header("Authorization")))
        tag = "/ambry-video/signed/%s-%s" % (token, number)
        file["parts"][int(number)] = (tag, request.body)
        return Answer(200, b"", {"ETag": '"%s"' % tag})

    def finalize(self, request, known):
        given = self.initialize(request, known, (
            "finalizeUploadRequest", "video", "uploadToken",
            "uploadedPartIds"))
        file = self.files.get(given["video"])
        if file is None or given["uploadToken"] != "" \
                or file["state"] != "WAITING_UPLOAD":
            invalid("INVALID_VALUE_FOR_FIELD", "finalize %s" % given)
        self.may(known, file["owner"], "w_member_social",
                 "w_organization_social")
        parts = [file["parts"][number] for number in sorted(file["parts"])]
        if [tag for tag, data in parts] != given["uploadedPartIds"]:
            invalid("INVALID_VALUE_FOR_FIELD", "part ids, or their order")
        file["data"] = b"".join(data for tag, data in parts)
        if len(file["data"]) != file["size"]:
            invalid("INVALID_VALUE_FOR_FIELD", "bytes are missing")
        file["state"] = "PROCESSING"
        return Answer(200, b"")

    def file_status(self, request, kind, urn):
        known = self.who(request)
        self.nothing(request)
        file = self.files.get(urn)
        if file is None or file["kind"] != kind:
            fault(404, "NOT_FOUND", "no such file")
        if "r_organization_social" not in known["scopes"]:
            fault(403, "ACCESS_DENIED", "Not enough permissions to access:"
                  " GET")
        if file["state"] == "PROCESSING":
            file["polls"] += 1
            if file["polls"] > self.settings["polls"]:
                file["state"] = "PROCESSING_FAILED" \
                    if self.settings["failure"] else "AVAILABLE"
        answer = {"id": urn, "owner": file["owner"], "status": file["state"]}
        if file["state"] == "PROCESSING_FAILED":
            answer["processingFailureReason"] = self.settings["failure"]
        return Answer(200, answer)

    @route("GET", API + "/rest/images/:urn")
    def image_status(self, request, urn):
        return self.file_status(request, "image", urn)

    @route("GET", API + "/rest/videos/:urn")
    def video_status(self, request, urn):
        return self.file_status(request, "video", urn)

    # Posts

    def attached(self, content, author):
        """The files of a post with their alt texts and titles."""
        if content is None:
            return []
        if set(content) == {"article"}:
            return self.thumbnail(content["article"], author)
        if set(content) == {"media"}:
            items = [content["media"]]
        elif set(content) == {"multiImage"} \
                and set(content["multiImage"]) == {"images"}:
            items = content["multiImage"]["images"]
            if not 2 <= len(items) <= 20:
                invalid("INVALID_VALUE_FOR_FIELD", "multiImage of %d"
                        % len(items))
        else:
            invalid("INVALID_VALUE_FOR_FIELD", "content %s" % content)
        files = []
        for item in items:
            file = self.files.get(item.get("id"))
            if not set(item) <= {"id", "altText", "title"} or file is None \
                    or file["owner"] != author \
                    or len(item.get("altText", "x")) not in range(1, 4087) \
                    or (len(items) > 1 and file["kind"] != "image"):
                invalid("INVALID_URN_ID", "content %s" % item)
            if file["state"] == "WAITING_UPLOAD" or self.settings["busy"]:
                self.settings["busy"] = max(self.settings["busy"] - 1, 0)
                invalid("MEDIA_ASSET_WAITING_UPLOAD", "still processing")
            if self.settings["expired"]:
                self.settings["expired"] -= 1
                del self.files[item["id"]]
                invalid("EXPIRED_UPLOAD_URL", "this upload is over")
            if self.settings["failure"]:
                invalid("MEDIA_ASSET_PROCESSING_FAILED", "it has failed")
            files.append({**file, "alt": item.get("altText"),
                          "title": item.get("title")})
        return files

    def thumbnail(self, article, author):
        """An article's one picture, where it has one."""
        if not {"source", "title"} <= set(article) <= {
                "source", "title", "description", "thumbnail"} \
                or not all(type(said) is str and said
                           for said in article.values()) \
                or not re.fullmatch(r"https?://[!-~]+", article["source"]):
            invalid("INVALID_VALUE_FOR_FIELD", "article %s" % article)
        if "thumbnail" not in article:
            return []
        file = self.files.get(article["thumbnail"])
        if file is None or file["kind"] != "image" or file["owner"] != author:
            invalid("INVALID_URN_ID", "thumbnail %s" % article)
        if file["state"] == "WAITING_UPLOAD":
            invalid("MEDIA_ASSET_WAITING_UPLOAD", "still processing")
        return [{**file, "alt": None, "title": None}]

    @route("POST", API + "/rest/posts")
    def create(self, request):
        known = self.who(request)
        body = self.body(request)
        if set(body) - {"content"} != POST_KEYS or None in body.values() \
                or body["distribution"] != DISTRIBUTION \
                or body["lifecycleState"] != "PUBLISHED":
            invalid("MISSING_FIELD", "post %s" % body)
        author = body["author"]
        if not re.fullmatch(r"urn:li:(person:[\w-]+|organization:\d+)",
                            author):
            invalid("INVALID_URN_ID", "author %s" % author)
        self.may(known, author, "w_member_social", "w_organization_social")
        allowed = {"PUBLIC", "LOGGED_IN"}
        if author in self.members:
            allowed.add("CONNECTIONS")
        if body["visibility"] not in allowed:
            invalid("INVALID_VALUE_FOR_FIELD", "visibility")
        files = self.attached(body.get("content"), author)
        text = body["commentary"]
        if len(rendered(text).encode("utf-16-le")) // 2 > 3000:
            invalid("FIELD_LENGTH_TOO_LONG", "commentary", 422)
        if not text and not files:
            invalid("MISSING_FIELD", "no content", 422)
        for post in self.posts.values():
            if post["body"] == body and post["at"] > self.now() - 600:
                raise Refused(422, {
                    "message": "com.linkedin.content.Post: Content is a"
                    " duplicate of " + post["urn"], "status": 422,
                    "errorDetails": {"inputErrors": [
                        {"description": "Duplicate post is detected",
                         "code": "DUPLICATE_POST"}]}}, "a duplicate")
        post = self.publish(author, text, body, files)
        headers = {"x-restli-id": post["urn"]} \
            if self.settings["id_header"] else {}
        return Answer(201, b"", headers)

    def publish(self, author, text, body, files=()):
        self.number += 1
        kind = "ugcPost" if any(file["kind"] == "video" for file in files) \
            else "share"
        urn = "urn:li:%s:%d" % (kind, 7012345678901234567 + self.number)
        post = {"urn": urn, "author": author, "text": text, "body": body,
                "at": self.now(), "files": list(files), "metrics": None,
                "gone": False}
        self.posts[urn] = post
        self.accept({
            "id": urn, "author": author, "text": rendered(text),
            "visibility": body.get("visibility"),
            "article": (body.get("content") or {}).get("article"),
            "media": [{"kind": file["kind"], "alt": file["alt"],
                       "title": file["title"], "sha256": hashlib.sha256(
                           file["data"]).hexdigest()} for file in files]})
        return post

    def readable(self, request, urn):
        """The post, for who may read it."""
        known = self.who(request)
        post = self.posts.get(urn)
        if post and post["author"] in self.members:
            fault(403, "ACCESS_DENIED", "members' posts are closed")
        if post is None or post["gone"]:
            fault(404, "NOT_FOUND", "no such post")
        self.may(known, post["author"], "", "r_organization_social")
        return post

    @staticmethod
    def show(post):
        text = HASHTAG.sub(lambda tag: "{hashtag|\\#|%s}" % tag[0][1:],
                           post["text"])
        shown = {"id": post["urn"], "author": post["author"],
                 "commentary": text, "createdAt": int(post["at"] * 1000),
                 "lifecycleState": "PUBLISHED"}
        if "content" in post["body"]:
            shown["content"] = post["body"]["content"]
        return shown

    @route("GET", API + "/rest/posts/:urn")
    def read(self, request, urn):
        self.nothing(request)
        return Answer(200, self.show(self.readable(request, urn)))

    @route("GET", API + "/rest/posts")
    def finder(self, request):
        known = self.who(request)
        self.nothing(request, "FINDER")
        query = dict(request.query)
        if set(query) != {"q", "author", "count", "sortBy"} \
                or query["q"] != "author" or query["sortBy"] != "CREATED":
            fault(400, "ILLEGAL_ARGUMENT", "finder %s" % query)
        if query["author"] in self.members:
            fault(403, "ACCESS_DENIED", "members' posts are closed")
        self.may(known, query["author"], "", "r_organization_social")
        posts = [post for post in reversed(self.posts.values())
                 if post["author"] == query["author"] and not post["gone"]]
        if self.settings["stale_lists"] > 0:
            self.settings["stale_lists"] -= 1
            posts = posts[1:]
        return Answer(200, {"elements": [
            self.show(post) for post in posts[:int(query["count"])]]})

    def writable(self, request, urn):
        known = self.who(request)
        post = self.posts.get(urn)
        if post:
            self.may(known, post["author"], "w_member_social",
                     "w_organization_social")
        return post

    @route("POST", API + "/rest/posts/:urn")
    def update(self, request, urn):
        post = self.writable(request, urn)
        body = self.body(request, "PARTIAL_UPDATE")
        if post is None or post["gone"]:
            fault(404, "NOT_FOUND", "no such post")
        if set(body) != {"patch"} or set(body["patch"]) != {"$set"} \
                or set(body["patch"]["$set"]) != {"commentary"}:
            invalid("MISSING_FIELD", "update %s" % body)
        post["text"] = body["patch"]["$set"]["commentary"]
        self.accept({"id": urn, "edited": rendered(post["text"])})
        return Answer(204, b"")

    @route("DELETE", API + "/rest/posts/:urn")
    def delete(self, request, urn):
        post = self.writable(request, urn)
        self.nothing(request, "DELETE")
        if post:
            post["gone"] = True
        return Answer(204, b"")

    # Comments

    @route("POST", API + "/rest/socialActions/:urn/comments")
    def comment(self, request, urn):
        known = self.who(request)
        body = self.body(request)
        if not self.settings["comments"]:
            fault(403, "ACCESS_DENIED", "Not enough permissions to access:"
                  " partnerApiSocialActionsComments.CREATE")
        if set(body) != {"actor", "object", "message"} \
                or set(body["message"]) != {"text"} or body["object"] != urn:
            invalid("INVALID_VALUE_FOR_FIELD", "comment %s" % body)
        self.may(known, body["actor"], "w_member_social",
                 "w_organization_social")
        if urn not in self.posts or self.posts[urn]["gone"]:
            fault(404, "NOT_FOUND", "no such post")
        text = body["message"]["text"]
        if not text or len(text.encode("utf-16-le")) // 2 > 1250:
            invalid("FIELD_LENGTH_TOO_LONG", "message", 422)
        self.number += 1
        number = str(6300000000000000000 + self.number)
        made = {"id": number, "account": body["actor"], "comment_on": urn,
                "text": text, "posted": self.now()}
        self.comments.append(made)
        self.accept(made)
        return Answer(201, self.show_comment(made), {"x-restli-id": number})

    @staticmethod
    def show_comment(one):
        return {"actor": one["account"], "object": one["comment_on"],
                "id": one["id"], "message": {"attributes": [],
                                             "text": one["text"]},
                "$URN": "urn:li:comment:(%s,%s)" % (one["comment_on"],
                                                    one["id"]),
                "created": {"actor": one["account"],
                            "time": int(one["posted"] * 1000)}}

    @route("GET", API + "/rest/socialActions/:urn/comments")
    def list_comments(self, request, urn):
        self.nothing(request)
        self.readable(request, urn)
        if set(dict(request.query)) - {"count", "start"}:
            fault(400, "ILLEGAL_ARGUMENT", "comments %s" % request.query)
        mine = [one for one in self.comments if one["comment_on"] == urn]
        mine = mine[:max(len(mine) - self.settings["stale_comments"], 0)]
        return Answer(200, {"elements": [
            self.show_comment(one) for one in mine]})

    def control_comment(self, on, text, account="urn:li:person:carol", ago=0):
        """Somebody else comments."""
        self.comments.append({"id": "1", "account": account,
                              "comment_on": on, "text": text,
                              "posted": self.now() - ago})

    # Metrics

    @route("GET", API + "/rest/organizationalEntityShareStatistics")
    def statistics(self, request):
        known = self.who(request)
        query = dict(request.query)
        lists = set(query) & {"shares", "ugcPosts"}
        if len(lists) != 1 or query.get("q") != "organizationalEntity":
            fault(400, "ILLEGAL_ARGUMENT", "statistics %s" % query)
        self.may(known, query.get("organizationalEntity"), "",
                 "rw_organization_admin")
        [name] = lists
        urn = re.fullmatch(r"List\((.*)\)", query[name])[1]
        if (name == "shares") != urn.startswith("urn:li:share:"):
            fault(400, "ILLEGAL_ARGUMENT", "%s in %s" % (urn, name))
        post = self.posts.get(urn)
        if post is None or post["metrics"] is None:
            return Answer(200, {"elements": []})
        return Answer(200, {"elements": [
            {"totalShareStatistics": post["metrics"], "share": urn}]})

    @route("GET", API + "/rest/memberCreatorPostAnalytics")
    def analytics(self, request):
        known = self.who(request)
        query = dict(request.query)
        found = re.fullmatch(r"\((share|ugc):(.*)\)", query.get("entity", ""))
        if query.get("q") != "entity" or query.get("aggregation") != "TOTAL" \
                or not found or (found[1] == "share") != found[2].startswith(
                    "urn:li:share:"):
            fault(400, "ILLEGAL_ARGUMENT", "analytics %s" % query)
        if "r_member_postAnalytics" not in known["scopes"]:
            fault(403, "ACCESS_DENIED", "Not enough permissions")
        metrics = self.posts[found[2]]["metrics"] or {}
        if query["queryType"] not in metrics:
            fault(500, "INTERNAL_SERVER_ERROR", "no such metric today")
        return Answer(200, {"elements": [
            {"count": metrics[query["queryType"]]}]})


if __name__ == "__main__":
    main(LinkedIn)
