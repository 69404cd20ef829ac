/* The other side of a secret chat, written from SECRET-CHATS.md alone: it uses the wire
 * format and the primitives, and nothing of plugin/secret, so that an error that both
 * ends of one implementation share cannot hide. */
#pragma once

#include "peer-traits.h"

#include "crypto-dh.h"
#include "crypto-secret.h"
#include "tl-message.h"

typedef struct {
    int64_t id; /* fingerprint, 0 = there is none */
    uint8_t key[256];
    int32_t from; /* first own number under it, where all keys are kept */
    unsigned in, out;
} PeerKey;

typedef enum { PEER_IDLE, PEER_ASKED, PEER_COMMITTED, PEER_ANSWERED } PeerStep;

typedef struct {
    int32_t raw;
    int32_t in_seq_no;
    int32_t layer;
    int64_t random_id;
    GByteArray *body;
    GBytes *data;
    gboolean service;
    gboolean loud;
    gboolean user;
    gboolean deleted; /* gone from its history */
} PeerOut;

/* A message for the server: sendEncrypted (loud) or sendEncryptedService. */
typedef struct {
    int32_t raw;
    int64_t outer_id;
    gboolean loud;
    gboolean again;
    GBytes *data;
} PeerWire;

typedef struct PeerModel PeerModel;
typedef enum { PEER_SHOWN, PEER_DELETED, PEER_FLUSHED } PeerEvent;

struct PeerModel {
    const PeerTraits *traits;
    const CryptoRandom *random;
    gboolean creator;
    int64_t now; /* wall ms, set from outside */
    void (*event) (PeerModel *peer, PeerEvent event, int64_t id, TlBytes text,
                   void *user);
    void *user;
    /* Why this client would have closed the chat; NULL = it lives. A model that is closed
     * does nothing any more. */
    char *closed;
    gboolean talks;      /* tells its story as debug lines */
    unsigned unreadable; /* what came in a form that it cannot show */

    int32_t in, out; /* messages processed, messages created */
    int32_t acked;   /* by the other side's last in_seq_no in order */
    int32_t heard_layer, order_layer;
    int32_t ttl;
    int32_t asked_to;       /* last number that was asked for again (TDLib) */
    GHashTable *asked_from; /* where asked holes begin, of this process (Android) */
    GArray *answered;       /* int32_t pairs: ranges of old (Android) */
    GPtrArray *sent;        /* PeerOut, by raw */
    GArray *again;          /* int32_t: to be sent once more after this pass (iOS) */
    GPtrArray *waiting;     /* incoming ones behind a hole, by raw */
    GPtrArray *unopened;    /* GBytes whose key is not known yet */
    GQueue wire;            /* PeerWire */

    PeerKey key, other;
    gboolean may_forget; /* `other` is the previous key, not a candidate */
    GArray *keys;        /* PeerKey, where all are kept */
    PeerStep step;
    int64_t exchange_id;
    int32_t exchange_at; /* `out` at the last own RequestKey, -1 = none */
    uint8_t exponent[256];
    unsigned since;     /* in and out since the last new key */
    unsigned rekey_now; /* > 0: instead of the limits of the traits */
    int64_t key_time;
    unsigned rekeyed;
};

/* Everything taken is borrowed; the model copies. */
PeerModel *peer_model_new (const PeerTraits *traits, gboolean creator,
                           const CryptoRandom *random, int64_t now);
void peer_model_free (PeerModel *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PeerModel, peer_model_free)
void peer_wire_free (PeerWire *wire);

/* The first key. */
void peer_public (PeerModel *peer, uint8_t out[static 256]);
int64_t peer_agree (PeerModel *peer, TlBytes value); /* the fingerprint */
/* encryptedChat: fingerprint as the server tells it; announces its layer. */
void peer_ready (PeerModel *peer, int64_t fingerprint);

void peer_receive (PeerModel *peer, TlBytes data); /* from the server */
/* int32_t: what waits behind a hole. */
GArray *peer_waiting_numbers (const PeerModel *peer);
/* A message of ours that the model must not get twice. */
gboolean peer_minds_copy (PeerModel *peer, TlBytes data);
/* The process ends and starts again: what is not durable is lost. */
void peer_restart (PeerModel *peer);
void peer_tick (PeerModel *peer);

/* From its user. */
int64_t peer_say (PeerModel *peer, const char *text);
void peer_delete (PeerModel *peer, int64_t id);
void peer_flush (PeerModel *peer);
void peer_set_ttl (PeerModel *peer, int32_t seconds);
void peer_screenshot (PeerModel *peer);
gboolean peer_rekey (PeerModel *peer); /* FALSE: not now */
/* The key that its next message would get. */
const PeerKey *peer_sending_key (PeerModel *peer);
