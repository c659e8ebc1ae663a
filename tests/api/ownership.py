"""Whose is what: every operation of every program, and what it answers to
those whom it does not serve.

The operations come from the programs' own --describe. Each has a row in ROWS
(or in PAGES), and each id that it takes a place in its row; an operation or an
id without one fails the check. To add an operation is to add its row:

    "PATCH /api/v1/things/{id}": Row(200, "thing", body={"name": "x"}),

and, where its path names a new kind of thing, that thing to World.own() in
test_ownership.py. Run as a program it says what is missing:

    tests/api/ownership.py BUILD
"""

import json
import re
import subprocess
import sys
from pathlib import Path

METHODS = "GET", "POST", "PUT", "PATCH", "DELETE"


class Place:
    """Where an id stands in a query or a body. kind: of what; what another
    profile's, an absent, a deleted or a malformed one is answered with:
    status and code, or EMPTY for a list in which nothing is found. hidden: the
    same for one that a limited key may not use."""

    def __init__(self, kind, status, code=None, hidden=None, malformed=None,
                 put=None):
        self.kind, self.foreign = kind, (status, code)
        self.hidden = hidden or self.foreign
        self.malformed = malformed or self.foreign
        self.put = put


class Row:
    """What an operation answers its own user with, and what it needs.

    kind: of what the path's {id} is one; None: it has none.
    which: which of its owner's things of that kind to use.
    body: what to send: JSON, bytes with a type, or for GET and DELETE the
    query. places: the ids in it.
    limited: of a key that is limited to another account: "hidden": it sees
    nothing here; "shown": this is the whole profile's; or a status."""

    def __init__(self, ok, kind=None, which="scheduled", body=None,
                 places=None, limited=None, code=None):
        self.ok, self.kind, self.which, self.body = ok, kind, which, body
        self.places, self.code = places or {}, code
        self.limited = limited or (
            "hidden" if kind in ("post", "whole", "account") else "shown")


EMPTY = 200
LATER = "2037-01-01T00:00:00Z"
DRAFT = {"platforms": ["threads"], "caption": "x", "draft": True}
TIMED = {"platforms": ["threads"], "caption": "x", "scheduledTime": LATER}
RAILS = {"content": "x", "platform": "threads"}
FORM = "form"           # multipart, with one picture

NATIVE_CURSOR = Place("post", EMPTY, malformed=(400, "invalid_field"))
NATIVE_IDS = {
    "profileIds[]": Place("account", 400, "invalid_profile_ids",
                          hidden=(403, "profile_scope_denied"),
                          malformed=(400, "invalid_profile_ids")),
    "mediaId": Place("media", 404, "media_not_found"),
    "mediaIds[]": Place("media", 404, "media_not_found"),
}
NATIVE_MEDIA = {name: NATIVE_IDS[name] for name in ("mediaId", "mediaIds[]")}
RAILS_MEDIA = {"media[]": Place("media", 400, "VALIDATION_ERROR")}
HOOK = {"url": "https://new.example/"}

ROWS = {
    # ---------------------------------------------------------- native
    "GET /api/media/serve": Row(200),
    "GET /api/v1/connections": Row(200),
    "POST /api/v1/connections": Row(201, body={"platform": "site"}),
    "GET /api/v1/connections/readiness": Row(200),
    "GET /api/v1/connections/{id}": Row(200, "account"),
    "POST /api/v1/connections/{id}/sync": Row(200, "account", body={}),
    "DELETE /api/v1/connections/{id}": Row(200, "account"),
    "GET /api/v1/deliveries/{id}": Row(200, "delivery", limited=403),
    "POST /api/v1/deliveries/{id}/retry": Row(202, "delivery", body={},
                                              limited=403),
    "GET /api/v1/health": Row(200),
    "GET /api/v1/openapi.json": Row(200),
    "GET /api/v1/media": Row(200, places={
        "cursor": Place("media", EMPTY, malformed=(400, "invalid_field"))}),
    "POST /api/v1/media": Row(200, body=FORM),
    "GET /api/v1/media/{id}": Row(200, "media"),
    "PATCH /api/v1/media/{id}": Row(200, "media", body={"alt": "x"}),
    "DELETE /api/v1/media/{id}": Row(200, "media"),
    "GET /api/v1/platform-settings": Row(200),
    "PUT /api/v1/platform-settings": Row(
        200, body={"platform": "threads"}, limited=403, places={
            "profileId": Place("account", 400, "invalid_profile_ids")}),
    "GET /api/v1/platforms": Row(200),
    "GET /api/v1/posts": Row(200, places={
        "profileId": Place("account", EMPTY,
                           malformed=(400, "invalid_field")),
        "cursor": NATIVE_CURSOR}),
    "POST /api/v1/posts": Row(201, body=DRAFT, places=NATIVE_IDS,
                              limited=400),
    "POST /api/v1/posts/schedule": Row(201, body=TIMED, places=NATIVE_IDS,
                                       limited=400),
    "POST /api/v1/posts/validate": Row(
        200, body=TIMED, limited=400, places={**NATIVE_IDS, **{
            name: Place("media", 200, "media_not_found",
                        malformed=(404, "media_not_found"))
            for name in ("mediaId", "mediaIds[]")}}),
    "GET /api/v1/posts/{id}": Row(200, "post"),
    "PATCH /api/v1/posts/{id}": Row(200, "post", body={"caption": "x"},
                                    places=NATIVE_MEDIA),
    "DELETE /api/v1/posts/{id}": Row(200, "post"),
    "POST /api/v1/posts/{id}/retry": Row(200, "post", "failed", {}),
    "POST /api/v1/posts/{id}/edit": Row(
        409, "post", body={"caption": "x"}, code="conflict"),
    "GET /api/v1/posts/{id}/attempts": Row(200, "post"),
    "GET /api/v1/posts/{id}/metrics": Row(200, "post"),
    "POST /api/v1/posts/{id}/resolve": Row(200, "post", "uncertain",
                                           {"outcome": "send_again"}),
    "POST /api/v1/publish": Row(201, body=TIMED, places=NATIVE_IDS,
                                limited=400),
    "GET /api/v1/webhooks": Row(200, limited=403),
    "POST /api/v1/webhooks": Row(201, body=HOOK, limited=403),
    "GET /api/v1/webhooks/{id}": Row(200, "webhook", limited=403),
    "PATCH /api/v1/webhooks/{id}": Row(200, "webhook", body=HOOK,
                                       limited=403),
    "DELETE /api/v1/webhooks/{id}": Row(200, "webhook", limited=403),
    "GET /api/v1/webhooks/{id}/deliveries": Row(
        200, "webhook", limited=403, places={
            "cursor": Place("delivery", EMPTY,
                            malformed=(400, "invalid_field"))}),
    "POST /api/v1/webhooks/{id}/test": Row(202, "webhook", body={},
                                           limited=403),
    # ---------------------------------------------------------- SocialRails
    "GET /socialrails/api/v1/accounts": Row(200),
    "POST /socialrails/api/v1/ai/generate": Row(
        503, body={"prompt": "x"}, code="AI_NOT_CONFIGURED"),
    "GET /socialrails/api/v1/analytics": Row(200, places={
        "post_id": Place("post", 404, "NOT_FOUND")}),
    "GET /socialrails/api/v1/health": Row(200),
    "POST /socialrails/api/v1/media/upload": Row(201, body=FORM),
    "POST /socialrails/api/v1/media/upload-url": Row(
        400, body={"url": "https://127.0.0.1/"}, code="VALIDATION_ERROR"),
    "GET /socialrails/api/v1/posts": Row(200),
    "POST /socialrails/api/v1/posts": Row(201, body=RAILS,
                                          places=RAILS_MEDIA,
                                          limited=400),
    "POST /socialrails/api/v1/posts/batch": Row(
        201, body={"content": "x", "platforms": ["threads"]},
        places=RAILS_MEDIA, limited=400),
    "GET /socialrails/api/v1/posts/{id}": Row(200, "post"),
    "PATCH /socialrails/api/v1/posts/{id}": Row(
        200, "post", body={"content": "x"}, places=RAILS_MEDIA),
    "DELETE /socialrails/api/v1/posts/{id}": Row(200, "post"),
    "GET /socialrails/api/v1/webhooks": Row(200, limited=403),
    "POST /socialrails/api/v1/webhooks": Row(201, body=HOOK, limited=403),
    "DELETE /socialrails/api/v1/webhooks/{id}": Row(200, "webhook",
                                                    limited=403),
    "GET /socialrails/api/v1/workspace": Row(200),
    # ---------------------------------------------------------- SocialSyncer
    "GET /socialsyncer/v1/posts": Row(200, places={
        "cursor": Place("whole", EMPTY,
                        malformed=(400, "invalid_field_value"))}),
    "POST /socialsyncer/v1/posts": Row(
        201, body={"content": "x", "isDraft": True}, places={
            "platforms[].accountId": Place(
                "account", 400, "invalid_field_value",
                hidden=(403, "insufficient_permissions"),
                put=lambda body, id: {**body, "platforms": [
                    {"platform": "threads", "accountId": id}]})}),
    "GET /socialsyncer/v1/posts/{id}": Row(200, "whole"),
    "DELETE /socialsyncer/v1/posts/{id}": Row(200, "whole"),
    "POST /socialsyncer/v1/posts/{id}/edit": Row(
        409, "whole", body={"content": "x"}, code="conflict"),
    "POST /socialsyncer/v1/posts/{id}/retry": Row(200, "whole", "failed", {}),
}

# Pages, for browsers: of whom each is, no key opens one. What a signed-in
# member of the link's profile, another user, and nobody are answered with.
PAGES = {
    "GET /mcp/connect/callback": (400, 400, 400),
    "GET /mcp/connect/{token}": (200, 403, 200),
    "POST /mcp/connect/{token}": (303, 403, 200),
    "GET /mcp/connect/{token}/go": (303, 403, 200),
    "POST /mcp/connect/{token}/choose": (303, 403, 200),
    "POST /mcp/connect/{token}/confirm": (303, 403, 200),
    "POST /mcp/connect/{token}/again": (303, 403, 200),
    "POST /mcp/connect/{token}/sign-in": (403, 403, 403),
    "POST /mcp/connect/{token}/sign-out": (200, 200, 403),
}

# The scope of a path's first word below its API: RESOURCE:read for GET,
# RESOURCE:write for what changes anything; None: it asks for no key.
RESOURCES = {
    "posts": "post", "publish": "post", "media": "media",
    "connections": "account", "accounts": "account", "platforms": "account",
    "platform-settings": "profile", "workspace": "profile",
    "webhooks": "webhook", "deliveries": "webhook", "analytics": "analytics",
    "ai": "ai", "health": None, "openapi.json": None, "serve": None,
}

# Named like an id, and none of ours.
NO_IDS = {"externalId"}


def describe(folder):
    """{"GET /path": its part of openapi.json} of all programs in a folder."""
    found = {}
    for program in sorted(Path(folder).rglob("*")):
        if not program.is_file() or not program.stat().st_mode & 0o100 \
                or program.suffix == ".o":
            continue
        said = subprocess.run([program, "--describe"], capture_output=True,
                              check=True, text=True).stdout
        for line in said.splitlines():
            for path, methods in json.loads("{" + line + "}").items():
                for method, operation in methods.items():
                    found[f"{method.upper()} {path}"] = operation
    return found


def ids_in(schema, name):
    """The places of ids in a schema, as `platforms[].accountId`."""
    if schema.get("type") == "array":
        name += "[]"
        yield from ids_in(schema.get("items", {}), name)
    elif schema.get("type") == "object":
        for member, inner in schema.get("properties", {}).items():
            yield from ids_in(inner, f"{name}.{member}" if name else member)
    elif schema.get("format") == "id" or re.search(
            r"(^|_)ids?$|[a-z]Ids?$", name.removesuffix("[]")):
        yield name


def places_of(operation):
    """Every id that an operation takes in its query or body."""
    for parameter in operation["parameters"]:
        if parameter["in"] == "query":
            yield from ids_in(parameter["schema"], parameter["name"])
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from ids_in(content["schema"], "")


def scope_of(name):
    method, path = name.split()
    word = re.sub(r".*?/(v1|api/media)/", "", path).split("/")[0]
    resource = RESOURCES.get(word, "(none: see RESOURCES)")
    access = "read" if method == "GET" else "write"
    return resource and f"{resource}:{access}"


def missing(described):
    """What the matrix does not know, one line each."""
    known = ROWS.keys() | PAGES.keys()
    for name, operation in described.items():
        if name not in known:
            yield f"{name}: no row in tests/api/ownership.py"
            continue
        if name in PAGES:
            if "x-scope" in operation:
                yield f"{name}: is for keys and stands among the pages"
            continue
        row, scope = ROWS[name], operation.get("x-scope")
        if scope != scope_of(name):
            yield f"{name}: has the scope {scope}, not {scope_of(name)}"
        if (row.kind is not None) != ("{id}" in name):
            yield f"{name}: says not of what its path's id is one"
        for place in set(places_of(operation)) - NO_IDS - row.places.keys():
            yield f"{name}: {place} has no place in its row"
    for name in known - described.keys():
        yield f"{name}: no program has this operation"


if __name__ == "__main__":
    lines = list(missing(describe(Path(sys.argv[1]) / "cgi-bin")))
    print("\n".join(lines))
    sys.exit(bool(lines))
