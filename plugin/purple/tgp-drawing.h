/* A picture on its way from its bytes into a line: decoded on a worker, as a large one takes
 * seconds. */
#pragma once

#include "tgp-account.h"
#include "tgp-media.h"

#include "media-look.h"

typedef struct TgpDrawing TgpDrawing;

/* On the main loop; not called where the account was closed meanwhile. NULL: it cannot be decoded, or
 * was stopped. */
typedef void TgpDrawnFunc (TgpAccount *tgp, int32_t chat_id, int64_t id,
                           TgpDecoded *take_decoded);
/* `look`: of those bytes, of which a decoder may see all, or of a GIF the first frame. At most `side`
 * pixels a side. What is returned lives until `func` was called, or would have been. */
TgpDrawing *tgp_drawing_start (TgpAccount *tgp, const TgpMediaUi *ui, int32_t chat_id,
                               int64_t id, GBytes *bytes, const MediaLook *look,
                               unsigned side, TgpDrawnFunc *func);
/* Nobody wants it any more: the worker leaves it after the piece that it has. `func` is called. */
void tgp_drawing_stop (TgpDrawing *drawing);
