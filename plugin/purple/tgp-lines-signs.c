/* What a line says behind its text: where an own message is, for how long a timed one is there,
 * its number. */
#include "tgp-lines-private.h"

#include "tgp-words.h"

/* Of all its messages (`id` 0), or of one; never back. */
static void
set_own (TgpLine *line, int64_t id, TalkOwn own)
{
    if (id == 0 || line->id == id)
        line->sign.state = MAX (line->sign.state, own);
    for (unsigned i = 0; line->others != NULL && i < line->others->len; i++) {
        TgpPart *part = &g_array_index (line->others, TgpPart, i);
        if (id == 0 || part->id == id)
            part->state = MAX (part->state, own);
    }
}

gboolean
tgp_lines_numbered (PurpleAccount *account)
{
    return purple_account_get_bool (account, TGP_SHOW_NUMBERS, FALSE);
}

void
tgp_lines_drawn (PurpleConversation *conv, TgpLine *line)
{
    if (tgp_lines_ui == NULL || tgp_lines_ui->sign == NULL)
        return;
    if (line->medium.number > 0 && !line->medium.stood && tgp_lines_ui->put != NULL) {
        line->medium.stood = TRUE;
        tgp_lines_of (conv, TRUE)->media = TRUE;
        tgp_lines_stands (conv, line->id, &line->medium);
    }
    g_autofree char *sign =
        line->sign.own ? tgp_words_sign (tgp_lines_own (line), line->sign.ttl,
                                         tgp_lines_ui->signs (conv))
        : line->sign.ttl > 0
            ? tgp_words_timer_sign (line->sign.ttl, tgp_lines_ui->signs (conv))
            : g_strdup ("");
    PurpleAccount *account = purple_conversation_get_account (conv);
    g_autofree char *text =
        tgp_words_numbered (tgp_lines_numbered (account) ? line->sign.number : 0, sign);
    tgp_lines_ui->sign (conv, line, tgp_lines_of (conv, TRUE)->all, text);
}

/* Of what the client forgot there is no word: its line stands before one of which there is. */
static void
mark_read_before (PurpleConversation *conv, const TgpLine *read)
{
    GPtrArray *all = tgp_lines_all (conv);
    unsigned i = all->len;

    while (i > 0 && g_ptr_array_index (all, i - 1) != read)
        i--;
    for (i = i > 0 ? i - 1 : 0; i > 0; i--) {
        TgpLine *line = g_ptr_array_index (all, i - 1);
        if (!line->sign.own || tgp_lines_own (line) == TALK_OWN_WAITING)
            continue;
        if (tgp_lines_own (line) == TALK_OWN_READ)
            break;
        set_own (line, 0, TALK_OWN_READ);
        tgp_lines_drawn (conv, line);
    }
}

void
tgp_lines_mark (PurpleConversation *conv, int64_t id, TalkOwn own)
{
    TgpLine *line = tgp_lines_find (conv, id);

    if (line == NULL || !line->sign.own)
        return;
    TalkOwn before = tgp_lines_own (line);
    set_own (line, id, own);
    if (tgp_lines_own (line) == before)
        return;
    tgp_lines_drawn (conv, line);
    if (tgp_lines_own (line) == TALK_OWN_READ)
        mark_read_before (conv, line);
}

void
tgp_lines_set_timer (PurpleConversation *conv, int64_t id, int32_t ttl)
{
    TgpLine *line = tgp_lines_find (conv, id);

    if (line == NULL || line->sign.ttl == ttl)
        return;
    line->sign.ttl = ttl;
    tgp_lines_drawn (conv, line);
}

void
tgp_lines_unmark (PurpleConversation *conv, int64_t id)
{
    TgpLine *line = tgp_lines_find (conv, id);

    if (line == NULL)
        return;
    line->sign = (TgpSign){ 0 };
    tgp_lines_drawn (conv, line);
}

void
tgp_lines_each_unread (PurpleConversation *conv, TgpLinesUnreadFunc *func, void *user)
{
    GPtrArray *all = tgp_lines_all (conv);
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (int64_t));

    for (unsigned i = 0; all != NULL && i < all->len; i++) {
        const TgpLine *line = g_ptr_array_index (all, i);
        if (!line->sign.own || tgp_lines_own (line) == TALK_OWN_READ)
            continue;
        g_array_append_val (ids, line->id);
        for (unsigned k = 0; line->others != NULL && k < line->others->len; k++)
            g_array_append_val (ids, g_array_index (line->others, TgpPart, k).id);
    }
    for (unsigned i = 0; i < ids->len; i++)
        func (conv, g_array_index (ids, int64_t, i), user);
}
