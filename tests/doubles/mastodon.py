#!/usr/bin/python3
"""A strict stand-in for Mastodon and what speaks its client API.

    mastodon.py --port 0 --ledger FILE [--flavour NAME] [--clock FILE]

Flavours: mastodon, gotosocial, pleroma, pixelfed, snac. Two people live here,
alice and bob; the tokens "alice-token" and "bob-token" are theirs with every
scope, so a test need not walk through OAuth. The settings that /_control can
change are those of SETTINGS below; it can also call

    token    {"account", "scopes", "token"}  make a token known
    revoke   {"token"}                       make it unknown
    forget_apps                              drop every registered application
    edit     {"id", "text"}                  change a status behind the scenes
    counts   {"id", "counts"}                what is told of it, as
                                             {"favourites_count": 3}
    delete   {"id"}                          delete one
    show     {"id"}                          one as it is now, with its files'
                                             descriptions and its edits' texts;
                                             {} where it is not there
    lose_media                               drop every upload

A line of the ledger is one status: id, account, text, spoiler_text,
visibility, sensitive, language, in_reply_to_id, media (with description and
SHA-256), idempotency_key.
"""

import base64
import datetime
import hashlib
import html
import os
import re
import secrets
import sys
import unicodedata
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from double import (Answer, Double, PICTURE, Refused, main,  # noqa: E402
                    route)

SETTINGS = {
    "max_characters": 500, "url_length": 23, "max_media": 4,
    "description_limit": 1500, "image_size_limit": 16 << 20,
    "video_size_limit": 99 << 20,
    "discovery": True,          # /.well-known/oauth-authorization-server
    "pkce": True,               # discovery lists S256
    "instance_v2": True,
    "source": True,             # GET /statuses/:id/source
    "processing_polls": 2,      # GETs of a video's media that answer 206
    "processing_fails": False,  # and then 422
    "markdown": False,          # **text** comes out bold
    "silenced": False,          # public becomes unlisted
    "stale_lists": 0,           # statuses that lists do not show yet
    "chatty": None,             # what the owner of a list says, by hand, each
                                # time before it is shown: an answer to their
                                # first status
    "rate_limit": 300,          # requests a token may make in 5 minutes
    "media_limit": 30,          # uploads a token may make in 30 minutes
    "delete_limit": 30,         # and statuses that it may delete
    "text_only": True, "spoiler_limit": 0, "max_status": 0,
    "version": "4.4.3",
}

FLAVOURS = {
    "mastodon": {},
    "gotosocial": {
        "version": "0.19.1+git-57cb4fe", "max_characters": 5000,
        "max_media": 6, "discovery": False},
    "pleroma": {
        "version": "2.7.2 (compatible; Pleroma 2.6.3)", "discovery": False,
        "instance_v2": False, "max_characters": 5000},
    "pixelfed": {
        "version": "3.5.3 (compatible; Pixelfed 0.12.3)", "discovery": False,
        "instance_v2": False, "source": False, "text_only": False,
        "spoiler_limit": 140},
    "snac": {
        "version": "4.0.0 (not true; really snac/2.80)", "discovery": False,
        "instance_v2": False, "source": False, "max_characters": 100000,
        "url_length": 32},
}

KINDS = {
    "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n",
    "image/gif": b"GIF8", "image/webp": b"RIFF",
    "video/mp4": b"ftyp", "video/quicktime": b"ftyp",
}

STATUS_FIELDS = {
    "status", "media_ids[]", "in_reply_to_id", "sensitive", "spoiler_text",
    "visibility", "language", "scheduled_at", "poll[options][]",
    "poll[expires_in]", "poll[multiple]", "poll[hide_totals]",
    "quoted_status_id", "quote_approval_policy", "content_type", "local_only"}

SCOPES = {"read", "write", "follow", "push", "profile",
          "read:accounts", "read:statuses", "read:search", "read:lists",
          "write:accounts", "write:statuses", "write:media"}

URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
MENTION = re.compile(r"(?<![\w/])@([A-Za-z0-9_]+)(@[A-Za-z0-9.-]+\w)?")
HASHTAG = re.compile(r"(?<![\w/&])#(\w*[^\W\d]\w*)")


def grapheme_count(text):
    """How many extended grapheme clusters, from Unicode's own properties:
    marks, joiners, variation selectors and skin tones extend; a joiner glues
    what follows; flags are pairs; Hangul letters make syllables; CR LF is
    one."""
    count, flags, glue, hangul = 0, 0, False, ""
    previous = ""
    for sign in text:
        point, kind = ord(sign), unicodedata.category(sign)
        extends = kind in ("Mn", "Me", "Mc") or point in (0x200d, 0x200c) \
            or 0x1f3fb <= point <= 0x1f3ff or 0xe0020 <= point <= 0xe007f
        flag = 0x1f1e6 <= point <= 0x1f1ff
        jamo = "L" if 0x1100 <= point <= 0x115f else \
            "V" if 0x1160 <= point <= 0x11a7 else \
            "T" if 0x11a8 <= point <= 0x11ff else \
            "V" if 0xac00 <= point <= 0xd7a3 and (point - 0xac00) % 28 == 0 \
            else "T" if 0xac00 <= point <= 0xd7a3 else ""
        syllable = 0xac00 <= point <= 0xd7a3
        joined = previous != "" and (
            extends or (previous == "\r" and sign == "\n")
            or (glue and kind == "So")
            or (flag and flags % 2 == 1)
            or (hangul == "L" and jamo in ("L", "V") or
                hangul == "L" and syllable or
                hangul == "V" and jamo in ("V", "T") and not syllable or
                hangul == "T" and jamo == "T" and not syllable))
        count += not joined
        flags = flags + 1 if flag else 0
        glue, hangul, previous = point == 0x200d, jamo, sign
    return count


def scope_covers(granted, wanted):
    return wanted in granted or wanted.split(":")[0] in granted


class Mastodon(Double):
    """A strict stand-in for Mastodon and its compatibles."""

    name = "mastodon"
    settings = SETTINGS

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.flavour = "mastodon"
        self.apps, self.codes, self.tokens = {}, {}, {}
        self.media, self.statuses, self.keys = {}, [], {}
        self.changes = []
        self.used = {}
        self.last = 0

    @classmethod
    def arguments(cls, parser):
        parser.add_argument("--flavour", choices=FLAVOURS, default="mastodon")

    def configure(self, options):
        self.flavour = options.flavour
        self.settings.update(FLAVOURS[self.flavour])
        everything = {"read", "write", "profile"}
        self.people = {name: self.new_id() for name in ("alice", "bob")}
        for name in self.people:
            self.tokens[name + "-token"] = (name, everything, None)

    # ------------------------------------------------------------- helpers

    def new_id(self):
        """An id as this software makes them; none of them is a number that
        fits where it should not."""
        self.last = max(self.last + 1, int(self.now() * 1000))
        if self.flavour == "mastodon":
            return str(self.last << 16)
        if self.flavour == "pixelfed":
            return str(500000000000000000 + self.last)
        if self.flavour == "snac":
            return hashlib.md5(str(self.last).encode()).hexdigest()
        digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        if self.flavour == "pleroma":
            digits = digits + digits.lower()
        number, text = (self.last << 60) + secrets.randbits(60), ""
        for _ in range(26 if self.flavour == "gotosocial" else 18):
            number, digit = divmod(number, len(digits))
            text = digits[digit] + text
        return text

    def stamp(self, seconds=None):
        moment = datetime.datetime.fromtimestamp(
            self.now() if seconds is None else seconds, datetime.timezone.utc)
        if self.flavour == "snac":
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") \
            + "%03dZ" % (moment.microsecond // 1000)

    def invalid(self, words, status=None):
        """What a request that fails validation gets."""
        if status is None:
            status = 400 if self.flavour in ("gotosocial", "pixelfed") else 422
        body = {"error": words}
        if self.flavour == "gotosocial":
            body = {"error": "Bad Request: " + words}
        return Refused(status, b"" if self.flavour == "snac" else body, words)

    def who(self, request, *scopes):
        """The account whose token came, if it has one of these scopes."""
        known = self.tokens.get(request.bearer() or "")
        if known is None:
            raise Refused(401, b"" if self.flavour == "snac" else
                          {"error": "The access token is invalid"},
                          "no valid token",
                          {"WWW-Authenticate": 'Bearer realm="Doorkeeper",'
                           ' error="invalid_token"'})
        name, granted, app = known
        if self.flavour == "pixelfed":
            scopes = [scope.split(":")[0] for scope in scopes]
        if not any(scope_covers(granted, scope) for scope in scopes):
            raise Refused(403, {"error": "This action is outside the"
                                " authorized scopes"},
                          "the token has %s, not %s" % (granted, scopes),
                          {"WWW-Authenticate": 'Bearer realm="Doorkeeper",'
                           ' error="insufficient_scope"'})
        return name

    def fields(self, request, known):
        """A form's or JSON body's fields as lists; unknown ones refused."""
        if request.kind() == "application/json":
            pairs = []
            for name, value in request.json().items():
                many = isinstance(value, list)
                for one in value if many else [value]:
                    if isinstance(one, (dict, list)):
                        raise self.invalid("%s is no plain value" % name)
                    if isinstance(one, bool):
                        one = "true" if one else "false"
                    pairs.append((name + "[]" * many, str(one)))
        elif request.kind() == "multipart/form-data":
            pairs = [(part.name, part.data.decode("utf-8"))
                     for part in request.multipart()]
        else:
            pairs = request.form()
        fields = {}
        for name, value in pairs:
            if name not in known:
                raise self.invalid("unknown field %s" % name)
            if name in fields and not name.endswith("[]"):
                raise self.invalid("field %s came twice" % name)
            fields.setdefault(name, []).append(value)
        return fields

    @staticmethod
    def one(fields, name, otherwise=""):
        return fields[name][0] if name in fields else otherwise

    # -------------------------------------------------- around each request

    def before(self, request):
        if self.flavour == "gotosocial" and request.path.startswith("/api"):
            accept = request.header("Accept") or ""
            if "application/json" not in accept:
                raise Refused(406, {"error": "Not Acceptable"},
                              "Accept is %r" % accept)
        if not (request.header("User-Agent") or "").strip():
            raise Refused(403, {"error": "no user agent"}, "no User-Agent")
        token = request.bearer() or "nobody"
        self.limit(request, token, "rate_limit", 300)
        if request.method == "POST" and re.match(r"/api/v\d/media\Z",
                                                 request.path):
            self.limit(request, token + " media", "media_limit", 1800)
        if request.method == "DELETE" \
                and request.path.startswith("/api/v1/statuses/"):
            self.limit(request, token + " delete", "delete_limit", 1800)

    def limit(self, request, bucket, setting, seconds):
        now, most = self.now(), self.settings[setting]
        begun, count = self.used.get(bucket, (now, 0))
        if now >= begun + seconds or now < begun:
            begun, count = now, 0
        self.used[bucket] = begun, count + 1
        request.rate = most, max(most - count - 1, 0), begun + seconds
        if count >= most:
            raise Refused(429, {"error": "Too many requests"},
                          "more than %d requests" % most)

    def finish(self, request, answer):
        if not hasattr(request, "rate"):
            return
        most, left, reset = request.rate
        moment = datetime.datetime.fromtimestamp(reset, datetime.timezone.utc)
        answer.headers.setdefault("X-RateLimit-Limit", str(most))
        answer.headers.setdefault("X-RateLimit-Remaining", str(left))
        answer.headers.setdefault(
            "X-RateLimit-Reset", moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))

    def dispatch(self, request):
        key = request.header("Idempotency-Key")
        if self.flavour != "pleroma" or key is None \
                or request.method not in ("POST", "PUT", "PATCH"):
            return super().dispatch(request)
        if key in self.keys:
            answer, first = self.keys[key]
            return Answer(answer.status, answer.body,
                          {"Idempotent-Replayed": "true",
                           "X-Original-Request-Id": first}, answer.kind)
        try:
            answer = super().dispatch(request)
        except Refused as refused:
            answer = refused.answer
            self.refuse(request, answer.status, refused.reason)
        self.keys[key] = answer, secrets.token_hex(8)
        return answer

    # ---------------------------------------------------------------- OAuth

    @route("GET", "/.well-known/oauth-authorization-server")
    def discovery(self, request):
        if not self.settings["discovery"]:
            raise Refused(404, {"error": "Not Found"}, "no discovery here")
        return Answer(200, {
            "issuer": self.url() + "/",
            "authorization_endpoint": self.url() + "/oauth/authorize",
            "token_endpoint": self.url() + "/oauth/token",
            "revocation_endpoint": self.url() + "/oauth/revoke",
            "app_registration_endpoint": self.url() + "/api/v1/apps",
            "scopes_supported": sorted(SCOPES),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code",
                                      "client_credentials"],
            "code_challenge_methods_supported":
                ["S256"] if self.settings["pkce"] else []})

    @route("POST", "/api/v1/apps")
    def register(self, request):
        fields = self.fields(request, {"client_name", "redirect_uris",
                                       "scopes", "website"})
        name = self.one(fields, "client_name")
        uri = self.one(fields, "redirect_uris")
        scopes = self.one(fields, "scopes", "read").split()
        if not name or not uri:
            raise self.invalid("client_name and redirect_uris are needed")
        if not uri.startswith(("https://", "http://", "urn:")) or "\n" in uri:
            raise self.invalid("redirect_uris is no URI")
        self.check_scopes(scopes)
        app = {"client_secret": secrets.token_urlsafe(32), "redirect_uri": uri,
               "scopes": set(scopes), "name": name, "last": None}
        client = secrets.token_urlsafe(32)
        self.apps[client] = app
        return Answer(200, {
            "id": str(len(self.apps)), "name": name, "redirect_uri": uri,
            "website": self.one(fields, "website") or None,
            "client_id": client, "client_secret": app["client_secret"],
            "client_secret_expires_at": 0})

    def check_scopes(self, scopes):
        if self.flavour == "pixelfed" \
                and set(scopes) - {"read", "write", "follow", "push"}:
            raise self.invalid("unknown scopes")
        if self.flavour == "mastodon" and set(scopes) - SCOPES:
            raise self.invalid("Scopes doesn't match configured on the server")

    def check_authorize(self, fields):
        """The application that this consent is for."""
        app = self.apps.get(self.one(fields, "client_id"))
        if self.one(fields, "response_type") != "code" or app is None:
            raise Refused(401, {"error": "invalid_client"},
                          "response_type or client_id")
        if self.one(fields, "redirect_uri") != app["redirect_uri"]:
            raise Refused(400, {"error": "invalid_redirect_uri"},
                          "redirect_uri is not the registered one")
        scopes = self.one(fields, "scope", "read").split()
        if not all(scope_covers(app["scopes"], scope) for scope in scopes):
            raise Refused(400, {"error": "invalid_scope"},
                          "scope is no subset of the registered ones")
        if "code_challenge" in fields and (
                self.one(fields, "code_challenge_method") != "S256"
                or not re.fullmatch(r"[A-Za-z0-9_-]{43}",
                                    self.one(fields, "code_challenge"))):
            raise Refused(400, {"error": "invalid_code_challenge_method"},
                          "the challenge is no S256 one")
        return app

    @route("GET", "/oauth/authorize")
    def consent_page(self, request):
        known = {"response_type", "client_id", "redirect_uri", "scope",
                 "state", "code_challenge", "code_challenge_method",
                 "force_login", "lang"}
        fields = {name: [value] for name, value in request.query}
        if set(fields) - known or len(fields) != len(request.query):
            raise Refused(400, {"error": "invalid_request"},
                          "fields %s" % [name for name, _ in request.query])
        app = self.check_authorize(fields)
        hidden = "".join('<input type="hidden" name="%s" value="%s">\n'
                         % (name, html.escape(values[0]))
                         for name, values in sorted(fields.items()))
        people = "".join("<option>%s</option>" % name for name in self.people)
        return Answer(200, "<!doctype html><title>Authorize</title>\n"
                      '<link rel="icon" href="data:,">\n'
                      "<h1>Authorize %s?</h1>\n"
                      '<form method="post" action="/oauth/authorize">\n%s'
                      '<select name="account">%s</select>\n'
                      '<button name="decision" value="allow">Authorize'
                      "</button>\n"
                      '<button name="decision" value="deny">Deny</button>\n'
                      "</form>\n" % (html.escape(app["name"]), hidden, people))

    @route("POST", "/oauth/authorize")
    def consent(self, request):
        fields = {name: [value] for name, value in request.form()}
        app = self.check_authorize(fields)
        uri = self.one(fields, "redirect_uri")
        back = [("state", self.one(fields, "state"))] \
            if "state" in fields else []
        if self.one(fields, "decision") == "allow":
            code = secrets.token_urlsafe(32)
            name = self.one(fields, "account", "alice")
            self.codes[code] = {
                "client": self.one(fields, "client_id"), "uri": uri,
                "account": name, "made": self.now(),
                "scopes": set(self.one(fields, "scope", "read").split()),
                "challenge": self.one(fields, "code_challenge", None)
                if self.settings["pkce"] and self.flavour == "mastodon"
                else None}
            app["last"] = name
            back.insert(0, ("code", code))
        else:
            back.insert(0, ("error", "access_denied"))
        mark = "&" if "?" in uri else "?"
        return Answer(302, "", {"Location": uri + mark
                                + urllib.parse.urlencode(back)})

    def client(self, fields):
        app = self.apps.get(self.one(fields, "client_id"))
        if app is None or not secrets.compare_digest(
                app["client_secret"], self.one(fields, "client_secret")):
            raise Refused(401, {"error": "invalid_client",
                                "error_description": "Client authentication"
                                " failed"}, "unknown client")
        return app

    @route("POST", "/oauth/token")
    def token(self, request):
        fields = self.fields(request, {
            "grant_type", "code", "client_id", "client_secret",
            "redirect_uri", "code_verifier", "scope"})
        app = self.client(fields)
        if self.one(fields, "grant_type") == "client_credentials" \
                and self.flavour == "mastodon":
            return self.grant(None, {"read"}, app)
        if self.one(fields, "grant_type") != "authorization_code":
            raise Refused(400, {"error": "unsupported_grant_type"},
                          "grant_type")
        code = self.codes.pop(self.one(fields, "code"), None)
        if code is None or code["client"] != self.one(fields, "client_id") \
                or code["uri"] != self.one(fields, "redirect_uri") \
                or self.now() > code["made"] + 600:
            raise Refused(400, {"error": "invalid_grant",
                                "error_description": "The provided"
                                " authorization grant is invalid"},
                          "the code is unknown, used, old or another's")
        if code["challenge"] is not None:
            digest = hashlib.sha256(
                self.one(fields, "code_verifier").encode()).digest()
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") \
                    != code["challenge"]:
                raise Refused(400, {"error": "invalid_grant"},
                              "the verifier does not fit its challenge")
        # snac's application knows one person: whoever signed in last.
        name = app["last"] if self.flavour == "snac" else code["account"]
        return self.grant(name, code["scopes"], app)

    def grant(self, name, scopes, app):
        token = secrets.token_urlsafe(32)
        self.tokens[token] = (name, scopes, app)
        return Answer(200, {"access_token": token, "token_type": "Bearer",
                            "scope": " ".join(sorted(scopes)),
                            "created_at": int(self.now())})

    @route("POST", "/oauth/revoke")
    def revoke(self, request):
        fields = self.fields(request, {"client_id", "client_secret", "token"})
        app = self.client(fields)
        known = self.tokens.get(self.one(fields, "token"))
        if known is not None and known[2] is not app:
            raise Refused(403, {"error": "unauthorized_client"},
                          "the token is another application's")
        self.tokens.pop(self.one(fields, "token"), None)
        if self.flavour == "snac":
            del self.apps[self.one(fields, "client_id")]
        return Answer(200, {})

    # ------------------------------------------------- accounts, instance

    @route("GET", "/api/v1/accounts/verify_credentials")
    def verify_credentials(self, request):
        name = self.who(request, "profile", "read:accounts")
        if name is None:
            raise Refused(422, {"error": "This method requires an"
                                " authenticated user"}, "an app's token")
        return Answer(200, dict(self.account(name), source={
            "privacy": "public", "language": "en", "sensitive": False}))

    def account(self, name):
        return {"id": self.people[name], "username": name, "acct": name,
                "display_name": name.capitalize() + " ☀",
                "url": "%s/@%s" % (self.url(), name),
                "avatar": self.url() + "/avatars/%s.png" % name,
                "followers_count": 3, "statuses_count": len(self.statuses)}

    @route("GET", "/avatars/:name")
    def avatar(self, request, name):
        return Answer(200, PICTURE, kind="image/png")

    @route("GET", "/api/v2/instance")
    def instance_v2(self, request):
        if not self.settings["instance_v2"]:
            raise Refused(404, b"" if self.flavour == "snac"
                          else {"error": "Not found"}, "no v2 here")
        return Answer(200, {
            "domain": "127.0.0.1:%d" % self.port, "title": "A stand-in",
            "version": self.settings["version"],
            "api_versions": {"mastodon": 6},
            "configuration": self.configuration()})

    @route("GET", "/api/v1/instance")
    def instance_v1(self, request):
        body = {"uri": "127.0.0.1:%d" % self.port, "title": "A stand-in",
                "version": self.settings["version"]}
        if self.flavour == "pleroma":
            body.update(
                max_toot_chars=self.settings["max_characters"],
                description_limit=self.settings["description_limit"],
                upload_limit=self.settings["image_size_limit"])
        else:
            body["configuration"] = self.configuration()
        return Answer(200, body)

    def configuration(self):
        own = self.settings
        return {
            "statuses": {
                "max_characters": own["max_characters"],
                "max_media_attachments": own["max_media"],
                "characters_reserved_per_url": own["url_length"]},
            "media_attachments": {
                "supported_mime_types": sorted(KINDS),
                "description_limit": own["description_limit"],
                "image_size_limit": own["image_size_limit"],
                "image_matrix_limit": 33177600,
                "video_size_limit": own["video_size_limit"],
                "video_frame_rate_limit": 120,
                "video_matrix_limit": 8294400},
            "polls": {"max_options": 4, "max_characters_per_option": 50,
                      "min_expiration": 300, "max_expiration": 2629746}}

    @route("GET", "/.well-known/nodeinfo")
    def nodeinfo_links(self, request):
        schema = "http://nodeinfo.diaspora.software/ns/schema/2.0"
        return Answer(200, {"links": [
            {"rel": schema, "href": self.url() + "/nodeinfo/2.0"}]})

    @route("GET", "/nodeinfo/2.0")
    def nodeinfo(self, request):
        return Answer(200, {
            "version": "2.0", "protocols": ["activitypub"],
            "software": {"name": self.flavour,
                         "version": self.settings["version"].split()[0]},
            "usage": {"users": {"total": 2}}, "openRegistrations": False})

    # ----------------------------------------------------------------- media

    @route("POST", "/api/v2/media")
    def upload(self, request):
        return self.take_media(request, wait=True)

    @route("POST", "/api/v1/media")
    def upload_v1(self, request):
        return self.take_media(request, wait=False)

    def take_media(self, request, wait):
        owner = self.who(request, "write:media")
        parts = {}
        for part in request.multipart():
            if part.name not in ("file", "description", "focus", "thumbnail") \
                    or part.name in parts:
                raise self.invalid("part %s" % part.name)
            parts[part.name] = part
        file = parts.get("file")
        if file is None or not file.file_name or not file.kind:
            raise self.invalid("the file part needs filename and type")
        try:
            alt = parts["description"].data.decode("utf-8") \
                if "description" in parts else ""
        except UnicodeDecodeError:
            raise self.invalid("description is no UTF-8")
        self.check_file(file)
        if len(alt) > self.settings["description_limit"]:
            raise self.invalid("Validation failed: Description character"
                               " limit of %d exceeded"
                               % self.settings["description_limit"])
        video = file.kind.startswith("video/")
        slow = video and wait and self.flavour in ("mastodon", "pleroma")
        id = self.new_id()
        self.media[id] = {
            "id": id, "owner": owner, "kind": file.kind, "alt": alt,
            "sha256": hashlib.sha256(file.data).hexdigest(),
            "bytes": len(file.data), "status": None, "made": self.now(),
            "polls": self.settings["processing_polls"] if slow else 0,
            "fails": slow and self.settings["processing_fails"]}
        return Answer(202 if slow else 200, self.media_entity(id))

    def check_file(self, file):
        magic = KINDS.get(file.kind)
        if magic is None or magic not in file.data[:12]:
            raise self.invalid("Validation failed: File content type is"
                               " invalid", None if self.flavour != "snac"
                               else 422)
        video = file.kind.startswith("video/")
        most = self.settings["video_size_limit" if video
                             else "image_size_limit"]
        if len(file.data) > most:
            raise self.invalid("Validation failed: File must be less than"
                               " %d MB" % (most >> 20))

    def is_ready(self, media):
        return media["polls"] <= 0 and not media["fails"]

    def media_entity(self, id):
        media = self.media[id]
        kind = "video" if media["kind"].startswith("video/") else "image"
        return {"id": id, "type": "image" if self.flavour == "snac" else kind,
                "url": "%s/media/%s" % (self.url(), id)
                if self.is_ready(media) else None,
                "preview_url": None, "description": media["alt"] or None}

    @route("GET", "/api/v1/media/:id")
    def show_media(self, request, id):
        owner = self.who(request, "write:media")
        media = self.media.get(id)
        if self.flavour == "snac" or media is None \
                or media["owner"] != owner or media["status"]:
            raise Refused(404, b"" if self.flavour == "snac"
                          else {"error": "Record not found"}, "no such media")
        if media["polls"] > 0:
            answer = Answer(206, self.media_entity(id))
            media["polls"] -= 1
            return answer
        if media["fails"]:
            raise Refused(422, {"error": "There was a problem processing the"
                                " media attachment"}, "processing failed")
        return Answer(200, self.media_entity(id))

    # -------------------------------------------------------------- statuses

    def length(self, text):
        if self.flavour != "mastodon":
            return len(text)
        text = URL.sub("x" * self.settings["url_length"], text)
        return grapheme_count(MENTION.sub(r"@\1", text))

    def replay(self, request, owner, key):
        """What a repeated Idempotency-Key gets; None where it is new."""
        if key is None or self.flavour in ("gotosocial", "snac", "pleroma"):
            return None
        known = self.keys.get((owner, key))
        if known is not None and self.now() < known[1] + 3600:
            if self.flavour == "pixelfed":
                raise Refused(400, {"error": "Duplicate idempotency key."},
                              "the key was used")
            if known[2] != request.body:
                self.refuse(request, 200, "the key of other content came:"
                            " it was answered with the first status")
            return Answer(200, self.entity(known[0]))
        if self.flavour == "pixelfed":
            self.keys[owner, key] = (None, self.now(), request.body)
        return None

    @route("POST", "/api/v1/statuses")
    def create(self, request):
        owner = self.who(request, "write:statuses")
        key = request.header("Idempotency-Key")
        if request.kind() not in ("application/x-www-form-urlencoded",
                                  "application/json", "multipart/form-data"):
            raise Refused(415, {"error": "Content-Type"},
                          "Content-Type is %r" % request.kind())
        answer = self.replay(request, owner, key)
        if answer is not None:
            return answer
        fields = self.fields(request, STATUS_FIELDS)
        text = self.one(fields, "status").strip()
        spoiler = self.one(fields, "spoiler_text").strip()
        media = fields.get("media_ids[]", [])
        self.check_text(text, spoiler, media)
        self.check_words(fields)
        parent = self.one(fields, "in_reply_to_id") or None
        if parent is not None and self.find(parent, owner) is None:
            raise Refused(404, {"error": "Record not found"}, "no parent")
        self.check_media(owner, media)
        status = self.make(owner, text, spoiler, media, fields, parent, key)
        if key is not None and self.flavour == "mastodon":
            self.keys[owner, key] = (status, self.now(), request.body)
        return Answer(200, self.entity(status))

    def check_text(self, text, spoiler, media):
        most = self.settings["max_characters"]
        if not text and not media and not spoiler:
            raise self.invalid("Validation failed: Text can't be blank")
        if not self.settings["text_only"] and not media:
            raise Refused(403, {"error": "Empty statuses are not allowed"},
                          "a text without media")
        warning = grapheme_count(spoiler) if self.flavour == "mastodon" \
            else len(spoiler)
        if self.length(text) + warning > most:
            raise self.invalid("Validation failed: Text character limit of"
                               " %d exceeded" % most)
        if 0 < self.settings["spoiler_limit"] < len(spoiler):
            raise self.invalid("spoiler_text is too long")

    def check_words(self, fields):
        allowed = {"public", "unlisted", "private", "direct"}
        if self.flavour == "gotosocial":
            allowed |= {"mutuals_only"}
        elif self.flavour == "pixelfed":
            allowed -= {"direct"}
        if self.one(fields, "visibility", "public") not in allowed:
            raise self.invalid("visibility is not one of %s" % allowed)
        if self.one(fields, "sensitive", "true") not in (
                "true", "false", "1", "0"):
            raise self.invalid("sensitive is no boolean")
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9-]+)?",
                            self.one(fields, "language", "en")):
            raise self.invalid("language is no ISO 639-1 code")
        for name in ("scheduled_at", "poll[options][]", "quoted_status_id"):
            if name in fields:
                raise self.invalid("%s is not played here" % name)

    def check_media(self, owner, ids):
        if len(ids) > self.settings["max_media"]:
            raise self.invalid("Validation failed: Cannot attach more than"
                               " %d files" % self.settings["max_media"])
        if len(set(ids)) != len(ids):
            raise self.invalid("a media id came twice")
        found = [self.media.get(id) for id in ids]
        for media in found:
            if media is None or media["owner"] != owner or media["status"]:
                raise self.invalid("Validation failed: media not found or"
                                   " already attached")
        if len(found) > 1 and any(media["kind"].startswith("video/")
                                  for media in found):
            raise self.invalid("Validation failed: Cannot attach a video to a"
                               " post that already contains images")
        if not all(self.is_ready(media) for media in found):
            raise self.invalid("Cannot attach files that have not finished"
                               " processing. Try again in a moment!")

    def make(self, owner, text, spoiler, media, fields, parent, key):
        """The status comes to be, and stands in the ledger."""
        if not text and spoiler and self.flavour == "mastodon":
            text, spoiler = spoiler, ""
        visibility = self.one(fields, "visibility", "public")
        if self.settings["silenced"] and visibility == "public":
            visibility = "unlisted"
        id = self.new_id()
        status = {
            "id": id, "owner": owner, "text": text, "spoiler_text": spoiler,
            "visibility": visibility, "made": self.now(),
            "language": self.one(fields, "language", "en"),
            "sensitive": bool(spoiler) or self.one(
                fields, "sensitive", "false") in ("true", "1"),
            "media": media, "parent": parent, "edits": []}
        for one in media:
            self.media[one]["status"] = id
        self.statuses.append(status)
        self.accept({
            "id": id, "account": owner, "text": text,
            "spoiler_text": spoiler, "visibility": visibility,
            "sensitive": status["sensitive"], "language": status["language"],
            "in_reply_to_id": parent, "idempotency_key": key,
            "media": [{"id": one, "description": self.media[one]["alt"],
                       "type": self.media[one]["kind"],
                       "sha256": self.media[one]["sha256"]}
                      for one in media]})
        return status

    def entity(self, status):
        link = "%s/@%s/%s" % (self.url(), status["owner"], status["id"])
        return {
            "id": status["id"], "created_at": self.stamp(status["made"]),
            "in_reply_to_id": status["parent"],
            "edited_at": self.stamp(status["edited"])
            if status["edits"] else None,
            "sensitive": status["sensitive"],
            "spoiler_text": status["spoiler_text"],
            "visibility": status["visibility"],
            "language": status["language"], "reblog": None, "card": None,
            "uri": "%s/users/%s/statuses/%s" % (self.url(), status["owner"],
                                                status["id"]),
            "url": None if self.flavour == "snac" else link,
            "content": self.markup(status["text"]),
            "account": self.account(status["owner"]), "mentions": [],
            "media_attachments": [self.media_entity(id)
                                  for id in status["media"]],
            "replies_count": 0, "reblogs_count": 0, "favourites_count": 0,
            **status.get("counts", {})}

    def markup(self, text):
        """The text as the HTML that Mastodon's formatter makes of it."""
        def link(match):
            url = match.group(0)
            scheme, rest = re.match(r"(https?://(?:www\.)?)(.*)", url).groups()
            return ('<a href="%s" target="_blank" rel="nofollow noopener">'
                    '<span class="invisible">%s</span><span class="%s">%s'
                    '</span><span class="invisible">%s</span></a>' % (
                        html.escape(url), scheme,
                        "ellipsis" if len(rest) > 30 else "",
                        html.escape(rest[:30]), html.escape(rest[30:])))

        def person(match):
            return ('<span class="h-card" translate="no"><a href="%s/@%s"'
                    ' class="u-url mention">@<span>%s</span></a></span>' % (
                        self.url(), match.group(1), match.group(1)))

        def tag(match):
            return ('<a href="%s/tags/%s" class="mention hashtag" rel="tag">'
                    "#<span>%s</span></a>" % (
                        self.url(), match.group(1), match.group(1)))

        def words(part):
            part = html.escape(part, quote=True).replace("&#x27;", "&#39;")
            if self.settings["markdown"]:
                part = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", part)
            return HASHTAG.sub(tag, MENTION.sub(person, part))

        done, at = "", 0
        for match in URL.finditer(text):
            done += words(text[at:match.start()]) + link(match)
            at = match.end()
        done += words(text[at:])
        paragraphs = re.split(r"\n{2,}", done) if done else []
        return "".join("<p>%s</p>" % one.replace("\n", "<br />")
                       for one in paragraphs)

    def find(self, id, viewer=None):
        for status in self.statuses:
            if status["id"] == id and (
                    viewer == status["owner"]
                    or status["visibility"] in ("public", "unlisted")):
                return status
        return None

    @route("GET", "/api/v1/statuses/:id")
    def show(self, request, id):
        viewer = self.who(request, "read:statuses")
        status = self.find(id, viewer)
        if status is None:
            raise Refused(404, {"error": "Record not found"}, "no such status")
        return Answer(200, self.entity(status))

    @route("GET", "/api/v1/statuses/:id/source")
    def show_source(self, request, id):
        viewer = self.who(request, "read:statuses")
        status = self.find(id, viewer)
        if status is None or status["owner"] != viewer \
                or not self.settings["source"]:
            raise Refused(404, b"" if self.flavour == "snac"
                          else {"error": "Record not found"}, "no source")
        return Answer(200, {"id": id, "text": status["text"],
                            "spoiler_text": status["spoiler_text"]})

    @route("GET", "/api/v1/accounts/:id/statuses")
    def list(self, request, id):
        viewer = self.who(request, "read:statuses")
        query = dict(request.query)
        if set(query) - {"limit", "exclude_reblogs", "exclude_replies",
                         "max_id", "since_id", "min_id", "only_media"}:
            raise self.invalid("unknown parameters %s" % sorted(query))
        limit = int(query.get("limit", "20"))
        if not 1 <= limit <= 40 or id not in self.people.values():
            raise Refused(404, {"error": "Record not found"}, "no account")
        if self.settings["chatty"] is not None:
            first = [one["id"] for one in self.statuses
                     if one["owner"] == viewer]
            self.control_hand(viewer, self.settings["chatty"], *first[:1])
        shown = self.statuses[:len(self.statuses)
                              - self.settings["stale_lists"]]
        shown = [status for status in reversed(shown)
                 if self.people[status["owner"]] == id
                 and self.find(status["id"], viewer)]
        return Answer(200, [self.entity(one) for one in shown[:limit]])

    # An edit: what it does not name is taken away.

    EDIT_FIELDS = {"status", "spoiler_text", "sensitive", "language",
                   "media_ids", "media_attributes", "poll"}

    def edit_fields(self, request):
        """The fields of an edit. The list of objects in a form is Rails' own
        way of writing: here it has to be JSON."""
        fields = request.json()
        if set(fields) - self.EDIT_FIELDS:
            raise self.invalid("an edit has no %s"
                               % sorted(set(fields) - self.EDIT_FIELDS))
        for name in ("status", "spoiler_text", "language"):
            if not isinstance(fields.get(name, ""), str):
                raise self.invalid("%s is no string" % name)
        if not isinstance(fields.get("sensitive", False), bool):
            raise self.invalid("sensitive is no boolean")
        ids = fields.get("media_ids", [])
        if not isinstance(ids, list) or len(set(ids)) != len(ids) \
                or not all(isinstance(one, str) for one in ids):
            raise self.invalid("media_ids is no list of ids")
        for one in fields.get("media_attributes", []):
            if not isinstance(one, dict) or one.get("id") not in ids \
                    or set(one) - {"id", "description", "focus"} \
                    or not isinstance(one.get("description", ""), str) \
                    or len(one.get("description", "")) \
                    > self.settings["description_limit"]:
                raise self.invalid("media_attributes: %s" % one)
        return fields

    def check_edit_media(self, status, ids):
        new = [id for id in ids if id not in status["media"]]
        self.check_media(status["owner"], new)
        if len(ids) > self.settings["max_media"]:
            raise self.invalid("Validation failed: too many files")

    @route("PUT", "/api/v1/statuses/:id")
    def change(self, request, id):
        owner = self.who(request, "write:statuses")
        status = self.find(id, owner)
        if status is None or status["owner"] != owner:
            raise Refused(404, b"" if self.flavour == "snac"
                          else {"error": "Record not found"}, "no such status")
        if self.flavour == "pixelfed":
            raise Refused(405, {"error": "Method not allowed"}, "no edits")
        fields = self.edit_fields(request)
        text = fields.get("status", "").strip()
        spoiler = fields.get("spoiler_text", "").strip()
        media = fields.get("media_ids", [])
        self.check_text(text, spoiler, media)
        self.check_words({"language": [fields.get("language", "en")]})
        self.check_edit_media(status, media)
        before = self.visible(status)
        for one in fields.get("media_attributes", []):
            self.media[one["id"]]["alt"] = one.get("description", "")
        for one in set(status["media"]) - set(media):
            self.media[one]["status"] = None
        for one in media:
            self.media[one]["status"] = id
        status.update(
            text=text, spoiler_text=spoiler, media=media,
            sensitive=fields.get("sensitive", False) or bool(spoiler),
            language=fields.get("language", status["language"]))
        self.note(status, "edit", text)
        if self.visible(status) != before:
            status["edits"].append(text)
            status["edited"] = self.now()
        return Answer(200, self.entity(status))

    def visible(self, status):
        """What an edit can change, as it is."""
        return [status[name] for name in ("text", "spoiler_text", "sensitive",
                                          "language")] + \
            [(id, self.media[id]["alt"]) for id in status["media"]]

    @route("DELETE", "/api/v1/statuses/:id")
    def remove(self, request, id):
        owner = self.who(request, "write:statuses")
        if request.body:
            raise self.invalid("a DELETE has no body")
        if [name for name, value in request.query if name != "delete_media"]:
            raise self.invalid("unknown parameters")
        status = self.find(id, owner)
        if status is None or status["owner"] != owner:
            raise Refused(404, {"error": "Record not found"}, "no such status")
        self.statuses.remove(status)
        self.note(status, "delete", None)
        return Answer(200, dict(self.entity(status), text=status["text"]))

    def note(self, status, kind, text):
        """What is done to a public status, also where it changes nothing."""
        self.changes.append({"id": status["id"], "kind": kind, "text": text,
                             "at": round(self.now(), 3)})

    @route("GET", "/@:name/:id")
    def page(self, request, name, id):
        status = self.find(id)
        if status is None or status["owner"] != name:
            raise Refused(404, "<h1>Not found</h1>", "no such page")
        return Answer(200, "<!doctype html><title>%s</title>%s"
                      % (name, self.markup(status["text"])))

    # --------------------------------------------------------------- control

    def control_token(self, account, scopes, token):
        self.tokens[token] = (account, set(scopes.split()), None)

    def control_revoke(self, token):
        del self.tokens[token]

    def control_forget_apps(self):
        self.apps.clear()

    def control_hand(self, account, text, parent=None):
        """Its owner posts in another client, which is in no ledger."""
        id = self.new_id()
        self.statuses.append({
            "id": id, "owner": account, "text": text, "spoiler_text": "",
            "visibility": "public", "made": self.now(), "language": "en",
            "sensitive": False, "media": [], "parent": parent, "edits": []})
        return {"id": id}

    def control_delete(self, id):
        self.statuses.remove(self.find(id, "alice") or self.find(id, "bob"))

    def control_show(self, id):
        status = self.find(id, "alice") or self.find(id, "bob")
        return status and dict(status, descriptions=[
            self.media[one]["alt"] for one in status["media"]])

    def control_changes(self):
        return self.changes

    def control_copies(self):
        return {status["id"]: status["text"] for status in self.statuses}

    def control_counts(self, id, counts):
        (self.find(id, "alice") or self.find(id, "bob"))["counts"] = counts

    def control_lose_media(self):
        self.media.clear()

    def control_edit(self, id, text):
        (self.find(id, "alice") or self.find(id, "bob"))["text"] = text


if __name__ == "__main__":
    main(Mastodon)
