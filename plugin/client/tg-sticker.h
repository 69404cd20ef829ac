/* Where a sticker of a public set lies. Its message has no reference, which the server wants and lets
 * grow old: that comes with its set. (SC-H14; MT-H12.) */
#pragma once

#include "tg-core.h"

#include "media-file.h"

#include "api.tl.h"

typedef struct TgSticker TgSticker;

/* `found`: it may be asked for again, where tg_sticker_dc() says now; else its set has none, or with an
 * `error` that is not known. */
typedef void (*TgStickerFunc) (void *user, gboolean found, const MtError *error);

TgSticker *tg_sticker_new (TgClient *client, const MediaFile *file, TgStickerFunc func,
                           void *user);
void
tg_sticker_free (TgSticker *sticker); /* NULL is none; `func` is not called any more */

int tg_sticker_dc (const TgSticker *sticker);
/* Borrows, until the next renewal. */
ApiInputDocumentFileLocation tg_sticker_location (const TgSticker *sticker);
/* The reference was not taken: its set is asked for another one, which func() tells, not from inside
 * this. FALSE: it has no set, or that was asked. */
gboolean tg_sticker_renew (TgSticker *sticker);
