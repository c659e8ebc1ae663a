/* query.c: urlencoded names and values. */
#include "fuzz.h"
#include "network/http.h"
#include "web/request.h"

static void
fuzz_begin(void)
{
}

static void
fuzz_try(const char *bytes, size_t length)
{
    const char *form = fuzz_string(bytes, length), *rest = form;
    struct text again = { 0 };
    char *name, *value;
    int got;

    while ((got = request_form_next(&rest, &name, &value)) == 1) {
        const char *back;
        char *same_name, *same_value;

        must(rest > form && rest <= form + strlen(form));
        must(fuzz_is_text(name) && fuzz_is_text(value));
        text_clear(&again);
        http_form_add(&again, name, value);
        back = text_string(&again);
        must(request_form_next(&back, &same_name, &same_value) == 1);
        must(*back == '\0' && text_same(name, same_name)
             && text_same(value, same_value));
    }
    must(got == 0 || got == -1);
}
