/* The ladder from nothing to a running session, and back: connecting, deadlines, back-off,
 * the list of calls. */
#include "mt-private.h"
#include "mt-pause.h"
#include "mtproto.tl.h"
#include "tl-encode.h"

#define CONNECT_WITHIN 15000 /* ms (MT-B29: 10 s for TCP, the host adds its own) */
#define RENEW_EVERY 10000    /* ms between new sessions (MT-D32) */
#define REFUSALS_MAX 3       /* -404 to a key without a login, before another is made */
#define SALTS_EVERY 60000    /* ms between questions for salts (MT-D21) */
#define SALTS_WANTED 32
#define SALT_SPARE 3600                        /* s before a salt's end (MT-D21) */
#define WAITING_MAX (3 * MT_FRAME_PAYLOAD_MAX) /* bytes of frames for later turns */

static void
set_state (MtSession *s, MtState state)
{
    /* from -> allowed to */
    static const unsigned legal[] = {
        [MT_STATE_OFFLINE] = 1u << MT_STATE_CONNECTING | 1u << MT_STATE_FAILED,
        [MT_STATE_CONNECTING] = 1u << MT_STATE_OFFLINE | 1u << MT_STATE_EXCHANGING |
                                1u << MT_STATE_READY | 1u << MT_STATE_FAILED,
        [MT_STATE_EXCHANGING] =
            1u << MT_STATE_OFFLINE | 1u << MT_STATE_READY | 1u << MT_STATE_FAILED,
        [MT_STATE_READY] = 1u << MT_STATE_OFFLINE | 1u << MT_STATE_FAILED,
        [MT_STATE_FAILED] = 0,
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (legal) == MT_STATE_FAILED + 1);

    if (s->state == state)
        return;
    g_return_if_fail ((legal[s->state] & 1u << state) != 0);
    s->state = state;
    s->ops->state (s->user, state);
}

/* --- connection --- */

/* A new session id and clean counters. */
static void
new_session (MtSession *s, HostTime now)
{
    if (!crypto_random_int64 (s->config.random, &s->session_id))
        s->session_id = mt_clock_next_id (&s->clock, s->config.random, now);
    s->content = 0;
    s->seen.len = 0;
    s->header_done = FALSE;
    s->session_made = now.mono;
    mt_destroy_unheard (s);
    mt_silence_over (s);
    s->clock.last_id = 0;
    g_array_set_size (s->acks, 0);
    for (GList *l = s->calls.head; l != NULL; l = l->next) {
        MtCall *call = l->data;
        call->state = MT_CALL_QUEUED;
        call->keep_id = FALSE;
        call->msg_id = 0;
    }
    mt_send_clear (s);
}

/* No pong is waited for. */
static void
forget_ping (MtSession *s)
{
    s->pong_deadline = HOST_NEVER;
    s->doubt = 0;
}

static void
forget_connection (MtSession *s)
{
    g_clear_pointer (&s->frame, mt_frame_free);
    g_clear_pointer (&s->large, mt_large_free);
    mt_exchange_stop (s);
    s->step_deadline = HOST_NEVER;
    forget_ping (s);
    s->round_trip = 0;
    s->n_fetched = 0;
    s->more_at = HOST_NEVER;
    mt_destroy_unheard (s);
}

/* It is not there any more, or must not be; an address on which the server was not heard is
 * no good for now. */
static void
lose_connection (MtSession *s, gboolean close, HostTime now)
{
    if (s->state == MT_STATE_CONNECTING) {
        mt_race_stop (s, now);
    } else if (s->frame != NULL) {
        if (!s->proved)
            mt_routes_failed (s->routes, s->which, now.mono);
        if (close)
            s->ops->disconnect (s->user, s->slot);
    }
    forget_connection (s);
}

/* The pause is at least that after so many failures; those after it are not longer for that. */
static void
schedule_retry (MtSession *s, MtTrouble trouble, int least, HostTime now)
{
    int failures = s->pause.failures;

    s->retry_at = HOST_NEVER;
    mt_silence_disconnected (s, now);
    set_state (s, MT_STATE_OFFLINE);
    if (!s->wanted)
        return;
    s->pause.failures = MAX (failures, least);
    s->retry_at = now.mono + mt_pause_count (&s->pause, trouble, s->config.random, now);
    s->pause.failures = MIN (s->pause.failures, failures + 1);
    s->ops->pause (s->user, &s->pause);
}

static void
begin_connect (MtSession *s, HostTime now)
{
    s->retry_at = HOST_NEVER;
    s->step_deadline = now.mono + CONNECT_WITHIN;
    set_state (s, MT_STATE_CONNECTING);
    s->proved = FALSE;
    mt_race_start (s, now);
}

static void
become_ready (MtSession *s, HostTime now)
{
    s->step_deadline = HOST_NEVER;
    s->header_done = FALSE;
    s->last_received = now.mono;
    set_state (s, MT_STATE_READY);
    mt_silence_connected (s, now);
    mt_send_ping (s, now);
}

/* --- the end of an input --- */

static void
clear_end (MtSession *s)
{
    g_free (s->end.why);
    g_free (s->end.detail);
    mt_key_unref (s->end.move);
    s->end = (MtEnd){ 0 };
}

static void
was_heard (MtSession *s, HostTime now)
{
    s->proved = TRUE;
    mt_routes_worked (s->routes, s->which, now.mono);
    if (s->pause.trouble == MT_TROUBLE_NONE && s->pause.failures == 0)
        return;
    s->pause = (MtPause){ 0 };
    s->ops->pause (s->user, &s->pause);
}

static void
renew (MtSession *s, HostTime now)
{
    gboolean soon = now.mono - s->session_made < RENEW_EVERY;

    new_session (s, now);
    forget_ping (s); /* it was the old session's */
    s->ping_at = now.mono;
    s->calm_at = 0;
    if (s->logged_in)
        s->ops->updates (s->user, NULL);
    if (soon) /* at least 10 s (MT-D32) */
        mt_end_drop_for (s, MT_TROUBLE_CLOSED, 4, "sessions follow each other too fast");
}

static void
drop (MtSession *s, const MtEnd *end, HostTime now)
{
    if (s->state == MT_STATE_FAILED || s->state == MT_STATE_OFFLINE)
        return;
    g_debug ("[dc%d] dropping the connection: %s", s->config.dc, end->why);
    lose_connection (s, TRUE, now);
    schedule_retry (s, end->trouble, end->failures, now);
    /* a key that no login hangs on is not worth a question: another one is made */
    if (end->trouble == MT_TROUBLE_KEY_UNKNOWN && !s->logged_in && !s->config.guest &&
        s->pause.refusals >= REFUSALS_MAX)
        mt_key_forget (s->key);
}

static void
fail (MtSession *s, const MtEnd *end, HostTime now)
{
    g_debug ("[dc%d] giving up: %s", s->config.dc, end->detail);
    if (s->state != MT_STATE_OFFLINE)
        lose_connection (s, TRUE, now);
    s->wanted = FALSE;
    s->retry_at = HOST_NEVER;
    set_state (s, MT_STATE_FAILED);
    s->ops->failed (s->user, end->failure, end->detail);
}

/* A session under another key; calls go again. */
static void
move (MtSession *s, MtKey *key, HostTime now)
{
    if (s->live->known && s->live != key)
        s->old_id = crypto_key_id (s->live->key);
    mt_key_unref (s->live);
    s->live = mt_key_ref (key);
    new_session (s, now);
    forget_ping (s); /* it was the old session's */
    s->ping_at = now.mono;
    if (key->expires != 0 && s->key->temporary != key) {
        mt_exchange_bind (s, now);
        return;
    }
    was_heard (s, now);
    if (s->state == MT_STATE_EXCHANGING)
        become_ready (s, now);
}

/* The server does not know the permanent key, or says so of a new one, which it may not have
 * told all of its own yet (MT-C42). A key that no login hangs on is not worth a question. */
static void
is_unknown (MtSession *s, HostTime now)
{
    gboolean young = mt_exchange_is_young (s, s->key, now);

    if (s->key->temporary != NULL)
        mt_end_drop (s, MT_TROUBLE_CLOSED, "no other temporary key yet");
    else if (young)
        mt_end_drop (s, MT_TROUBLE_EXCHANGE, "the server does not know our new key yet");
    else
        mt_end_drop (s, MT_TROUBLE_KEY_UNKNOWN, "the server does not know our key");
    if (s->key->temporary == NULL && !young && !s->logged_in && !s->config.guest)
        mt_key_forget (s->key);
}

static void
was_asked (MtSession *s, MtBindAnswer answer, HostTime now)
{
    switch (answer) {
    case MT_BIND_NONE:
        break;
    case MT_BIND_DONE:
        g_debug ("[dc%d] the temporary key is bound", s->config.dc);
        mt_exchange_bound (s);
        was_heard (s, now);
        if (s->state == MT_STATE_EXCHANGING)
            become_ready (s, now);
        break;
    case MT_BIND_UNKNOWN:
        is_unknown (s, now);
        break;
    case MT_BIND_BUSY:
        mt_end_drop (s, MT_TROUBLE_BUSY, "no temporary key is bound for now");
        break;
    case MT_BIND_AGAIN:
        mt_end_drop (s, MT_TROUBLE_EXCHANGE, "the temporary key was not bound");
        break;
    }
}

/* Does what was asked for while the input ran. */
static void
settle (MtSession *s, HostTime now)
{
    if (s->end.heard && s->state == MT_STATE_READY && s->bind == NULL)
        was_heard (s, now);
    was_asked (s, s->end.bind, now);
    if (s->end.move != NULL)
        move (s, s->end.move, now);
    if (s->end.renew)
        renew (s, now);
    if (s->end.fail)
        fail (s, &s->end, now);
    else if (s->end.drop)
        drop (s, &s->end, now);
    clear_end (s);
}

void
mt_session_prime_checked (MtSession *s, const uint8_t p[static 256], gboolean good,
                          HostTime now)
{
    mt_exchange_prime_checked (s, p, good, now);
    mt_session_flush (s, now);
}

/* --- inputs --- */

void
mt_session_start (MtSession *s, HostTime now)
{
    if (s->wanted || s->state == MT_STATE_FAILED)
        return;
    s->wanted = TRUE;
    if (s->session_id == 0)
        new_session (s, now);
    if (s->state != MT_STATE_OFFLINE)
        return;
    int64_t left = mt_pause_left (&s->pause, now);
    if (left == 0) {
        begin_connect (s, now);
        return;
    }
    s->retry_at = now.mono + left; /* who comes back soon does not try sooner */
    s->ops->pause (s->user, &s->pause);
}

void
mt_session_set_pause (MtSession *s, const MtPause *pause)
{
    s->pause = *pause;
    mt_pause_check (&s->pause);
}

/* Droppable calls do not outlive their connection. */
static void
fail_droppable (MtSession *s)
{
    MtError error = {
        .code = MT_ERROR_LOCAL_CLOSED, .type = "OFFLINE", .number = -1, .text = "OFFLINE"
    };
    uint64_t last = s->call_numbers;
    GList *next;

    for (GList *l = s->calls.head; l != NULL; l = next) {
        MtCall *call = l->data;
        next = l->next;
        if ((call->flags & MT_CALL_DROPPABLE) == 0 || call->number > last)
            continue;
        mt_send_finish (s, call, NULL, &error); /* which may cancel others */
        next = s->calls.head;
    }
}

/* Packets can go: the connection is there, and the proxy, if any, has answered. Goes on
 * with the session that was, or begins one; makes the key that it needs. */
static void
opened (MtSession *s, HostTime now)
{
    MtKey *key = mt_exchange_usable (s, now);

    s->old_id = 0;
    if (key == NULL) {
        set_state (s, MT_STATE_EXCHANGING);
        mt_exchange_begin (s, now);
        return;
    }
    if (key != s->live) {
        mt_key_unref (s->live);
        s->live = mt_key_ref (key);
        new_session (s, now);
    }
    become_ready (s, now);
}

void
mt_session_connected (MtSession *s, unsigned slot, HostTime now)
{
    if (s->state != MT_STATE_CONNECTING || slot >= MT_RACE_MAX)
        return;
    if (mt_race_connected (s, slot, now))
        opened (s, now);
    mt_session_flush (s, now);
}

void
mt_session_receive (MtSession *s, unsigned slot, const uint8_t *data, size_t len,
                    HostTime now)
{
    if (s->state == MT_STATE_CONNECTING && slot < MT_RACE_MAX) {
        if (mt_race_receive (s, slot, data, len, now)) {
            opened (s, now);
            mt_receive_frames (s, now);
        }
    } else if (s->frame != NULL && slot == s->slot) {
        s->last_received = now.mono;
        if (s->pong_deadline != HOST_NEVER) /* bytes are life (MT-B34), not for ever */
            s->pong_deadline =
                MAX (s->pong_deadline, MIN (now.mono + 5000, s->life_until));
        mt_frame_push (s->frame, data, len);
        mt_receive_frames (s, now);
    }
    if (s->frame != NULL && mt_frame_waiting (s->frame) > WAITING_MAX)
        mt_end_drop (s, MT_TROUBLE_CLOSED, "more arrives than can be taken");
    mt_session_flush (s, now);
}

void
mt_session_closed (MtSession *s, unsigned slot, HostTime now)
{
    if (s->state == MT_STATE_CONNECTING && slot < MT_RACE_MAX) {
        mt_race_closed (s, slot, now);
    } else if (s->frame != NULL && slot == s->slot) {
        g_debug ("[dc%d] the connection was closed", s->config.dc);
        lose_connection (s, FALSE, now);
        schedule_retry (s, MT_TROUBLE_CLOSED, 0, now);
    }
    mt_session_flush (s, now);
}

/* The present salt ends within the hour, or nobody knows when. */
static gboolean
wants_salts (const MtSession *s, HostTime now)
{
    return s->logged_in && s->live->salts->len == 0 &&
           (s->live->salt_until == 0 ||
            s->live->salt_until - mt_clock_server_ms (&s->clock, now) / 1000 <
                SALT_SPARE);
}

/* What is due in the encrypted session. */
static void
tick_ready (MtSession *s, HostTime now)
{
    if (s->pong_deadline <= now.mono) {
        mt_end_drop (s, MT_TROUBLE_SILENT, "no answer to a ping");
        return;
    }
    if (s->ping_at <= now.mono)
        mt_send_ping (s, now);
    if (wants_salts (s, now) && s->salts_asked + SALTS_EVERY <= now.mono) {
        MtpGetFutureSalts request = TL_NEW (MtpGetFutureSalts, .num = SALTS_WANTED);
        mt_send_queue (s, MT_SENT_SALTS, TL_OBJ (&request), NULL, 0, 0);
        s->salts_asked = now.mono;
    }
    mt_silence_tick (s, now); /* last: it may drop the connection */
}

void
mt_session_tick (MtSession *s, HostTime now)
{
    if (s->more_at <= now.mono)
        mt_receive_frames (s, now);
    settle (s, now);
    if (s->state == MT_STATE_OFFLINE && s->retry_at <= now.mono)
        begin_connect (s, now);
    else if (s->state == MT_STATE_CONNECTING && s->race.next_at <= now.mono)
        mt_race_tick (s, now);
    else if (s->step_deadline <= now.mono)
        mt_end_drop (s, MT_TROUBLE_SILENT, "took too long");
    else if (s->state == MT_STATE_READY && s->bind == NULL)
        tick_ready (s, now);
    mt_session_flush (s, now);
}

void
mt_session_wake (MtSession *s, HostTime now)
{
    s->pause.failures = 0;
    if (s->state == MT_STATE_OFFLINE && s->wanted)
        begin_connect (s, now);
    else if (s->state == MT_STATE_READY && s->bind == NULL)
        mt_send_doubt (s, now);
    mt_session_flush (s, now);
}

void
mt_session_reconnect (MtSession *s, const char *why, HostTime now)
{
    mt_end_drop (s, MT_TROUBLE_SILENT, why);
    mt_session_flush (s, now);
}

int64_t
mt_session_deadline (const MtSession *s)
{
    int64_t deadline = MIN (s->retry_at, MIN (s->step_deadline, s->more_at));

    if (s->state == MT_STATE_CONNECTING)
        deadline = MIN (deadline, s->race.next_at);
    deadline = MIN (deadline, mt_exchange_deadline (s));
    if (s->state != MT_STATE_READY || s->bind != NULL)
        return deadline;
    deadline = MIN (deadline, MIN (s->ping_at, s->pong_deadline));
    deadline = MIN (deadline, mt_silence_deadline (s));
    if (s->logged_in && s->live->salts->len == 0 && s->live->salt_until == 0)
        deadline = MIN (deadline, s->salts_asked + SALTS_EVERY);
    return MIN (deadline, mt_send_deadline (s));
}

/* --- calls --- */

/* `body`, from g_malloc(), is taken. */
static MtCall *
add_call (MtSession *s, uint32_t method, uint8_t *body, size_t len, MtCallFlags flags,
          MtAnswerFunc func, void *user)
{
    MtCall *call = g_new0 (MtCall, 1);

    call->method = tl_schema_find (s->config.schema, method);
    call->name = tl_id_name (s->config.schema, method);
    call->len = len;
    call->body = body;
    call->flags = flags;
    call->func = func;
    call->user = user;
    call->number = ++s->call_numbers;
    g_queue_push_tail (&s->calls, call);
    return call;
}

MtCall *
mt_session_call (MtSession *s, const TlObject *request, MtCallFlags flags,
                 MtAnswerFunc func, void *user, GError **error)
{
    g_auto (TlWriter) writer = { 0 };
    const TlCtor *method = tl_schema_find (s->config.schema, request->id);

    if (method == NULL || !tl_encode (s->config.schema, request, &writer) ||
        writer.len > MT_CALL_MAX) { /* MT-B7 */
        g_set_error (error, TL_ERROR, TL_ERROR_MALFORMED, "%s does not encode",
                     tl_id_name (s->config.schema, request->id));
        return NULL;
    }
    size_t len = writer.len;
    return add_call (s, request->id, tl_writer_steal (&writer), len, flags, func, user);
}

MtCall *
mt_session_call_encoded (MtSession *s, uint32_t method, TlBytes body, MtCallFlags flags,
                         MtAnswerFunc func, void *user)
{
    g_return_val_if_fail (body.len <= MT_CALL_MAX, NULL); /* it would never get out */
    return add_call (s, method, g_memdup2 (body.data, body.len), body.len, flags, func,
                     user);
}

void
mt_session_cancel (MtSession *s, MtCall *call)
{
    g_queue_remove (&s->calls, call);
    mt_send_forget (s, call);
    mt_call_free (call);
}

void
mt_session_flush (MtSession *s, HostTime now)
{
    settle (s, now);
    mt_exchange_advance (s, now);
    settle (s, now);
    if (s->ask_again && s->state == MT_STATE_READY)
        mt_silence_ask (s, now);
    if (s->state == MT_STATE_READY)
        mt_flood_hold (s, now);
    if (s->state == MT_STATE_READY)
        mt_destroy_ask (s);
    mt_send_flush (s, now);
    settle (s, now); /* what could not be sealed */
    if (s->state != MT_STATE_READY)
        fail_droppable (s);
    if (s->key->dirty && s->key->known)
        mt_key_save (s->key, s->ops->batch (s->user));
}

/* --- the rest --- */

MtSession *
mt_session_new (const MtConfig *config, const MtOps *ops, void *user)
{
    MtSession *s = g_new0 (MtSession, 1);

    s->config = *config;
    s->config.header = g_bytes_ref (config->header);
    s->ops = ops;
    s->user = user;
    s->key = config->key != NULL ? mt_key_ref (config->key)
                                 : mt_key_new (config->dc, config->test);
    s->routes = mt_routes_new (config->addresses, config->n_addresses);
    s->race.next_at = HOST_NEVER;
    s->live = mt_key_ref (s->key);
    s->temporary = config->temporary;
    s->look_at = HOST_NEVER;
    s->acks = g_array_new (FALSE, FALSE, sizeof (int64_t));
    s->floods = g_array_new (FALSE, FALSE, sizeof (MtFlood));
    s->retry_at = HOST_NEVER;
    s->step_deadline = HOST_NEVER;
    s->pong_deadline = HOST_NEVER;
    s->more_at = HOST_NEVER;
    s->rest_at = HOST_NEVER;
    s->salts_asked = -SALTS_EVERY;
    g_queue_init (&s->calls);
    g_queue_init (&s->queued);
    g_queue_init (&s->sent_order);
    mt_send_clear (s);
    return s;
}

void
mt_session_free (MtSession *s)
{
    static const MtError error = {
        .code = MT_ERROR_LOCAL_CLOSED, .type = "CLOSED", .number = -1, .text = "CLOSED"
    };

    if (s == NULL)
        return;
    mt_exchange_stop (s);
    while (!g_queue_is_empty (&s->calls))
        mt_send_finish (s, g_queue_peek_head (&s->calls), NULL, &error);
    mt_race_forget (s);
    forget_connection (s);
    mt_routes_free (s->routes);
    mt_send_clear (s);
    g_hash_table_unref (s->sent);
    mt_key_unref (s->live);
    mt_key_unref (s->key);
    clear_end (s);
    g_array_unref (s->acks);
    g_array_unref (s->floods);
    g_bytes_unref (s->config.header);
    crypto_wipe (s, sizeof *s);
    g_free (s);
}

void
mt_session_set_logged_in (MtSession *s, gboolean logged_in)
{
    s->logged_in = logged_in;
}

MtState
mt_session_state (const MtSession *s)
{
    return s->state;
}

const MtAddress *
mt_session_address (const MtSession *s)
{
    return s->state == MT_STATE_READY ? &s->config.addresses[s->which] : NULL;
}

int64_t
mt_session_server_time (const MtSession *s, HostTime now)
{
    return mt_clock_server_ms (&s->clock, now) / 1000;
}
