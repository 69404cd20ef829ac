/* What a line has beside its text, and what front ends put below that. */
#include "tgp-lines-private.h"

TgpMedium *
tgp_lines_medium (PurpleConversation *conv, int64_t id)
{
    TgpLine *line = tgp_lines_find (conv, id);

    return line != NULL && line->medium.number > 0 ? &line->medium : NULL;
}

gboolean
tgp_lines_put (PurpleConversation *conv, int64_t id, TgpLinesPutFunc *func, void *user)
{
    TgpLine *line = tgp_lines_find (conv, id);

    if (line == NULL || tgp_lines_ui == NULL || tgp_lines_ui->put == NULL ||
        (tgp_lines_ui->drawn != NULL && !tgp_lines_ui->drawn (conv, line)))
        return FALSE;
    return tgp_lines_ui->put (conv, line, tgp_lines_all (conv), func, user);
}

int64_t
tgp_lines_at (void *view, const void *place, PurpleConversation **conv)
{
    const TgpLine *line = tgp_lines_ui->at (view, place, conv);

    return line != NULL ? line->id : 0;
}
