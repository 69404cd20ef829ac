/* What goes in and out of a secret chat: the calls it asks for and their answers.
 * (SECRET-CHATS.md; events in secret-ops.h, functions in secret-chat.h.) */
#pragma once

#include "crypto-dh.h"
#include "crypto-secret.h"
#include "host.h"
#include "media-file.h"
#include "store.h"
#include "talk.h"
#include "tl-message.h"

#define SECRET_LAYER_MAX 144             /* SC-C5 */
#define SECRET_LAYER_MIN 73              /* SC-C4 */
#define SECRET_TTL_MAX (365 * 24 * 3600) /* seconds; DECISIONS 5, SC-E4 */
#define SECRET_TEXT_MAX 4096             /* UTF-16 units of one message (SC-I8) */

typedef struct SecretChat SecretChat;

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
    SECRET_CALL_DH_CONFIG, /* messages.getDhConfig; the client fills in what it has cached
                              (SC-A1) */
    SECRET_CALL_CHECK_PRIME, /* run is_safe_prime (p) off the loop: answer.prime_good */
    SECRET_CALL_POWER,       /* base ^ exponent mod p, off the loop: answer.power */
    SECRET_CALL_REQUEST,     /* messages.requestEncryption */
    SECRET_CALL_ACCEPT,      /* messages.acceptEncryption */
    SECRET_CALL_DISCARD,     /* messages.discardEncryption */
    SECRET_CALL_SEND,        /* messages.sendEncrypted or ...Service; patient */
    SECRET_CALL_READ,        /* messages.readEncryptedHistory */
    SECRET_CALL_TYPING,      /* messages.setEncryptedTyping; droppable */
    SECRET_CALL_UPLOAD, /* an own file; given up where secret_chat_uploads() says so */
} SecretCallKind;

/* The file that goes beside a message. */
typedef enum {
    SECRET_FILE_NONE,
    SECRET_FILE_SMALL, /* uploaded: inputEncryptedFileUploaded */
    SECRET_FILE_BIG,   /* ... inputEncryptedFileBigUploaded */
    SECRET_FILE_THERE, /* the server has it as a file: inputEncryptedFile (SC-D21) */
} SecretFileKind;

typedef struct {
    SecretFileKind kind;
    int64_t id;
    int64_t access_hash; /* of one that is there */
    int32_t parts;
    int32_t fingerprint;
    char md5[33]; /* of a small one */
} SecretFileRef;

#define SECRET_PART_ALL (-1)

typedef struct {
    SecretCallKind kind;
    uint64_t token;
    int32_t chat_id;
    int64_t access_hash;
    union {
        struct {
            const uint8_t *p;
        } prime; /* 256 bytes, valid until answered */
        struct {
            const uint8_t *base, *p, *exponent; /* 256 bytes each */
        } power;                                /* to be copied */
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
            SecretFileRef file; /* SECRET_FILE_NONE: without one */
        } send;
        struct {
            int64_t id; /* the message's */
            const MediaFile *file;
            int32_t part;   /* only that one, again; or SECRET_PART_ALL */
            gboolean again; /* the server has lost what it was told before */
        } upload;
        struct {
            int32_t max_date;
        } read;
        struct {
            gboolean typing;
        } typing;
    } u; /* pointers are borrowed and valid until the call is answered */
} SecretCall;

/* What the server's error means; its words are the caller's business (SC-E17, SC-E18). */
typedef enum {
    SECRET_REFUSAL_OTHER,
    SECRET_REFUSAL_WAIT,       /* it passes by itself */
    SECRET_REFUSAL_UNCLEAR,    /* an answer that was none: it may have been carried out */
    SECRET_REFUSAL_BLOCKED,    /* by the peer */
    SECRET_REFUSAL_DELETED,    /* the peer's account */
    SECRET_REFUSAL_BAD_NUMBER, /* g_a */
    SECRET_REFUSAL_ALREADY_ACCEPTED, /* by another device, or an earlier try of ours */
    SECRET_REFUSAL_ALREADY_DECLINED,
    SECRET_REFUSAL_DECLINED, /* the chat was, by the peer */
    SECRET_REFUSAL_NOT_YET,  /* it cannot be discarded now */
    SECRET_REFUSAL_NO_CHAT,
    SECRET_REFUSAL_PRIVACY,      /* the peer's settings */
    SECRET_REFUSAL_OFFICIAL_APP, /* a check that only those can make */
    SECRET_REFUSAL_PART,         /* of the message's file one is missing there */
    SECRET_REFUSAL_FILE,         /* all of it is, or does not fit together */
} SecretRefusal;

typedef struct {
    /* 0 = success; negative = no answer will come, resume() asks again. Waiting times and
     * server trouble (420, 5xx) are the client's and never arrive here. */
    int error_code;
    SecretRefusal refusal;
    const char *error_type; /* a token of it, to be told on; NULL on success */
    gboolean repeated; /* with an error: an earlier sending may have been carried out */
    int32_t part;      /* of REFUSAL_PART */
    TalkSendFile why;  /* of UPLOAD, with an error */
    union {
        struct {
            int32_t g;
            TlBytes p;
            TlBytes random; /* any length (SC-A2) */
        } dh_config;
        gboolean prime_good;
        const uint8_t *power; /* 256 bytes; NULL: it could not be computed */
        SecretRemote remote;  /* of REQUEST and ACCEPT */
        struct {
            int32_t date;
            MediaPlace file; /* dc 0: it does not say */
        } sent;
        SecretFileRef uploaded; /* of UPLOAD */
    } u;
} SecretAnswer;
