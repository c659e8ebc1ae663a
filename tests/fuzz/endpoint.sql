-- endpoint.sql: what stands in the database that endpoint.c asks: a user with
-- a key (`crier_fuzz000'), a session (`session') and a connect link (`link000',
-- each with 36 times 0 behind it), accounts, posts, media, a webhook.
INSERT INTO user (id, email, created_at, updated_at) VALUES
 ('0190d3c2-0000-7000-8000-00000000000a', 'ana@example.org', 1, 1);
INSERT INTO profile VALUES
 ('0190d3c2-0000-7000-8000-00000000000b', 'Ana', 'Europe/Berlin', 1, 1);
INSERT INTO membership VALUES ('0190d3c2-0000-7000-8000-00000000000b',
 '0190d3c2-0000-7000-8000-00000000000a', 'owner', 1);
INSERT INTO api_key (id, profile, user, name, hint, hash, scopes, created_at)
 VALUES ('0190d3c2-0000-7000-8000-00000000000c',
 '0190d3c2-0000-7000-8000-00000000000b',
 '0190d3c2-0000-7000-8000-00000000000a', 'fuzz', 'crier_f', :key, 'all', 1);
INSERT INTO session VALUES (:session, '0190d3c2-0000-7000-8000-00000000000a',
 1, 9000000000000);
INSERT INTO connect_request (hash, profile, user, network, created_at,
 expires_at) VALUES (:link, '0190d3c2-0000-7000-8000-00000000000b',
 '0190d3c2-0000-7000-8000-00000000000a', 'mastodon', 1, 9000000000000);
INSERT INTO account (id, profile, network, server, remote_id, handle,
 connected_at, updated_at) VALUES
 ('0190d3c2-0000-7000-8000-000000000010',
  '0190d3c2-0000-7000-8000-00000000000b', 'site', '', 'ana', 'ana', 1, 1),
 ('0190d3c2-0000-7000-8000-000000000011',
  '0190d3c2-0000-7000-8000-00000000000b', 'mastodon',
  'https://mastodon.example', '1', 'ana@mastodon.example', 1, 1);
INSERT INTO post (id, profile, text, tags, external_id, created_at,
 updated_at) VALUES ('0190d3c2-0000-7000-8000-000000000020',
 '0190d3c2-0000-7000-8000-00000000000b', 'Hello', '["a"]', 'ext', 1, 1);
INSERT INTO target (id, post, profile, account, network, state, due_at,
 next_at, remote_id, permalink, reason, category, published_at, created_at,
 updated_at) SELECT '0190d3c2-0000-7000-8000-00000000003' || key,
  '0190d3c2-0000-7000-8000-000000000020',
  '0190d3c2-0000-7000-8000-00000000000b',
  '0190d3c2-0000-7000-8000-000000000011', 'mastodon', value, 9000000000000,
  iif(value IN ('scheduled', 'verifying'), 9000000000000, NULL),
  iif(value = 'posted', '77', NULL),
  iif(value = 'posted', 'https://mastodon.example/@ana/77', NULL),
  iif(value IN ('failed', 'uncertain'), 'uncertain: who knows', NULL),
  iif(value IN ('failed', 'uncertain'), 'network_error', NULL),
  iif(value = 'posted', 5, NULL), 1 + key, 1
 FROM json_each('["draft", "scheduled", "posted", "failed", "uncertain",
  "cancelled", "verifying"]');
INSERT INTO media (id, profile, type, extension, bytes, hash, width, height,
 name, created_at) VALUES ('0190d3c2-0000-7000-8000-000000000040',
 '0190d3c2-0000-7000-8000-00000000000b', 'image/png', 'png', 8, x'00', 4, 3,
 'a.png', 1);
INSERT INTO attachment (id, post, position, media) VALUES ('at',
 '0190d3c2-0000-7000-8000-000000000020', 0,
 '0190d3c2-0000-7000-8000-000000000040');
INSERT INTO event (id, profile, type, data, created_at) VALUES
 ('0190d3c2-0000-7000-8000-000000000050',
  '0190d3c2-0000-7000-8000-00000000000b', 'webhook.test', '{}', 1);
INSERT INTO webhook (id, profile, url, host, events, secret, created_at,
 updated_at) VALUES ('0190d3c2-0000-7000-8000-000000000051',
 '0190d3c2-0000-7000-8000-00000000000b', 'https://a.example/', 'a.example',
 '["*"]', x'00', 1, 1);
INSERT INTO delivery (id, event, webhook, state, tries, body, created_at,
 updated_at) VALUES ('0190d3c2-0000-7000-8000-000000000052',
 '0190d3c2-0000-7000-8000-000000000050',
 '0190d3c2-0000-7000-8000-000000000051', 'failed', 1, '{}', 1, 1);
