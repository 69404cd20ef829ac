/* What stands in a line for a message that is no text, or not only. What is returned as char *
 * is g_free()d. */
#pragma once

#include "talk.h"

/* "[photo 3, 640x480, 90 kB]"; NULL: it is a text. */
char *tgp_words_media (const TalkMessage *message);
/* Once an account: how the files of such lines are had. */
char *tgp_words_save_how (int number);

/* Why a file is not even asked for. */
typedef enum {
    TGP_SAVE_NO_FILE,
    TGP_SAVE_TIMED,
    TGP_SAVE_DAMAGED,
    TGP_SAVE_NO_FOLDER,
    TGP_SAVE_ELSEWHERE, /* the disk is not the user's own: no path */
    TGP_SAVE_BUSY,
    TGP_SAVE_OFFLINE,
} TgpNotSaved;
char *tgp_words_not_saved (int number, TgpNotSaved why);
char *tgp_words_save_begins (int number, int64_t size);
char *tgp_words_saving (const TalkSaving *saving);
char *tgp_words_not_saving (int number);
const char *tgp_words_no_file (void);
