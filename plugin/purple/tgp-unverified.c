/* See tgp-unverified.h. */
#include "tgp-unverified.h"

#include "tgp-conv.h"
#include "tgp-person.h"
#include "tgp-words.h"

#define TOLD "mtproto-unverified" /* in a conversation: it was looked at */

void
tgp_unverified_tell (TgpAccount *tgp, const TalkSecret *info, gboolean make)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, info->id, FALSE);

    if (!tgp_lives (tgp) || info->state != TALK_STATE_READY ||
        (conv != NULL && purple_conversation_get_data (conv, TOLD) != NULL))
        return;
    if (!info->verified && tg_person_is_verified (tgp->client, info->user_id)) {
        g_autofree char *who = tgp_person_in_sentence (tgp, info->user_id);
        g_autofree char *warning = tgp_words_other_key (who);
        tgp_secret_write (tgp, info->id, make, warning);
    }
    conv = tgp_secret_conversation (tgp, info->id, FALSE); /* it may have been made */
    if (conv != NULL)
        purple_conversation_set_data (conv, TOLD, GINT_TO_POINTER (TRUE));
}

void
tgp_unverified_look (TgpAccount *tgp)
{
    g_autoptr (GList) all = tgp_conv_all ();

    for (GList *l = all; l != NULL; l = l->next) {
        TalkSecret info;
        TalkPeer peer = { TALK_PEER_NONE, 0 };
        if (tgp_conv_lives (l->data) && tgp_conv_account (l->data) == tgp &&
            purple_conversation_get_data (l->data, TOLD) == NULL)
            peer = tgp_conv_peer (l->data);
        if (peer.kind == TALK_PEER_SECRET && tgp_has_info (tgp, (int32_t)peer.id, &info))
            tgp_unverified_tell (tgp, &info, FALSE);
    }
}
