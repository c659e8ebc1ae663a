"""What the stand-ins for Threads and Instagram share: Meta's Graph API with
short-lived and long-lived tokens, containers and the one call that publishes
them.

A line of the ledger is one post: id, account, container, kind, text, media
(the URLs that were given), fetched (the SHA-256 of what stood there),
children. The settings that /_control can change are those of Graph.settings;
beside what oauth_provider.py offers it can call

    hand    {"account", "text"}     a post made by hand
    remove  {"id"}                  its owner deletes a post
    withdraw {"account", "scope"}   the account's tokens lose a right
    allow    {"account", "scope"}   and have it again
"""

import hashlib
import os
import re
import sys
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from double import Answer, Refused  # noqa: E402
from oauth_provider import CLIENT_SECRET, OAuthProvider  # noqa: E402

DAY = 86400


class Graph(OAuthProvider):
    separator = ","
    refreshes = False
    settings = {
        **OAuthProvider.settings, "expires_in": 3600,
        "polls": 1,             # times a container is IN_PROGRESS
        "error": None,          # then it is ERROR, for this reason
        "quota_usage": 0, "quota_total": 50,
        "not_ready": 0,         # publish calls answered with "not ready"
        "stale_lists": 0,       # posts that lists do not show yet
        "quiet": False,         # PUBLISHED, but never in a list
        "insights": {},         # numbers by metric
        "lacks": [],            # metrics that fail a whole call
        "usage": 0,             # per cent of the application's calls
        "version": None,        # another than v25.0, and that alone
        "fetches": True,        # are the files fetched when processed?
    }
    # of the network: paths, names, texts
    graph = version = ""
    longer = renewal = None     # grant types
    create, publish, posts = "", "", ""
    status_field, trouble_field, text_field = "", "", ""
    not_fetched = ""            # the trouble with files that are not there
    limits = {}                 # fields of a container: their most letters

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.long, self.containers, self.made = {}, {}, []
        self.last = 17990000000000000

    def finish(self, request, answer):
        if self.settings["usage"]:
            answer.headers["X-App-Usage"] = \
                '{"call_count":%d,"total_time":2}' % self.settings["usage"]

    def control_forget(self):
        """No container is known any more."""
        self.containers.clear()

    def dispatch(self, request):
        version = self.settings["version"]
        if version and "/v25.0/" in request.path:
            raise self.problem(2635, "You are calling a deprecated version")
        if version:
            request.path = request.path.replace(f"/{version}/", "/v25.0/", 1)
        answer = self.token_routes(request)
        return answer or super().dispatch(request)

    # ------------------------------------------------------------- refusals

    def problem(self, code, message, subcode=0, status=400, transient=False):
        return Refused(status, {"error": {
            "message": f"(#{code}) {message}", "type": "OAuthException",
            "code": code, "error_subcode": subcode,
            "is_transient": transient, "fbtrace_id": "Abc"}}, message)

    def refused(self, status, code, reason):
        if code == "insufficient_scope":
            return self.problem(10, reason, status=403)
        return self.problem(190, reason, 463, 401 if status == 401 else 400)

    def new_id(self):
        self.last += 1
        return str(self.last)

    # ------------------------------------------------------------- tokens

    def token_routes(self, request):
        if request.method != "GET" or request.path not in (
                f"/{self.graph}/access_token",
                f"/{self.graph}/refresh_access_token"):
            return None
        query = self.once(request.query)
        if request.path.endswith("/access_token"):
            return self.lengthen(query)
        return self.renew_long(query)

    def known(self, token):
        known = self.access.get(token)
        if known is None or known["dead"] or self.now() >= known["until"]:
            raise self.problem(190, "Error validating access token", 463, 400)
        return known

    def grant_long(self, known):
        access, _ = self.make(known["account"], known["scopes"],
                              lives=60 * DAY)
        self.long[access] = self.now()
        return Answer(200, {"access_token": access, "token_type": "bearer",
                            "expires_in": 60 * DAY})

    def lengthen(self, query):
        if set(query) != {"grant_type", "client_secret", "access_token"} \
                or query["grant_type"] != self.longer \
                or query["client_secret"] != CLIENT_SECRET:
            raise self.problem(100, "Invalid parameter")
        return self.grant_long(self.known(query["access_token"]))

    def renew_long(self, query):
        if set(query) != {"grant_type", "access_token"} \
                or query["grant_type"] != self.renewal:
            raise self.problem(100, "Invalid parameter")
        known = self.known(query["access_token"])
        if self.now() < self.long.get(query["access_token"], 0) + DAY:
            raise self.problem(100, "The token is not a day old")
        return self.grant_long(known)

    def control_token(self, account, token=None, **_):
        access, _ = self.make(account, sorted(self.scopes), token,
                              lives=60 * DAY)
        self.long[access] = self.now() - 2 * DAY
        return {"access_token": access}

    def control_withdraw(self, account, scope):
        for known in self.access.values():
            if known["account"] == account:
                known["scopes"].discard(scope)

    def control_allow(self, account, scope):
        for known in self.access.values():
            if known["account"] == account:
                known["scopes"].add(scope)

    # ------------------------------------------------------------- people

    def id_of(self, person):
        return "1784140000000000%d" % self.people.index(person)

    def me(self, request, id, scope):
        """The person asking, who has to be the one of the path."""
        person = self.person(request, scope)
        if id not in (self.id_of(person), "me"):
            raise self.problem(100, "Object does not exist", 33)
        return person

    # ------------------------------------------------------------- containers

    def check_url(self, url):
        if not re.match(r"https?://[!-~]+\Z", url):
            raise self.problem(9004, "Only photo or video can be accepted as"
                               " media type.", 2207052)

    def check_fields(self, form, person):
        """Of one network: what kind of container this form makes, with its
        media URLs and children. Refuses as it does."""
        raise NotImplementedError

    def make_container(self, request, id):
        person = self.me(request, id, self.publish_scope)
        form = self.once(request.form())
        kind, media = self.check_fields(form, person)
        container = self.new_id()
        children = form["children"].split(",") if "children" in form else []
        for child in children:
            known = self.containers.get(child)
            if known is None or not known["item"] \
                    or known["account"] != person:
                raise self.problem(100, "Invalid child")
            if known["state"] != "FINISHED":
                raise self.problem(9007, "Media ID is not available", 2207027)
        self.containers[container] = {
            "account": person, "kind": kind, "media": media, "form": form,
            "fetched": [], "children": children, "state": "IN_PROGRESS",
            "made": self.now(),
            "item": form.get("is_carousel_item") == "true",
            "polls": self.settings["polls"]}
        return Answer(200, {"id": container})

    def advance(self, container):
        """One look at it takes it further."""
        if container["state"] not in ("PUBLISHED", "ERROR") \
                and self.now() > container["made"] + DAY:
            container["state"] = "EXPIRED"
        if container["state"] != "IN_PROGRESS":
            return
        if container["polls"] > 0:
            container["polls"] -= 1
            return
        container["state"] = "FINISHED"
        for url in container["media"] if self.settings["fetches"] else ():
            found = self.fetch(url, container["form"])
            container["fetched"].append(found)
            if found is None:
                container.update(state="ERROR", trouble=self.not_fetched)
        if self.settings["error"]:
            container.update(state="ERROR", trouble=self.settings["error"])

    def fetch(self, url, form):
        """The SHA-256 of what stands at an address; None where that is not
        of the kind that the form says."""
        kinds = ("video/mp4", "video/quicktime") \
            if form.get("video_url") == url else ("image/jpeg", "image/png")
        try:
            with urllib.request.urlopen(url, timeout=15) as answer:
                data, headers = answer.read(), answer.headers
        except OSError:
            return None
        if headers["Content-Type"] not in kinds \
                or headers["Content-Length"] != str(len(data)):
            return None
        return hashlib.sha256(data).hexdigest()

    def show_container(self, request, id):
        person = self.person(request)
        container = self.containers[id]
        if container["account"] != person:
            raise self.problem(100, "Object does not exist", 33)
        fields = dict(request.query).get("fields", "id").split(",")
        if set(fields) - {"id", self.status_field, self.trouble_field}:
            raise self.problem(100, "Tried accessing nonexisting field")
        self.advance(container)
        answer = {"id": id, self.status_field: container["state"]}
        if container["state"] == "ERROR":
            answer[self.trouble_field] = container["trouble"]
        return Answer(200, answer)

    def publish_container(self, request, id):
        person = self.me(request, id, self.publish_scope)
        form = self.once(request.form())
        if set(form) != {"creation_id"}:
            raise self.problem(100, "creation_id is needed, alone")
        container = self.containers.get(form["creation_id"])
        if container is None or container["account"] != person:
            raise self.problem(24, "The requested resource does not exist",
                               2207006)
        if container["state"] == "FINISHED" and self.settings["not_ready"]:
            self.settings["not_ready"] -= 1
            raise self.problem(9007, "Media ID is not available", 2207027)
        if container["state"] != "FINISHED" or container["item"]:
            raise self.problem(9007, "Media ID is not available", 2207027)
        used = "reply_quota" if "reply_to_id" in container["form"] else "quota"
        if self.settings[used + "_usage"] >= self.settings[used + "_total"]:
            raise self.problem(9, "Application request limit", 2207042)
        container["state"] = "PUBLISHED"
        self.settings[used + "_usage"] += 1
        media, fetched = (container[name] + [
            one for child in container["children"]
            for one in self.containers[child][name]]
            for name in ("media", "fetched"))
        post = {"id": self.new_id(), "account": person,
                "container": form["creation_id"], "kind": container["kind"],
                "text": container["form"].get(self.text_field, ""),
                "media": media, "fetched": fetched, "form": container["form"],
                "alts": [self.containers[child]["form"].get("alt_text", "")
                         for child in container["children"]]
                or [container["form"].get("alt_text", "")],
                "posted": self.now()}
        self.made.append(post)
        self.accept(post)
        return Answer(200, {"id": post["id"]})

    # ------------------------------------------------------------- posts

    def stamp(self, seconds):
        import time
        return time.strftime("%Y-%m-%dT%H:%M:%S+0000", time.gmtime(seconds))

    def link(self, post):
        raise NotImplementedError

    def shown(self, post, fields):
        all_of_it = {"id": post["id"], self.text_field: post["text"],
                     "timestamp": self.stamp(post["posted"]),
                     "permalink": self.link(post)}
        return {name: all_of_it[name] for name in {"id", *fields}
                if name in all_of_it and all_of_it[name] != ""}

    def list_posts(self, request, id, scope, made=None):
        person = self.me(request, id, scope)
        query = self.once(request.query)
        mine = [post for post in self.made if made is None or post in made]
        mine = [post for post in mine if post["account"] == person]
        mine = mine[:len(mine) - self.settings["stale_lists"] or None]
        if self.settings["quiet"]:
            mine = []
        fields = query.get("fields", "id").split(",")
        return Answer(200, {"data": [
            self.shown(post, fields)
            for post in mine[::-1][:int(query.get("limit", 25))]]})

    def show_post(self, request, id):
        return Answer(200, self.shown(
            self.post_of(self.person(request), id),
            dict(request.query).get("fields", "id").split(",")))

    def show(self, request, id):
        if id in self.containers:
            return self.show_container(request, id)
        return self.show_post(request, id)

    def show_quota(self, request, id, scope):
        self.me(request, id, scope)
        return Answer(200, {"data": [{
            "quota_usage": self.settings["quota_usage"],
            "config": {"quota_total": self.settings["quota_total"],
                       "quota_duration": DAY}}]})

    def post_of(self, person, id):
        for post in self.made:
            if post["id"] == id and post["account"] == person \
                    and not self.has_ended(post):
                return post
        raise self.problem(100, "Object does not exist", 33)

    def has_ended(self, post):
        """Is it of a kind that goes by itself?"""
        return False

    def metrics_of(self, post):
        return self.metrics

    def show_insights(self, request, id, scope):
        post = self.post_of(self.person(request, scope), id)
        metrics = dict(request.query).get("metric", "").split(",")
        if set(metrics) & set(self.settings["lacks"]) \
                or set(metrics) - set(self.metrics_of(post)):
            raise self.problem(100, "metric is not one of these")
        rows = []
        for place, name in enumerate(metrics):
            value = {"value": self.settings["insights"].get(name, 0)}
            rows.append({"name": name, "period": "lifetime",
                         **({"values": [value]} if place % 2 == 0
                            else {"total_value": value})})
        return Answer(200, {"data": rows})

    def control_remove(self, id):
        self.made = [post for post in self.made if post["id"] != id]

    def control_hand(self, account, text):
        self.made.append({"id": self.new_id(), "account": account,
                          "text": text, "posted": self.now()})
