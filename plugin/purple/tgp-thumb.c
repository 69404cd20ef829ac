/* See tgp-thumb.h. */
#include "tgp-thumb.h"

#define SIDE 100 /* pixels a side, at most */
#define THUMBS_MAX                                                                       \
    100 /* of one window: their pixels are as many megabytes as hundreds of these */

void
tgp_thumb_drop (TgpMedium *medium)
{
    g_clear_pointer (&medium->thumb, g_bytes_unref);
}

void
tgp_thumb_offer (const TgpMediaUi *ui, PurpleConversation *conv, int64_t id,
                 TgpMedium *medium, unsigned links)
{
    if (medium->thumb != NULL) { /* a JPEG: talk.h says so */
        size_t len;
        const uint8_t *data = g_bytes_get_data (medium->thumb, &len);
        TgpEncoded picture = { data, len, "jpeg", SIDE, 1 };
        TgpDecoded *decoded = ui->decode (&picture);
        if (decoded != NULL && ui->picture (conv, id, decoded, links))
            return;
        tgp_thumb_drop (medium); /* its header was good, the rest is not */
    }
    ui->offer (conv, id, links);
}

TgpLine *
tgp_thumb_excess (PurpleConversation *conv)
{
    GPtrArray *all = tgp_lines_all (conv);
    unsigned n = 0;

    for (unsigned i = all != NULL ? all->len : 0; i > 0; i--) {
        TgpLine *line = g_ptr_array_index (all, i - 1);
        n += line->medium.thumb != NULL;
        if (n > THUMBS_MAX)
            return line;
    }
    return NULL;
}
