/* Two SecretChats and a server that remembers, for dying at chosen points.
 *
 * Other than in secret-pair.h every input is a turn as plugin/client runs it: the chat
 * changes its memory, the batch is committed, then the calls get out one by one, then the
 * events are seen; that a message was shown is a turn of its own. `gather` turns wait for
 * each other and are one write, as in tg-turn.h, with marks that are put off. What is
 * durable is a prefix of the turns, what got out a prefix of that. The server keeps what
 * it has for a side until that side has it durable, carries out every call that got out,
 * and answers only the process that made it. A side that dies is thrown away and loaded
 * from its store. */
#pragma once

#include "any-store.h"
#include "secret-chat.h"

#define CRASH_ALL G_MAXUINT

typedef struct Crash Crash;

/* Where a process may end. Each kind is counted for itself. */
typedef enum {
    CRASH_BEFORE, /* a write: nothing is stored, nothing got out */
    CRASH_AFTER,  /* a write: stored, nothing got out */
    CRASH_CALL,   /* a call: it got out and is carried out, its answer never comes */
    CRASH_ANSWER, /* an answer: it came, its turn was not stored */
    CRASH_MARK,   /* a message: it is shown, and nothing says so */
    CRASH_KINDS,
} CrashKind;

typedef struct {
    int64_t id;
    char *text;
    gboolean gone;    /* deleted or expired: in nobody's store any more */
    gboolean excused; /* gone, flushed or failed: need not be shown any more */
    unsigned shown;
    unsigned life; /* of the process that showed it last */
    gboolean seen; /* and that is stored: it may not be shown again */
} CrashText;

/* Bits: where the turns stood that could be a side's last. */
typedef struct {
    unsigned states, steps; /* TalkState, SecretRekeyStep */
    unsigned calls;         /* SecretCallKind */
    unsigned records;       /* StoreKind: of what was in the chat's queues */
} CrashSeen;

typedef struct {
    Crash *crash;
    int index; /* 0 = Alice, who creates the chat */
    SecretEnv env;
    CryptoDhOps dh; /* the toy group, with the two switches below */
    gboolean weak;  /* no public value is good enough for this side */
    SecretChat *chat;
    AnyStore *store;
    char *folder; /* NULL: the store is in memory */
    StoreBatch *batch;
    GPtrArray *asked;             /* calls of the running turn */
    GPtrArray *told;              /* events of the running turn */
    GQueue turns;                 /* CrashTurn, ended, to be written together */
    GQueue late;                  /* CrashTurn, let out, their marks not written */
    gboolean letting;             /* effects get out */
    unsigned ended, durable, out; /* the last turn that ended, is stored, got out */
    unsigned kept;                /* durable when it died */
    unsigned groups;              /* writes of more turns than one */
    GQueue calls;                 /* calls that got out */
    GQueue inbox;                 /* what the server has for this side */
    gboolean hold;                /* ... and keeps */
    unsigned lose; /* so many of its messages get lost on the way to the other side */
    const char
        *refuse; /* the server's word to the next text or, if so, service message */
    gboolean refuse_service;
    GHashTable *refused; /* bytes that the server does not take */
    GHashTable *lost;    /* random ids, each lost once */
    GArray *said;        /* CrashText */
    GArray *unread;      /* int64_t */
    GPtrArray *keys;     /* GBytes: every key this side ever held */
    int last_shown;      /* index in the other's `said` */
    unsigned life;
    unsigned counts[CRASH_KINDS];
    unsigned discards;        /* calls the server got */
    gboolean discard_history; /* what the last one said */
    gboolean flushed;
    gboolean blind; /* no line comes into being in its windows */
} CrashSide;

struct Crash {
    CrashSide sides[2];
    HostTime now;
    int32_t date;
    uint64_t seed;
    CryptoRandom random;
    gboolean ask_prime; /* the group is not known, the prime must be checked */
    /* the server's view of the chat */
    int32_t chat_id;
    GBytes *g_a, *g_b;
    int64_t fingerprint;
    gboolean discarded;
    /* the one death of this run; `armed` from the point on from which it counts */
    gboolean armed, died;
    unsigned gather; /* turns that end before a write; CRASH_ALL: until nothing moves */
    CrashSeen seen;
    int side;
    CrashKind kind;
    unsigned at;
};

Crash *crash_new (uint64_t seed, gboolean files);
void crash_free (Crash *crash);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Crash, crash_free)

/* Acts of a user. One that died before it was stored is done again: the user sees that
 * nothing happened. */
typedef void (*CrashAct) (CrashSide *side, void *data);
void crash_act (CrashSide *side, CrashAct act, void *data);
void crash_start (Crash *crash);
void crash_accept (CrashSide *side);
void crash_reject (CrashSide *side);
void crash_close (CrashSide *side, gboolean delete_history);
int64_t crash_say (CrashSide *side, const char *text); /* 0: the chat is closed */
/* A window is opened: what waits is shown in it. */
void crash_open (CrashSide *side);
void crash_log_out (CrashSide *side);
void crash_let_go (CrashSide *side); /* of everything unread */
void crash_see (CrashSide *side);
void crash_delete (CrashSide *side, int64_t id);
void crash_flush (CrashSide *side);
void crash_set_ttl (CrashSide *side, int32_t seconds);
void crash_typing (CrashSide *side, gboolean typing);
void crash_rekey (CrashSide *side);

/* An orderly end, something that happens to the files, a new start; on files only. */
void crash_reopen (CrashSide *side, void (*between) (CrashSide *side, void *data),
                   void *data);
/* What this side said. */
const CrashText *crash_text (CrashSide *side, const char *text);
const CrashText *crash_find_text (CrashSide *side, const char *text); /* or NULL */

/* The server moves. */
gboolean crash_deliver (CrashSide *side); /* one; FALSE: there was none */
gboolean crash_serve (CrashSide *side);   /* carries out one call and answers it */
gboolean crash_write (CrashSide *side);   /* what waits; FALSE: nothing did */
void crash_run (Crash *crash);            /* until nothing moves */
void crash_advance (Crash *crash, int64_t ms);
/* The first thing in the inbox goes behind all others. */
void crash_late (CrashSide *side);

/* Both reconnect, everything arrives; then all rules of the end are checked. */
void crash_end_ready (Crash *crash);
void crash_end_logged_out (CrashSide *side);
void crash_end_closed (Crash *crash, TalkClosed alice, TalkClosed bob);
