/* See tgp-unread.h. */
#include "tgp-unread.h"

#include "tgp-blocked.h"
#include "tgp-conv.h"
#include "tgp-frontend.h"
#include "tgp-lines.h"
#include "tgp-symbols.h"
#include "tgp-text.h"
#include "tgp-words-message.h"

#include <string.h>

#define ALIAS_MAX 14 /* columns that Finch's buddy list shows of a name */

static gboolean
stands_cb (int64_t id, void *user)
{
    return tgp_lines_has (user, id);
}

/* Pidgin keeps windows that nobody sees: new ones, until their row is clicked, and closed ones for a
 * while, if its settings say so. */
static gboolean
is_hidden (PurpleConversation *conv)
{
    static gboolean (*hidden) (void *window);
    static const TgpSymbol symbol = { "pidgin_conv_is_hidden", &hidden };

    if (tgp_frontend ()->windows != TGP_WINDOWS_PIDGIN || conv->ui_data == NULL)
        return FALSE;
    return (hidden != NULL || tgp_symbols_find (&symbol, 1)) && hidden (conv->ui_data);
}

unsigned
tgp_seen_count (TgpAccount *tgp, int32_t chat_id)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);
    gboolean all = conv == NULL || tgp_frontend ()->narrow || is_hidden (conv);

    if (tgp_secret_is_blocked (tgp, chat_id))
        return 0;
    if (!tgp_knows_focus (conv)) /* read, perhaps, but not answered */
        return tg_secret_count_unseen (tgp->client, chat_id);
    return tg_secret_count_waiting (tgp->client, chat_id, all ? NULL : stands_cb, conv);
}

char *
tgp_seen_status (TgpAccount *tgp, int32_t chat_id, char *take_text)
{
    g_autofree char *text = take_text;
    unsigned n = tgp_seen_count (tgp, chat_id);

    return n == 0 ? g_steal_pointer (&text) : tgp_words_unread_in (text, n);
}

char *
tgp_seen_alias (TgpAccount *tgp, int32_t chat_id, char *take_alias)
{
    g_autofree char *alias = take_alias;
    unsigned n = tgp_frontend ()->narrow ? tgp_seen_count (tgp, chat_id) : 0;

    if (n == 0)
        return g_steal_pointer (&alias);
    g_autofree char *tail = g_strdup_printf (" (%u)", n);
    int room = ALIAS_MAX - (int)strlen (tail);
    if (tgp_text_columns (alias) <= room)
        return g_strconcat (alias, tail, NULL);
    char *end = alias + strlen (alias);
    while (tgp_text_columns (alias) > room - 1) {
        end = g_utf8_prev_char (end);
        *end = '\0';
    }
    return g_strconcat (alias, "\u2026", tail, NULL);
}
