#!/usr/bin/python3
"""A strict stand-in for Instagram with Instagram Login: see graph.py.

    instagram.py --port 0 --ledger FILE [--clock FILE]

A line of the ledger is a post, or a comment: id, account, comment_on, text.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from double import Answer, main, route  # noqa: E402
from graph import DAY, Graph  # noqa: E402

V = "/graph.instagram.com/v25.0"
BASIC, PUBLISH, COMMENT = "instagram_business_basic", \
    "instagram_business_content_publish", "instagram_business_manage_comments"
ITEM = {"is_carousel_item", "image_url", "video_url", "media_type",
        "alt_text"}
FIELDS = {
    "IMAGE": {"image_url", "caption", "alt_text", "user_tags"},
    "REELS": {"media_type", "video_url", "caption", "share_to_feed",
              "cover_url", "thumb_offset", "user_tags", "audio_name",
              "trial_params"},
    "STORIES": {"media_type", "image_url", "video_url", "user_tags"},
    "CAROUSEL": {"media_type", "children", "caption"},
}
for kind in ("IMAGE", "REELS", "CAROUSEL"):
    FIELDS[kind] |= {"collaborators", "location_id", "is_ai_generated"}
STORY_METRICS = ("reach", "views", "replies", "shares", "navigation",
                 "profile_visits", "follows", "total_interactions")


class Instagram(Graph):
    name = "instagram"
    graph = "graph.instagram.com"
    hosts = {"api_url": graph, "login_url": "www.instagram.com",
             "token_url": "api.instagram.com"}
    authorize = "/www.instagram.com/oauth/authorize"
    token = "/api.instagram.com/oauth/access_token"
    scopes = {BASIC, PUBLISH, COMMENT, "instagram_business_manage_insights"}
    settings = {
        **Graph.settings, "stale_comments": 0,
        "wrapped": False}       # is a code answered with a list?
    longer, renewal = "ig_exchange_token", "ig_refresh_token"
    status_field, trouble_field = "status_code", "status"
    text_field, not_fetched = "caption", "Error: 2207003"
    publish_scope = PUBLISH
    metrics = ("views", "reach", "likes", "comments", "saved", "shares",
               "total_interactions")

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.comments = []

    def has_ended(self, post):
        return post.get("kind") == "STORIES" \
            and self.now() >= post["posted"] + DAY

    def metrics_of(self, post):
        return STORY_METRICS if post.get("kind") == "STORIES" \
            else self.metrics

    def grant(self, account, scopes, refresh=None):
        """The answer to a code: what was granted is a list."""
        access, _ = self.make(account, scopes)
        answer = {"access_token": access, "permissions": sorted(scopes),
                  "user_id": int(self.id_of(account))}
        if self.settings["wrapped"]:
            answer["permissions"] = ",".join(answer["permissions"])
            answer = {"data": [answer]}
        return Answer(200, answer)

    def check_fields(self, form, person):
        item = form.get("is_carousel_item")
        kind = form.get("media_type", "IMAGE")
        if kind == "VIDEO" and not item:
            raise self.problem(100, "media_type VIDEO is no more", 2207023)
        allowed = ITEM if item == "true" else FIELDS.get(kind)
        if allowed is None or set(form) - allowed:
            raise self.problem(100, "fields %s" % sorted(form))
        if len(form.get("caption", "").encode("utf-16-le")) > 4400:
            raise self.problem(100, "caption", 2207010)
        if kind == "CAROUSEL" and not 2 <= len(
                form.get("children", "").split(",")) <= 10:
            raise self.problem(100, "children: 2 to 10", 2207028)
        if "alt_text" in form and "image_url" not in form:
            raise self.problem(100, "alt_text is for images")
        people = json.loads(form.get("collaborators", "[]"))
        tags = json.loads(form.get("user_tags", "[]"))
        trial = json.loads(form.get("trial_params", "{}"))
        if len(people) > 3 or not all(isinstance(one, str) for one in people) \
                or not all({"username"} <= set(tag) <= {"username", "x", "y"}
                           for tag in tags) \
                or trial.get("graduation_strategy", "MANUAL") not in (
                    "MANUAL", "SS_PERFORMANCE"):
            raise self.problem(100, "people, tags or trial")
        media = [form[name] for name in ("image_url", "video_url")
                 if name in form]
        if kind != "CAROUSEL" and len(media) != 1:
            raise self.problem(100, "one URL is needed")
        for url in media:
            self.check_url(url)
        return kind, media

    def link(self, post):
        part = "reel" if post.get("kind") == "REELS" else "p"
        return f"https://www.instagram.com/{part}/D{int(post['id']) % 9973}/"

    def who(self, request):
        person = self.person(request, BASIC)
        return Answer(200, {
            "id": "99" + self.id_of(person), "username": person,
            "user_id": int(self.id_of(person)), "name": person.title(),
            "profile_picture_url": f"https://cdn.example/{person}.jpg"})

    @route("POST", V + "/:id/media")
    def create_one(self, request, id):
        return self.make_container(request, id)

    @route("POST", V + "/:id/media_publish")
    def publish_one(self, request, id):
        return self.publish_container(request, id)

    @route("GET", V + "/:id/media")
    def posts_of(self, request, id):
        return self.list_posts(request, id, BASIC)

    def commented(self, request, id):
        person = self.person(request, COMMENT)
        if self.post_of(person, id).get("kind") == "STORIES":
            raise self.problem(100, "Object does not exist", 33)
        return person

    @route("POST", V + "/:id/comments")
    def comment(self, request, id):
        person = self.commented(request, id)
        form = self.once(request.form())
        if set(form) - {"fields"} != {"message"} or not form["message"] \
                or len(form["message"]) > 2200:
            raise self.problem(100, f"comment: {sorted(form)}")
        made = {"id": self.new_id(), "account": person, "comment_on": id,
                "text": form["message"], "posted": self.now()}
        self.comments.append(made)
        self.accept(made)
        if "fields" in form or dict(request.query).get("fields"):
            raise self.problem(20, "It was made, and fields are refused",
                               1772107)
        return Answer(200, {"id": made["id"]})

    @route("GET", V + "/:id/comments")
    def list_comments(self, request, id):
        self.commented(request, id)
        query = self.once(request.query)
        fields = set(query.get("fields", "id").split(","))
        if set(query) - {"fields"} \
                or fields - {"id", "text", "username", "timestamp"}:
            raise self.problem(100, f"comments: {query}")
        rows = [{"id": one["id"], "text": one["text"].strip(),
                 "username": one["account"],
                 "timestamp": self.stamp(one["posted"])}
                for one in self.comments if one["comment_on"] == id]
        rows = rows[:max(len(rows) - self.settings["stale_comments"], 0)]
        return Answer(200, {"data": [
            {name: value for name, value in row.items()
             if name in fields | {"id"}} for row in rows[::-1][:50]]})

    def control_comment(self, on, text, account="carol", ago=0):
        """Somebody else comments."""
        self.comments.append({"id": self.new_id(), "account": account,
                              "comment_on": on, "text": text,
                              "posted": self.now() - ago})

    @route("GET", V + "/:id/content_publishing_limit")
    def quota(self, request, id):
        return self.show_quota(request, id, BASIC)

    @route("GET", V + "/:id/insights")
    def insights(self, request, id):
        return self.show_insights(request, id,
                                  "instagram_business_manage_insights")

    @route("GET", V + "/:id")
    def one(self, request, id):
        if id == "me":
            return self.who(request)
        if dict(request.query).get("fields") == "like_count,comments_count":
            self.post_of(self.person(request, BASIC), id)
            return Answer(200, {"id": id, "comments_count": 3})
        return self.show(request, id)


if __name__ == "__main__":
    main(Instagram)
