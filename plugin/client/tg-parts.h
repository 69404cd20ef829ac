/* The parts of a file that are asked for, wherever it lies: again, where that helps, and where it is a
 * sticker of a public set, with a reference that the server takes. (MT-H9, H11, H12, H14, H16.) */
#pragma once

#include "tg-core.h"

#include "media-file.h"

typedef struct TgParts TgParts;

typedef struct {
    /* May ask for the next one. */
    void (*got) (void *user, int64_t offset, TlBytes bytes);
    /* CUT or REFUSED: it makes no sense any more. */
    void (*fail) (void *user, TalkSave why);
} TgPartsOps;

/* What `file` says of where it lies is copied. */
TgParts *tg_parts_new (TgClient *client, const MediaFile *file, const TgPartsOps *ops,
                       void *user);
void tg_parts_free (TgParts *parts);
/* That of MEDIA_PART bytes; MEDIA_PARTS_AHEAD of them at once, at most. */
void tg_parts_ask (TgParts *parts, int64_t offset);
/* Nothing is told or asked again from here on. */
void tg_parts_stop (TgParts *parts);
void tg_parts_tick (TgParts *parts, HostTime now);
int64_t tg_parts_deadline (const TgParts *parts);
