/* Layers: what the peer understands, and what it is told of us (SC-C4 to C11). */
#include "secret-private.h"
#include "secret-record.h"

#include "secret.tl.h"

void
secret_notify_layer (SecretChat *chat, HostTime now)
{
    SecretDecryptedMessageActionNotifyLayer action =
        TL_NEW (SecretDecryptedMessageActionNotifyLayer, .layer = SECRET_LAYER_MAX);

    if (chat->state == TALK_STATE_READY &&
        secret_send_action (chat, TL_OBJ (&action), now) != NULL)
        chat->layers.told = SECRET_LAYER_MAX;
}

/* A new chat says what we understand, an old one what we have learned since (SC-A23,
 * SC-C8). */
void
secret_notify_pump (SecretChat *chat, HostTime now)
{
    if (chat->layers.told == 0 || (chat->online && chat->layers.told < SECRET_LAYER_MAX))
        secret_notify_layer (chat, now);
}

void
secret_learn_layer (SecretChat *chat, int32_t layer, HostTime now)
{
    if (layer <= chat->layers.peer)
        return; /* never lower (SC-C7) */
    chat->layers.peer = layer;
    chat->end.save = TRUE;
    g_debug ("[chat %d] the peer understands layer %d (we: %d)", chat->id, layer,
             SECRET_LAYER_MAX);
    if (layer > SECRET_LAYER_MAX && !chat->layers.newer_told) { /* SC-C11 */
        chat->layers.newer_told = TRUE;
        secret_tell_notice (chat, TALK_NOTICE_NEWER_PEER, TRUE, 0);
    }
    if (chat->layers.told < SECRET_LAYER_MAX)
        secret_notify_layer (chat, now);
}

void
secret_layers_save (const SecretChat *chat, SecretRecord *record)
{
    const SecretLayers *layers = &chat->layers;
    RecChat *rec = &record->chat;

    rec->peer_layer = layers->peer;
    rec->told_layer = layers->told;
    rec->sent_layer = layers->sent;
    rec->newer_told = layers->newer_told;
    rec->wrapped_seen = layers->wrapped_seen;
    rec->notified = layers->notified;
}

gboolean
secret_layers_load (SecretChat *chat, const SecretRecord *record)
{
    const RecChat *rec = &record->chat;

    chat->layers = (SecretLayers){ .peer = rec->peer_layer,
                                   .told = rec->told_layer,
                                   .sent = rec->sent_layer,
                                   .newer_told = rec->newer_told,
                                   .wrapped_seen = rec->wrapped_seen,
                                   .notified = secret_moment (rec->notified) };
    return secret_is_count (rec->sent_layer);
}
