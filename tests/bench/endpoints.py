"""What a request to each endpoint costs, beside an empty CGI program. Two ask
another server before they answer, and are left out: AI generation, and media
by their address."""

import base64
import json
import statistics

from requests import MEMORY, POST, Request, endpoint, new_post, open_instance
from servers import multipart
from table import head, row

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg==")
LATER = "2040-01-01T00:00:00Z"


def syncer_post(account):
    return {"content": "bench", "scheduledFor": LATER, "platforms": [
        {"platform": "twitter", "accountId": account}]}


def prepared(instance):
    """What the paths below name: posts, a delivery, a file and its signed
    address, a connect link."""
    account = instance.add_account("twitter", "--offline", "--handle", "bench",
                                   secret="offline")
    hook = instance.post("/api/v1/webhooks", {
        "url": "https://192.0.2.1/", "events": ["post.published"]}).json
    instance.post(f"/api/v1/webhooks/{hook['id']}/test")
    kind, body = upload = multipart(("file", DOT, "dot.png", "image/png"))
    media = instance.post("/api/v1/media", body,
                          headers={"Content-Type": kind}).json
    signed = instance.get(f"/api/v1/media/{media['mediaId']}").json["url"]
    link = instance.post("/api/v1/connections", {"platform": "site"}).json
    theirs = instance.post("/socialsyncer/v1/posts", syncer_post(account)).json
    return {"account": account, "upload": upload, "hook": hook["id"],
            "delivery": instance.sql("SELECT id FROM delivery")[0]["id"],
            "media": media["mediaId"], "signed": signed.rsplit("?")[1],
            "link": link["connectUrl"].rsplit("/")[-1],
            "post": new_post(instance), "theirs": theirs["id"]}


def requests_to(have):
    """One request or more to each program, and none that bench/requests.py
    times already."""
    native, rails = "api/v1/", "socialrails/api/v1/"
    syncer = "socialsyncer/v1/posts"
    rails_post = {"content": "bench", "platform": "x", "scheduledFor": LATER}
    kind, upload = have["upload"]
    post, hook = f"/{have['post']}", f"/{have['hook']}"
    return [
        Request("GET", native + "health"),
        Request("GET", native + "openapi.json"),
        Request("GET", native + "platform-settings"),
        Request("GET", native + "posts", post + "/attempts"),
        Request("GET", native + "posts", post + "/metrics"),
        Request("GET", native + "connections", "/readiness"),
        Request("GET", native + "webhooks", hook + "/deliveries"),
        Request("GET", native + "deliveries", f"/{have['delivery']}"),
        Request("GET", native + "media", f"/{have['media']}"),
        Request("GET", "api/media/serve", f"?{have['signed']}"),
        Request("GET", "mcp/connect", f"/{have['link']}"),
        Request("GET", syncer, f"/{have['theirs']}"),
        Request("GET", rails + "health"),
        Request("GET", rails + "workspace"),
        Request("GET", rails + "analytics"),
        Request("GET", rails + "posts"),
        Request("GET", rails + "webhooks"),
        Request("POST", native + "publish", body=POST),
        Request("POST", native + "posts", "/validate", POST),
        Request("POST", native + "media", body=upload, kind=kind),
        Request("POST", rails + "media/upload", body=upload, kind=kind),
        Request("POST", rails + "posts", body=json.dumps(rails_post)),
        Request("POST", syncer, body=json.dumps(syncer_post(have["account"]))),
    ]


def endpoints(count):
    head("A request to each other endpoint, likewise"
         + (", on tmpfs" if MEMORY else ""))
    with open_instance(MEMORY) as instance:
        ratios = {"GET": [], "POST": []}
        for asked in requests_to(prepared(instance)):
            ratios[asked.method].append(endpoint(instance, count, asked))
        for method, name in (("GET", "reads"), ("POST", "writes")):
            built, dynamic = (statistics.median(side)
                             for side in zip(*ratios[method]))
            row(f"median of these {name}",
                f"{built:.2f} times the empty program, dynamic {dynamic:.2f}")
