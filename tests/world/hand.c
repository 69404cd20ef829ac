/* Half of a re-keying by hand: helpers of the re-keying tests. */
#include "hand.h"

#include "dh-toy.h"

#include <string.h>

SecretKey *
key_of (End *end)
{
    return &end->chat->keys.now;
}

int64_t
fingerprint_of (GBytes *wire)
{
    int64_t fingerprint;

    memcpy (&fingerprint, g_bytes_get_data (wire, NULL), sizeof fingerprint);
    return GINT64_FROM_LE (fingerprint);
}

/* Sends an action from `from`, with the numbers that fit, under another key. */
static void
send_under (World *w, End *from, const SecretKey *key, const TlObject *action)
{
    SecretKey own = from->chat->keys.now;

    from->chat->keys.now = *key;
    send_action (w, from, action);
    from->chat->keys.now = own;
}

void
send_noop (World *w, End *from, const SecretKey *key)
{
    SecretDecryptedMessageActionNoop noop = TL_NEW (SecretDecryptedMessageActionNoop);
    send_under (w, from, key, TL_OBJ (&noop));
}

void
request_key (World *w, End *from, int64_t id, const uint8_t g_a[static 256])
{
    SecretDecryptedMessageActionRequestKey action =
        TL_NEW (SecretDecryptedMessageActionRequestKey, .exchange_id = id,
                .g_a = TL_BYTES (g_a, 256));
    send_action (w, from, TL_OBJ (&action));
}

void
accept_key (World *w, End *from, int64_t id, const uint8_t g_b[static 256],
            int64_t fingerprint)
{
    SecretDecryptedMessageActionAcceptKey action =
        TL_NEW (SecretDecryptedMessageActionAcceptKey, .exchange_id = id,
                .g_b = TL_BYTES (g_b, 256), .key_fingerprint = fingerprint);
    send_action (w, from, TL_OBJ (&action));
}

void
commit_key (World *w, End *from, int64_t id, int64_t fingerprint)
{
    SecretDecryptedMessageActionCommitKey action =
        TL_NEW (SecretDecryptedMessageActionCommitKey, .exchange_id = id,
                .key_fingerprint = fingerprint);
    send_action (w, from, TL_OBJ (&action));
}

void
abort_key (World *w, End *from, int64_t id)
{
    SecretDecryptedMessageActionAbortKey action =
        TL_NEW (SecretDecryptedMessageActionAbortKey, .exchange_id = id);
    send_action (w, from, TL_OBJ (&action));
}

/* The newest message on an end's wire, if it is this action; else NULL. */
TlMessage *
newest_action (End *end, uint32_t id, const TlObject **action)
{
    size_t len;
    const uint8_t *data = g_bytes_get_data (newest (end), &len);
    TlMessage *message = forge_opens (end->chat, end->index == 0, TL_BYTES (data, len));

    g_assert_nonnull (message);
    const SecretDecryptedMessageService *service =
        TL_AS (TL_AS (tl_message_root (message), SecretDecryptedMessageLayer)->message,
               SecretDecryptedMessageService);
    *action = service != NULL ? service->action : NULL;
    if (*action != NULL && (*action)->id == id)
        return message;
    tl_message_unref (message);
    return NULL;
}

unsigned
count_actions (End *end, uint32_t id)
{
    unsigned n = 0;

    for (unsigned i = 0; i < end->wire->len; i++) {
        size_t len;
        const uint8_t *data = g_bytes_get_data (end->wire->pdata[i], &len);
        g_autoptr (TlMessage) message =
            forge_opens (end->chat, end->index == 0, TL_BYTES (data, len));
        if (message == NULL)
            continue;
        const SecretDecryptedMessageService *service = TL_AS (
            TL_AS (tl_message_root (message), SecretDecryptedMessageLayer)->message,
            SecretDecryptedMessageService);
        n += service != NULL && service->action->id == id;
    }
    return n;
}

/* What waits at the server goes out; nothing arrives. */
void
send_all (End *end)
{
    end_turn (end);
    while (server_answers (end))
        ;
}

/* Alice, by hand, asks Bob for a new key: the key that both have then (as Bob's answer
 * tells it). */
SecretKey
hand_request (World *w, int64_t id)
{
    End *alice = w->alice, *bob = w->bob;
    uint8_t exponent[256] = { 0 }, g_a[256];
    const TlObject *action;
    SecretKey key = { 0 };

    exponent[255] = (uint8_t)(id * 7 + 3);
    crypto_dh_toy.power_g (3, crypto_dh_known_prime, exponent, g_a);
    request_key (w, alice, id, g_a);
    send_all (bob);
    g_autoptr (TlMessage) message =
        newest_action (bob, SecretDecryptedMessageActionAcceptKey_ID, &action);
    g_assert_nonnull (message);
    const SecretDecryptedMessageActionAcceptKey *accept =
        TL_AS (action, SecretDecryptedMessageActionAcceptKey);
    g_assert_cmpint (accept->exchange_id, ==, id);
    g_assert_cmpint (fingerprint_of (newest (bob)), ==, key_of (bob)->fingerprint);
    g_assert_true (secret_derive (alice->chat, accept->g_b.data, exponent, &key));
    g_assert_cmpint (key.fingerprint, ==, accept->key_fingerprint); /* SC-F6 */
    return key;
}
