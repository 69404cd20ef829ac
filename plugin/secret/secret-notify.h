/* Layers heard and told (SC-C). */
#pragma once

#include "secret-core.h"

typedef struct {
    int32_t peer; /* heard from the peer, 0 = nothing yet */
    int32_t told; /* newest own layer announced */
    int32_t sent; /* highest layer of a message sent (SC-C6) */
    gboolean newer_told;
    gboolean wrapped_seen;
    int64_t notified; /* wall ms of the last NotifyLayer for an unknown constructor */
} SecretLayers;

void secret_notify_layer (SecretChat *chat, HostTime now);
/* A new chat says what we understand, an old one what we have learned since (SC-A23,
 * SC-C8). */
void secret_notify_pump (SecretChat *chat, HostTime now);
void secret_learn_layer (SecretChat *chat, int32_t layer, HostTime now);
void secret_layers_save (const SecretChat *chat, SecretRecord *record);
gboolean secret_layers_load (SecretChat *chat, const SecretRecord *record);
