-- What follows a post on its network, each part a target: schema.sql,
-- target.root.
ALTER TABLE target ADD COLUMN
  root TEXT REFERENCES target ON DELETE CASCADE;
ALTER TABLE target ADD COLUMN
  part INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "a part has a place, and only a part"
    CHECK ((root IS NULL) = (part = 0));
CREATE UNIQUE INDEX "a part is alone in its place" ON target (root, part)
  WHERE root IS NOT NULL;
