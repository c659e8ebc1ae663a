-- Accounts are asked about anew, a network that refuses the application
-- waits, and a day's quota is counted.
ALTER TABLE account ADD COLUMN sync_at INTEGER;
ALTER TABLE account ADD COLUMN sync_fault TEXT;
CREATE INDEX account_sync ON account (sync_at) WHERE sync_at IS NOT NULL;
UPDATE account SET sync_at = ifnull(limits_at, connected_at) + 604800000
 WHERE status <> 'disconnected' AND network <> 'site';

CREATE TABLE network_pause (
  network    TEXT NOT NULL,
  extent     TEXT NOT NULL,
  until_at   INTEGER NOT NULL,
  category   TEXT NOT NULL,
  reason     TEXT NOT NULL,
  began_at   INTEGER NOT NULL,
  PRIMARY KEY (network, extent),
  CONSTRAINT "a pause is of new posts alone, or of all that is asked"
    CHECK (extent IN ('posts', 'all'))
) STRICT, WITHOUT ROWID;

CREATE TABLE network_quota (
  network    TEXT NOT NULL,
  kind       TEXT NOT NULL,
  used       INTEGER NOT NULL,
  ends_at    INTEGER NOT NULL,
  PRIMARY KEY (network, kind),
  CONSTRAINT "a quota is of uploads or units"
    CHECK (kind IN ('uploads', 'units'))
) STRICT, WITHOUT ROWID;

-- The webhooks whose days of failing an outage interrupts.
CREATE INDEX webhook_failing ON webhook (failing_since)
  WHERE failing_since IS NOT NULL;
