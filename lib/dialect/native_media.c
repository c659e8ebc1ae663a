/* native_media.c: receiving an upload, and deleting one. */
#include "dialect/native_media.h"
#include "base/utf8.h"
#include "core/media.h"
#include "core/media_links.h"
#include "web/upload.h"

void
native_media_sign_page(void)
{
    media_links("SELECT id AS link_media, extension AS link_extension"
                NATIVE_MEDIA_FILTER " LIMIT :limit");
}

void
native_media_sign_one(void)
{
    media_links("SELECT id AS link_media, extension AS link_extension"
                " FROM media WHERE id = :id AND profile = :my_profile");
}

void
native_media_upload(void)
{
    struct media_new new = { .profile = value_text("my_profile") };
    struct text body = { .limit = TEXT_LIMIT };
    struct multipart form;
    struct media_temp temp;

    refuse_if(media_allowed(new.profile, 1));
    upload_receive(&form, &temp, MEDIA_UPLOAD_MOST);
    new.name = form.file_name;
    new.alt = multipart_field(&form, "alt");
    if (new.alt != NULL && utf8_code_points(new.alt) > NATIVE_ALT)
        refuse_field(FAULT_FIELD, "alt", "alt has more than %d characters",
                     NATIVE_ALT);
    media_store_sync(&temp);
    serve_begin(form.fingerprint);
    refuse_if(media_keep(&temp, &new));
    refuse_if(media_create(&new));
    text_add(&body, "{\"success\":true,\"url\":\"");
    text_add_json(&body, media_serve_url(new.id, new.facts.extension));
    text_add_format(&body, "\",\"mediaId\":\"media_%s\"}", new.id);
    reply(200, &body);
}

void
native_media_delete(void)
{
    struct text body = { .limit = TEXT_LIMIT };

    refuse_if(media_delete(value_text("id"), value_text("my_profile")));
    text_add_format(&body, "{\"id\":\"media_%s\",\"deleted\":true}",
                    value_text("id"));
    reply(200, &body);
}
