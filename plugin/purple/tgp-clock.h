/* Time that goes on while the machine sleeps, and timers by it. libpurple's own timers
 * count the waking hours only: what should be over after a night would stand until its
 * rest has passed by day (SC-G8).
 *
 * A timer runs out when either clock says so, the one that counts sleep or the wall's, at
 * the first moment at which the machine is awake. One that is set back makes none longer.
 * Who is called looks itself whether it is time: where the wall clock was set forward, it
 * is called early.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef void (*TgpClockFunc) (void *user);

int64_t tgp_clock_mono (void); /* ms; never goes back */
int64_t tgp_clock_wall (void); /* Unix ms */
/* Calls `func` once, `delay` ms from now (0: in the next turn of the loop), never from
 * inside. Never 0 as id. */
unsigned tgp_clock_add (int64_t delay, TgpClockFunc func, void *user);
void tgp_clock_remove (unsigned id); /* nothing where it has run out */
/* Lets go of everything; the module is unloaded. */
void tgp_clock_close (void);
