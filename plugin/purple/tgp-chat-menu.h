/* The menu of a secret chat: which entries it has in which state, and what each does. The
 * same wherever it hangs: in the list, in the window's menu bar, at the window's button. */
#pragma once

#include "tgp-account.h"

/* X (name, seconds) for every time that the menu offers. */
#define TGP_CHAT_TIMES(X)                                                                \
    X (OFF, 0)                                                                           \
    X (5_SECONDS, 5)                                                                     \
    X (30_SECONDS, 30)                                                                   \
    X (MINUTE, 60)                                                                       \
    X (HOUR, 3600)                                                                       \
    X (DAY, 86400)                                                                       \
    X (WEEK, 7 * 86400)

/* X (name) for everything that an entry does. */
#define TGP_CHAT_ACTS(X)                                                                 \
    X (KEY)                                                                              \
    X (VERIFY)                                                                           \
    X (UNVERIFY)                                                                         \
    X (INFO)                                                                             \
    X (REKEY)                                                                            \
    X (SCREENSHOT)                                                                       \
    X (DELETE_LAST)                                                                      \
    X (DELETE_ALL)                                                                       \
    X (END)                                                                              \
    X (ERASE)                                                                            \
    X (AGAIN)

typedef enum {
    TGP_CHAT_NOTHING, /* a title, or a time that the other side chose */
#define TGP_CHAT_ACT(name) TGP_CHAT_##name,
#define TGP_CHAT_TIME(name, seconds) TGP_CHAT_TIMER_##name,
    TGP_CHAT_ACTS (TGP_CHAT_ACT) TGP_CHAT_TIMES (TGP_CHAT_TIME)
#undef TGP_CHAT_ACT
#undef TGP_CHAT_TIME
        TGP_CHAT_N_ACTS,
} TgpChatAct;

typedef struct {
    char *label;
    TgpChatAct act;
    gboolean choice, chosen; /* one of several values; the present one */
    GPtrArray *below;        /* of TgpChatEntry; or NULL */
} TgpChatEntry;

/* The name of the whole menu. */
const char *tgp_chat_menu_title (void);
/* Of TgpChatEntry, never empty; g_ptr_array_unref() it. */
GPtrArray *tgp_chat_menu (const TalkSecret *info);
/* Does it. An account that is offline and a chat that is gone are left alone. */
void tgp_chat_act (PurpleAccount *account, int32_t chat_id, TgpChatAct act);

/* What an entry of a menu that stands open will do. */
typedef struct {
    PurpleAccount *account; /* may be removed meanwhile: then nothing is done */
    int32_t chat_id;
    TgpChatAct act;
} TgpChatPress;

/* g_free() it. */
TgpChatPress *tgp_chat_press_new (PurpleAccount *account, int32_t chat_id,
                                  TgpChatAct act);
void tgp_chat_press (const TgpChatPress *press);
