/* See tg-parts.h. */
#include "tg-parts.h"

#include "tg-again.h"
#include "tg-refusal.h"
#include "tg-sticker.h"

#include "media-download.h"

/* A part that was asked for; or has to be again. */
typedef struct {
    TgParts *parts;
    int64_t offset;
    NetCall *call; /* NULL: not on its way */
    gboolean used;
} Ask;

struct TgParts {
    TgClient *client;
    const TgPartsOps *ops;
    void *user;
    int dc;
    int64_t place; /* id and access hash of the file, there */
    int64_t access_hash;
    TgSticker *sticker; /* it is one of a public set, which says where it is; or NULL */
    Ask asks[MEDIA_PARTS_AHEAD];
    TgAgain again;
    gboolean stopped;
};

/* They stay asked for. */
static void
cancel_calls (TgParts *parts)
{
    for (int i = 0; i < MEDIA_PARTS_AHEAD; i++)
        if (parts->asks[i].call != NULL)
            net_cancel (parts->client->net, g_steal_pointer (&parts->asks[i].call));
}

static void
failed (TgParts *parts, const MtError *error)
{
    gboolean helps = tg_again_helps (error);

    if (!helps || !tg_again_failed (&parts->again, tg_now (parts->client)))
        parts->ops->fail (parts->user, helps ? TALK_SAVE_CUT : TALK_SAVE_REFUSED);
}

/* Its reference is old: the parts wait for another one, for which its set is asked once. */
static gboolean
renews (TgParts *parts, const MtError *error)
{
    if (parts->sticker == NULL || !tg_refusal_is_reference (error->type) ||
        !tg_sticker_renew (parts->sticker))
        return FALSE;
    cancel_calls (parts);
    parts->again.not_before = HOST_NEVER; /* renewed_cb() */
    return TRUE;
}

static void
renewed_cb (void *user, gboolean found, const MtError *error)
{
    TgParts *parts = user;

    if (parts->stopped)
        return;
    parts->again.not_before = 0;
    if (error != NULL)
        failed (parts, error);
    else if (!found)
        parts->ops->fail (parts->user, TALK_SAVE_REFUSED);
}

static void
part_cb (void *user, TlMessage *answer, const MtError *error)
{
    Ask *ask = user;
    TgParts *parts = ask->parts;
    const ApiUploadFile *file =
        answer != NULL ? TL_AS (tl_message_root (answer), ApiUploadFile) : NULL;
    int64_t offset = ask->offset;

    ask->call = NULL;
    if (parts->client->dying || parts->stopped)
        return;
    if (error != NULL) { /* stays, to be asked for again */
        if (!renews (parts, error))
            failed (parts, error);
        return;
    }
    *ask = (Ask){ 0 };
    parts->again.failures = 0;
    if (file != NULL)
        parts->ops->got (parts->user, offset, file->bytes);
    else /* elsewhere, in a form that we do not ask for (MT-H21) */
        parts->ops->fail (parts->user, TALK_SAVE_REFUSED);
}

static void
ask_part (TgParts *parts, Ask *ask)
{
    ApiInputEncryptedFileLocation sealed =
        TL_NEW (ApiInputEncryptedFileLocation, .id = parts->place,
                .access_hash = parts->access_hash);
    ApiInputDocumentFileLocation public;
    ApiUploadGetFile request = TL_NEW (ApiUploadGetFile, .location = TL_OBJ (&sealed),
                                       .offset = ask->offset, .limit = MEDIA_PART);
    int dc = parts->dc;

    if (parts->sticker != NULL) {
        public = tg_sticker_location (parts->sticker);
        request.location = TL_OBJ (&public);
        dc = tg_sticker_dc (parts->sticker);
    }
    ask->call = net_call (parts->client->net, dc, NET_DOWN, TL_OBJ (&request),
                          MT_CALL_PATIENT, part_cb, ask);
}

void
tg_parts_ask (TgParts *parts, int64_t offset)
{
    for (int i = 0; i < MEDIA_PARTS_AHEAD; i++)
        if (!parts->asks[i].used) {
            parts->asks[i] = (Ask){ .parts = parts, .offset = offset, .used = TRUE };
            ask_part (parts, &parts->asks[i]);
            return;
        }
    g_return_if_reached ();
}

TgParts *
tg_parts_new (TgClient *client, const MediaFile *file, const TgPartsOps *ops, void *user)
{
    TgParts *parts = g_new0 (TgParts, 1);

    *parts = (TgParts){ .client = client,
                        .ops = ops,
                        .user = user,
                        .dc = file->place.dc,
                        .place = file->place.id,
                        .access_hash = file->place.access_hash };
    if (file->look.public)
        parts->sticker = tg_sticker_new (client, file, renewed_cb, parts);
    return parts;
}

void
tg_parts_free (TgParts *parts)
{
    if (parts->client->net != NULL)
        cancel_calls (parts);
    tg_sticker_free (parts->sticker);
    g_free (parts);
}

void
tg_parts_stop (TgParts *parts)
{
    parts->stopped = TRUE;
}

void
tg_parts_tick (TgParts *parts, HostTime now)
{
    for (int i = 0; i < MEDIA_PARTS_AHEAD && !parts->stopped; i++)
        if (parts->again.not_before <= now.mono && parts->asks[i].used &&
            parts->asks[i].call == NULL)
            ask_part (parts, &parts->asks[i]);
}

int64_t
tg_parts_deadline (const TgParts *parts)
{
    for (int i = 0; i < MEDIA_PARTS_AHEAD; i++)
        if (parts->asks[i].used && parts->asks[i].call == NULL)
            return parts->again.not_before;
    return HOST_NEVER;
}
