/* A login's link as a QR code: drawn in a window in Pidgin, of half blocks in a question where
 * letters are of one width. */
#pragma once

#include "tgp-account.h"

/* `by_code`: a code was chosen in its place; else the window was closed. The account lives. */
typedef void (*TgpQrFunc) (TgpAccount *tgp, unsigned attempt, gboolean by_code);
/* Shows ask->detail; in the place of the one that is shown. FALSE: there is no place for a
 * picture. */
gboolean tgp_qr_show (TgpAccount *tgp, const TalkAsk *ask, TgpQrFunc done);
void tgp_qr_close (TgpAccount *tgp); /* without a call; nothing if none is shown */

/* --- between tgp-qr.c and its part for Pidgin --- */

/* A square of modules, row by row, 1 = dark, without a margin. */
typedef struct {
    int side;
    uint8_t *dark; /* g_free() it */
} TgpQrCode;

typedef void (*TgpQrAnswered) (TgpAccount *tgp, gboolean by_code);
/* NULL: there is no Pidgin. The window is gone when `answered` is called. */
void *tgp_qr_pidgin_open (TgpAccount *tgp, const char *title, const char *text,
                          const char *code_label, const char *cancel_label,
                          TgpQrAnswered answered);
void tgp_qr_pidgin_draw (void *window, const TgpQrCode *code);
void tgp_qr_pidgin_close (void *window);
