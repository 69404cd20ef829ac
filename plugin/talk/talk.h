/* What conversations are made of, in words of neither Telegram's wire nor libpurple: the one
 * vocabulary of everything that goes up. What a machine says here reaches the front end
 * unchanged; nobody copies it into words of their own. */
#pragma once

#include "talk-media.h"
#include "talk-spans.h"

#include <glib.h>
#include <stdint.h>

/* --- whom --- */

typedef enum {
    TALK_PEER_NONE, /* the account itself */
    TALK_PEER_USER,
    TALK_PEER_SECRET,
} TalkPeerKind;

typedef struct {
    TalkPeerKind kind;
    int64_t id; /* user id; chat id of a secret chat */
} TalkPeer;

/* User ids end here (MT-A25): whoever has another one, by the server's word or a stored one,
 * is nobody. */
#define TALK_USER_MAX (((int64_t)1 << 40) - 1)

static inline gboolean
talk_is_user (int64_t id)
{
    return id > 0 && id <= TALK_USER_MAX;
}

typedef enum {
    TALK_PRESENCE_UNKNOWN,
    TALK_PRESENCE_ONLINE,
    TALK_PRESENCE_OFFLINE,
    TALK_PRESENCE_RECENTLY,
    TALK_PRESENCE_LAST_WEEK,
    TALK_PRESENCE_LAST_MONTH,
} TalkPresence;

/* On the list of those who the user has blocked, for all devices. */
typedef enum { TALK_BLOCKED_UNKNOWN, TALK_BLOCKED_NOT, TALK_BLOCKED } TalkBlocked;

#define TALK_PHOTO_UNKNOWN (-1) /* whether there is one */

typedef struct {
    int64_t id;           /* user id */
    const char *name;     /* first and last name, never empty */
    const char *username; /* without @, or NULL */
    const char *phone;    /* digits, or NULL */
    gboolean contact;     /* in the address book */
    gboolean self;
    gboolean deleted;
    gboolean bot, verified, support; /* by the server's word ... */
    gboolean scam, fake;             /* ... which warns of them (MT-I19) */
    TalkBlocked blocked;
    int64_t photo; /* another number, another picture; 0 = none, or TALK_PHOTO_UNKNOWN */
    TalkPresence presence;
    int64_t last_seen; /* of OFFLINE: Unix time, 0 = unknown */
} TalkPerson;

/* --- a message --- */

/* Stored: numbers stay. */
typedef enum {
    TALK_CONTENT_TEXT,
    TALK_CONTENT_UNSUPPORTED, /* unknown constructor in a good wrapper (SC-C13) */
    TALK_CONTENT_PHOTO,
    TALK_CONTENT_VIDEO,
    TALK_CONTENT_AUDIO,
    TALK_CONTENT_VOICE,
    TALK_CONTENT_FILE,
    TALK_CONTENT_STICKER,
    TALK_CONTENT_GEO,
    TALK_CONTENT_VENUE,
    TALK_CONTENT_CONTACT,
    TALK_CONTENT_MISSING = 12, /* a file that is not there, or not asked for (SC-H9) */
} TalkContent;

typedef struct {
    int64_t id;     /* unique in its conversation: a secret message's random_id */
    int32_t number; /* by which people name it: counts both sides' messages from 1 */
    int32_t date;   /* the server's (SC-I4) */
    int32_t ttl;    /* seconds, cut as SC-G6; 0 = none */
    gboolean outgoing, opens; /* opens: its time begins then, not when seen (SC-G4) */
    TalkContent content;
    const char *text; /* checked and cleaned UTF-8 (SC-C19), "" if none; caption joined */
    const TalkSpans *spans; /* how that looks */
    const char *detail;     /* file name, place, contact as plain text; or NULL */
    TalkMedia media;
    TalkBeside beside;
    /* What it answers, 0 = nothing. Its text comes from its line, else from here; never of one with a timer. */
    int64_t reply_to;
    gboolean reply_timed;
    const char *reply_text; /* or NULL */
    gboolean silent;
    gboolean again; /* it had a line before, in another window or process */
    /* A long text comes in parts, one event each, in order, with no other message between: they are this
     * one. 0: the first, with detail and reply_text. An own text's part, not 0, has an id of its own. */
    unsigned part;
    gboolean follows; /* another one */
    int64_t hidden;   /* of the last one: characters that are not shown at all */
} TalkMessage;

/* What the user wrote. */
typedef struct {
    const char *text; /* as it was typed */
    const TalkSpans *spans;
    int64_t reply_to; /* the message that it answers, 0 = none */
} TalkTyped;

/* Where an own message is. */
typedef enum {
    TALK_OWN_WAITING, /* here: the server has not taken it yet */
    TALK_OWN_SENT,    /* at the server */
    TALK_OWN_READ,    /* by the other side */
    TALK_OWN_REFUSED, /* it never left */
} TalkOwn;

/* What is known of a message by now; of old ones nothing is. */
typedef struct {
    int64_t id;
    int32_t number, date; /* as TalkMessage */
    int32_t ttl;          /* seconds, 0 = none */
    int64_t left; /* ms until it goes; -1: its time has not begun, or there is none */
    gboolean outgoing, opens; /* as TalkMessage */
    TalkOwn own;              /* of an outgoing one */
    gboolean continues;       /* a further part of the own text before it */
    const char *text;         /* NULL: not kept any more (DECISIONS 3) */
} TalkKnown;

/* --- a secret chat --- */

typedef enum {
    TALK_STATE_ASKING,    /* not visible to the peer yet */
    TALK_STATE_WAITING,   /* our request lies at the peer */
    TALK_STATE_REQUESTED, /* the peer's request lies at our user (durable) */
    TALK_STATE_ACCEPTING, /* our user said yes; the server has not confirmed */
    TALK_STATE_READY,
    TALK_STATE_CLOSED,
} TalkState;

/* So long it is listed when it ended; then at most that a key of them was verified is kept. */
#define TALK_ENDED_KEPT (30 * 86400) /* s */

/* Why it is closed. Stored: numbers stay. */
typedef enum {
    TALK_CLOSED_NOT,
    TALK_CLOSED_BY_US,
    TALK_CLOSED_REJECTED,     /* we rejected it */
    TALK_CLOSED_BY_PEER,      /* encryptedChatDiscarded, ENCRYPTION_DECLINED */
    TALK_CLOSED_ELSEWHERE,    /* accepted on another device (SC-A19) */
    TALK_CLOSED_ID_INVALID,   /* ENCRYPTION_ID_INVALID and like */
    TALK_CLOSED_USER_BLOCKED, /* USER_IS_BLOCKED on a service message or request */
    TALK_CLOSED_USER_DELETED,
    TALK_CLOSED_DATA_INVALID, /* the server refused our bytes twice */
    TALK_CLOSED_BAD_KEY,      /* fingerprint mismatch, weak numbers (SC-A18) */
    TALK_CLOSED_VIOLATION, /* the peer broke section D: `closed_detail` names the rule */
    TALK_CLOSED_CORRUPT,   /* our record was damaged (SC-L10) */
    TALK_CLOSED_REQUEST_FAILED, /* requestEncryption refused otherwise */
    TALK_CLOSED_LOGGED_OUT,     /* SC-A29 */
    TALK_CLOSED_ROLLED_BACK,    /* our data is an older copy (SC-L9) */
    TALK_CLOSED_DECLINED,       /* by the peer, before it was ever ready */
    TALK_CLOSED_PRIVACY,      /* the peer's settings allow no request of ours (MT-E20) */
    TALK_CLOSED_OFFICIAL_APP, /* it wants a check that only official apps can make (MT-E20) */
} TalkClosed;

typedef struct {
    int32_t id;
    int64_t user_id;   /* the peer */
    gboolean outgoing; /* we created it */
    int32_t date;      /* when it was asked for, by the server's clock; 0: not known */
    int32_t ended;     /* when it ended; 0: it has not, or a moment ago */
    int32_t number; /* by which it is named in commands, one of the account's; 0: none */
    TalkState state;
    TalkClosed closed;
    const char *closed_detail; /* a token ("SC-D8", the server's word), or NULL */
    gboolean gone;   /* ended with its history (SC-A25, SC-A26): the entry goes, too */
    gboolean again;  /* that it ended was told before; this is of its rest */
    gboolean stored; /* this is how it was found at the start; nothing happened */
    int32_t ttl;
    int peer_layer;
    gboolean has_key_hash;
    gboolean verified;     /* the user compared key_hash; ends with the chat (SC-K4) */
    gboolean was_verified; /* the same, of a chat that ended, too */
    uint8_t key_hash[36];
    int64_t key_created;   /* Unix ms of the current key's first use */
    uint32_t key_messages; /* encrypted and decrypted with it */
    uint32_t raw_in, raw_out;
    uint32_t acknowledged;    /* of ours, by the peer's counter */
    uint32_t unacknowledged;  /* retained messages */
    uint32_t drafts;          /* own texts that wait for the chat to be ready */
    uint32_t missing, queued; /* have not arrived; wait behind these */
    int32_t messages;         /* so many numbers of messages were given (TalkMessage) */
    uint32_t lost; /* left no line, and were too many to keep (tg_secret_lost_told()) */
    gboolean rekeying;
} TalkSecret;
