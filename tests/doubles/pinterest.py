#!/usr/bin/python3
"""A strict stand-in for Pinterest's API v5, the store its videos go to, and
its consent page.

    pinterest.py --port 0 --ledger FILE [--clock FILE]

Every body is checked against pinterest.json, which is derived from Pinterest's
own description, and against the tables below: what is played of it here, and
the lengths that its pages tell besides.
alice has the boards 549755885175 (News) and 549755885176 (Secret recipes); bob
has none. The settings that /_control can change are those of SETTINGS; beside
what oauth_provider.py offers it can call

    make_pin  {"board", "description"}   a pin made by hand

A line of the ledger is one pin: id, account, board, title, description, link,
alt_text, source, cover, media (SHA-256 of each, or its URL).
"""

import base64
import calendar
import hashlib
import os
import re
import secrets
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from described import Described  # noqa: E402
from double import Answer, Refused, main, route  # noqa: E402
from oauth_provider import OAuthProvider  # noqa: E402

API = "/api.pinterest.com/v5"
STORE = "/pinterest-media-upload.s3-accelerate.amazonaws.com"

KNOWN = Described("pinterest")

# name: (type, least or most length or pattern)
PIN_CREATE = {
    "alt_text": (str, 500), "board_id": (str, r"\d+"),
    "board_section_id": (str, r"\d+"), "description": (str, 800),
    "dominant_color": (str, 7), "link": (str, 2048),
    "media_source": (dict, None), "title": (str, 100)}
PIN_UPDATE = {name: PIN_CREATE[name] for name in (
    "alt_text", "board_id", "board_section_id", "description", "link",
    "title")}
KIND = (str, "image/jpeg|image/png")
DATA = (str, r"[a-zA-Z0-9+/=]+")
ITEM = {"title": (str, 100), "description": (str, 800), "link": (str, 2048)}
SOURCES = {     # source_type: (what must be there, what may)
    "image_base64": ({"content_type": KIND, "data": DATA}, {}),
    "image_url": ({"url": (str, 4096)}, {}),
    "multiple_image_base64": ({"items": (list, None)}, {"index": (int, None)}),
    "multiple_image_urls": ({"items": (list, None)}, {"index": (int, None)}),
    "video_id": ({"media_id": (str, r"\d+")},
                 {"cover_image_url": (str, 4096),
                  "cover_image_content_type": KIND, "cover_image_data": DATA,
                  "cover_image_key_frame_time": (int, None)})}
STANDARD = {"IMPRESSION", "OUTBOUND_CLICK", "PIN_CLICK", "SAVE", "SAVE_RATE",
            "TOTAL_COMMENTS", "TOTAL_REACTIONS", "USER_FOLLOW",
            "PROFILE_VISIT"}
VIDEO = {"VIDEO_MRC_VIEW", "VIDEO_AVG_WATCH_TIME"}
FIELDS = {"key", "policy", "x-amz-algorithm", "x-amz-credential",
          "x-amz-date", "x-amz-security-token", "x-amz-signature",
          "Content-Type"}


def sides(data):
    """Width and height of a PNG; of anything else nothing is known."""
    return struct.unpack(">II", data[16:24]) if data[:4] == b"\x89PNG" \
        else None


class Pinterest(OAuthProvider):
    name = "pinterest"
    hosts = {"api_url": API[1:], "login_url": "www.pinterest.com",
             "upload_url": STORE[1:]}
    authorize = "/www.pinterest.com/oauth/"
    token = API + "/oauth/token"
    client = "basic"
    scopes = {"boards:read", "boards:write", "pins:read", "pins:write",
              "user_accounts:read"}
    separator, granted_separator = ",", " "
    exchange_more = {"continuous_refresh": "true"}
    settings = {
        **OAuthProvider.settings, "expires_in": 30 * 86400,
        "refresh_expires_in": 60 * 86400,
        "trial": 0,                 # the application has Trial access: the
                                    # status of its refusals, 401 or 403
        "unreachable": 0,           # URLs that cannot be fetched, then they can
        "processing_polls": 2,      # times a video is still processed
        "processing_fails": False,
        "stale_lists": 0,           # pins that lists do not show yet
        "numbers": {"pin_click": 1, "impression": 9, "clickthrough": 4,
                    "reaction": 2, "comment": 3},
        "analytics": {"SAVE": 6, "VIDEO_MRC_VIEW": 20}, # None: the sandbox
    }

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.boards = {"549755885175": ("alice", "News"),
                       "549755885176": ("alice", "Secret recipes")}
        self.pins, self.videos, self.next_id = {}, {}, 813744226420795884

    # ------------------------------------------------------------- helpers

    def problem(self, status, code, message):
        return Refused(status, {"code": code, "message": message}, message)

    def refused(self, status, code, reason):
        if status == 401 and code == "invalid_token":
            return self.problem(401, 2, "Authentication failed.")
        if status == 403:
            return self.problem(403, 29, "You are not permitted: " + reason)
        return self.problem(status, 283, reason)

    def new_id(self):
        self.next_id += 1
        return str(self.next_id)

    def body(self, request, name):
        given = request.json()
        fault = KNOWN.fault(name, given)
        if fault is not None:
            raise self.problem(400, 1, fault)
        return given

    def fields(self, given, known, where="body"):
        """given holds only what is known, each as its table says."""
        for name, value in given.items():
            if name not in known:
                raise self.problem(400, 1, f"{where}: unknown {name}")
            kind, rule = known[name]
            if value is None and kind is str:
                continue
            good = isinstance(value, kind) and not isinstance(value, bool)
            if good and isinstance(rule, int):
                good = len(value) <= rule
            elif good and isinstance(rule, str):
                good = re.fullmatch(rule, value) is not None
            if not good:
                raise self.problem(400, 1, f"{where}: {name} is not valid:"
                                   f" {str(value)[:40]!r} against {rule}")
        return given

    def only_bearer(self, request):
        if request.header("Authorization") is None:
            raise self.problem(401, 2, "Authentication failed.")

    def board(self, id, person):
        if self.boards.get(id, (None,))[0] != person:
            raise self.problem(404, 40, "Board not found.")
        return id

    def pin(self, id, person):
        if id not in self.pins or self.pins[id]["account"] != person:
            raise self.problem(404, 50, "Pin not found.")
        return self.pins[id]

    # -------------------------------------------------------- the account

    @route("GET", API + "/user_account")
    def user_account(self, request):
        person = self.person(request, "user_accounts:read")
        return Answer(200, {
            "id": "4711" + str(self.people.index(person)),
            "username": person, "account_type": "BUSINESS",
            "business_name": person.title() + " Co", "website_url": "",
            "profile_image": "https://i.pinimg.com/" + person + ".jpg"})

    @route("GET", API + "/boards")
    def list_boards(self, request):
        person = self.person(request, "boards:read")
        query = dict(request.query)
        if set(query) - {"page_size", "bookmark", "privacy"}:
            raise self.problem(400, 1, "unknown query")
        if not 1 <= int(query.get("page_size", 25)) <= 250:
            raise self.problem(400, 1, "page_size")
        mine = [id for id in self.boards if self.boards[id][0] == person]
        at = int(query.get("bookmark") or 0)
        return Answer(200, {
            "items": [{"id": id, "name": self.boards[id][1],
                       "privacy": "PUBLIC", "owner": {"username": person}}
                      for id in mine[at:at + 1]],
            "bookmark": str(at + 1) if at + 1 < len(mine) else None})

    @route("GET", API + "/boards/:board")
    def one_board(self, request, board):
        person = self.person(request, "boards:read")
        return Answer(200, {"id": self.board(board, person),
                            "name": self.boards[board][1]})

    @route("GET", API + "/boards/:board/pins")
    def board_pins(self, request, board):
        person = self.person(request, "pins:read")
        self.board(board, person)
        if set(dict(request.query)) - {"page_size", "bookmark"}:
            raise self.problem(400, 1, "unknown query")
        mine = [pin for pin in self.pins.values() if pin["board"] == board]
        mine = mine[:len(mine) - self.settings["stale_lists"] or None]
        return Answer(200, {"items": [self.shown(pin) for pin in mine[::-1]],
                            "bookmark": None})

    # -------------------------------------------------------- videos

    @route("POST", API + "/media")
    def register(self, request):
        self.person(request, "pins:write")
        if self.body(request, "MediaUploadCreate") != {"media_type": "video"}:
            raise self.problem(400, 1, "media_type must be video")
        id, key = self.new_id(), secrets.token_hex(8)
        parameters = {name: secrets.token_hex(8) for name in sorted(FIELDS)}
        parameters.update({"key": key, "Content-Type": "multipart/form-data"})
        self.videos[id] = {"parameters": parameters, "hash": None,
                           "polls": self.settings["processing_polls"]}
        return Answer(201, {
            "media_id": id, "media_type": "video",
            "upload_url": "https://pinterest-media-upload"
                          ".s3-accelerate.amazonaws.com/",
            "upload_parameters": parameters})

    @route("POST", STORE)
    def store(self, request):
        if request.header("Authorization") is not None:
            raise Refused(400, "<Error><Code>InvalidArgument</Code></Error>",
                          "a bearer at the store")
        *fields, file = request.multipart()
        given = {part.name: part.data.decode() for part in fields}
        for video in self.videos.values():
            if video["parameters"] == given and file.name == "file" \
                    and len(given) == len(fields):
                video["hash"] = hashlib.sha256(file.data).hexdigest()
                return Answer(204, b"")
        raise Refused(403, "<Error><Code>AccessDenied</Code></Error>",
                      "the fields are not those that were given, or the file"
                      " is not the last")

    @route("GET", API + "/media/:id")
    def video_state(self, request, id):
        self.person(request, "pins:read")
        video = self.videos.get(id)
        if video is None:
            raise self.problem(404, 60, "Media not found.")
        return Answer(200, {"media_id": id, "media_type": "video",
                            "status": self.processed(video)})

    def processed(self, video):
        if video["hash"] is None:
            return "registered"
        if video["polls"] > 0:
            video["polls"] -= 1
            return "processing"
        return "failed" if self.settings["processing_fails"] else "succeeded"

    # -------------------------------------------------------- pins

    def picture(self, item, kind, where):
        known = {**ITEM, **({"content_type": KIND, "data": DATA}
                            if kind == "base64" else {"url": (str, 4096)})}
        self.fields(item, known, where)
        if kind == "base64":
            data = base64.b64decode(item["data"], validate=True)
            return hashlib.sha256(data).hexdigest(), sides(data)
        if not item["url"].startswith(("http://", "https://")):
            raise self.problem(400, 1, "url")
        if self.settings["unreachable"] > 0:
            self.settings["unreachable"] -= 1
            raise self.problem(400, 235, "Unable to reach the URL.")
        return item["url"], None

    def media(self, source):
        """What a pin shows, and its cover."""
        kind = source.pop("source_type", None)
        if kind not in SOURCES:
            raise self.problem(400, 1, f"source_type {kind!r}")
        needed, allowed = SOURCES[kind]
        if set(needed) - set(source):
            raise self.problem(400, 1, f"{kind} lacks {set(needed)}")
        self.fields(source, {**needed, **allowed}, kind)
        if kind == "video_id":
            return self.film(source)
        if kind.startswith("multiple"):
            if not 2 <= len(source["items"]) <= 5:
                raise self.problem(400, 1, "items: 2 to 5")
            found = [self.picture(item, kind.split("_")[2].replace(
                "urls", "url"), f"items[{i}]")
                for i, item in enumerate(source["items"])]
            if len({size for name, size in found}) > 1:
                raise self.problem(400, 1, "items differ in size")
            return [name for name, size in found], None
        return [self.picture(source, kind.split("_")[1], kind)[0]], None

    def film(self, source):
        video = self.videos.get(source["media_id"])
        covers = [source.get("cover_image_url"),
                  source.get("cover_image_data"),
                  source.get("cover_image_key_frame_time")]
        if video is None or video["hash"] is None or video["polls"] > 0:
            raise self.problem(400, 1, "media_id: not ready")
        if sum(cover is not None for cover in covers) != 1:
            raise self.problem(400, 1, "cover_image_url or"
                               " cover_image_content_type is needed")
        return [video["hash"]], [c for c in covers if c is not None][0]

    @route("POST", API + "/pins")
    def create(self, request):
        person = self.person(request, "pins:write")
        if self.settings["trial"]:
            raise self.problem(
                self.settings["trial"],
                3 if self.settings["trial"] == 401 else 29,
                "Apps with Trial access may not create"
                " Pins in production: use the API Sandbox")
        given = self.fields(self.body(request, "PinCreate"), PIN_CREATE)
        if "board_id" not in given or "media_source" not in given:
            raise self.problem(400, 1, "board_id and media_source are needed")
        board = self.board(given["board_id"], person)
        source = given["media_source"].get("source_type")
        media, cover = self.media(dict(given["media_source"]))
        pin = {"id": self.new_id(), "account": person, "board": board,
               "text": given.get("description") or "",
               "title": given.get("title") or "",
               "link": given.get("link") or "",
               "alt_text": given.get("alt_text") or "", "source": source,
               "cover": cover, "media": media, "created": self.now()}
        self.pins[pin["id"]] = pin
        self.accept(pin)
        return Answer(201, self.shown(pin))

    @staticmethod
    def shown(pin):
        return {"id": pin["id"], "board_id": pin["board"],
                "title": pin["title"] or None, "description": pin["text"],
                "link": pin["link"] or None, "alt_text": pin["alt_text"],
                "media": {"media_type": "video" if pin.get("source")
                          == "video_id" else "image", "images": {}},
                "created_at": time.strftime("%Y-%m-%dT%H:%M:%S",
                                            time.gmtime(pin["created"]))}

    @route("GET", API + "/pins/:id")
    def read(self, request, id):
        pin = self.pin(id, self.person(request, "pins:read"))
        answer = self.shown(pin)
        if dict(request.query).get("pin_metrics") == "true":
            answer["pin_metrics"] = {
                "90d": {}, "lifetime_metrics": self.settings["numbers"]}
        return Answer(200, answer)

    @route("GET", API + "/pins/:id/analytics")
    def analytics(self, request, id):
        pin = self.pin(id, self.person(request, "pins:read"))
        query = dict(request.query)
        if set(query) != {"start_date", "end_date", "metric_types"}:
            raise self.problem(400, 1, "query %s" % query)
        days = [calendar.timegm(time.strptime(query[name], "%Y-%m-%d"))
                for name in ("start_date", "end_date")]
        asked = query["metric_types"].split(",")
        known = STANDARD | (VIDEO if pin["source"] == "video_id" else set())
        if self.now() - days[0] > 90 * 86400 or not \
                0 <= days[1] - days[0] <= 90 * 86400 or set(asked) - known:
            raise self.problem(400, 1, "query %s" % query)
        if self.settings["analytics"] is None:
            raise self.problem(403, 29, "Not in the sandbox.")
        return Answer(200, {"all": {
            "daily_metrics": [], "lifetime_metrics": {}, "summary_metrics": {
                name: self.settings["analytics"][name] for name in asked}}})

    @route("PATCH", API + "/pins/:id")
    def change(self, request, id):
        pin = self.pin(id, self.person(request, "pins:write"))
        given = self.fields(self.body(request, "PinUpdate"), PIN_UPDATE)
        pin["title"] = given.get("title") or pin["title"]
        pin["text"] = given.get("description", pin["text"])
        return Answer(200, self.shown(pin))

    @route("DELETE", API + "/pins/:id")
    def delete(self, request, id):
        del self.pins[self.pin(id, self.person(request, "pins:write"))["id"]]
        return Answer(204, b"")

    # -------------------------------------------------------- /_control

    def control_make_pin(self, board, description):
        id = self.new_id()
        self.pins[id] = {
            "id": id, "account": self.boards[board][0], "board": board,
            "title": "", "text": description, "link": "", "alt_text": "",
            "created": self.now()}
        return {"id": id}

    def control_pins(self):
        return {"pins": list(self.pins.values())}


if __name__ == "__main__":
    main(Pinterest)
