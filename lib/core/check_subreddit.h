/* check_subreddit.h: a post against the rules that one subreddit told. */
#ifndef CHECK_SUBREDDIT_H
#define CHECK_SUBREDDIT_H
#include "core/check.h"
#include "core/fault.h"

/* told is JSON of what is known, as Reddit names it: rules (of
   /api/v1/SUBREDDIT/post_requirements: the title's lengths, a body, domains of
   links, is_flair_required) and flairs (of link_flair_v2, those that the
   account may set); what is not there forbids nothing. place is how the words
   call the subreddit, as the first of a sentence. NO_FAULT, or the first rule
   that the content breaks. */
struct fault subreddit_fault(const char *place, const char *told,
                             const struct check_content *);

/* The flair of told that a post's settings name, by its id, else by its text,
   as JSON; NULL where they name none of them. */
const char *subreddit_flair(const char *told, const char *settings);
#endif
