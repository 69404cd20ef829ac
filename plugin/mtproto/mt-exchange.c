/* What packets go under: a permanent key, made once, and a temporary one, made and bound
 * for a day, which all sessions of the data centre use (MT-C39 to C42).
 *
 *   connected -> [exchange, permanent] -> [exchange, temporary] -> move -> bind -> ready
 *   an hour before its end -> exchange, beside the session -> quiet -> move -> bind
 *
 * Quiet: no new calls; those that wait get their answers under the old key, as far as they
 * come soon. Until the server has said yes nothing goes out but the question. */
#include "mt-private.h"
#include "mtproto.tl.h"
#include "tl-encode.h"
#include "tl-tables.h"

#define YOUNG 60              /* s: the server may not know it everywhere yet (MT-C42) */
#define EXCHANGE_WITHIN 15000 /* ms for all of it (MT-C27) */
#define LIVES 86400           /* s of a temporary key (MT-C39) */
#define RENEW_AGAIN 300       /* s after a renewal that failed */
#define QUIET_WITHIN 10000    /* ms until calls go again, under the new key */
#define LOST_YOUNG 3          /* failures: keys that live so short are not made at once */
#define LOOK_AGAIN 200        /* ms: whether another session has made what is missing */

static int64_t
seconds_of (const MtSession *s, HostTime now)
{
    return mt_clock_server_ms (&s->clock, now) / 1000;
}

MtKey *
mt_exchange_usable (MtSession *s, HostTime now)
{
    MtKey *key = s->key;

    if (!s->clock.known && key->time_known) {
        s->clock.known = TRUE;
        s->clock.offset = key->offset;
    }
    if (!key->known || !s->temporary)
        return key->known ? key : NULL;
    if (key->temporary == NULL || !mt_key_is_over (key->temporary, seconds_of (s, now)))
        return key->temporary;
    if (!s->config.borrows)
        mt_key_unbind (key, key->temporary);
    return NULL;
}

gboolean
mt_exchange_is_young (const MtSession *s, const MtKey *key, HostTime now)
{
    int64_t age = seconds_of (s, now) - key->created;

    return age > -YOUNG && age < YOUNG;
}

void
mt_exchange_lose (MtSession *s, const char *why, HostTime now)
{
    if (s->config.borrows) { /* it is in use elsewhere, where its loss will be heard */
        mt_end_drop (s, MT_TROUBLE_KEY_UNKNOWN, why);
        return;
    }
    mt_key_unbind (s->key, s->live);
    mt_end_drop_for (s, MT_TROUBLE_CLOSED,
                     mt_exchange_is_young (s, s->live, now) ? LOST_YOUNG : 0, why);
}

static void
lay_down (MtSession *s)
{
    g_clear_pointer (&s->handshake, mt_handshake_free);
    if (s->key->maker == s)
        s->key->maker = NULL;
    s->look_at = HOST_NEVER;
}

/* --- exchange --- */

/* A new key; what the server says of its time is worth more than what was known. */
static void
take_key (MtSession *s, HostTime now)
{
    uint8_t bytes[256];
    int64_t salt, offset;
    MtKey *key = s->key, *made = NULL;

    mt_handshake_result (s->handshake, bytes, &salt, &offset);
    gboolean permanent = mt_handshake_expires_in (s->handshake) == 0;
    g_clear_pointer (&s->handshake, mt_handshake_free);
    if (s->state == MT_STATE_EXCHANGING) {
        s->clock.offset = offset;
        s->clock.known = TRUE;
    }
    key->offset = s->clock.offset;
    key->time_known = TRUE;
    int64_t id = crypto_key_id (bytes);
    if ((key->known && crypto_key_id (key->key) == id) ||
        (s->live->known && crypto_key_id (s->live->key) == id)) { /* MT-C24 */
        mt_end_drop (s, MT_TROUBLE_EXCHANGE, "a key that is in use already");
    } else if (permanent) {
        memcpy (key->key, bytes, sizeof key->key);
        mt_key_made (key, salt, seconds_of (s, now));
        made = s->temporary ? NULL : mt_key_ref (key);
    } else {
        HostTime began = { .mono = s->exchange_began, .wall = now.wall };
        made = mt_key_new_temporary (key, bytes, salt, seconds_of (s, now),
                                     seconds_of (s, began) + LIVES);
    }
    crypto_wipe (bytes, sizeof bytes);
    s->next = made;
    s->quiet_until = now.mono + QUIET_WITHIN;
}

static void
after_step (MtSession *s, MtHandshakeResult result, TlWriter *body, HostTime now)
{
    g_auto (TlWriter) packet = { 0 };

    switch (result) {
    case MT_HANDSHAKE_SEND:
        tl_writer_space (&packet, MT_FRAME_ROOM);
        mt_plain_seal (mt_clock_next_id (&s->clock, s->config.random, now), body->data,
                       body->len, &packet);
        mt_send_packet (s, &packet);
        break;
    case MT_HANDSHAKE_NEED_PRIME:
        s->ops->check_prime (s->user, mt_handshake_prime (s->handshake));
        break;
    case MT_HANDSHAKE_DONE:
        take_key (s, now);
        if (s->next == NULL && !mt_end_is_near (s))
            mt_exchange_begin (s, now); /* the temporary one */
        break;
    case MT_HANDSHAKE_UNKNOWN_KEY:
        mt_end_drop (s, MT_TROUBLE_SERVER_KEY, mt_handshake_reason (s->handshake));
        break;
    case MT_HANDSHAKE_FAILED:
        mt_end_drop (s, MT_TROUBLE_EXCHANGE, mt_handshake_reason (s->handshake));
        break;
    }
}

void
mt_exchange_begin (MtSession *s, HostTime now)
{
    g_auto (TlWriter) body = { 0 };

    if (s->config.borrows || (s->key->maker != NULL && s->key->maker != s)) {
        s->look_at = now.mono + LOOK_AGAIN;
        return;
    }
    s->key->maker = s;
    s->exchange_began = now.mono;
    s->step_deadline = now.mono + EXCHANGE_WITHIN;
    s->handshake = mt_handshake_new (&s->config, s->key->known ? LIVES : 0);
    MtHandshakeResult result = mt_handshake_start (s->handshake, &body);
    after_step (s, result, &body, now);
}

void
mt_exchange_receive (MtSession *s, const uint8_t *payload, size_t len, HostTime now)
{
    g_auto (TlWriter) body = { 0 };
    const uint8_t *data;
    size_t data_len;

    if (!mt_plain_open (payload, len, &data, &data_len)) {
        mt_end_drop (s, MT_TROUBLE_GARBAGE, "a packet of the key exchange does not open");
        return;
    }
    MtHandshakeResult result =
        mt_handshake_receive (s->handshake, data, data_len, now, &body);
    after_step (s, result, &body, now);
}

void
mt_exchange_prime_checked (MtSession *s, const uint8_t p[static 256], gboolean good,
                           HostTime now)
{
    g_auto (TlWriter) body = { 0 };

    if (s->handshake == NULL || !crypto_equal (p, mt_handshake_prime (s->handshake), 256))
        return; /* of an attempt that is over */
    MtHandshakeResult result = mt_handshake_prime_checked (s->handshake, good, &body);
    after_step (s, result, &body, now);
}

/* --- binding --- */

static void
answer_cb (void *user, TlMessage *answer, const MtError *error)
{
    MtSession *s = user;
    gboolean truth = answer != NULL && tl_message_root (answer)->id == TL_BOOL_TRUE_ID;

    s->bind = NULL;
    s->end.bind = mt_call_judge_bind (truth, error != NULL ? error->code : 0,
                                      error != NULL ? error->type : NULL);
}

void
mt_exchange_bind (MtSession *s, HostTime now)
{
    MtCall *call = g_new0 (MtCall, 1);

    call->method = tl_schema_find (s->config.schema, MtpAuthBindTempAuthKey_ID);
    call->name = tl_id_name (s->config.schema, MtpAuthBindTempAuthKey_ID);
    call->flags = MT_CALL_BEFORE_LOGIN;
    call->func = answer_cb;
    call->user = s;
    g_queue_push_head (&s->calls, call);
    s->bind = call;
    s->step_deadline = now.mono + EXCHANGE_WITHIN;
}

void
mt_exchange_bound (MtSession *s)
{
    mt_key_bind (s->key, s->live);
    lay_down (s);
    s->step_deadline = HOST_NEVER;
}

void
mt_exchange_stop (MtSession *s)
{
    MtCall *call = g_steal_pointer (&s->bind);

    if (call != NULL) {
        g_queue_remove (&s->calls, call);
        mt_send_forget (s, call);
        mt_call_free (call);
    }
    g_clear_pointer (&s->next, mt_key_unref);
    lay_down (s);
}

/* --- time --- */

/* The key of a session that runs: replaced by another session, at its end, or near it. */
static void
look_after (MtSession *s, HostTime now)
{
    MtKey *live = s->live, *key = s->key;

    if (live->expires == 0)
        return;
    if (key->temporary != NULL && key->temporary != live) {
        s->end.move = mt_key_ref (key->temporary);
    } else if (key->temporary == NULL) {
        mt_end_drop (s, MT_TROUBLE_CLOSED, "the temporary key is gone");
    } else if (mt_key_is_over (live, seconds_of (s, now))) {
        mt_exchange_lose (s, "the temporary key is over", now);
    } else if (!s->config.borrows && key->maker == NULL &&
               key->renew_at <= seconds_of (s, now)) {
        g_debug ("[dc%d] another temporary key is due", s->config.dc);
        key->renew_at = seconds_of (s, now) + RENEW_AGAIN;
        mt_exchange_begin (s, now);
    }
}

void
mt_exchange_advance (MtSession *s, HostTime now)
{
    if (mt_end_is_near (s))
        return;
    if ((s->state == MT_STATE_READY || s->bind != NULL) &&
        (!s->key->known || !s->live->known)) {
        mt_end_drop (s, MT_TROUBLE_CLOSED, "the key was forgotten");
        return;
    }
    if (s->state == MT_STATE_EXCHANGING && s->look_at <= now.mono) {
        MtKey *usable = mt_exchange_usable (s, now);
        s->look_at = HOST_NEVER;
        if (usable != NULL)
            s->end.move = mt_key_ref (usable);
        else
            mt_exchange_begin (s, now);
    } else if (s->next != NULL) {
        if (s->state == MT_STATE_EXCHANGING || mt_send_in_flight (s) == 0 ||
            s->quiet_until <= now.mono)
            s->end.move = g_steal_pointer (&s->next);
    } else if (s->state == MT_STATE_READY && s->bind == NULL && s->temporary) {
        look_after (s, now);
    }
}

int64_t
mt_exchange_deadline (const MtSession *s)
{
    int64_t deadline = s->look_at, at;

    if (s->next != NULL)
        return MIN (deadline, s->quiet_until);
    if (s->state != MT_STATE_READY || s->live->expires == 0 || s->bind != NULL)
        return deadline;
    at =
        s->key->maker == NULL && !s->config.borrows ? s->key->renew_at : s->live->expires;
    return MIN (deadline, MAX (at * 1000 - s->clock.offset, 0));
}
