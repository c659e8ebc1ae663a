/* peak.c: run a program and print the most memory it had, in kilobytes, on
   standard error. A small parent, since a child's peak begins at its
   parent's. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
    struct rusage usage;
    int status;
    pid_t child = fork();

    if (child == 0 && argc > 1) {
        execv(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return 1;
    fprintf(stderr, "%ld\n", usage.ru_maxrss);
    return status != 0;
}
