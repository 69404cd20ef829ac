/* Media of a test's peer: sealed as any client does it, and sent as a message. */
#pragma once

#include "tg-client.h"

typedef struct {
    uint8_t key[32], iv[32];
    int32_t fingerprint;
    GByteArray *sealed; /* what is to lie at the server */
} MediaSealed;

/* Filled up with random bytes (SC-H1); unref `sealed`. */
MediaSealed media_seal (const uint8_t *data, size_t len);
/* What is sent from now on has this small picture (NULL: none) and is of that album (0: none). */
void media_beside (GBytes *thumb, int64_t album);
/* Whole lines of a test's peer, and what it answers; g_free() it: "beside ALBUM FILE [ID]" does that, the
 * file being the small picture, "-" for none, and answers that message; "seal SIZE|FILE PATH" writes
 * what is to be attached and gives its fingerprint; "media KIND TTL NAME" sends it as photo, file, video, round, gif,
 * audio, voice or sticker: NAME is a file's name, a voice's seconds, a sticker's emoji, else the
 * caption. The bytes are that file's, or 0, 1, ... 250, 0 ... */
char *media_beside_line (const char *rest);
char *media_seal_line (const char *rest);
char *media_send_line (TgClient *client, int32_t chat_id, const char *rest);
/* "public DC ID HASH SIZE MIME SET EMOJI" sends a sticker of that set, "-" for none. */
char *media_public_line (TgClient *client, int32_t chat_id, const char *rest);
/* "mime ID": what the other side says that the file of that message is. */
char *media_mime_line (TgClient *client, int32_t chat_id, const char *rest);
/* "KIND ALBUM PATH": that file goes up as our client sends it, as photo (of 640 x 480), video, gif,
 * round (of 7 s), audio, voice or file, captioned "caption" with its first letter bold. */
TalkCode media_send_file (TgClient *client, int32_t chat_id, const char *rest,
                          int64_t *id);
/* "CHAT ID": the file of that message goes on into this chat. */
TalkCode media_forward (TgClient *client, int32_t chat_id, const char *rest);
/* `photo`: of 640 x 480, else a document of that name and kind. Its file is to be attached
 * before (tests/dc: attach). FALSE: the chat is not ready. */
gboolean media_send (TgClient *client, int32_t chat_id, const MediaSealed *sealed,
                     gboolean photo, const char *name, const char *mime, int64_t size,
                     const char *caption, int32_t ttl, int64_t *id);

/* A sticker of a public set, as phones tell of it. */
typedef struct {
    int32_t dc;
    int64_t id, access_hash;
    int32_t size;
    const char *mime, *set, *emoji; /* set: "" for none */
} MediaPublic;
gboolean media_send_public (TgClient *client, int32_t chat_id, const MediaPublic *sticker,
                            int32_t ttl, int64_t *id);
