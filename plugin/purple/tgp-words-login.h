/* What a login asks for. The question whether to log in anew is in tgp-words-act.h. What is
 * returned as char * is g_free()d. */
#pragma once

#include "talk-event.h"

/* What stands for an answer that is empty, where none can be. */
#define TGP_EMPTY "?"
/* Answers that are no code. */
#define TGP_BY_QR "qr"
#define TGP_BY_CODE "code"

/* `typed`: an empty answer is written TGP_EMPTY. */
char *tgp_words_ask (const TalkAsk *ask, gboolean typed);
/* The same in a conversation. */
char *tgp_words_answer_here (const char *question);
/* Beside the QR code, and in the place of one. */
const char *tgp_words_qr (void);
const char *tgp_words_qr_old (void); /* it was taken away */
char *tgp_words_qr_link (const TalkAsk *ask);
char *tgp_words_qr_new (const char *link); /* another one stands for it now */
