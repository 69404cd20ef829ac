/* From ciphertext to its turn: open, check, order, holes (SECRET-CHATS.md sections B, C, D).
 * What it does then: secret-turn.c. */
#include "secret-turn.h"

#include "secret.tl.h"
#include "tl-encode.h"
#include "tl-message.h"
#include "tl-reader.h"

#include <string.h>

#define WIRE_MIN (24 + 32)
#define WIRE_MAX ((size_t)1 << 20) /* bytes (SC-B20) */
#define RANDOM_BYTES_MIN 15        /* SC-C3 */
#define RANDOM_BYTES_TDLIB 31 /* and ours; nobody else sends so many (DECISIONS 26) */
#define QUEUE_MAX 1000        /* messages behind holes (SC-D17) */
#define DRAIN_MAX 25          /* of them taken in one input */
#define QUEUE_BYTES_MAX ((size_t)16 << 20)
#define NOTIFY_EVERY (3600 * 1000) /* ms (SC-C10) */
#define V2_LAYER 73                /* from here on MTProto 2.0 only */

/* --- opening --- */

/* Length word and padding of an opened 2.0 plaintext (SC-B10). */
static gboolean
read_plain (const uint8_t *plain, size_t len, gboolean v1, TlReader *body)
{
    TlReader in;

    tl_reader_init (&in, plain, len);
    uint32_t size = (uint32_t)tl_reader_int (&in);
    if (size == 0 || size % 4 != 0 || size > in.len)
        return FALSE;
    size_t padding = in.len - size;
    if (v1 ? padding > 15 : padding < 12 || padding > 1024)
        return FALSE;
    tl_reader_init (body, in.data, size);
    return TRUE;
}

/* Opens `data` into `plain`; FALSE for anything wrong, alike for all causes (SC-B9, B11).
 */
static gboolean
open_data (SecretChat *chat, TlBytes data, CryptoSecret *plain, SecretOpened *opened,
           TlReader *body)
{
    int x = chat->outgoing ? 8 : 0; /* the sender's (SC-B6) */
    size_t len = data.len - 24;
    TlReader in;

    if (data.len < WIRE_MIN || data.len > WIRE_MAX || len % 16 != 0)
        return FALSE; /* SC-B8 */
    tl_reader_init (&in, data.data, data.len);
    opened->key = secret_turn_key (chat, tl_reader_long (&in));
    if (opened->key == NULL)
        return FALSE;
    if (crypto_envelope_open (opened->key->key, x, data.data + 8, len, plain->data))
        return read_plain (plain->data, len, FALSE, body);
    if (chat->numbers.has_v2 ? chat->numbers.raw_in >= chat->numbers.first_v2
                             : chat->layers.peer >= V2_LAYER)
        return FALSE; /* SC-B13: no hole is left that an old message could fill */
    opened->v1 = TRUE;
    return crypto_envelope_open_v1 (opened->key->key, 0, data.data + 8, len,
                                    plain->data) &&
           read_plain (plain->data, len, TRUE, body);
}

/* --- holes --- */

/* Of those behind the first hole, that is from `at` on. */
static size_t
queue_bytes (const SecretChat *chat, unsigned at)
{
    size_t bytes = 0;

    for (unsigned i = at; i < chat->holes.queue->len; i++)
        bytes += ((SecretQueued *)g_ptr_array_index (chat->holes.queue, i))->body->len;
    return bytes;
}

/* TRUE: the user goes on without what is missing before this number. */
static gboolean
pass_hole (SecretChat *chat, int32_t raw)
{
    if (raw > chat->holes.given_up)
        return FALSE;
    g_debug ("[chat %d] goes on without #%d..%d", chat->id, chat->numbers.raw_in,
             raw - 1);
    chat->numbers.raw_in = raw;
    chat->end.save = TRUE;
    return TRUE;
}

/* Takes what waited, up to a hole, or to a message that something is computed for. Of what waited
 * for that, so many: the loop has other things to do, and what comes behind waits as they do. */
static void
drain (SecretChat *chat, unsigned most, HostTime now)
{
    unsigned taken = 0;
    gboolean moved = FALSE, held = FALSE;

    chat->holes.more = FALSE;
    while (chat->state == TALK_STATE_READY && chat->holes.queue->len > 0) {
        if (chat->holes.held && taken++ >= most) {
            held = chat->holes.more = TRUE;
            break;
        }
        SecretQueued *item = g_ptr_array_index (chat->holes.queue, 0);
        if (item->raw_in > chat->numbers.raw_in && !pass_hole (chat, item->raw_in))
            break;
        SecretOpened m = { .key = secret_turn_key (chat, item->fingerprint),
                           .date = item->date,
                           .layer = item->layer,
                           .in_seq_no = item->in_seq_no,
                           .asked = item->asked,
                           .has_file = item->has_file,
                           .file = item->file,
                           .body = item->body->data,
                           .body_len = item->body->len };
        gboolean next = item->raw_in == chat->numbers.raw_in;
        if (next && !item->noop && secret_turn_waits (chat, &m)) {
            held = TRUE;
            break;
        }
        g_ptr_array_steal_index (chat->holes.queue, 0);
        moved = TRUE;
        secret_delete_queued (chat, item->raw_in);
        if (next)
            secret_turn_take (chat, &m, item->noop, now);
        secret_queued_free (item);
    }
    chat->holes.held = held;
    if (moved)
        secret_holes_moved (chat, now);
}

/* A Resend is acted upon at once, whatever waits before it (SC-D18). */
static gboolean
is_resend (const SecretOpened *m, int32_t *start, int32_t *end)
{
    g_autoptr (TlMessage) message = NULL;
    const SecretDecryptedMessageActionResend *resend =
        TL_AS (secret_turn_action (m, &message), SecretDecryptedMessageActionResend);

    if (resend == NULL)
        return FALSE;
    *start = resend->start_seq_no;
    *end = resend->end_seq_no;
    return TRUE;
}

/* Else it waits, for some ms, for what is computed off the loop. */
static gboolean
is_behind_hole (const SecretChat *chat, int32_t raw)
{
    return raw - chat->numbers.raw_in != (int32_t)secret_holes_place (chat, raw);
}

static void
enqueue (SecretChat *chat, const SecretOpened *m, HostTime now)
{
    int32_t raw = m->out_seq_no / 2, start, end;
    unsigned at = secret_holes_place (chat, raw);

    if (at < chat->holes.queue->len &&
        ((SecretQueued *)g_ptr_array_index (chat->holes.queue, at))->raw_in == raw)
        return; /* the first copy wins (SC-D11) */
    if (secret_turn_knows_too_much (chat, secret_turn_acknowledged (chat, m, raw)))
        return;
    if (is_behind_hole (chat, raw)) {
        uint32_t behind = secret_behind_hole (chat);
        unsigned first = chat->holes.queue->len - behind;
        if (behind >= QUEUE_MAX ||
            queue_bytes (chat, first) + m->body_len > QUEUE_BYTES_MAX) {
            secret_violation (chat, "too many messages behind a hole (SC-D17)");
            return;
        }
        g_debug ("[chat %d] <- #%d waits behind a hole at #%d", chat->id, raw,
                 chat->numbers.raw_in + (int32_t)first);
    } else {
        g_debug ("[chat %d] <- #%d waits for what is computed", chat->id, raw);
    }
    SecretQueued *item = g_new0 (SecretQueued, 1);
    item->raw_in = raw;
    item->date = m->date;
    item->layer = m->layer;
    item->in_seq_no = m->in_seq_no;
    item->fingerprint = m->key->fingerprint;
    item->asked = m->asked;
    item->has_file = m->has_file;
    item->file = m->file;
    item->body = g_byte_array_new ();
    g_byte_array_append (item->body, m->body, (unsigned)m->body_len);
    g_ptr_array_insert (chat->holes.queue, (int)at, item);
    if (is_resend (m, &start, &end)) {
        item->noop = TRUE;
        if (!secret_outbox_resend (chat, start, end, now)) {
            secret_violation (chat, "a Resend of an impossible range (SC-D22)");
            return;
        }
    }
    secret_save_queued (chat, item);
}

/* --- arrival --- */

/* The layer that a service message of the old form announces; 0: it is none of these, or
 * has another action (SC-C9). */
static int32_t
announced_layer (const uint8_t *data, size_t len)
{
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_secret_schema, data, len, NULL);
    const SecretDecryptedMessageService8 *service =
        message != NULL
            ? TL_AS (tl_message_root (message), SecretDecryptedMessageService8)
            : NULL;
    const SecretDecryptedMessageActionNotifyLayer *notify =
        service != NULL ? TL_AS (service->action, SecretDecryptedMessageActionNotifyLayer)
                        : NULL;

    return notify != NULL ? notify->layer : 0;
}

/* An object without the layer wrapper (SC-C9, C10). */
static void
unwrapped (SecretChat *chat, uint32_t id, const TlReader *body, HostTime now)
{
    int32_t layer = announced_layer (body->data, body->len);

    if (layer != 0 && !chat->layers.wrapped_seen) {
        secret_learn_layer (chat, layer, now);
    } else if (tl_schema_find (&tl_secret_schema, id) == NULL &&
               (now.wall - chat->layers.notified >= NOTIFY_EVERY ||
                now.wall < chat->layers.notified)) {
        chat->layers.notified = now.wall;
        chat->end.save = TRUE;
        secret_notify_layer (chat, now);
    }
}

/* Reads the wrapper; FALSE when the message is to be ignored. */
static gboolean
read_wrapper (SecretChat *chat, TlReader *body, SecretOpened *m, HostTime now)
{
    TlReader in = *body;

    uint32_t id = (uint32_t)tl_reader_int (&in);
    if (id != SecretDecryptedMessageLayer_ID) {
        unwrapped (chat, id, body, now);
        return FALSE;
    }
    TlBytes random = tl_reader_bytes (&in);
    m->layer = tl_reader_int (&in);
    m->in_seq_no = tl_reader_int (&in);
    m->out_seq_no = tl_reader_int (&in);
    m->body = in.data;
    m->body_len = in.len;
    m->random_len = random.len;
    return tl_reader_ok (&in) && random.len >= RANDOM_BYTES_MIN &&
           in.len >= 4; /* SC-C3 */
}

/* What arrives below the end of the last request was missing when it was made. */
static gboolean
was_asked (const SecretChat *chat, int32_t raw)
{
    return raw >= chat->holes.asked.from && raw < chat->holes.asked.to;
}

/* The peer speaks MTProto 2.0 from its lowest number in it on; an older envelope may only
 * fill a hole below (SC-B13). FALSE: refused. */
static gboolean
check_version (SecretChat *chat, const SecretOpened *m)
{
    int32_t raw = m->out_seq_no / 2;

    if (m->v1)
        return !chat->numbers.has_v2 || raw < chat->numbers.first_v2;
    if (!chat->numbers.has_v2 || raw < chat->numbers.first_v2) {
        chat->numbers.has_v2 = TRUE;
        chat->numbers.first_v2 = raw;
        chat->end.save = TRUE;
    }
    return TRUE;
}

/* The next in order is here already, and its turn waits. */
static gboolean
is_held (const SecretChat *chat)
{
    return chat->holes.queue->len > 0 &&
           ((SecretQueued *)g_ptr_array_index (chat->holes.queue, 0))->raw_in ==
               chat->numbers.raw_in;
}

static void
arrive (SecretChat *chat, SecretOpened *m, HostTime now)
{
    SecretSeqArrival arrival = secret_seq_arrival (
        secret_numbers_x (chat), chat->numbers.raw_in, m->in_seq_no, m->out_seq_no);

    if ((arrival == SECRET_SEQ_NEXT || arrival == SECRET_SEQ_GAP) &&
        !check_version (chat, m)) {
        g_debug ("[chat %d] <- dropped: an old envelope after a new one", chat->id);
        return;
    }
    m->asked = was_asked (chat, m->out_seq_no / 2);
    secret_learn_layer (chat, m->layer, now);
    chat->layers.wrapped_seen = TRUE;
    chat->end.save |= chat->holes.long_random != (m->random_len == RANDOM_BYTES_TDLIB);
    chat->holes.long_random = m->random_len == RANDOM_BYTES_TDLIB;
    switch (arrival) {
    case SECRET_SEQ_DROP:
        secret_learn_layer (chat, announced_layer (m->body, m->body_len), now);
        break;
    case SECRET_SEQ_VIOLATION:
        secret_violation (chat, "a sequence number of the wrong parity (SC-D4)");
        break;
    case SECRET_SEQ_DUPLICATE:
        g_debug ("[chat %d] <- a duplicate of #%d", chat->id, m->out_seq_no / 2);
        break;
    case SECRET_SEQ_GAP:
        enqueue (chat, m, now);
        break;
    case SECRET_SEQ_NEXT: {
        int32_t start, end;
        if (is_held (chat) || secret_turn_waits (chat, m)) {
            enqueue (chat, m, now);
            break;
        }
        gboolean resend = is_resend (m, &start, &end);
        if (resend && !secret_outbox_resend (chat, start, end, now))
            secret_violation (chat, "a Resend of an impossible range (SC-D22)");
        else
            secret_turn_take (chat, m, resend, now);
        break;
    }
    }
    drain (chat, DRAIN_MAX, now);
    if (chat->state == TALK_STATE_READY)
        secret_holes_ask (chat, now);
}

static void receive_early (SecretChat *chat, HostTime now);

void
secret_receive_data (SecretChat *chat, int32_t date, TlBytes data, const MediaPlace *file,
                     gboolean live, HostTime now)
{
    SecretOpened m = { .date = secret_date (chat, date, now),
                       .live = live,
                       .has_file = file != NULL };
    TlReader body;

    if (chat->state == TALK_STATE_CLOSED)
        return;
    if (file != NULL)
        m.file = *file;
    if (chat->state != TALK_STATE_READY &&
        !(chat->state == TALK_STATE_ACCEPTING && chat->handshake.asked_server)) {
        if (data.len <= WIRE_MAX)
            secret_early_keep (chat, m.date, data, file);
        return;
    }
    g_autoptr (CryptoSecret) plain = crypto_secret_new (NULL, MIN (data.len, WIRE_MAX));
    if (!open_data (chat, data, plain, &m, &body)) {
        g_debug ("[chat %d] <- dropped: does not open", chat->id);
        return;
    }
    if (secret_handshake_confirmed (chat)) { /* what came before goes before */
        secret_notify_pump (chat, now);
        receive_early (chat, now);
    }
    if (chat->state != TALK_STATE_READY || !read_wrapper (chat, &body, &m, now))
        return;
    if (m.v1 && m.layer >= V2_LAYER) { /* SC-B14 */
        secret_violation (chat, "an old envelope with a new layer (SC-B14)");
        return;
    }
    arrive (chat, &m, now);
}

static void
receive_early (SecretChat *chat, HostTime now)
{
    g_autoptr (GPtrArray) early = secret_early_take (chat);

    for (unsigned i = 0; i < early->len; i++) {
        const SecretEarly *item = g_ptr_array_index (early, i);
        secret_receive_data (chat, item->date,
                             TL_BYTES (item->data->data, item->data->len),
                             item->has_file ? &item->file : NULL, FALSE, now);
    }
}

void
secret_receive_pump (SecretChat *chat, HostTime now)
{
    if (chat->handshake.early->len > 0 &&
        (chat->state == TALK_STATE_READY || chat->end.early))
        receive_early (chat, now);
    chat->end.early = FALSE;
    /* what a message waited for may have been computed */
    if (chat->online || chat->heard)
        drain (chat, DRAIN_MAX, now);
}

void
secret_receive_rest (SecretChat *chat, HostTime now)
{
    drain (chat, G_MAXUINT, now);
}

TalkCode
secret_receive_skip (SecretChat *chat, HostTime now)
{
    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    if (secret_missing (chat) == 0)
        return TALK_NOTHING;
    const SecretQueued *last =
        g_ptr_array_index (chat->holes.queue, chat->holes.queue->len - 1);
    chat->holes.given_up = last->raw_in;
    secret_receive_rest (chat, now);
    return TALK_DONE;
}
