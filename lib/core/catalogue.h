/* catalogue.h: every network Crier knows by name, and what it allows.

   One row a network, without libcurl: validation, GET /platforms and the
   dashboard read it. How to talk to a network is its file in network/. */
#ifndef CATALOGUE_H
#define CATALOGUE_H
#include <stddef.h>

enum counting {                 /* how a network measures a text's length */
    COUNT_CODE_POINTS,
    COUNT_UTF16,
    COUNT_GRAPHEMES,
    COUNT_MASTODON,             /* graphemes; links 23, remote mentions short */
    COUNT_X,                    /* weighted; links 23 */
    COUNT_THREADS               /* graphemes; an emoji is its UTF-8 bytes */
};

/* What may be done when it is unknown whether a call made a post public
   (RELIABILITY.md 5.3). */
enum recovery {
    RECOVERY_KEYED,             /* the same key again is harmless */
    RECOVERY_LOOKUP,            /* look for the post, then adopt or ask */
    RECOVERY_NONE               /* only its owner can tell: uncertain */
};

/* What a network fetches by itself from this server, which then has to be
   public. */
enum fetches { FETCHES_NONE, FETCHES_SOME, FETCHES_ALL };

/* What may follow a post: post_part.h. */
enum parts {
    PARTS_NONE,
    PARTS_COMMENT,              /* one comment under it */
    PARTS_THREAD                /* a chain of replies, each a post itself */
};

struct catalogue_row {
    const char *name;           /* as printed: twitter */
    const char *alias;          /* accepted too: x; or NULL */
    const char *title;          /* for people: X */
    int has_driver;             /* 0: listed alone: it takes no posts */
    enum recovery recovery;
    enum counting counting;
    int text_limit;             /* in that counting; 0: no limit */
    int text_bytes;             /* UTF-8 bytes; 0: no limit */
    int title_limit;            /* code points; 0: no title */
    int title_required;
    int media_required;
    int images, videos;         /* most of each in one post */
    int mixed;                  /* images beside a video allowed; then the
                                   larger of the two is the most in all */
    long long image_bytes, video_bytes; /* 0: no limit */
    int video_seconds;          /* 0: no limit */
    const char *types;          /* MIME types taken, parted by spaces */
    const char *alone;          /* of them, those that go by themselves only,
                                   without another file; or NULL */
    int alt_limit;              /* 0: alt text is taken as long as ours */
    int edits, deletes;         /* 1: its driver can change a public post's
                                   text; can take the post away */
    int edit_seconds;           /* after it went out; 0: at any time */
    int edit_most;              /* edits of one post; 0: any number */
    int edit_text_only;         /* a post with media cannot be edited */
    enum parts parts;
    int comment_limit;          /* of PARTS_COMMENT, in that counting */
    const char *comment_scopes; /* what it needs besides, parted by spaces */
    const char *no_parts;       /* of PARTS_NONE: why, a sentence; or NULL */
    const char *connect;        /* oauth, password, token, local, or NULL */
    int renew_days;             /* a token is renewed so long before it ends,
                                   or with half its life left; 0: half an
                                   hour */
    enum {                      /* does its driver give tokens back, and what
                                   ends with one? No: there is no call
                                   (Instagram Login, Threads), or only one of
                                   others (Pinterest: a system user's) */
        REVOKES_NOTHING,
        REVOKES_TOKEN,          /* that token */
        REVOKES_ACCOUNT,        /* all that was ever granted of the account,
                                   and of those whose remote_id is the same
                                   before a slash */
        REVOKES_PERSON          /* all that a person granted, who may have
                                   more than one account: whose an account
                                   is, is not known */
    } revokes;
    const char *left_to_do;     /* what its owner may have to do there when an
                                   account is taken away, sentences; NULL: of
                                   oauth that revokes nothing, to take the
                                   application away; else nothing */
    int one_server;             /* 1: the network is one server, none is asked
                                   for; with oauth its operator registers
                                   Crier there (config_app) */
    const char *app_page;       /* where that is done */
    const char *link_price;     /* what its operator pays more for a post with
                                   a link, as a sentence; or NULL */
    int uploads_a_day, units_a_day;     /* what the network allows such an
                                   application in a day, where it counts; 0:
                                   it does not */
    enum fetches fetches;
    int asks_anew;              /* 1: its driver asks before each post what the
                                   account may: what a sync was told keeps
                                   none back when it is due */
    const char *publish_scopes; /* without them a token that names its scopes
                                   cannot publish, parted by spaces; or NULL */
    const char *measure_scopes; /* without them the network does not tell all
                                   numbers of posts, parted by spaces; NULL */
    const char *required_option;        /* that each post has to have */
    const char *day_zone;       /* where that day ends at midnight */
    const char *handle_label;   /* of token: what is asked for besides, such
                                   as Channel; NULL: nothing */
    const char *secret_label;   /* of token: what the secret is; NULL: Access
                                   token */
    const char *secret_hint;    /* and where its owner finds it, or NULL */
    const char *note;           /* one sentence for an operator, or NULL */
};

/* The row of a name or alias, in any case; NULL where there is none. */
const struct catalogue_row *catalogue_find(const char *name);

/* Does it need an application that the operator registers? */
int catalogue_needs_app(const struct catalogue_row *);

/* All rows, ended by one without a name. */
extern const struct catalogue_row catalogue[];
#endif
