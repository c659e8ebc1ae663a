#!/usr/bin/python3
"""A strict stand-in for Discord's incoming webhooks, API v10.

    discord.py --port 0 --ledger FILE [--clock FILE]

Every request is checked against discord.json, which is derived from Discord's
own description. The guild 789 has these channels, each with a webhook whose
token is its name and "-token-" and 60 signs more (HOOKS below):

    news    456, with an open thread 4561 and an archived one 4562
    forum   457, a forum with the thread 4571
    follow  458, whose webhook is a channel follower and posts nothing

The settings that /_control can change are those of SETTINGS; it can also call

    kill     {"hook"}            the webhook is deleted: 404, code 10015
    rename   {"hook", "name"}
    delete   {"id"}              delete a message behind the scenes
    react    {"id", "counts"}    the message has reactions
    show     {"id"}              the message as it stands now

A line of the ledger is one message: id, channel, text, username, flags, ping
(whether a mention pinged), files (name, type, description, SHA-256).
"""

import hashlib
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from double import Answer, Double, Refused, main, route  # noqa: E402

with open(os.path.join(HERE, "discord.json"), encoding="utf-8") as file:
    KNOWN = json.load(file)

SETTINGS = {
    "rate_limit": 1000,         # calls of a webhook in 2 seconds
    "guild": True,              # webhooks are of a guild
    "file_limit": 10 << 20,     # bytes of one file
    "automod": "",              # a word that the guild's rules block
    "show_reactions": True,     # a webhook is shown its messages' reactions
}
GUILD = "789000000000000789"
HOOKS = {
    "1001": ("news", "456"), "1002": ("forum", "457"),
    "1003": ("follow", "458")}
THREADS = {"4561": ("456", False), "4562": ("456", True),
           "4571": ("457", False)}
MAGIC = {
    "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n",
    "image/gif": b"GIF8", "image/webp": b"RIFF",
    "video/mp4": b"ftyp", "video/quicktime": b"ftyp"}


def token_of(name):
    return name + "-token-" + "Zz_9" * 15


def fault(status, code, message, errors=None, headers=None):
    """A refusal in Discord's own shape."""
    body = {"message": message, "code": code}
    if errors:
        body["errors"] = errors
    return Refused(status, body, "%s %s" % (message, errors or ""), headers)


def invalid(field, code, message):
    return fault(400, 50035, "Invalid Form Body",
                 {field: {"_errors": [{"code": code, "message": message}]}})


class Discord(Double):
    """A strict stand-in for Discord's webhooks."""

    name = "discord"
    settings = SETTINGS

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.names = {id: name + " bot" for id, (name, _) in HOOKS.items()}
        self.dead, self.messages, self.used = set(), {}, {}
        self.threads = dict(THREADS)
        self.last = 1180000000000000000

    def new_id(self):
        """A snowflake: more than a double's 53 bits hold."""
        self.last += 4194305
        return str(self.last)

    # -------------------------------------------------- around each request

    def before(self, request):
        agent = request.header("User-Agent") or ""
        if not re.fullmatch(r"DiscordBot \(https?://\S+, [0-9.]+\).*", agent):
            raise Refused(403, "<html>error code: 1010</html>",
                          "User-Agent is %r" % agent)
        if request.header("Authorization") is not None:
            raise fault(401, 0, "401: Unauthorized")

    def finish(self, request, answer):
        if not hasattr(request, "rate"):
            return
        most, left, reset = request.rate
        answer.headers.update({
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": "%.3f" % reset,
            "X-RateLimit-Reset-After": "%.3f" % max(reset - self.now(), 0),
            "X-RateLimit-Bucket": "80c17d2f203122d936070c88c8d10f33"})

    def limit(self, request, id):
        now, most = self.now(), self.settings["rate_limit"]
        begun, count = self.used.get(id, (now, 0))
        if not begun <= now < begun + 2:
            begun, count = now, 0
        self.used[id] = begun, count + 1
        request.rate = most, max(most - count - 1, 0), begun + 2
        if count >= most:
            wait = round(begun + 2 - now, 3)
            raise Refused(429, {"message": "You are being rate limited.",
                                "retry_after": wait, "global": False},
                          "more than %d calls" % most,
                          {"Retry-After": str(int(wait) + 1),
                           "X-RateLimit-Scope": "user"})

    def hook(self, request, id, token):
        """(name, channel) of the webhook that this URL is."""
        if not re.fullmatch(r"\d{1,20}", id):
            raise invalid("webhook_id", "NUMBER_TYPE_COERCE",
                          'Value "%s" is not snowflake.' % id)
        if id not in HOOKS or id in self.dead:
            raise fault(404, 10015, "Unknown Webhook")
        if token != token_of(HOOKS[id][0]):
            raise fault(401, 50027, "Invalid Webhook Token")
        self.limit(request, id)
        return HOOKS[id]

    # ------------------------------------------- what its description says

    def check_query(self, request, operation):
        query = dict(request.query)
        if len(query) != len(request.query) \
                or set(query) - set(KNOWN["operations"][operation]["query"]):
            raise invalid("query", "UNKNOWN", "query is %r" % request.query)
        if query.get("wait", "true") not in ("true", "false"):
            raise invalid("wait", "BOOLEAN_TYPE_CONVERT", "Must be boolean.")
        if not re.fullmatch(r"\d{1,20}", query.get("thread_id", "1")):
            raise invalid("thread_id", "NUMBER_TYPE_COERCE", "no snowflake")
        return query

    def check_type(self, name, kind, value):
        """One value of a type of discord.json."""
        if kind in KNOWN["types"]:
            self.check_members(name, KNOWN["types"][kind], value)
            return
        fits = {"string": str, "integer": int, "boolean": bool,
                "number": (int, float), "array": list,
                "snowflake": (int, str), "other": object}[kind]
        if not isinstance(value, fits) \
                or (isinstance(value, bool) and kind != "boolean"
                    and kind != "other") \
                or (kind == "snowflake" and not str(value).isdigit()):
            raise invalid(name, "TYPE", "%r is no %s" % (value, kind))

    def check_members(self, name, known, value):
        if not isinstance(value, dict):
            raise invalid(name, "DICT_TYPE_CONVERT", "no object")
        for key, rule in known.items():
            if rule.get("required") and key not in value:
                raise invalid(key, "BASE_TYPE_REQUIRED",
                              "This field is required")
        for key, one in value.items():
            if key not in known:
                raise invalid(key, "UNKNOWN", "not in the description")
            rule = known[key]
            if one is None:
                continue
            self.check_type(key, rule["is"], one)
            size = len(one) if isinstance(one, (str, list)) else 0
            if size > rule.get("to", size):
                raise invalid(key, "BASE_TYPE_MAX_LENGTH",
                              "Must be %d or fewer in length." % rule["to"])
            if size < rule.get("from", 0):
                raise invalid(key, "BASE_TYPE_MIN_LENGTH", "too short")
            for item in one if "items" in rule else ():
                self.check_type(key, rule["items"], item)

    def body(self, request, operation):
        """The message's JSON and its files."""
        if request.kind() == "multipart/form-data":
            message, files = self.read_parts(request)
        else:
            message, files = request.json(), []
        self.check_members("body", KNOWN["types"][
            KNOWN["operations"][operation]["body"]], message)
        self.check_files(message, files)
        return message, files

    @staticmethod
    def read_parts(request):
        parts = request.multipart()
        if parts[0].name != "payload_json" \
                or parts[0].kind != "application/json":
            raise invalid("payload_json", "FIRST",
                          "the first part is no payload_json")
        try:
            message = json.loads(parts[0].data.decode("utf-8"))
        except ValueError as error:
            raise fault(400, 50109, "The request body contains invalid JSON. "
                        + str(error))
        for place, part in enumerate(parts[1:]):
            if part.name != "files[%d]" % place or not part.file_name:
                raise invalid(part.name, "FILES", "out of order, or no name")
        return message, parts[1:]

    def check_files(self, message, files):
        attachments = message.get("attachments") or []
        if len(files) > 10:
            raise invalid("files", "BASE_TYPE_MAX_LENGTH", "more than 10")
        if [str(one["id"]) for one in attachments] \
                != [str(place) for place in range(len(files))]:
            raise invalid("attachments", "ATTACHMENT_NOT_FOUND",
                          "attachments and files differ")
        for file, attachment in zip(files, attachments):
            magic = MAGIC.get(file.kind, b"\0none")
            if file.file_name != attachment.get("filename"):
                raise invalid("filename", "NAME", "names differ")
            if len(file.data) > self.settings["file_limit"]:
                raise fault(413, 40005, "Request entity too large")
            if magic not in file.data[:12]:
                raise invalid("files", "KIND", "no %s" % file.kind)

    # ------------------------------------------------------------ a webhook

    @route("GET", "/api/v10/webhooks/:id/:token")
    def show(self, request, id, token):
        name, channel = self.hook(request, id, token)
        self.check_query(request, "GET webhook")
        return Answer(200, {
            "id": id, "type": 2 if name == "follow" else 1,
            "name": self.names[id], "channel_id": channel, "token": token,
            "avatar": "a_1269e74af4df7417b13759eae50c83dc",
            "guild_id": GUILD if self.settings["guild"] else None,
            "application_id": None,
            "url": "https://discord.com/api/webhooks/%s/%s" % (id, token)})

    def place(self, name, channel, query, message):
        """The channel that a message goes into."""
        thread, begun = query.get("thread_id"), message.get("thread_name")
        if name == "follow":
            raise fault(400, 50068, "Invalid message type")
        if thread and begun:
            raise fault(400, 220002, "Webhooks posted to forum channels"
                        " cannot have both a thread_name and thread_id")
        if begun and name != "forum":
            raise fault(400, 220003, "Webhooks can only create threads in"
                        " forum channels")
        if name == "forum" and not thread and not begun:
            raise fault(400, 220001, "Webhooks posted to forum channels must"
                        " have a thread_name or thread_id")
        if begun:
            made = self.new_id()
            self.threads[made] = (channel, False)
            return made
        if not thread:
            return channel
        if self.threads.get(thread, ("", False))[0] != channel:
            raise fault(400, 10003, "Unknown Channel")
        if self.threads[thread][1]:
            raise fault(400, 50083, "Thread is archived")
        return thread

    def check_words(self, message, files):
        content = (message.get("content") or "").strip()
        name = (message.get("username") or "").lower()
        if not content and not files and not message.get("embeds"):
            raise fault(400, 50006, "Cannot send an empty message")
        if len(content.encode("utf-16-le")) // 2 > 2000:
            raise invalid("content", "BASE_TYPE_MAX_LENGTH",
                          "Must be 2000 or fewer in length.")
        if "clyde" in name or "discord" in name \
                or name in ("everyone", "here"):
            raise invalid("username", "USERNAME_INVALID_CONTAINS",
                          "Username cannot contain it")
        if self.settings["automod"] and self.settings["automod"] in content:
            raise fault(400, 200000, "Message was blocked by automatic"
                        " moderation")

    @staticmethod
    def pings(message):
        """Whether somebody's client made a noise because of a mention."""
        allowed = (message.get("allowed_mentions") or {}).get(
            "parse", ["everyone", "users", "roles"])
        return "everyone" in allowed and re.search(
            "@(everyone|here)", message.get("content") or "") is not None

    @route("DELETE", "/api/v10/webhooks/:id/:token")
    def end(self, request, id, token):
        self.hook(request, id, token)
        if request.query or request.body:
            raise invalid("query", "UNKNOWN", "DELETE webhook takes nothing")
        self.dead.add(id)
        return Answer(204, b"")

    @route("POST", "/api/v10/webhooks/:id/:token")
    def create(self, request, id, token):
        name, channel = self.hook(request, id, token)
        query = self.check_query(request, "POST webhook")
        message, files = self.body(request, "POST webhook")
        self.check_words(message, files)
        place = self.place(name, channel, query, message)
        one = {"id": self.new_id(), "channel": place, "hook": id,
               "text": message.get("content") or "", "edited": None,
               "ping": self.pings(message),
               "attachments": [
                   {"id": self.new_id(), "filename": file.file_name,
                    "size": len(file.data), "content_type": file.kind,
                    "description": about.get("description")}
                   for file, about in zip(files,
                                          message.get("attachments", []))]}
        self.messages[one["id"]] = one
        self.accept({
            "id": one["id"], "channel": place, "text": one["text"],
            "username": message.get("username") or self.names[id],
            "avatar": message.get("avatar_url"),
            "thread_name": message.get("thread_name"),
            "flags": message.get("flags", 0), "ping": self.pings(message),
            "files": [{"name": file.file_name, "type": file.kind,
                       "description": about.get("description"),
                       "sha256": hashlib.sha256(file.data).hexdigest()}
                      for file, about in zip(files,
                                             message.get("attachments", []))]})
        if query.get("wait") != "true":
            return Answer(204, b"")
        return Answer(200, self.entity(one))

    def entity(self, one):
        body = {"id": one["id"], "type": 0, "channel_id": one["channel"],
                "webhook_id": one["hook"], "content": one["text"],
                "attachments": one["attachments"], "embeds": [], "flags": 0,
                "timestamp": "2026-11-21T10:00:00.000000+00:00",
                "edited_timestamp": one["edited"], "mentions": [],
                "author": {"id": one["hook"], "bot": True}}
        if "reactions" in one and self.settings["show_reactions"]:
            body["reactions"] = one["reactions"]
        return body

    # ------------------------------------------------------------ a message

    def find(self, request, id, token, message, operation):
        name, channel = self.hook(request, id, token)
        query = self.check_query(request, operation)
        one = self.messages.get(message)
        if one is None or one["hook"] != id \
                or one["channel"] != query.get("thread_id", channel):
            raise fault(404, 10008, "Unknown Message")
        return one

    MESSAGE = "/api/v10/webhooks/:id/:token/messages/:message"

    @route("GET", MESSAGE)
    def read(self, request, id, token, message):
        return Answer(200, self.entity(self.find(request, id, token, message,
                                                 "GET message")))

    @route("PATCH", MESSAGE)
    def edit(self, request, id, token, message):
        one = self.find(request, id, token, message, "PATCH message")
        change, files = self.body(request, "PATCH message")
        if "attachments" in change:
            one["attachments"] = []
        if "content" in change:
            if not change["content"] and not one["attachments"]:
                raise fault(400, 50006, "Cannot send an empty message")
            one["text"] = change["content"]
        one["edited"] = "2026-11-21T11:00:00.000000+00:00"
        one["ping"] = self.pings(change)
        return Answer(200, self.entity(one))

    @route("DELETE", MESSAGE)
    def remove(self, request, id, token, message):
        one = self.find(request, id, token, message, "DELETE message")
        del self.messages[one["id"]]
        return Answer(204, b"")

    # --------------------------------------------------------------- control

    def control_kill(self, hook):
        self.dead.add(hook)

    def control_rename(self, hook, name):
        self.names[hook] = name

    def control_delete(self, id):
        del self.messages[id]

    def control_show(self, id):
        """The message as it stands now; {} where it is not there."""
        return self.messages.get(id, {})

    def control_react(self, id, counts):
        self.messages[id]["reactions"] = [
            {"emoji": {"id": None, "name": "x"}, "count": count, "me": False}
            for count in counts]


if __name__ == "__main__":
    main(Discord)
