/* container.h: publishing by containers, as Threads and Instagram do it.

   A post is a container that nobody sees, with one more for each of several
   files; once the network has fetched the files it is published, once, by one
   call. Everything before that call may be repeated. After a lost answer the
   container says whether it was published.

   resume keeps {children: [id, ...], parent: id, at: when that was made}. */
#ifndef CONTAINER_H
#define CONTAINER_H
#include "network/graph.h"

/* What differs between the two. Paths follow the account's, base/ID. */
struct container_api {
    const char *title;          /* Threads */
    const char *base;           /* its API with the version */
    const char *create, *publish;       /* threads, threads_publish */
    const char *status;         /* the container's field: status */
    const char *trouble;        /* and what explains an ERROR in it */
    const char *quota;          /* path and query of what is left of today */
    const char *counted;        /* before the names in it: "" or reply_ */
    const char *list;           /* path and query of the newest posts */
    const char *text;           /* their field that holds the text: $.text */

    /* The form that creates a container: of the file at a place, as one of
       several or alone; or with a place of -1 of the whole: of several files
       (children, parted by commas, is no NULL), or of text alone. */
    void (*describe)(const struct job *, int place, const char *children,
                     struct text *form);

    /* A container was refused: change what describe() will say and return 1 to
       make it once more; NULL: never. */
    int (*mend)(struct job *, const struct http_answer *);

    /* Is this trouble with a container one that a new container may not have?
       The word or number that stands in its trouble field. */
    int (*passes)(const char *trouble);
};

/* The driver's prepare, send and look_up for an API. */
struct result container_prepare(const struct container_api *, struct job *);
struct result container_send(const struct container_api *, struct job *);
struct result container_look_up(const struct container_api *, struct job *);

/* A container that says that it is published: RESULT_POSTED; or RESULT_WAIT,
   while the post's id may still come to be known, or RESULT_AUTH. */
struct result container_published(const struct container_api *,
                                  const struct job *, const char *id);

/* Look for the post among the account's newest. RESULT_POSTED; RESULT_UNKNOWN
   where it is not there; or why the list cannot be read. */
struct result container_find(const struct container_api *,
                             const struct job *);

/* Of a public post whose link was not known: ask once more, and where the job
   has only its container's id find the post. RESULT_READY, with what is new,
   and the job's remote_id is the post's; or why it cannot be told yet. */
struct result container_late(const struct container_api *, struct job *);

/* How far a container is, in the word of its status field; NULL and why not in
   *result. *trouble is what explains an ERROR, or "", or CONTAINER_GONE where
   there is no such container (any more). */
#define CONTAINER_GONE "gone"
const char *container_status(const struct container_api *,
                             const struct job *, const char *id,
                             const char **trouble, struct result *result);

/* The URL of a path below the account's: base/ID/path. */
const char *container_url(const struct container_api *, const struct job *,
                          const char *path);

/* The job's access token. */
const char *container_token(const struct job *);
#endif
