"""Files that are not what they say, by each way a file comes in: as a form to
/api/v1/media and to SocialRails, and fetched from a URL."""

import io
import json
import struct
import threading
import zipfile
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from servers import SERVERS, Instance, multipart
from test_media import chunk, fetch, png, stored
from test_web import chunked, head, text

MB = 1024 * 1024
FORM = "Content-Type: multipart/form-data; boundary=----crier-test"


def header_only(width, height):
    """A PNG that claims to be that large and holds next to nothing."""
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2,
                                         0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * 4096)) + chunk(b"IEND"))


def gif(width=1, height=1, comment=b""):
    return (b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
            + b"\0\0\0\xff\xff\xff" + comment
            + b"," + struct.pack("<HHHHB", 0, 0, width, height, 0)
            + b"\x02\x02\x44\x01\x00;")


def box(kind, data=b""):
    return struct.pack(">I", len(data) + 8) + kind + data


def mp4(*more):
    """A film of one second, 64 by 48 pixels."""
    header = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 1000)
                 + b"\0" * 80)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0,
                         0x40000000)
    track = box(b"tkhd", struct.pack(">IIIIII", 7, 0, 0, 1, 0, 1000)
                + b"\0" * 16 + matrix
                + struct.pack(">II", 64 << 16, 48 << 16))
    handler = box(b"hdlr", struct.pack(">II4s", 0, 0, b"vide") + b"\0" * 13)
    media = box(b"mdia", box(b"mdhd", struct.pack(">IIIIII", 0, 0, 0, 1000,
                                                  1000, 0)) + handler)
    return (box(b"ftyp", b"isom\0\0\2\0isommp42")
            + box(b"moov", header + box(b"trak", track + media))
            + box(b"mdat", b"frames" * 10) + b"".join(more))


def zip_archive():
    """One stored file, its directory at the end."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.html", "<script>alert(1)</script>")
    return out.getvalue()


SCRIPT = b"<script>alert(document.domain)</script>"
PAGE = b"<!doctype html><html><body>" + SCRIPT
POLYGLOTS = {
    "gif and script": b"GIF89a/*" + gif()[8:] + b"*/=1;alert(1)//",
    "gif that is assigned": b"GIF89a=1/*" + gif()[10:] + b"*/;alert(1)//",
    "gif in a string": b"GIF89a=`" + gif()[8:] + b"`;alert(1)//",
    "gif, script behind": gif() + b"*/=alert(1)//" + SCRIPT,
    "gif, page in a comment": gif(comment=b"!\xfe" + bytes([len(PAGE)]) + PAGE
                                  + b"\0"),
    "png, page behind": png() + PAGE,
    "png, page in a chunk": png(filling=PAGE),
    "png, page in its text": png().replace(
        b"IDAT", b"IDAT", 1)[:33] + chunk(b"tEXt", b"Comment\0" + PAGE)
    + png()[33:],
    "png, archive behind": png() + zip_archive(),
    "jpeg, php behind": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
                        b"<?php system($_GET['x']); ?>",
    "mp4, archive behind": mp4() + zip_archive(),
    "mp4, archive with a film as its note": mp4(
        box(b"free", bytes(9000))) + zip_archive()[:-2]
    + struct.pack("<H", 60008) + box(b"free", b"\0" * 60000),
    "mp4, archive in a box": mp4(box(b"free", zip_archive())),
    "mp4, page in front": PAGE + mp4(),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "svg behind a mark": b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
    "page": PAGE, "xml": b"<?xml version='1.0'?><x/>",
    "pdf": b"%PDF-1.7\n", "shell": b"#!/bin/sh\nid\n", "elf": b"\x7fELF\2\1\1",
    "webp that is a wave": b"RIFF\x24\0\0\0WAVEfmt ",
    "cut png": png()[:40], "cut mp4": mp4()[:60], "png's mark": png()[:8],
    "moov that never ends": mp4()[:32] + b"\xff\xff\xff\xffmoov"
                            + b"\0" * 100,
}


class Files:
    """A server that hands out whatever it is given."""

    def __init__(self):
        files = self.files = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                data = files[self.path]
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    self.wfile.write(data)
                except ConnectionError:
                    pass

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()


@pytest.fixture(scope="module")
def files():
    files = Files()
    yield files
    files.server.shutdown()


@pytest.fixture(scope="module", params=SERVERS)
def one(request, files):
    with Instance(settings={
            "uploads_an_hour": "0", "requests_an_hour": "0",
            "allow_private_networks": f"127.0.0.1:{files.port}"}) as instance:
        instance.files = files
        instance.key
        instance.start(request.param)
        yield instance


def native(one, data, name="a.png"):
    kind, body = multipart(("file", data, name, "image/png"))
    return one.post("/api/v1/media", body, headers={"Content-Type": kind})


def rails(one, data, name="a.png"):
    kind, body = multipart(("file", data, name, "image/png"))
    return one.post("/socialrails/api/v1/media/upload", body,
                    headers={"Content-Type": kind})


def fetched(one, data, name="a.png"):
    one.files.files["/a.png"] = data
    return one.post("/socialrails/api/v1/media/upload-url",
                    {"url": f"http://127.0.0.1:{one.files.port}/a.png"})


WAYS = native, rails, fetched


def served(one, answer):
    said = answer.json.get("data", answer.json)
    return fetch(one, said["url"])


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_two_things(one, way):
    before = stored(one)
    for name, data in POLYGLOTS.items():
        answer = way(one, data)
        assert answer.status == 415, (name, answer)
    assert stored(one) == before


@pytest.mark.parametrize("way", WAYS)
def test_what_is_one_thing_is_served_as_that(one, way):
    for data, kind in ((png(), "image/png"), (gif(), "image/gif"),
                       (mp4(), "video/mp4")):
        answer = served(one, way(one, data, "evil.html"))
        assert answer.status == 200 and answer.body == data
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("way", WAYS)
def test_a_bomb_is_not_set_off(one, way):
    """2.5 thousand million pixels: told by the header, never unpacked."""
    for data in (header_only(50000, 50000), gif(65535, 65535),
                 header_only(2**31 - 1, 2**31 - 1),
                 png(filling=zlib.compress(b"\0" * 50 * MB))):
        answer = way(one, data)
        assert answer.status in (200, 201, 415), answer
        if answer.status != 415:
            assert served(one, answer).body == data


@pytest.mark.parametrize("way, most", [(rails, 10 * MB), (fetched, 10 * MB),
                                       (native, 50 * MB)])
def test_one_byte_more_than_it_may_have(one, way, most):
    before = stored(one)
    room = most - len(png(filling=b"x")) + 1
    largest = png(filling=bytes(room))
    assert len(largest) == most
    answer = way(one, largest)
    assert answer.status in (200, 201), answer
    assert served(one, answer).body == largest
    now = stored(one)
    assert len(now) == len(before) + 1
    answer = way(one, png(filling=bytes(room + 1)))
    assert answer.status == 413, answer
    assert stored(one) == now


def raw(one, body, *lines):
    """The status of a raw upload; None: the connection was cut."""
    try:
        answer = one.raw(head(one, "POST", "/api/v1/media", FORM, *lines)
                         + body)
    except ConnectionError:
        return None
    return text(answer)[0] if answer else None


def test_lengths_that_lie(one):
    before = stored(one)
    body = multipart(("file", png(), "a.png", "image/png"))[1]
    whole = len(body)
    for length in (whole - 3, whole - 20, whole - len(png()), 10, 0):
        assert raw(one, body, f"Content-Length: {length}") in (None, 400), \
            length
    for length in (whole + 1, whole + 1000, 60 * MB):
        assert raw(one, body, f"Content-Length: {length}") in (
            None, 400, 408, 413), length
    for length in (65 * MB, 10**12, 2**63, 2**64):
        assert raw(one, body, f"Content-Length: {length}") in (None, 400,
                                                               413), length
    assert raw(one, chunked(body[:50], body[50:60]),
               "Transfer-Encoding: chunked") == 400
    assert stored(one) == before
    assert raw(one, chunked(body[:50], body[50:]),
               "Transfer-Encoding: chunked") == 200
    assert len(stored(one)) == len(before) + 1


@pytest.mark.parametrize("sent, kept", [
    ("../../etc/passwd.png", "passwd.png"), ("/etc/passwd", "passwd"),
    ("..", ".."), ("a\\..\\b.png", "b.png"),
    ("x\r\nSet-Cookie: a=b", None), ("a\nb.png", None),
    ("n" * 4096 + ".png", None), ("ä" * 2000, None), ("\u202egnp.exe", None),
    ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
    ("con.png", "con.png"), (".htaccess", ".htaccess"), ("a.php", "a.php")])
def test_names(one, sent, kept):
    """A name is a label: it names no file of ours and stands in no header."""
    folder = sorted(p.name for p in one.dir.iterdir())
    for way, path in ((native, "media"), (rails, None)):
        answer = way(one, png(), sent)
        if answer.status == 400 and kept is None:
            continue
        assert answer.status in (200, 201), answer
        got = served(one, answer)
        assert got.status == 200 and got.body == png()
        assert got.headers["Content-Disposition"] == "inline"
        assert "Set-Cookie" not in got.headers
        if path:
            row = one.get(f"/api/v1/media/{answer.json['mediaId']}").json
            name = row["name"]
            assert name is None or len(name) <= 255
            if kept:
                assert name == kept
            assert not name or "/" not in name and "\n" not in name \
                and "\r" not in name
    assert sorted(p.name for p in one.dir.iterdir()) == folder
    for name in stored(one):
        assert json.dumps(name) == f'"{name}"' and len(name) <= 41, name
