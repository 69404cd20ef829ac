/* What differs between the official clients, as far as it is seen on the wire of a secret
 * chat (SECRET-CHATS.md appendix 1). Not here, because nobody sees them on this wire: how
 * qts are acknowledged, how long a request waits to be accepted, whose p and g a
 * re-keying takes (one group here), and MTProto 1.0, which iOS keeps for layers below its
 * first one. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* What a client does about something that it does not like. */
typedef enum {
    PEER_IGNORES, /* does not look */
    PEER_DROPS,   /* the message, for a value: the exchange */
    PEER_KEEPS,   /* until it can be read */
    PEER_CLOSES,  /* the chat, or never gets on in it */
    PEER_ABORTS,  /* resets its exchange and answers AbortKey */
} PeerReaction;

typedef enum { PEER_ACK_EXACT, PEER_ACK_BEHIND, PEER_ACK_WHEN_SENT } PeerAck;
typedef enum { PEER_QUEUE_DURABLE, PEER_QUEUE_MEMORY, PEER_QUEUE_LOG } PeerQueue;
typedef enum { PEER_AT_ONCE, PEER_IN_TURN, PEER_EVERY_PASS } PeerWhen;
typedef enum {
    PEER_RESEND_SAME,    /* the bytes as they were */
    PEER_RESEND_CURRENT, /* sealed anew: key and layer of today, numbers of then */
    PEER_RESEND_BY_INDEX /* sealed anew: key and layer of then, in_seq_no of today */
} PeerResend;
typedef enum {
    PEER_GONE_REPLACED, /* sealed at once: today's key and layer, the old numbers */
    PEER_GONE_MISSING,  /* not found again: a DeleteMessages of a random id takes its
                           number, with in_seq_no = out_seq_no + 1 */
    PEER_GONE_EMPTY,    /* DeleteMessages of a random id, when it is sent again */
} PeerGone;

typedef struct {
    const char *name;
    /* layers */
    int32_t own_layer;
    int32_t first_layer;   /* until more was heard; also the lowest sent */
    const int32_t *layers; /* the only ones it understands, 0 at the end; NULL = any */
    gboolean tells_layer_again; /* when ours rises */
    /* one message */
    unsigned random_bytes;
    unsigned random_bytes_min;
    PeerReaction bad_msg_key;
    PeerReaction unknown_key;
    PeerReaction unknown_body;
    /* order */
    PeerReaction parity;
    PeerReaction odd_ack; /* in_seq_no that goes back, or beyond what was sent */
    PeerReaction layer_decrease;
    PeerAck ack;
    PeerQueue queue;
    unsigned queue_max; /* 0 = no limit; one more closes the chat */
    PeerWhen answers;   /* a Resend behind a hole */
    PeerWhen asks;      /* AT_ONCE = once for a hole */
    PeerResend resend;
    gboolean acts_on_copies; /* of a Resend that it has processed */
    gboolean range_once;     /* a range once answered is not answered again */
    unsigned resend_max;     /* 0 = no limit */
    gboolean keeps_sent;     /* also what was acknowledged */
    gboolean new_outer_id;   /* of re-sent service messages */
    PeerGone gone;           /* what becomes of an own message that was deleted */
    gboolean stalls; /* asked for a released number it does not close, but ends anyway */
    /* keys */
    PeerReaction wrong_fingerprint; /* of encryptedChat */
    PeerReaction weak_value;
    PeerReaction weak_request;                /* g_a of RequestKey */
    unsigned rekey_both, rekey_out, rekey_in; /* messages under a key, 0 = no limit */
    unsigned rekey_days;
    gboolean days_of_uptime; /* a restart begins them anew */
    gboolean keeps_keys;     /* all, each valid from one of its own numbers on */
    gboolean switches_late;  /* as A: at the first message under the new key */
    gboolean sends_noop;     /* as B */
    gboolean smaller_wins;
    gboolean aborts_loser;
    PeerReaction odd_abort;  /* AbortKey of the right id at the wrong time */
    PeerReaction unexpected; /* AcceptKey, CommitKey; RequestKey where it CLOSES */
    /* these go by sendEncrypted, so that they cause a push */
    gboolean loud_services;
} PeerTraits;

extern const PeerTraits peer_tdlib, peer_android, peer_ios;
