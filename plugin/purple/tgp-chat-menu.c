/* See tgp-chat-menu.h. */
#include "tgp-chat-menu.h"

#include "tgp-after.h"
#include "tgp-compare.h"
#include "tgp-conv.h"
#include "tgp-dialog.h"
#include "tgp-ends.h"
#include "tgp-info.h"
#include "tgp-secret-buddy.h"
#include "tgp-words.h"

/* --- what it shows --- */

static void
entry_free (void *data)
{
    TgpChatEntry *entry = data;

    g_clear_pointer (&entry->below, g_ptr_array_unref);
    g_free (entry->label);
    g_free (entry);
}

static TgpChatEntry *
add (GPtrArray *menu, const char *label, TgpChatAct act)
{
    TgpChatEntry *entry = g_new0 (TgpChatEntry, 1);

    entry->label = g_strdup (label);
    entry->act = act;
    g_ptr_array_add (menu, entry);
    return entry;
}

#define TIME_ROW(name, seconds) { seconds, TGP_CHAT_TIMER_##name },
static const struct {
    int32_t seconds;
    TgpChatAct act;
} times[] = { TGP_CHAT_TIMES (TIME_ROW) };

static void
add_time (GPtrArray *menu, int32_t seconds, TgpChatAct act, int32_t now)
{
    g_autofree char *label = tgp_words_duration (seconds);
    TgpChatEntry *entry = add (menu, label, act);

    entry->choice = TRUE;
    entry->chosen = seconds == now;
}

/* The usual values, and the present one in its place, whatever it is. */
static GPtrArray *
timer_menu (int32_t now)
{
    GPtrArray *menu = g_ptr_array_new_with_free_func (entry_free);
    int32_t last = -1;

    for (size_t i = 0; i < G_N_ELEMENTS (times); i++) {
        if (last < now && now < times[i].seconds)
            add_time (menu, now, TGP_CHAT_NOTHING, now);
        last = times[i].seconds;
        add_time (menu, last, times[i].act, now);
    }
    if (last < now)
        add_time (menu, now, TGP_CHAT_NOTHING, now);
    return menu;
}

const char *
tgp_chat_menu_title (void)
{
    return _ ("Secret chat");
}

GPtrArray *
tgp_chat_menu (const TalkSecret *info)
{
    GPtrArray *menu = g_ptr_array_new_with_free_func (entry_free);
    gboolean ready = info->state == TALK_STATE_READY;

    if (ready) {
        add (menu, _ ("Self-destruct timer"), TGP_CHAT_NOTHING)->below =
            timer_menu (info->ttl);
        add (menu, _ ("Show the key..."), TGP_CHAT_KEY);
        if (info->verified)
            add (menu, _ ("Take the verified mark away"), TGP_CHAT_UNVERIFY);
        else
            add (menu, _ ("I compared the key: it is verified"), TGP_CHAT_VERIFY);
    }
    add (menu, _ ("Information"), TGP_CHAT_INFO);
    if (ready) {
        add (menu, _ ("Renew the key"), TGP_CHAT_REKEY);
        add (menu, _ ("Tell about a screenshot"), TGP_CHAT_SCREENSHOT);
        add (menu, _ ("Delete my last message..."), TGP_CHAT_DELETE_LAST);
        add (menu, _ ("Delete all messages..."), TGP_CHAT_DELETE_ALL);
    }
    if (info->state == TALK_STATE_CLOSED) {
        add (menu, _ ("Start a new secret chat"), TGP_CHAT_AGAIN);
        return menu;
    }
    add (menu, _ ("End secret chat..."), TGP_CHAT_END);
    add (menu, _ ("End and delete secret chat..."), TGP_CHAT_ERASE);
    return menu;
}

/* --- what it does --- */

static void
show_info (TgpAccount *tgp, const TalkSecret *info)
{
    g_autofree char *text = tgp_secret_info_text (tgp, info);

    tgp_dialog_page (tgp->gc, tgp_chat_menu_title (), NULL, text);
}

void
tgp_chat_act (PurpleAccount *account, int32_t chat_id, TgpChatAct act)
{
    PurpleConnection *gc = purple_account_get_connection (account);
    TgpAccount *tgp = gc != NULL ? tgp_account (gc) : NULL;
    TalkSecret info;

    if (tgp == NULL || !tgp_has_info (tgp, chat_id, &info))
        return;
    switch (act) {
#define SET_TIME(name, seconds)                                                          \
    case TGP_CHAT_TIMER_##name:                                                          \
        tgp_secret_report (tgp, chat_id,                                                 \
                           tg_secret_set_ttl (tgp->client, chat_id, seconds));           \
        break;
        TGP_CHAT_TIMES (SET_TIME)
    case TGP_CHAT_KEY:
        tgp_compare (tgp, &info);
        break;
    case TGP_CHAT_VERIFY:
    case TGP_CHAT_UNVERIFY:
        tgp_secret_verify (tgp, chat_id, act == TGP_CHAT_VERIFY);
        break;
    case TGP_CHAT_INFO:
        show_info (tgp, &info);
        break;
    case TGP_CHAT_REKEY:
        tgp_secret_report (tgp, chat_id, tg_secret_rekey (tgp->client, chat_id));
        break;
    case TGP_CHAT_SCREENSHOT:
        tgp_secret_report (tgp, chat_id, tg_secret_screenshot (tgp->client, chat_id));
        break;
    case TGP_CHAT_DELETE_LAST:
        tgp_ends_ask_delete_last (tgp, chat_id);
        break;
    case TGP_CHAT_DELETE_ALL:
        tgp_ends_ask_flush (tgp, chat_id);
        break;
    case TGP_CHAT_END:
        tgp_ends_ask_close (tgp, chat_id);
        break;
    case TGP_CHAT_ERASE:
        tgp_ends_ask_erase (tgp, chat_id);
        break;
    case TGP_CHAT_AGAIN:
        tgp_secret_start (tgp, info.user_id, NULL);
        break;
    case TGP_CHAT_NOTHING:
    case TGP_CHAT_N_ACTS:
        break;
    }
}

TgpChatPress *
tgp_chat_press_new (PurpleAccount *account, int32_t chat_id, TgpChatAct act)
{
    TgpChatPress *press = g_new (TgpChatPress, 1);

    *press = (TgpChatPress){ account, chat_id, act };
    return press;
}

void
tgp_chat_press (const TgpChatPress *press)
{
    if (tgp_after_stays (press->account))
        tgp_chat_act (press->account, press->chat_id, press->act);
}
