/* One end of the chat: a process with its store, and a user with a window. Each input is a
 * turn as plugin/client runs it: the chat changes its memory, the turn is written, then its
 * calls and events get out; that a message was shown is a turn of its own. An end that
 * dies is thrown away and loaded from its store. */
#pragma once

#include "any-store.h"
#include "server.h"
#include "tg-turn.h"

typedef struct PeerModel PeerModel;

typedef enum {
    WINDOW_SHOWS,
    WINDOW_BLIND, /* no line comes into being */
    WINDOW_MUTE,  /* and nobody says what became of a message */
} EndWindow;

struct End {
    World *world;
    int index;
    SecretEnv env;
    CryptoDhOps dh;
    gboolean weak; /* no public value is good enough for this end */
    gboolean
        slow; /* its worker: what it computes comes when no call of the server's waits */
    gboolean thinks; /* about a request; else it is accepted at once */
    /* The next turn is its last: of that nothing is stored, or it is and nothing got out.
     * Its unanswered calls are gone, too. */
    enum { END_LIVES, END_DIES_BEFORE, END_DIES_AFTER } fate;
    EndWindow window;
    gboolean typing_action; /* typing is told as an action, too; end_types() */
    SecretChat *chat;       /* NULL: none yet */
    PeerModel *model;       /* not NULL: another client, which has no chat of ours */
    AnyStore *store;
    char *folder; /* NULL: the store is in memory */

    /* the process */
    TgTurns *turns;
    Host host;
    GArray *timers; /* EndTimer */
    unsigned last_timer;
    StoreBatch *writing; /* NULL: nothing is */
    unsigned covers;     /* the last turn of that */
    gboolean open;       /* a turn runs ... */
    unsigned effects;    /* ... with so many effects */
    unsigned calling;    /* ... and calls of these kinds */
    unsigned depth;      /* the queue is at work */
    gboolean dead;       /* and will be loaded again */
    unsigned life;       /* how many processes there were before */
    unsigned deaths;
    unsigned ended, durable, out; /* the last turn that ended, is stored, got out */
    unsigned kept;                /* durable when it died */
    unsigned groups;              /* writes of more turns than one */
    unsigned resumed;         /* effects of the turn that a new process begins with ... */
    gboolean resumed_records; /* ... and whether it changed anything */
    GByteArray *late;         /* of each turn: it need not be written before it is out */
    GQueue unsettled;         /* EndTold */
    GQueue unacknowledged;    /* EndItem: what the server gives again */

    /* the server's side */
    Policy policy;
    GQueue calls;             /* ServerCall, that got out */
    GQueue inbox;             /* ServerItem, for this end */
    GHashTable *refused;      /* bytes that it does not take */
    GHashTable *lost;         /* random_id -> how often, on the way from here */
    GHashTable *numbers;      /* random_id -> its number among all from here */
    GHashTable *lost_numbers; /* number + 1 -> how often, on the way to here ... */
    int32_t lost_last;        /* ... and the highest, -1: none */
    GPtrArray *wire;          /* GBytes: every data it took */
    GPtrArray *kinds;         /* names of the calls that were answered */
    unsigned reads, discards;
    int32_t last_read;
    gboolean discard_history; /* as the last discard said */

    /* the user */
    GArray *said;      /* Line */
    GArray *unread;    /* int64_t */
    GArray *read;      /* int64_t: own ones, as the other side did */
    GHashTable *lines; /* int64_t: what stands in its window, its own too */
    GArray *shown;     /* int64_t, every one that was */
    GString *texts;    /* the same, as "a b c " */
    int last_shown;    /* index in the other's `said` */
    gboolean flushed;
    GPtrArray *keys; /* GBytes: every key this end ever held */
    GString *events; /* a line each, since the last end_events() */
};

End *end_other (const End *end);
void end_init (End *end, World *w, int index, const char *folder);
void end_clear (End *end);

/* Ends the running turn, if there is one; enough of them are written. What the chat does
 * begins one. `take_item` (may be NULL) is acknowledged with it; `answer`: it was an
 * answer's. FALSE: the process died before the turn was stored. */
gboolean end_turn (End *end);
StoreBatch *end_batch (End *end); /* of the running turn */
gboolean end_turn_of (End *end, ServerItem *take_item, gboolean answer);
gboolean end_writes (End *end); /* one write is done; FALSE: none was to do */
void end_writes_all (End *end); /* also the marks that were put off */
gboolean end_pauses (End *end); /* the pause between effects is over; FALSE: none */
void end_passes (End *end);     /* what time has come for in the queue */
void end_dies (End *end);       /* here and now; it is loaded again */
/* The process ends in order and starts again; `between` (may be NULL) happens to its
 * files. */
void end_restarts (End *end, void (*between) (End *end, void *data), void *data);
void end_reconnects (End *end); /* unanswered calls are gone, the chat asks again */

/* Acts. One that died before it was stored is done again: the user sees that nothing
 * happened. */
typedef void (*EndAct) (End *end, void *data);
void end_acts (End *end, EndAct act, void *data);
void end_asks (End *end); /* for the chat */
void end_accepts (End *end);
void end_rejects (End *end);
void end_closes (End *end, gboolean delete_history);
void end_logs_out (End *end);
int64_t end_says (End *end, const char *text); /* 0: the chat is closed */
int64_t end_replies (End *end, const char *text, int64_t reply_to, gboolean silent);
/* A photo with that caption; until it is at the server texts pass it. */
int64_t end_sends (End *end, const char *caption);
void end_opens (End *end);   /* a window: what waits is shown in it */
void end_sees (End *end);    /* everything unread */
void end_lets_go (End *end); /* of everything unread */
void end_deletes (End *end, int64_t id);
void end_cancels (End *end, int64_t id); /* a file that has no number yet */
void end_flushes (End *end);
void end_sets_ttl (End *end, int32_t seconds);
void end_types (End *end, gboolean typing);
void end_rekeys (End *end);
void end_skips (End *end);

/* What was told since the last time, a line each; g_free() it. */
char *end_events (End *end);
/* The same, and these are all of them. */
#define assert_events(end, expected)                                                     \
    do {                                                                                 \
        g_autofree char *events_ = end_events (end);                                     \
        g_assert_cmpstr (events_, ==, (expected));                                       \
    } while (0)
TalkSecret end_info (const End *end);
