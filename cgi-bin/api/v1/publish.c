/* /api/v1/publish: a post for the publisher's next tick. */
#include "dialect/native_post.h"
#include "base/clock.h"

/* Due at the next full minute, when cron runs the publisher. */
static void
publish(void)
{
    struct post_new *post;

    if (value_integer("draft", 0))
        refuse_field(FAULT_FIELD, "draft", "POST /posts keeps drafts; this"
                     " path publishes.");
    post = native_post_read();
    if (post->due_at == 0)
        post->due_at = clock_now() / MINUTE * MINUTE + MINUTE;
    native_post_create(post);
}

static const struct operation operations[] = {
    { "POST", "", POLICY_KEY, "post:write", .fields = native_post_fields,
      .run = publish, .status = 201,
      .words = "Queue for the next publisher tick" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &native, operations);
}
