"""A web server where a post's media lie, and the small files on it. A test's
module may add its own to FILES, under names of its own."""

import hashlib
import http.server
import struct
import threading
import zlib


def png(shade):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" + bytes([shade] * 3)))
            + chunk(b"IEND", b""))


def mp4(milliseconds=5000):
    def box(kind, data):
        return struct.pack(">I", len(data) + 8) + kind + data
    head = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, milliseconds)
               + bytes(80))
    place = box(b"tkhd", bytes(40) + struct.pack(">I", 0x10000) + bytes(12)
                + struct.pack(">I", 0x10000) + bytes(16)
                + struct.pack(">II", 640 << 16, 360 << 16))
    kind = box(b"mdia", box(b"hdlr", bytes(8) + b"vide" + bytes(12)))
    return (box(b"ftyp", b"isom0000isom")
            + box(b"moov", head + box(b"trak", place + kind))
            + box(b"mdat", b"this is the film"))


FILES = {"/1.png": ("image/png", png(1)), "/2.png": ("image/png", png(2)),
         "/film.mp4": ("video/mp4", mp4())}


def sums(*names):
    """The SHA-256 of each of these files."""
    return [hashlib.sha256(FILES[name][1]).hexdigest() for name in names]


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words):
        pass

    def do_GET(self):
        kind, data = FILES[self.path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def serve():
    """Begin to serve FILES; the server, which runs until its shutdown()."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def schedule(room, account, text, files, names=(), alts=(), **how):
    """A post with files of the web server, each with its alt text."""
    target = room.schedule(account, text,
                           media=[f"{files}/{name}" for name in names], **how)
    for position, alt in enumerate(alts):
        room.sql(f"UPDATE attachment SET alt = '{alt}' WHERE position ="
                 f" {position} AND post = (SELECT post FROM target"
                 f" WHERE id = '{target}')")
    return target
