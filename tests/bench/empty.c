/* empty.c: the floor: a CGI program that answers and does nothing else. */
#include <stdio.h>

int
main(void)
{
    fputs("Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
          stdout);
    return 0;
}
