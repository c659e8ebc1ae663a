#!/usr/bin/python3
"""A strict stand-in for Telegram's Bot API, as far as posting needs it.

    telegram.py --port 0 --ledger FILE [--clock FILE]

Every call is checked against telegram.json, which is derived from a
description of the whole API. Two bots live here, poster and helper; a bot's
token is its number, a colon and its name repeated (TOKENS below). These chats:

    @news         -1001234567890   a channel; both bots may post
    (private)     -1002222222222   a channel without a name
    @talk         -1003333333333   a supergroup; members post
    (old group)   -44              becomes -1004444444444 when told to move
    @closed       -1005555555555   a channel where no bot is
    @mute         -1006666666666   a channel; the bots may not post
    person        55

The settings that /_control can change are those of SETTINGS; it can also call

    revoke   {"bot"}             its token is unknown from now on
    kick     {"chat"}            the bots are put out of it
    silence  {"chat"}            they lose the right to post
    admit    {"chat"}            they are administrators who may post
    move                         the old group becomes a supergroup
    forget                       all messages are deleted
    messages                     what is public now, edits included

A line of the ledger is one message: id, chat, text (or caption), kind, file
(name, type, SHA-256), album, reply_to, and what was said besides.
"""

import hashlib
import json
import os
import re
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from double import Answer, Double, Refused, main, route  # noqa: E402

with open(os.path.join(HERE, "telegram.json"), encoding="utf-8") as file:
    KNOWN = json.load(file)

SETTINGS = {
    "rate_limit": 1000,         # messages into one chat in a minute
    "photo_fault": "",          # what sendPhoto is refused with
    "upload_limit": 50 * 10 ** 6, "photo_limit": 10 * 10 ** 6,
    "alien": False,             # media answers name no message
}
TOKENS = {"poster": "777:" + "poster_-" * 4 + "abc",
          "helper": "778:" + "helper_-" * 4 + "abc"}
CHANNELS = {
    -1001234567890: ("channel", "news"), -1002222222222: ("channel", None),
    -1003333333333: ("supergroup", "talk"), -44: ("group", None),
    -1004444444444: ("supergroup", None), -1005555555555: ("channel",
                                                           "closed"),
    -1006666666666: ("channel", "mute"), 55: ("private", "person")}
OLD, NEW = -44, -1004444444444
MAGIC = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n",
         "image/gif": b"GIF8", "image/webp": b"RIFF", "video/mp4": b"ftyp"}
FILES = {"sendPhoto": "photo", "sendVideo": "video",
         "sendAnimation": "animation", "sendDocument": "document"}


def units(text):
    return len(text.encode("utf-16-le")) // 2


def fault(status, words, **parameters):
    """A refusal in the Bot API's own shape."""
    kinds = {400: "Bad Request: ", 403: "Forbidden: ",
             429: "Too Many Requests: "}
    body = {"ok": False, "error_code": status,
            "description": kinds.get(status, "") + words}
    if parameters:
        body["parameters"] = parameters
    return Refused(status, body, body["description"])


def strict(words):
    """What the real server would let pass, and no client of ours may do."""
    return fault(400, "STRICT: " + words)


class Telegram(Double):
    """A strict stand-in for the Bot API."""

    name = "telegram"
    settings = SETTINGS

    def __init__(self, ledger, clock=None):
        super().__init__(ledger, clock)
        self.bots = {token: (number, name) for (name, token), number
                     in zip(TOKENS.items(), (777, 778))}
        self.status = {chat: "administrator" for chat in CHANNELS}
        self.status.update({-1003333333333: "member", OLD: "member",
                            NEW: "member", -1005555555555: "left"})
        self.mute = {-1006666666666}
        self.moved = False
        self.messages, self.used = {}, {}
        self.last = 41

    # ------------------------------------------- what its description says

    def check_value(self, name, types, value):
        """A parameter as it came, by its type's name; its Python value."""
        if "String" in types and isinstance(value, str):
            return value
        try:
            value = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            raise fault(400, "can't parse %s" % name)
        for type in types:
            if (type == "Integer" and isinstance(value, int)
                    and not isinstance(value, bool)) \
                    or (type == "Boolean" and isinstance(value, bool)):
                return value
            if type.startswith("Array of") and isinstance(value, list):
                return value
            if type in KNOWN["types"] and isinstance(value, dict):
                return self.check_members(KNOWN["types"][type], value)
        raise fault(400, "%s is no %s" % (name, types))

    def check_members(self, known, given):
        """Members against a table of telegram.json; their values."""
        for name, rule in known.items():
            if rule.get("required") and name not in given:
                raise fault(400, "%s is missing" % name)
        values = {}
        for name, value in given.items():
            if name not in known:
                raise strict("unknown parameter %s" % name)
            rule = known[name]
            value = values[name] = self.check_value(name, rule["types"],
                                                    value)
            size = units(value.strip()) if isinstance(value, str) \
                else len(value) if isinstance(value, list) else 0
            if "to" in rule and size > rule["to"]:
                raise fault(400, "message %sis too long"
                            % ("caption " * (name == "caption")))
            if size < rule.get("from", 0):
                raise fault(400, "message text is empty" if name == "text"
                            else "%s has too few" % name)
            if value != rule.get("is", value):
                raise fault(400, "%s must be %s" % (name, rule["is"]))
        return values

    def parameters(self, request, known):
        """The call's parameters and its files, by name."""
        given, files = {}, {}
        pairs = list(request.query)
        if request.kind() == "multipart/form-data":
            for part in request.multipart():
                if part.file_name is None:
                    pairs.append((part.name, part.data.decode("utf-8")))
                elif part.name in files:
                    raise strict("file %s came twice" % part.name)
                else:
                    files[part.name] = part
        elif request.body and request.kind() == "application/json":
            pairs += request.json().items()
        elif request.body:
            pairs += request.form()
        for name, value in pairs:
            if name in given:
                raise strict("%s came twice" % name)
            given[name] = value
        for name, file in files.items():
            if "InputFile" in known.get(name, {"types": ()})["types"]:
                given[name] = "attach://" + name
        return self.check_members(known, given), files

    # ------------------------------------------------------------ who, where

    @route("POST", "/bot:token/:method")
    @route("GET", "/bot:token/:method")
    def call(self, request, token, method):
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]{20,}", token):
            raise fault(404, "Not Found")
        if token not in self.bots:
            raise fault(401, "Unauthorized")
        if request.header("Authorization") is not None:
            raise strict("Authorization came beside the token")
        names = {name.lower(): name for name in KNOWN["methods"]}
        method = names.get(method.lower())
        if method is None:
            raise fault(404, "Not Found: method not found")
        values, files = self.parameters(request, KNOWN["methods"][method])
        result = getattr(self, "do_" + method)(self.bots[token], values,
                                               files)
        return Answer(200, {"ok": True, "result": result})

    def chat(self, values):
        """The number of the chat that a call names, which the bot sees."""
        given = str(values.get("chat_id", ""))
        for number, (kind, name) in CHANNELS.items():
            if given == str(number) or (name and kind != "private"
                                        and given.lower() == "@" + name):
                break
        else:
            raise fault(400, "chat not found")
        if number == OLD and self.moved:
            raise fault(400, "group chat was upgraded to a supergroup chat",
                        migrate_to_chat_id=NEW)
        if number == NEW and not self.moved:
            raise fault(400, "chat not found")
        if self.status[number] == "left" and CHANNELS[number][1] is None:
            raise fault(400, "chat not found")
        return number

    def writable(self, values):
        number = self.chat(values)
        kind = CHANNELS[number][0]
        words = "channel" if kind == "channel" else kind
        if self.status[number] == "kicked":
            raise fault(403, "bot was kicked from the %s chat" % words)
        if self.status[number] == "left":
            raise fault(403, "bot is not a member of the %s chat" % words)
        if number in self.mute or number == 55:
            raise fault(400, "need administrator rights in the channel chat")
        return number

    def entity(self, number):
        kind, name = CHANNELS[number]
        chat = {"id": number, "type": kind}
        if kind == "private":
            chat["first_name"] = "Person"
        else:
            chat["title"] = "The %s" % (name or kind)
        if name:
            chat["username"] = name
        return chat

    def do_getMe(self, bot, values, files):
        return {"id": bot[0], "is_bot": True, "first_name": bot[1],
                "username": bot[1] + "_bot"}

    def do_getChat(self, bot, values, files):
        number = self.chat(values)
        if self.status[number] == "kicked":
            raise fault(403, "bot was kicked from the channel chat")
        return dict(self.entity(number), accent_color_id=1,
                    photo={"small_file_id": "A", "big_file_id": "B"})

    def do_getChatMember(self, bot, values, files):
        number = self.chat(values)
        if values["user_id"] not in (777, 778):
            raise fault(400, "invalid user_id specified")
        if CHANNELS[number][0] == "channel" \
                and self.status[number] in ("left", "kicked"):
            raise fault(400, "member list is inaccessible")
        member = {"status": self.status[number],
                  "user": {"id": values["user_id"], "is_bot": True}}
        if member["status"] == "administrator":
            member.update(can_be_edited=False, can_delete_messages=True)
            if CHANNELS[number][0] == "channel":
                member.update(can_post_messages=number not in self.mute,
                              can_edit_messages=True)
        return member

    # ------------------------------------------------------------ messages

    def limit(self, chat):
        now, most = self.now(), self.settings["rate_limit"]
        begun, count = self.used.get(chat, (now, 0))
        if not begun <= now < begun + 60:
            begun, count = now, 0
        if count >= most:
            wait = int(begun + 60 - now) + 1
            raise fault(429, "retry after %d" % wait, retry_after=wait)
        self.used[chat] = begun, count + 1

    def make(self, bot, chat, kind, values, file=None, album=None):
        """A message comes to be, and stands in the ledger."""
        self.last += 1
        text = values.get("text", values.get("caption", "")).strip()
        reply = values.get("reply_parameters", {}).get("message_id")
        if reply is not None and (chat, reply) not in self.messages:
            raise fault(400, "message to be replied not found")
        about = {name: values[name] for name in (
            "width", "height", "duration", "supports_streaming",
            "disable_notification", "protect_content",
            "link_preview_options") if name in values}
        self.messages[chat, self.last] = {"text": text, "kind": kind,
                                          "bot": bot[0]}
        self.accept(dict(about, id=str(self.last), chat=chat, text=text,
                         kind=kind, album=album, reply_to=reply,
                         file=file and {
                             "name": file.file_name, "type": file.kind,
                             "sha256": hashlib.sha256(file.data).hexdigest()}))
        message = {"message_id": self.last, "date": int(self.now()),
                   "chat": self.entity(chat)}
        message["text" if kind == "text" else "caption"] = text
        if album:
            message["media_group_id"] = album
        if self.settings["alien"] and kind != "text":
            del message["message_id"]
        return message

    def do_sendMessage(self, bot, values, files):
        chat = self.writable(values)
        if len(values["text"].encode()) > 32768:
            raise fault(400, "text is too long")
        if values.get("parse_mode") or files:
            raise strict("parse_mode, or a file, came with a text")
        self.limit(chat)
        return self.make(bot, chat, "text", values)

    def check_file(self, file, kind):
        most = self.settings["photo_limit" if kind == "photo"
                             else "upload_limit"]
        if file.kind not in MAGIC or MAGIC[file.kind] not in file.data[:12]:
            raise fault(400, "IMAGE_PROCESS_FAILED")
        if len(file.data) > most:
            raise Refused(413, "<html>413 Request Entity Too Large</html>",
                          "a file of %d bytes" % len(file.data))
        if kind == "video" and file.kind != "video/mp4":
            raise strict("a video that is no mp4")
        if kind == "photo":
            self.check_photo(file)

    def check_photo(self, file):
        if self.settings["photo_fault"]:
            raise fault(400, self.settings["photo_fault"])
        if file.kind == "image/gif" or file.kind.startswith("video/"):
            raise fault(400, "PHOTO_EXT_INVALID")
        if file.kind == "image/png":
            width, height = struct.unpack(">II", file.data[16:24])
            if width + height > 10000 or width > 20 * height \
                    or height > 20 * width:
                raise fault(400, "PHOTO_INVALID_DIMENSIONS")

    def check_measures(self, values):
        """A video without its measures may be shown as a square."""
        if values.get("supports_streaming") is not True:
            raise strict("a video without supports_streaming")
        if {"width", "height"} & set(values) != {"width", "height"} \
                and "duration" in values:
            raise strict("a video's length without its measures")

    def send_file(self, method, bot, values, files):
        chat, kind = self.writable(values), FILES[method]
        if set(files) != {kind}:
            raise strict("files are %s" % sorted(files))
        if kind == "video":
            self.check_measures(values)
        self.check_file(files[kind], kind)
        self.limit(chat)
        return self.make(bot, chat, kind, values, files[kind])

    def do_sendPhoto(self, *call):
        return self.send_file("sendPhoto", *call)

    def do_sendVideo(self, *call):
        return self.send_file("sendVideo", *call)

    def do_sendAnimation(self, *call):
        return self.send_file("sendAnimation", *call)

    def do_sendDocument(self, *call):
        return self.send_file("sendDocument", *call)

    def do_sendMediaGroup(self, bot, values, files):
        chat, items = self.writable(values), []
        for item in values["media"]:
            kind = "InputMedia" + str(item.get("type")).capitalize()
            if kind not in ("InputMediaPhoto", "InputMediaVideo"):
                raise fault(400, "can't use the media of the specified type"
                            " in the album")
            items.append(self.check_members(KNOWN["types"][kind], item))
        names = [re.sub("^attach://", "", item["media"]) for item in items]
        if sorted(names) != sorted(files) or len(set(names)) != len(names):
            raise fault(400, "wrong file identifier/HTTP URL specified")
        if any("caption" in item for item in items[1:]):
            raise strict("several captions hide the album's")
        for item, name in zip(items, names):
            if item["type"] == "video":
                self.check_measures(item)
            self.check_file(files[name], item["type"])
        self.limit(chat)
        album = "139%d" % self.last
        return [self.make(bot, chat, item["type"], dict(values, **item),
                          files[name], album)
                for item, name in zip(items, names)]

    # ------------------------------------------------------------ afterwards

    def find(self, bot, values):
        chat = self.writable(values)
        message = self.messages.get((chat, values.get("message_id")))
        if message is None:
            raise fault(400, "message to edit not found")
        if message["bot"] != bot[0]:
            raise fault(400, "message can't be edited")
        return message, {"message_id": values["message_id"],
                         "chat": self.entity(chat)}

    def change(self, message, text):
        if message["text"] == text.strip():
            raise fault(400, "message is not modified: specified new message"
                        " content and reply markup are exactly the same as a"
                        " current content and reply markup of the message")
        message["text"] = text.strip()

    def do_editMessageText(self, bot, values, files):
        message, answer = self.find(bot, values)
        if message["kind"] != "text":
            raise fault(400, "there is no text in the message to edit")
        self.change(message, values["text"])
        return answer

    def do_editMessageCaption(self, bot, values, files):
        message, answer = self.find(bot, values)
        if message["kind"] == "text":
            raise fault(400, "there is no caption in the message to edit")
        self.change(message, values.get("caption", ""))
        return answer

    def do_deleteMessages(self, bot, values, files):
        chat = self.writable(values)
        for id in values["message_ids"]:
            self.messages.pop((chat, id), None)
        return True

    # --------------------------------------------------------------- control

    def control_revoke(self, bot):
        del self.bots[TOKENS[bot]]

    def control_kick(self, chat):
        self.status[chat] = "kicked"

    def control_silence(self, chat):
        self.mute.add(chat)

    def control_admit(self, chat):
        self.status[chat] = "administrator"
        self.mute.discard(chat)

    def control_move(self):
        self.moved = True

    def control_forget(self):
        self.messages.clear()

    def control_messages(self):
        return {"messages": [[chat, id, message["text"]] for (chat, id),
                             message in sorted(self.messages.items())]}


if __name__ == "__main__":
    main(Telegram)
