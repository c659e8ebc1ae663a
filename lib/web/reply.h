/* reply.h: the one writer of output, at the end, with its length.

   None of these return: a request is a process, and its answer is its end.
   An open transaction is committed by reply() and rolled back by refuse(). */
#ifndef REPLY_H
#define REPLY_H
#include "base/text.h"
#include "core/fault.h"
#include "web/dialect.h"

/* Whose words errors are in; set by serve() before anything can fail. */
void reply_dialect(const struct dialect *);

/* Add a header to the answer. A value with a control character is a fault of
   ours and ends in a 500. */
void reply_header(const char *name, const char *value);

/* Answer with a JSON body, or with a body of another type. */
_Noreturn void reply(int status, const struct text *body);
_Noreturn void reply_as(int status, const char *type, const struct text *body);

/* Commit now, with this as the answer that is kept for the Idempotency-Key,
   and go on: for work that may take a while. reply() in another transaction
   keeps and sends a newer one. */
void reply_keep(int status, const struct text *body);

/* Send the browser on (303); location is absolute. */
_Noreturn void reply_redirect(const char *location);

/* Answer with an error in the dialect's words. */
_Noreturn void refuse(struct fault);

/* refuse() where there is a fault; go on where there is none. */
void refuse_if(struct fault);

/* The same as refuse(), for one kind of fault with nothing more to say. */
_Noreturn void refuse_kind(enum fault_kind);

/* The same, with a field and a sentence made by a printf pattern. */
_Noreturn void refuse_field(enum fault_kind, const char *field,
                            const char *pattern, ...)
          __attribute__((format(printf, 3, 4)));

/* Append the error body for a fault and return its status: for answers that
   are stored (idempotency) before they are sent. */
int reply_error(const struct fault *, struct text *body);

/* Write status and headers, then stop buffering: the caller streams length
   bytes of body to standard output itself and ends by program_end(0), or has
   reply_file() do both: so many bytes from a place in a file, piece by piece.
   A client that goes away, or a disk that fails, ends the program: the answer
   is short. */
void reply_stream(int status, const char *type, long long length);
_Noreturn void reply_file(int file, long long at, long long length);
#endif
