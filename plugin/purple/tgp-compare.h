/* The key of a secret chat before the user's eyes, to be compared with the other side's
 * (SC-K2, SC-K3), and what they say then. */
#pragma once

#include "tgp-account.h"

/* --- in characters --- */

/* The picture, and the hex beside it: twelve lines, for letters of one width. g_free() it. */
char *tgp_compare_text (const TalkSecret *info);
/* The first 32 bytes in hex, four lines of eight. g_free() it. */
char *tgp_compare_hex (const TalkSecret *info);

/* --- in a window of its own --- */

/* Shows it and asks: equal, different, or later. FALSE: this front end shows no such
 * window, or the chat has no key to compare; nothing happened. */
gboolean tgp_compare (TgpAccount *tgp, const TalkSecret *info);
/* Windows of chats that are over, or whose account is offline, close. */
void tgp_compare_tidy (void);
void tgp_compare_uninit (void); /* the module goes: all of them close */

/* --- for Pidgin's part --- */

#define TGP_COMPARE_CELLS 12 /* a side */

typedef enum { TGP_COMPARE_EQUAL, TGP_COMPARE_DIFFERENT, TGP_COMPARE_LATER } TgpCompared;

typedef struct {
    const char *title, *text, *more, *hex; /* more: how to compare, in lines */
    const char *labels[3];                 /* by TgpCompared; the last is the default */
    uint8_t cells[TGP_COMPARE_CELLS * TGP_COMPARE_CELLS];
    PurpleAccount *account;
    int32_t chat_id;
} TgpCompareView;

typedef void TgpComparedFunc (PurpleAccount *account, int32_t chat_id, TgpCompared what);
/* TRUE: that window may stay. */
typedef gboolean TgpCompareLivesFunc (PurpleAccount *account, int32_t chat_id);

/* FALSE: what it needs of GTK is not there. */
gboolean tgp_compare_pidgin (const TgpCompareView *view, TgpComparedFunc *answered);
void tgp_compare_pidgin_tidy (TgpCompareLivesFunc *lives); /* NULL: none does */
