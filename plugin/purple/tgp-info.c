/* See tgp-info.h. */
#include "tgp-info.h"

#include "tgp-chat-number.h"
#include "tgp-conv.h"
#include "tgp-person.h"
#include "tgp-secret-buddy.h"
#include "tgp-send.h"
#include "tgp-words-act.h"
#include "tgp-words.h"

/* The first 32 bytes in hex, four lines of eight (SC-K3). */
char *
tgp_secret_key_text (const TalkSecret *info)
{
    GString *text = g_string_new (NULL);

    for (size_t i = 0; i < 32; i++)
        g_string_append_printf (text, "%02X%s", info->key_hash[i],
                                i % 8 == 7   ? "\n"
                                : i % 8 == 3 ? "  "
                                             : " ");
    return g_string_free (text, FALSE);
}

/* The picture in characters: four shades, two columns a cell, as cells are square (SC-K2,
 * SC-K3). */
char *
tgp_secret_key_grid (const TalkSecret *info)
{
    static const char *const shades[] = { "\u2591\u2591", "\u2592\u2592", "\u2593\u2593",
                                          "\u2588\u2588" };
    GString *text = g_string_new (NULL);
    uint8_t cells[144];

    tg_key_picture (info, cells);
    for (size_t i = 0; i < 144; i++) {
        g_string_append (text, shades[cells[i]]);
        if (i % 12 == 11)
            g_string_append_c (text, '\n');
    }
    return g_string_free (text, FALSE);
}

char *
tgp_secret_status_text (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;
    g_autofree char *state =
        tgp_words_state (tgp_has_info (tgp, chat_id, &info) ? &info : NULL);

    return tgp_words_unsent (state, tgp_send_waiting (tgp->account, chat_id));
}

char *
tgp_secret_info_text (TgpAccount *tgp, const TalkSecret *info)
{
    gboolean open = info->state == TALK_STATE_READY;
    g_autofree char *status = open ? NULL : tgp_secret_status_text (tgp, info->id);
    g_autofree char *who = tgp_person_in_sentence (tgp, info->user_id);
    g_autofree char *entry = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, entry);
    int number = buddy != NULL && tgp_chat_shows_number (tgp, info, buddy)
                     ? tgp_chat_number (tgp, info->id)
                     : 0;

    return tgp_words_info (info, who, number, status,
                           open ? tgp_send_waiting (tgp->account, info->id) : 0);
}

void
tgp_secret_verify (TgpAccount *tgp, int32_t chat_id, gboolean verified)
{
    if (tg_secret_set_verified (tgp->client, chat_id, verified) != TALK_DONE)
        tgp_secret_write (tgp, chat_id, TRUE, tgp_words_problem (TGP_NO_KEY));
    else
        tgp_secret_write (tgp, chat_id, TRUE, tgp_words_verified (verified));
    tgp_secret_refresh (tgp, chat_id);
}
