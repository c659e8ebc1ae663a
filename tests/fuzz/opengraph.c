/* opengraph.c: a stranger's web page, read for a link's card. An answer as
   answer.h has it, or several, where it redirects. */
#include "answer.h"
#include "network/guard.h"
#include "network/opengraph.h"

static void
fuzz_begin(void)
{
    fuzz_instance("");
}

static void
fuzz_try(const char *bytes, size_t length)
{
    struct opengraph page = { 0 };

    answer_begin(fuzz_string(bytes, length));
    if (!opengraph_fetch("https://example.org/a/b?c#d", &page))
        return;
    must(fuzz_is_text(page.title) && page.title[0] != '\0');
    must(fuzz_is_text(page.description));
    must(page.image == NULL || guard_url_fault(page.image) == NULL);
}
