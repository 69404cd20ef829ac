/* One stream of numbers, and what waits for its turn in it. */
#pragma once

#include "tg-core.h"

/* An update that came before its predecessors; keeps its message alive. */
typedef struct {
    TlMessage *message;
    const TlObject *update;
    size_t size; /* of the message, counted for one of its updates */
} TgEarly;

typedef enum { TG_FIT_NOW, TG_FIT_OLD, TG_FIT_EARLY } TgFit;

#define TG_KEPT_MAX ((size_t)8 << 20) /* bytes of memory that wait, early or postponed */
#define TG_COUNT_MAX 1000000          /* events in one update; more is no honest count */
#define TG_TELL_AFTER 2000            /* ms: receivedQueue after new encrypted messages */

struct TgUpdates {
    gboolean known;
    int32_t pts, qts, date, seq;
    int64_t idle_at;      /* mono: no update for 15 minutes */
    int64_t gap_at;       /* mono: wait for what is missing until then, 0 = no gap */
    GQueue postponed;     /* TlMessage: while a difference runs, or for another turn */
    GPtrArray *early;     /* TgEarly behind a gap */
    gboolean early_more;  /* it is filled: they go on in another turn */
    size_t kept;          /* bytes of both */
    unsigned turn, taken; /* how much of what came that turn has taken */
    int64_t took_at;      /* mono: since when */
    TlMessage *piece;     /* a difference or an update that is being taken */
    size_t piece_at;
    int64_t more_at;  /* mono: go on with what waits */
    int32_t told_qts; /* receivedQueue */
    int64_t tell_at;  /* mono */
    gboolean synced;  /* the first difference of this process is done */

    /* tg-difference.c */
    gboolean due;     /* it runs, but the question goes out at the input's end */
    gboolean running; /* getDifference or getState is out, or its answer is being taken */
    gboolean wanted;
    gboolean renumbered; /* the server says that pts is another one: getState (MT-G18) */
    gboolean rebased;    /* the server refused our state, all but qts is its own now */
    int64_t not_before;  /* mono */
    int failures;
    int64_t caught_up_at; /* mono: reconnected; nothing more is awaited then */
    NetCall *asked;       /* which is out */
    int64_t asked_at;     /* mono */
    unsigned silences;    /* questions in a row without an answer */
    int64_t began;        /* mono: out of step since; 0 = in step */
    gboolean told_slow;
    unsigned large;     /* answers that were too large */
    gboolean ask_state; /* to skip what is not shown */
    int32_t skip_to; /* single secret messages up to this qts may be skipped; 0: none */
    unsigned skipped;
    unsigned still, slices; /* in a row: without progress, at all */
};

void tg_box_init (TgClient *client);
void tg_box_clear (TgClient *client);
void tg_box_reset (TgClient *client); /* for another login */
void tg_box_lost (TgClient *client);
void tg_box_load (TgClient *client, StoreKey key, const TlObject *root);
void tg_box_save (TgClient *client);
void tg_box_set_state (TgClient *client, const TlObject *state);
void tg_box_ask (TgClient *client); /* marks: something is missing */
/* ms without any update until it is asked (MT-G12): 15 min, and some seconds that differ from
 * account to account. */
int64_t tg_box_idle (const TgClient *client);
gboolean tg_box_has (const TlObject *update); /* pts or qts */
/* Whether an update's turn has come; moves the box when it has (MT-G4, G5, SC-J1). */
TgFit tg_box_fit (TgClient *client, const TlObject *update);
TgFit tg_box_fit_pts (const TgUpdates *u, int32_t pts, int32_t count);
gboolean tg_box_has_room (TgClient *client); /* for one more in this turn */
gboolean tg_box_may_take (TgClient *client); /* the same; counts it */
gboolean
tg_box_is_full (const TgClient *client); /* a slow disk: what it has not got, piles up */
gboolean tg_box_may_go_on (TgClient *client); /* not full; else it is looked at again */
void tg_box_keep_early (TgClient *client, TlMessage *message, const TlObject *update);
void tg_box_drop_early (TgClient *client, TgEarly *take_early);
void tg_box_forget_early (TgClient *client);
