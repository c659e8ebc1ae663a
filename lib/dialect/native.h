/* native.h: Crier's own API at /api/v1: Sprkly's contract and what its users
   would expect beside it. Seed: 000 (Sprkly). */
#ifndef NATIVE_H
#define NATIVE_H
#include "core/media_links.h"
#include "core/post_part.h"
#include "web/access.h"
#include "web/endpoint.h"

extern const struct dialect native;

/* A column of milliseconds as ISO 8601 with milliseconds and Z, or null. */
#define NATIVE_TIME(column) DB_TIME(column)

/* A connected account; `a` is the table account. */
#define NATIVE_ACCOUNT \
    "json_object('id', 'profile_' || a.id, 'platform', a.network," \
    " 'handle', a.handle, 'profileUrl', a.profile_url," \
    " 'profileImageUrl', a.avatar_url," \
    " 'tokenExpiresAt', " NATIVE_TIME("a.token_expires_at") "," \
    " 'connectedAt', " NATIVE_TIME("a.connected_at") "," \
    " 'updatedAt', " NATIVE_TIME("a.updated_at") ")"

/* A target's state in Sprkly's words. */
#define NATIVE_STATUS \
    "CASE t.state WHEN 'verifying' THEN 'publishing'" \
    " WHEN 'uncertain' THEN 'failed' WHEN 'cancelled' THEN 'failed'" \
    " ELSE t.state END"

/* Why it failed, is held, or may have been sent; null while all is well. */
#define NATIVE_REASON \
    "CASE WHEN t.held_at IS NOT NULL OR t.state IN ('failed', 'uncertain')" \
    " THEN t.reason WHEN t.state = 'cancelled' THEN 'cancelled' END"

/* What a post shows: URLs as they came, and uploads freshly signed, which
   :media_urls (an object of id and URL, set by media_sign()) holds. */
#define NATIVE_MEDIA \
    "(SELECT json_group_array(coalesce(url, " MEDIA_URL("media") ")) FROM (" \
    " SELECT url, media FROM attachment WHERE post = t.post" \
    "  AND target IS iif(t.own_media, t.id, NULL) ORDER BY position))"

/* What Sprkly calls a post is one of our targets: `t`, with its post `p`. In a
   list its media and warning are looked up for each. */
#define NATIVE_POST "json_object(" \
    NATIVE_POST_MEMBERS(NATIVE_MEDIA, POST_PARTS_WARNING) ")"
#define NATIVE_POST_MEMBERS(media, warning) \
    "'id', 'post_' || t.id, 'status', " NATIVE_STATUS "," \
    " 'caption', coalesce(t.text, p.text)," \
    " 'title', coalesce(t.title, p.title)," \
    " 'platforms', json_array(t.network)," \
    " 'profileIds', iif(t.account IS NULL, json_array()," \
    "   json_array('profile_' || t.account))," \
    " 'mediaUrls', " media "," \
    " 'scheduledTime', " NATIVE_TIME("t.due_at") "," \
    " 'publishedAt', " NATIVE_TIME("t.published_at") "," \
    " 'failedReason', " NATIVE_REASON "," \
    " 'externalId', p.external_id, 'category', p.category," \
    " 'permalink', t.permalink, 'warning', " warning "," \
    " 'platformMeta', iif(t.settings = '{}', NULL," \
    "   json_object(t.network, json(t.settings)))," \
    " 'createdAt', " NATIVE_TIME("t.created_at") "," \
    " 'updatedAt', " NATIVE_TIME("t.updated_at")
#endif
