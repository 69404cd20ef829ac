/* See tg-sticker.h. */
#include "tg-sticker.h"

#define DOCUMENTS_MAX 200  /* of a set that are looked at; there are no more (SC-H14) */
#define REFERENCE_MAX 1024 /* bytes; real ones have some 50 */

G_STATIC_ASSERT (MEDIA_DC_MAX == NET_DC_MAX);

struct TgSticker {
    TgClient *client;
    int dc;
    int64_t id, access_hash;
    char *set;         /* or NULL */
    GBytes *reference; /* or NULL: none yet */
    NetCall *call;     /* for its set; or NULL */
    TgStickerFunc func;
    void *user;
};

TgSticker *
tg_sticker_new (TgClient *client, const MediaFile *file, TgStickerFunc func, void *user)
{
    TgSticker *sticker = g_new0 (TgSticker, 1);

    *sticker = (TgSticker){ .client = client,
                            .dc = file->place.dc,
                            .id = file->place.id,
                            .access_hash = file->place.access_hash,
                            .set = g_strdup (file->set),
                            .func = func,
                            .user = user };
    return sticker;
}

void
tg_sticker_free (TgSticker *sticker)
{
    if (sticker == NULL)
        return;
    if (sticker->call != NULL && sticker->client->net != NULL)
        net_cancel (sticker->client->net, sticker->call);
    g_clear_pointer (&sticker->reference, g_bytes_unref);
    g_free (sticker->set);
    g_free (sticker);
}

int
tg_sticker_dc (const TgSticker *sticker)
{
    return sticker->dc;
}

ApiInputDocumentFileLocation
tg_sticker_location (const TgSticker *sticker)
{
    size_t len = 0;
    const void *reference =
        sticker->reference != NULL ? g_bytes_get_data (sticker->reference, &len) : NULL;

    return TL_NEW (ApiInputDocumentFileLocation, .id = sticker->id,
                   .access_hash = sticker->access_hash,
                   .file_reference =
                       reference != NULL ? TL_BYTES (reference, len) : TL_STR (""),
                   .thumb_size = TL_STR (""));
}

/* --- its set --- */

static const ApiDocument *
find (const ApiMessagesStickerSet *set, int64_t id)
{
    for (size_t i = 0; set != NULL && i < MIN (set->documents.len, DOCUMENTS_MAX); i++) {
        const ApiDocument *document =
            TL_AS (TL_ITEM_OBJ (set->documents, i), ApiDocument);
        if (document != NULL && document->id == id)
            return document;
    }
    return NULL;
}

static gboolean
take (TgSticker *sticker, const ApiDocument *document)
{
    TlBytes reference = document->file_reference;

    if (document->dc_id < 1 || document->dc_id > NET_DC_MAX || reference.len == 0 ||
        reference.len > REFERENCE_MAX)
        return FALSE;
    sticker->dc = document->dc_id;
    sticker->access_hash = document->access_hash;
    sticker->reference = g_bytes_new (reference.data, reference.len);
    return TRUE;
}

static void
set_cb (void *user, TlMessage *answer, const MtError *error)
{
    TgSticker *sticker = user;
    const ApiDocument *document =
        answer != NULL
            ? find (TL_AS (tl_message_root (answer), ApiMessagesStickerSet), sticker->id)
            : NULL;

    sticker->call = NULL;
    if (!sticker->client->dying)
        sticker->func (sticker->user, document != NULL && take (sticker, document),
                       error);
}

gboolean
tg_sticker_renew (TgSticker *sticker)
{
    if (sticker->set == NULL || sticker->reference != NULL || sticker->call != NULL)
        return FALSE;
    ApiInputStickerSetShortName name =
        TL_NEW (ApiInputStickerSetShortName, .short_name = TL_STR (sticker->set));
    ApiMessagesGetStickerSet request =
        TL_NEW (ApiMessagesGetStickerSet, .stickerset = TL_OBJ (&name), .hash = 0);
    sticker->call =
        tg_call (sticker->client, TL_OBJ (&request), MT_CALL_PATIENT, set_cb, sticker);
    return TRUE;
}
