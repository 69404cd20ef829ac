/* Two SecretChats and the little server between them, in one process under one clock.
 *
 * Calls go into the server's queue; pair_run() answers them and delivers what they carry.
 * A hook decides about every delivery and every answer: drop, refuse, twice, later. Each
 * end has a store in memory; pair_restart() throws the chat away and loads it again. */
#pragma once

#include "any-store.h"
#include "secret-chat.h"

typedef struct Pair Pair;

typedef struct {
    Pair *pair;
    int index; /* 0 = Alice, who creates the chat */
    SecretEnv env;
    SecretChat *chat;
    AnyStore *store;
    StoreBatch *batch;
    GQueue calls;     /* PairCall */
    GQueue inbox;     /* PairMessage, undelivered */
    GString *events;  /* one line an event, cleared by pair_events() */
    GArray *shown;    /* int64_t random_ids of shown messages */
    GPtrArray *wire;  /* GBytes: every data sent, in order */
    GPtrArray *kinds; /* names of calls answered */
    unsigned reads;
    int32_t last_read;
    const char
        *fail_type; /* error for the next `fail_count` SENDs from `fail_after` on */
    int fail_count;
    int fail_after;
    gboolean manual_accept;
    enum {
        PAIR_LIVES,
        PAIR_DIES_BEFORE, /* the next commit: nothing of this turn is stored or let out */
        PAIR_DIES_AFTER,  /* stored, but neither calls nor events got out */
    } fate;
    unsigned deaths;
    GHashTable *lost; /* random_ids the server has lost on the way to here */
    char *folder;     /* of its store's file; NULL = in memory */
} PairEnd;

struct Pair {
    PairEnd ends[2];
    HostTime now;
    uint64_t seed;
    CryptoRandom random;
    int32_t chat_id;
    gboolean requested, accepted;
    GByteArray *g_a;
    GByteArray *g_b;
    int64_t fingerprint;
    int32_t date;
    /* FALSE = lose this message; `n` counts an end's sends from 0 */
    gboolean (*deliver) (Pair *pair, PairEnd *from, unsigned n);
    gboolean with_file; /* what pair_inject() brings has an encryptedFile */
    gboolean hold;      /* messages stay in the inboxes until pair_deliver() */
    /* every event at once; `released` when those before it may be seen, `lost` when their
     * process died */
    void (*watch) (Pair *pair, PairEnd *end, const TalkEvent *event);
    void (*released) (Pair *pair, PairEnd *end);
    void (*lost) (Pair *pair, PairEnd *end);
    void *user;
};

static inline PairEnd *
alice_of (Pair *pair)
{
    return &pair->ends[0];
}

static inline PairEnd *
bob_of (Pair *pair)
{
    return &pair->ends[1];
}

/* Debug lines go nowhere unless G_MESSAGES_DEBUG asks for them; one that holds
 * PAIR_MARK, which begins every text of the simulation, ends the test (SC-M34). */
#define PAIR_MARK "\u00a4"
void pair_quiet (void);
Pair *pair_new (uint64_t seed);
/* The same with the real group, and with stores in files below `folder`. */
Pair *pair_new_real (uint64_t seed, const char *folder);
void pair_free (Pair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pair, pair_free)
/* Creates the chat, accepts it, runs until both are ready and quiet. */
Pair *pair_ready (uint64_t seed);
void pair_make_ready (Pair *pair); /* the same for a pair_new_real () */
/* Alice's request is answered with `g_b` (256 bytes; NULL: one in range) and this
 * fingerprint: why she closed the chat. */
TalkClosed pair_answered (uint64_t seed, const uint8_t *g_b, int64_t fingerprint);
void pair_start (Pair *pair);
void pair_run (Pair *pair);                 /* until nothing moves */
void pair_advance (Pair *pair, int64_t ms); /* time, ticks, run */
int64_t pair_say (PairEnd *end, const char *text);
/* Events since the last call, one line each; g_free() it. */
char *pair_events (PairEnd *end);
void pair_restart (PairEnd *end);
void pair_commit (PairEnd *end);
/* Single steps of pair_run(); FALSE where there was nothing to do. */
gboolean pair_answer_one (PairEnd *end);
gboolean pair_deliver_one (PairEnd *end);
/* Answers the oldest call of `end` with this instead. */
void pair_answer_with (PairEnd *end, const SecretAnswer *answer);
/* Unanswered calls are gone, and nobody knows. */
void pair_forget_calls (PairEnd *end);
/* The connection broke: unanswered calls are gone, the chat asks again. */
void pair_reconnect (PairEnd *end);
/* The server loses the next message to `end`, but none a third time: so that the limit of
 * an hour is not reached (SC-D24). FALSE where it lost nothing. */
gboolean pair_lose (PairEnd *end);
void pair_double (PairEnd *end); /* ... or delivers it twice */
void pair_swap (PairEnd *end);   /* ... or after the one behind it */
/* Hands `data` to `to` as if the server brought it. */
void pair_inject (PairEnd *to, TlBytes data);
/* A message of `from`'s key and numbers, made by hand: for hostile peers. */
GBytes *pair_forge (PairEnd *from, int32_t layer, int32_t in_seq_no, int32_t out_seq_no,
                    const TlObject *body);
GBytes *pair_forge_raw (PairEnd *from, int32_t layer, int32_t in_seq_no,
                        int32_t out_seq_no, const uint8_t *body, size_t len);
TalkSecret pair_info (PairEnd *end);
/* The n-th call that waits for an answer, NULL if there is none; borrowed, like all that
 * it points to. */
const SecretCall *pair_call (const PairEnd *end, unsigned n);
/* The decryptedMessageLayer inside `data`, sent by the creator or by the other side and
 * opened with one of `chat`'s keys; NULL if none fits. */
TlMessage *pair_open (const SecretChat *chat, gboolean by_creator, TlBytes data);
