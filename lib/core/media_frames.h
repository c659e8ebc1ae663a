/* media_frames.h: how many pictures a GIF shows one after the other. */
#ifndef MEDIA_FRAMES_H
#define MEDIA_FRAMES_H

/* Counted by its blocks, up to its end or to the first that is none; the whole
   file is read, in small pieces. 0 where it cannot be read or is no GIF. */
int media_frames(const char *path);
#endif
