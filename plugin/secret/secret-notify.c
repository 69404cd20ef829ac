/* Layers: what the peer understands, and what it is told of us (SC-C4 to C11). */
#include "secret-private.h"

#include "secret.tl.h"

void
secret_notify_layer (SecretChat *chat, HostTime now)
{
    SecretDecryptedMessageActionNotifyLayer action =
        TL_NEW (SecretDecryptedMessageActionNotifyLayer, .layer = SECRET_LAYER_MAX);

    if (chat->state == TALK_STATE_READY &&
        secret_send_action (chat, TL_OBJ (&action), now) != NULL)
        chat->told_layer = SECRET_LAYER_MAX;
}

/* A new chat says what we understand, an old one what we have learned since (SC-A23,
 * SC-C8). */
void
secret_notify_pump (SecretChat *chat, HostTime now)
{
    if (chat->told_layer == 0 || (chat->online && chat->told_layer < SECRET_LAYER_MAX))
        secret_notify_layer (chat, now);
}

void
secret_learn_layer (SecretChat *chat, int32_t layer, HostTime now)
{
    if (layer <= chat->peer_layer)
        return; /* never lower (SC-C7) */
    chat->peer_layer = layer;
    chat->dirty = TRUE;
    g_debug ("[chat %d] the peer understands layer %d (we: %d)", chat->id, layer,
             SECRET_LAYER_MAX);
    if (layer > SECRET_LAYER_MAX && !chat->newer_told) { /* SC-C11 */
        chat->newer_told = TRUE;
        secret_tell_notice (chat, TALK_NOTICE_NEWER_PEER, TRUE, 0);
    }
    if (chat->told_layer < SECRET_LAYER_MAX)
        secret_notify_layer (chat, now);
}
