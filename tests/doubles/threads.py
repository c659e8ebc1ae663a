#!/usr/bin/python3
"""A strict stand-in for Threads: see graph.py.

    threads.py --port 0 --ledger FILE [--clock FILE]
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from double import Answer, main, route  # noqa: E402
from graph import Graph  # noqa: E402

V1 = "/graph.threads.net/v1.0"
PUBLISH, REPLIES_SCOPE = "threads_content_publish", "threads_read_replies"
COMMON = {"media_type", "text", "is_spoiler_media", "reply_control",
          "topic_tag", "reply_to_id"}
FIELDS = {
    "TEXT": COMMON | {"link_attachment"},
    "IMAGE": COMMON | {"image_url", "alt_text"},
    "VIDEO": COMMON | {"video_url", "alt_text"},
    "CAROUSEL": COMMON | {"children"},
}
REPLIES = ("everyone", "accounts_you_follow", "mentioned_only",
           "parent_post_author_only", "followers_only")


class Threads(Graph):
    name = "threads"
    graph = "graph.threads.net"
    hosts = {"api_url": graph, "login_url": "www.threads.com"}
    authorize = "/www.threads.com/oauth/authorize"
    token = "/graph.threads.net/oauth/access_token"
    scopes = {"threads_basic", PUBLISH, "threads_manage_insights",
              "threads_delete", REPLIES_SCOPE}
    longer, renewal = "th_exchange_token", "th_refresh_token"
    status_field, trouble_field = "status", "error_message"
    text_field, not_fetched = "text", "FAILED_DOWNLOADING_VIDEO"
    publish_scope = PUBLISH
    metrics = ("views", "likes", "replies", "reposts", "quotes", "shares")
    settings = {
        **Graph.settings, "quota_total": 250, "bad_tag": None,
        "reply_quota_usage": 0, "reply_quota_total": 1000,
        "shares_fail": False}   # as they may for ever

    def grant(self, account, scopes, refresh=None):
        """The answer to a code: it does not tell what was granted."""
        access, _ = self.make(account, scopes)
        return Answer(200, {"access_token": access,
                            "user_id": int(self.id_of(account))})

    @route("GET", V1 + "/debug_token")
    def debug_token(self, request):
        person = self.person(request)
        query = self.once(request.query)
        known = self.access.get(query.get("input_token"))
        if set(query) != {"input_token"} or known is None:
            raise self.problem(100, "input_token")
        return Answer(200, {"data": {
            "type": "USER", "application": "Crier", "is_valid": True,
            "data_access_expires_at": int(self.now()) + 90 * 86400,
            "expires_at": int(known["until"]), "issued_at": int(self.now()),
            "scopes": sorted(known["scopes"]),
            "user_id": self.id_of(person)}})

    def check_fields(self, form, person):
        kind = form.get("media_type")
        item = form.get("is_carousel_item")
        if kind not in FIELDS or (item and item != "true"):
            raise self.problem(100, "media_type")
        allowed = FIELDS[kind] if not item else {
            "media_type", "image_url", "video_url", "alt_text",
            "is_carousel_item"}
        if set(form) - allowed or (item and kind in ("TEXT", "CAROUSEL")):
            raise self.problem(100, "fields %s" % sorted(set(form) - allowed))
        if len(form.get("text", "")) > 500:
            raise self.problem(100, "text must be at most 500 characters")
        if len(form.get("alt_text", "")) > 1000:
            raise self.problem(100, "alt_text")
        if form.get("reply_control", "everyone") not in REPLIES:
            raise self.problem(100, "reply_control")
        if self.settings["bad_tag"] and \
                form.get("topic_tag") == self.settings["bad_tag"]:
            raise self.problem(100, "topic_tag", 4279071)
        if "reply_to_id" in form and form["reply_to_id"] not in [
                post["id"] for post in self.made
                if post["account"] == person]:
            raise self.problem(24, "The requested resource does not exist",
                               2207006)
        if kind == "TEXT" and not form.get("text"):
            raise self.problem(100, "text is needed")
        if kind == "CAROUSEL" and not 2 <= len(
                form.get("children", "").split(",")) <= 20:
            raise self.problem(100, "children: 2 to 20")
        media = [form[name] for name in ("image_url", "video_url")
                 if name in form]
        if kind in ("IMAGE", "VIDEO") and len(media) != 1:
            raise self.problem(100, "one URL is needed")
        for url in media:
            self.check_url(url)
        return kind, media

    def link(self, post):
        return f"https://www.threads.com/@{post['account']}/post/D" \
            f"{int(post['id']) % 9973}"

    def who(self, request):
        person = self.person(request, "threads_basic")
        return Answer(200, {
            "id": self.id_of(person), "username": person,
            "name": person.title(), "threads_profile_picture_url":
            f"https://cdn.example/{person}.jpg"})

    @route("POST", V1 + "/:id/threads")
    def create_one(self, request, id):
        return self.make_container(request, id)

    @route("POST", V1 + "/:id/threads_publish")
    def publish_one(self, request, id):
        return self.publish_container(request, id)

    @route("GET", V1 + "/:id/threads")
    def posts_of(self, request, id):
        return self.list_posts(request, id, "threads_basic", [
            post for post in self.made if not self.answers(post)])

    @route("GET", V1 + "/:id/replies")
    def replies_of(self, request, id):
        return self.list_posts(request, id, REPLIES_SCOPE, [
            post for post in self.made if self.answers(post)])

    @staticmethod
    def answers(post):
        return post.get("form", {}).get("reply_to_id")

    @route("GET", V1 + "/:id/threads_publishing_limit")
    def quota(self, request, id):
        self.me(request, id, PUBLISH)
        fields = dict(request.query).get("fields", "").split(",")
        numbers = {}
        for start in ("", "reply_"):
            numbers[start + "quota_usage"] \
                = self.settings[start + "quota_usage"]
            numbers[start + "config"] = {
                "quota_total": self.settings[start + "quota_total"],
                "quota_duration": 86400}
        if not fields or set(fields) - set(numbers):
            raise self.problem(100, "Tried accessing nonexisting field")
        return Answer(200, {"data": [{name: numbers[name]
                                      for name in fields}]})

    @route("GET", V1 + "/:id/insights")
    def insights(self, request, id):
        if self.settings["shares_fail"] \
                and "shares" in dict(request.query).get("metric", ""):
            raise self.problem(1, "An unknown error occurred", status=500)
        return self.show_insights(request, id, "threads_manage_insights")

    @route("GET", V1 + "/:id")
    def one(self, request, id):
        if id == "me":
            return self.who(request)
        return self.show(request, id)

    @route("DELETE", V1 + "/:id")
    def delete(self, request, id):
        person = self.person(request, "threads_delete")
        self.made.remove(self.post_of(person, id))
        return Answer(200, {"success": True, "deleted_id": id})


if __name__ == "__main__":
    main(Threads)
