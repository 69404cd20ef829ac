/* What must not be left in memory: every block is looked at when it is freed. A program that is
 * linked with it has its free(); one with the sanitizers gives them a hook. */
#pragma once

#include <glib.h>
#include <stdint.h>

/* Looks from now on, where freed_watching is TRUE. First of all. */
void freed_install (void);
extern gboolean freed_watching;
extern unsigned freed_looked_at; /* blocks */
/* Up to sixteen needles of at most 64 bytes each; copied. */
void freed_forget (void);
void freed_add_needle (const void *data, size_t len);
/* Memory that is not freed. */
void freed_look_at (const void *memory, size_t len);
/* Runs `func` on a stack of its own, which is looked through afterwards. */
void freed_run_on_own_stack (void *(*func) (void *), void *user);
/* Ends the watching; each needle was found, or none. */
void freed_assert_found (const char *where, gboolean want);
