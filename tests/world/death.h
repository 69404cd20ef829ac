/* Where a process may end. Each kind is counted for itself and for each end, so that a
 * story told once says how many points there are. */
#pragma once

#include "secret-chat.h"

typedef struct World World;
typedef struct End End;

typedef enum {
    DEATH_BEFORE, /* a write: nothing is stored, nothing got out */
    DEATH_AFTER,  /* a write: stored, nothing got out */
    DEATH_CALL,   /* a call: it got out and is carried out, its answer never comes */
    DEATH_ANSWER, /* an answer: it came, its turn was not stored */
    DEATH_MARK,   /* a message: it is shown, and nothing says so */
    DEATH_KINDS,
} DeathKind;

/* The one death of a story. */
typedef struct {
    gboolean armed; /* from here on points count */
    gboolean came;
    int end; /* whose; -1: nobody dies */
    DeathKind kind;
    unsigned at; /* the n-th of that kind, from 0 */
    unsigned counts[2][DEATH_KINDS];
    /* Bits: where the turns stood that could be an end's last. */
    unsigned states, steps; /* TalkState, SecretRekeyStep */
    unsigned calls;         /* SecretCallKind */
    unsigned records;       /* StoreKind: of what was in the chat's queues */
} Death;

/* This point is reached: is it the one? */
gboolean death_comes (End *end, DeathKind kind);
/* A turn ends here. */
void death_looks (End *end);
