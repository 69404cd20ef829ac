/* From a wish to a shared key, and the word that ends it (SECRET-CHATS.md section A).
 *
 *   creator:  ASKING [getDhConfig, a, g_a saved] requestEncryption -> WAITING
 *             encryptedChat (g_b) -> READY
 *   other:    REQUESTED -user-> ACCEPTING [getDhConfig, b, key saved] acceptEncryption
 *             encryptedChat -> READY
 */
#include "secret-private.h"
#include "secret-record.h"

#include "crypto-hash.h"

#include <string.h>

static void
become_ready (SecretChat *chat)
{
    crypto_wipe (chat->handshake.exponent, sizeof chat->handshake.exponent);
    chat->handshake.has_exponent = FALSE;
    chat->handshake.has_public = FALSE;
    chat->handshake.has_peer_public = FALSE;
    chat->handshake.derives = FALSE;
    chat->handshake.token = 0; /* an answer that comes now is late (SC-A13) */
    crypto_key_hash (chat->keys.now.key, chat->keys.hash);
    chat->keys.has_hash = TRUE;
    secret_set_state (chat, TALK_STATE_READY); /* what follows on it is the end's */
}

static void
bad_key (SecretChat *chat, const char *why)
{
    secret_end (chat, TALK_CLOSED_BAD_KEY, why, TRUE);
}

/* --- steps --- */

/* What is made of our own number for a chat that asks: it and its public value. */
static gboolean
draw (SecretChat *chat, uint8_t exponent[static 256])
{
    TlBytes random = { NULL, 0 };

    if (chat->handshake.server_random != NULL)
        random = TL_BYTES (chat->handshake.server_random->data,
                           chat->handshake.server_random->len);
    gboolean drawn = secret_draw_exponent (chat, random, exponent, chat->handshake.g_own);
    g_clear_pointer (&chat->handshake.server_random, crypto_secret_free);
    if (!drawn)
        bad_key (chat, "no exponent could be drawn");
    return drawn;
}

/* The key is computed off the loop, which two powers at once would hold for too long
 * (DECISIONS 32). Until it is there nothing of it is stored, or kept here, and another start
 * begins with another number. */
static void
derive (SecretChat *chat)
{
    uint8_t exponent[256];

    if (!chat->env->dh->is_public_value (chat->handshake.p, chat->handshake.g_peer)) {
        bad_key (chat, "the peer's public value is out of range (SC-A6)");
    } else if (draw (chat, exponent)) {
        chat->handshake.derives = TRUE;
        chat->handshake.token = secret_call (
            chat, (SecretCall){ .kind = SECRET_CALL_POWER,
                                .u.power = { chat->handshake.g_peer, chat->handshake.p,
                                             exponent } });
    }
    crypto_wipe (exponent, sizeof exponent);
}

/* The group was found good: our own number is drawn and everything is durable before a
 * call goes out (SC-A11, SC-A17). */
static void
take_group (SecretChat *chat, HostTime now)
{
    if (!chat->outgoing) {
        derive (chat);
        return;
    }
    if (!draw (chat, chat->handshake.exponent))
        return;
    chat->handshake.has_exponent = TRUE;
    chat->handshake.has_public = TRUE;
    chat->end.save = TRUE;
}

static void
take_key (SecretChat *chat, const uint8_t *key)
{
    chat->handshake.derives = FALSE;
    if (key == NULL || !secret_key_take (&chat->keys.now, key)) {
        bad_key (chat, "there is no such key (SC-A9)");
        return;
    }
    chat->handshake.has_public = TRUE;
    chat->end.save = TRUE;
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
    memcpy (chat->handshake.p, p.data, 256);
    if (!chat->env->dh->is_generator (answer->u.dh_config.g,
                                      chat->handshake.p)) { /* SC-A4 */
        bad_key (chat, "g does not suit the prime (SC-A4)");
        return;
    }
    g_clear_pointer (&chat->handshake.server_random, crypto_secret_free);
    chat->handshake.server_random = crypto_secret_new (random.data, random.len);
    if (chat->env->dh->is_known_prime (chat->handshake.p)) {
        chat->handshake.g = answer->u.dh_config.g;
        take_group (chat, now);
        return;
    }
    chat->handshake.offered_g = answer->u.dh_config.g;
    chat->handshake.token =
        secret_call (chat, (SecretCall){ .kind = SECRET_CALL_CHECK_PRIME,
                                         .u.prime.p = chat->handshake.p });
}

static void
take_prime (SecretChat *chat, const SecretAnswer *answer, HostTime now)
{
    if (!answer->u.prime_good) {
        bad_key (chat, "the prime is not safe (SC-A3)");
        return;
    }
    chat->handshake.g = chat->handshake.offered_g;
    take_group (chat, now);
}

void
secret_handshake_pump (SecretChat *chat, HostTime now)
{
    if (!chat->online)
        return;
    if (chat->state == TALK_STATE_CLOSED) {
        if (chat->handshake.discard_pending && chat->handshake.discard_token == 0)
            chat->handshake.discard_token =
                secret_call (chat, (SecretCall){ .kind = SECRET_CALL_DISCARD,
                                                 .u.discard.delete_history =
                                                     chat->handshake.delete_history });
        return;
    }
    if (chat->handshake.token != 0 ||
        (chat->state != TALK_STATE_ASKING && chat->state != TALK_STATE_ACCEPTING))
        return;
    if (!chat->handshake.has_public) {
        g_clear_pointer (&chat->handshake.server_random, crypto_secret_free);
        chat->handshake.derives = FALSE;
        chat->handshake.token =
            secret_call (chat, (SecretCall){ .kind = SECRET_CALL_DH_CONFIG });
    } else if (chat->state == TALK_STATE_ASKING) {
        chat->handshake.token = secret_call (
            chat, (SecretCall){ .kind = SECRET_CALL_REQUEST,
                                .u.request = { .user_id = chat->user_id,
                                               .random_id = chat->id,
                                               .g_a = chat->handshake.g_own } });
    } else {
        chat->handshake.token = secret_call (
            chat, (SecretCall){
                      .kind = SECRET_CALL_ACCEPT,
                      .u.accept = { .g_b = chat->handshake.g_own,
                                    .key_fingerprint = chat->keys.now.fingerprint } });
    }
}

/* --- answers --- */

static void
request_failed (SecretChat *chat, const SecretAnswer *answer, HostTime now)
{
    const SecretRefusal refusal = answer->refusal;

    if (refusal == SECRET_REFUSAL_BAD_NUMBER &&
        !chat->handshake.refetched) { /* once, SC-A28 */
        chat->handshake.refetched = TRUE;
        chat->handshake.has_public = FALSE;
        chat->handshake.has_exponent = FALSE;
        chat->handshake.g = 0;
        return;
    }
    TalkClosed why = refusal == SECRET_REFUSAL_PRIVACY ? TALK_CLOSED_PRIVACY
                     : refusal == SECRET_REFUSAL_OFFICIAL_APP
                         ? TALK_CLOSED_OFFICIAL_APP
                         : TALK_CLOSED_REQUEST_FAILED;
    /* it may have been carried out (SC-A12) */
    secret_end (chat, secret_closed_by (refusal, why), answer->error_type,
                refusal == SECRET_REFUSAL_UNCLEAR);
}

static void
accept_failed (SecretChat *chat, const SecretAnswer *answer, HostTime now)
{
    if (answer->refusal == SECRET_REFUSAL_ALREADY_ACCEPTED) { /* SC-A19 */
        if (chat->handshake.asked_server || answer->repeated) {
            /* an earlier try of ours may have been the one: the key is kept until a
             * message under it, or a discard, decides */
            chat->handshake.token = ++chat->tokens;
            chat->handshake.asked_server = TRUE;
            chat->end.save = TRUE;
            chat->end.early = TRUE; /* one may be here already */
            return;
        }
        secret_end (chat, TALK_CLOSED_ELSEWHERE, NULL, FALSE);
    } else if (answer->refusal == SECRET_REFUSAL_ALREADY_DECLINED) {
        secret_end (chat, TALK_CLOSED_ELSEWHERE, NULL, FALSE); /* or withdrawn */
    } else {
        secret_end (chat, TALK_CLOSED_ID_INVALID, answer->error_type, FALSE);
    }
}

static void
discard_answered (SecretChat *chat, const SecretAnswer *answer)
{
    chat->handshake.discard_token = 0;
    if (answer->error_code < 0)
        return;
    if (answer->refusal == SECRET_REFUSAL_NOT_YET) {
        chat->handshake.discard_token = ++chat->tokens; /* again with the next resume() */
        return;
    }
    if (answer->refusal == SECRET_REFUSAL_ALREADY_ACCEPTED &&
        chat->closed == TALK_CLOSED_REJECTED) {
        chat->closed = TALK_CLOSED_ELSEWHERE; /* it goes on there */
        secret_tell_notice (chat, TALK_NOTICE_TAKEN, FALSE, 0);
    }
    chat->handshake.discard_pending = FALSE; /* refused ones are done as well (SC-A27) */
    chat->end.save = TRUE;
}

gboolean
secret_handshake_answer (SecretChat *chat, uint64_t token, const SecretAnswer *answer,
                         HostTime now)
{
    if (token == 0)
        return FALSE;
    if (token == chat->handshake.discard_token) {
        discard_answered (chat, answer);
        return TRUE;
    }
    if (token != chat->handshake.token)
        return FALSE;
    chat->handshake.token = 0;
    if (answer->error_code < 0) {
        chat->handshake.asked_server |=
            chat->state == TALK_STATE_ACCEPTING && chat->handshake.has_public;
        chat->end.save |= chat->handshake.asked_server;
        return TRUE; /* resume() asks again */
    }
    if (!chat->handshake.has_public) {
        if (answer->error_code > 0) /* of an own one the server has not heard */
            secret_end (chat, TALK_CLOSED_REQUEST_FAILED, answer->error_type,
                        !chat->outgoing);
        else if (chat->handshake.derives)
            take_key (chat, answer->u.power);
        else if (chat->handshake.server_random == NULL)
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
    if (chat->state != TALK_STATE_ASKING || !chat->handshake.has_public)
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
        chat->handshake.has_exponent) {
        uint8_t g_b[256];
        chat->access_hash = remote->access_hash;
        if (!crypto_dh_pad (remote->g_a_or_b.data, remote->g_a_or_b.len, g_b) ||
            !secret_derive (chat, g_b, chat->handshake.exponent, &chat->keys.now))
            bad_key (chat, "the peer's public value is out of range (SC-A6)");
        else if (chat->keys.now.fingerprint != remote->key_fingerprint) /* SC-A18 */
            bad_key (chat, "the fingerprints differ (SC-A18)");
        else
            become_ready (chat);
        return;
    }
    if (!chat->outgoing && chat->state == TALK_STATE_ACCEPTING && chat->keys.now.used) {
        if (chat->keys.now.fingerprint != remote->key_fingerprint)
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
    gboolean declined =
        chat->state == TALK_STATE_ASKING || chat->state == TALK_STATE_WAITING;
    /* one that was never ready has no history but what waits for it here */
    gboolean deleted = remote->history_deleted && !declined;

    if (deleted && !chat->handshake.discard_pending) {
        chat->handshake.delete_history = TRUE; /* its entry goes as well */
        chat->end.save = TRUE;
        if (chat->state == TALK_STATE_CLOSED)
            secret_tell_state (chat);
    }
    /* a closed one stays as it is, with the word it may still owe the server (SC-A20) */
    secret_end (chat,
                elsewhere  ? TALK_CLOSED_ELSEWHERE
                : declined ? TALK_CLOSED_DECLINED
                           : TALK_CLOSED_BY_PEER,
                NULL, FALSE);
    chat->end.flush |= deleted; /* SC-A25 */
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
    if (chat->state != TALK_STATE_ACCEPTING || !chat->handshake.asked_server)
        return FALSE;
    become_ready (chat);
    return TRUE;
}

void
secret_handshake_wipe (SecretChat *chat)
{
    SecretHandshake *handshake = &chat->handshake;

    crypto_wipe (handshake->exponent, sizeof handshake->exponent);
    handshake->has_exponent = FALSE;
    handshake->has_public = FALSE;
    handshake->has_peer_public = FALSE;
    handshake->derives = FALSE;
    g_clear_pointer (&handshake->server_random, crypto_secret_free);
    handshake->token = 0;
}

/* --- the record --- */

/* The creator's value is g_a, whoever it is. */
void
secret_handshake_save (const SecretChat *chat, SecretRecord *record)
{
    const SecretHandshake *handshake = &chat->handshake;
    RecChat *rec = &record->chat;
    TlBytes own = secret_optional (handshake->has_public, handshake->g_own, 256);
    TlBytes peer = secret_optional (handshake->has_peer_public, handshake->g_peer, 256);

    rec->has_g = handshake->g != 0;
    rec->g = handshake->g;
    rec->p = secret_optional (handshake->g != 0, handshake->p, 256);
    rec->exponent = secret_optional (handshake->has_exponent, handshake->exponent, 256);
    rec->g_a = chat->outgoing ? own : peer;
    rec->g_b = chat->outgoing ? peer : own;
    rec->asked = handshake->asked_server ||
                 (chat->state == TALK_STATE_ACCEPTING && handshake->has_public);
    rec->delete_history = handshake->delete_history;
    rec->discard_pending = handshake->discard_pending;
}

static gboolean
load_optional (TlBytes bytes, uint8_t *out, gboolean *there)
{
    *there = bytes.data != NULL;
    return !*there || secret_fixed (bytes, out, 256);
}

gboolean
secret_handshake_load (SecretChat *chat, const SecretRecord *record)
{
    SecretHandshake *handshake = &chat->handshake;
    const RecChat *rec = &record->chat;

    handshake->g = rec->has_g ? rec->g : 0;
    handshake->asked_server = rec->asked;
    handshake->delete_history = rec->delete_history;
    handshake->discard_pending = rec->discard_pending;
    return (handshake->g == 0 || secret_fixed (rec->p, handshake->p, 256)) &&
           load_optional (rec->exponent, handshake->exponent, &handshake->has_exponent) &&
           load_optional (chat->outgoing ? rec->g_a : rec->g_b, handshake->g_own,
                          &handshake->has_public) &&
           load_optional (chat->outgoing ? rec->g_b : rec->g_a, handshake->g_peer,
                          &handshake->has_peer_public);
}
