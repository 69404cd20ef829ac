/* From a wish to a shared key, and the word that ends it (SECRET-CHATS.md section A).
 *
 *   creator:  ASKING [getDhConfig, a, g_a saved] requestEncryption -> WAITING
 *             encryptedChat (g_b) -> READY
 *   other:    REQUESTED -user-> ACCEPTING [getDhConfig, b, key saved] acceptEncryption
 *             encryptedChat -> READY
 */
#include "secret-private.h"

#include "crypto-hash.h"

#include <string.h>

#define EXPONENT_TRIES 16

static gboolean
is_one_of (const char *type, const char *const *types)
{
    return type != NULL && g_strv_contains (types, type);
}

/* --- numbers --- */

gboolean
secret_draw_exponent (SecretChat *chat, TlBytes server_random,
                      uint8_t exponent[static 256], uint8_t public_value[static 256])
{
    const CryptoDhOps *dh = chat->env->dh;

    for (int i = 0; i < EXPONENT_TRIES; i++) {
        if (!crypto_random_fill (chat->env->random, exponent, 256))
            return FALSE;
        for (size_t k = 0; server_random.len > 0 && k < 256; k++)
            exponent[k] ^= server_random.data[k % server_random.len]; /* SC-A2 */
        if (dh->power_g (chat->g, chat->p, exponent, public_value) &&
            dh->is_public_value (chat->p, public_value)) /* SC-A6 */
            return TRUE;
    }
    return FALSE;
}

gboolean
secret_derive (SecretChat *chat, const uint8_t peer[static 256],
               const uint8_t exponent[static 256], SecretKey *key)
{
    secret_key_wipe (key);
    if (!chat->env->dh->is_public_value (chat->p, peer) ||
        !chat->env->dh->power (peer, chat->p, exponent, key->key))
        return FALSE;
    key->fingerprint = crypto_key_id (key->key);
    if (key->fingerprint == 0) { /* SC-A9 */
        secret_key_wipe (key);
        return FALSE;
    }
    key->used = TRUE;
    return TRUE;
}

static void
become_ready (SecretChat *chat)
{
    crypto_wipe (chat->exponent, sizeof chat->exponent);
    chat->has_exponent = FALSE;
    chat->has_public = FALSE;
    chat->has_peer_public = FALSE;
    chat->handshake_token = 0; /* an answer that comes now is late (SC-A13) */
    crypto_key_hash (chat->key.key, chat->key_hash);
    chat->has_key_hash = TRUE;
    secret_set_state (chat, TALK_STATE_READY); /* what follows on it is the end's */
}

static void
bad_key (SecretChat *chat, const char *why)
{
    secret_end (chat, TALK_CLOSED_BAD_KEY, why, TRUE);
}

/* --- steps --- */

/* The group was found good: our own number is drawn and everything is durable before a
 * call goes out (SC-A11, SC-A17). */
static void
take_group (SecretChat *chat, HostTime now)
{
    TlBytes random = { NULL, 0 };

    if (chat->server_random != NULL)
        random = TL_BYTES (chat->server_random->data, chat->server_random->len);
    if (!secret_draw_exponent (chat, random, chat->exponent, chat->g_own)) {
        bad_key (chat, "no exponent could be drawn");
        return;
    }
    g_clear_pointer (&chat->server_random, crypto_secret_free);
    chat->has_exponent = TRUE;
    chat->has_public = TRUE;
    chat->dirty = TRUE;
    if (chat->outgoing)
        return;
    if (!secret_derive (chat, chat->g_peer, chat->exponent, &chat->key))
        bad_key (chat, "the peer's public value is out of range (SC-A6)");
    crypto_wipe (chat->exponent, sizeof chat->exponent);
    chat->has_exponent = FALSE;
}

static void
take_config (SecretChat *chat, const SecretAnswer *answer, HostTime now)
{
    TlBytes p = answer->u.dh_config.p;
    TlBytes random = answer->u.dh_config.random;

    if (p.len != 256 || (p.data[0] & 0x80) == 0) { /* SC-A3 */
        bad_key (chat, "the prime does not have 2048 bits (SC-A3)");
        return;
    }
    memcpy (chat->p, p.data, 256);
    if (!chat->env->dh->is_generator (answer->u.dh_config.g, chat->p)) { /* SC-A4 */
        bad_key (chat, "g does not suit the prime (SC-A4)");
        return;
    }
    g_clear_pointer (&chat->server_random, crypto_secret_free);
    chat->server_random = crypto_secret_new (random.data, random.len);
    if (chat->env->dh->is_known_prime (chat->p)) {
        chat->g = answer->u.dh_config.g;
        take_group (chat, now);
        return;
    }
    chat->offered_g = answer->u.dh_config.g;
    chat->handshake_token = secret_call (
        chat, (SecretCall){ .kind = SECRET_CALL_CHECK_PRIME, .u.prime.p = chat->p });
}

static void
take_prime (SecretChat *chat, const SecretAnswer *answer, HostTime now)
{
    if (!answer->u.prime_good) {
        bad_key (chat, "the prime is not safe (SC-A3)");
        return;
    }
    chat->g = chat->offered_g;
    take_group (chat, now);
}

void
secret_handshake_step (SecretChat *chat, HostTime now)
{
    if (chat->state == TALK_STATE_CLOSED) {
        if (chat->discard_pending && chat->discard_token == 0)
            chat->discard_token = secret_call (
                chat, (SecretCall){ .kind = SECRET_CALL_DISCARD,
                                    .u.discard.delete_history = chat->delete_history });
        return;
    }
    if (chat->handshake_token != 0 ||
        (chat->state != TALK_STATE_ASKING && chat->state != TALK_STATE_ACCEPTING))
        return;
    if (!chat->has_public) {
        g_clear_pointer (&chat->server_random, crypto_secret_free);
        chat->handshake_token =
            secret_call (chat, (SecretCall){ .kind = SECRET_CALL_DH_CONFIG });
    } else if (chat->state == TALK_STATE_ASKING) {
        chat->handshake_token =
            secret_call (chat, (SecretCall){ .kind = SECRET_CALL_REQUEST,
                                             .u.request = { .user_id = chat->user_id,
                                                            .random_id = chat->id,
                                                            .g_a = chat->g_own } });
    } else {
        chat->handshake_token = secret_call (
            chat,
            (SecretCall){ .kind = SECRET_CALL_ACCEPT,
                          .u.accept = { .g_b = chat->g_own,
                                        .key_fingerprint = chat->key.fingerprint } });
    }
}

/* --- answers --- */

static void
request_failed (SecretChat *chat, const SecretAnswer *answer, HostTime now)
{
    static const char *const deleted[] = { "USER_DELETED", "INPUT_USER_DEACTIVATED",
                                           NULL };
    static const char *const unclear[] = { "UNEXPECTED_ANSWER", "UNDECODABLE", NULL };
    const char *type = answer->error_type;
    TalkClosed why = TALK_CLOSED_REQUEST_FAILED;

    if (g_strcmp0 (type, "DH_G_A_INVALID") == 0 && !chat->refetched) { /* once, SC-A28 */
        chat->refetched = TRUE;
        chat->has_public = FALSE;
        chat->has_exponent = FALSE;
        chat->g = 0;
        return;
    }
    if (g_strcmp0 (type, "USER_IS_BLOCKED") == 0)
        why = TALK_CLOSED_USER_BLOCKED;
    else if (is_one_of (type, deleted))
        why = TALK_CLOSED_USER_DELETED;
    /* an answer that was none: it may have been carried out (SC-A12) */
    secret_end (chat, why, type, is_one_of (type, unclear));
}

static void
accept_failed (SecretChat *chat, const SecretAnswer *answer, HostTime now)
{
    if (g_strcmp0 (answer->error_type, "ENCRYPTION_ALREADY_ACCEPTED") == 0) { /* SC-A19 */
        if (chat->asked_server || answer->repeated) {
            /* an earlier try of ours may have been the one: the key is kept until a
             * message under it, or a discard, decides */
            chat->handshake_token = ++chat->tokens;
            chat->asked_server = TRUE;
            chat->dirty = TRUE;
            chat->end.early = TRUE; /* one may be here already */
            return;
        }
        secret_end (chat, TALK_CLOSED_ELSEWHERE, NULL, FALSE);
    } else if (g_strcmp0 (answer->error_type, "ENCRYPTION_ALREADY_DECLINED") == 0) {
        secret_end (chat, TALK_CLOSED_BY_PEER, NULL, FALSE);
    } else {
        secret_end (chat, TALK_CLOSED_ID_INVALID, answer->error_type, FALSE);
    }
}

static void
discard_answered (SecretChat *chat, const SecretAnswer *answer)
{
    chat->discard_token = 0;
    if (answer->error_code < 0)
        return;
    if (g_strcmp0 (answer->error_type, "ENCRYPTION_DECLINE_ADMIN_FAILED") == 0) {
        chat->discard_token = ++chat->tokens; /* again with the next resume() */
        return;
    }
    chat->discard_pending = FALSE; /* refused ones are done as well (SC-A27) */
    chat->dirty = TRUE;
}

gboolean
secret_handshake_answer (SecretChat *chat, uint64_t token, const SecretAnswer *answer,
                         HostTime now)
{
    if (token == 0)
        return FALSE;
    if (token == chat->discard_token) {
        discard_answered (chat, answer);
        return TRUE;
    }
    if (token != chat->handshake_token)
        return FALSE;
    chat->handshake_token = 0;
    if (answer->error_code < 0) {
        chat->asked_server |= chat->state == TALK_STATE_ACCEPTING && chat->has_public;
        chat->dirty |= chat->asked_server;
        return TRUE; /* resume() asks again */
    }
    if (!chat->has_public) {
        if (answer->error_code > 0) /* of an own one the server has not heard */
            secret_end (chat, TALK_CLOSED_REQUEST_FAILED, answer->error_type,
                        !chat->outgoing);
        else if (chat->server_random == NULL)
            take_config (chat, answer, now);
        else
            take_prime (chat, answer, now);
    } else if (answer->error_code == 0) {
        secret_handshake_remote (chat, &answer->u.remote, now);
    } else if (chat->state == TALK_STATE_ASKING) {
        request_failed (chat, answer, now);
    } else if (chat->state == TALK_STATE_ACCEPTING) {
        accept_failed (chat, answer, now);
    }
    return TRUE;
}

/* --- what the server says of the chat --- */

static void
remote_waiting (SecretChat *chat, const SecretRemote *remote, HostTime now)
{
    if (chat->state != TALK_STATE_ASKING || !chat->has_public)
        return; /* late: the chat went on (SC-A13) */
    chat->access_hash = remote->access_hash;
    chat->date = secret_date (chat, remote->date, now);
    secret_set_state (chat, TALK_STATE_WAITING);
}

static void
remote_chat (SecretChat *chat, const SecretRemote *remote, HostTime now)
{
    if (chat->outgoing &&
        (chat->state == TALK_STATE_WAITING || chat->state == TALK_STATE_ASKING) &&
        chat->has_exponent) {
        uint8_t g_b[256];
        chat->access_hash = remote->access_hash;
        if (!crypto_dh_pad (remote->g_a_or_b.data, remote->g_a_or_b.len, g_b) ||
            !secret_derive (chat, g_b, chat->exponent, &chat->key))
            bad_key (chat, "the peer's public value is out of range (SC-A6)");
        else if (chat->key.fingerprint != remote->key_fingerprint) /* SC-A18 */
            bad_key (chat, "the fingerprints differ (SC-A18)");
        else
            become_ready (chat);
        return;
    }
    if (!chat->outgoing && chat->state == TALK_STATE_ACCEPTING && chat->key.used) {
        if (chat->key.fingerprint != remote->key_fingerprint)
            bad_key (chat, "the fingerprints differ (SC-A18)");
        else
            become_ready (chat);
    }
    /* anything else: the key is never replaced from outside (SC-A20) */
}

static void
remote_discarded (SecretChat *chat, const SecretRemote *remote, HostTime now)
{
    gboolean elsewhere =
        chat->state == TALK_STATE_REQUESTED || chat->state == TALK_STATE_ACCEPTING;

    if (remote->history_deleted && !chat->discard_pending) {
        chat->delete_history = TRUE; /* its entry goes as well */
        chat->dirty = TRUE;
        if (chat->state == TALK_STATE_CLOSED)
            secret_tell_state (chat);
    }
    /* a closed one stays as it is, with the word it may still owe the server (SC-A20) */
    secret_end (chat, elsewhere ? TALK_CLOSED_ELSEWHERE : TALK_CLOSED_BY_PEER, NULL,
                FALSE);
    chat->end.flush |= remote->history_deleted; /* SC-A25 */
}

void
secret_handshake_remote (SecretChat *chat, const SecretRemote *remote, HostTime now)
{
    if (remote->id != chat->id) { /* SC-A12 */
        if (chat->state == TALK_STATE_ASKING || chat->state == TALK_STATE_ACCEPTING)
            secret_end (chat, TALK_CLOSED_REQUEST_FAILED, "another chat id was answered",
                        TRUE);
        return;
    }
    switch (remote->state) {
    case SECRET_REMOTE_EMPTY:
    case SECRET_REMOTE_REQUESTED:
        break; /* SC-A14, SC-A20 */
    case SECRET_REMOTE_WAITING:
        remote_waiting (chat, remote, now);
        break;
    case SECRET_REMOTE_CHAT:
        remote_chat (chat, remote, now);
        break;
    case SECRET_REMOTE_DISCARDED:
        remote_discarded (chat, remote, now);
        break;
    }
}

gboolean
secret_handshake_confirmed (SecretChat *chat)
{
    if (chat->state != TALK_STATE_ACCEPTING || !chat->asked_server)
        return FALSE;
    become_ready (chat);
    return TRUE;
}
