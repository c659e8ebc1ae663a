/* http_body.c: what a request carries, read from memory or disk as it goes. */
#include "network/http_exchange.h"
#include "base/memory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A source over length bytes of a file from offset on; 0: over all of them.
   NULL where the file has no such piece. */
static struct source *
source_of_file(struct exchange *exchange, const char *path, off_t offset,
               off_t length)
{
    struct source *source = memory_get(sizeof *source);
    struct stat state;

    source->file = open(path, O_RDONLY | O_CLOEXEC);
    if (source->file < 0)
        return NULL;
    exchange->sources[exchange->source_count++] = source;
    if (fstat(source->file, &state) != 0 || offset < 0 || length < 0
        || offset > state.st_size || length > state.st_size - offset
        || lseek(source->file, offset, SEEK_SET) != offset)
        return NULL;
    source->length = (size_t)(length ? length : state.st_size - offset);
    return source;
}

/* Returns NULL, or why the parts cannot be sent. */
static const char *
add_parts(struct exchange *exchange, const struct http_part *parts)
{
    int i;

    exchange->mime = curl_mime_init(exchange->curl);
    for (i = 0; i < HTTP_PARTS && parts[i].name != NULL; i++) {
        curl_mimepart *made = curl_mime_addpart(exchange->mime);
        struct source *source;

        HTTP_MUST(exchange, curl_mime_name(made, parts[i].name));
        if (parts[i].path == NULL) {
            HTTP_MUST(exchange, curl_mime_data(made, parts[i].value,
                parts[i].length ? (size_t)parts[i].length
                                : CURL_ZERO_TERMINATED));
            HTTP_MUST(exchange, curl_mime_filename(made,
                                                   parts[i].file_name));
            HTTP_MUST(exchange, curl_mime_type(made, parts[i].type));
            continue;
        }
        source = source_of_file(exchange, parts[i].path, parts[i].offset,
                                parts[i].length);
        if (source == NULL)
            return "a file to send cannot be read";
        HTTP_MUST(exchange, curl_mime_data_cb(
            made, (curl_off_t)source->length, http_callback_read, NULL, NULL,
            source));
        HTTP_MUST(exchange, curl_mime_filename(made, parts[i].file_name));
        HTTP_MUST(exchange, curl_mime_type(made, parts[i].type));
    }
    HTTP_SET(exchange, CURLOPT_MIMEPOST, exchange->mime);
    return NULL;
}

/* Returns NULL, or why the body cannot be sent. */
static const char *
add_body(struct exchange *exchange, const struct http_request *request)
{
    struct source *source;

    if (request->body_path != NULL) {
        source = source_of_file(exchange, request->body_path,
                                request->body_offset,
                                (off_t)request->body_length);
        if (source == NULL)
            return "the file to send cannot be read";
    } else {
        source = memory_get(sizeof *source);
        source->bytes = request->body ? request->body : "";
        source->length = request->body ? request->body_length : 0;
    }
    HTTP_SET(exchange, CURLOPT_POST, 1L);
    HTTP_SET(exchange, CURLOPT_POSTFIELDSIZE_LARGE,
             (curl_off_t)source->length);
    HTTP_SET(exchange, CURLOPT_READFUNCTION, http_callback_read);
    HTTP_SET(exchange, CURLOPT_READDATA, source);
    return NULL;
}

const char *
http_body_set(struct exchange *exchange, const struct http_request *request)
{
    const char *method = request->method ? request->method : "GET";

    if (request->parts[0].name != NULL)
        return add_parts(exchange, request->parts);
    if (request->body != NULL || request->body_path != NULL
        || text_has_word("POST PUT PATCH", method))
        return add_body(exchange, request);
    return NULL;
}

void
http_body_close(struct exchange *exchange)
{
    int i;

    for (i = 0; i < exchange->source_count; i++)
        close(exchange->sources[i]->file);
}
