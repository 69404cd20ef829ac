/* See tgp-click.h: the same as the command with the message's number. */
#include "tgp-click.h"

#include "tgp-conv.h"
#include "tgp-save.h"
#include "tgp-show.h"
#include "tgp-words-show.h"

/* NULL: the message is known no more. */
static TgpNamed *
find (TgpAccount *tgp, int32_t chat_id, int64_t id)
{
    g_autoptr (GPtrArray) all = tgp_named_all (tgp, chat_id);

    for (unsigned i = all->len; i > 0; i--)
        if (((const TgpNamed *)g_ptr_array_index (all, i - 1))->message.id == id)
            return g_ptr_array_steal_index (all, i - 1);
    return NULL;
}

void
tgp_clicked (PurpleConversation *conv, int64_t id, TgpLink link)
{
    TgpAccount *tgp = tgp_conv_account (conv);
    const TgpMedium *line = tgp_lines_medium (conv, id);
    g_autofree char *problem = NULL;

    if (line == NULL)
        return;
    if (tgp == NULL || tgp->client == NULL) {
        problem = tgp_words_not_shown (line, TGP_SHOW_OFFLINE);
        tgp_notice (conv, problem);
        return;
    }
    int32_t chat_id = (int32_t)tgp_conv_peer (conv).id;
    g_autoptr (TgpNamed) named = find (tgp, chat_id, id);
    if (named == NULL) {
        problem = tgp_words_not_shown (line, TGP_SHOW_NO_FILE);
    } else if (link == TGP_LINK_SAVE) {
        problem = tgp_save_start (tgp, chat_id, named, "");
    } else if (link == TGP_LINK_STOP) {
        tgp_show_cancel (tgp, chat_id, id);
    } else if (link == TGP_LINK_ALBUM) {
        problem = tgp_named_act_on_album (tgp, chat_id, named, tgp_save_start, "");
    } else {
        TgpMedium medium = tgp_medium_of (&named->message);
        problem = link == TGP_LINK_PLAY ? tgp_play_start (tgp, chat_id, &medium, id)
                                        : tgp_show_start (tgp, chat_id, &medium, id);
    }
    if (problem != NULL &&
        tgp_conv_lives (conv)) /* a line of the first file's may close it */
        tgp_notice (conv, problem);
}
