/* Another client behind an end: a model of one (peer-model.h) in place of a chat of ours.
 * The server does not know the difference, and the acts and moves of end.h and server.h
 * are the same. But it has no store and no turns, and waits for no answer: what it says is
 * at the server at once, and once. Where it dies (death.h; with each thing that comes,
 * before it has it and after) it forgets what that client keeps in memory only, as by
 * end_restarts(); what it had and nobody heard of comes again. */
#pragma once

#include "peer-model.h"
#include "world.h"

/* `ours`: we ask for the chat, and are Alice; else the other client is. w->us and w->them
 * say who is who. */
World *model_world_new (const PeerTraits *traits, gboolean ours, uint64_t seed,
                        WorldFlags flags);
/* The same, and both are ready and quiet, and have heard of each other's layer. */
World *model_world (const PeerTraits *traits, gboolean ours, uint64_t seed);

/* What end.c, end-act.c and server.c do where an end is a model. */
void model_asks (End *end);
void model_sends (End *end); /* what it has to say is at the server */
void model_takes (End *end, const ServerItem *item); /* it may die */
void model_restarts (End *end);
int64_t model_says (End *end, const char *text);
void model_sees (End *end); /* the server's word to us, for all that there is */

/* The n-th message that lies there for `to`, else what must come before it: one more
 * behind a hole may end the chat. FALSE: there is none, or it may not overtake. */
gboolean model_brings (End *to, unsigned nth);
/* A ciphertext is handed to the model, if it can bear that now: its queue is not full, and
 * it does not mind a copy of this one. */
void model_injects (End *end, TlBytes data);
gboolean model_minds_copy (const End *to, const ServerItem *item);
/* Something that was sent has not been processed, though later things may have come. */
gboolean model_has_hole (const End *to);
gboolean model_may_overtake (const End *to);
/* May the server lose this message? None a second time where who has to ask for it, asks
 * once, or who has to answer, answers once; else none a third time, because of the limit
 * of an hour (SC-D24). */
gboolean model_may_lose (const End *to, const ServerItem *item);

/* --- for stories of the two --- */

#define US_AND_THEM(w) End *us G_GNUC_UNUSED = (w)->us, *them G_GNUC_UNUSED = (w)->them

void we_say (World *w, const char *text); /* in a chat that is open */
void they_say (World *w, const char *text);
/* Neither side has ended the chat. */
void assert_lives (World *w);
/* The same, and each gets what the other one says: nothing else in `texts` then. */
void assert_talks (World *w);
/* Our calls are answered, and what lies there for this end comes: the other way, all stay
 * where they are. */
void run_to (End *to);
