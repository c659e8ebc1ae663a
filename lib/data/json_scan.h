/* json_scan.h: the first look at a stranger's JSON; for json.c.

   What is found here is what json_valid() does not mind. */
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

/* NULL where no string from p to end holds a bad \u escape, and nesting and
   the number of values (at most most) are within bounds; else why not. */
const char *json_scan(const char *p, const char *end, int most);
#endif
