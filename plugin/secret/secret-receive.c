/* From ciphertext to effect: open, check, order, holes (SECRET-CHATS.md sections B, C,
 * D). */
#include "secret-message.h"
#include "secret-private.h"

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
#define QUEUE_BYTES_MAX ((size_t)16 << 20)
#define NOTIFY_EVERY (3600 * 1000) /* ms (SC-C10) */
#define V2_LAYER 73                /* from here on MTProto 2.0 only */

/* One message, opened and its wrapper read. */
typedef struct {
    SecretKey *key;
    gboolean v1;
    gboolean live;
    int32_t date;
    int32_t layer;
    int32_t in_seq_no;
    int32_t out_seq_no;
    gboolean has_file;
    MediaPlace file; /* that file's */
    gboolean asked;  /* lay in a hole that we asked to be filled (SC-D9) */
    const uint8_t *body;
    size_t body_len;
    size_t random_len;
} Opened;

static void
violation (SecretChat *chat, const char *rule)
{
    secret_end (chat, TALK_CLOSED_VIOLATION, rule, TRUE);
}

/* The peer has seen messages that we know nothing of: what we know is older than what we
 * did (SC-L9), or the peer breaks SC-D8; either way the numbers cannot be trusted.
 * Nothing makes it right later, so a message behind a hole says it as well. */
static gboolean
knows_too_much (SecretChat *chat, int32_t ack)
{
    if (ack <= chat->numbers.raw_out)
        return FALSE;
    secret_end (chat, TALK_CLOSED_ROLLED_BACK,
                "the peer acknowledged a message that was never sent (SC-D8, SC-L9)",
                TRUE);
    return TRUE;
}

/* --- opening --- */

/* SC-B7; the old key opens nothing any more when the new one was proved (SC-F14). */
static SecretKey *
find_key (SecretChat *chat, int64_t fingerprint)
{
    SecretKey *key = secret_keys_find (chat, fingerprint);

    return key == &chat->keys.other && chat->rekey.step == SECRET_REKEY_B_DRAIN ? NULL
                                                                                : key;
}

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
open_data (SecretChat *chat, TlBytes data, CryptoSecret *plain, Opened *opened,
           TlReader *body)
{
    int x = chat->outgoing ? 8 : 0; /* the sender's (SC-B6) */
    size_t len = data.len - 24;
    TlReader in;

    if (data.len < WIRE_MIN || data.len > WIRE_MAX || len % 16 != 0)
        return FALSE; /* SC-B8 */
    tl_reader_init (&in, data.data, data.len);
    opened->key = find_key (chat, tl_reader_long (&in));
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

/* --- effects --- */

static void
show_message (SecretChat *chat, SecretDecoded *decoded, const Opened *m)
{
    if (decoded->random_id == 0 || secret_note_find (chat, decoded->random_id) != NULL)
        return; /* SC-C20, SC-I2 */
    if (decoded->content == TALK_CONTENT_TEXT && decoded->text[0] == '\0')
        return; /* SC-I8 */
    if (decoded->needs_file != m->has_file &&
        decoded->content != TALK_CONTENT_UNSUPPORTED) { /* SC-H9: the text stays */
        decoded->content = TALK_CONTENT_MISSING;
        decoded->timed_media = FALSE; /* there is nothing to open */
    }
    if (decoded->file != NULL)
        media_file_set_place (decoded->file, &m->file);
    SecretNote *note = secret_note_new (chat, decoded->random_id);
    int32_t ttl = decoded->has_ttl ? decoded->ttl : chat->ttl;
    note->date = m->date;
    secret_note_set_ttl (note, ttl, decoded->timed_media, decoded->duration);
    note->content = decoded->content;
    note->text = g_steal_pointer (&decoded->text);
    note->spans = g_steal_pointer (&decoded->spans);
    note->detail = g_steal_pointer (&decoded->detail);
    if (decoded->content != TALK_CONTENT_MISSING)
        note->file = g_steal_pointer (&decoded->file);
    note->reply_to = decoded->reply_to;
    note->silent = decoded->silent;
    if (note->file != NULL)
        secret_note_set_album (chat, note, decoded->album);
    if (note->file != NULL &&
        !note->opens) /* else it would be seen before it is opened */
        secret_note_set_thumb (chat, note, g_steal_pointer (&decoded->thumb));
    secret_note_show (chat, note);
    if (chat->notes.thumbs > SECRET_THUMBS_MAX) /* of a flood the first are kept */
        secret_note_set_thumb (chat, note, NULL);
    secret_save_note (chat, note);
}

static void
show_unsupported (SecretChat *chat, const Opened *m)
{
    int64_t random_id;

    if (!crypto_random_int64 (chat->env->random, &random_id))
        return;
    SecretDecoded decoded = { .random_id = random_id,
                              .has_ttl = TRUE,
                              .content = TALK_CONTENT_UNSUPPORTED,
                              .text = g_strdup ("") };
    show_message (chat, &decoded, m);
    secret_decoded_clear (&decoded);
}

static uint32_t
constructor_of (const Opened *m)
{
    TlReader in;

    tl_reader_init (&in, m->body, m->body_len);
    return (uint32_t)tl_reader_int (&in);
}

/* What a message in its turn does. */
static void
run_body (SecretChat *chat, const Opened *m, HostTime now)
{
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_secret_schema, m->body, m->body_len, NULL);
    const TlObject *object = message != NULL ? tl_message_root (message) : NULL;
    const SecretDecryptedMessageService *service =
        TL_AS (object, SecretDecryptedMessageService);
    const SecretDecryptedMessageService8 *old =
        TL_AS (object, SecretDecryptedMessageService8);

    if (service == NULL && old == NULL)
        secret_typing_ended (chat);
    if (service != NULL || old != NULL) {
        const TlObject *action = service != NULL ? service->action : old->action;
        g_debug ("[chat %d] <- %s", chat->id, tl_id_name (&tl_secret_schema, action->id));
        secret_action_run (chat, action, m->date, m->live, m->key, now);
        return;
    }
    SecretDecoded decoded = { 0 };
    if (object != NULL && secret_message_decode (object, &decoded)) {
        g_debug ("[chat %d] <- message", chat->id);
        show_message (chat, &decoded, m);
        secret_decoded_clear (&decoded);
        return;
    }
    uint32_t id = constructor_of (m);
    g_debug ("[chat %d] <- cannot be read", chat->id);
    if (id != SecretDecryptedMessageService_ID && id != SecretDecryptedMessageService8_ID)
        show_unsupported (chat, m); /* SC-C13; an unknown action is ignored */
}

/* The action of a service message, or NULL; `*message` owns it. What is none is not decoded:
 * that is done once, in its turn. */
static const TlObject *
action_of (const Opened *m, TlMessage **message)
{
    if (constructor_of (m) != SecretDecryptedMessageService_ID)
        return NULL;
    *message = tl_message_decode (&tl_secret_schema, m->body, m->body_len, NULL);
    const SecretDecryptedMessageService *service =
        *message != NULL
            ? TL_AS (tl_message_root (*message), SecretDecryptedMessageService)
            : NULL;
    return service != NULL ? service->action : NULL;
}

/* Android has nothing to send again for a message that its user deleted: the deletion of
 * a message that never was takes the number, and its in_seq_no is simply the next number
 * after its own, whatever that would acknowledge (SC-D23). */
static gboolean
is_stand_in (const SecretChat *chat, const Opened *m, int32_t raw)
{
    g_autoptr (TlMessage) message = NULL;

    return m->in_seq_no == secret_seq_peer_out (secret_numbers_x (chat), raw) + 1 &&
           TL_AS (action_of (m, &message), SecretDecryptedMessageActionDeleteMessages) !=
               NULL;
}

/* How many of our messages the peer says to have with its message `raw`. */
static int32_t
acknowledged (const SecretChat *chat, const Opened *m, int32_t raw)
{
    return m->asked && is_stand_in (chat, m, raw) ? chat->numbers.in_floor
                                                  : m->in_seq_no / 2;
}

/* The message's turn has come (SC-D6, D8, D25). FALSE: the chat was closed. */
static gboolean
process (SecretChat *chat, Opened *m, gboolean noop, HostTime now)
{
    int32_t ack = acknowledged (chat, m, chat->numbers.raw_in);

    if (knows_too_much (chat, ack))
        return FALSE;
    if (secret_seq_goes_back (ack, chat->numbers.in_floor, m->asked)) {
        violation (chat, "the peer's acknowledgements went back (SC-D8)");
        return FALSE;
    }
    if (chat->numbers.raw_in >= SECRET_RAW_MAX) {
        violation (chat, "the counters are used up (SC-D5)");
        return FALSE;
    }
    chat->numbers.raw_in++;
    chat->end.save = TRUE;
    if (!m->asked)
        chat->numbers.in_floor = ack;
    if (ack > chat->numbers.peer_in) {
        chat->numbers.peer_in = ack;
        secret_outbox_release (chat, ack);
    }
    if (m->key != NULL) {
        int64_t fingerprint = m->key->fingerprint;
        secret_key_count (m->key, now);
        secret_rekey_step (
            chat,
            (SecretRekeyInput){ .used = TRUE, .again = m->asked, .key = fingerprint },
            now);
        m->key = find_key (chat, fingerprint); /* the slots may have changed places */
    }
    if (!noop)
        run_body (chat, m, now);
    return chat->state == TALK_STATE_READY;
}

/* --- holes --- */

static size_t
queue_bytes (const SecretChat *chat)
{
    size_t bytes = 0;

    for (unsigned i = 0; i < chat->holes.queue->len; i++)
        bytes += ((SecretQueued *)g_ptr_array_index (chat->holes.queue, i))->body->len;
    return bytes;
}

static void
drain (SecretChat *chat, HostTime now)
{
    gboolean moved = FALSE;

    while (chat->state == TALK_STATE_READY && chat->holes.queue->len > 0) {
        SecretQueued *item = g_ptr_array_index (chat->holes.queue, 0);
        if (item->raw_in > chat->numbers.raw_in)
            break;
        g_ptr_array_steal_index (chat->holes.queue, 0);
        moved = TRUE;
        secret_delete_queued (chat, item->raw_in);
        if (item->raw_in == chat->numbers.raw_in) {
            Opened m = { .key = find_key (chat, item->fingerprint),
                         .date = item->date,
                         .layer = item->layer,
                         .in_seq_no = item->in_seq_no,
                         .asked = item->asked,
                         .has_file = item->has_file,
                         .file = item->file,
                         .body = item->body->data,
                         .body_len = item->body->len };
            process (chat, &m, item->noop, now);
        }
        secret_queued_free (item);
    }
    if (moved)
        secret_holes_moved (chat, now);
}

/* A Resend is acted upon at once, whatever waits before it (SC-D18). */
static gboolean
is_resend (const Opened *m, int32_t *start, int32_t *end)
{
    g_autoptr (TlMessage) message = NULL;
    const SecretDecryptedMessageActionResend *resend =
        TL_AS (action_of (m, &message), SecretDecryptedMessageActionResend);

    if (resend == NULL)
        return FALSE;
    *start = resend->start_seq_no;
    *end = resend->end_seq_no;
    return TRUE;
}

static void
enqueue (SecretChat *chat, const Opened *m, HostTime now)
{
    int32_t raw = m->out_seq_no / 2, start, end;
    unsigned at = secret_holes_place (chat, raw);

    if (at < chat->holes.queue->len &&
        ((SecretQueued *)g_ptr_array_index (chat->holes.queue, at))->raw_in == raw)
        return; /* the first copy wins (SC-D11) */
    if (knows_too_much (chat, acknowledged (chat, m, raw)))
        return;
    if (chat->holes.queue->len >= QUEUE_MAX ||
        queue_bytes (chat) + m->body_len > QUEUE_BYTES_MAX) {
        violation (chat, "too many messages behind a hole (SC-D17)");
        return;
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
    g_debug ("[chat %d] <- #%d waits behind a hole at #%d", chat->id, raw,
             chat->numbers.raw_in);
    if (is_resend (m, &start, &end)) {
        item->noop = TRUE;
        if (!secret_outbox_resend (chat, start, end, now)) {
            violation (chat, "a Resend of an impossible range (SC-D22)");
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
read_wrapper (SecretChat *chat, TlReader *body, Opened *m, HostTime now)
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
check_version (SecretChat *chat, const Opened *m)
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

static void
arrive (SecretChat *chat, Opened *m, HostTime now)
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
        violation (chat, "a sequence number of the wrong parity (SC-D4)");
        break;
    case SECRET_SEQ_DUPLICATE:
        g_debug ("[chat %d] <- a duplicate of #%d", chat->id, m->out_seq_no / 2);
        break;
    case SECRET_SEQ_GAP:
        enqueue (chat, m, now);
        break;
    case SECRET_SEQ_NEXT: {
        int32_t start, end;
        gboolean resend = is_resend (m, &start, &end);
        if (resend && !secret_outbox_resend (chat, start, end, now))
            violation (chat, "a Resend of an impossible range (SC-D22)");
        else
            process (chat, m, resend, now);
        break;
    }
    }
    drain (chat, now);
    if (chat->state == TALK_STATE_READY)
        secret_holes_ask (chat, now);
}

static void receive_early (SecretChat *chat, HostTime now);

void
secret_receive_data (SecretChat *chat, int32_t date, TlBytes data, const MediaPlace *file,
                     gboolean live, HostTime now)
{
    Opened m = { .date = secret_date (chat, date, now),
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
        violation (chat, "an old envelope with a new layer (SC-B14)");
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
}

TalkCode
secret_receive_skip (SecretChat *chat, HostTime now)
{
    TalkCode ready = secret_check_ready (chat);

    if (ready != TALK_DONE)
        return ready;
    if (chat->holes.queue->len == 0)
        return TALK_NOTHING;
    while (chat->state == TALK_STATE_READY && chat->holes.queue->len > 0) {
        const SecretQueued *first = g_ptr_array_index (chat->holes.queue, 0);
        g_debug ("[chat %d] goes on without #%d..%d", chat->id, chat->numbers.raw_in,
                 first->raw_in - 1);
        chat->numbers.raw_in = first->raw_in;
        chat->end.save = TRUE;
        drain (chat, now);
    }
    return TALK_DONE;
}
