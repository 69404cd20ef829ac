/* decryptedMessage in all its forms -> what people see (SC-C16, G4, H13 to H15, I1). */
#include "secret-message.h"
#include "secret-private.h"

#include "secret.tl.h"

#include <math.h>
#include <string.h>

#define DURATION_MAX (SECRET_TTL_MAX / 2) /* seconds */

/* --- documents --- */

/* What the attributes of a document have said so far. */
typedef struct {
    gboolean video, animated, audio, voice, sticker;
    double duration;
    TlBytes name;
} Traits;

static void
take_attribute (Traits *traits, const TlObject *item)
{
    switch (item->id) {
    case SecretDocumentAttributeFilename_ID:
        traits->name = TL_AS (item, SecretDocumentAttributeFilename)->file_name;
        break;
    case SecretDocumentAttributeAudio23_ID:
        traits->audio = TRUE;
        traits->duration = TL_AS (item, SecretDocumentAttributeAudio23)->duration;
        break;
    case SecretDocumentAttributeAudio45_ID:
        traits->audio = TRUE;
        traits->duration = TL_AS (item, SecretDocumentAttributeAudio45)->duration;
        break;
    case SecretDocumentAttributeAudio_ID:
        traits->audio = TRUE;
        traits->voice = TL_AS (item, SecretDocumentAttributeAudio)->voice;
        traits->duration = TL_AS (item, SecretDocumentAttributeAudio)->duration;
        break;
    case SecretDocumentAttributeVideo23_ID:
        traits->video = TRUE;
        traits->duration = TL_AS (item, SecretDocumentAttributeVideo23)->duration;
        break;
    case SecretDocumentAttributeVideo_ID:
        traits->video = TRUE;
        traits->duration = TL_AS (item, SecretDocumentAttributeVideo)->duration;
        break;
    case SecretDocumentAttributeVideoMain_ID: /* SC-C14 */
        traits->video = TRUE;
        traits->duration = TL_AS (item, SecretDocumentAttributeVideoMain)->duration;
        break;
    case SecretDocumentAttributeVideoMain2_ID:
        traits->video = TRUE;
        traits->duration = TL_AS (item, SecretDocumentAttributeVideoMain2)->duration;
        break;
    case SecretDocumentAttributeVideoMain3_ID:
        traits->video = TRUE;
        traits->duration = TL_AS (item, SecretDocumentAttributeVideoMain3)->duration;
        break;
    case SecretDocumentAttributeAnimated_ID:
        traits->animated = TRUE;
        break;
    case SecretDocumentAttributeSticker23_ID:
    case SecretDocumentAttributeSticker_ID:
    case SecretDocumentAttributeStickerMain_ID:
        traits->sticker = TRUE;
        break;
    default:
        break; /* sizes, masks, emoji: nothing that a line of text shows */
    }
}

static int32_t
seconds (double duration)
{
    return isfinite (duration) ? (int32_t)CLAMP (ceil (duration), 0, DURATION_MAX) : 0;
}

/* The last of a kind wins, unknown combinations are plain files (SC-H11); so are animated
 * stickers that did not come from a public set (SC-H14). */
static void
take_document (SecretDecoded *out, const TlVector *attributes, TlBytes mime,
               gboolean external)
{
    static const char tgs[] = "application/x-tgsticker";
    gboolean is_tgs =
        mime.len == strlen (tgs) && memcmp (mime.data, tgs, strlen (tgs)) == 0;
    Traits traits = { 0 };

    for (size_t i = 0; i < attributes->len; i++)
        take_attribute (&traits, TL_ITEM_OBJ (*attributes, i));
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

    if (media == NULL)
        return;
    switch (media->id) {
    case SecretDecryptedMessageMediaEmpty_ID:
        break;
    case SecretDecryptedMessageMediaPhoto8_ID:
        take_timed (out, TALK_CONTENT_PHOTO, 0);
        break;
    case SecretDecryptedMessageMediaPhoto_ID:
        take_timed (out, TALK_CONTENT_PHOTO, 0);
        out->caption = TL_AS (media, SecretDecryptedMessageMediaPhoto)->caption;
        break;
    case SecretDecryptedMessageMediaVideo8_ID:
        take_timed (out, TALK_CONTENT_VIDEO,
                    TL_AS (media, SecretDecryptedMessageMediaVideo8)->duration);
        break;
    case SecretDecryptedMessageMediaVideo17_ID:
        take_timed (out, TALK_CONTENT_VIDEO,
                    TL_AS (media, SecretDecryptedMessageMediaVideo17)->duration);
        break;
    case SecretDecryptedMessageMediaVideo_ID: {
        const SecretDecryptedMessageMediaVideo *video =
            TL_AS (media, SecretDecryptedMessageMediaVideo);
        take_timed (out, TALK_CONTENT_VIDEO, video->duration);
        out->caption = video->caption;
        break;
    }
    case SecretDecryptedMessageMediaAudio8_ID:
        take_timed (out, TALK_CONTENT_VOICE,
                    TL_AS (media, SecretDecryptedMessageMediaAudio8)->duration);
        break;
    case SecretDecryptedMessageMediaAudio_ID:
        take_timed (out, TALK_CONTENT_VOICE,
                    TL_AS (media, SecretDecryptedMessageMediaAudio)->duration);
        break;
    case SecretDecryptedMessageMediaDocument8_ID:
        out->content = TALK_CONTENT_FILE;
        out->needs_file = TRUE;
        out->detail = secret_text_name (
            TL_AS (media, SecretDecryptedMessageMediaDocument8)->file_name);
        break;
    case SecretDecryptedMessageMediaDocument45_ID: {
        const SecretDecryptedMessageMediaDocument45 *document =
            TL_AS (media, SecretDecryptedMessageMediaDocument45);
        take_document (out, &document->attributes, document->mime_type, FALSE);
        out->caption = document->caption;
        break;
    }
    case SecretDecryptedMessageMediaDocument_ID: {
        const SecretDecryptedMessageMediaDocument *document =
            TL_AS (media, SecretDecryptedMessageMediaDocument);
        take_document (out, &document->attributes, document->mime_type, FALSE);
        out->caption = document->caption;
        break;
    }
    case SecretDecryptedMessageMediaExternalDocument_ID: {
        const SecretDecryptedMessageMediaExternalDocument *external =
            TL_AS (media, SecretDecryptedMessageMediaExternalDocument);
        take_document (out, &external->attributes, external->mime_type, TRUE);
        break;
    }
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
    g_clear_pointer (&out->link, secret_text_free);
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
    secret_text_free (decoded->text);
    talk_spans_unref (decoded->spans);
    secret_text_free (decoded->detail);
    secret_text_free (decoded->link);
    memset (decoded, 0, sizeof *decoded);
}
