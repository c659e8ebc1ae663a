/* pages.h: how the pages for people say what went wrong: as a page. */
#ifndef PAGES_H
#define PAGES_H
#include "web/endpoint.h"

extern const struct dialect pages;
#endif
