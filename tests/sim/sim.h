/* The connection as a simulation: two real clients and the data centre in one process, on a
 * virtual clock, and between them a network and a server that a seed draws.
 *
 * A run begins with two logins and a secret chat, and goes on with calls and updates of
 * every kind of number:
 *
 *   what              by                        is checked at the end
 *   texts             messages.sendEncrypted,   shown once, in order (qts); told as sent once
 *                     updateNewEncryptedMessage
 *   questions         users.getFullUser         answered exactly once
 *   letters           ordinary messages (pts)   noticed once, in order
 *   blocked people    updatePeerBlocked (seq)   as the last one says
 *
 * The network cuts, stalls, chops, refuses, and has somebody who inserts garbage and transport
 * errors, or turns a bit; over TCP it never reorders. The server answers late, twice, in another order,
 * packed, in containers, not at all, with 500 and FLOOD_WAIT, other salts, new sessions, and
 * keeps updates to itself. Processes end and die in some runs. Then the weather clears, and all
 * must be here within a time; no timer, connection or job may be left of a client that ended.
 *
 * Everything that is drawn comes from the seed: the same seed is the same story. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef enum {
    SIM_CALM,   /* an ideal network: what is measured is the rest */
    SIM_WILD,   /* all of the above, one process a person */
    SIM_DEATHS, /* and processes that end or die */
    SIM_BITS,   /* wild, and every other connection has a bit turned */
} SimKind;

/* What the runs had, summed up. */
typedef struct {
    unsigned runs, deaths, connects, attacks;
    unsigned texts, questions, letters, blocks;
    unsigned differences; /* calls of getDifference */
    unsigned calls;       /* that the data centre carried out */
} SimStats;

/* Ends the program with the seed and what was wrong, if anything was. */
void sim_run (uint64_t seed, SimKind kind, unsigned steps, SimStats *stats);
