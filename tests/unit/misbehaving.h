/* misbehaving.h: tests/doubles/misbehaving.py beside one test program. */
#ifndef MISBEHAVING_H
#define MISBEHAVING_H
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/memory.h"

static int misbehaving_port;
static pid_t misbehaving_server;
static int misbehaving_input = -1;

/* Start the server; it ends when its standard input, which we hold, does. */
static inline int
misbehaving_start(void **state)
{
    int in[2], out[2];
    FILE *output;

    (void)state;
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        return -1;
    misbehaving_server = fork();
    if (misbehaving_server == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        execl("/usr/bin/python3", "python3", "-u",
              "tests/doubles/misbehaving.py", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    misbehaving_input = in[1];
    output = fdopen(out[0], "r");
    if (output == NULL || fscanf(output, "%d", &misbehaving_port) != 1)
        return -1;
    fclose(output);
    return 0;
}

static inline int
misbehaving_stop(void **state)
{
    (void)state;
    close(misbehaving_input);
    kill(misbehaving_server, SIGKILL);
    return waitpid(misbehaving_server, NULL, 0) == misbehaving_server ? 0 : -1;
}

static inline const char *
misbehaving_url(const char *path)
{
    return memory_format("http://127.0.0.1:%d/%s", misbehaving_port, path);
}
#endif
