/* migrate.h: making the database, and bringing an older one up to date. */
#ifndef MIGRATE_H
#define MIGRATE_H

/* A step brings a database of version - 1 to version. */
struct migrate_step {
    int version;
    const char *name, *sql;
};

/* schema.sql and migrations/ as they were when this program was built, without
   their comments; the steps are in order and ended by one without a version. */
extern const char migrate_schema[];
extern const struct migrate_step migrate_steps[];

/* Make a new database from a schema, mode 0600. It appears at path complete
   or not at all. Returns 0 where there is a file at path already; other
   failures end the program. */
int migrate_create(const char *path, const char *schema);

/* Run the steps that the database at path needs to reach version; each is one
   transaction under the writer lock. Before the first, a copy of the database
   is written to path.version-N (snapshot.h), where N is the version it has.
   Ends the program where the database is newer, a step is missing or one
   fails: the steps before it are kept. Returns how many ran. No database may
   be open. */
int migrate_run(const char *path, const struct migrate_step *, int version);
#endif
