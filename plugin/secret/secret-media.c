/* A file as its message tells the peer of it: what TDLib would write, in the layer of the next
 * message (SC-H6, SC-H10, SC-H11, SC-H13). */
#include "secret-private.h"

#include "secret.tl.h"

#include <string.h>

#define LONG_SIZES 143 /* the layer that made sizes of documents long */
#define ATTRIBUTES_MAX 4

struct SecretMedia {
    const TlObject *object;
    SecretDecryptedMessageMediaPhoto photo;
    SecretDecryptedMessageMediaDocument document;
    SecretDecryptedMessageMediaDocument45 document45;
    SecretDocumentAttributeFilename name;
    SecretDocumentAttributeVideo video;
    SecretDocumentAttributeAudio audio;
    SecretDocumentAttributeImageSize sides;
    SecretDocumentAttributeAnimated animated;
    SecretDocumentAttributeSticker sticker;
    SecretInputStickerSetEmpty no_set;
    SecretInputStickerSetShortName set;
    SecretPhotoSizeEmpty no_thumb;
    SecretDecryptedMessageMediaExternalDocument external;
    const TlObject *attributes[ATTRIBUTES_MAX];
    size_t n;
};

static const TlBytes none = { (const uint8_t *)"", 0 };

static void
add (SecretMedia *m, const TlObject *attribute)
{
    g_return_if_fail (m->n < ATTRIBUTES_MAX);
    m->attributes[m->n++] = attribute;
}

static void
add_name (SecretMedia *m, const MediaFile *file)
{
    m->name = TL_NEW (SecretDocumentAttributeFilename,
                      .file_name = file->name != NULL ? TL_STR (file->name) : none);
    if (file->name != NULL)
        add (m, TL_OBJ (&m->name));
}

static void
add_sides (SecretMedia *m, const TalkMedia *look)
{
    m->sides =
        TL_NEW (SecretDocumentAttributeImageSize, .w = look->width, .h = look->height);
    if (look->width > 0)
        add (m, TL_OBJ (&m->sides));
}

/* One that goes on, with what it stands for while that is known (DECISIONS 3); which set it is of is said of
 * what is public, and of nothing else (SC-H14). */
static void
add_sticker (SecretMedia *m, const MediaFile *file)
{
    m->no_set = TL_NEW (SecretInputStickerSetEmpty);
    m->set = TL_NEW (SecretInputStickerSetShortName,
                     .short_name = TL_STR (file->set != NULL ? file->set : ""));
    m->sticker =
        TL_NEW (SecretDocumentAttributeSticker,
                .alt = TL_STR (file->emoji != NULL ? file->emoji : ""),
                .stickerset = file->set != NULL ? TL_OBJ (&m->set) : TL_OBJ (&m->no_set));
    add (m, TL_OBJ (&m->sticker));
}

/* It lies where everybody has it: no key, and none of its bytes (SC-H14). Its date is not known, nor used by
 * anybody; TDLib writes none, too. */
static const TlObject *
public_new (SecretMedia *m, const MediaFile *file)
{
    add_sides (m, &file->look);
    add_sticker (m, file);
    m->no_thumb = TL_NEW (SecretPhotoSizeEmpty, .type = TL_STR ("t"));
    m->external =
        TL_NEW (SecretDecryptedMessageMediaExternalDocument, .id = file->place.id,
                .access_hash = file->place.access_hash, .mime_type = TL_STR (file->mime),
                .size = (int32_t)file->look.size, .thumb = TL_OBJ (&m->no_thumb),
                .dc_id = file->place.dc, .attributes = { m->attributes, m->n });
    return TL_OBJ (&m->external);
}

/* SC-H11 */
static void
add_attributes (SecretMedia *m, TalkContent content, const MediaFile *file)
{
    const TalkMedia *look = &file->look;

    m->video = TL_NEW (SecretDocumentAttributeVideo, .round_message = look->round,
                       .duration = look->duration, .w = look->width, .h = look->height);
    m->audio =
        TL_NEW (SecretDocumentAttributeAudio, .voice = content == TALK_CONTENT_VOICE,
                .duration = look->duration, .title = TL_STR_OPTIONAL (file->title),
                .performer = TL_STR_OPTIONAL (file->performer));
    m->animated = TL_NEW (SecretDocumentAttributeAnimated);
    if (content == TALK_CONTENT_VOICE) {
        add (m, TL_OBJ (&m->audio));
        return;
    }
    if (!look->round)
        add_name (m, file);
    if (content == TALK_CONTENT_VIDEO) {
        add (m, TL_OBJ (&m->video));
        if (look->animated) {
            add_sides (m, look);
            add (m, TL_OBJ (&m->animated));
        }
    } else if (content == TALK_CONTENT_AUDIO) {
        add (m, TL_OBJ (&m->audio));
    } else {
        add_sides (m, look);
        if (content == TALK_CONTENT_STICKER)
            add_sticker (m, file);
    }
}

SecretMedia *
secret_media_new (const SecretNote *note, int32_t layer)
{
    SecretMedia *m = g_new0 (SecretMedia, 1);
    const MediaFile *file = note->file;
    const SecretUpload *upload = note->upload;
    const TlBytes thumb =
        upload->thumb != NULL ? TL_BYTES (upload->thumb->data, upload->thumb->len) : none;
    const TlBytes key = TL_BYTES (file->key, MEDIA_KEY_LEN),
                  iv = TL_BYTES (file->iv, MEDIA_KEY_LEN);
    const TlBytes caption = TL_STR (note->text), mime = TL_STR (file->mime);

    if (note->content == TALK_CONTENT_PHOTO) {
        m->photo = TL_NEW (SecretDecryptedMessageMediaPhoto, .thumb = thumb,
                           .thumb_w = upload->thumb_width,
                           .thumb_h = upload->thumb_height, .w = file->look.width,
                           .h = file->look.height, .size = (int32_t)file->look.size,
                           .key = key, .iv = iv, .caption = caption);
        m->object = TL_OBJ (&m->photo);
        return m;
    }
    if (file->look.public) {
        m->object = public_new (m, file);
        return m;
    }
    add_attributes (m, note->content, file);
    TlVector attributes = { m->attributes, m->n };
    m->document = TL_NEW (SecretDecryptedMessageMediaDocument, .thumb = thumb,
                          .thumb_w = upload->thumb_width, .thumb_h = upload->thumb_height,
                          .mime_type = mime, .size = file->look.size, .key = key,
                          .iv = iv, .attributes = attributes, .caption = caption);
    m->document45 =
        TL_NEW (SecretDecryptedMessageMediaDocument45, .thumb = thumb,
                .thumb_w = upload->thumb_width, .thumb_h = upload->thumb_height,
                .mime_type = mime, .size = (int32_t)file->look.size, .key = key, .iv = iv,
                .attributes = attributes, .caption = caption);
    m->object = layer >= LONG_SIZES ? TL_OBJ (&m->document) : TL_OBJ (&m->document45);
    return m;
}

const TlObject *
secret_media_object (const SecretMedia *media)
{
    return media->object;
}

void
secret_media_free (SecretMedia *media)
{
    g_free (media);
}
