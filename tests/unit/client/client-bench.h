/* One client on a bench: its session is played by the test (every call is a thing to look
 * at and to answer), its jobs run when the test says so, its clock is the test's.
 *
 * The other people are chats of a World (tests/world), of which only Bob's end is
 * used; the test carries the messages. */
#pragma once

#include "world.h"
#include "tg-peers.h"
#include "tg-prime.h"
#include "tg-secrets.h"
#include "tg-updates.h"
#include "tg-wait.h"

#define BENCH_OWN 1001
#define BENCH_BOB 1002

typedef struct {
    uint32_t id; /* of the method */
    int dc;      /* that was asked; 0 = home */
    GBytes *request;
    MtAnswerFunc func;
    void *user;
    gboolean before_login; /* it may go before there is a login */
    gboolean flushed;      /* private */
    gboolean left;         /* it was let out: the turn it belongs to is durable */
    gboolean answered;
} BenchCall;

typedef struct {
    char *directory;
    const char *phone; /* NULL = "1" */
    int api_id;        /* 0 = 1; -1 = none */
    HostTime now;
    int64_t tick; /* ms that go by at each look at the clock */
    Host host;
    TgClient *client;
    GPtrArray *timers, *jobs; /* private */
    GPtrArray *calls;         /* BenchCall, of this process */
    GString *told;            /* a line an event */
    gboolean hold;            /* jobs wait */
    gboolean working; /* a job's work is running: what happens is not the loop's */
    const HostConnEvents *conn_events;
    void *conn_user;
    TlMessage *pending; /* what the session receives next; private */
    BenchCall *answering;
    MtError *error;
    const char *lost; /* private: why the key is */
    int32_t qts;      /* of the last encrypted message that the server numbered */
    unsigned attempt; /* the number of the last question to the user ... */
    TalkEvent *asked; /* ... and all of it; NULL: none yet */
    gboolean by_qr;
    unsigned reconnects; /* that the client asked for */
    unsigned services;   /* notifications told */
    unsigned parts;      /* of the message that is being told so far */
    size_t shown;        /* characters of messages */
    int64_t hidden;      /* characters of messages that were not */
    /* CPU ms of the longest call into the client; the work of jobs does not count */
    double longest;
} Bench;

/* A store with a key, a user and Bob; `state` = with a stored state of updates, pts 10,
 * qts 5, date 20, seq 1. Not started yet. */
Bench *bench_new (gboolean state);
void bench_free (Bench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)
void bench_put (Bench *bench, StoreKind kind, int64_t owner, const TlObject *record);
void bench_make (Bench *bench);   /* a client that does nothing yet */
void bench_start (Bench *bench);  /* runs until the session is ready */
void bench_online (Bench *bench); /* ... and the first difference was empty */
void bench_kill (Bench *bench);   /* nothing more is written */
void bench_stop (Bench *bench);   /* an orderly end */

/* Nets that are made from here on are this bench's (bench-net.c). */
void bench_net_of (Bench *bench);

/* Runs jobs and timers that are due. */
void bench_run (Bench *bench);
void bench_advance (Bench *bench, int64_t ms);

/* The oldest call of this method that was let out and is not answered; NULL if none. */
BenchCall *bench_call (Bench *bench, uint32_t id);
unsigned bench_count (Bench *bench, uint32_t id); /* all that were let out */
/* n-th int of a call's request, counted from behind its id. */
int32_t bench_int (const BenchCall *call, unsigned n);
void bench_answer (Bench *bench, BenchCall *call, const TlObject *object);
void bench_answer_bytes (Bench *bench, BenchCall *call, const uint8_t *data, size_t len);
void bench_refuse (Bench *bench, BenchCall *call, int code, const char *type);
void bench_refuse_with (Bench *bench, BenchCall *call, int code, const char *type,
                        int64_t number);
/* The server does not know the key any more, it says so under it. */
void bench_lose_key (Bench *bench, const char *detail);
/* An Updates object from the server. */
void bench_receive (Bench *bench, const TlObject *updates);
void bench_receive_bytes (Bench *bench, const uint8_t *data, size_t len);
void bench_update (Bench *bench, const TlObject *update); /* in an updateShort */
/* Answers the open updates.getDifference. */
void bench_difference (Bench *bench, const TlObject *const *encrypted, size_t n_encrypted,
                       const TlObject *const *others, size_t n_others, int32_t qts);

/* Whether the client was told such a line; then all lines up to it are forgotten. */
gboolean bench_told (Bench *bench, const char *line);

/* A chat that the client starts with the peer at Bob's end of `w`; up to both being
 * ready. The client's and Bob's NotifyLayer stay where they are. */
int32_t bench_chat (Bench *bench, World *w);
/* The same, up to Bob's acceptance, which only he knows of: what the server would tell.
 */
int32_t bench_waiting_chat (Bench *bench, World *w, ApiEncryptedChat *accepted);
/* Bob's next message that leaves his end; NULL if there is none. */
GBytes *bench_bob_sends (World *w);
/* Carries what the client sends to Bob. */
void bench_carry (Bench *bench, World *w);
/* `data` as an update with the next qts. */
void bench_deliver (Bench *bench, int32_t chat_id, GBytes *data);
/* Such a chat of a client that is online, and both have told their layers; what was told
 * so far is forgotten. */
int32_t bench_chat_on (Bench *bench, World *w);
