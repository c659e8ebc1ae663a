/* ai.c: instructions to an AI that writes posts. */
#include "core/ai.h"
#include "base/text.h"

const char *
ai_instructions(const struct catalogue_row *row, size_t most, const char *tone)
{
    struct text words = { 0 };

    text_add_format(&words, "You write posts for social media. Answer with"
                    " the text of one post and nothing else: no quotation"
                    " marks around it, no explanation. Its tone is %s.", tone);
    if (row != NULL)
        text_add_format(&words, " It is for %s.", row->title);
    if (row != NULL && row->text_limit > 0 && (size_t)row->text_limit < most)
        most = (size_t)row->text_limit;
    text_add_format(&words, " It has at most %zu characters.", most);
    return text_string(&words);
}
