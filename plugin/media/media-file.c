/* See media-file.h. */
#include "media-file.h"

#include "crypto-hash.h"
#include "crypto-secret.h"
#include "media-look.h"
#include "tl-text.h"

#include <string.h>

#define BLOCK 16 /* what AES fills up to */

MediaFile *
media_file_new (void)
{
    return g_new0 (MediaFile, 1);
}

void
media_file_free (MediaFile *file)
{
    if (file == NULL)
        return;
    crypto_text_free (file->name);
    crypto_text_free (file->mime);
    crypto_text_free (file->title);
    crypto_text_free (file->performer);
    crypto_text_free (file->emoji);
    crypto_text_free (file->set);
    crypto_wipe (file, sizeof *file);
    g_free (file);
}

MediaFile *
media_file_copy (const MediaFile *file)
{
    MediaFile *copy = g_memdup2 (file, sizeof *file);

    copy->name = g_strdup (file->name);
    copy->mime = g_strdup (file->mime);
    copy->title = g_strdup (file->title);
    copy->performer = g_strdup (file->performer);
    copy->emoji = g_strdup (file->emoji);
    copy->set = g_strdup (file->set);
    return copy;
}

int32_t
media_key_fingerprint (const uint8_t key[static MEDIA_KEY_LEN],
                       const uint8_t iv[static MEDIA_KEY_LEN])
{
    uint8_t both[2 * MEDIA_KEY_LEN], md5[16];
    uint32_t first, second;

    memcpy (both, key, MEDIA_KEY_LEN);
    memcpy (both + MEDIA_KEY_LEN, iv, MEDIA_KEY_LEN);
    crypto_md5 (both, sizeof both, md5);
    crypto_wipe (both, sizeof both);
    memcpy (&first, md5, 4);
    memcpy (&second, md5 + 4, 4);
    return (int32_t)(GUINT32_FROM_LE (first) ^ GUINT32_FROM_LE (second));
}

/* --- from the message --- */

void
media_file_set_key (MediaFile *file, TlBytes key, TlBytes iv)
{
    if (key.len != MEDIA_KEY_LEN || iv.len != MEDIA_KEY_LEN) {
        file->look.file = TALK_FILE_DAMAGED;
        return;
    }
    memcpy (file->key, key.data, MEDIA_KEY_LEN);
    memcpy (file->iv, iv.data, MEDIA_KEY_LEN);
}

void
media_file_set_size (MediaFile *file, int64_t size)
{
    if (size < 0 || size > MEDIA_SIZE_MAX)
        file->look.file = TALK_FILE_DAMAGED;
    file->look.size = CLAMP (size, 0, MEDIA_SIZE_MAX);
}

static void
set_line (char **line, TlBytes text)
{
    crypto_text_free (*line);
    *line = text.data != NULL ? tl_text_line (text, MEDIA_TITLE_MAX) : NULL;
    if (*line != NULL && **line == '\0')
        g_clear_pointer (line, g_free);
}

void
media_file_set_title (MediaFile *file, TlBytes title, TlBytes performer)
{
    set_line (&file->title, title);
    set_line (&file->performer, performer);
}

void
media_file_set_emoji (MediaFile *file, TlBytes emoji)
{
    set_line (&file->emoji, emoji);
}

void
media_file_set_sides (MediaFile *file, int32_t width, int32_t height)
{
    if (width <= 0 || height <= 0 || width > MEDIA_SIDE_MAX || height > MEDIA_SIDE_MAX)
        width = height = 0;
    file->look.width = width;
    file->look.height = height;
}

void
media_file_set_animated (MediaFile *file, gboolean animated)
{
    file->look.animated = animated;
    file->look.gif = animated && g_strcmp0 (file->mime, "image/gif") == 0;
}

void
media_file_forget_key (MediaFile *file)
{
    crypto_wipe (file->key, sizeof file->key);
    crypto_wipe (file->iv, sizeof file->iv);
}

/* The encrypted file is the plain one, filled up to a block (SC-H5). */
gboolean
media_file_fits (const MediaFile *file, const MediaPlace *place)
{
    return place->size % BLOCK == 0 && place->size >= file->look.size &&
           place->size - file->look.size < BLOCK &&
           place->fingerprint == media_key_fingerprint (file->key, file->iv);
}

void
media_file_set_place (MediaFile *file, const MediaPlace *place)
{
    file->place = *place;
    if (place->dc == 0) /* an earlier version did not keep it */
        file->look.file = TALK_FILE_NONE;
    else if (file->look.file != TALK_FILE_DAMAGED)
        file->look.file =
            media_file_fits (file, place) ? TALK_FILE_THERE : TALK_FILE_DAMAGED;
    if (file->look.file != TALK_FILE_THERE)
        media_file_forget_key (file);
}

/* As the server names sets; what is not such a name is not said to it. */
static gboolean
is_set (TlBytes set)
{
    if (set.len == 0 || set.len > MEDIA_SET_MAX)
        return FALSE;
    for (size_t i = 0; i < set.len; i++)
        if (!g_ascii_isalnum (set.data[i]) && set.data[i] != '_')
            return FALSE;
    return TRUE;
}

gboolean
media_file_set_public (MediaFile *file, int dc, int64_t id, int64_t access_hash,
                       TlBytes set)
{
    int64_t size = file->look.size;

    if (dc < 1 || dc > MEDIA_DC_MAX || size <= 0 || size > MEDIA_STICKER_MAX)
        return FALSE;
    crypto_text_free (file->set);
    file->set = is_set (set) ? g_strndup ((const char *)set.data, set.len) : NULL;
    file->place = (MediaPlace){ dc, id, access_hash, size, 0 };
    file->look.public = TRUE;
    file->look.file = TALK_FILE_THERE;
    media_file_forget_key (file);
    return TRUE;
}

/* --- small pictures --- */

static void
wipe_thumb (gpointer secret)
{
    crypto_secret_free (secret);
}

GBytes *
media_thumb_new (TlBytes bytes, int32_t width, int32_t height)
{
    static const MediaLimits limits = { .bytes = MEDIA_THUMB_MAX,
                                        .pixels = MEDIA_THUMB_SIDE * MEDIA_THUMB_SIDE,
                                        .side = MEDIA_THUMB_SIDE,
                                        .frames = 1 };
    MediaLook look;

    if (bytes.len == 0 || bytes.len > MEDIA_THUMB_MAX || width < 0 || height < 0)
        return NULL;
    media_look_bytes (bytes.data, bytes.len, &look);
    if (look.kind != MEDIA_KIND_JPEG || media_look_fits (&look, &limits) != MEDIA_FITS)
        return NULL;
    CryptoSecret *own = crypto_secret_new (bytes.data, bytes.len);
    return g_bytes_new_with_free_func (own->data, own->len, wipe_thumb, own);
}

/* --- records --- */

RecFilePlace
media_place_record (const MediaPlace *place)
{
    return TL_NEW (RecFilePlace, .dc = place->dc, .id = place->id,
                   .access_hash = place->access_hash, .size = place->size,
                   .fingerprint = place->fingerprint);
}

MediaPlace
media_place_of (const TlObject *record)
{
    const RecFilePlace *place = TL_AS (record, RecFilePlace);

    if (place == NULL || place->dc < 1)
        return (MediaPlace){ 0 };
    return (MediaPlace){ place->dc, place->id, place->access_hash, place->size,
                         place->fingerprint };
}

RecFile
media_file_record (const MediaFile *file, RecFilePlace *place)
{
    *place = media_place_record (&file->place);
    return TL_NEW (
        RecFile, .animated = file->look.animated, .round = file->look.round,
        .public = file->look.public, .set = TL_STR_OPTIONAL (file->set),
        .damaged = file->look.file == TALK_FILE_DAMAGED, .place = TL_OBJ (place),
        .size = file->look.size, .width = file->look.width, .height = file->look.height,
        .duration = file->look.duration, .key = TL_BYTES (file->key, MEDIA_KEY_LEN),
        .iv = TL_BYTES (file->iv, MEDIA_KEY_LEN), .name = TL_STR_OPTIONAL (file->name),
        .mime = TL_STR_OPTIONAL (file->mime), .title = TL_STR_OPTIONAL (file->title),
        .performer = TL_STR_OPTIONAL (file->performer));
}

static MediaFile *
file_of (const RecFile *record)
{
    MediaFile *file = media_file_new ();
    MediaPlace place = media_place_of (record->place);
    file->look.round = record->round;
    file->look.duration = MAX (record->duration, 0);
    file->look.file = record->damaged ? TALK_FILE_DAMAGED : TALK_FILE_NONE;
    file->name = tl_text_own (record->name);
    file->mime = tl_text_own (record->mime);
    media_file_set_animated (file, record->animated);
    media_file_set_size (file, record->size);
    media_file_set_sides (file, record->width, record->height);
    media_file_set_title (file, record->title, record->performer);
    if (record->public) {
        media_file_set_public (file, place.dc, place.id, place.access_hash, record->set);
        return file;
    }
    media_file_set_key (file, record->key, record->iv);
    media_file_set_place (file, &place);
    return file;
}

/* The first version did not know what music is called, the second nothing of public sets. */
static RecFile
renewed (const RecFile1 *old)
{
    return TL_NEW (RecFile, .damaged = old->damaged, .animated = old->animated,
                   .round = old->round, .place = old->place, .size = old->size,
                   .width = old->width, .height = old->height, .duration = old->duration,
                   .key = old->key, .iv = old->iv, .name = old->name, .mime = old->mime);
}

static RecFile
renewed_2 (const RecFile2 *old)
{
    return TL_NEW (RecFile, .damaged = old->damaged, .animated = old->animated,
                   .round = old->round, .place = old->place, .size = old->size,
                   .width = old->width, .height = old->height, .duration = old->duration,
                   .key = old->key, .iv = old->iv, .name = old->name, .mime = old->mime,
                   .title = old->title, .performer = old->performer);
}

MediaFile *
media_file_of (const TlObject *record)
{
    const RecFile1 *first = TL_AS (record, RecFile1);
    const RecFile2 *second = TL_AS (record, RecFile2);
    RecFile file;

    if (first == NULL && second == NULL)
        return TL_AS (record, RecFile) != NULL ? file_of (TL_AS (record, RecFile)) : NULL;
    file = first != NULL ? renewed (first) : renewed_2 (second);
    return file_of (&file);
}
