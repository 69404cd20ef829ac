/* A voice message, heard by the GStreamer that the front end has, from memory: one at a time. */
#pragma once

#include <purple.h>
#include <stdint.h>

typedef struct TgpPlayer TgpPlayer;
typedef enum {
    TGP_PLAYER_BEGINS, /* that message is heard now */
    TGP_PLAYER_ENDS,   /* it is over, or was stopped */
    TGP_PLAYER_FAILS   /* and ends: it cannot be decoded, or there is no loudspeaker */
} TgpPlayerState;

typedef void TgpPlayerTold (void *user, int32_t chat_id, int64_t id,
                            TgpPlayerState state);

TgpPlayer *tgp_player_new (TgpPlayerTold *told, void *user);
void tgp_player_free (TgpPlayer *player); /* silent at once; nothing is told */

/* `len` bytes of Ogg with Opus, which are copied and wiped at its end; what was heard until now
 * ends. FALSE: nothing here plays it; else `told` says how it goes on, not before this returns. */
gboolean tgp_player_play (TgpPlayer *player, int32_t chat_id, int64_t id,
                          const uint8_t *data, size_t len);
/* That message is heard; by `ids` NULL, any of that chat. */
gboolean tgp_player_plays (const TgpPlayer *player, int32_t chat_id, const int64_t *ids,
                           size_t n);
void tgp_player_stop (TgpPlayer *player); /* silent before this returns */
/* The user wants no sound of the front end. */
gboolean tgp_sound_is_off (void);
