/* One end-to-end chat as a machine without I/O: what happens in a conversation becomes a
 * DecryptedMessageService action or a message, sealed with the chat's key; what the peer
 * sends comes back as events. (SECRET-CHATS.md; calls by plugin/client only.)
 *
 * Every input belongs to a turn: the chat changes its memory, puts its records into
 * SecretOps.batch(), asks for calls and reports events; the client commits the batch
 * first and only then lets calls and events out (ARCHITECTURE section "Turns").
 */
#pragma once

#include "crypto-dh.h"
#include "crypto-secret.h"
#include "host.h"
#include "store.h"
#include "tl-message.h"

#define SECRET_LAYER_MAX 144             /* SC-C5 */
#define SECRET_LAYER_MIN 73              /* SC-C4 */
#define SECRET_TTL_MAX (366 * 24 * 3600) /* seconds; DECISIONS 5, SC-E4 */
#define SECRET_TEXT_MAX 4096             /* UTF-16 units of one message (SC-I8) */

typedef struct SecretChat SecretChat;

typedef enum {
    SECRET_STATE_ASKING,    /* we asked for DH config or for the chat; not visible to the
                               peer */
    SECRET_STATE_WAITING,   /* our request lies at the peer */
    SECRET_STATE_REQUESTED, /* the peer's request lies at our user (durable) */
    SECRET_STATE_ACCEPTING, /* our user said yes; the server has not confirmed */
    SECRET_STATE_READY,
    SECRET_STATE_CLOSED,
} SecretState;

typedef enum {
    SECRET_CLOSED_NOT,
    SECRET_CLOSED_BY_US,
    SECRET_CLOSED_REJECTED,     /* we declined */
    SECRET_CLOSED_BY_PEER,      /* encryptedChatDiscarded, ENCRYPTION_DECLINED */
    SECRET_CLOSED_ELSEWHERE,    /* accepted on another device (SC-A19) */
    SECRET_CLOSED_ID_INVALID,   /* ENCRYPTION_ID_INVALID and like */
    SECRET_CLOSED_USER_BLOCKED, /* USER_IS_BLOCKED on a service message or request */
    SECRET_CLOSED_USER_DELETED,
    SECRET_CLOSED_DATA_INVALID,   /* the server refused our bytes twice */
    SECRET_CLOSED_BAD_KEY,        /* fingerprint mismatch, weak numbers (SC-A18) */
    SECRET_CLOSED_VIOLATION,      /* the peer broke section D: `detail` names the rule */
    SECRET_CLOSED_CORRUPT,        /* our record was damaged (SC-L10) */
    SECRET_CLOSED_REQUEST_FAILED, /* requestEncryption refused otherwise */
    SECRET_CLOSED_LOGGED_OUT,     /* SC-A29 */
} SecretClosed;

/* encryptedChat* as the server tells it, without API structs. */
typedef enum {
    SECRET_REMOTE_EMPTY,
    SECRET_REMOTE_WAITING,
    SECRET_REMOTE_REQUESTED, /* g_a */
    SECRET_REMOTE_CHAT,      /* g_a_or_b, key_fingerprint */
    SECRET_REMOTE_DISCARDED, /* history_deleted */
} SecretRemoteState;

typedef struct {
    SecretRemoteState state;
    int32_t id;
    int64_t access_hash;
    int32_t date;
    int64_t admin_id;
    int64_t participant_id;
    TlBytes g_a_or_b;
    int64_t key_fingerprint;
    gboolean history_deleted;
} SecretRemote;

/* What the chat asks the client to do. Each is answered once with secret_chat_answer()
 * and its token (READ and TYPING included), after restart the chat asks again by itself.
 */
typedef enum {
    SECRET_CALL_DH_CONFIG,   /* messages.getDhConfig */
    SECRET_CALL_CHECK_PRIME, /* run is_safe_prime (p) off the loop: answer.prime_good */
    SECRET_CALL_REQUEST,     /* messages.requestEncryption */
    SECRET_CALL_ACCEPT,      /* messages.acceptEncryption */
    SECRET_CALL_DISCARD,     /* messages.discardEncryption */
    SECRET_CALL_SEND,        /* messages.sendEncrypted or ...Service; patient */
    SECRET_CALL_READ,        /* messages.readEncryptedHistory */
    SECRET_CALL_TYPING,      /* messages.setEncryptedTyping; droppable */
} SecretCallKind;

typedef struct {
    SecretCallKind kind;
    uint64_t token;
    int32_t chat_id;
    int64_t access_hash;
    union {
        struct {
            int32_t version;
            int32_t random_length;
        } dh_config;
        struct {
            const uint8_t *p;
        } prime; /* 256 bytes, valid until answered */
        struct {
            int64_t user_id;
            int32_t random_id;
            const uint8_t *g_a;
        } request;
        struct {
            const uint8_t *g_b;
            int64_t key_fingerprint;
        } accept;
        struct {
            gboolean delete_history;
        } discard;
        struct {
            int64_t random_id;
            gboolean service;
            gboolean silent;
            TlBytes data;
        } send;
        struct {
            int32_t max_date;
        } read;
        struct {
            gboolean typing;
        } typing;
    } u; /* pointers are borrowed and valid until the call is answered */
} SecretCall;

typedef struct {
    int error_code;         /* 0 = success */
    const char *error_type; /* "ENCRYPTION_DECLINED", number cut out; NULL on success */
    union {
        struct {
            gboolean not_modified;
            int32_t version;
            int32_t g;
            TlBytes p;
            TlBytes random;
        } dh_config;
        gboolean prime_good;
        SecretRemote remote; /* of REQUEST and ACCEPT */
        struct {
            int32_t date;
        } sent;
    } u;
} SecretAnswer;

typedef enum {
    SECRET_EVENT_STATE, /* state, closed, `text` = detail or NULL; info() has the rest */
    SECRET_EVENT_MESSAGE,    /* an incoming message to show: `message` */
    SECRET_EVENT_SENT,       /* random_id, date: the server has it */
    SECRET_EVENT_FAILED,     /* random_id: will never be delivered; error_type */
    SECRET_EVENT_READ,       /* own messages up to `date` were read */
    SECRET_EVENT_DELETED,    /* ids: by us, by the peer */
    SECRET_EVENT_FLUSHED,    /* ids: all that went; by whom */
    SECRET_EVENT_EXPIRED,    /* ids: their timer ran out (SC-G7) */
    SECRET_EVENT_TTL,        /* ttl, by whom */
    SECRET_EVENT_TYPING,     /* typing TRUE / FALSE */
    SECRET_EVENT_SCREENSHOT, /* by whom */
    SECRET_EVENT_OPENED,     /* ids: the peer opened our media (readMessages) */
    SECRET_EVENT_DELAYED,    /* a send has been waiting for a minute (DECISIONS 7) */
    SECRET_EVENT_NEWER_PEER, /* the peer's layer is above ours; once (SC-C11) */
    SECRET_EVENT_REKEYED,    /* a new key is in use (debug log, /secret info) */
    SECRET_EVENT_GAP,        /* a hole has been open for 7 days (SC-D17) */
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
    SECRET_CONTENT_LINK,
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
    const char *reply_text; /* beginning of the quoted text if still on hand, else NULL */
    gboolean silent;
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
    const int64_t *ids;
    size_t n_ids;
    const SecretMessage *message;
    const char *text;
} SecretEvent; /* everything borrowed until the function returns */

/* Upwards. All are called during an input; none may call back into the chat. */
typedef struct {
    StoreBatch *(*batch) (void *user);
    void (*call) (void *user, SecretChat *chat, const SecretCall *call);
    void (*event) (void *user, SecretChat *chat, const SecretEvent *event);
} SecretOps;

/* Shared by all chats of an account; must outlive them. */
typedef struct {
    const SecretOps *ops;
    void *user;
    const CryptoRandom *random;
    const CryptoDhOps *dh;
    int64_t own_user_id;
} SecretEnv;

typedef struct {
    int32_t id;
    int64_t access_hash;
    int64_t user_id;   /* the peer */
    gboolean outgoing; /* we created it */
    SecretState state;
    SecretClosed closed;
    int32_t date;
    int32_t ttl;
    int peer_layer;
    gboolean has_key_hash;
    uint8_t key_hash[36];
    int64_t key_created;   /* wall ms of the current key's first use */
    uint32_t key_messages; /* encrypted and decrypted with it */
    uint32_t raw_in, raw_out, peer_in;
    uint32_t unacknowledged; /* retained messages */
    uint32_t queued;         /* behind a hole */
    gboolean rekeying;
} SecretInfo;

/* Makers. A new outgoing chat draws its id (not one of `used`, n_used; SC-A10). */
SecretChat *secret_chat_new_outgoing (const SecretEnv *env, int64_t user_id,
                                      const int32_t *used, size_t n_used, HostTime now);
/* NULL if SC-A14 says no. Reports STATE REQUESTED. */
SecretChat *secret_chat_new_incoming (const SecretEnv *env, const SecretRemote *remote,
                                      HostTime now);
/* From the store: the STORE_CHAT record, then every other record of this chat through
 * load_record(), then resume(). A damaged chat comes back CLOSED/CORRUPT, never fresh. */
SecretChat *secret_chat_load (const SecretEnv *env, int32_t chat_id,
                              const uint8_t *record, size_t len);
void secret_chat_load_record (SecretChat *chat, StoreKey key, const uint8_t *record,
                              size_t len);
/* Online again (also after load): asks again for everything unanswered, in order
 * (SC-D32); removes what is overdue (SC-G8); shows what was stored but not displayed
 * (DECISIONS 2). */
void secret_chat_resume (SecretChat *chat, HostTime now);
/* Forgets outstanding tokens (the client's session ended); resume() asks again. */
void secret_chat_suspend (SecretChat *chat);
void secret_chat_free (SecretChat *chat);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecretChat, secret_chat_free)

/* From the server. */
void secret_chat_update (SecretChat *chat, const SecretRemote *remote, HostTime now);
void secret_chat_answer (SecretChat *chat, uint64_t token, const SecretAnswer *answer,
                         HostTime now);
/* `data` of encryptedMessage or encryptedMessageService; `live` = not from a difference.
 */
void secret_chat_receive (SecretChat *chat, int32_t date, TlBytes data, gboolean has_file,
                          gboolean live, HostTime now);
void secret_chat_peer_typing (SecretChat *chat,
                              HostTime now); /* updateEncryptedChatTyping */
void secret_chat_peer_read (SecretChat *chat, int32_t max_date, int32_t date,
                            HostTime now);

/* From the user. */
void secret_chat_accept (SecretChat *chat, HostTime now);
void secret_chat_reject (SecretChat *chat, HostTime now);
void secret_chat_close (SecretChat *chat, gboolean delete_history, SecretClosed why,
                        HostTime now);
#define SECRET_ERROR (secret_error_quark ())
GQuark secret_error_quark (void);
typedef enum {
    SECRET_ERROR_NOT_READY,
    SECRET_ERROR_CLOSED,
    SECRET_ERROR_TOO_LONG, /* split before calling: secret_text_split() in secret-layer.h
                            */
    SECRET_ERROR_INVALID,
    SECRET_ERROR_RANDOM,
} SecretError;
/* The new message's random_id in *random_id. */
gboolean secret_chat_send_text (SecretChat *chat, const char *text, int64_t reply_to,
                                gboolean silent, HostTime now, int64_t *random_id,
                                GError **error);
/* TRUE: a key was struck; FALSE: typing ended without a message. Rate-limited inside
 * (SC-E12, SC-E13; DECISIONS 8). */
void secret_chat_set_typing (SecretChat *chat, gboolean typing, HostTime now);
/* The client's word whether the peer is online and whether typing actions go at all. */
void secret_chat_set_peer_online (SecretChat *chat, gboolean online);
void secret_chat_set_typing_action (SecretChat *chat, gboolean wanted);
void secret_chat_seen (SecretChat *chat, const int64_t *ids, size_t n, HostTime now);
void secret_chat_displayed (SecretChat *chat, int64_t random_id);
gboolean secret_chat_delete (SecretChat *chat, const int64_t *ids, size_t n, HostTime now,
                             GError **error);
gboolean secret_chat_flush (SecretChat *chat, HostTime now, GError **error);
gboolean secret_chat_set_ttl (SecretChat *chat, int32_t seconds, HostTime now,
                              GError **error);
gboolean secret_chat_open_media (SecretChat *chat, const int64_t *ids, size_t n,
                                 HostTime now, GError **error); /* readMessages, SC-E5 */
gboolean secret_chat_screenshot (SecretChat *chat, const int64_t *ids, size_t n,
                                 HostTime now, GError **error);
gboolean secret_chat_rekey (SecretChat *chat, HostTime now, GError **error);
/* random_id of the newest own message still known, 0 if none (`/delete`). */
int64_t secret_chat_last_own (const SecretChat *chat);

/* Time. */
void secret_chat_tick (SecretChat *chat, HostTime now);
int64_t secret_chat_deadline (const SecretChat *chat); /* mono ms or HOST_NEVER */

void secret_chat_info (const SecretChat *chat, SecretInfo *info);
