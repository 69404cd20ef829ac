/* One SecretChat of ours, a peer model, and the server between them, which may lose,
 * delay, double and damage; in one process under one clock. Both can die. */
#pragma once

#include "any-store.h"
#include "peer-model.h"
#include "secret-chat.h"

typedef struct Duo Duo;

struct Duo {
    PeerModel *peer;
    gboolean ours; /* we created the chat */
    SecretEnv env;
    SecretChat *chat;
    AnyStore *store;
    StoreBatch *durable; /* committed; written out when it is read again */
    StoreBatch *batch;
    HostTime now;
    int32_t date;
    uint64_t seed;
    CryptoRandom random;
    SecretRemote remote; /* what the server knows of the chat */
    uint8_t g_ours[256], g_peer[256];
    GQueue calls; /* ours, unanswered */
    GQueue to_us; /* on the way */
    GQueue to_peer;
    GHashTable *numbers; /* own random_id -> raw */
    GHashTable *lost[2]; /* raw numbers that the server lost: to us, to the peer */
    int32_t lost_last[2];
    GPtrArray *wire;      /* GBytes: all of ours that the server took */
    GPtrArray *peer_wire; /* GBytes: all of the peer's */
    unsigned reads;
    enum {
        DUO_LIVES,
        DUO_DIES_BEFORE, /* the next commit: nothing of this turn is stored or let out */
        DUO_DIES_AFTER,  /* stored, but neither calls nor events got out */
    } fate;
    unsigned deaths;
    /* every event at once; `released` when those before it may be seen, `gone` when their
     * process died */
    void (*watch) (Duo *duo, const TalkEvent *event);
    void (*released) (Duo *duo);
    void (*gone) (Duo *duo);
    void *user;
};

typedef enum { DUO_TO_US, DUO_TO_PEER } DuoWay;

/* The chat is there and both have heard of each other's layer. */
Duo *duo_ready (const PeerTraits *traits, gboolean ours, uint64_t seed);
void duo_free (Duo *duo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Duo, duo_free)

int64_t duo_say (Duo *duo, const char *text); /* ours */
TalkSecret duo_info (Duo *duo);
/* Ends our turn. */
void duo_commit (Duo *duo);
void duo_restart (Duo *duo);
void duo_reconnect (Duo *duo);
void duo_restart_peer (Duo *duo);
/* Single steps; FALSE where there was nothing to do. `nth` > 0 overtakes. */
gboolean duo_answer (Duo *duo);
gboolean duo_deliver (Duo *duo, DuoWay way, unsigned nth);
void duo_run (Duo *duo);                 /* until nothing moves */
void duo_advance (Duo *duo, int64_t ms); /* time, ticks, run */
/* Moves what the peer has to say to the server. */
void duo_collect (Duo *duo);

/* The server loses the next message; none a second time where who has to ask for it, asks
 * once, or who has to answer, answers once; else none a third time, because of the limit
 * of an hour (SC-D24). FALSE where it may not. */
gboolean duo_lose (Duo *duo, DuoWay way);
void duo_lose_all (Duo *duo, DuoWay way); /* whatever is on the way, even twice */
gboolean duo_double (Duo *duo, DuoWay way);
void duo_inject (Duo *duo, DuoWay way, TlBytes data);
/* Something that was sent has not been processed, though later things may have come. */
gboolean duo_has_hole (Duo *duo, DuoWay way);
/* A new hole this way does not end the chat by the peer's own nature:
 * who answers a Resend only in its turn waits for ever where there are holes in both
 * directions (Android); and who asks once, for its first hole only, does where its
 * request was lost and ours is in its second hole (TDLib). */
gboolean duo_may_open_hole (Duo *duo, DuoWay way);
gboolean duo_may_overtake (Duo *duo, DuoWay way);
unsigned duo_on_the_way (Duo *duo, DuoWay way);
