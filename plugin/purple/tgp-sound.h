/* A voice message, heard by the front end's own means, from memory. */
#pragma once

#include <purple.h>
#include <stdint.h>

typedef struct TgpSound TgpSound;

/* Ogg with Opus. NULL: nothing here plays it. What lies there stays until it is freed. */
TgpSound *tgp_sound_play (PurpleAccount *account, const uint8_t *data, size_t len);
/* The user wants no sound of the front end. */
gboolean tgp_sound_is_off (void);
void tgp_sound_free (TgpSound *sound); /* wiped; NULL is fine */
