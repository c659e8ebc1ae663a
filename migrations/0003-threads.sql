-- What follows a post on its network, each part a target: schema.sql,
-- target.root. A few databases of version 2 have these columns already, and
-- nothing in them, and lack the index at the end: so the table is made anew.
CREATE TABLE target_new (
  id           TEXT PRIMARY KEY,
  post         TEXT NOT NULL REFERENCES post ON DELETE CASCADE,
  profile      TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  account      TEXT REFERENCES account,
  network      TEXT NOT NULL,
  state        TEXT NOT NULL,
  text         TEXT,
  title        TEXT,
  own_media    INTEGER NOT NULL DEFAULT 0,
  settings     TEXT NOT NULL DEFAULT '{}',
  due_at       INTEGER,
  next_at      INTEGER,
  held_at      INTEGER,
  worker       TEXT,
  failures     INTEGER NOT NULL DEFAULT 0,
  crashes      INTEGER NOT NULL DEFAULT 0,
  resume       TEXT,
  remote_key   TEXT,
  remote_id    TEXT,
  permalink    TEXT,
  category     TEXT,
  reason       TEXT,
  version      INTEGER NOT NULL DEFAULT 1,
  published_at INTEGER,
  measure_at   INTEGER,
  hidden_at    INTEGER,
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  root         TEXT REFERENCES target ON DELETE CASCADE,
  part         INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "a part has a place, and only a part"
    CHECK ((root IS NULL) = (part = 0)),
  CONSTRAINT "a target's state is one of eight" CHECK (state IN ('draft',
    'scheduled', 'publishing', 'verifying', 'posted', 'failed', 'uncertain',
    'cancelled')),
  CONSTRAINT "only a draft may be without an account"
    CHECK (account IS NOT NULL OR state IN ('draft', 'cancelled')),
  CONSTRAINT "a target has a worker while it is publishing, and only then"
    CHECK ((state = 'publishing') = (worker IS NOT NULL)),
  CONSTRAINT "a posted target has the network's id"
    CHECK (state <> 'posted' OR remote_id IS NOT NULL),
  CONSTRAINT "what waits has a time"
    CHECK (state NOT IN ('scheduled', 'publishing', 'verifying')
           OR (due_at IS NOT NULL AND next_at IS NOT NULL)),
  CONSTRAINT "only a scheduled target is held"
    CHECK (held_at IS NULL OR state = 'scheduled')
) STRICT;
INSERT INTO target_new (rowid,
  id, post, profile, account, network, state, text, title, own_media,
  settings, due_at, next_at, held_at, worker, failures, crashes, resume,
  remote_key, remote_id, permalink, category, reason, version, published_at,
  measure_at, hidden_at, created_at, updated_at)
 SELECT rowid,
  id, post, profile, account, network, state, text, title, own_media,
  settings, due_at, next_at, held_at, worker, failures, crashes, resume,
  remote_key, remote_id, permalink, category, reason, version, published_at,
  measure_at, hidden_at, created_at, updated_at
 FROM target;
DROP TRIGGER attempt_kept;              -- it names the table
DROP TABLE target;
ALTER TABLE target_new RENAME TO target;
CREATE INDEX target_due ON target (next_at, id)
  WHERE state IN ('scheduled', 'verifying') AND held_at IS NULL;
CREATE INDEX target_order ON target (account, due_at, id)
  WHERE state IN ('scheduled', 'verifying') AND held_at IS NULL;
CREATE UNIQUE INDEX "an account has one post in flight" ON target (account)
  WHERE state IN ('publishing', 'verifying');
CREATE INDEX target_measure ON target (measure_at, id)
  WHERE measure_at IS NOT NULL;
CREATE INDEX target_worker ON target (worker) WHERE worker IS NOT NULL;
CREATE INDEX target_profile ON target (profile, id);
CREATE INDEX target_post ON target (post);
CREATE UNIQUE INDEX "a part is alone in its place" ON target (root, part)
  WHERE root IS NOT NULL;
CREATE TRIGGER attempt_kept BEFORE DELETE ON attempt
  WHEN EXISTS (SELECT 1 FROM target WHERE id = old.target)
  BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: attempts are never deleted'); END;
CREATE TRIGGER target_sent BEFORE UPDATE OF state ON target
  WHEN new.state IN ('scheduled', 'draft', 'cancelled')
       AND EXISTS (SELECT 1 FROM attempt WHERE target = old.id
                    AND sent_at IS NOT NULL AND ended_at IS NULL)
  BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: this post may have been sent'); END;
CREATE INDEX IF NOT EXISTS webhook_failing ON webhook (failing_since)
  WHERE failing_since IS NOT NULL;
