/* network.h: what a social network's file provides.

   A driver is a struct of plain functions. They run in the publisher's child
   (publish, look up) or in a connect page or crier-admin (connect); they may
   block; they never touch the database. Everything they need is in the job;
   everything they found out is in the result. */
#ifndef NETWORK_H
#define NETWORK_H
#include <stddef.h>
#include <stdint.h>
#include "core/day_quota.h"
#include "network/http.h"

enum { MEDIA_MOST = 20 };       /* as a post may have: core/post.h */

struct result;

/* One image or video of the post, on disk. */
struct job_media {
    const char *id, *path, *type, *extension;
    int64_t bytes;
    int width, height;          /* 0: unknown */
    int64_t duration_ms;        /* 0: no video */
    const char *alt;            /* "" where there is none */
};

/* One target to publish. All strings are clean UTF-8 and never NULL unless
   said. */
struct job {
    const char *target, *account;       /* ids */
    const char *server;                 /* base URL, no slash at the end */
    const char *remote_account;         /* the network's id of the account */
    const char *handle;
    const char *text, *title;
    const char *settings;               /* JSON: the network's options */
    const char *account_settings;       /* JSON: the account's */
    const char *limits;                 /* JSON: what its server allows */
    const char *category;               /* "" where there is none */
    struct job_media media[MEDIA_MOST];
    int media_count;
    int64_t due_at, now;
    int64_t first_sent_at;              /* of the open attempt; 0: not sent */
    int age_unknown;                    /* 1: the clock went back since then */
    const char *remote_id, *permalink;  /* of a post that is public, or NULL */

    /* Of a part that follows a post: the network's ids of what it answers (the
       part before it, or the post) and of the post; NULL: it is no part. Its
       settings are the post's. */
    const char *reply_to, *reply_root;

    /* Secrets as JSON. A driver that renews them calls hold_credentials(),
       which waits until no other process does and loads them anew: where they
       have changed since, there is nothing to renew. 0: it takes too long;
       NULL: nobody else could. Then it asks the network, and calls
       save_credentials(), which commits before it returns; from then on these
       are the new ones, and others may go on. */
    const char *credentials;
    int (*hold_credentials)(struct job *);
    const char *app;            /* JSON {client_id, client_secret}: Crier as
                                   the network's application, of crier.conf;
                                   NULL where the operator set none */
    void (*save_credentials)(struct job *, const char *credentials,
                             int64_t token_expires_at);

    /* JSON of the steps done so far, "{}" at first; save_resume() commits
       it. It survives a crash, and is empty again when the content changed. */
    const char *resume;
    void (*save_resume)(struct job *, const char *resume);

    /* Count what a call costs, of a network that counts an application's calls
       of a day (core/day_quota.h), before it is made. RESULT_READY, or what
       prepare() or another is to return: there is not so much left of the
       day. NULL: nobody counts. */
    struct result (*spend)(struct job *, enum day_kind, int amount);

    /* The key that makes a repeat harmless: NULL until prepare() has set it;
       stored when the attempt is armed and never changed while it is open. */
    const char *remote_key;
};

/* Each call of struct network says which of these it may return. */
enum result_kind {
    RESULT_READY,               /* prepare: all is ready for send() */
    RESULT_WAIT,                /* the network is still busy: ask at retry_at */
    RESULT_POSTED,              /* it is public: remote_id and permalink */
    RESULT_ABSENT,              /* look_up: proven not there, may be sent */
    RESULT_RETRY,               /* surely not posted; a later try may work */
    RESULT_REJECTED,            /* surely not posted; no use to try again */
    RESULT_AUTH,                /* surely not posted; the account must be
                                   connected again */
    RESULT_UNKNOWN,             /* it may be public */
    RESULT_DISCARDED            /* the network took it and threw it away: it is
                                   not public (any more), and no use to send
                                   it again */
};

/* Beside RESULT_RETRY, where nothing is wrong with the post and its account:
   it waits until retry_at (0: an hour), and however often that happens it is
   no failure. */
enum result_pause {
    PAUSE_NONE,
    PAUSE_THIS,                 /* this post or errand alone waits */
    PAUSE_POSTS,                /* the network takes no more new posts of the
                                   whole application: all its accounts wait */
    PAUSE_ALL                   /* it refuses the whole application */
};

/* category is one word of RELIABILITY.md 5.3: rate_limited, auth_error,
   network_error, duplicate, media_error, media_processing,
   platform_rejected, platform_5xx; or NULL. words is a sentence for the post's
   owner, which holds none of our secrets but what the network said itself
   (told_hushed() takes that out); with RESULT_POSTED what went otherwise than
   asked. It may be NULL with RESULT_READY, RESULT_POSTED and RESULT_ABSENT.
   remote_id is never empty; NULL where the network did not say it, though the
   post is surely public. permalink is a link (text_is_link()), or NULL. */
struct result {
    enum result_kind kind;
    const char *category, *words;
    long http_status;
    int64_t retry_at;           /* 0: our own backoff */
    enum result_pause pause;
    int64_t lives_ms;           /* of measure: how long it is there; 0: ever */
    const char *remote_id, *permalink;
};

/* What a network tells of a post, from 0; -1 where it does not say. */
struct metrics {
    int64_t likes, comments, shares, views, impressions, clicks, saves;
};

/* An account as the network describes it. remote_id and handle are not empty;
   name and URLs may be NULL, and a URL that is no link counts for nothing. */
struct connected {
    const char *server, *remote_id, *handle, *name, *profile_url, *avatar_url;
    const char *credentials;    /* JSON, to be sealed */
    const char *limits;         /* JSON, "{}" where there is nothing to know;
                                   partial: true: sync() knows the rest */
    int64_t token_expires_at;   /* 0: never, or unknown */
    const char *choices;        /* NULL, or a JSON list of accounts, each with
                                   the names of this struct: its owner chooses
                                   one, and the rest here counts for nothing.
                                   One with renews: 1 has credentials of its
                                   own, which its account gets also where
                                   another is chosen, if it is connected */
    const char *fault;          /* NULL, or why not: a sentence for its owner */
};

/* The OAuth dance of a network that has one. */
struct oauth_start {
    const char *app;            /* JSON: client id and secret, or NULL to
                                   register; then set to what was registered */
    const char *verifier;       /* PKCE verifier of ours */
    const char *authorize_url;  /* where to send the browser */
    const char *fault;
};

struct network {
    const char *name;           /* of its catalogue row */

    /* Every step that can be repeated without harm: refresh the token, upload
       media, resolve names; set remote_key. Called again after a crash, with
       resume as it was saved. RESULT_READY, RESULT_WAIT, or why not:
       RESULT_RETRY, RESULT_REJECTED, RESULT_AUTH, or RESULT_UNKNOWN of a step
       whose answer was lost, which is RESULT_RETRY, since no such step makes
       anything public. RESULT_POSTED where it turns out that an earlier send,
       thought refused, has made it public. */
    struct result (*prepare)(struct job *);

    /* The one call that makes the post public. Its attempt has been committed
       as sent. Never called twice for one armed attempt, except through
       look_up() of a keyed network. RESULT_POSTED, RESULT_RETRY,
       RESULT_REJECTED, RESULT_AUTH or RESULT_UNKNOWN; RESULT_WAIT where the
       network took it and works on: look_up() is asked at retry_at; or
       RESULT_DISCARDED. */
    struct result (*send)(struct job *);

    /* After a send whose outcome is unknown: find out, without making a second
       post. Keyed networks send again with the same remote_key here.
       RESULT_POSTED, RESULT_ABSENT, RESULT_DISCARDED, RESULT_WAIT (ask again
       at retry_at), RESULT_AUTH (ask once the account is connected again), or
       RESULT_UNKNOWN: nobody can tell. A refusal speaks of the question, not
       of the post: RESULT_RETRY is RESULT_WAIT here, and RESULT_REJECTED is
       RESULT_UNKNOWN. NULL: nothing can be asked. */
    struct result (*look_up)(struct job *);

    /* Check a secret given by its owner (an access token, an app password)
       against the network and say whose it is. server may be "" for the
       network's own; login is a handle or "" where the secret tells. */
    struct connected (*connect)(const char *server, const char *login,
                                const char *secret);

    /* OAuth, where catalogue says so: where to send the browser, and who came
       back with a code. */
    struct oauth_start (*oauth_begin)(const char *server, const char *app,
                                      const char *redirect_uri,
                                      const char *state);
    struct connected (*oauth_finish)(const char *server, const char *app,
                                     const char *redirect_uri,
                                     const char *verifier, const char *code);

    /* What follows is of a post that is public (remote_id and permalink are
       the job's), or of the account; each may be NULL, and each may be called
       again after a crash. RESULT_READY: done; RESULT_REJECTED and RESULT_AUTH
       as above; RESULT_RETRY and, where it is not known whether it was done,
       RESULT_UNKNOWN: it may be asked again. */

    /* Bring the post to the job's text, and leave the rest of it as it is.
       Where the network then knows it by another id: remote_id, permalink. */
    struct result (*edit)(struct job *);

    /* Take the post away; one that is gone already is RESULT_READY. */
    struct result (*remove)(struct job *);

    /* Read the post's metrics. RESULT_DISCARDED: the post has failed after
       all. With RESULT_READY what the network told late: remote_id, where it
       has the post by another id, and permalink; retry_at, where the account
       is to be left alone until then; and lives_ms, where the post is there
       for a while only: the last snapshot is taken before. */
    struct result (*measure)(struct job *, struct metrics *);

    /* Give the account's token back to the network: its owner took the account
       away. Where the call ends more than this token its catalogue row says so
       (revokes), and it is not made while another account may lose by it. The
       job is as of refresh(). */
    struct result (*revoke)(struct job *);

    /* Ask anew whose account it is and what it may, into *connected: all but
       choices, credentials and the token's end, and limits NULL where the
       network told none. The job is as of refresh(). RESULT_READY, or why
       not; RESULT_AUTH: it must be connected again. */
    struct result (*sync)(struct job *, struct connected *);

    /* The driver of what follows a post: itself where that is one more post
       that answers another (job: reply_to); else one whose prepare, send and
       look_up make a comment under the post reply_to. NULL: nothing can. */
    const struct network *parts;

    /* The network's id of the account's post that a link leads to, which its
       owner gave: a part may follow it. The job is as of prepare(). NULL where
       the link leads to none, or names no id. */
    const char *(*id_in_link)(const struct job *, const char *link);

    /* Renew the account's token before it expires, by save_credentials(). The
       job has no target, text or media. */
    struct result (*refresh)(struct job *);
};

/* The driver of a catalogue name; NULL where there is none. */
const struct network *network_find(const char *name);

/* The base URL that a server typed by its user means: https where no scheme
   is said, the host in lower case, no slash at the end; of me@host the host.
   *fault says why it is none, as a sentence, or is NULL. */
const char *network_server(const char *typed, const char **fault);
#endif
