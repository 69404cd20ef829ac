/* See tgp-info.h. */
#include "tgp-info.h"

#include "tgp-chat-number.h"
#include "tgp-conv.h"
#include "tgp-marks.h"
#include "tgp-person.h"
#include "tgp-secret-buddy.h"
#include "tgp-unread.h"
#include "tgp-unsent.h"
#include "tgp-words-act.h"
#include "tgp-words-list.h"
#include "tgp-words.h"

char *
tgp_secret_status_text (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;
    g_autofree char *state =
        tgp_words_state (tgp_has_info (tgp, chat_id, &info) ? &info : NULL);

    return tgp_words_unsent (state, tgp_unsent_waiting (tgp->account, chat_id));
}

char *
tgp_secret_row_text (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;
    gboolean known = tgp_has_info (tgp, chat_id, &info);

    return tgp_words_row (known ? &info : NULL, known ? tgp_seen_count (tgp, chat_id) : 0,
                          tgp_unsent_waiting (tgp->account, chat_id));
}

char *
tgp_secret_info_text (TgpAccount *tgp, const TalkSecret *info)
{
    gboolean open = info->state == TALK_STATE_READY;
    g_autofree char *status = open ? NULL : tgp_secret_status_text (tgp, info->id);
    g_autofree char *who = tgp_person_in_sentence (tgp, info->user_id);
    g_autofree char *entry = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, entry);
    int number = buddy != NULL ? tgp_chat_shown_number (tgp, info, buddy) : 0;

    g_autofree char *text =
        tgp_words_info (info, who, number, status,
                        open ? tgp_unsent_waiting (tgp->account, info->id) : 0);
    g_autofree char *own = tgp_marks_own (tgp, info->id);

    return own == NULL ? g_steal_pointer (&text) : g_strconcat (text, "\n", own, NULL);
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
