/* endpoint.c: whole programs of cgi-bin, through environment and standard
   input, over a database that is the same at each try.

   An input is a request: a line `METHOD PATH`, header lines, a blank line,
   the body. What a web server adds is added here; Content-Length as well,
   where no line says it. Each try is a process, as it is behind a server; it
   hands its coverage back. The answer must be one that a server could pass
   on: never a 500, never half a head, JSON that is JSON. */
#include "answer.h"
#include "base/clock.h"
#include "data/db.h"

#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "programs.inc"

void __real___sanitizer_cov_8bit_counters_init(uint8_t *, uint8_t *);
void __wrap___sanitizer_cov_8bit_counters_init(uint8_t *, uint8_t *);
extern char **environ;

enum { HEADERS = 120 };

static uint8_t *counted;        /* where the compiler counts what ran */
static size_t counted_size;
static uint8_t *counters;       /* those of the process that tried */
static int in, out;
static struct text template;    /* the database */

void
__wrap___sanitizer_cov_8bit_counters_init(uint8_t *start, uint8_t *end)
{
    counted = start;
    counted_size = (size_t)(end - start);
    __real___sanitizer_cov_8bit_counters_init(start, end);
}

/* A disk that is quick: what is not kept needs no syncing. */
int
fsync(int file)
{
    (void)file;
    return 0;
}

int
fdatasync(int file)
{
    (void)file;
    return 0;
}

#define ZEROS "000000000000000000000000000000000000"

static void
set_hash(const char *name, const char *secret)
{
    uint8_t hash[HASH_BYTES];

    hash_bytes(secret, strlen(secret), hash);
    value_set_blob(name, hash, sizeof hash);
}

static void
add_rows(void)
{
    set_hash("key", "crier_fuzz000" ZEROS);
    set_hash("session", "session" ZEROS);
    set_hash("link", "link000" ZEROS);
    db_begin();
    must(db_batch(instance_read("tests/fuzz/endpoint.sql")) == DB_ROW);
    db_commit();
    db_close();
}

/* A folder with an openapi.json. */
static const char *
share_folder(void)
{
    FILE *file;

    mkdir("build/fuzz/share", 0777);
    file = fopen("build/fuzz/share/openapi.json", "w");
    fputs("{}", file);
    fclose(file);
    return realpath("build/fuzz/share", memory_get(PATH_MAX));
}

static void
fuzz_begin(void)
{
    counters = mmap(NULL, counted_size, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    in = memfd_create("in", 0);
    out = memfd_create("out", 0);
    fuzz_instance(memory_format(
        "publisher = /bin/true\npublish_wait = 1\nminimum_free_mb = 1\n"
        "ai_url = https://ai.example/v1\nai_model = m\nshare_dir = %s\n",
        share_folder()));
    add_rows();
    instance_sql(config()->database, "PRAGMA wal_checkpoint(TRUNCATE)");
    template.limit = 16 << 20;
    must(file_read(config()->database, 8 << 20, &template));
    memory_keep();
}

/* Most tries write to the log alone: the file itself then has the time still
   that it was given here. */
static void
restore_database(void)
{
    static const struct timespec mark[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
    int file = open(config()->database, O_WRONLY);
    struct stat now;

    must(fstat(file, &now) == 0);
    if (now.st_mtim.tv_sec != mark[1].tv_sec)
        must(pwrite(file, template.data, template.length, 0)
             == (ssize_t)template.length
             && ftruncate(file, (off_t)template.length) == 0
             && futimens(file, mark) == 0);
    close(file);
    unlink(memory_format("%s-wal", config()->database));
    unlink(memory_format("%s-shm", config()->database));
}

static char *environment[HEADERS + 16];
static int environment_count;

static void
add(const char *name, const char *value)
{
    if (environment_count < HEADERS + 12)
        environment[environment_count++] = memory_format("%s=%s", name, value);
}

/* A header line as a server hands it over. */
static void
add_header(char *line, int *has_length)
{
    char *value = strchr(line, ':'), *p;

    if (value == NULL)
        return;
    *value++ = '\0';
    value += strspn(value, " ");
    for (p = line; *p != '\0'; p++)
        *p = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
    if (strchr(line, '=') != NULL)
        return;
    if (text_same(line, "CONTENT_TYPE") || text_same(line, "CONTENT_LENGTH"))
        add(line, value);
    else
        add(memory_format("HTTP_%s", line), value);
    *has_length |= text_same(line, "CONTENT_LENGTH")
                   || text_same(line, "TRANSFER_ENCODING");
}

/* The program that a server would run for a path; its rest is PATH_INFO. */
static const struct program *
find_program(const char *path)
{
    const struct program *found = NULL;
    size_t i, most = 0;

    for (i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        size_t length = strlen(programs[i].path);

        if (length > most && strncmp(path, programs[i].path, length) == 0
            && (path[length] == '/' || path[length] == '\0')) {
            found = &programs[i];
            most = length;
        }
    }
    return found;
}

/* Read the request, whose body has so many bytes, into environment. */
static const struct program *
take_request(const char *bytes, size_t length, size_t body)
{
    char *rest = fuzz_string(bytes, length), *line = fuzz_line(&rest);
    char *path = strchr(line, ' '), *query;
    const struct program *program;
    int has_length = 0;

    if (path == NULL)
        return NULL;
    *path++ = '\0';
    query = strchr(path, '?');
    if (query != NULL)
        *query++ = '\0';
    program = find_program(path);
    if (program == NULL)
        return NULL;
    environment_count = 0;
    add("GATEWAY_INTERFACE", "CGI/1.1");
    add("CRIER_CONF", getenv("CRIER_CONF"));
    add("REMOTE_ADDR", "192.0.2.7");
    add("REQUEST_METHOD", line);
    add("SCRIPT_NAME", program->path);
    add("PATH_INFO", path + strlen(program->path));
    add("QUERY_STRING", query ? query : "");
    for (int i = 0; i < HEADERS && (line = fuzz_line(&rest))[0] != '\0'; i++)
        add_header(line, &has_length);
    if (!has_length && body > 0)
        add("CONTENT_LENGTH", memory_format("%zu", body));
    environment[environment_count] = NULL;
    return program;
}

_Noreturn static void
child_end(int status)
{
    memcpy(counters, counted, counted_size);
    _exit(status);
}

static void
run(const struct program *program)
{
    char *argv[] = { (char *)"program", NULL };

    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    lseek(STDIN_FILENO, 0, SEEK_SET);
    signal(SIGALRM, SIG_DFL);
    program_end_hook = child_end;
    die_hook = NULL;
    answer_begin(memory_copy(""));
    environ = environment;
    exit(program->run(1, argv));
}

/* The answer's head, line by line; the body behind it. */
static const char *
check_head(char *answer, long long *length, int *is_json)
{
    char *body = strstr(answer, "\r\n\r\n"), *line, *rest = answer;

    must(strncmp(answer, "Status: ", 8) == 0 && body != NULL);
    must(strncmp(answer, "Status: 500", 11) != 0);
    body[2] = '\0';
    while ((line = strsep(&rest, "\n")) != NULL && line[0] != '\0') {
        size_t whole = strlen(line), i;

        must(whole > 1 && line[whole - 1] == '\r');
        for (i = 0; i + 1 < whole; i++)
            must((unsigned char)line[i] >= 0x20 && line[i] != 0x7f);
        must(strchr(line, ':') != NULL);
        if (strncmp(line, "Content-Length: ", 16) == 0)
            *length = strtoll(line + 16, NULL, 10);
        if (strncmp(line, "Content-Type: application/json", 30) == 0)
            *is_json = 1;
    }
    return body + 4;
}

static void
check_answer(int is_head)
{
    size_t length = (size_t)lseek(out, 0, SEEK_END);
    char *answer = memory_get(length + 1);
    const char *body;
    long long said = -1;
    int is_json = 0;

    must(pread(out, answer, length, 0) == (ssize_t)length);
    if (getenv("FUZZ_SHOW") != NULL)    /* for a human */
        fprintf(stderr, "%s\n", answer);
    body = check_head(answer, &said, &is_json);
    if (is_head || said < 0) {
        must(*body == '\0');
        return;
    }
    must(said == (long long)(answer + length - body));
    must(!is_json || json_fault(body, (size_t)said) == NULL);
}

static void
fuzz_try(const char *bytes, size_t length)
{
    const char *body = memmem(bytes, length, "\n\n", 2);
    size_t rest = body ? (size_t)(bytes + length - body) - 2 : 0;
    const struct program *program = take_request(bytes, length, rest);
    int status = 0;
    pid_t child;

    if (program == NULL)
        return;
    must(ftruncate(in, 0) == 0 && ftruncate(out, 0) == 0);
    must(pwrite(in, bytes + length - rest, rest, 0) == (ssize_t)rest);
    lseek(out, 0, SEEK_SET);
    restore_database();
    child = fork();
    must(child >= 0);
    if (child == 0)
        run(program);
    while (waitpid(child, &status, 0) < 0)
        continue;
    memcpy(counted, counters, counted_size);
    must(status == 0);
    check_answer(strncmp(bytes, "HEAD ", 5) == 0);
}
