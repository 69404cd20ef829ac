/* See media.h. */
#include "media.h"

#include "tg-client-file.h"

#include "tg-secrets.h"

#include "crypto-aes-ige.h"
#include "secret-private.h"
#include "secret.tl.h"

#include <string.h>

MediaSealed
media_seal (const uint8_t *data, size_t len)
{
    MediaSealed made = { .sealed = g_byte_array_new () };
    size_t whole = (len + 15) / 16 * 16;
    uint8_t iv[32];

    g_assert_true (crypto_random_fill (crypto_random_system (), made.key, 32));
    g_assert_true (crypto_random_fill (crypto_random_system (), made.iv, 32));
    g_byte_array_set_size (made.sealed, (unsigned)whole);
    g_assert_true (
        crypto_random_fill (crypto_random_system (), made.sealed->data, whole));
    if (len > 0)
        memcpy (made.sealed->data, data, len);
    memcpy (iv, made.iv, sizeof iv);
    crypto_ige_encrypt (made.key, iv, made.sealed->data, made.sealed->data, whole);
    made.fingerprint = media_key_fingerprint (made.key, made.iv);
    return made;
}

static struct {
    GBytes *thumb; /* or NULL */
    int64_t album, reply_to;
} beside;

void
media_beside (GBytes *thumb, int64_t album)
{
    g_clear_pointer (&beside.thumb, g_bytes_unref);
    beside.thumb = thumb != NULL ? g_bytes_ref (thumb) : NULL;
    beside.album = album;
}

static TlBytes
thumb_beside (void)
{
    size_t len = 0;
    const uint8_t *data =
        beside.thumb != NULL ? g_bytes_get_data (beside.thumb, &len) : NULL;

    return data != NULL ? TL_BYTES (data, len) : TL_STR ("");
}

static gboolean
send_media (TgClient *client, int32_t chat_id, const TlObject *media, int32_t ttl,
            int64_t *id)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);

    if (chat == NULL || secret_check_ready (chat) != TALK_DONE ||
        !crypto_random_int64 (chat->env->random, id))
        return FALSE;
    SecretDecryptedMessage message = TL_NEW (
        SecretDecryptedMessage, .random_id = *id, .ttl = ttl, .message = TL_STR (""),
        .media = media, .has_grouped_id = beside.album != 0, .grouped_id = beside.album,
        .has_reply_to_random_id = beside.reply_to != 0,
        .reply_to_random_id = beside.reply_to);
    g_auto (TgAct) act = tg_act (client);
    gboolean sent =
        secret_send_object (chat, TL_OBJ (&message), *id, FALSE, tg_now (client)) != NULL;
    if (sent) /* so that it can be taken back */
        secret_save_note (chat, secret_note_own (chat, *id, NULL, tg_now (client)));
    secret_settle (chat, tg_now (client));
    return sent;
}

gboolean
media_send (TgClient *client, int32_t chat_id, const MediaSealed *sealed, gboolean photo,
            const char *name, const char *mime, int64_t size, const char *caption,
            int32_t ttl, int64_t *id)
{
    TlBytes key = TL_BYTES (sealed->key, 32), iv = TL_BYTES (sealed->iv, 32);
    SecretDecryptedMessageMediaPhoto picture = TL_NEW (
        SecretDecryptedMessageMediaPhoto, .thumb = thumb_beside (), .w = 640, .h = 480,
        .size = (int32_t)size, .key = key, .iv = iv, .caption = TL_STR (caption));
    SecretDocumentAttributeFilename filename =
        TL_NEW (SecretDocumentAttributeFilename, .file_name = TL_STR (name));
    const TlObject *attributes[] = { TL_OBJ (&filename) };
    SecretDecryptedMessageMediaDocument document =
        TL_NEW (SecretDecryptedMessageMediaDocument, .thumb = thumb_beside (),
                .mime_type = TL_STR (mime), .size = size, .key = key, .iv = iv,
                .attributes = { attributes, 1 }, .caption = TL_STR (caption));

    return send_media (client, chat_id, photo ? TL_OBJ (&picture) : TL_OBJ (&document),
                       ttl, id);
}

/* As phones send them. */
typedef enum { VOICE, MUSIC, VIDEO, ROUND, GIF, STICKER } Kind;

static const struct {
    const char *name, *mime;
} kinds[] = {
    [VOICE] = { "voice", "audio/ogg" }, [MUSIC] = { "audio", "audio/mpeg" },
    [VIDEO] = { "video", "video/mp4" }, [ROUND] = { "round", "video/mp4" },
    [GIF] = { "gif", "image/gif" },     [STICKER] = { "sticker", "image/webp" },
};

/* `text`: of a voice its seconds, of a sticker its emoji, else the caption. */
static gboolean
send_kind (TgClient *client, int32_t chat_id, const MediaSealed *sealed, Kind kind,
           int64_t size, const char *text, int32_t ttl, int64_t *id)
{
    const char *title = kind == MUSIC ? "A title" : NULL;
    int32_t seconds = kind == VOICE ? (int32_t)g_ascii_strtoll (text, NULL, 10) : 7;
    SecretDocumentAttributeAudio audio =
        TL_NEW (SecretDocumentAttributeAudio, .voice = kind == VOICE,
                .duration = seconds > 0 ? seconds : 3, .title = TL_STR_OPTIONAL (title),
                .performer = TL_STR_OPTIONAL (title));
    SecretDocumentAttributeVideo video =
        TL_NEW (SecretDocumentAttributeVideo, .round_message = kind == ROUND,
                .duration = seconds, .w = kind == ROUND ? 240 : 320, .h = 240);
    SecretDocumentAttributeAnimated animated = TL_NEW (SecretDocumentAttributeAnimated);
    SecretInputStickerSetEmpty set = TL_NEW (SecretInputStickerSetEmpty);
    SecretDocumentAttributeSticker sticker =
        TL_NEW (SecretDocumentAttributeSticker, .alt = TL_STR (text),
                .stickerset = TL_OBJ (&set));
    const TlObject *attributes[] = { kind == STICKER                  ? TL_OBJ (&sticker)
                                     : kind == GIF                    ? TL_OBJ (&animated)
                                     : kind == VIDEO || kind == ROUND ? TL_OBJ (&video)
                                                                      : TL_OBJ (&audio) };
    SecretDecryptedMessageMediaDocument document =
        TL_NEW (SecretDecryptedMessageMediaDocument, .thumb = thumb_beside (),
                .mime_type = TL_STR (kinds[kind].mime), .size = size,
                .key = TL_BYTES (sealed->key, 32), .iv = TL_BYTES (sealed->iv, 32),
                .attributes = { attributes, 1 },
                .caption = TL_STR (kind == VOICE || kind == STICKER ? "" : text));

    return send_media (client, chat_id, TL_OBJ (&document), ttl, id);
}

gboolean
media_send_public (TgClient *client, int32_t chat_id, const MediaPublic *sticker,
                   int32_t ttl, int64_t *id)
{
    SecretPhotoSizeEmpty thumb = TL_NEW (SecretPhotoSizeEmpty, .type = TL_STR ("s"));
    SecretInputStickerSetEmpty none = TL_NEW (SecretInputStickerSetEmpty);
    SecretInputStickerSetShortName set =
        TL_NEW (SecretInputStickerSetShortName, .short_name = TL_STR (sticker->set));
    SecretDocumentAttributeSticker attribute =
        TL_NEW (SecretDocumentAttributeSticker, .alt = TL_STR (sticker->emoji),
                .stickerset = *sticker->set != '\0' ? TL_OBJ (&set) : TL_OBJ (&none));
    const TlObject *attributes[] = { TL_OBJ (&attribute) };
    SecretDecryptedMessageMediaExternalDocument external = TL_NEW (
        SecretDecryptedMessageMediaExternalDocument, .id = sticker->id,
        .access_hash = sticker->access_hash, .date = 1,
        .mime_type = TL_STR (sticker->mime), .size = sticker->size,
        .thumb = TL_OBJ (&thumb), .dc_id = sticker->dc, .attributes = { attributes, 1 });

    return send_media (client, chat_id, TL_OBJ (&external), ttl, id);
}

/* --- by lines --- */

static MediaSealed kept;
static int64_t kept_size;

/* Of a file, or so many bytes 0, 1, ... 250, 0 ... */
static uint8_t *
content_of (const char *what, int64_t *size)
{
    char *data;
    size_t len;

    if (what[0] == '/' && g_file_get_contents (what, &data, &len, NULL)) {
        *size = (int64_t)len;
        return (uint8_t *)data;
    }
    *size = g_ascii_strtoll (what, NULL, 10);
    data = g_malloc ((size_t)*size + 1);
    for (int64_t i = 0; i < *size; i++)
        data[i] = (char)(uint8_t)(i % 251);
    return (uint8_t *)data;
}

char *
media_beside_line (const char *rest)
{
    g_auto (GStrv) words = g_strsplit (rest, " ", 3);
    char *data;
    size_t len;

    if (g_strv_length (words) < 2)
        return g_strdup ("error: beside ALBUM FILE|- [ID]");
    g_autoptr (GBytes) thumb = g_file_get_contents (words[1], &data, &len, NULL)
                                   ? g_bytes_new_take (data, len)
                                   : NULL;
    media_beside (thumb, g_ascii_strtoll (words[0], NULL, 10));
    beside.reply_to = words[2] != NULL ? g_ascii_strtoll (words[2], NULL, 10) : 0;
    return g_strdup ("beside");
}

char *
media_seal_line (const char *rest)
{
    g_auto (GStrv) words = g_strsplit (rest, " ", 2);

    if (g_strv_length (words) != 2)
        return g_strdup ("error: seal SIZE|FILE PATH");
    g_autofree uint8_t *data = content_of (words[0], &kept_size);
    g_clear_pointer (&kept.sealed, g_byte_array_unref);
    kept = media_seal (data, (size_t)kept_size);
    if (!g_file_set_contents (words[1], (const char *)kept.sealed->data, kept.sealed->len,
                              NULL))
        return g_strdup ("error: not written");
    return g_strdup_printf ("sealed %d", kept.fingerprint);
}

char *
media_send_line (TgClient *client, int32_t chat_id, const char *rest)
{
    g_auto (GStrv) words = g_strsplit (rest, " ", 3);
    int64_t id;

    if (g_strv_length (words) != 3 || kept.sealed == NULL)
        return g_strdup ("error: media KIND TTL NAME");
    gboolean photo = g_str_equal (words[0], "photo"), sent = FALSE;
    int32_t ttl = (int32_t)g_ascii_strtoll (words[1], NULL, 10);
    if (photo || g_str_equal (words[0], "file"))
        sent = media_send (client, chat_id, &kept, photo, words[2],
                           "application/octet-stream", kept_size, photo ? words[2] : "",
                           ttl, &id);
    for (unsigned i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (g_str_equal (words[0], kinds[i].name))
            sent = send_kind (client, chat_id, &kept, (Kind)i, kept_size, words[2], ttl,
                              &id);
    return sent ? g_strdup_printf ("media %" G_GINT64_FORMAT, id)
                : g_strdup ("media not sent");
}

char *
media_public_line (TgClient *client, int32_t chat_id, const char *rest)
{
    g_auto (GStrv) words = g_strsplit (rest, " ", 7);
    int64_t id;

    if (g_strv_length (words) != 7)
        return g_strdup ("error: public DC ID HASH SIZE MIME SET EMOJI");
    MediaPublic sticker = { .dc = (int32_t)g_ascii_strtoll (words[0], NULL, 10),
                            .id = g_ascii_strtoll (words[1], NULL, 10),
                            .access_hash = g_ascii_strtoll (words[2], NULL, 10),
                            .size = (int32_t)g_ascii_strtoll (words[3], NULL, 10),
                            .mime = words[4],
                            .set = g_str_equal (words[5], "-") ? "" : words[5],
                            .emoji = words[6] };
    return media_send_public (client, chat_id, &sticker, 0, &id)
               ? g_strdup_printf ("media %" G_GINT64_FORMAT, id)
               : g_strdup ("media not sent");
}

char *
media_mime_line (TgClient *client, int32_t chat_id, const char *rest)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);
    const MediaFile *file =
        chat != NULL ? secret_chat_file (chat, g_ascii_strtoll (rest, NULL, 10)) : NULL;

    return g_strdup_printf ("mime %s",
                            file != NULL && file->mime != NULL ? file->mime : "none");
}

TalkCode
media_send_file (TgClient *client, int32_t chat_id, const char *rest, int64_t *id)
{
    static const struct {
        const char *kind, *mime;
        TalkContent content;
        TalkMedia look;
    } rows[] = {
        { "photo", "image/jpeg", TALK_CONTENT_PHOTO, { .width = 640, .height = 480 } },
        { "video",
          "video/mp4",
          TALK_CONTENT_VIDEO,
          { .width = 320, .height = 240, .duration = 7 } },
        { "gif",
          "video/mp4",
          TALK_CONTENT_VIDEO,
          { .width = 320, .height = 240, .duration = 7, .animated = TRUE } },
        { "round",
          "video/mp4",
          TALK_CONTENT_VIDEO,
          { .width = 240, .height = 240, .duration = 7, .round = TRUE } },
        { "audio", "audio/mpeg", TALK_CONTENT_AUDIO, { .duration = 7 } },
        { "voice", "audio/ogg", TALK_CONTENT_VOICE, { .duration = 7 } },
        { "file", "text/plain", TALK_CONTENT_FILE, { 0 } },
    };
    TalkSpan bold = { .style = TALK_STYLE_BOLD, .from = 0, .to = 1 };
    g_autoptr (TalkSpans) spans = talk_spans_new (&bold, 1);
    g_auto (GStrv) words = g_strsplit (rest, " ", 3);

    for (size_t i = 0; g_strv_length (words) == 3 && i < G_N_ELEMENTS (rows); i++) {
        if (!g_str_equal (words[0], rows[i].kind))
            continue;
        TgFileOut file = { .path = words[2],
                           .content = rows[i].content,
                           .look = rows[i].look,
                           .mime = rows[i].mime,
                           .title = "A title",
                           .performer = "Somebody",
                           .caption = { .text = "caption", .spans = spans },
                           .album = g_ascii_strtoll (words[1], NULL, 10) };
        return tg_secret_send_file (client, chat_id, &file, id);
    }
    return TALK_INVALID;
}

TalkCode
media_forward (TgClient *client, int32_t chat_id, const char *rest)
{
    g_auto (GStrv) words = g_strsplit (rest, " ", 2);
    int64_t id;

    if (g_strv_length (words) != 2)
        return TALK_INVALID;
    return tg_secret_forward_file (client, (int32_t)g_ascii_strtoll (words[0], NULL, 10),
                                   g_ascii_strtoll (words[1], NULL, 10), chat_id,
                                   &(TalkTyped){ .text = "" }, &id);
}
