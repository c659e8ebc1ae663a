/* graph_comment.h: comments by Meta's Graph APIs: Facebook and Instagram.

   Source: developers.facebook.com/docs, the edge comments of a post and of an
   IG Media. */
#ifndef GRAPH_COMMENT_H
#define GRAPH_COMMENT_H
#include "network/graph.h"

/* What differs between the two. */
struct graph_comments {
    const char *title;          /* Facebook */
    const char *base;           /* its API with the version */
    const char *secret;         /* for graph_proven(), or NULL */
    const char *ids[2];         /* of the post; the second is asked where the
                                   network knows nothing of the first; NULL:
                                   there is none */
    int may_come;               /* 1: a post that is not there may come yet */
    const char *fields;         /* what a list tells of each: id,text,... */
    const char *text, *time, *author;   /* paths of these: $.text, ... */
    const char *ours;           /* what stands at author of our own */
    const char *link;           /* the field of a comment's link, or NULL */
    const char *right;          /* what allows to comment, for people */
};

/* The send and look_up of a driver of comments. The call that comments asks
   for no fields: Meta would make the comment and then answer with an error
   (20/1772107). */
struct result graph_comment_send(const struct graph_comments *,
                                 const struct job *);
struct result graph_comment_look_up(const struct graph_comments *,
                                    const struct job *);
#endif
