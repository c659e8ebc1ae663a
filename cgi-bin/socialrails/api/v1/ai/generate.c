/* /socialrails/api/v1/ai/generate: a post's text, written by an AI. */
#include "dialect/socialrails.h"
#include "core/ai.h"
#include "core/fit.h"
#include "core/quota.h"
#include "network/chat.h"

static const struct field request_fields[] = {
    { "prompt", TEXT, 1, 2000, .required = 1, .words = "What to write" },
    { "platform", TEXT, 1, 40, .words = "Where it will go" },
    { "tone", TEXT, .one_of = AI_TONES, .otherwise = "professional",
      .words = "How it sounds" },
    {0}
};

/* Credits are looked at before the AI is asked, and counted when its text is
   there; of two requests for the last ones one is refused. */
static void
generate(void)
{
    const char *profile = value_text("my_profile"), *text, *why;
    const struct catalogue_row *row = NULL;

    socialrails_take_platform();
    if (value_is_set("platform"))
        row = catalogue_find(value_text("platform"));
    if (!chat_is_configured())
        refuse_kind(FAULT_AI_ABSENT);
    refuse_if(quota_credits_left(profile, AI_CREDITS));
    text = chat_ask(ai_instructions(row, SOCIALRAILS_CONTENT,
                                    value_text("tone")),
                    value_text("prompt"), &why);
    if (text == NULL)
        refuse_field(FAULT_AI_FAILED, NULL, "The AI service gave no text"
                     " (%s); no credits were used.", why);
    value_set_text("content", fit_text(row, SOCIALRAILS_CONTENT, text));
    serve_begin(NULL);
    refuse_if(quota_credits_take(profile, AI_CREDITS));
    serve_sql(200, "SELECT json_object('data', json_object("
              " 'content', :content, 'platform', :platform, 'tone', :tone))",
              FAULT_NONE);
}

static const struct operation operations[] = {
    { "POST", "", POLICY_KEY, "ai:write", BODY_AHEAD, 200, request_fields,
      .run = generate, .slow = 1,
      .words = "Write a post's text; takes 2 AI credits" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialrails, operations);
}
