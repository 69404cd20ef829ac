/* What a secret chat reports upwards, in its own words (no TL struct leaves the folder).
 */
#pragma once

#include "secret-types.h"

typedef enum {
    SECRET_EVENT_STATE, /* state, closed, `text` = detail or NULL; info() has the rest */
    SECRET_EVENT_MESSAGE, /* an incoming message to show: `message` */
    SECRET_EVENT_SENT,    /* random_id, date: the server has it */
    SECRET_EVENT_FAILED, /* random_id: will never be delivered; `text` = the error's type,
                                `message` only its text, "" if not on hand */
    SECRET_EVENT_READ,   /* own messages up to `date` were read */
    SECRET_EVENT_DELETED,    /* ids: by us, by the peer */
    SECRET_EVENT_FLUSHED,    /* everything went, `ids` and what was forgotten; by whom */
    SECRET_EVENT_EXPIRED,    /* ids: their timer ran out (SC-G7) */
    SECRET_EVENT_ERASED,     /* ids, all of them unseen: the login is over */
    SECRET_EVENT_TTL,        /* ttl, by whom */
    SECRET_EVENT_TYPING,     /* typing TRUE / FALSE */
    SECRET_EVENT_SCREENSHOT, /* by whom */
    SECRET_EVENT_OPENED,     /* ids: the peer opened our media (readMessages) */
    SECRET_EVENT_DELAYED,    /* a send has been waiting for a minute (DECISIONS 7) */
    SECRET_EVENT_NEWER_PEER, /* the peer's layer is above ours; once (SC-C11) */
    SECRET_EVENT_REKEYED,    /* a new key is in use (debug log, /secret info) */
    SECRET_EVENT_GAP,        /* a hole has been open for a day: `missing` numbers have
                                not arrived, `queued` wait behind (SC-D17) */
    SECRET_EVENT_OLD_GROUP,  /* no new key is possible, a new chat is advised; once
                                (SC-F4) */
} SecretEventKind;

typedef enum {
    SECRET_CONTENT_TEXT,
    SECRET_CONTENT_UNSUPPORTED, /* unknown constructor in a good wrapper (SC-C13) */
    SECRET_CONTENT_PHOTO,
    SECRET_CONTENT_VIDEO,
    SECRET_CONTENT_AUDIO,
    SECRET_CONTENT_VOICE,
    SECRET_CONTENT_FILE,
    SECRET_CONTENT_STICKER,
    SECRET_CONTENT_GEO,
    SECRET_CONTENT_VENUE,
    SECRET_CONTENT_CONTACT,
    SECRET_CONTENT_MISSING =
        12, /* stored so: a file that is not there, or not asked for (SC-H9) */
} SecretContent;

typedef struct {
    int64_t random_id;
    int32_t date; /* server's (SC-I4) */
    int32_t ttl;  /* seconds, cut as SC-G6; 0 = none */
    gboolean outgoing;
    SecretContent content;
    const char *text;       /* checked UTF-8 (SC-C19), "" if none; caption joined */
    const char *detail;     /* file name, place, contact as plain text; or NULL */
    int64_t reply_to;       /* random_id, 0 = none */
    const char *reply_text; /* the quoted text if still on hand, else NULL */
    gboolean reply_timed;   /* what is quoted has a timer: a quote would outlive it */
    gboolean silent;
    gboolean again; /* it had a line before, in another window or process */
} SecretMessage;

typedef struct {
    SecretEventKind kind;
    int32_t chat_id;
    SecretState state;
    SecretClosed closed;
    gboolean by_peer;
    gboolean typing;
    int64_t random_id;
    int32_t date;
    int32_t ttl;
    uint32_t missing, queued;
    const int64_t *ids;
    size_t n_ids;
    unsigned n_unseen; /* of DELETED, FLUSHED, ERASED: incoming ones never seen */
    const SecretMessage *message;
    const char *text;
} SecretEvent; /* everything borrowed until the function returns */

/* Upwards. All are called during an input; none may call back into the chat. */
typedef struct {
    StoreBatch *(*batch) (void *user);
    void (*call) (void *user, SecretChat *chat, const SecretCall *call);
    void (*event) (void *user, SecretChat *chat, const SecretEvent *event);
    /* The server's Unix time in seconds, as far as it is known; NULL = the wall clock. */
    int64_t (*server_time) (void *user, HostTime now);
} SecretOps;

/* Shared by all chats of an account; must outlive them. */
typedef struct {
    const SecretOps *ops;
    void *user;
    const CryptoRandom *random;
    const CryptoDhOps *dh;
    int64_t own_user_id;
    /* The server's present group, once it is known: no new key is agreed in a chat made
     * with another one (SC-F4). g is 0 until then. */
    int current_g;
    uint8_t current_p[256];
} SecretEnv;

typedef struct {
    int32_t id;
    int64_t access_hash;
    int64_t user_id;   /* the peer */
    gboolean outgoing; /* we created it */
    SecretState state;
    SecretClosed closed;
    gboolean gone; /* ended together with its history (SC-A25, SC-A26) */
    int32_t date;
    int32_t ttl;
    int peer_layer;
    gboolean has_key_hash;
    gboolean verified;     /* the user compared key_hash; ends with the chat (SC-K4) */
    gboolean was_verified; /* the same, of a chat that ended, too */
    uint8_t key_hash[36];
    int64_t key_created;   /* wall ms of the current key's first use */
    uint32_t key_messages; /* encrypted and decrypted with it */
    uint32_t raw_in, raw_out, peer_in;
    uint32_t unacknowledged; /* retained messages */
    uint32_t queued;         /* behind a hole */
    uint32_t missing;        /* in holes before these */
    uint32_t lost;           /* as secret_chat_hidden() says */
    gboolean rekeying;
} SecretInfo;
