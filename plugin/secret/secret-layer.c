/* Layers: the number that a message bears, and the forms that may be in it. */
#include "secret-layer.h"

#include "secret-types.h"
#include "secret.tl.h"

#define LAYERS_END INT32_MAX
#define LONG_SIZES 143 /* the layer that made sizes of documents long */

/* All that is ever written (SC-C15, I5); anything else would end the chat at some peer
 * (SC-C12). */
static const struct {
    uint32_t id;
    int32_t from, below;
} written[] = {
    { SecretDecryptedMessage_ID, 73, LAYERS_END },
    { SecretDecryptedMessageService_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionAbortKey_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionAcceptKey_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionCommitKey_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionDeleteMessages_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionFlushHistory_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionNoop_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionNotifyLayer_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionReadMessages_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionRequestKey_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionResend_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionScreenshotMessages_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionSetMessageTTL_ID, 73, LAYERS_END },
    { SecretDecryptedMessageActionTyping_ID, 73, LAYERS_END },
    { SecretSendMessageCancelAction_ID, 73, LAYERS_END },
    { SecretSendMessageTypingAction_ID, 73, LAYERS_END },
    { SecretDecryptedMessageMediaPhoto_ID, 73, LAYERS_END },
    { SecretDecryptedMessageMediaDocument45_ID, 73, LONG_SIZES },
    { SecretDecryptedMessageMediaDocument_ID, LONG_SIZES, LAYERS_END },
    { SecretDecryptedMessageMediaExternalDocument_ID, 73, LAYERS_END },
    { SecretDecryptedMessageMediaGeoPoint_ID, 73, LAYERS_END },
    { SecretDecryptedMessageMediaVenue_ID, 73, LAYERS_END },
    { SecretDecryptedMessageMediaContact_ID, 73, LAYERS_END },
    { SecretDecryptedMessageMediaWebPage_ID, 73, LAYERS_END },
    { SecretDocumentAttributeAnimated_ID, 73, LAYERS_END },
    { SecretDocumentAttributeAudio_ID, 73, LAYERS_END },
    { SecretDocumentAttributeFilename_ID, 73, LAYERS_END },
    { SecretDocumentAttributeImageSize_ID, 73, LAYERS_END },
    { SecretDocumentAttributeSticker_ID, 73, LAYERS_END },
    { SecretDocumentAttributeVideo_ID, 73, LAYERS_END },
    { SecretInputStickerSetEmpty_ID, 73, LAYERS_END },
    { SecretInputStickerSetShortName_ID, 73, LAYERS_END },
    { SecretPhotoSizeEmpty_ID, 73, LAYERS_END },
    { SecretMessageEntityMention_ID, 73, LAYERS_END },
    { SecretMessageEntityHashtag_ID, 73, LAYERS_END },
    { SecretMessageEntityUrl_ID, 73, LAYERS_END },
    { SecretMessageEntityEmail_ID, 73, LAYERS_END },
    { SecretMessageEntityBold_ID, 73, LAYERS_END },
    { SecretMessageEntityItalic_ID, 73, LAYERS_END },
    { SecretMessageEntityCode_ID, 73, LAYERS_END },
    { SecretMessageEntityPre_ID, 73, LAYERS_END },
    { SecretMessageEntityTextUrl_ID, 73, LAYERS_END },
    { SecretMessageEntityUnderline_ID, 101, LAYERS_END },
    { SecretMessageEntityStrike_ID, 101, LAYERS_END },
    { SecretMessageEntityBlockquote_ID, 101, LAYERS_END },
    { SecretMessageEntitySpoiler_ID, 144, LAYERS_END },
    { SecretMessageEntityCustomEmoji_ID, 144, LAYERS_END },
};

int32_t
secret_layer_choose (int32_t peer_layer, int32_t sent_layer)
{
    static const int32_t known[] = { 144, 101, 73 }; /* what an iOS peer understands */
    int32_t layer = SECRET_LAYER_MIN;

    for (size_t i = 0; i < G_N_ELEMENTS (known); i++) {
        if (known[i] <= SECRET_LAYER_MAX && known[i] <= peer_layer) {
            layer = known[i];
            break;
        }
    }
    return MAX (layer, sent_layer);
}

gboolean
secret_layer_has (uint32_t id, int32_t layer)
{
    for (size_t i = 0; i < G_N_ELEMENTS (written); i++)
        if (written[i].id == id)
            return layer >= written[i].from && layer < written[i].below;
    return FALSE;
}

static gboolean
is_written (const TlObject *object, int32_t layer)
{
    return object != NULL && secret_layer_has (object->id, layer);
}

static gboolean
are_written (const TlVector *objects, int32_t layer)
{
    for (size_t i = 0; i < objects->len; i++) {
        const TlObject *object = TL_ITEM_OBJ (*objects, i);
        const SecretDocumentAttributeSticker *sticker =
            TL_AS (object, SecretDocumentAttributeSticker);
        if (!is_written (object, layer) ||
            (sticker != NULL && !is_written (sticker->stickerset, layer)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
media_is_written (const TlObject *media, int32_t layer)
{
    const SecretDecryptedMessageMediaDocument45 *int_size =
        TL_AS (media, SecretDecryptedMessageMediaDocument45);
    const SecretDecryptedMessageMediaDocument *long_size =
        TL_AS (media, SecretDecryptedMessageMediaDocument);
    const SecretDecryptedMessageMediaExternalDocument *external =
        TL_AS (media, SecretDecryptedMessageMediaExternalDocument);

    return is_written (media, layer) &&
           (int_size == NULL || are_written (&int_size->attributes, layer)) &&
           (long_size == NULL || are_written (&long_size->attributes, layer)) &&
           (external == NULL || (is_written (external->thumb, layer) &&
                                 are_written (&external->attributes, layer)));
}

gboolean
secret_layer_allows (const TlObject *body, int32_t layer)
{
    const SecretDecryptedMessage *message = TL_AS (body, SecretDecryptedMessage);
    const SecretDecryptedMessageService *service =
        TL_AS (body, SecretDecryptedMessageService);

    if (!is_written (body, layer))
        return FALSE;
    if (message != NULL)
        return (message->media == NULL || media_is_written (message->media, layer)) &&
               are_written (&message->entities, layer);
    const SecretDecryptedMessageActionTyping *typing =
        service != NULL ? TL_AS (service->action, SecretDecryptedMessageActionTyping)
                        : NULL;
    return service != NULL && is_written (service->action, layer) &&
           (typing == NULL || is_written (typing->action, layer));
}
