/* decryptedMessage in all its forms -> what people see (SC-C16, G4, H13 to H15, I1). */
#include "secret-message.h"
#include "secret-private.h"
#include "secret-traits.h"

#include "secret.tl.h"

#include <math.h>
#include <string.h>

#define DURATION_MAX (SECRET_TTL_MAX / 2) /* seconds */

/* --- documents --- */

static int32_t
seconds (double duration)
{
    return isfinite (duration) ? (int32_t)CLAMP (ceil (duration), 0, DURATION_MAX) : 0;
}

/* What opens a medium's file, and what its message says of it (SC-H5, SC-H8). */
static void
take_file (SecretDecoded *out, TlBytes mime, int64_t size, TlBytes key, TlBytes iv)
{
    g_autoptr (SecretText) line = secret_text_line (mime);

    media_file_free (out->file);
    out->file = media_file_new ();
    media_file_set_key (out->file, key, iv);
    media_file_set_size (out->file, size);
    if (*line != '\0' && strlen (line) <= MEDIA_MIME_MAX)
        out->file->mime = g_strdup (line);
    out->file->look.duration = out->duration;
    out->file->name = g_strdup (out->detail);
}

/* Of what people look at; of sound it would be a picture that belongs to something else. */
static void
take_thumb (SecretDecoded *out, TlBytes thumb, int32_t width, int32_t height)
{
    if (out->content == TALK_CONTENT_PHOTO || out->content == TALK_CONTENT_VIDEO ||
        out->content == TALK_CONTENT_FILE)
        out->thumb = media_thumb_new (thumb, width, height);
}

/* The last of a kind wins, unknown combinations are plain files (SC-H11); so are animated
 * stickers that did not come from a public set (SC-H14). */
static void
take_document (SecretDecoded *out, const TlVector *attributes, TlBytes mime,
               gboolean external, SecretTraits *said)
{
    static const char tgs[] = "application/x-tgsticker";
    gboolean is_tgs =
        mime.len == strlen (tgs) && memcmp (mime.data, tgs, strlen (tgs)) == 0;
    SecretTraits traits;

    secret_traits_read (attributes, &traits);
    out->detail = secret_text_name (traits.name);
    if (is_tgs && !external)
        out->content = TALK_CONTENT_FILE;
    else if (traits.sticker)
        out->content = TALK_CONTENT_STICKER;
    else if (traits.audio)
        out->content = traits.voice ? TALK_CONTENT_VOICE : TALK_CONTENT_AUDIO;
    else if (traits.video || traits.animated)
        out->content = TALK_CONTENT_VIDEO;
    else
        out->content = TALK_CONTENT_FILE;
    out->needs_file = !external;
    out->timed_media =
        out->content != TALK_CONTENT_FILE && out->content != TALK_CONTENT_STICKER;
    out->duration = out->timed_media ? seconds (traits.duration) : 0;
    *said = traits;
}

/* What music is called, and by whom, says more than what its file is called. */
static void
take_title (SecretDecoded *out, const SecretTraits *traits)
{
    const MediaFile *file = out->file;

    media_file_set_title (out->file, traits->title, traits->performer);
    if (file->title == NULL)
        return;
    crypto_text_free (out->detail);
    out->detail = file->performer != NULL
                      ? g_strconcat (file->performer, " \u2013 ", file->title, NULL)
                      : g_strdup (file->title);
}

/* What a sticker stands for says more, too. */
static void
take_emoji (SecretDecoded *out, const SecretTraits *traits)
{
    g_autoptr (SecretText) emoji = secret_text_line (traits->emoji);

    if (out->content != TALK_CONTENT_STICKER || *emoji == '\0')
        return;
    if (out->file != NULL)
        media_file_set_emoji (out->file, traits->emoji);
    crypto_text_free (out->detail);
    out->detail = g_steal_pointer (&emoji);
}

/* A document in an encrypted file. */
static void
take_file_document (SecretDecoded *out, const TlVector *attributes, TlBytes mime,
                    int64_t size, TlBytes key, TlBytes iv)
{
    SecretTraits traits;

    take_document (out, attributes, mime, FALSE, &traits);
    take_file (out, mime, size, key, iv);
    media_file_set_sides (out->file, traits.width, traits.height);
    media_file_set_animated (out->file, traits.animated);
    out->file->look.round = traits.round;
    if (out->content == TALK_CONTENT_AUDIO)
        take_title (out, &traits);
    take_emoji (out, &traits);
}

/* A sticker of a public set; another document, or what nobody can have, is what its line says of it and no
 * more. Those that move are no pictures. */
static void
take_public (SecretDecoded *out,
             const SecretDecryptedMessageMediaExternalDocument *external)
{
    static const char image[] = "image/";
    static const TlBytes none = { NULL, 0 };
    TlBytes mime = external->mime_type;
    SecretTraits traits;

    take_document (out, &external->attributes, mime, TRUE, &traits);
    if (out->content == TALK_CONTENT_STICKER) {
        take_file (out, mime, external->size, none, none);
        media_file_set_sides (out->file, traits.width, traits.height);
        media_file_set_animated (out->file,
                                 mime.len < strlen (image) ||
                                     memcmp (mime.data, image, strlen (image)) != 0);
        if (!media_file_set_public (out->file, external->dc_id, external->id,
                                    external->access_hash, traits.set))
            g_clear_pointer (&out->file, media_file_free);
    }
    take_emoji (out, &traits);
}

static void
take_timed (SecretDecoded *out, TalkContent content, int32_t duration)
{
    out->content = content;
    out->needs_file = TRUE;
    out->timed_media = TRUE;
    out->duration = seconds (duration);
}

/* --- places, people --- */

static void
take_place (SecretDecoded *out, TalkContent content, double lat, double lon,
            TlBytes title, TlBytes address)
{
    char a[G_ASCII_DTOSTR_BUF_SIZE], b[G_ASCII_DTOSTR_BUF_SIZE];
    g_autoptr (SecretText) name = secret_text_line (title);
    g_autoptr (SecretText) street = secret_text_line (address);

    if (!isfinite (lat) || !isfinite (lon) || fabs (lat) > 90 ||
        fabs (lon) > 180) { /* SC-H15 */
        out->content = TALK_CONTENT_UNSUPPORTED;
        return;
    }
    out->content = content;
    g_ascii_formatd (a, sizeof a, "%.6f", lat);
    g_ascii_formatd (b, sizeof b, "%.6f", lon);
    out->detail = g_strconcat (name, *name != '\0' ? ", " : "", street,
                               *street != '\0' ? ", " : "", a, ", ", b, NULL);
}

/* Text only; whose account it is, the peer may claim in vain (SC-C21). */
static void
take_contact (SecretDecoded *out, const SecretDecryptedMessageMediaContact *contact)
{
    g_autoptr (SecretText) first = secret_text_line (contact->first_name);
    g_autoptr (SecretText) last = secret_text_line (contact->last_name);
    g_autoptr (SecretText) phone = secret_text_line (contact->phone_number);

    out->content = TALK_CONTENT_CONTACT;
    out->detail = g_strconcat (first, *first != '\0' && *last != '\0' ? " " : "", last,
                               *first != '\0' || *last != '\0' ? ", " : "", phone, NULL);
}

/* --- media --- */

static void
take_media (SecretDecoded *out, const TlObject *media)
{
    static const TlBytes none = { NULL, 0 };
    const TlBytes jpeg = TL_STR ("image/jpeg");

    if (media == NULL)
        return;
    switch (media->id) {
    case SecretDecryptedMessageMediaEmpty_ID:
        break;
    case SecretDecryptedMessageMediaPhoto8_ID: {
        const SecretDecryptedMessageMediaPhoto8 *photo =
            TL_AS (media, SecretDecryptedMessageMediaPhoto8);
        take_timed (out, TALK_CONTENT_PHOTO, 0);
        take_file (out, jpeg, photo->size, photo->key, photo->iv);
        take_thumb (out, photo->thumb, photo->thumb_w, photo->thumb_h);
        media_file_set_sides (out->file, photo->w, photo->h);
        break;
    }
    case SecretDecryptedMessageMediaPhoto_ID: {
        const SecretDecryptedMessageMediaPhoto *photo =
            TL_AS (media, SecretDecryptedMessageMediaPhoto);
        take_timed (out, TALK_CONTENT_PHOTO, 0);
        take_file (out, jpeg, photo->size, photo->key, photo->iv);
        take_thumb (out, photo->thumb, photo->thumb_w, photo->thumb_h);
        media_file_set_sides (out->file, photo->w, photo->h);
        out->caption = photo->caption;
        break;
    }
    case SecretDecryptedMessageMediaVideo8_ID: {
        const SecretDecryptedMessageMediaVideo8 *video =
            TL_AS (media, SecretDecryptedMessageMediaVideo8);
        take_timed (out, TALK_CONTENT_VIDEO, video->duration);
        take_file (out, none, video->size, video->key, video->iv);
        take_thumb (out, video->thumb, video->thumb_w, video->thumb_h);
        media_file_set_sides (out->file, video->w, video->h);
        break;
    }
    case SecretDecryptedMessageMediaVideo17_ID: {
        const SecretDecryptedMessageMediaVideo17 *video =
            TL_AS (media, SecretDecryptedMessageMediaVideo17);
        take_timed (out, TALK_CONTENT_VIDEO, video->duration);
        take_file (out, video->mime_type, video->size, video->key, video->iv);
        take_thumb (out, video->thumb, video->thumb_w, video->thumb_h);
        media_file_set_sides (out->file, video->w, video->h);
        break;
    }
    case SecretDecryptedMessageMediaVideo_ID: {
        const SecretDecryptedMessageMediaVideo *video =
            TL_AS (media, SecretDecryptedMessageMediaVideo);
        take_timed (out, TALK_CONTENT_VIDEO, video->duration);
        take_file (out, video->mime_type, video->size, video->key, video->iv);
        take_thumb (out, video->thumb, video->thumb_w, video->thumb_h);
        media_file_set_sides (out->file, video->w, video->h);
        out->caption = video->caption;
        break;
    }
    case SecretDecryptedMessageMediaAudio8_ID: {
        const SecretDecryptedMessageMediaAudio8 *audio =
            TL_AS (media, SecretDecryptedMessageMediaAudio8);
        take_timed (out, TALK_CONTENT_VOICE, audio->duration);
        take_file (out, none, audio->size, audio->key, audio->iv);
        break;
    }
    case SecretDecryptedMessageMediaAudio_ID: {
        const SecretDecryptedMessageMediaAudio *audio =
            TL_AS (media, SecretDecryptedMessageMediaAudio);
        take_timed (out, TALK_CONTENT_VOICE, audio->duration);
        take_file (out, audio->mime_type, audio->size, audio->key, audio->iv);
        break;
    }
    case SecretDecryptedMessageMediaDocument8_ID: {
        const SecretDecryptedMessageMediaDocument8 *document =
            TL_AS (media, SecretDecryptedMessageMediaDocument8);
        out->content = TALK_CONTENT_FILE;
        out->needs_file = TRUE;
        out->detail = secret_text_name (document->file_name);
        take_file (out, document->mime_type, document->size, document->key, document->iv);
        take_thumb (out, document->thumb, document->thumb_w, document->thumb_h);
        break;
    }
    case SecretDecryptedMessageMediaDocument45_ID: {
        const SecretDecryptedMessageMediaDocument45 *document =
            TL_AS (media, SecretDecryptedMessageMediaDocument45);
        take_file_document (out, &document->attributes, document->mime_type,
                            document->size, document->key, document->iv);
        take_thumb (out, document->thumb, document->thumb_w, document->thumb_h);
        out->caption = document->caption;
        break;
    }
    case SecretDecryptedMessageMediaDocument_ID: {
        const SecretDecryptedMessageMediaDocument *document =
            TL_AS (media, SecretDecryptedMessageMediaDocument);
        take_file_document (out, &document->attributes, document->mime_type,
                            document->size, document->key, document->iv);
        take_thumb (out, document->thumb, document->thumb_w, document->thumb_h);
        out->caption = document->caption;
        break;
    }
    case SecretDecryptedMessageMediaExternalDocument_ID:
        take_public (out, TL_AS (media, SecretDecryptedMessageMediaExternalDocument));
        break;
    case SecretDecryptedMessageMediaGeoPoint_ID: {
        const SecretDecryptedMessageMediaGeoPoint *geo =
            TL_AS (media, SecretDecryptedMessageMediaGeoPoint);
        take_place (out, TALK_CONTENT_GEO, geo->lat, geo->long_, none, none);
        break;
    }
    case SecretDecryptedMessageMediaVenue_ID: {
        const SecretDecryptedMessageMediaVenue *venue =
            TL_AS (media, SecretDecryptedMessageMediaVenue);
        take_place (out, TALK_CONTENT_VENUE, venue->lat, venue->long_, venue->title,
                    venue->address);
        break;
    }
    case SecretDecryptedMessageMediaContact_ID:
        take_contact (out, TL_AS (media, SecretDecryptedMessageMediaContact));
        break;
    case SecretDecryptedMessageMediaWebPage_ID:
        out->link =
            secret_text_line (TL_AS (media, SecretDecryptedMessageMediaWebPage)->url);
        break;
    default:
        out->content = TALK_CONTENT_UNSUPPORTED;
        break;
    }
}

/* --- text --- */

/* Takes both; a blank line between them if there are two. */
static char *
join (char *take_first, char *take_second)
{
    g_autoptr (SecretText) first = take_first;
    g_autoptr (SecretText) second = take_second;

    if (*first == '\0')
        return g_steal_pointer (&second);
    return *second == '\0' ? g_steal_pointer (&first)
                           : g_strconcat (first, "\n\n", second, NULL);
}

/* Message, caption and link as one text. Entities count in the message, or in the caption
 * where that stands alone (SC-H13). */
static void
take_text (SecretDecoded *out, TlBytes message, const TlVector *entities)
{
    if (message.len > 0)
        out->text = join (secret_entities_read (message, entities, &out->spans),
                          secret_text_clean (out->caption));
    else
        out->text = secret_entities_read (out->caption, entities, &out->spans);
    if (out->link != NULL && secret_text_is_page (out->link) &&
        strstr (out->text, out->link) == NULL) /* SC-H16: else the text stays */
        out->text = join (out->text, g_steal_pointer (&out->link));
    g_clear_pointer (&out->link, crypto_text_free);
    out->caption = (TlBytes){ NULL, 0 };
}

gboolean
secret_message_decode (const TlObject *object, SecretDecoded *out)
{
    static const TlVector none = { NULL, 0 };
    const SecretDecryptedMessage *now = TL_AS (object, SecretDecryptedMessage);
    const SecretDecryptedMessage45 *from45 = TL_AS (object, SecretDecryptedMessage45);
    const SecretDecryptedMessage17 *from17 = TL_AS (object, SecretDecryptedMessage17);
    const SecretDecryptedMessage8 *from8 = TL_AS (object, SecretDecryptedMessage8);

    memset (out, 0, sizeof *out);
    out->content = TALK_CONTENT_TEXT;
    if (now != NULL) {
        out->random_id = now->random_id;
        out->ttl = now->ttl;
        out->has_ttl = TRUE;
        out->silent = now->silent;
        out->reply_to = now->has_reply_to_random_id ? now->reply_to_random_id : 0;
        out->album = now->has_grouped_id ? now->grouped_id : 0;
        take_media (out, now->media);
        take_text (out, now->message, &now->entities);
    } else if (from45 != NULL) {
        out->random_id = from45->random_id;
        out->ttl = from45->ttl;
        out->has_ttl = TRUE;
        out->reply_to = from45->has_reply_to_random_id ? from45->reply_to_random_id : 0;
        take_media (out, from45->media);
        take_text (out, from45->message, &from45->entities);
    } else if (from17 != NULL) {
        out->random_id = from17->random_id;
        out->ttl = from17->ttl;
        out->has_ttl = TRUE;
        take_media (out, from17->media);
        take_text (out, from17->message, &none);
    } else if (from8 != NULL) {
        out->random_id = from8->random_id;
        take_media (out, from8->media);
        take_text (out, from8->message, &none);
    }
    return out->text != NULL;
}

void
secret_decoded_clear (SecretDecoded *decoded)
{
    crypto_text_free (decoded->text);
    talk_spans_unref (decoded->spans);
    crypto_text_free (decoded->detail);
    media_file_free (decoded->file);
    g_clear_pointer (&decoded->thumb, g_bytes_unref);
    crypto_text_free (decoded->link);
    memset (decoded, 0, sizeof *decoded);
}
