/* decryptedMessage in all its forms -> what people see (SC-C15, C16, G4, H9, H15, I1). */
#include "secret-private.h"

#include "secret.tl.h"

#include <math.h>
#include <string.h>

#define ENTITIES_MAX 1000 /* SC-I6 */
#define NAME_MAX_BYTES 200
#define URL_MAX 2048

static char *
last_component (TlBytes raw)
{
    g_autofree char *clean = secret_text_clean (raw);
    const char *name = clean;

    for (const char *p = clean; *p != '\0'; p++)
        if (*p == '/' || *p == '\\')
            name = p + 1;
    if (*name == '\0' || g_str_equal (name, ".") || g_str_equal (name, ".."))
        return NULL;
    size_t len = strlen (name);
    while (len > NAME_MAX_BYTES)
        len = (size_t)(g_utf8_find_prev_char (name, name + len) - name);
    return g_strndup (name, len);
}

static void
take_caption (SecretDecoded *out, TlBytes caption)
{
    g_autofree char *clean = secret_text_clean (caption);

    if (*clean == '\0')
        return;
    if (*out->text == '\0') {
        g_free (out->text);
        out->text = g_steal_pointer (&clean);
    } else { /* SC-H13 */
        char *joined = g_strconcat (out->text, "\n\n", clean, NULL);
        g_free (out->text);
        out->text = joined;
    }
}

/* --- documents -----------------------------------------------------------------------
 */

/* What the attributes say a document is; unknown combinations are plain files (SC-H11).
 */
static void
take_attributes (SecretDecoded *out, const TlVector *attributes)
{
    gboolean animated = FALSE, video = FALSE;

    for (size_t i = 0; i < attributes->len; i++) {
        const TlObject *item = TL_ITEM_OBJ (*attributes, i);
        const SecretDocumentAttributeFilename *name =
            TL_AS (item, SecretDocumentAttributeFilename);
        const SecretDocumentAttributeAudio *audio =
            TL_AS (item, SecretDocumentAttributeAudio);
        const SecretDocumentAttributeVideo *plain =
            TL_AS (item, SecretDocumentAttributeVideo);

        if (name != NULL) {
            g_free (out->detail);
            out->detail = last_component (name->file_name);
        } else if (audio != NULL) {
            out->content = audio->voice ? SECRET_CONTENT_VOICE : SECRET_CONTENT_AUDIO;
            out->duration = audio->duration;
        } else if (plain != NULL) {
            video = TRUE;
            out->duration = plain->duration;
        }
        switch (item->id) {
        case SecretDocumentAttributeAudio23_ID:
        case SecretDocumentAttributeAudio45_ID:
            out->content = SECRET_CONTENT_AUDIO;
            break;
        case SecretDocumentAttributeVideo23_ID:
        case SecretDocumentAttributeVideoMain_ID: /* SC-C14 */
        case SecretDocumentAttributeVideoMain2_ID:
        case SecretDocumentAttributeVideoMain3_ID:
            video = TRUE;
            break;
        case SecretDocumentAttributeAnimated_ID:
            animated = TRUE;
            break;
        case SecretDocumentAttributeSticker23_ID:
        case SecretDocumentAttributeSticker_ID:
        case SecretDocumentAttributeStickerMain_ID:
            out->content = SECRET_CONTENT_STICKER;
            break;
        default:
            break;
        }
    }
    if (video && out->content == SECRET_CONTENT_FILE)
        out->content = SECRET_CONTENT_VIDEO;
    out->duration = CLAMP (out->duration, 0, SECRET_TTL_MAX / 2);
    out->timed_media = video || animated || out->content == SECRET_CONTENT_AUDIO ||
                       out->content == SECRET_CONTENT_VOICE;
}

static void
take_document (SecretDecoded *out, const TlVector *attributes, TlBytes caption)
{
    out->content = SECRET_CONTENT_FILE;
    take_attributes (out, attributes);
    take_caption (out, caption);
}

static void
take_timed (SecretDecoded *out, SecretContent content, int32_t duration, TlBytes caption)
{
    out->content = content;
    out->timed_media = TRUE;
    out->duration = CLAMP (duration, 0, SECRET_TTL_MAX / 2);
    take_caption (out, caption);
}

/* --- places, people, links -----------------------------------------------------------
 */

static void
take_place (SecretDecoded *out, SecretContent content, double lat, double lon,
            TlBytes title, TlBytes address)
{
    char a[G_ASCII_DTOSTR_BUF_SIZE], b[G_ASCII_DTOSTR_BUF_SIZE];
    g_autofree char *name = secret_text_clean (title);
    g_autofree char *street = secret_text_clean (address);

    if (!isfinite (lat) || !isfinite (lon) || fabs (lat) > 90 ||
        fabs (lon) > 180) { /* H15 */
        out->content = SECRET_CONTENT_UNSUPPORTED;
        return;
    }
    out->content = content;
    g_ascii_formatd (a, sizeof a, "%.6f", lat);
    g_ascii_formatd (b, sizeof b, "%.6f", lon);
    out->detail = g_strdup_printf ("%s%s%s%s%s, %s", name, *name != '\0' ? ", " : "",
                                   street, *street != '\0' ? ", " : "", a, b);
}

static void
take_contact (SecretDecoded *out, const SecretDecryptedMessageMediaContact *contact)
{
    g_autofree char *first = secret_text_clean (contact->first_name);
    g_autofree char *last = secret_text_clean (contact->last_name);
    g_autofree char *phone = secret_text_clean (contact->phone_number);

    out->content = SECRET_CONTENT_CONTACT;
    out->detail =
        g_strdup_printf ("%s%s%s%s%s", first, *first != '\0' && *last != '\0' ? " " : "",
                         last, *first != '\0' || *last != '\0' ? ", " : "", phone);
}

static gboolean
is_safe_url (const char *url)
{
    static const char *const schemes[] = { "http://", "https://", "tg://", "mailto:" };

    for (size_t i = 0; i < G_N_ELEMENTS (schemes) && strlen (url) <= URL_MAX; i++)
        if (g_ascii_strncasecmp (url, schemes[i], strlen (schemes[i])) == 0)
            return TRUE;
    return FALSE;
}

static void
take_link (SecretDecoded *out, TlBytes raw)
{
    g_autofree char *url = secret_text_clean (raw);

    if (!is_safe_url (url) || strstr (out->text, url) != NULL)
        return; /* SC-H16: the text stays */
    take_caption (out, TL_BYTES (url, strlen (url)));
}

/* --- media ---------------------------------------------------------------------------
 */

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
        take_timed (out, SECRET_CONTENT_PHOTO, 0, none);
        break;
    case SecretDecryptedMessageMediaPhoto_ID:
        take_timed (out, SECRET_CONTENT_PHOTO, 0,
                    TL_AS (media, SecretDecryptedMessageMediaPhoto)->caption);
        break;
    case SecretDecryptedMessageMediaVideo8_ID:
        take_timed (out, SECRET_CONTENT_VIDEO,
                    TL_AS (media, SecretDecryptedMessageMediaVideo8)->duration, none);
        break;
    case SecretDecryptedMessageMediaVideo17_ID:
        take_timed (out, SECRET_CONTENT_VIDEO,
                    TL_AS (media, SecretDecryptedMessageMediaVideo17)->duration, none);
        break;
    case SecretDecryptedMessageMediaVideo_ID: {
        const SecretDecryptedMessageMediaVideo *video =
            TL_AS (media, SecretDecryptedMessageMediaVideo);
        take_timed (out, SECRET_CONTENT_VIDEO, video->duration, video->caption);
        break;
    }
    case SecretDecryptedMessageMediaAudio8_ID:
        take_timed (out, SECRET_CONTENT_VOICE,
                    TL_AS (media, SecretDecryptedMessageMediaAudio8)->duration, none);
        break;
    case SecretDecryptedMessageMediaAudio_ID:
        take_timed (out, SECRET_CONTENT_VOICE,
                    TL_AS (media, SecretDecryptedMessageMediaAudio)->duration, none);
        break;
    case SecretDecryptedMessageMediaDocument8_ID:
        out->content = SECRET_CONTENT_FILE;
        out->detail = last_component (
            TL_AS (media, SecretDecryptedMessageMediaDocument8)->file_name);
        break;
    case SecretDecryptedMessageMediaDocument45_ID: {
        const SecretDecryptedMessageMediaDocument45 *document =
            TL_AS (media, SecretDecryptedMessageMediaDocument45);
        take_document (out, &document->attributes, document->caption);
        break;
    }
    case SecretDecryptedMessageMediaDocument_ID: {
        const SecretDecryptedMessageMediaDocument *document =
            TL_AS (media, SecretDecryptedMessageMediaDocument);
        take_document (out, &document->attributes, document->caption);
        break;
    }
    case SecretDecryptedMessageMediaExternalDocument_ID:
        take_document (
            out, &TL_AS (media, SecretDecryptedMessageMediaExternalDocument)->attributes,
            none);
        break;
    case SecretDecryptedMessageMediaGeoPoint_ID: {
        const SecretDecryptedMessageMediaGeoPoint *geo =
            TL_AS (media, SecretDecryptedMessageMediaGeoPoint);
        take_place (out, SECRET_CONTENT_GEO, geo->lat, geo->long_, none, none);
        break;
    }
    case SecretDecryptedMessageMediaVenue_ID: {
        const SecretDecryptedMessageMediaVenue *venue =
            TL_AS (media, SecretDecryptedMessageMediaVenue);
        take_place (out, SECRET_CONTENT_VENUE, venue->lat, venue->long_, venue->title,
                    venue->address);
        break;
    }
    case SecretDecryptedMessageMediaContact_ID:
        take_contact (out, TL_AS (media, SecretDecryptedMessageMediaContact));
        break;
    case SecretDecryptedMessageMediaWebPage_ID:
        take_link (out, TL_AS (media, SecretDecryptedMessageMediaWebPage)->url);
        break;
    default:
        out->content = SECRET_CONTENT_UNSUPPORTED;
        break;
    }
}

/* --- text ----------------------------------------------------------------------------
 */

/* Byte position of a UTF-16 offset; -1 beyond the end or inside a character. */
static gssize
byte_at (const char *text, int64_t units)
{
    const char *p = text;

    while (units > 0 && *p != '\0') {
        units -= g_utf8_get_char (p) > 0xffff ? 2 : 1;
        p = g_utf8_next_char (p);
    }
    return units == 0 ? p - text : -1;
}

/* A link whose target is not what it shows gets its target written behind it, so that
 * nothing hides (SC-I6). Offsets count in the text as it was sent. */
static char *
show_targets (TlBytes raw, const TlVector *entities)
{
    g_autofree char *sent = g_utf8_make_valid ((const char *)raw.data, (gssize)raw.len);
    GString *text = g_string_new (sent);

    for (size_t n = MIN (entities->len, ENTITIES_MAX); n > 0; n--) { /* from the end */
        const SecretMessageEntityTextUrl *link =
            TL_AS (TL_ITEM_OBJ (*entities, n - 1), SecretMessageEntityTextUrl);
        if (link == NULL || link->offset < 0 || link->length <= 0)
            continue;
        gssize from = byte_at (sent, link->offset);
        gssize to = byte_at (sent, (int64_t)link->offset + link->length);
        g_autofree char *url = secret_text_clean (link->url);
        if (from < 0 || to < 0 || (size_t)to > text->len || !is_safe_url (url) ||
            ((size_t)(to - from) == strlen (url) &&
             strncmp (sent + from, url, (size_t)(to - from)) == 0))
            continue;
        if (strncmp (text->str + from, sent + from, (size_t)(to - from)) != 0)
            continue; /* overlaps another one */
        g_autofree char *target = g_strdup_printf (" (%s)", url);
        g_string_insert (text, to, target);
    }
    char *clean = secret_text_clean (TL_BYTES (text->str, text->len));
    g_string_free (text, TRUE);
    return clean;
}

gboolean
secret_message_decode (const TlObject *object, SecretDecoded *out)
{
    const SecretDecryptedMessage *now = TL_AS (object, SecretDecryptedMessage);
    const SecretDecryptedMessage45 *from45 = TL_AS (object, SecretDecryptedMessage45);
    const SecretDecryptedMessage17 *from17 = TL_AS (object, SecretDecryptedMessage17);
    const SecretDecryptedMessage8 *from8 = TL_AS (object, SecretDecryptedMessage8);

    memset (out, 0, sizeof *out);
    out->content = SECRET_CONTENT_TEXT;
    if (now != NULL) {
        out->random_id = now->random_id;
        out->ttl = now->ttl;
        out->has_ttl = TRUE;
        out->silent = now->silent;
        out->reply_to = now->has_reply_to_random_id ? now->reply_to_random_id : 0;
        out->text = show_targets (now->message, &now->entities);
        take_media (out, now->media);
    } else if (from45 != NULL) {
        out->random_id = from45->random_id;
        out->ttl = from45->ttl;
        out->has_ttl = TRUE;
        out->reply_to = from45->has_reply_to_random_id ? from45->reply_to_random_id : 0;
        out->text = show_targets (from45->message, &from45->entities);
        take_media (out, from45->media);
    } else if (from17 != NULL) {
        out->random_id = from17->random_id;
        out->ttl = from17->ttl;
        out->has_ttl = TRUE;
        out->text = secret_text_clean (from17->message);
        take_media (out, from17->media);
    } else if (from8 != NULL) {
        out->random_id = from8->random_id;
        out->text = secret_text_clean (from8->message);
        take_media (out, from8->media);
    }
    return out->text != NULL;
}

static void
wipe_text (char *text)
{
    if (text != NULL)
        crypto_wipe (text, strlen (text));
    g_free (text);
}

void
secret_decoded_clear (SecretDecoded *decoded)
{
    wipe_text (decoded->text);
    wipe_text (decoded->detail);
    memset (decoded, 0, sizeof *decoded);
}
