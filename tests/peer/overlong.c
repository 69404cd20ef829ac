/* The companion as a hostile peer. */
#include "overlong.h"

#include "tg-secrets.h"

#include "secret-private.h"
#include "secret.tl.h"

gboolean
overlong_send (TgClient *client, int32_t chat_id, size_t n)
{
    SecretChat *chat = tg_secrets_find (client, chat_id);
    g_autoptr (GString) text = g_string_new (NULL);
    int64_t id;

    if (chat == NULL || secret_check_ready (chat) != TALK_DONE ||
        !crypto_random_int64 (chat->env->random, &id))
        return FALSE;
    for (size_t i = 0; i < n / 16; i++)
        g_string_append_printf (text, "%07zu & words.\n", i % 10000000);
    while (text->len < n)
        g_string_append_c (text, 'x');
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = id, .ttl = chat->ttl,
                .message = TL_BYTES (text->str, text->len));
    g_auto (TgAct) act = tg_act (client);
    gboolean sent =
        secret_send_object (chat, TL_OBJ (&message), id, FALSE, tg_now (client)) != NULL;
    if (sent) /* so that it can be taken back */
        secret_save_note (chat, secret_note_own (chat, id, NULL, tg_now (client)));
    secret_settle (chat, tg_now (client));
    return sent;
}
