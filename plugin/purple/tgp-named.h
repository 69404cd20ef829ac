/* Messages of a secret chat as the user names them: by the number that /secret messages shows,
 * by "last", by the beginning of their text. A number stays with its message as long as that is
 * known, and is given to no other (TalkMessage). */
#pragma once

#include "tgp-account.h"

/* A text that went out in parts is one of these. */
typedef struct {
    TalkMessage message; /* its strings are none: use `text` */
    int32_t last_number; /* of its last part */
    char *text;          /* what it says; NULL: that is not on hand */
} TgpNamed;

/* What "last" means. */
typedef enum {
    TGP_LAST_OWN, /* the newest message of the user's */
    TGP_LAST_THEIRS,
    TGP_LAST_FILE,    /* the newest with a file of the other side's */
    TGP_LAST_PICTURE, /* ... that can be looked at */
    TGP_LAST_VOICE,   /* ... that can be heard */
    TGP_LAST_ALBUM,   /* ... that is of an album */
    TGP_LAST_GOING    /* the newest whose file is being sent or saved */
} TgpLast;

/* All of the chat, oldest first (TgpNamed); unref it, which wipes their texts. */
GPtrArray *tgp_named_all (TgpAccount *tgp, int32_t chat_id);
/* The one that is meant; `quoted`: the name is nothing but the beginning of a text. NULL: *problem
 * says why; g_free() it. */
TgpNamed *tgp_named_find (TgpAccount *tgp, int32_t chat_id, const char *name,
                          gboolean quoted, TgpLast last, char **problem);
/* "12", "#12", "last": a word that names a message, and no text. */
gboolean tgp_named_is_name (const char *word);
/* What is done with that message; `rest`: what was typed behind its name, "" if nothing. NULL: it
 * begins; else why not, to be g_free()d. */
typedef char *TgpNamedAct (TgpAccount *tgp, int32_t chat_id, const TgpNamed *named,
                           const char *rest);
/* The same with each of the album that this one is of, as long as the account lives; in one text why
 * not, of those that it is not done with. */
char *tgp_named_act_on_album (TgpAccount *tgp, int32_t chat_id, const TgpNamed *one,
                              TgpNamedAct *func, const char *rest);
void tgp_named_free (TgpNamed *named);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TgpNamed, tgp_named_free)
