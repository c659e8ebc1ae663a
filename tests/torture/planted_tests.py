"""Faults for `prove` that tests of pytest have to find: by name, the test and
how it is chosen, and which file's text is put in place of which."""

PLANTED_TESTS = {
    # who may see what
    "a post of another profile is seen": (
        "tests/api/test_ownership.py", "matrix",
        [("lib/dialect/native_posts.h",
          '" WHERE t.profile = :my_profile AND t.part = 0',
          '" WHERE t.part = 0')]),
    "an upload of another profile is taken": (
        "tests/api/test_ownership.py", "queries_and_bodies",
        [("lib/core/post_check.c", '" AND profile = :media_profile"', '""')]),
    "a revoked key opens": (
        "tests/api/test_ownership.py", "matrix",
        [("lib/core/key.c", " AND k.revoked_at IS NULL", "")]),
    "no scope is asked for": (
        "tests/api/test_ownership.py", "matrix",
        [("lib/web/access.c", "if (!key_has_scope(&key, operation->scope))",
          "if (0)")]),
    # addresses
    "the metadata's address is open": (
        "tests/publisher/test_addresses.py", "",
        [("lib/network/guard.c", '{ "169.254.0.0", 16 }, ', "")]),
    "a name is not judged where it leads": (
        "tests/publisher/test_addresses.py", "preview",
        [("lib/network/http_callback.c",
          "if (!guard_allows(&to->addr, port))", "if (0)")]),
    # web servers
    "a header sent twice is served": (
        "tests/api/test_servers.py", "twice or spellings",
        [("lib/web/request.c", 'return bad("A header was sent twice.");',
          "continue;")]),
    "a body that breaks off is whole": (
        "tests/api/test_servers.py", "that_was_told",
        [("lib/web/request.c", "(got == 0 && body_left > 0)", "0")]),
    # uploads
    "a byte more than it may have": (
        "tests/api/test_uploads.py", "one_byte",
        [("lib/web/multipart.c", "if (reader->file_bytes > form->file_most)",
          "if (reader->file_bytes > form->file_most + 1)")]),
    # secrets
    "a token stands in the log": (
        "tests/api/test_canaries.py", "",
        [("lib/network/http.c",
          "if (request->bearer != NULL)\n        add_header(",
          'if (request->bearer != NULL)\n'
          '        fprintf(stderr, "with %s\\n", request->bearer),\n'
          '        add_header(')]),
    # clocks
    "any clock is believed": (
        "tests/publisher/test_clocks.py", "wrong_clock",
        [("lib/publish/timekeeper.c",
          "if (now >= high - BACK_MS && now <= high + JUMP_MS)",
          "if (now >= CLOCK_EARLIEST)")]),
    "an hour that is left out comes before it": (
        "tests/publisher/test_clocks.py", "local_times",
        [("lib/base/clock_read.c", "return with > without ? with : without;",
          "return with < without ? with : without;")]),
    # networks, and others who are asked
    "half of the headers are an answer": (
        "tests/publisher/test_strangers.py", "webhooks",
        [("lib/network/http_callback.c",
          "exchange->headers_ended |= end == 0;",
          "exchange->headers_ended = 1;")]),
    "Retry-After is obeyed for years": (
        "tests/publisher/test_peers.py", "retry_after",
        [("lib/network/http_answer.c",
          "return at > now + DAY ? now + DAY : at;", "return at;")]),
    "a redirect takes a webhook's message": (
        "tests/publisher/test_strangers.py", "webhooks",
        [("lib/network/webhook.c", "answer->status < 300", "answer->status"
          " < 400")]),
}
