/* multipart_part.h: what the headers of one part say, for multipart.c. */
#ifndef MULTIPART_PART_H
#define MULTIPART_PART_H

/* A part's name and file name, as sent; file_name is NULL where it has none,
   name where no header named it. */
struct multipart_part {
    const char *name, *file_name;
};

/* Take in one header line without its CRLF. Returns 1, or 0 where it is
   malformed. Only Content-Disposition says anything to us. */
int multipart_part_header(struct multipart_part *, const char *line);

/* A file name that is only a label: what stands behind the last slash or
   backslash, control characters as '_', cut to most bytes. NULL where that
   is empty or not clean UTF-8. */
const char *multipart_part_label(const char *file_name, int most);
#endif
