/* See dc-stickers.h. */
#include "dc-stickers.h"

#include "dc-files.h"
#include "dc-sites.h"

#include <stdlib.h>
#include <string.h>

#define SET_MAX 120 /* stickers of a set, as real ones have */
#define SIDE 512    /* pixels, as real ones have */
#define EMOJI "\xf0\x9f\x91\x8d"

/* How references and sets are, in the place of what is so. */
typedef enum { MOOD_TRUE, MOOD_TAKEN, MOOD_OLD, MOOD_OTHER, MOOD_GONE, MOODS } Mood;

typedef struct {
    int dc;
    int64_t id, access_hash;
    char *set;
    GByteArray *data;
} Sticker;

struct DcStickers {
    GPtrArray *all; /* Sticker, owned */
    Mood mood;
    unsigned asked; /* for a set */
};

static void
sticker_free (void *data)
{
    Sticker *sticker = data;

    g_free (sticker->set);
    g_byte_array_unref (sticker->data);
    g_free (sticker);
}

void
dc_stickers_init (Dc *dc)
{
    dc->stickers = g_new0 (DcStickers, 1);
    dc->stickers->all = g_ptr_array_new_with_free_func (sticker_free);
}

void
dc_stickers_free (Dc *dc)
{
    g_ptr_array_unref (dc->stickers->all);
    g_clear_pointer (&dc->stickers, g_free);
}

/* --- files --- */

/* What is good now. */
static void
reference_of (const Sticker *sticker, uint8_t reference[static 16])
{
    memcpy (reference, &sticker->id, 8);
    memcpy (reference + 8, "of today", 8);
}

static const char *
wrong_reference (const DcStickers *stickers, const Sticker *sticker, TlBytes given)
{
    uint8_t good[16];

    reference_of (sticker, good);
    if (stickers->mood == MOOD_TAKEN && given.len == 0)
        return NULL;
    if (given.len == 0)
        return "FILE_REFERENCE_EMPTY";
    return stickers->mood != MOOD_OLD && given.len == sizeof good &&
                   memcmp (given.data, good, sizeof good) == 0
               ? NULL
               : "FILE_REFERENCE_EXPIRED";
}

gboolean
dc_stickers_get (DcCall *call, const SrvUploadGetFile *query)
{
    const SrvInputDocumentFileLocation *location =
        TL_AS (query->location, SrvInputDocumentFileLocation);
    DcStickers *stickers = call->dc->stickers;

    if (location == NULL)
        return FALSE;
    for (unsigned i = 0; i < stickers->all->len; i++) {
        const Sticker *sticker = g_ptr_array_index (stickers->all, i);
        if (sticker->id != location->id || sticker->access_hash != location->access_hash)
            continue;
        const char *wrong = wrong_reference (stickers, sticker, location->file_reference);
        if (dc_site_moves_file (call, sticker->dc))
            return TRUE;
        if (wrong != NULL)
            dc_fail (call, 400, wrong);
        else
            dc_files_serve (call, query, sticker->data);
        return TRUE;
    }
    dc_fail (call, 400, "LOCATION_INVALID");
    return TRUE;
}

/* --- sets --- */

static int64_t
set_id (const char *name)
{
    return (int64_t)g_str_hash (name) + 1;
}

/* One of its name or id; NULL: there is none. */
static const char *
find_set (const DcStickers *stickers, const TlObject *query)
{
    const SrvInputStickerSetShortName *named = TL_AS (query, SrvInputStickerSetShortName);
    const SrvInputStickerSetID *numbered = TL_AS (query, SrvInputStickerSetID);

    for (unsigned i = 0; i < stickers->all->len; i++) {
        const char *set = ((const Sticker *)g_ptr_array_index (stickers->all, i))->set;
        if ((numbered != NULL && numbered->id == set_id (set)) ||
            (named != NULL && named->short_name.len == strlen (set) &&
             g_ascii_strncasecmp ((const char *)named->short_name.data, set,
                                  strlen (set)) == 0)) /* as real ones */
            return set;
    }
    return NULL;
}

static void
answer_set (DcCall *call, const char *name)
{
    const DcStickers *stickers = call->dc->stickers;
    g_autofree SrvDocument *documents = g_new0 (SrvDocument, SET_MAX);
    g_autofree uint8_t *references = g_malloc (16 * SET_MAX);
    const TlObject *objects[SET_MAX];
    int64_t ids[SET_MAX];
    size_t n = 0;
    SrvInputStickerSetID which =
        TL_NEW (SrvInputStickerSetID, .id = set_id (name), .access_hash = 2);
    SrvDocumentAttributeImageSize sides =
        TL_NEW (SrvDocumentAttributeImageSize, .w = SIDE, .h = SIDE);
    SrvDocumentAttributeSticker sticks =
        TL_NEW (SrvDocumentAttributeSticker, .alt = TL_STR (EMOJI),
                .stickerset = TL_OBJ (&which));
    const TlObject *attributes[] = { TL_OBJ (&sides), TL_OBJ (&sticks) };

    for (unsigned i = 0; i < stickers->all->len && n < SET_MAX; i++) {
        const Sticker *sticker = g_ptr_array_index (stickers->all, i);
        if (!g_str_equal (sticker->set, name))
            continue;
        reference_of (sticker, references + 16 * n);
        documents[n] =
            TL_NEW (SrvDocument, .id = sticker->id + (stickers->mood == MOOD_OTHER),
                    .access_hash = sticker->access_hash,
                    .file_reference = TL_BYTES (references + 16 * n, 16),
                    .mime_type = TL_STR ("image/webp"), .size = sticker->data->len,
                    .dc_id = sticker->dc != 0 ? sticker->dc : call->dc->config.dc,
                    .attributes = { attributes, G_N_ELEMENTS (attributes) });
        ids[n] = documents[n].id;
        objects[n] = TL_OBJ (&documents[n]);
        n++;
    }
    SrvStickerSet set =
        TL_NEW (SrvStickerSet, .id = which.id, .access_hash = 2, .title = TL_STR (name),
                .short_name = TL_STR (name), .count = (int32_t)n);
    SrvStickerPack pack =
        TL_NEW (SrvStickerPack, .emoticon = TL_STR (EMOJI), .documents = { ids, n });
    const TlObject *packs[] = { TL_OBJ (&pack) };
    SrvMessagesStickerSet answer =
        TL_NEW (SrvMessagesStickerSet, .set = TL_OBJ (&set), .packs = { packs, 1 },
                .documents = { objects, n });
    if (n == 0 || stickers->mood == MOOD_GONE)
        dc_fail (call, 400, "STICKERSET_INVALID");
    else
        dc_answer (call, TL_OBJ (&answer));
}

static void
get_set (DcCall *call)
{
    const SrvMessagesGetStickerSet *query = TL_AS (call->query, SrvMessagesGetStickerSet);
    const char *name = find_set (call->dc->stickers, query->stickerset);

    call->dc->stickers->asked++;
    answer_set (call, name != NULL ? name : "");
}

const DcMethod dc_sticker_methods[] = {
    { "messages.getStickerSet", get_set, FALSE },
    { NULL, NULL, FALSE },
};

/* --- control --- */

static char *
add (Dc *dc, char **words)
{
    char *data;
    size_t len;

    if (!g_file_get_contents (words[5], &data, &len, NULL))
        return g_strdup ("error: no such file");
    Sticker *sticker = g_new0 (Sticker, 1);
    *sticker = (Sticker){ atoi (words[1]), g_ascii_strtoll (words[2], NULL, 10),
                          g_ascii_strtoll (words[3], NULL, 10), g_strdup (words[4]),
                          g_byte_array_new_take ((uint8_t *)data, len) };
    if (sticker->dc == 0)
        sticker->dc = dc->config.dc;
    g_ptr_array_add (dc->stickers->all, sticker);
    return g_strdup ("ok");
}

char *
dc_stickers_control (Dc *dc, char **words, unsigned n)
{
    static const char *const moods[] = { "true", "taken", "old", "other", "gone" };

    if (n == 6 && g_str_equal (words[0], "sticker"))
        return add (dc, words);
    if (n == 1 && g_str_equal (words[0], "stickers"))
        return g_strdup_printf ("ok %u", dc->stickers->asked);
    if (n != 2 || !g_str_equal (words[0], "stickers"))
        return NULL;
    for (int i = 0; i < MOODS; i++)
        if (g_str_equal (words[1], moods[i])) {
            dc->stickers->mood = (Mood)i;
            return g_strdup ("ok");
        }
    return g_strdup ("error: no such mood");
}
