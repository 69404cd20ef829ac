/* The peer model's keys: the first one, and re-keying as each client does it. */
#include "peer-model-private.h"

#include "crypto-envelope.h"
#include "dh-toy.h"
#include "secret.tl.h"

#include <string.h>

#define APART 25 /* own messages between two RequestKeys, at least (SC-M23 allows 20) */
#define DAY_MS ((int64_t)24 * 3600 * 1000)

void
peer_public (PeerModel *peer, uint8_t out[static 256])
{
    do
        g_assert_true (
            crypto_random_fill (peer->random, peer->exponent, sizeof peer->exponent));
    while (!crypto_dh_toy.power_g (3, crypto_dh_known_prime, peer->exponent, out) ||
           !crypto_dh_toy.is_public_value (crypto_dh_known_prime, out));
}

/* FALSE: the value is not taken (`weak` says what follows). */
static gboolean
derive (PeerModel *peer, TlBytes value, PeerReaction weak, PeerKey *key)
{
    uint8_t padded[256] = { 0 };

    memset (key, 0, sizeof *key);
    if (value.len > 256 || value.len == 0)
        return FALSE;
    memcpy (padded + 256 - value.len, value.data, value.len);
    if (weak != PEER_IGNORES &&
        !crypto_dh_toy.is_public_value (crypto_dh_known_prime, padded))
        return FALSE;
    crypto_dh_toy.power (padded, crypto_dh_known_prime, peer->exponent, key->key);
    key->id = crypto_key_id (key->key);
    return TRUE;
}

int64_t
peer_agree (PeerModel *peer, TlBytes value)
{
    if (!derive (peer, value, peer->traits->weak_value, &peer->key))
        peer_close (peer, "a public value out of range (SC-A6)");
    if (peer->traits->keeps_keys)
        g_array_append_val (peer->keys, peer->key);
    return peer->key.id;
}

/* --- steps --- */

static void
send_abort (PeerModel *peer, int64_t exchange_id)
{
    SecretDecryptedMessageActionAbortKey action =
        TL_NEW (SecretDecryptedMessageActionAbortKey, .exchange_id = exchange_id);
    peer_send_action (peer, TL_OBJ (&action));
}

static void
new_key_begins (PeerModel *peer)
{
    peer->step = PEER_IDLE;
    peer->since = 0;
    peer->key_time = peer->now;
    peer->rekeyed++;
}

/* Keeps both: the candidate sends, the previous key still opens. */
static void
swap (PeerModel *peer)
{
    PeerKey old = peer->key;

    peer->key = peer->other;
    peer->other = old;
    peer->may_forget = TRUE;
    new_key_begins (peer);
}

/* Where all keys are kept, the candidate is the one of all numbers from the next on. */
static void
add_key (PeerModel *peer)
{
    peer->other.from = peer->out;
    g_array_append_val (peer->keys, peer->other);
    peer->key = peer->other;
    memset (&peer->other, 0, sizeof peer->other);
    new_key_begins (peer);
}

static void
reset (PeerModel *peer)
{
    peer->step = PEER_IDLE;
    memset (&peer->other, 0, sizeof peer->other);
}

static gboolean
is_busy (const PeerModel *peer)
{
    return peer->step != PEER_IDLE || peer->other.id != 0;
}

gboolean
peer_rekey (PeerModel *peer)
{
    uint8_t g_a[256];

    if (peer->closed != NULL || is_busy (peer) ||
        (peer->exchange_at >= 0 && peer->out - peer->exchange_at < APART))
        return FALSE;
    peer_public (peer, g_a);
    peer->exchange_id = peer_random_id (peer);
    SecretDecryptedMessageActionRequestKey action =
        TL_NEW (SecretDecryptedMessageActionRequestKey, .exchange_id = peer->exchange_id,
                .g_a = TL_BYTES (g_a, sizeof g_a));
    peer->step = PEER_ASKED;
    peer->exchange_at = peer->out;
    peer_send_action (peer, TL_OBJ (&action));
    return TRUE;
}

static gboolean
is_due (const PeerModel *peer)
{
    const PeerTraits *traits = peer->traits;

    if (peer->rekey_now > 0)
        return peer->since > peer->rekey_now;
    return (traits->rekey_both > 0 && peer->since > traits->rekey_both) ||
           (traits->rekey_out > 0 && peer->key.out >= traits->rekey_out) ||
           (traits->rekey_in > 0 && peer->key.in >= traits->rekey_in) ||
           (traits->rekey_days > 0 &&
            peer->now - peer->key_time > (int64_t)traits->rekey_days * DAY_MS);
}

void
peer_rekey_pump (PeerModel *peer)
{
    if (peer->closed == NULL && peer->key.id != 0 && is_due (peer))
        peer_rekey (peer);
}

/* A message came in its turn. */
void
peer_rekey_used (PeerModel *peer, const PeerIn *in)
{
    if (peer->traits->keeps_keys || peer->other.id == 0)
        return;
    if (peer->traits->switches_late && peer->step != PEER_IDLE &&
        in->key_id == peer->other.id) {
        swap (peer); /* and the old one goes at once */
        memset (&peer->other, 0, sizeof peer->other);
    } else if (peer->may_forget && peer->step == PEER_IDLE &&
               in->key_id == peer->key.id) {
        memset (&peer->other, 0, sizeof peer->other);
    }
}

/* --- actions --- */

static void
answer (PeerModel *peer, const SecretDecryptedMessageActionRequestKey *request)
{
    uint8_t g_b[256];

    peer_public (peer, g_b);
    if (!derive (peer, request->g_a, peer->traits->weak_request, &peer->other)) {
        if (peer->traits->weak_request == PEER_CLOSES)
            peer_close (peer, "g_a of RequestKey is out of range (SC-F6)");
        else
            send_abort (peer, request->exchange_id);
        return;
    }
    peer->may_forget = FALSE;
    peer->step = PEER_ANSWERED;
    peer->exchange_id = request->exchange_id;
    SecretDecryptedMessageActionAcceptKey action = TL_NEW (
        SecretDecryptedMessageActionAcceptKey, .exchange_id = request->exchange_id,
        .g_b = TL_BYTES (g_b, sizeof g_b), .key_fingerprint = peer->other.id);
    peer_send_action (peer, TL_OBJ (&action));
}

/* TRUE: the other side's request is not answered. */
static gboolean
collides (PeerModel *peer, int64_t theirs)
{
    int64_t own = peer->exchange_id;
    gboolean own_wins = peer->traits->smaller_wins ? own <= theirs : own > theirs;

    if (own_wins)
        return TRUE;
    if (peer->traits->aborts_loser)
        send_abort (peer, own);
    peer->step = PEER_IDLE;
    return own == theirs && peer->traits->unexpected == PEER_CLOSES;
}

static void
on_request (PeerModel *peer, const SecretDecryptedMessageActionRequestKey *request)
{
    if (request->exchange_id == 0)
        peer_close (peer, "exchange_id is 0");
    if (peer->step == PEER_ASKED ||
        (peer->step != PEER_IDLE && peer->traits->switches_late)) {
        if (collides (peer, request->exchange_id))
            return;
    } else if (peer->traits->unexpected == PEER_CLOSES && is_busy (peer)) {
        peer_close (peer, "RequestKey %s (SC-F17)",
                    peer->step != PEER_IDLE ? "during an exchange"
                                            : "while the old key is in use");
        return;
    }
    answer (peer, request);
}

/* AcceptKey or CommitKey that does not belong to anything. */
static void
unexpected (PeerModel *peer, const char *what, int64_t exchange_id)
{
    if (peer->traits->unexpected == PEER_CLOSES) {
        peer_close (peer, "%s (SC-F17)", what);
    } else if (peer->traits->unexpected == PEER_ABORTS) {
        reset (peer);
        send_abort (peer, exchange_id);
    }
}

static void
on_accept (PeerModel *peer, const SecretDecryptedMessageActionAcceptKey *accept)
{
    PeerKey key;

    if (peer->step != PEER_ASKED || accept->exchange_id != peer->exchange_id) {
        unexpected (peer, "an unexpected AcceptKey", accept->exchange_id);
        return;
    }
    if (!derive (peer, accept->g_b, peer->traits->weak_value, &key) ||
        key.id != accept->key_fingerprint) {
        peer_close (peer, "AcceptKey has a bad g_b or fingerprint (SC-F9)");
        return;
    }
    peer->other = key;
    SecretDecryptedMessageActionCommitKey commit =
        TL_NEW (SecretDecryptedMessageActionCommitKey, .exchange_id = accept->exchange_id,
                .key_fingerprint = key.id);
    peer_send_action (peer, TL_OBJ (&commit));
    if (peer->traits->keeps_keys)
        add_key (peer);
    else if (peer->traits->switches_late)
        peer->step = PEER_COMMITTED;
    else
        swap (peer);
}

static void
on_commit (PeerModel *peer, const SecretDecryptedMessageActionCommitKey *commit)
{
    SecretDecryptedMessageActionNoop noop = TL_NEW (SecretDecryptedMessageActionNoop);

    if (peer->step != PEER_ANSWERED || commit->exchange_id != peer->exchange_id) {
        unexpected (peer, "an unexpected CommitKey", commit->exchange_id);
        return;
    }
    if (commit->key_fingerprint != peer->other.id) {
        peer_close (peer, "CommitKey has another fingerprint (SC-F9)");
        return;
    }
    if (peer->traits->keeps_keys)
        add_key (peer);
    else
        swap (peer);
    if (peer->traits->sends_noop)
        peer_send_action (peer, TL_OBJ (&noop));
}

static void
on_abort (PeerModel *peer, const SecretDecryptedMessageActionAbortKey *abort)
{
    if (abort->exchange_id != peer->exchange_id)
        return;
    if (peer->step != PEER_ASKED && peer->traits->odd_abort == PEER_CLOSES)
        peer_close (peer, "AbortKey in a state other than asked (SC-F17)");
    else if (peer->step != PEER_IDLE)
        reset (peer);
}

void
peer_rekey_action (PeerModel *peer, const TlObject *action)
{
    switch (action->id) {
    case SecretDecryptedMessageActionRequestKey_ID:
        on_request (peer, TL_AS (action, SecretDecryptedMessageActionRequestKey));
        break;
    case SecretDecryptedMessageActionAcceptKey_ID:
        on_accept (peer, TL_AS (action, SecretDecryptedMessageActionAcceptKey));
        break;
    case SecretDecryptedMessageActionCommitKey_ID:
        on_commit (peer, TL_AS (action, SecretDecryptedMessageActionCommitKey));
        break;
    default:
        on_abort (peer, TL_AS (action, SecretDecryptedMessageActionAbortKey));
        break;
    }
}
