"""What a PDS checks in a record of app.bsky.feed.post before it takes it.

Written from the lexicons (app/bsky/feed/post, embed/*, richtext/facet,
com/atproto/label/defs). Where the real server is silent about what would be
shown wrong (facets outside the text, unknown names), this one refuses."""

import ctypes
import re

from double import Refused

utf8proc = ctypes.CDLL("libutf8proc.so.2")
utf8proc.utf8proc_grapheme_break_stateful.argtypes = [
    ctypes.c_int32, ctypes.c_int32, ctypes.POINTER(ctypes.c_int32)]
utf8proc.utf8proc_grapheme_break_stateful.restype = ctypes.c_bool

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}\Z")
DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]\Z")
URI = re.compile(r"\w+:(?://)?[^\s/][^\s]*\Z", re.ASCII)
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T"
                  r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,20})?"
                  r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)\Z", re.ASCII)
LANGUAGE = re.compile(r"([a-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?"
                      r"(-([A-Za-z]{2}|\d{3}))?"
                      r"(-([A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*"
                      r"(-x(-[A-Za-z0-9]{1,8})+)?|i-[a-z]+)\Z", re.ASCII)
ADDRESS = re.compile(r"at://did:[a-z]+:[a-zA-Z0-9._:%-]+/[a-zA-Z.]+/"
                     r"[a-zA-Z0-9._:~-]+\Z")
HASH = re.compile(r"b[a-z2-7]{58}\Z")
LABELS = {"porn", "sexual", "nudity", "graphic-media"}
IMAGE_BYTES, THUMB_BYTES, VIDEO_BYTES = 2000000, 1000000, 300000000
CAPTION_BYTES = 20000
FACET = "app.bsky.richtext.facet"


def graphemes(text):
    """How many extended grapheme clusters a string has (UAX #29)."""
    state, count, before = ctypes.c_int32(0), 0, None
    for point in map(ord, text):
        if before is None or utf8proc.utf8proc_grapheme_break_stateful(
                before, point, ctypes.byref(state)):
            count += 1
        before = point
    return count


class Bad(Exception):
    """Why a record is not valid, and where."""


def need(true, where, words):
    if not true:
        raise Bad("%s at %s" % (words, where))


def need_object(value, where, required, optional=(), kind=None):
    """An object with these names and no others."""
    need(isinstance(value, dict), where, "Expected object value type")
    if kind is not None:
        need(value.get("$type") == kind, where, "Expected $type " + kind)
    names = set(value) - {"$type"}
    need(names >= set(required), where,
         "Missing required key %s" % sorted(set(required) - names))
    need(names <= set(required) | set(optional), where,
         "Unknown key %s" % sorted(names - set(required) - set(optional)))


def need_string(value, where, most_bytes=None, most_graphemes=None):
    need(isinstance(value, str), where, "Expected string value type")
    need("\0" not in value, where, "NUL in a string")
    size = len(value.encode("utf-8"))
    need(most_bytes is None or size <= most_bytes, where,
         "string too big (maximum %s, got %d)" % (most_bytes, size))
    need(most_graphemes is None or graphemes(value) <= most_graphemes, where,
         "string too big (maximum %s graphemes, got %d)"
         % (most_graphemes, graphemes(value)))


def need_list(value, where, most=None):
    need(isinstance(value, list), where, "Expected array value type")
    need(most is None or len(value) <= most, where,
         "array too big (maximum %s, got %d)" % (most, len(value)))


def need_integer(value, where, least):
    need(isinstance(value, int) and not isinstance(value, bool), where,
         "Expected integer value type")
    need(value >= least, where, "integer too small")


def check_feature(feature, where):
    need(isinstance(feature, dict), where, "Expected object value type")
    kind = feature.get("$type")
    if kind == FACET + "#link":
        need_object(feature, where, ["uri"])
        need_string(feature["uri"], where, 8192)
        need(URI.match(feature["uri"]), where, "Invalid URI")
    elif kind == FACET + "#mention":
        need_object(feature, where, ["did"])
        need_string(feature["did"], where)
        need(DID.match(feature["did"]), where, "Invalid DID")
    elif kind == FACET + "#tag":
        need_object(feature, where, ["tag"])
        need_string(feature["tag"], where, 640, 64)
        need(feature["tag"] != "", where, "empty tag")
    else:
        need(False, where, "Expected a facet's feature, got %r" % kind)


def check_facets(facets, text):
    need_list(facets, "record/facets")
    size, last = len(text), 0
    for i, facet in enumerate(facets):
        where = "record/facets/%d" % i
        need_object(facet, where, ["index", "features"])
        need_object(facet["index"], where, ["byteStart", "byteEnd"])
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        need_integer(start, where, 0)
        need_integer(end, where, 0)
        need(start < end <= size, where, "facet outside the text")
        need(start >= last, where, "facets out of order or overlapping")
        for at in (start, end):
            need(at == size or text[at] & 0xc0 != 0x80, where,
                 "facet cuts a character")
        last = end
        need_list(facet["features"], where)
        need(facet["features"], where, "facet without a feature")
        for feature in facet["features"]:
            check_feature(feature, where)


def check_ratio(ratio, where):
    need_object(ratio, where, ["width", "height"])
    need_integer(ratio["width"], where, 1)
    need_integer(ratio["height"], where, 1)


class Checker:
    """Checks one record; the blobs it refers to are collected."""

    def __init__(self):
        self.blobs = []

    def blob(self, blob, where, kinds, most):
        need_object(blob, where, ["ref", "mimeType", "size"], kind="blob")
        need_object(blob["ref"], where, ["$link"])
        need_string(blob["ref"]["$link"], where)
        need_string(blob["mimeType"], where)
        need_integer(blob["size"], where, 1)
        need(any(re.match(kind, blob["mimeType"]) for kind in kinds), where,
             "mime type %s not accepted" % blob["mimeType"])
        need(blob["size"] <= most, where, "blob too big (maximum %d, got %d)"
             % (most, blob["size"]))
        self.blobs.append(blob)

    def images(self, embed):
        where = "record/embed/images"
        need_object(embed, where, ["images"])
        need_list(embed["images"], where, 4)
        need(embed["images"], where, "no images")
        for i, image in enumerate(embed["images"]):
            place = "%s/%d" % (where, i)
            need_object(image, place, ["image", "alt"], ["aspectRatio"])
            need_string(image["alt"], place)
            self.blob(image["image"], place, [r"image/"], IMAGE_BYTES)
            if "aspectRatio" in image:
                check_ratio(image["aspectRatio"], place)

    def video(self, embed):
        where = "record/embed/video"
        need_object(embed, where, ["video"],
                    ["captions", "alt", "aspectRatio", "presentation"])
        self.blob(embed["video"], where, [r"video/mp4\Z"], VIDEO_BYTES)
        need_string(embed.get("alt", ""), where)
        if "aspectRatio" in embed:
            check_ratio(embed["aspectRatio"], where)
        need(embed.get("presentation", "default") in ("default", "gif"),
             where, "unknown presentation")
        need_list(embed.get("captions", []), where, 20)
        for caption in embed.get("captions", []):
            need_object(caption, where, ["lang", "file"])
            need(LANGUAGE.match(caption["lang"]), where, "Invalid language")
            self.blob(caption["file"], where, [r"text/vtt\Z"], CAPTION_BYTES)

    def external(self, embed):
        where = "record/embed/external"
        need_object(embed, where, ["external"])
        card = embed["external"]
        need_object(card, where, ["uri", "title", "description"], ["thumb"])
        need_string(card["uri"], where, 8192)
        need(URI.match(card["uri"]), where, "Invalid URI")
        need_string(card["title"], where)
        need_string(card["description"], where)
        if "thumb" in card:
            self.blob(card["thumb"], where, [r"image/"], THUMB_BYTES)

    def embed(self, embed):
        need(isinstance(embed, dict), "record/embed", "Expected object")
        checks = {"app.bsky.embed.images": self.images,
                  "app.bsky.embed.video": self.video,
                  "app.bsky.embed.external": self.external}
        need(embed.get("$type") in checks, "record/embed",
             "unknown embed %r" % embed.get("$type"))
        checks[embed["$type"]](embed)

    @staticmethod
    def labels(labels):
        where = "record/labels"
        need_object(labels, where, ["values"],
                    kind="com.atproto.label.defs#selfLabels")
        need_list(labels["values"], where, 10)
        for label in labels["values"]:
            need_object(label, where, ["val"])
            need(label["val"] in LABELS, where, "unknown label")

    @staticmethod
    def reply(reply):
        """app.bsky.feed.post#replyRef: two com.atproto.repo.strongRef."""
        where = "record/reply"
        need_object(reply, where, ["root", "parent"])
        for name in ("root", "parent"):
            need_object(reply[name], where + "/" + name, ["uri", "cid"])
            need(ADDRESS.match(str(reply[name]["uri"])), where,
                 "Invalid AT-URI")
            need(HASH.match(str(reply[name]["cid"])), where, "Invalid CID")

    def post(self, record):
        need_object(record, "record", ["text", "createdAt"],
                    ["facets", "embed", "langs", "labels", "tags", "reply"])
        if "reply" in record:
            self.reply(record["reply"])
        need_string(record["text"], "record/text", 3000, 300)
        need_string(record["createdAt"], "record/createdAt")
        need(DATE.match(record["createdAt"])
             and not record["createdAt"].endswith("-00:00"),
             "record/createdAt", "Invalid datetime")
        check_facets(record.get("facets", []), record["text"].encode())
        need_list(record.get("langs", []), "record/langs", 3)
        for language in record.get("langs", []):
            need_string(language, "record/langs")
            need(LANGUAGE.match(language), "record/langs", "Invalid language")
        need_list(record.get("tags", []), "record/tags", 8)
        for tag in record.get("tags", []):
            need_string(tag, "record/tags", 640, 64)
        if "labels" in record:
            self.labels(record["labels"])
        if "embed" in record:
            self.embed(record["embed"])
        need(record["text"] or "embed" in record, "record/text",
             "an empty post")


def check(record, collection, rkey):
    """The blobs of a valid record; Refused with InvalidRequest otherwise."""
    checker = Checker()
    kind = record.get("$type") if isinstance(record, dict) else None
    try:
        need(isinstance(record, dict), "record", "Expected object")
        need(kind == collection, "record", "Invalid $type: expected %s, got %s"
             % (collection, kind))
        need(TID.match(rkey), "rkey", "Invalid record key")
        checker.post(record)
    except Bad as bad:
        words = "Invalid %s record: %s" % (collection, bad)
        raise Refused(400, {"error": "InvalidRequest", "message": words},
                      words) from bad
    return checker.blobs
