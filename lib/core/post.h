/* post.h: creating and changing posts: the product's rules, for every API.

   A post is one piece of content; each of its targets goes to one account.
   All of these run inside a transaction that the caller began; after a fault
   the caller rolls back, and nothing was done. Ids are bare UUIDs. */
#ifndef POST_H
#define POST_H
#include <stdint.h>
#include "core/check.h"
#include "core/fault.h"

/* Most targets and media of a post, and bytes of a URL: with the limits of
   texts they keep a page of 100 posts within TEXT_LIMIT. */
enum { POST_TARGETS = 100, POST_MEDIA = CHECK_MEDIA, POST_URL = 2000 };

/* Who asks: a profile, and a key that may be limited to some accounts. */
struct viewer {
    const char *profile, *api_key;
    int limited;
};

/* The viewer of the request being served: :my_profile, :my_key and
   :my_limited. */
struct viewer viewer_here(void);

struct post_medium {
    const char *media;          /* id of an upload, or NULL */
    const char *url;            /* for the publisher to fetch, or NULL */
    const char *alt;            /* or NULL: the upload's own */
    int kept;                   /* the post has it already: it may have been
                                   deleted since */
    const char *kind;           /* image, video, gif: as its sender said; or
                                   NULL */
};

struct post_media {
    struct post_medium items[POST_MEDIA];
    int count;
};

/* What follows it on its network: post_part.h. */
struct post_parts;

struct post_target {
    const char *account, *network, *limits;     /* of a chosen account; a
                                   draft's account may be NULL */
    const char *text, *title;   /* instead of the post's, or NULL */
    const char *settings;       /* JSON of the network's options, or NULL */
    const struct post_media *media;     /* instead of the post's, or NULL */
    const struct post_parts *parts;     /* instead of the post's, or NULL */
    const char *id;             /* set by post_create() */
};

struct post_new {
    const char *text, *title, *category, *external_id;  /* or NULL */
    const char *tags;           /* JSON list of strings, or NULL */
    struct post_media media;
    const struct post_parts *parts;     /* NULL: nothing follows it */
    struct post_target targets[POST_TARGETS];
    int target_count;
    int64_t due_at;             /* 0: a draft */
    int at_once;                /* due_at may be this moment */
    int may_repeat;             /* the request carries an Idempotency-Key */
    int make_titles;            /* 1: a title that a network requires and the
                                   post lacks is made from its text */
    const char *id;             /* set by post_create() */
};

/* Which accounts a request speaks of: platforms is a JSON list of networks'
   names, ids a JSON list of account ids, or NULL for every active account of
   those networks that the viewer sees. Fills post->targets in. Faults:
   FAULT_PLATFORM_UNSUPPORTED, FAULT_ACCOUNTS (an id that is unknown, another
   profile's, not active, or of a network not asked for; or a network without
   an id), FAULT_ACCOUNTS_DENIED, FAULT_NO_ACCOUNT. */
struct fault post_choose(struct viewer, const char *platforms,
                         const char *ids, struct post_new *);

/* Add each string of a JSON list (or NULL) to media, as URLs or as ids of
   uploads; or one URL, with its kind where it was said; and lay a list of alt
   texts over the media, in order. Faults: FAULT_MEDIA (no http or https URL,
   or too many), FAULT_FIELD. */
struct fault post_add_urls(struct post_media *, const char *urls);
struct fault post_add_url(struct post_media *, const char *url,
                          const char *kind);
struct fault post_add_uploads(struct post_media *, const char *ids);
struct fault post_add_alts(struct post_media *, const char *alts);

/* Does the content fit the network of one of the post's targets (its place in
   targets)? FAULT_MEDIA_NOT_FOUND, FAULT_CONTENT_MISSING, or what check_fits()
   says. Stores nothing. */
struct fault post_check_target(const char *profile, const struct post_new *,
                               int place);

/* What whoever sends it should know before, though nothing is wrong with it:
   sentences into words, about its links, its caption and its files' alt text.
   Returns how many. */
enum { POST_WARNINGS = 3 };
int post_check_warnings(const char *profile, const struct post_new *,
                        int place, const char *words[POST_WARNINGS]);

/* Check everything and store it, all targets or none; writes post.scheduled
   for each unless it is a draft. Faults: FAULT_CONTENT_MISSING,
   FAULT_TIME_PAST, FAULT_MEDIA_NOT_FOUND, FAULT_POST_QUOTA, FAULT_RATE,
   FAULT_DUPLICATE (crier.conf's duplicate_seconds), and whatever check_fits()
   says. */
struct fault post_create(struct viewer, struct post_new *);

/* One target, for a viewer who may see it, as the named values :target_id,
   :target_state and so on. FAULT_POST_NOT_FOUND. */
struct fault post_find(struct viewer, const char *target);

/* What a change sets; a has_ that is 0 leaves its part as it is. The target's
   own override is written, never its siblings. */
struct post_change {
    int has_text, has_title, has_due, has_media, has_settings, has_parts;
    const char *text, *title;   /* NULL: as the post says */
    int64_t due_at;             /* 0: back to a draft */
    struct post_media media;    /* the new ones */
    const struct post_parts *parts;     /* the new ones; NULL: none */
    const char *settings;       /* JSON; NULL: none */
    const char *network;        /* another one, with the account and options
                                   that the profile has set for it (settings
                                   are laid over them); NULL: as it is */
    int make_title;             /* as make_titles; one made so is made anew */
};

/* Change a draft or scheduled target. A draft without an account that gets a
   time gets the profile's account of its network too. Faults: those of
   post_create() and platform_choose(), FAULT_POST_STATE. */
struct fault post_edit(struct viewer, const char *target,
                       const struct post_change *);

/* Cancel a draft or scheduled target, with its parts; any other is refused
   with FAULT_POST_STATE or FAULT_POST_UNCERTAIN. */
struct fault post_cancel(struct viewer, const char *target);

/* Cancel a draft or scheduled target; hide one that has come to its end. One
   that is publishing or uncertain is refused (FAULT_POST_STATE,
   FAULT_POST_UNCERTAIN), or has such a part. *cancelled says which it was. */
struct fault post_delete(struct viewer, const char *target, int *cancelled);

/* Send a failed or held target again, now; of a posted one the part that
   failed, is held or was cancelled. FAULT_POST_UNCERTAIN for one that may have
   been sent, FAULT_POST_STATE for any other. */
struct fault post_retry(struct viewer, const char *target);

/* What the owner found out of an uncertain target, or of the uncertain part of
   a posted one: it is there, under this permalink; or (permalink NULL) it is
   not, and shall be sent again. Only one of them can be uncertain at a time;
   part says which is meant (0: the target), -1: that one. */
struct fault post_resolve(struct viewer, const char *target, int part,
                          const char *permalink);
#endif
