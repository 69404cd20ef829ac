/* What came before the chat was ready (SC-A22). */
#pragma once

#include "secret-core.h"

typedef struct {
    int32_t date;
    gboolean has_file;
    MediaPlace file;
    GByteArray *data;
} SecretEarly;

void secret_early_free (SecretEarly *early);
/* Kept until the chat is ready; too many of them are dropped. */
void secret_early_keep (SecretChat *chat, int32_t date, TlBytes data,
                        const MediaPlace *file);
/* All of them, in order; they are not in the store any more. Owned by the caller. */
GPtrArray *secret_early_take (SecretChat *chat);
gboolean secret_early_load (SecretChat *chat, const TlObject *root);
void secret_early_wipe (SecretChat *chat);
