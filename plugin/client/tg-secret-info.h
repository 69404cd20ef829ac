/* A secret chat and a message in it, as the glue sees them (see tg-events.h). */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef enum {
    TG_SECRET_ASKING,
    TG_SECRET_WAITING,
    TG_SECRET_REQUESTED,
    TG_SECRET_ACCEPTING,
    TG_SECRET_READY,
    TG_SECRET_CLOSED
} TgSecretState;

/* Mirrors SecretClosed (plugin/secret), one to one. */
typedef enum {
    TG_CLOSED_NOT,
    TG_CLOSED_BY_US,
    TG_CLOSED_REJECTED,
    TG_CLOSED_BY_PEER,
    TG_CLOSED_ELSEWHERE,
    TG_CLOSED_ID_INVALID,
    TG_CLOSED_USER_BLOCKED,
    TG_CLOSED_USER_DELETED,
    TG_CLOSED_DATA_INVALID,
    TG_CLOSED_BAD_KEY,
    TG_CLOSED_VIOLATION,
    TG_CLOSED_CORRUPT,
    TG_CLOSED_REQUEST_FAILED,
    TG_CLOSED_LOGGED_OUT,
    TG_CLOSED_ROLLED_BACK,
} TgClosed;

typedef struct {
    int32_t id;
    int64_t user_id;
    gboolean outgoing;
    TgSecretState state;
    TgClosed closed;
    gboolean gone; /* with its history: the entry goes, too */
    const char *closed_detail;
    int32_t ttl;
    int peer_layer;
    gboolean stored; /* this is how it was found at the start; nothing happened */
    gboolean has_key_hash;
    gboolean verified;
    uint8_t key_hash[36];
    int64_t key_created; /* Unix ms */
    uint32_t key_messages, raw_in, raw_out, acknowledged, unacknowledged;
    uint32_t missing, queued; /* have not arrived; wait behind these */
    uint32_t lost; /* left no line, and were too many to keep (tg_secret_lost_told()) */
    gboolean rekeying;
} TgSecretInfo;

typedef enum {
    TG_CONTENT_TEXT,
    TG_CONTENT_UNSUPPORTED,
    TG_CONTENT_PHOTO,
    TG_CONTENT_VIDEO,
    TG_CONTENT_AUDIO,
    TG_CONTENT_VOICE,
    TG_CONTENT_FILE,
    TG_CONTENT_STICKER,
    TG_CONTENT_GEO,
    TG_CONTENT_VENUE,
    TG_CONTENT_CONTACT,
    TG_CONTENT_MISSING = 12
} TgContent;

typedef struct {
    int64_t id; /* the message's random_id, unique in its chat */
    int32_t date;
    int32_t ttl;
    TgContent content;
    const char *text; /* plain UTF-8; escape for HTML */
    const char *detail;
    /* The message that this one answers, 0 = none. Its text comes from its line while that
     * stands, else from here if it is on hand; never where it had a timer. */
    int64_t reply_to;
    gboolean reply_timed;
    const char *reply_text; /* or NULL */
    gboolean silent;
    gboolean again; /* it had a line before, in another window or process */
    /* A long text comes in parts, one call each, in order and with no other message between
     * them; all of them are this one message, whatever is done with it. */
    unsigned part;    /* 0: the first, which has detail and reply_text */
    gboolean follows; /* another one */
    int64_t hidden;   /* of the last one: characters that are not shown at all */
} TgSecretMessage;
