#!/usr/bin/python3
"""A strict stand-in for Instagram with Instagram Login: see graph.py.

    instagram.py --port 0 --ledger FILE [--clock FILE]
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from double import Answer, main, route  # noqa: E402
from graph import Graph  # noqa: E402

V = "/graph.instagram.com/v25.0"
BASIC, PUBLISH = "instagram_business_basic", \
    "instagram_business_content_publish"
ITEM = {"is_carousel_item", "image_url", "video_url", "media_type",
        "alt_text"}
FIELDS = {
    "IMAGE": {"image_url", "caption", "alt_text"},
    "REELS": {"media_type", "video_url", "caption", "share_to_feed",
              "cover_url", "thumb_offset"},
    "STORIES": {"media_type", "image_url", "video_url"},
    "CAROUSEL": {"media_type", "children", "caption"},
}


class Instagram(Graph):
    name = "instagram"
    graph = "graph.instagram.com"
    hosts = {"api_url": graph, "login_url": "www.instagram.com",
             "token_url": "api.instagram.com"}
    authorize = "/www.instagram.com/oauth/authorize"
    token = "/api.instagram.com/oauth/access_token"
    scopes = {BASIC, PUBLISH, "instagram_business_manage_insights"}
    longer, renewal = "ig_exchange_token", "ig_refresh_token"
    status_field, trouble_field = "status_code", "status"
    text_field = "caption"
    publish_scope = PUBLISH
    metrics = ("views", "reach", "likes", "comments", "saved", "shares",
               "total_interactions")

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
            self.person(request, BASIC)
            return Answer(200, {"id": id, "comments_count": 3})
        return self.show(request, id)


if __name__ == "__main__":
    main(Instagram)
