/* /socialrails/api/v1/media/upload-url: an upload that is fetched from a URL,
   under the address guard. */
#include "dialect/socialrails_media.h"
#include "base/memory.h"
#include "network/http.h"

#include <errno.h>

static const struct field source[] = {
    { "url", TEXT, 1, POST_URL, .required = 1,
      .words = "Where a file of up to 10 MB is, public; not followed if it"
               " leads elsewhere" },
    {0}
};

/* Why the URL gave no file, or NO_FAULT. */
static struct fault
download(const char *url, const char *path)
{
    struct http_answer answer = http_send(&(struct http_request){
        .url = url, .save_path = path, .answer_limit = SOCIALRAILS_UPLOAD });

    if (answer.result == HTTP_ANSWERED && answer.status == 200)
        return NO_FAULT;
    if (answer.result == HTTP_TOO_LARGE)
        return (struct fault){ .kind = FAULT_FILE_TOO_LARGE };
    return (struct fault){ FAULT_FIELD, "url", 0,
        answer.result == HTTP_ANSWERED
        ? memory_format("url answered %ld; it must lead to the file itself.",
                        answer.status)
        : memory_format("url cannot be fetched: %s.", answer.words) };
}

/* Nothing is locked while the file comes. */
static void
fetch(void)
{
    struct media_new new = { .profile = value_text("my_profile"),
                             .source_url = value_text("url") };
    struct media_temp temp;
    struct fault fault;

    refuse_if(media_allowed(new.profile, 1));
    if (!media_store_begin_named(&temp))
        refuse_kind(errno == ENOSPC || errno == EDQUOT ? FAULT_DISK_FULL
                                                       : FAULT_INTERNAL);
    fault = download(new.source_url, temp.path);
    if (!fault.kind && (!media_store_measure(&temp)
                        || !media_store_sync(&temp)))
        fault = (struct fault){ .kind = FAULT_INTERNAL };
    if (fault.kind)
        media_store_abandon(&temp);
    refuse_if(fault);
    serve_begin(NULL);
    refuse_if(media_keep(&temp, &new));
    socialrails_media_reply(&new);
}

static const struct operation operations[] = {
    { "POST", "", POLICY_KEY, "media:write", BODY_AHEAD, 201, source,
      .run = fetch, .slow = 1, .words = "Upload media from a URL" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialrails, operations);
}
