-- schema.sql: Crier's one database, as a new instance has it.
--
-- Times are milliseconds since 1970 UTC. Ids are UUIDv7 in lower case. JSON
-- is stored as text and read only by statements (SQLite refuses JSON
-- functions inside a schema whose text is not trusted). A constraint's name
-- is the sentence a user reads when it refuses.
--
-- An older database becomes this one by the numbered files in migrations/;
-- a test compares the two.

PRAGMA application_id = 0x43726972;     -- "Crir"
PRAGMA user_version = 2;
PRAGMA journal_mode = WAL;

-- ---------------------------------------------------------------- people

-- A person who signs in. What a plan allows is spelled out per user, so that
-- an instance without billing has no limits but those its operator sets.
CREATE TABLE user (
  id              TEXT PRIMARY KEY,
  email           TEXT NOT NULL COLLATE NOCASE,
  password        TEXT,                 -- argon2id; NULL: cannot sign in
  plan            TEXT NOT NULL DEFAULT 'unlimited',
  posts_a_month   INTEGER,              -- NULL: as many as wanted
  storage_bytes   INTEGER,              -- NULL: as much as the disk has
  ai_credits_a_month INTEGER,           -- NULL: as many as wanted
  api_enabled     INTEGER NOT NULL DEFAULT 1,
  uploads_enabled INTEGER NOT NULL DEFAULT 1,   -- may upload through the API
  disabled_at     INTEGER,              -- signs in no more, keys refused
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  CONSTRAINT "a user with this email exists" UNIQUE (email),
  CONSTRAINT "email must look like name@host" CHECK (email LIKE '_%@_%'),
  CONSTRAINT "plan must be free, starter, growth, agency or unlimited"
    CHECK (plan IN ('free', 'starter', 'growth', 'agency', 'unlimited')),
  CONSTRAINT "switches are 0 or 1"
    CHECK (api_enabled IN (0, 1) AND uploads_enabled IN (0, 1)),
  CONSTRAINT "quotas are not negative"
    CHECK (ifnull(posts_a_month, 0) >= 0 AND ifnull(storage_bytes, 0) >= 0
           AND ifnull(ai_credits_a_month, 0) >= 0)
) STRICT;

-- One brand or person that posts. It owns everything below; every statement
-- that serves a request carries its id.
CREATE TABLE profile (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  timezone   TEXT NOT NULL DEFAULT 'UTC',       -- IANA name
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT "a profile's name has 1 to 100 characters"
    CHECK (length(name) BETWEEN 1 AND 100)
) STRICT;

-- Who may act for a profile. The owner's quotas are the profile's.
CREATE TABLE membership (
  profile    TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  user       TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
  role       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (profile, user),
  CONSTRAINT "role must be owner, admin or member"
    CHECK (role IN ('owner', 'admin', 'member'))
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_user ON membership (user);
CREATE UNIQUE INDEX "a profile has one owner" ON membership (profile)
  WHERE role = 'owner';

-- A browser's sign-in. The cookie holds the token; here is its SHA-256.
CREATE TABLE session (
  hash       BLOB PRIMARY KEY,
  user       TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user);

-- A program's key. The key itself is shown once; here is its SHA-256.
CREATE TABLE api_key (
  id         TEXT PRIMARY KEY,
  profile    TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  user       TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
  name       TEXT NOT NULL,
  hint       TEXT NOT NULL,             -- its first letters, to tell keys apart
  hash       BLOB NOT NULL,
  scopes     TEXT NOT NULL,             -- words parted by spaces, or 'all'
  limited    INTEGER NOT NULL DEFAULT 0,        -- 1: only api_key_account's
  expires_at INTEGER,
  revoked_at INTEGER,
  created_at INTEGER NOT NULL,
  CONSTRAINT "a key's hash is unique" UNIQUE (hash),
  CONSTRAINT "a key's name has 1 to 100 characters"
    CHECK (length(name) BETWEEN 1 AND 100),
  CONSTRAINT "limited is 0 or 1" CHECK (limited IN (0, 1))
) STRICT;
CREATE INDEX api_key_profile ON api_key (profile);

-- The accounts a limited key may use. Deleting the last one leaves a key that
-- may use none.
CREATE TABLE api_key_account (
  api_key TEXT NOT NULL REFERENCES api_key ON DELETE CASCADE,
  account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
  PRIMARY KEY (api_key, account)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- accounts

-- A connected account on a network.
CREATE TABLE account (
  id           TEXT PRIMARY KEY,
  profile      TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  network      TEXT NOT NULL,           -- a name of core/catalogue.c
  server       TEXT NOT NULL,           -- base URL of its API; '' where fixed
  remote_id    TEXT NOT NULL,           -- the network's own id of the account
  handle       TEXT NOT NULL,
  name         TEXT,
  profile_url  TEXT,
  avatar_url   TEXT,
  status       TEXT NOT NULL DEFAULT 'active',
  credentials  BLOB,                    -- JSON, sealed under "account" + id
  credentials_version INTEGER NOT NULL DEFAULT 1,       -- goes up at each change
  token_expires_at INTEGER,
  refresh_at   INTEGER,                 -- when its token is renewed, or given
                                        -- back, next; NULL: never
  given_back   BLOB,                    -- the credentials of an account that
                                        -- was disconnected, until its network
                                        -- has heard of it
  settings     TEXT NOT NULL DEFAULT '{}',      -- JSON: this account's defaults
  limits       TEXT NOT NULL DEFAULT '{}',      -- JSON: what its server allows
  limits_at    INTEGER,                 -- when the server was last asked
  not_before   INTEGER NOT NULL DEFAULT 0,      -- the network said: wait until
  measure_after INTEGER NOT NULL DEFAULT 0,     -- the same of its metrics
  late_ms      INTEGER NOT NULL DEFAULT 86400000,
                                        -- a post later than this is held
  connected_at INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  sync_at      INTEGER,                 -- when its network is asked anew who
                                        -- it is and what it may; NULL: never
  sync_fault   TEXT,                    -- why that failed the last time, as a
                                        -- sentence; NULL: it did not
  CONSTRAINT "an account's status is active, expired or disconnected"
    CHECK (status IN ('active', 'expired', 'disconnected')),
  CONSTRAINT "only a disconnected account's credentials are given back"
    CHECK (given_back IS NULL OR status = 'disconnected'),
  CONSTRAINT "this account is connected already"
    UNIQUE (profile, network, server, remote_id),
  CONSTRAINT "lateness is not negative" CHECK (late_ms >= 0)
) STRICT;
-- What the collector looks for: tokens that end soon, and those of accounts
-- that were taken away.
CREATE INDEX account_refresh ON account (refresh_at)
  WHERE status <> 'expired' AND refresh_at IS NOT NULL;
CREATE INDEX account_sync ON account (sync_at) WHERE sync_at IS NOT NULL;

-- What a profile means by a network's name where an API names no account:
-- which of its accounts, and the options a post has unless it says otherwise.
CREATE TABLE platform_setting (
  profile    TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  network    TEXT NOT NULL,
  account    TEXT REFERENCES account ON DELETE SET NULL,
                                        -- NULL: the first connected
  settings   TEXT NOT NULL DEFAULT '{}',        -- JSON
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (profile, network)
) STRICT, WITHOUT ROWID;

-- Crier as an application on one server of a network (dynamic registration).
CREATE TABLE network_app (
  network    TEXT NOT NULL,
  server     TEXT NOT NULL,
  credentials BLOB NOT NULL,            -- JSON, sealed under "app" + server
  created_at INTEGER NOT NULL,
  PRIMARY KEY (network, server)
) STRICT, WITHOUT ROWID;

-- A network that refuses the whole application: all its accounts wait, and
-- none of their posts fails for it. A row whose time is over counts no more.
CREATE TABLE network_pause (
  network    TEXT NOT NULL,
  extent     TEXT NOT NULL,
  until_at   INTEGER NOT NULL,
  category   TEXT NOT NULL,             -- one word, as a target's
  reason     TEXT NOT NULL,             -- a sentence
  began_at   INTEGER NOT NULL,
  PRIMARY KEY (network, extent),
  CONSTRAINT "a pause is of new posts alone, or of all that is asked"
    CHECK (extent IN ('posts', 'all'))
) STRICT, WITHOUT ROWID;

-- What Crier has asked of a network that counts the application's requests of
-- a day. Once ends_at is past, the next day begins with nothing used.
CREATE TABLE network_quota (
  network    TEXT NOT NULL,
  kind       TEXT NOT NULL,             -- uploads or units
  used       INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL,
  PRIMARY KEY (network, kind),
  CONSTRAINT "a quota is of uploads or units"
    CHECK (kind IN ('uploads', 'units'))
) STRICT, WITHOUT ROWID;

-- A link that lets a signed-in member connect an account. Its id is secret:
-- here is its SHA-256. It lives 15 minutes and serves once.
CREATE TABLE connect_request (
  hash       BLOB PRIMARY KEY,
  profile    TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  user       TEXT NOT NULL REFERENCES user ON DELETE CASCADE,
  network    TEXT NOT NULL,
  state      TEXT NOT NULL DEFAULT 'open',
  oauth_state BLOB,                     -- SHA-256 of the state sent to the network
  browser    BLOB,                      -- SHA-256 of the cookie it is bound to
  details    BLOB,                      -- JSON, sealed under "connect" + the
                                        -- hash in hex: server and PKCE
                                        -- verifier, then the credentials
  account    TEXT REFERENCES account ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  CONSTRAINT "a connect request is open, sent, answered or used"
    CHECK (state IN ('open', 'sent', 'answered', 'used')),
  CONSTRAINT "a connect request's state is unique" UNIQUE (oauth_state)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- content

-- An uploaded file, or one that the publisher fetched from source_url. Its
-- bytes are in the media folder under id.extension.
CREATE TABLE media (
  id          TEXT PRIMARY KEY,
  profile     TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  type        TEXT NOT NULL,            -- MIME type, decided by content
  extension   TEXT NOT NULL,
  bytes       INTEGER NOT NULL,
  hash        BLOB NOT NULL,            -- SHA-256 of the bytes
  width       INTEGER,                  -- pixels as shown
  height      INTEGER,
  duration_ms INTEGER,                  -- NULL: not a video
  alt         TEXT,                     -- what it shows, in words
  name        TEXT,                     -- the file name the sender gave
  source_url  TEXT,
  deleted_at  INTEGER,                  -- its file goes once no post needs it
  created_at  INTEGER NOT NULL,
  CONSTRAINT "media is a jpeg, png, gif, webp, mp4 or mov"
    CHECK (type IN ('image/jpeg', 'image/png', 'image/gif', 'image/webp',
                    'video/mp4', 'video/quicktime')),
  CONSTRAINT "alt text has at most 5000 characters" CHECK (length(alt) <= 5000)
) STRICT;
CREATE INDEX media_profile ON media (profile, id) WHERE deleted_at IS NULL;

-- One piece of content. Its state is derived from its targets.
CREATE TABLE post (
  id          TEXT PRIMARY KEY,
  profile     TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  api_key     TEXT REFERENCES api_key ON DELETE SET NULL,
  text        TEXT NOT NULL DEFAULT '',
  title       TEXT,
  category    TEXT,
  tags        TEXT NOT NULL DEFAULT '[]',       -- JSON: labels
  external_id TEXT,                     -- the sender's own id for it
  hidden_at   INTEGER,                  -- its owner deleted it as a whole
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX post_profile ON post (profile, id);
CREATE INDEX post_external ON post (profile, external_id)
  WHERE external_id IS NOT NULL;

-- A post going to one account. What is NULL here is as the post says.
--
-- So is each part that follows it there, a reply or a comment: with its own
-- text, media and attempts, and the settings of its root. A part is a draft
-- until the part before it is posted; then it is due. Lists, quotas and events
-- know targets of part 0 alone.
CREATE TABLE target (
  id           TEXT PRIMARY KEY,
  post         TEXT NOT NULL REFERENCES post ON DELETE CASCADE,
  profile      TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  account      TEXT REFERENCES account, -- NULL: a draft that has none yet
  network      TEXT NOT NULL,
  state        TEXT NOT NULL,
  text         TEXT,                    -- override of the post's
  title        TEXT,                    -- override of the post's
  own_media    INTEGER NOT NULL DEFAULT 0,      -- 1: attachments of its own
  settings     TEXT NOT NULL DEFAULT '{}',      -- JSON: this network's options
  due_at       INTEGER,                 -- when it should be out; NULL: a draft
  next_at      INTEGER,                 -- when the publisher looks at it next
  held_at      INTEGER,                 -- too late to go out unasked
  worker       TEXT,                    -- run file whose lock its worker holds
  failures     INTEGER NOT NULL DEFAULT 0,      -- tries that count
  crashes      INTEGER NOT NULL DEFAULT 0,      -- workers that died on it
  resume       TEXT,                    -- JSON: steps done so far
  remote_key   TEXT,                    -- derived once, when first armed
  remote_id    TEXT,                    -- the network's id of the post
  permalink    TEXT,
  category     TEXT,                    -- why it failed, as one word
  reason       TEXT,                    -- and as a sentence
  version      INTEGER NOT NULL DEFAULT 1,      -- goes up when content changes
  published_at INTEGER,
  measure_at   INTEGER,                 -- when its metrics are read next; NULL:
                                        -- no more
  hidden_at    INTEGER,                 -- its owner deleted it from the lists
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL,
  root         TEXT REFERENCES target ON DELETE CASCADE,
                                        -- the target that this one, a part of
                                        -- its thread, follows; NULL: none
  part         INTEGER NOT NULL DEFAULT 0       -- 1, 2, ... within its thread
    CONSTRAINT "a part has a place, and only a part"
    CHECK ((root IS NULL) = (part = 0)),
  CONSTRAINT "a target's state is one of eight" CHECK (state IN ('draft',
    'scheduled', 'publishing', 'verifying', 'posted', 'failed', 'uncertain',
    'cancelled')),
  CONSTRAINT "only a draft may be without an account"
    CHECK (account IS NOT NULL OR state IN ('draft', 'cancelled')),
  CONSTRAINT "a target has a worker while it is publishing, and only then"
    CHECK ((state = 'publishing') = (worker IS NOT NULL)),             -- I3
  CONSTRAINT "a posted target has the network's id"
    CHECK (state <> 'posted' OR remote_id IS NOT NULL),                -- I6
  CONSTRAINT "what waits has a time"
    CHECK (state NOT IN ('scheduled', 'publishing', 'verifying')
           OR (due_at IS NOT NULL AND next_at IS NOT NULL)),
  CONSTRAINT "only a scheduled target is held"
    CHECK (held_at IS NULL OR state = 'scheduled')
) STRICT;
-- What a tick looks for: nothing else is in this index, so a tick costs the
-- same over a thousand stored targets and over a million.
CREATE INDEX target_due ON target (next_at, id)
  WHERE state IN ('scheduled', 'verifying') AND held_at IS NULL;
-- Order within an account.
CREATE INDEX target_order ON target (account, due_at, id)
  WHERE state IN ('scheduled', 'verifying') AND held_at IS NULL;
-- I2: an account has one post in flight.
CREATE UNIQUE INDEX "an account has one post in flight" ON target (account)
  WHERE state IN ('publishing', 'verifying');
-- What the collector looks for: posts of the last 30 days, as their next
-- snapshot is due.
CREATE INDEX target_measure ON target (measure_at, id)
  WHERE measure_at IS NOT NULL;
CREATE INDEX target_worker ON target (worker) WHERE worker IS NOT NULL;
CREATE INDEX target_profile ON target (profile, id);
CREATE INDEX target_post ON target (post);
CREATE UNIQUE INDEX "a part is alone in its place" ON target (root, part)
  WHERE root IS NOT NULL;

-- What a post carries: media of ours, or a URL that the publisher fetches
-- (media is then set to what it fetched). Rows with a target are that
-- target's own.
CREATE TABLE attachment (
  id       TEXT PRIMARY KEY,
  post     TEXT NOT NULL REFERENCES post ON DELETE CASCADE,
  target   TEXT REFERENCES target ON DELETE CASCADE,
  position INTEGER NOT NULL,
  media    TEXT REFERENCES media,
  url      TEXT,
  kind     TEXT,                        -- image, video, gif: as its sender said
  alt      TEXT,                        -- override of the media's
  CONSTRAINT "an attachment is media or a URL"
    CHECK (media IS NOT NULL OR url IS NOT NULL)
) STRICT;
CREATE INDEX attachment_post ON attachment (post, position);
CREATE INDEX attachment_media ON attachment (media) WHERE media IS NOT NULL;

-- What a network told of a public post at one moment. NULL: it does not say.
CREATE TABLE metric (
  target      TEXT NOT NULL REFERENCES target ON DELETE CASCADE,
  taken_at    INTEGER NOT NULL,
  likes       INTEGER,
  comments    INTEGER,
  shares      INTEGER,
  views       INTEGER,
  impressions INTEGER,
  clicks      INTEGER,
  saves       INTEGER,
  PRIMARY KEY (target, taken_at)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- publishing

-- The journal: one try at changing something on a network. It is committed
-- with sent_at before the call that makes a post public (I4), and once ended
-- it never changes (I8).
CREATE TABLE attempt (
  id           TEXT PRIMARY KEY,
  target       TEXT NOT NULL REFERENCES target ON DELETE CASCADE,
  number       INTEGER NOT NULL,        -- 1, 2, ... within its target
  kind         TEXT NOT NULL DEFAULT 'publish',
  worker       TEXT NOT NULL,
  claimed_at   INTEGER NOT NULL,
  sent_at      INTEGER,                 -- NULL: nothing irreversible was sent
  ended_at     INTEGER,
  outcome      TEXT,
  category     TEXT,
  http_status  INTEGER,
  detail       TEXT,                    -- what the network said; no secret
  remote_id    TEXT,
  request_hash BLOB,                    -- SHA-256 of what was sent
  CONSTRAINT "an attempt's number is its target's" UNIQUE (target, number),
  CONSTRAINT "an attempt publishes, edits or deletes"
    CHECK (kind IN ('publish', 'edit', 'delete')),
  CONSTRAINT "an ended attempt has an outcome"
    CHECK ((ended_at IS NULL) = (outcome IS NULL)),
  CONSTRAINT "an outcome is posted, done, retry, failed, uncertain, crashed or released"
    CHECK (outcome IN ('posted', 'done', 'retry', 'failed', 'uncertain',
                       'crashed', 'released')),
  CONSTRAINT "a publication is posted, an edit or a deletion done"
    CHECK (outcome IS NULL OR (outcome <> 'posted' OR kind = 'publish')
           AND (outcome <> 'done' OR kind <> 'publish'))
) STRICT;
-- I1: a target has one open attempt.
CREATE UNIQUE INDEX "a target has one open attempt" ON attempt (target)
  WHERE ended_at IS NULL;

CREATE TRIGGER attempt_ended BEFORE UPDATE ON attempt
  WHEN old.ended_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: an ended attempt never changes'); END;
CREATE TRIGGER attempt_sent BEFORE UPDATE OF sent_at ON attempt
  WHEN old.sent_at IS NOT NULL AND new.sent_at IS NOT old.sent_at
  BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: what was sent stays sent'); END;
CREATE TRIGGER attempt_kept BEFORE DELETE ON attempt
  WHEN EXISTS (SELECT 1 FROM target WHERE id = old.target)
  BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: attempts are never deleted'); END;
-- I5: what may have been sent leaves its hands only by an answer, a look-up
-- or its owner.
CREATE TRIGGER target_sent BEFORE UPDATE OF state ON target
  WHEN new.state IN ('scheduled', 'draft', 'cancelled')
       AND EXISTS (SELECT 1 FROM attempt WHERE target = old.id
                    AND sent_at IS NOT NULL AND ended_at IS NULL)
  BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: this post may have been sent'); END;

-- What shall be done to a posted target where it is public. A row is here as
-- long as it waits or is under way; what became of it its attempts tell.
CREATE TABLE change (
  target     TEXT PRIMARY KEY REFERENCES target ON DELETE CASCADE,
  kind       TEXT NOT NULL,
  text       TEXT,                      -- the new one, of an edit
  next_at    INTEGER NOT NULL,          -- when the publisher looks at it next
  worker     TEXT,                      -- run file whose lock its worker holds
  failures   INTEGER NOT NULL DEFAULT 0,        -- tries that count
  crashes    INTEGER NOT NULL DEFAULT 0,        -- workers that died on it
  created_at INTEGER NOT NULL,
  CONSTRAINT "a change edits or deletes" CHECK (kind IN ('edit', 'delete')),
  CONSTRAINT "an edit has a text, and nothing else has"
    CHECK ((kind = 'edit') = (text IS NOT NULL))
) STRICT;
CREATE INDEX change_due ON change (next_at) WHERE worker IS NULL;
CREATE INDEX change_worker ON change (worker) WHERE worker IS NOT NULL;

-- The webhook outbox: what happened, written with the change itself. I7: one
-- row per transition.
CREATE TABLE event (
  id         TEXT PRIMARY KEY,
  profile    TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  type       TEXT NOT NULL,             -- post.published, ...
  target     TEXT REFERENCES target ON DELETE CASCADE,
  attempt    TEXT REFERENCES attempt ON DELETE CASCADE,
  data       TEXT NOT NULL,             -- JSON: the payload's data, as sent
  created_at INTEGER NOT NULL,
  CONSTRAINT "one event for one transition" UNIQUE (attempt, type)
) STRICT;
CREATE INDEX event_profile ON event (profile, id);

-- Where a profile wants to be told of its events.
CREATE TABLE webhook (
  id          TEXT PRIMARY KEY,
  profile     TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  url         TEXT NOT NULL,
  host        TEXT NOT NULL,            -- of the URL: few at a time are told
  events      TEXT NOT NULL,            -- JSON: a list of types, or ["*"]
  secret      BLOB NOT NULL,            -- sealed under "webhook" + id
  old_secret  BLOB,                     -- signs as well until ...
  old_until   INTEGER,                  -- ... a day after it was replaced
  max_retries INTEGER NOT NULL DEFAULT 9,
  state       TEXT NOT NULL DEFAULT 'active',
  reason      TEXT,                     -- why it is disabled
  failing_since INTEGER,                -- first failure since the last success
  not_before  INTEGER NOT NULL DEFAULT 0,       -- it said: wait until
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  CONSTRAINT "a webhook is active or disabled"
    CHECK (state IN ('active', 'disabled')),
  CONSTRAINT "a webhook is disabled for a reason, and only then"
    CHECK ((state = 'disabled') = (reason IS NOT NULL)),
  CONSTRAINT "maxRetries is 0 to 10" CHECK (max_retries BETWEEN 0 AND 10)
) STRICT;
CREATE INDEX webhook_profile ON webhook (profile, id);

-- One event on its way to one webhook. It is repeated until it is answered
-- well, always with the bytes of the first time.
CREATE TABLE delivery (
  id         TEXT PRIMARY KEY,
  event      TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
  webhook    TEXT NOT NULL REFERENCES webhook ON DELETE CASCADE,
  state      TEXT NOT NULL DEFAULT 'pending',
  tries      INTEGER NOT NULL DEFAULT 0,        -- since it was last queued
  next_at    INTEGER,
  body       TEXT,                      -- frozen at the first attempt
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT "an event goes to a webhook once" UNIQUE (event, webhook),
  CONSTRAINT "a delivery is pending, delivered or failed"
    CHECK (state IN ('pending', 'delivered', 'failed')),
  CONSTRAINT "a pending delivery has a time, and only that"
    CHECK ((state = 'pending') = (next_at IS NOT NULL))
) STRICT;
CREATE INDEX delivery_webhook ON delivery (webhook, id);
CREATE INDEX delivery_due ON delivery (next_at, id) WHERE state = 'pending';

-- The journal of deliveries. An attempt is committed before it is sent; one
-- without an end is on its way, or its process died.
CREATE TABLE delivery_attempt (
  id         TEXT PRIMARY KEY,
  delivery   TEXT NOT NULL REFERENCES delivery ON DELETE CASCADE,
  number     INTEGER NOT NULL,          -- 1, 2, ... within its delivery
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  status     INTEGER,                   -- of HTTP; NULL: no answer
  answer     TEXT,                      -- its first 1000 bytes
  error      TEXT,                      -- why it failed; NULL: it did not
  CONSTRAINT "an attempt's number is its delivery's" UNIQUE (delivery, number)
) STRICT;
CREATE UNIQUE INDEX "a delivery has one open attempt"
  ON delivery_attempt (delivery) WHERE ended_at IS NULL;

-- AI credits that a profile used in a month, such as 2026-11.
CREATE TABLE ai_credit (
  profile TEXT NOT NULL REFERENCES profile ON DELETE CASCADE,
  month   TEXT NOT NULL,
  used    INTEGER NOT NULL,
  PRIMARY KEY (profile, month)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- requests

-- The answer to a request that carried an Idempotency-Key, for 24 hours.
CREATE TABLE idempotency (
  principal   TEXT NOT NULL,            -- the API key's id, or the user's
  method      TEXT NOT NULL,
  path        TEXT NOT NULL,
  key         TEXT NOT NULL,
  fingerprint BLOB NOT NULL,            -- SHA-256 of body and content type
  status      INTEGER NOT NULL,
  body        BLOB NOT NULL,
  sealed      INTEGER NOT NULL DEFAULT 0,       -- 1: body holds a secret
  created_at  INTEGER NOT NULL,
  PRIMARY KEY (principal, method, path, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_at);

-- ---------------------------------------------------------------- the instance

-- Facts about this instance, one row each:
--   tick_high      the latest time a tick has seen
--   tick_last      when a tick was last at work
--   outage         what was due by then waited while no tick ran: it goes out
--                  one a minute and account
--   clock_doubt    since when the clock looks wrong, and how often ticks agreed
--   halted         emergency stop or restore: why, and since when
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
