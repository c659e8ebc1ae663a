/* page.h: the frame of the HTML pages that programs answer with.

   A page needs no script, no font and no image. Its Content-Security-Policy
   allows its own style, forms to this host, and of images those from where
   its one picture is (page_picture()), nothing else; its address,
   which may hold a secret, is told to no other site (Referrer-Policy). It is
   same-origin and not no-referrer: under that browsers send the page's own
   forms with `Origin: null` (Fetch, "append a request Origin header"). */
#ifndef PAGE_H
#define PAGE_H
#include "base/text.h"

/* One labelled input. type is an input's (text, email, password, url). Members
   after it may be NULL. */
struct page_field {
    const char *name, *label, *type;
    const char *value, *hint;   /* what it holds; what stands under it */
    const char *autocomplete;   /* off where NULL */
    int optional;
};

/* One of several answers; hint stands under it, or is NULL. */
struct page_choice {
    const char *value, *label, *hint;
};

/* Add a paragraph; one that says what went wrong; a link to a URL of http or
   https (of any other scheme, only its label). */
void page_say(struct text *, const char *words);
void page_warn(struct text *, const char *words);
void page_link(struct text *, const char *url, const char *label);

/* Add a small picture that stands elsewhere, one to a page, and let the page's
   policy have it. NULL, or an URL of anything but http and https at a plain
   host: none is added. */
void page_picture(struct text *, const char *url);

/* Add a form: begin, its fields, and its one button, which ends it. quiet: it
   is not what most people came for. Forms carry session.h's token. */
void page_form(struct text *, const char *action);
void page_input(struct text *, const struct page_field *);
void page_choices(struct text *, const char *question, const char *name,
                  const struct page_choice *, int count);
void page_button(struct text *, const char *label, int quiet);

/* Write a whole document around the body, and add the headers it needs. */
void page_write(struct text *document, const char *title,
                const struct text *body);

/* Answer with a page. An open transaction is committed. */
_Noreturn void page_reply(int status, const char *title,
                          const struct text *body);
#endif
