/* /socialrails/api/v1/media/upload: an image or a video, as a form. */
#include "dialect/socialrails_media.h"
#include "web/upload.h"

static const struct field upload[] = {
    { "file", TEXT, .required = 1,
      .words = "A JPEG, PNG, GIF, WebP, MP4 or MOV of up to 10 MB" },
    {0}
};

static void
receive(void)
{
    struct media_new new = { .profile = value_text("my_profile") };
    struct multipart form;
    struct media_temp temp;

    refuse_if(media_allowed(new.profile, 1));
    upload_receive(&form, &temp, SOCIALRAILS_UPLOAD);
    new.name = form.file_name;
    media_store_sync(&temp);
    serve_begin(form.fingerprint);
    refuse_if(media_keep(&temp, &new));
    socialrails_media_reply(&new);
}

static const struct operation operations[] = {
    { "POST", "", POLICY_KEY, "media:write", BODY_OWN, 201, upload,
      .run = receive, .slow = 1, .words = "Upload an image or a video" },
    {0}
};

int
main(int argc, char **argv)
{
    serve(argc, argv, &socialrails, operations);
}
