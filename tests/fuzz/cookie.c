/* cookie.c: the Cookie header; and, behind a line's end, Authorization. */
#include "fuzz.h"
#include "web/request.h"

static void
fuzz_begin(void)
{
}

static void
fuzz_try(const char *bytes, size_t length)
{
    char *rest = fuzz_string(bytes, length), *cookie = fuzz_line(&rest);
    const char *value, *key;

    setenv("HTTP_COOKIE", cookie, 1);
    value = request_cookie("crier");
    must(value == NULL || strpbrk(value, ";,") == NULL);
    must(value == NULL || strstr(cookie, "crier=") != NULL);
    must(request_cookie("__Host-crier") == NULL
         || strstr(cookie, "__Host-crier=") != NULL);
    setenv("HTTP_AUTHORIZATION", rest, 1);
    key = request_key();
    must(rest[0] == '\0' || (key != NULL && strlen(key) <= strlen(rest)));
}
