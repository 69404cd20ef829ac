/* See tgp-secret-list.h. */
#include "tgp-secret-list.h"

#include "tgp-chat-number.h"
#include "tgp-conv.h"
#include "tgp-person.h"
#include "tgp-unread.h"
#include "tgp-words-list.h"

typedef struct {
    TgpAccount *tgp;
    gboolean all;
    GArray *chats; /* TalkSecret */
} Listed;

/* No more is kept of it than whom it was with. */
static gboolean
is_long_ago (const TalkSecret *info)
{
    return info->ended != 0 && (int64_t)info->ended + TALK_ENDED_KEPT < time (NULL);
}

static void
chat_cb (const TalkSecret *info, void *user)
{
    Listed *listed = user;
    g_autofree char *name = tgp_name_secret (info->id);

    if (info->user_id == 0 || info->gone || is_long_ago (info))
        return;
    if (listed->all || info->state != TALK_STATE_CLOSED ||
        purple_find_buddy (listed->tgp->account, name) != NULL)
        g_array_append_val (listed->chats, *info);
}

void
tgp_secret_list (TgpAccount *tgp, PurpleConversation *conv, gboolean all)
{
    g_autoptr (GArray) chats = g_array_new (FALSE, FALSE, sizeof (TalkSecret));
    g_autoptr (GString) text = g_string_new (NULL);
    Listed listed = { tgp, all, chats };

    tg_client_each_secret (tgp->client, chat_cb, &listed);
    g_array_sort (chats, tgp_chat_by_number);
    for (unsigned i = 0; i < chats->len; i++) {
        const TalkSecret *info = &g_array_index (chats, TalkSecret, i);
        g_autofree char *who = tgp_person_in_sentence (tgp, info->user_id);
        g_autofree char *line =
            tgp_words_listed (info, who, tgp_seen_count (tgp, info->id));
        g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", line);
    }
    tgp_notice (conv, chats->len > 0 ? text->str : tgp_words_none_listed ());
}
