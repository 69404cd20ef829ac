/* See tgp-drawing.h. */
#include "tgp-drawing.h"

#include "tgp-host.h"

#include "media-frame.h"

#include <string.h>

struct TgpDrawing {
    PurpleConnection *gc;
    const TgpMediaUi *ui;
    int32_t chat_id;
    int64_t id;
    GBytes *bytes;
    MediaLook look;
    unsigned side;
    TgpDrawnFunc *func;
    TgpDecoded *decoded; /* what the worker made; NULL: it could not */
    int stop;            /* atomic */
};

/* A GIF beyond the limits has its first frame only: what has no end takes none. */
static void
decode_cb (void *data)
{
    TgpDrawing *job = data;

    if (g_atomic_int_get (&job->stop) != 0)
        return;
    size_t len;
    const uint8_t *bytes = g_bytes_get_data (job->bytes, &len);
    gboolean moves = job->look.frames > 1 && media_look_is_showable (&job->look, NULL);
    gboolean cut = job->look.kind == MEDIA_KIND_GIF && !moves;
    uint8_t *first = cut ? media_frame_first (bytes, len, &len) : NULL;
    TgpEncoded picture = { .data = first != NULL ? first : bytes,
                           .len = len,
                           .format = job->look.format,
                           .side = job->side,
                           .frames = moves ? (unsigned)job->look.frames : 1,
                           .stop = &job->stop };

    if (!cut || first != NULL)
        job->decoded = job->ui->decode (&picture);
    if (first != NULL)
        explicit_bzero (first, len);
    g_free (first);
}

static void
decoded_cb (void *data)
{
    TgpDrawing *job = data;
    TgpAccount *tgp = tgp_account_alive (job->gc);

    g_bytes_unref (job->bytes);
    if (tgp != NULL && tgp_lives (tgp))
        job->func (tgp, job->chat_id, job->id, job->decoded);
    else
        job->ui->drop (job->decoded);
    g_free (job);
}

TgpDrawing *
tgp_drawing_start (TgpAccount *tgp, const TgpMediaUi *ui, int32_t chat_id, int64_t id,
                   GBytes *bytes, const MediaLook *look, unsigned side,
                   TgpDrawnFunc *func)
{
    const Host *host = tgp_host_get (tgp->host);
    TgpDrawing *job = g_new0 (TgpDrawing, 1);

    *job = (TgpDrawing){ tgp->gc, ui,   chat_id, id,   g_bytes_ref (bytes),
                         *look,   side, func,    NULL, 0 };
    host->ops->work (host->self, FALSE, decode_cb, decoded_cb, job);
    return job;
}

void
tgp_drawing_stop (TgpDrawing *drawing)
{
    g_atomic_int_set (&drawing->stop, 1);
}
