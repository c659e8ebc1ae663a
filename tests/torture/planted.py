"""Faults for `prove`: by name, the program of tests/torture that has to find
it, its words, what it then says, and which file's text is put in place of
which: [(file, old, new), ...]."""

KILL = ("kill", "--no-proof", "--kills")
FAULTS = ("faults", "--kind")


def said(fault):
    """kill's last lines count such faults, and not none."""
    return rf"^all: .*[ ,][1-9]\d* {fault}"


PLANTED = {
    # the publisher, killed
    "sent before its attempt": (
        (*KILL, "60", "--network", "mastodon"), said("invariants broken"),
        [("lib/publish/work.c", "    if (!stop_asked())\n        armed =",
          "    told_hushed(network->send(job), job);\n"
          "    if (!stop_asked())\n        armed =")]),
    "the dead are left alone for a while": (
        (*KILL, "60", "--network", "site"), r"I10 \('",
        [("lib/publish/recover.c", "if (lock_is_held(worker_path(worker)))",
          "if (lock_is_held(worker_path(worker))"
          " || clock_now() / 4000 % 4)")]),
    "a worker crashes": (
        (*KILL, "20", "--network", "site"), said("ended badly"),
        [("lib/publish/work.c", 'point("prepared");',
          'point("prepared");\n    if (clock_now() % 5 == 0)\n'
          "        __builtin_trap();")]),
    "an event without its delivery": (
        (*KILL, "40", "--network", "webhook"), said("lost"),
        [("lib/core/event.c", "    delivery_queue(id);",
          "    if (clock_now() / 10 % 3)\n        delivery_queue(id);")]),
    "a delivery's body is made anew": (
        (*KILL, "60", "--network", "webhook"), said("duplicates"),
        [("lib/publish/outgoing.c", "body = ifnull(body, (SELECT",
          "body = coalesce(NULL, (SELECT"),
         ("lib/publish/outgoing.c", 'DB_TIME("e.created_at")',
          'DB_TIME(":now")')]),
    "an interrupted change is called done": (
        (*KILL, "200", "--network", "changes"), said("lost"),
        [("lib/publish/change.c",
          '.outcome = "crashed", .crashes = 1, .next_at',
          '.outcome = "done", .crashes = 1, .next_at')]),
    "a page that was gone already stays in the feed": (
        (*KILL, "250", "--network", "gone"), said("falsely failed"),
        [("lib/network/site_build.c", "    if (!file_remove(memory_format("
          "\"%s/p/%s.html\", site->folder, name)))\n        return 0;\n",
          "    if (unlink(memory_format(\"%s/p/%s.html\", site->folder,"
          " name)) != 0)\n        return 1;\n")]),
    "after a crash a post goes without its file": (
        (*KILL, "80", "--network", "files"), said("lost"),
        [("lib/publish/job.c", "        leave_if_asked(task->claim);\n"
          "        if (media->path == NULL) {",
          "        if (task->claim->crashes > 0) {\n"
          "            task->job.media_count = 0;\n            break;\n"
          "        }\n        if (media->path == NULL) {")]),
    "a lost answer is called a refusal": (
        (*KILL, "60", "--network", "changes"), said("falsely failed"),
        [("lib/publish/change.c", "    default:\n        return again(",
          "    default:\n        ending.result.http_status = 400;\n"
          "        return ending;\n        return again(")]),
    "a part is taken for the same words elsewhere": (
        (*KILL, "200", "--network", "threads"), said("lost"),
        [("lib/network/mastodon_lookup.c",
          "!text_same(json_text(status, \"$.in_reply_to_id\"),"
          " job->reply_to)",
          "(json_text(status, \"$.in_reply_to_id\") == NULL)\n"
          "           != (job->reply_to == NULL)")]),
    "each part answers the post": (
        (*KILL, "20", "--network", "threads"), said("duplicates"),
        [("lib/publish/follow.c", "id = ifnull((SELECT id FROM target\"\n",
          "id = coalesce(t.root, (SELECT id FROM target\"\n")]),
    "a renewed token is not kept": (
        (*KILL, "20", "--network", "grace"), said("lost"),
        [("lib/publish/renew.c", "kept = account_renew(account, &now_at,"
          " credentials,\n                             token_expires_at);",
          "kept = 1;\n        (void)token_expires_at;")]),
    "no answer is called the end of a grant": (
        (*KILL, "200", "--network", "tokens"), said("falsely failed"),
        [("lib/publish/refresh.c", "if (result->kind == RESULT_AUTH\n",
          "if (result->kind != RESULT_READY\n")]),
    "a list that memory lacked for seems empty": (
        (*FAULTS, "malloc", "--subject", "look-up", "--how", "once",
         "--every", "25"), "look-up, malloc once, k.*duplicates",
        [("lib/data/json.c", "JSON_MEMBERS && is_row(statement))",
          "JSON_MEMBERS && sqlite3_step(statement) == SQLITE_ROW)")]),
    "a snapshot that nobody took is not due again": (
        (*KILL, "60", "--network", "tokens"), said("lost"),
        [("lib/publish/measure.c", "    look_again(due->target, at);\n"
          "    db_commit();", "    look_again(due->target, 0);\n"
          "    db_commit();")]),
    # the publisher, while a call fails
    "sent although its commit failed": (
        (*FAULTS, "fsync", "--subject", "target", "--every", "1"),
        "target, fsync .*invariants broken",
        [("lib/publish/arm.c", "return db_try_commit() ? ARM_ARMED"
          " : ARM_FAILED;", "db_try_commit();\n    return ARM_ARMED;")]),
    "a program crashes where memory lacks": (
        (*FAULTS, "malloc", "--subject", "show", "--subject", "target",
         "--how", "sticky", "--sample", "60"),
        "show, malloc sticky, k.* signal 4(?s:.*)"
        "target, malloc sticky, k.*status -4",
        [("lib/data/statement.c",
          'die("%s in: %.300s", sqlite3_errmsg(handle), sql);',
          "__builtin_trap();")]),
    # requests, while a call fails
    "a commit that failed is answered": (
        (*FAULTS, "fsync", "--subject", "create", "--every", "1"),
        "2.. without a commit",
        [("lib/data/db.c", "    if (!db_try_commit())\n",
          "    if (!db_try_commit() && 0)\n")]),
    # requests, killed
    "answered before its commit": (
        ("api", "--kills", "400"), "acknowledged: True, is there 0 times",
        [("lib/web/reply.c",
          "        idempotency_store(status, body);\n        db_commit();\n"
          "    }\n    write_reply(",
          "        reply_stream(status, type, (long long)body->length);\n"
          "        write_both(body->data, body->length, \"\", 0);\n"
          "        idempotency_store(status, body);\n        db_commit();\n"
          "        program_end(0);\n    }\n    write_reply(")]),
    "an answer is not kept for its key": (
        ("api", "--kills", "400"),
        r"is there [2-9]\d* times|a client gave up: .*DELETE",
        [("lib/web/idempotency.c", "    active = 1;", "    active = 0;")]),
}
