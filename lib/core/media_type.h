/* media_type.h: what a file is, told by its bytes alone.

   Names and declared types are a stranger's claims; here the structure of the
   file decides. Accepted are JPEG, PNG, GIF, WebP, MP4 and MOV with a picture
   in them. Refused is everything else, and what is two things at once: a
   picture with a web page or a script near its start or end, or with a ZIP
   directory at its end, or a GIF that reads as a script. The file is read in
   small pieces; a size it claims is believed only as far as the file goes. */
#ifndef MEDIA_TYPE_H
#define MEDIA_TYPE_H
#include <stdint.h>

struct media_facts {
    const char *type;           /* MIME type */
    const char *extension;      /* jpg, png, gif, webp, mp4, mov */
    int width, height;          /* pixels as shown: turned as EXIF or the
                                   track's matrix say */
    int64_t duration_ms;        /* 0: an image, or not known */
};

/* Look at an open file of so many bytes. Returns 1, or 0 where it is none of
   the six. The file's position stays. */
int media_type_read(int file, int64_t bytes, struct media_facts *);

/* Is this the MIME type of a video? */
int media_type_is_video(const char *type);
#endif
