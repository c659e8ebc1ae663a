/* socialsyncer_list.c: a page of SocialSyncer's posts. */
#include "dialect/socialsyncer_post.h"
#include "core/catalogue.h"
#include "core/media_links.h"

const struct field syncer_filter_fields[] = {
    { "status", TEXT, .one_of = "draft scheduled publishing published failed"
                                " partial" },
    { "platform", TEXT, 0, 40, .words = "Posts with this platform" },
    { "limit", INTEGER, 1, 100, .otherwise = "20", .words = "Page size" },
    { "cursor", ID, .wrong = FAULT_CURSOR,
      .words = "cursor of the page before" },
    { "fromDate", TIME, .day = DAY_BEGIN, .words = "Created then or later" },
    { "toDate", TIME, .day = DAY_END, .words = "Created then or earlier" },
    {0}
};

/* A platform by any of its names; of one that is unknown there are none. */
static void
read_platform(void)
{
    const char *name = value_text("platform");
    const struct catalogue_row *row = name ? catalogue_find(name) : NULL;

    if (row != NULL)
        value_set_text("platform", row->name);
    else if (name != NULL)
        refuse((struct fault){ .kind = FAULT_PLATFORM_UNSUPPORTED,
                               .field = "platform" });
}

void
syncer_sign_page(void)
{
    read_platform();
    media_links("SELECT DISTINCT m.id AS link_media,"
                " m.extension AS link_extension"
                " FROM (SELECT p.id" SYNCER_FILTER " LIMIT :limit) y"
                " JOIN attachment x ON x.post = y.id"
                " JOIN media m ON m.id = x.media");
}
