/* A new key inside a running chat (SECRET-CHATS.md section F).
 *
 *   A: RequestKey ->             <- AcceptKey              CommitKey (old key) ->
 *      A_ASKED       A_COMMIT [holes closed]   A_DONE until B used the new key -> IDLE
 *   B: <- RequestKey    AcceptKey ->          <- CommitKey or a message under the new key
 *      B_ACCEPT [holes closed]   B_WAIT   Noop (new key) ->   B_DONE until A used it,
 *      B_DRAIN until A has all that was sent under the old key -> IDLE
 *
 *   Both asked: the higher exchange_id stays A, the other becomes B; equal ones end, and a pause. An
 *   AbortKey ends A_ASKED, B_ACCEPT and B_WAIT, twenty messages without an answer A_ASKED:
 *   IDLE, and a pause.
 *
 * secret_rekey_step() is this drawing. `other` holds the candidate before the switch and
 * the previous key after it.
 */
#include "secret-private.h"

#include "secret.tl.h"

#include <string.h>

#define MESSAGES_MAX 100                        /* with one key (SC-F2) */
#define AGE_MAX ((int64_t)7 * 24 * 3600 * 1000) /* ms (SC-F2) */
#define LAYER_MIN 20                            /* SC-F1 */
#define PEER_EVERY 20                           /* messages between the peer's (SC-M23) */
#define STUCK_AFTER 20                          /* newer peer messages (SC-F18) */
#define FAILURES_MAX 2                          /* SC-F9 */

typedef SecretDecryptedMessageActionRequestKey RequestKey;
typedef SecretDecryptedMessageActionAcceptKey AcceptKey;
typedef SecretDecryptedMessageActionCommitKey CommitKey;
typedef SecretDecryptedMessageActionAbortKey AbortKey;

static void
set_step (SecretChat *chat, SecretRekeyStep step)
{
    static const char *const names[] = {
        [SECRET_REKEY_IDLE] = "idle",          [SECRET_REKEY_A_ASKED] = "A asked",
        [SECRET_REKEY_A_COMMIT] = "A commits", [SECRET_REKEY_A_DONE] = "A done",
        [SECRET_REKEY_B_ACCEPT] = "B accepts", [SECRET_REKEY_B_WAIT] = "B waits",
        [SECRET_REKEY_B_DONE] = "B done",      [SECRET_REKEY_B_DRAIN] = "B drains",
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (names) == SECRET_REKEY_B_DRAIN + 1);

    g_debug ("[chat %d] re-keying: %s -> %s", chat->id, names[chat->rekey.step],
             names[step]);
    chat->rekey.step = step;
    chat->end.save = TRUE;
}

/* Back to idle; the exponent and what is in `other` go. */
static void
end (SecretChat *chat)
{
    set_step (chat, SECRET_REKEY_IDLE);
    secret_key_wipe (&chat->keys.other);
    crypto_wipe (&chat->rekey.exchange, sizeof chat->rekey.exchange);
}

static void
swap_keys (SecretChat *chat)
{
    SecretKey old = chat->keys.now;

    chat->rekey.pause = (SecretPause){ 0 };
    chat->keys.now = chat->keys.other;
    chat->keys.other = old;
    secret_key_wipe (&old);
}

static void
send_abort (SecretChat *chat, int64_t exchange_id, HostTime now)
{
    SecretDecryptedMessageActionAbortKey action =
        TL_NEW (SecretDecryptedMessageActionAbortKey, .exchange_id = exchange_id);
    secret_send_action (chat, TL_OBJ (&action), now);
}

/* Some clients take the server's present group for a new key, not the chat's own: the
 * two sides would never agree (SC-F4). */
static gboolean
is_barred (const SecretChat *chat)
{
    const SecretEnv *env = chat->env;

    return env->current_g != 0 && (env->current_g != chat->handshake.g ||
                                   memcmp (env->current_p, chat->handshake.p, 256) != 0);
}

static void
advise_new_chat (SecretChat *chat)
{
    if (chat->rekey.group_told)
        return;
    chat->rekey.group_told = TRUE;
    chat->end.save = TRUE;
    secret_tell_notice (chat, TALK_NOTICE_OLD_GROUP, FALSE, 0);
}

/* The next attempt waits for the next occasion (SC-F18, F19). */
static void
postpone (SecretChat *chat, HostTime now)
{
    chat->rekey.pause =
        (SecretPause){ chat->numbers.raw_in + chat->numbers.raw_out, now.wall };
    chat->end.save = TRUE;
}

static void
failed (SecretChat *chat, HostTime now)
{
    postpone (chat, now);
    if (is_barred (chat)) { /* not the peer's fault (SC-F4) */
        advise_new_chat (chat);
        return;
    }
    if (++chat->rekey.failures >= FAILURES_MAX)
        secret_end (chat, TALK_CLOSED_BAD_KEY,
                    "two exchanges of a new key failed (SC-F9)", TRUE);
}

static gboolean
start (SecretChat *chat, HostTime now)
{
    SecretRekey *rekey = &chat->rekey;
    TlBytes none = { NULL, 0 };

    if (rekey->step != SECRET_REKEY_IDLE || chat->keys.other.used || /* SC-F3 */
        is_barred (chat))                                            /* SC-F4 */
        return FALSE;
    if (!crypto_random_int64 (chat->env->random, &rekey->exchange.id) ||
        !secret_draw_exponent (chat, none, rekey->exchange.exponent,
                               rekey->exchange.public_value))
        return FALSE;
    SecretDecryptedMessageActionRequestKey action =
        TL_NEW (SecretDecryptedMessageActionRequestKey, .exchange_id = rekey->exchange.id,
                .g_a = TL_BYTES (rekey->exchange.public_value, 256));
    SecretOut *out = secret_send_action (chat, TL_OBJ (&action), now);
    if (out == NULL)
        return FALSE;
    rekey->exchange.asked = SECRET_ASKED_UNKNOWN;
    rekey->exchange.asked_out = out->raw_out;
    set_step (chat, SECRET_REKEY_A_ASKED);
    return TRUE;
}

/* --- as B --- */

/* Under the present key, or one that is not known any more. */
static gboolean
is_present (const SecretChat *chat, int64_t key)
{
    return key == 0 || key == chat->keys.now.fingerprint;
}

/* A key is refused that is in use, or was (SC-F6). */
static gboolean
is_fresh (const SecretChat *chat, const SecretKey *candidate)
{
    return candidate->fingerprint != chat->keys.now.fingerprint &&
           (!chat->keys.other.used ||
            candidate->fingerprint != chat->keys.other.fingerprint);
}

static void
take_request (SecretChat *chat, const RequestKey *request, HostTime now)
{
    uint8_t g_b[256];
    SecretKey candidate = { 0 };

    if (!secret_agree_take (chat, request->exchange_id, request->g_a, g_b, &candidate) ||
        !is_fresh (chat, &candidate)) {
        secret_key_wipe (&candidate);
        send_abort (chat, request->exchange_id, now); /* SC-F6 */
        return;
    }
    chat->keys.other = candidate;
    secret_key_wipe (&candidate);
    memset (&chat->rekey.exchange, 0, sizeof chat->rekey.exchange);
    chat->rekey.exchange.id = request->exchange_id;
    memcpy (chat->rekey.exchange.public_value, g_b, sizeof g_b);
    set_step (chat, SECRET_REKEY_B_ACCEPT);
}

/* `raw_in` counts the request. */
static gboolean
is_too_soon (const SecretChat *chat, int32_t raw_in)
{
    return chat->rekey.peer_at >= 0 &&
           raw_in - chat->rekey.peer_at < PEER_EVERY; /* SC-M23 */
}

static void
requested (SecretChat *chat, const RequestKey *request, int64_t key, HostTime now)
{
    if (!is_present (chat, key))
        return;
    chat->rekey.peer_at = chat->numbers.raw_in;
    if (is_barred (chat)) { /* SC-F4 */
        send_abort (chat, request->exchange_id, now);
        advise_new_chat (chat);
    } else {
        take_request (chat, request, now);
    }
}

static void
send_accept (SecretChat *chat, HostTime now)
{
    SecretDecryptedMessageActionAcceptKey action = TL_NEW (
        SecretDecryptedMessageActionAcceptKey, .exchange_id = chat->rekey.exchange.id,
        .g_b = TL_BYTES (chat->rekey.exchange.public_value, 256),
        .key_fingerprint = chat->keys.other.fingerprint);

    if (secret_send_action (chat, TL_OBJ (&action), now) != NULL)
        set_step (chat, SECRET_REKEY_B_WAIT);
}

static void
switch_as_b (SecretChat *chat, HostTime now)
{
    SecretDecryptedMessageActionNoop noop = TL_NEW (SecretDecryptedMessageActionNoop);

    swap_keys (chat);
    set_step (chat, SECRET_REKEY_B_DONE);
    secret_tell_notice (chat, TALK_NOTICE_REKEYED, FALSE, 0);
    secret_send_action (chat, TL_OBJ (&noop), now); /* SC-F11 */
}

static void
committed (SecretChat *chat, const CommitKey *commit, HostTime now)
{
    if (commit->key_fingerprint == chat->keys.other.fingerprint)
        switch_as_b (chat, now);
    else /* SC-F9 */
        secret_end (chat, TALK_CLOSED_BAD_KEY,
                    "the committed key has another fingerprint (SC-F9)", TRUE);
}

/* --- as A --- */

/* Both asked at once: the higher id stands, equal ones cancel each other (SC-F15). Ours waits for its next
 * occasion, unless theirs brings a key: else a peer that collides each time has us ask each time. */
static void
collided (SecretChat *chat, const RequestKey *request, int64_t key, HostTime now)
{
    int64_t ours = chat->rekey.exchange.id;

    if (ours > request->exchange_id)
        return; /* theirs is ignored silently */
    end (chat);
    postpone (chat, now);
    if (ours < request->exchange_id)
        requested (chat, request, key, now);
}

static void
accepted (SecretChat *chat, const AcceptKey *accept, HostTime now)
{
    SecretRekey *rekey = &chat->rekey;
    int64_t exchange_id = rekey->exchange.id;

    if (!secret_agree_take (chat, exchange_id, accept->g_b, NULL, &chat->keys.other) ||
        chat->keys.other.fingerprint != accept->key_fingerprint ||
        chat->keys.other.fingerprint == chat->keys.now.fingerprint) {
        end (chat);
        send_abort (chat, exchange_id, now); /* SC-F9 */
        failed (chat, now);
        return;
    }
    crypto_wipe (rekey->exchange.exponent, sizeof rekey->exchange.exponent); /* SC-F20 */
    set_step (chat, SECRET_REKEY_A_COMMIT);
}

/* TDLib stores a request and answers it at its next event: what its user writes between,
 * perhaps without a connection, acknowledges the request and proves nothing. Something of
 * ours that it had later was such an event: what is written after that counts. */
static void
watch_for_answer (SecretChat *chat)
{
    SecretRekey *rekey = &chat->rekey;

    if (rekey->exchange.asked == SECRET_ASKED_PASSED ||
        chat->numbers.peer_in <= rekey->exchange.asked_out)
        return;
    rekey->exchange.asked_out =
        chat->numbers.peer_in; /* the next of ours that it will have */
    if (rekey->exchange.asked == SECRET_ASKED_UNKNOWN) {
        rekey->exchange.asked = SECRET_ASKED_THERE;
    } else {
        rekey->exchange.asked = SECRET_ASKED_PASSED;
        rekey->exchange.passed_in = chat->numbers.raw_in;
    }
}

/* Nobody will answer (SC-F18). */
static gboolean
is_stuck (const SecretChat *chat)
{
    return chat->rekey.exchange.asked == SECRET_ASKED_PASSED &&
           chat->numbers.raw_in - chat->rekey.exchange.passed_in >= STUCK_AFTER;
}

/* Messages of the peer, also those behind a hole. */
static int32_t
heard (const SecretChat *chat)
{
    return chat->numbers.raw_in + (int32_t)chat->holes.queue->len;
}

static void
send_commit (SecretChat *chat, HostTime now)
{
    SecretRekey *rekey = &chat->rekey;
    SecretDecryptedMessageActionCommitKey action =
        TL_NEW (SecretDecryptedMessageActionCommitKey, .exchange_id = rekey->exchange.id,
                .key_fingerprint = chat->keys.other.fingerprint);
    SecretOut *out = secret_send_action (chat, TL_OBJ (&action), now); /* SC-F7 */

    if (out == NULL)
        return;
    rekey->exchange.commit_out = out->raw_out;
    rekey->exchange.commit_heard = heard (chat);
    swap_keys (chat);
    set_step (chat, SECRET_REKEY_A_DONE);
    secret_tell_notice (chat, TALK_NOTICE_REKEYED, FALSE, 0);
}

/* An iOS peer cannot open what follows CommitKey before it has that, and so does not see
 * the hole where it got lost: while the peer goes on without it, it is sent again, the
 * same bytes, as if it had been asked for (SC-F21). */
static void
repeat_commit (SecretChat *chat, HostTime now)
{
    SecretRekey *rekey = &chat->rekey;
    int32_t number = secret_seq_out (secret_numbers_x (chat), rekey->exchange.commit_out);

    if (chat->numbers.peer_in > rekey->exchange.commit_out ||
        heard (chat) - rekey->exchange.commit_heard < STUCK_AFTER)
        return;
    rekey->exchange.commit_heard = heard (chat);
    chat->end.save = TRUE;
    secret_outbox_resend (chat, number, number, now);
}

/* Sealed under the new key, such a message would make A drop the old one while others
 * under it are still on their way (SC-F14). */
static gboolean
has_old_messages (const SecretChat *chat)
{
    for (unsigned i = 0; i < chat->outbox.list->len; i++)
        if (((SecretOut *)g_ptr_array_index (chat->outbox.list, i))->fingerprint ==
            chat->keys.other.fingerprint)
            return TRUE;
    return FALSE;
}

/* --- the switch --- */

/* SC-F2; after an attempt that failed the messages and the week count from there. */
static gboolean
is_due (const SecretChat *chat, HostTime now)
{
    int32_t messages = chat->keys.now.messages;
    int64_t since = chat->keys.now.created;

    if (chat->layers.peer != 0 && chat->layers.peer < LAYER_MIN)
        return FALSE; /* SC-F1 */
    if (chat->rekey.pause.wall != 0) {
        messages = MIN (messages, chat->numbers.raw_in + chat->numbers.raw_out -
                                      chat->rekey.pause.raw);
        since = MAX (since, chat->rekey.pause.wall);
    }
    return messages > MESSAGES_MAX ||
           (messages > 0 && since > 0 && now.wall - since > AGE_MAX);
}

static void
begin_if_due (SecretChat *chat, HostTime now)
{
    if (!is_due (chat, now))
        return;
    if (is_barred (chat))
        advise_new_chat (chat);
    else
        start (chat, now);
}

static void
give_up (SecretChat *chat, HostTime now)
{
    end (chat);
    postpone (chat, now);
}

/* Each step with all that it waits for, in the order of the drawing. TRUE: the step it came
 * to looks at the same input. */
static gboolean
step (SecretChat *chat, const SecretRekeyInput *in, HostTime now)
{
    const int64_t id = chat->rekey.exchange.id;
    const RequestKey *request =
        TL_AS (in->action, SecretDecryptedMessageActionRequestKey);
    const AcceptKey *accept = TL_AS (in->action, SecretDecryptedMessageActionAcceptKey);
    const CommitKey *commit = TL_AS (in->action, SecretDecryptedMessageActionCommitKey);
    const AbortKey *stop = TL_AS (in->action, SecretDecryptedMessageActionAbortKey);
    gboolean whole = in->settles && chat->holes.queue->len == 0; /* SC-F8 */
    gboolean stopped = stop != NULL && stop->exchange_id == id;  /* SC-F16, F19 */
    gboolean used = in->used && in->key == chat->keys.now.fingerprint && !in->again;

    switch (chat->rekey.step) {
    case SECRET_REKEY_IDLE:
        if (request != NULL && !is_too_soon (chat, chat->numbers.raw_in))
            requested (chat, request, in->key, now);
        else if (whole)
            begin_if_due (chat, now);
        break;
    case SECRET_REKEY_A_ASKED:
        if (request != NULL)
            collided (chat, request, in->key, now);
        else if (accept != NULL && accept->exchange_id == id)
            accepted (chat, accept, now);
        else if (in->settles)
            watch_for_answer (chat);
        if (stopped || (in->settles && is_stuck (chat)))
            give_up (chat, now);
        break;
    case SECRET_REKEY_A_COMMIT:
        if (whole)
            send_commit (chat, now);
        break;
    case SECRET_REKEY_A_DONE:
        if (used)
            end (chat); /* SC-F12 */
        else if (in->settles)
            repeat_commit (chat, now);
        break;
    case SECRET_REKEY_B_ACCEPT:
        if (whole)
            send_accept (chat, now);
        else if (stopped)
            give_up (chat, now);
        break;
    case SECRET_REKEY_B_WAIT:
        if (commit != NULL && commit->exchange_id == id) {
            committed (chat, commit, now);
        } else if (in->used && in->key == chat->keys.other.fingerprint) {
            switch_as_b (chat, now); /* SC-F10 */
            return TRUE;
        } else if (stopped) {
            give_up (chat, now);
        }
        break;
    case SECRET_REKEY_B_DONE:
        if (used) /* A has proved the new key: nothing is opened with the old one */
            set_step (chat, SECRET_REKEY_B_DRAIN);
        break;
    case SECRET_REKEY_B_DRAIN:
        if ((in->settles && !has_old_messages (chat)) ||
            (request != NULL && is_present (chat, in->key))) { /* A is further */
            end (chat);
            return TRUE;
        }
        break;
    }
    return FALSE;
}

/* Whether a request whose turn comes is answered with a key, as step() will have it: what its
 * own key proves comes first. */
static gboolean
takes (const SecretChat *chat, const RequestKey *request, const SecretRekeyInput *in)
{
    gboolean proves = in->key == chat->keys.now.fingerprint && !in->again;
    gboolean present = is_present (chat, in->key);
    gboolean soon = is_too_soon (chat, chat->numbers.raw_in + 1);

    if (request->exchange_id == 0 || is_barred (chat))
        return FALSE;
    switch (chat->rekey.step) {
    case SECRET_REKEY_IDLE:
    case SECRET_REKEY_B_DRAIN:
        return present && !soon;
    case SECRET_REKEY_A_ASKED:
        return present && chat->rekey.exchange.id < request->exchange_id;
    case SECRET_REKEY_A_DONE:
    case SECRET_REKEY_B_DONE:
        return proves && !soon;
    case SECRET_REKEY_B_WAIT:
        return in->key == chat->keys.other.fingerprint && !in->again && !soon;
    case SECRET_REKEY_A_COMMIT:
    case SECRET_REKEY_B_ACCEPT:
        break;
    }
    return FALSE;
}

gboolean
secret_rekey_waits (SecretChat *chat, SecretRekeyInput input)
{
    const RequestKey *request =
        TL_AS (input.action, SecretDecryptedMessageActionRequestKey);
    const AcceptKey *accept = TL_AS (input.action, SecretDecryptedMessageActionAcceptKey);

    if (request != NULL && takes (chat, request, &input))
        return !secret_agree_ready (chat, request->exchange_id, request->g_a, NULL);
    if (accept != NULL && chat->rekey.step == SECRET_REKEY_A_ASKED &&
        accept->exchange_id == chat->rekey.exchange.id)
        return !secret_agree_ready (chat, accept->exchange_id, accept->g_b,
                                    chat->rekey.exchange.exponent);
    return FALSE;
}

void
secret_rekey_step (SecretChat *chat, SecretRekeyInput input, HostTime now)
{
    const RequestKey *request =
        TL_AS (input.action, SecretDecryptedMessageActionRequestKey);

    if (request != NULL && request->exchange_id == 0)
        return; /* SC-M23 */
    while (step (chat, &input, now))
        ;
}

TalkCode
secret_rekey_start (SecretChat *chat, HostTime now)
{
    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    return start (chat, now) ? TALK_DONE : TALK_INVALID;
}

void
secret_rekey_pump (SecretChat *chat, HostTime now)
{
    if (chat->state == TALK_STATE_READY)
        secret_rekey_step (chat, (SecretRekeyInput){ .settles = TRUE }, now);
}

void
secret_rekey_wipe (SecretChat *chat)
{
    secret_agree_wipe (chat);
    chat->rekey.step = SECRET_REKEY_IDLE;
    crypto_wipe (&chat->rekey.exchange, sizeof chat->rekey.exchange);
}
