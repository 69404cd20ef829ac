/* Phone numbers as people write them. */
#pragma once

#include <glib.h>

/* The account that a user name means: the digits of a number, however they are spelled,
 * else the name without blanks around it (DECISIONS 29); g_free() it. */
char *tgp_number_identity (const char *user_name);

/* Calls `func` with the usual spellings of a number of these digits, some 100,000, until
 * it returns TRUE; whether it did. */
typedef gboolean (*TgpSpellingFunc) (const char *spelling, void *user);
gboolean tgp_number_each_spelling (const char *digits, TgpSpellingFunc func, void *user);
