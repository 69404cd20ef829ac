/* The companion as a hostile peer. */
#include "overlong.h"

#include "tg-secrets.h"

#include "secret-private.h"
#include "secret.tl.h"

/* A message of ours with this id, as part of the act of whoever calls. */
static gboolean
send_message (TgClient *client, SecretChat *chat, const SecretDecryptedMessage *message)
{
    HostTime now = tg_now (client);

    if (secret_send_object (chat, TL_OBJ (message), message->random_id, FALSE, now) ==
        NULL)
        return FALSE;
    /* so that it can be taken back */
    secret_save_note (chat, secret_note_own (chat, message->random_id, NULL, now));
    return TRUE;
}

static SecretChat *
ready_chat (TgClient *client, int32_t chat_id)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);

    return chat != NULL && secret_check_ready (chat) == TALK_DONE ? chat : NULL;
}

gboolean
overlong_send (TgClient *client, int32_t chat_id, size_t n)
{
    SecretChat *chat = ready_chat (client, chat_id);
    g_autoptr (GString) text = g_string_new (NULL);
    int64_t id;

    if (chat == NULL || !crypto_random_int64 (chat->env->random, &id))
        return FALSE;
    for (size_t i = 0; i < n / 16; i++)
        g_string_append_printf (text, "%07zu & words.\n", i % 10000000);
    while (text->len < n)
        g_string_append_c (text, 'x');
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = id, .ttl = chat->ttl,
                .message = TL_BYTES (text->str, text->len));
    g_auto (TgAct) act = tg_act (client);
    gboolean sent = send_message (client, chat, &message);
    secret_settle (chat, tg_now (client));
    return sent;
}

gboolean
overlong_ring (TgClient *client, int32_t chat_id, size_t n, const char *text)
{
    SecretChat *chat = ready_chat (client, chat_id);
    int64_t first;

    if (chat == NULL || !crypto_random_int64 (chat->env->random, &first))
        return FALSE;
    first &= INT64_C (0xffffffff); /* the ids behind it are none that wrap */
    g_auto (TgAct) act = tg_act (client);
    gboolean sent = TRUE;
    for (size_t i = 0; i < n && sent; i++) {
        g_autofree char *said = g_strdup_printf ("%s %zu", text, i + 1);
        SecretDecryptedMessage message = TL_NEW (
            SecretDecryptedMessage, .random_id = first + (int64_t)i, .ttl = chat->ttl,
            .message = TL_STR (said), .has_reply_to_random_id = TRUE,
            .reply_to_random_id = first + (int64_t)((i + 1) % n));
        sent = send_message (client, chat, &message);
    }
    secret_settle (chat, tg_now (client));
    return sent;
}
