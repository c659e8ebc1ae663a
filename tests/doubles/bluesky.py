"""A stand-in for a Bluesky PDS with its accounts, and for the video service.

Written from the lexicons and the behaviour of bluesky-social/atproto's PDS:
sessions of app passwords with rotating refresh tokens, blobs that vanish
when no record refers to them, records that are checked whole, putRecord with
its swap rules, and the service that turns videos into blobs."""

import base64
import hashlib
import hmac
import json
import re
import time
import urllib.parse

import bluesky_record
from double import Answer, Double, PICTURE, Refused, main, route

COLLECTION = "app.bsky.feed.post"
XRPC = "/xrpc/"
APP_PASSWORD, FULL_LOGIN = "com.atproto.appPass", "com.atproto.access"
MAGIC = [(b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"),
         (b"GIF8", "image/gif")]
STATES = ["JOB_STATE_CREATED", "JOB_STATE_ENCODING", "JOB_STATE_SCANNING"]


def refuse(status, error, words, headers=None):
    raise Refused(status, {"error": error, "message": words}, words, headers)


def invalid(words, error="InvalidRequest"):
    refuse(400, error, words)


def base32(data):
    return base64.b32encode(data).decode().lower().rstrip("=")


def cid(codec, data):
    """A CIDv1 over SHA-256: codec 0x71 for records, 0x55 for raw bytes."""
    return "b" + base32(bytes([1, codec, 0x12, 0x20])
                        + hashlib.sha256(data).digest())


def canonical(record):
    return json.dumps(record, sort_keys=True, ensure_ascii=False,
                      separators=(",", ":")).encode()


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def kind_of(data, said):
    """The type of these bytes; what was said where they tell nothing."""
    for magic, kind in MAGIC:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "video/mp4"
    return said


class Bluesky(Double):
    """A strict stand-in for a Bluesky PDS and its video service."""

    name = "bluesky"
    settings = {
        "access_seconds": 7200, "refresh_seconds": 90 * 86400,
        "grace_seconds": 7200,
        "sessions_per_5_minutes": 30, "write_points": 5000,
        "blob_bytes": 52428800, "blob_seconds": 3600,
        "email_confirmed": True,
        "address": "",              # where documents say it is: else its own
        "appview": True,            # app.bsky.actor.getProfile answers
        "video_service": True,      # app.bsky.video.* is served here
        "video_polls": 2,           # getJobStatus calls until the blob is there
        "video_failure": "",        # a failureCode, for each new job
    }

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.secret = hashlib.sha256(b"a stand-in's own key").digest()
        self.accounts, self.refresh, self.blobs = {}, {}, {}
        self.records, self.jobs, self.used = {}, {}, {}
        self.counts = {}
        self.revision = 0
        self.control_account("crier.test", "abcd-efgh-ijkl-mnop",
                             "the-main-password")
        self.control_account("friend.test", "aaaa-bbbb-cccc-dddd")

    # What tests may order

    def control_jobs(self):
        """The videos that came to the service, by their bytes' hash."""
        return sorted(self.jobs)

    def control_account(self, handle, password, main_password=None):
        """Make an account, or give one a new app password."""
        did = "did:plc:" + base32(hashlib.sha256(handle.encode()).digest())[:24]
        self.accounts[did] = {
            "did": did, "handle": handle, "password": password,
            "main": main_password, "state": None, "before": 0}
        return {"did": did}

    def control_revoke(self, handle):
        """The owner revokes the app password: its sessions cannot be renewed;
        access tokens live on until they end."""
        account = self.account(handle)
        account["password"] = None
        self.refresh = {key: value for key, value in self.refresh.items()
                        if value["did"] != account["did"]}

    def control_end_access(self, handle):
        """Every access token of the account has ended by now."""
        self.account(handle)["before"] = self.next_revision()

    def control_end_refresh(self, handle):
        """Every refresh token of the account has ended by now."""
        did = self.account(handle)["did"]
        self.refresh = {key: value for key, value in self.refresh.items()
                        if value["did"] != did}

    def control_state(self, handle, state):
        """deactivated, takendown, or null."""
        self.account(handle)["state"] = state

    def control_counts(self, uri, counts):
        """What app.bsky.feed.getPosts tells of a post."""
        self.counts[uri] = counts

    def control_remove(self, uri):
        """The post is deleted behind the scenes."""
        del self.records[uri]

    def control_collect_garbage(self):
        """Blobs that no record refers to are gone."""
        self.collect_garbage(0)

    # Parts that several methods need

    def account(self, who):
        for account in self.accounts.values():
            if who in (account["did"], account["handle"]):
                return account
        return None

    def next_revision(self):
        self.revision += 1
        return self.revision

    def service_did(self):
        """did:web of this server; a port's colon is escaped."""
        return "did:web:127.0.0.1%%3A%d" % self.port

    def did_document(self, account):
        return {"@context": ["https://www.w3.org/ns/did/v1"],
                "id": account["did"],
                "alsoKnownAs": ["at://" + account["handle"]],
                "verificationMethod": [],
                "service": [{"id": "#atproto_pds",
                             "type": "AtprotoPersonalDataServer",
                             "serviceEndpoint": self.settings["address"]
                             or self.url()}]}

    def token(self, kind, claims):
        head = base64url(json.dumps({"typ": kind, "alg": "HS256"}).encode())
        body = base64url(json.dumps(claims).encode())
        mark = hmac.new(self.secret, (head + "." + body).encode(),
                        hashlib.sha256).digest()
        return "%s.%s.%s" % (head, body, base64url(mark))

    def claims(self, request, kind):
        """The claims of the request's token, which must be of that kind."""
        token = request.bearer()
        if not token:
            refuse(401, "AuthMissing", "Authentication Required")
        try:
            head, body, mark = token.split(".")
            right = hmac.new(self.secret, (head + "." + body).encode(),
                             hashlib.sha256).digest()
            read = [json.loads(base64.urlsafe_b64decode(part + "==="))
                    for part in (head, body)]
        except ValueError:
            invalid("Token could not be verified", "InvalidToken")
        if not hmac.compare_digest(base64url(right), mark) \
                or read[0].get("typ") != kind:
            invalid("Token could not be verified", "InvalidToken")
        if read[1]["exp"] <= self.now():
            invalid("Token has expired", "ExpiredToken")
        return read[1]

    def signed_in(self, request):
        """The account whose access token the request carries."""
        claims = self.claims(request, "at+jwt")
        account = self.accounts[claims["sub"]]
        if claims["rev"] < account["before"]:
            invalid("Token has expired", "ExpiredToken")
        if account["state"] == "takendown":
            refuse(401, "AccountTakedown", "Account has been taken down")
        if account["state"] == "deactivated":
            refuse(401, "AccountDeactivated", "Account is deactivated")
        return account

    def limit(self, request, name, most, seconds, points=1):
        """Count points in a window; RateLimit headers; 429 beyond most."""
        now = self.now()
        window, used = self.used.get(name, (now, 0))
        if now >= window + seconds:
            window, used = now, 0
        reset = int(window + seconds)
        headers = {"RateLimit-Limit": str(most),
                   "RateLimit-Remaining": str(max(most - used - points, 0)),
                   "RateLimit-Reset": str(reset),
                   "RateLimit-Policy": "%d;w=%d" % (most, seconds)}
        request.rate_headers = headers
        if used + points > most:
            refuse(429, "RateLimitExceeded", "Rate Limit Exceeded",
                   dict(headers, **{"Retry-After": str(max(reset - int(now),
                                                           1))}))
        self.used[name] = (window, used + points)

    def parameters(self, request, required, optional=()):
        """The query's parameters; each once, none unknown."""
        names = [name for name, value in request.query]
        if len(names) != len(set(names)):
            invalid("A parameter comes twice")
        for name in required:
            if name not in names:
                invalid("Error: Params must have the property \"%s\"" % name)
        unknown = set(names) - set(required) - set(optional)
        if unknown:
            invalid("Unknown parameters %s" % sorted(unknown))
        return dict(request.query)

    def input(self, request, required, optional=()):
        if not request.body:
            invalid("Request body is expected but none was provided")
        if request.kind() != "application/json":
            invalid("Wrong request encoding (Content-Type): %s"
                    % request.kind())
        if len(request.body) > 1000000:
            refuse(413, "PayloadTooLarge", "request entity too large")
        body = request.json()
        for name in required:
            if name not in body:
                invalid("Input must have the property \"%s\"" % name)
        unknown = set(body) - set(required) - set(optional)
        if unknown:
            invalid("Unknown properties %s" % sorted(unknown))
        return body

    def no_input(self, request):
        if request.body or request.header("Transfer-Encoding"):
            invalid("A request body was provided when none was expected")

    def dispatch(self, request):
        try:
            return super().dispatch(request)
        except Refused as refused:
            if refused.answer.status == 404:
                refuse(501, "MethodNotImplemented", "Method Not Implemented")
            if refused.answer.status == 405:
                invalid("Incorrect HTTP method")
            raise

    def finish(self, request, answer):
        for name, value in getattr(request, "rate_headers", {}).items():
            answer.headers.setdefault(name, value)

    # Sessions

    def session(self, account, scope, key):
        now = int(self.now())
        claims = {"scope": scope, "sub": account["did"],
                  "aud": self.service_did(), "iat": now}
        self.refresh[key] = {"did": account["did"], "scope": scope,
                             "ends": now + self.settings["refresh_seconds"],
                             "next": None}
        return {
            "accessJwt": self.token("at+jwt", dict(
                claims, exp=now + self.settings["access_seconds"],
                rev=self.next_revision())),
            "refreshJwt": self.token("refresh+jwt", dict(
                claims, scope="com.atproto.refresh", jti=key,
                exp=now + self.settings["refresh_seconds"])),
            "handle": account["handle"], "did": account["did"],
            "didDoc": self.did_document(account), "email": "me@example.com",
            "emailConfirmed": self.settings["email_confirmed"],
            "active": account["state"] is None,
            **({"status": account["state"]} if account["state"] else {})}

    @route("POST", XRPC + "com.atproto.server.createSession")
    def create_session(self, request):
        body = self.input(request, ["identifier", "password"],
                          ["authFactorToken", "allowTakendown"])
        self.limit(request, "session " + str(body["identifier"]),
                   self.settings["sessions_per_5_minutes"], 300)
        account = self.account(body["identifier"])
        if account and account["main"] == body["password"] is not None:
            scope = FULL_LOGIN
        elif account and account["password"] == body["password"] is not None:
            scope = APP_PASSWORD
        else:
            refuse(401, "AuthenticationRequired",
                   "Invalid identifier or password")
        if account["state"] == "takendown":
            refuse(401, "AccountTakedown", "Account has been taken down")
        return Answer(200, self.session(account, scope,
                                        "r%d" % self.next_revision()))

    @route("POST", XRPC + "com.atproto.server.refreshSession")
    def refresh_session(self, request):
        self.no_input(request)
        claims = self.claims(request, "refresh+jwt")
        known = self.refresh.get(claims["jti"])
        if known is None or known["ends"] <= self.now():
            invalid("Token has been revoked", "ExpiredToken")
        account = self.accounts[known["did"]]
        if account["state"] == "takendown":
            refuse(401, "AccountTakedown", "Account has been taken down")
        known["next"] = known["next"] or "r%d" % self.next_revision()
        known["ends"] = min(known["ends"],
                            self.now() + self.settings["grace_seconds"])
        return Answer(200, self.session(account, known["scope"],
                                        known["next"]))

    @route("POST", XRPC + "com.atproto.server.deleteSession")
    def delete_session(self, request):
        self.no_input(request)
        claims = self.claims(request, "refresh+jwt")
        self.refresh.pop(claims["jti"], None)
        return Answer(200, b"")

    @route("GET", XRPC + "com.atproto.server.getSession")
    def get_session(self, request):
        account = self.signed_in(request)
        return Answer(200, {
            "handle": account["handle"], "did": account["did"],
            "emailConfirmed": self.settings["email_confirmed"],
            "didDoc": self.did_document(account), "active": True})

    @route("GET", XRPC + "com.atproto.server.getServiceAuth")
    def service_auth(self, request):
        account = self.signed_in(request)
        given = self.parameters(request, ["aud"], ["exp", "lxm"])
        if not re.match(r"did:[a-z]+:[A-Za-z0-9._:%-]+\Z", given["aud"]):
            invalid("aud must be a valid atproto DID")
        ends = given.get("exp", str(int(self.now()) + 60))
        if not ends.isdigit() or int(ends) < self.now():
            invalid("expiration is in past", "BadExpiration")
        if int(ends) > self.now() + 3600:
            invalid("cannot request a token with an expiration more than an"
                    " hour in the future", "BadExpiration")
        return Answer(200, {"token": self.token("JWT", {
            "iss": account["did"], "aud": given["aud"], "exp": int(ends),
            "lxm": given.get("lxm")})})

    # People

    @route("GET", XRPC + "com.atproto.identity.resolveHandle")
    def resolve_handle(self, request):
        handle = self.parameters(request, ["handle"])["handle"]
        if not re.match(r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+"
                        r"[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\Z", handle):
            invalid("Error: handle must be a valid handle")
        account = self.account(handle.lower())
        if account is None:
            invalid("Unable to resolve handle", "HandleNotFound")
        return Answer(200, {"did": account["did"]})

    @route("GET", XRPC + "app.bsky.actor.getProfile")
    def get_profile(self, request):
        self.signed_in(request)
        actor = self.parameters(request, ["actor"])["actor"]
        account = self.account(actor)
        if not self.settings["appview"]:
            refuse(502, "UpstreamFailure", "no AppView")
        if account is None:
            invalid("Profile not found")
        return Answer(200, {
            "did": account["did"], "handle": account["handle"],
            "displayName": account["handle"].split(".")[0].title(),
            "avatar": self.url() + "/avatar.png", "followersCount": 1,
            "postsCount": len(self.records)})

    @route("GET", "/avatar.png")
    def avatar(self, request):
        return Answer(200, PICTURE, kind="image/png")

    # Blobs

    def collect_garbage(self, seconds):
        used = {blob["ref"]["$link"] for record in self.records.values()
                for blob in record["blobs"]}
        self.blobs = {key: blob for key, blob in self.blobs.items()
                      if key in used or blob["at"] > self.now() - seconds}

    def keep_blob(self, account, data, kind):
        link = cid(0x55, data)
        blob = {"$type": "blob", "ref": {"$link": link}, "mimeType": kind,
                "size": len(data)}
        self.blobs[link] = {"blob": blob, "did": account["did"],
                            "at": self.now()}
        return blob

    @route("POST", XRPC + "com.atproto.repo.uploadBlob")
    def upload_blob(self, request):
        account = self.signed_in(request)
        self.limit(request, "blob " + account["did"], 1000, 86400)
        if not re.match(r"[a-z]+/[a-z0-9.+-]+\Z", request.kind()):
            invalid("Request encoding (Content-Type) required but not"
                    " provided")
        if request.kind().startswith("multipart/") \
                or request.kind() == "application/x-www-form-urlencoded":
            invalid("a blob is raw bytes")
        if not request.body:
            invalid("Request body is expected but none was provided")
        if re.search(rb"tEXt|eXIf|http://ns\.adobe\.com/xap/", request.body):
            invalid("STRICT: where it was taken stands in the picture still")
        if len(request.body) > self.settings["blob_bytes"]:
            refuse(413, "PayloadTooLarge", "request entity too large")
        return Answer(200, {"blob": self.keep_blob(
            account, request.body, kind_of(request.body, request.kind()))})

    # Records

    def repository(self, request, who):
        account = self.signed_in(request)
        if self.account(who) is not account:
            refuse(401, "AuthenticationRequired", "Authentication Required")
        if not re.match(r"did:", who):
            invalid("this stand-in wants the repo by its DID")
        return account

    def verify_blobs(self, account, blobs):
        self.collect_garbage(self.settings["blob_seconds"])
        for blob in blobs:
            known = self.blobs.get(blob["ref"]["$link"])
            if known is None or known["did"] != account["did"]:
                invalid("Could not find blob: " + blob["ref"]["$link"],
                        "BlobNotFound")
            if known["blob"]["mimeType"] != blob["mimeType"]:
                invalid("Referenced Mimetype does not match stored blob.",
                        "InvalidMimeType")
            if known["blob"]["size"] != blob["size"]:
                invalid("Referenced Size does not match stored blob.",
                        "InvalidSize")

    def write(self, account, collection, rkey, record, blobs, action):
        """Commit a record: from here on the world sees it."""
        uri = "at://%s/%s/%s" % (account["did"], collection, rkey)
        self.records[uri] = {"uri": uri, "cid": cid(0x71, canonical(record)),
                             "value": record, "blobs": blobs}
        self.accept({"action": action, "id": uri, "key": rkey,
                     "account": account["did"], "text": record["text"],
                     "cid": self.records[uri]["cid"], "record": record})
        return self.written(uri, {"cid": cid(0x71, uri.encode()),
                                  "rev": "3%012d" % self.next_revision()})

    def written(self, uri, commit):
        answer = {"uri": uri, "cid": self.records[uri]["cid"],
                  "validationStatus": "valid"}
        return Answer(200, dict(answer, commit=commit) if commit else answer)

    def checked(self, body, rkey):
        if body["collection"] != COLLECTION:
            invalid("this stand-in keeps %s only" % COLLECTION)
        return bluesky_record.check(body["record"], body["collection"], rkey)

    def check_reply(self, record):
        """The network's own server takes any reference; one to what does not
        stand there, or with another root than the parent's, shows wrong."""
        for name in ("root", "parent"):
            there = self.records.get(record["reply"][name]["uri"])
            if there is None or there["cid"] != record["reply"][name]["cid"]:
                invalid("Invalid reply: nothing stands at its " + name)
        root = record["reply"]["root"]["uri"]
        parent = record["reply"]["parent"]["uri"]
        above = self.records[parent]["value"].get("reply")
        if (above["root"]["uri"] if above else parent) != root:
            invalid("Invalid reply: its parent has another root")

    @route("POST", XRPC + "com.atproto.repo.putRecord")
    def put_record(self, request):
        body = self.input(request, ["repo", "collection", "rkey", "record"],
                          ["validate", "swapRecord", "swapCommit"])
        account = self.repository(request, body["repo"])
        self.limit(request, "write " + account["did"],
                   self.settings["write_points"], 3600, 2)
        blobs = self.checked(body, body["rkey"])
        uri = "at://%s/%s/%s" % (account["did"], body["collection"],
                                 body["rkey"])
        current = self.records.get(uri)
        if current and current["cid"] == cid(0x71, canonical(body["record"])):
            return self.written(uri, None)
        if "swapRecord" in body \
                and body["swapRecord"] != (current and current["cid"]):
            invalid("Record was at %s" % (current["cid"] if current
                                          else "null"), "InvalidSwap")
        self.verify_blobs(account, blobs)
        if "reply" in body["record"]:
            self.check_reply(body["record"])
        return self.write(account, body["collection"], body["rkey"],
                          body["record"], blobs,
                          "update" if current else "create")

    @route("POST", XRPC + "com.atproto.repo.createRecord")
    def create_record(self, request):
        body = self.input(request, ["repo", "collection", "record"],
                          ["rkey", "validate", "swapCommit"])
        account = self.repository(request, body["repo"])
        self.limit(request, "write " + account["did"],
                   self.settings["write_points"], 3600, 3)
        rkey = body.get("rkey")
        if rkey is None:
            number = (int(time.time() * 1000000) << 10) + 7
            rkey = "".join("234567abcdefghijklmnopqrstuvwxyz"
                           [number >> 5 * i & 31] for i in range(12, -1, -1))
        blobs = self.checked(body, rkey)
        uri = "at://%s/%s/%s" % (account["did"], body["collection"], rkey)
        if uri in self.records:
            refuse(500, "InternalServerError", "Internal Server Error")
        self.verify_blobs(account, blobs)
        return self.write(account, body["collection"], rkey, body["record"],
                          blobs, "create")

    @route("GET", XRPC + "com.atproto.repo.getRecord")
    def get_record(self, request):
        given = self.parameters(request, ["repo", "collection", "rkey"],
                                ["cid"])
        account = self.account(given["repo"])
        if account is None:
            invalid("Could not find repo: " + given["repo"])
        uri = "at://%s/%s/%s" % (account["did"], given["collection"],
                                 given["rkey"])
        record = self.records.get(uri)
        if record is None or given.get("cid", record["cid"]) != record["cid"]:
            invalid("Could not locate record: " + uri, "RecordNotFound")
        return Answer(200, {name: record[name]
                            for name in ("uri", "cid", "value")})

    @route("GET", XRPC + "app.bsky.feed.getPosts")
    def get_posts(self, request):
        self.signed_in(request)
        uris = [value for name, value in request.query if name == "uris"]
        if len(uris) != len(request.query) or not 0 < len(uris) <= 25:
            invalid("uris: 1 to 25, and nothing else")
        if not all(re.fullmatch(r"at://did:[^/]+/app\.bsky\.feed\.post/[^/]+",
                                uri) for uri in uris):
            invalid("uris must be at-uris of posts")
        if not self.settings["appview"]:
            refuse(502, "UpstreamFailure", "Upstream service unreachable")
        return Answer(200, {"posts": [
            dict(self.counts.get(uri, {"replyCount": 0, "repostCount": 0,
                                       "likeCount": 0, "quoteCount": 0}),
                 uri=uri, cid=self.records[uri]["cid"],
                 record=self.records[uri]["value"],
                 indexedAt="2026-11-25T00:00:00.000Z")
            for uri in uris if uri in self.records]})

    @route("GET", XRPC + "com.atproto.repo.listRecords")
    def list_records(self, request):
        given = self.parameters(request, ["repo", "collection"],
                                ["limit", "cursor", "reverse"])
        account = self.account(given["repo"])
        if account is None:
            invalid("Could not find repo: " + given["repo"])
        start = "at://%s/%s/" % (account["did"], given["collection"])
        found = sorted((uri for uri in self.records if uri.startswith(start)),
                       reverse=given.get("reverse") != "true")
        return Answer(200, {"records": [
            {name: self.records[uri][name] for name in ("uri", "cid", "value")}
            for uri in found[:int(given.get("limit", 50))]]})

    @route("POST", XRPC + "com.atproto.repo.deleteRecord")
    def delete_record(self, request):
        body = self.input(request, ["repo", "collection", "rkey"],
                          ["swapRecord", "swapCommit"])
        account = self.repository(request, body["repo"])
        if not re.fullmatch(r"[a-zA-Z0-9._:~-]{1,512}", str(body["rkey"])) \
                or not re.fullmatch(r"[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+){2,}",
                                    str(body["collection"])):
            invalid("Error: Input/rkey must be a valid Record Key")
        self.limit(request, "write " + account["did"],
                   self.settings["write_points"], 3600, 1)
        uri = "at://%s/%s/%s" % (account["did"], body["collection"],
                                 body["rkey"])
        if self.records.pop(uri, None) is None:
            return Answer(200, {})
        return Answer(200, {"commit": {
            "cid": cid(0x71, uri.encode()),
            "rev": "3%012d" % self.next_revision()}})

    def control_records(self):
        """The addresses of all records that stand."""
        return {"uris": sorted(self.records)}

    # The video service

    @route("POST", XRPC + "app.bsky.video.uploadVideo")
    def upload_video(self, request):
        if not self.settings["video_service"]:
            refuse(501, "MethodNotImplemented", "Method Not Implemented")
        given = self.parameters(request, ["did", "name"])
        claims = self.claims(request, "JWT")
        if claims["iss"] != given["did"] or given["did"] not in self.accounts \
                or claims["aud"] != self.service_did() \
                or claims["lxm"] != "com.atproto.repo.uploadBlob":
            refuse(401, "AuthenticationRequired", "bad service token")
        if not self.settings["email_confirmed"]:
            refuse(401, "unconfirmed_email",
                   "Confirm your email to upload videos")
        if request.kind() != "video/mp4" or request.body[4:8] != b"ftyp":
            invalid("only mp4 is taken", "invalid_mime_type")
        if len(request.body) > bluesky_record.VIDEO_BYTES:
            refuse(413, "PayloadTooLarge", "request entity too large")
        key = "job-" + hashlib.sha256(request.body).hexdigest()[:20]
        if key in self.jobs:
            return Answer(409, dict(self.status(key), error="already_exists",
                                    message="Video already processed"))
        self.jobs[key] = {"did": given["did"], "polls": 0, "blob": None,
                          "failure": self.settings["video_failure"],
                          "data": b"\0\0\0\x18ftypisom" + request.body}
        return Answer(200, self.status(key))

    def status(self, key):
        job = self.jobs[key]
        answer = {"jobId": key, "did": job["did"],
                  "state": STATES[min(job["polls"], len(STATES) - 1)],
                  "progress": 0}
        if job["failure"] and job["polls"] >= self.settings["video_polls"]:
            answer.update(state="JOB_STATE_FAILED", error="no video",
                          failureCode=job["failure"],
                          message="The video could not be processed")
        elif job["polls"] >= self.settings["video_polls"]:
            job["blob"] = self.keep_blob(self.accounts[job["did"]],
                                         job["data"], "video/mp4")
            answer.update(state="JOB_STATE_COMPLETED", progress=100,
                          blob=job["blob"])
        return answer

    @route("GET", XRPC + "app.bsky.video.getJobStatus")
    def job_status(self, request):
        key = self.parameters(request, ["jobId"])["jobId"]
        if key not in self.jobs:
            invalid("no such job")
        self.jobs[key]["polls"] += 1
        return Answer(200, {"jobStatus": self.status(key)})

    # A page with a card, for links; not the network's

    @route("GET", "/page/:name")
    def page(self, request, name):
        return Answer(200, "<!doctype html><html><head><title>Plain</title>"
                      "<meta content='%s &amp; more' property='og:title'>"
                      "<meta property=\"og:description\" content=\"What it"
                      " &quot;says&#34;\"><meta property=og:image"
                      " content=/image.png></head><body>x</body></html>"
                      % name, kind="text/html; charset=utf-8")

    @route("GET", "/moved/:name")
    def moved(self, request, name):
        return Answer(301, "", {"Location": "../page/"
                                 + urllib.parse.quote(name)})

    @route("GET", "/image.png")
    def image(self, request):
        return Answer(200, b"\x89PNG\r\n\x1a\n" + b"a picture" * 20,
                      kind="image/png")


if __name__ == "__main__":
    main(Bluesky)
