/* A chat's records: what is written and what is read stand side by side (SECRET-CHATS.md
 * section L; tl/schema/record.tl). */
#include "secret-private.h"

#include "record.tl.h"
#include "tl-encode.h"

#include <string.h>

static StoreBatch *
batch_of (SecretChat *chat)
{
    return chat->env->ops->batch (chat->env->user);
}

static void
put_mark (SecretChat *chat, StoreKind kind, int64_t id, const TlObject *record,
          StoreNeed need)
{
    g_auto (TlWriter) writer = { 0 };

    if (tl_encode (&tl_record_schema, record, &writer))
        store_batch_put_mark (batch_of (chat), (StoreKey){ kind, chat->id, id },
                              writer.data, writer.len, need);
    else
        g_critical ("[chat %d] a record does not encode", chat->id);
}

static void
put (SecretChat *chat, StoreKind kind, int64_t id, const TlObject *record)
{
    put_mark (chat, kind, id, record, STORE_DURABLE);
}

static void
drop (SecretChat *chat, StoreKind kind, int64_t id)
{
    store_batch_delete (batch_of (chat), (StoreKey){ kind, chat->id, id });
}

static TlBytes
optional (gboolean there, const uint8_t *data, size_t len)
{
    return there ? TL_BYTES (data, len) : (TlBytes){ NULL, 0 };
}

static TlBytes
optional_text (const char *text)
{
    return text != NULL ? TL_STR (text) : (TlBytes){ NULL, 0 };
}

static gboolean
fixed (TlBytes bytes, uint8_t *out, size_t len)
{
    if (bytes.data == NULL || bytes.len != len)
        return FALSE;
    memcpy (out, bytes.data, len);
    return TRUE;
}

/* Text of a record, or NULL where there is none. People see it: it is cleaned as when it
 * came (SC-C19); what is clean already stays as it is. */
static char *
text_of (TlBytes bytes)
{
    return bytes.data != NULL ? secret_text_clean (bytes) : NULL;
}

/* The same of what was typed here, which stays as it is. */
static char *
own_text_of (TlBytes bytes)
{
    return bytes.data != NULL
               ? g_utf8_make_valid ((const char *)bytes.data, (gssize)bytes.len)
               : NULL;
}

/* --- numbers ---
 *
 * What opens under the seal was written by one of us, perhaps by one that took a server at
 * its word. A count that cannot be makes the record a damaged one (SC-L10); a moment or a
 * timer is cut to what it may be, so that no sum of it overflows. */

/* No number of messages, of either side or both, is higher (SC-D5). */
static gboolean
is_count (int32_t n)
{
    return n >= 0 && n <= SECRET_SEQ_MAX;
}

/* Unix ms of this machine; 0 = never. */
static int64_t
moment (int64_t ms)
{
    return CLAMP (ms, 0, G_MAXINT64 / 4);
}

static int32_t
timer (int32_t seconds)
{
    return CLAMP (seconds, 0, SECRET_TTL_MAX);
}

/* A copy. Records of these earlier versions lack optional fields only: under the newest
 * id they read as if they had been written without them. */
static CryptoSecret *
renewed (const uint8_t *data, size_t len)
{
    static const struct {
        uint32_t old, now;
    } ids[] = { { RecChat1_ID, RecChat_ID },
                { RecChat2_ID, RecChat_ID },
                { RecOutbox1_ID, RecOutbox_ID } };
    CryptoSecret *copy = crypto_secret_new (data, data != NULL ? len : 0);
    uint32_t id;

    if (copy->len < sizeof id)
        return copy;
    memcpy (&id, copy->data, sizeof id);
    for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
        if (GUINT32_FROM_LE (id) == ids[i].old) {
            id = GUINT32_TO_LE (ids[i].now);
            memcpy (copy->data, &id, sizeof id);
            break;
        }
    return copy;
}

/* --- the chat --- */

static RecChatKey
key_record (const SecretKey *key)
{
    return TL_NEW (RecChatKey, .fingerprint = key->fingerprint,
                   .key = TL_BYTES (key->key, sizeof key->key), .created = key->created,
                   .messages = key->messages);
}

/* One number says how far the peer is, another which message of ours it is about. */
static RecChatRekey
rekey_record (const SecretRekey *rekey)
{
    static const int32_t asked[] = {
        [SECRET_ASKED_UNKNOWN] = -1, [SECRET_ASKED_THERE] = -2, [SECRET_ASKED_PASSED] = 0
    };
    RecChatRekey record = TL_NEW (RecChatRekey, .step = (int32_t)rekey->step,
                                  .exchange_id = rekey->exchange_id,
                                  .exponent = TL_BYTES (rekey->exponent, 256),
                                  .public = TL_BYTES (rekey->public_value, 256));

    if (rekey->step == SECRET_REKEY_A_ASKED || rekey->step == SECRET_REKEY_A_COMMIT) {
        record.raw_out = rekey->asked_out;
        record.since_in =
            rekey->asked == SECRET_ASKED_PASSED ? rekey->passed_in : asked[rekey->asked];
    } else if (rekey->step == SECRET_REKEY_A_DONE) {
        record.raw_out = rekey->commit_out;
        record.since_in = rekey->commit_heard;
    }
    return record;
}

/* What its record holds. */
static SecretKept
secrets_of (const SecretChat *chat)
{
    static const uint8_t none[256];
    gboolean open = chat->state != TALK_STATE_CLOSED;
    const SecretRekey *rekey = &chat->rekey;

    return (SecretKept){
        .key = open && chat->key.used ? chat->key.fingerprint : 0,
        .other = open && chat->other.used ? chat->other.fingerprint : 0,
        .exponent = chat->has_exponent,
        .rekey_exponent = open && rekey->step != SECRET_REKEY_IDLE &&
                          memcmp (rekey->exponent, none, sizeof none) != 0,
        .exchange_id = rekey->exchange_id,
    };
}

/* A secret that the record had and has no more is gone from the files at once (SC-L12). */
static void
forget_what_went (SecretChat *chat)
{
    SecretKept was = chat->kept, now = secrets_of (chat);

    chat->kept = now;
    if ((was.key != 0 && was.key != now.key && was.key != now.other) ||
        (was.other != 0 && was.other != now.key && was.other != now.other) ||
        (was.exponent && !now.exponent) ||
        (was.rekey_exponent &&
         (!now.rekey_exponent || was.exchange_id != now.exchange_id)))
        store_batch_forget (batch_of (chat), STORE_FORGET_NOW);
}

void
secret_save (SecretChat *chat)
{
    RecChatKey key = key_record (&chat->key), other = key_record (&chat->other);
    RecChatRekey rekey = rekey_record (&chat->rekey);
    gboolean open = chat->state != TALK_STATE_CLOSED;
    const uint8_t *g_a = chat->outgoing ? chat->g_own : chat->g_peer;
    const uint8_t *g_b = chat->outgoing ? chat->g_peer : chat->g_own;
    gboolean has_g_a = chat->outgoing ? chat->has_public : chat->has_peer_public;
    gboolean has_g_b = chat->outgoing ? chat->has_peer_public : chat->has_public;
    RecChat record = TL_NEW (
        RecChat, .outgoing = chat->outgoing, .has_v2 = chat->has_v2,
        .delete_history = chat->delete_history, .discard_pending = chat->discard_pending,
        .newer_told = chat->newer_told, .wrapped_seen = chat->wrapped_seen,
        .verified = chat->verified, .hole_told = chat->hole_told,
        .group_told = chat->group_told,
        .asked = chat->asked_server ||
                 (chat->state == TALK_STATE_ACCEPTING && chat->has_public),
        .id = chat->id, .access_hash = chat->access_hash, .user_id = chat->user_id,
        .state = (int32_t)chat->state, .closed = (int32_t)chat->closed,
        .date = chat->date, .ttl = chat->ttl, .peer_layer = chat->peer_layer,
        .told_layer = chat->told_layer, .sent_layer = chat->sent_layer,
        .raw_in = chat->raw_in, .raw_out = chat->raw_out, .peer_in = chat->peer_in,
        .in_floor = chat->in_floor, .resend_from = chat->asked.from,
        .resend_to = chat->asked.to, .orders = chat->orders, .read_date = chat->read_date,
        .read_sent = chat->read_sent, .peer_read_date = chat->peer_read_date,
        .rekey_failures = chat->rekey_failures, .rekey_peer_at = chat->rekey_peer_at,
        .notified = chat->notified, .hole_since = chat->hole_since, .has_g = chat->g != 0,
        .g = chat->g, .p = optional (chat->g != 0, chat->p, 256),
        .exponent = optional (chat->has_exponent, chat->exponent, 256),
        .g_a = optional (has_g_a, g_a, 256), .g_b = optional (has_g_b, g_b, 256),
        .key_hash = optional (chat->has_key_hash, chat->key_hash, 36),
        .key = open && chat->key.used ? TL_OBJ (&key) : NULL,
        .other_key = open && chat->other.used ? TL_OBJ (&other) : NULL,
        .rekey = open && chat->rekey.step != SECRET_REKEY_IDLE ? TL_OBJ (&rekey) : NULL,
        .detail = optional_text (chat->detail), .has_first_v2 = chat->has_v2,
        .first_v2 = chat->first_v2, .long_random = chat->long_random,
        .has_ask_at = chat->ask_at != 0, .ask_at = chat->ask_at,
        .has_ask_step = chat->ask_at != 0, .ask_step = chat->ask_step,
        .has_ask_day = chat->ask_today != 0, .ask_day = chat->ask_day,
        .has_ask_today = chat->ask_today != 0, .ask_today = chat->ask_today,
        .has_pause_raw = chat->pause.wall != 0, .pause_raw = chat->pause.raw,
        .has_pause_at = chat->pause.wall != 0, .pause_at = chat->pause.wall);

    put (chat, STORE_CHAT, 0, TL_OBJ (&record));
    forget_what_went (chat);
    crypto_wipe (&key, sizeof key);
    crypto_wipe (&other, sizeof other);
}

static gboolean
load_key (const TlObject *object, SecretKey *key)
{
    const RecChatKey *record = TL_AS (object, RecChatKey);

    if (record == NULL || !fixed (record->key, key->key, sizeof key->key) ||
        crypto_key_id (key->key) != record->fingerprint)
        return FALSE;
    key->used = TRUE;
    key->fingerprint = record->fingerprint;
    key->created = moment (record->created);
    key->messages = record->messages;
    return is_count (key->messages);
}

static gboolean
load_rekey (const TlObject *object, SecretRekey *rekey)
{
    const RecChatRekey *record = TL_AS (object, RecChatRekey);

    if (record == NULL || record->step < SECRET_REKEY_IDLE ||
        record->step > SECRET_REKEY_B_DRAIN ||
        !fixed (record->exponent, rekey->exponent, 256) ||
        !fixed (record->public, rekey->public_value, 256))
        return FALSE;
    rekey->step = (SecretRekeyStep)record->step;
    rekey->exchange_id = record->exchange_id;
    if (rekey->step == SECRET_REKEY_A_DONE) {
        rekey->commit_out = record->raw_out;
        rekey->commit_heard = record->since_in;
    } else {
        rekey->asked = record->since_in >= 0    ? SECRET_ASKED_PASSED
                       : record->since_in == -1 ? SECRET_ASKED_UNKNOWN
                                                : SECRET_ASKED_THERE;
        rekey->asked_out = record->raw_out;
        rekey->passed_in = MAX (record->since_in, 0);
    }
    return is_count (record->raw_out) && record->since_in >= -SECRET_SEQ_MAX &&
           record->since_in <= SECRET_SEQ_MAX;
}

static gboolean
load_optional (TlBytes bytes, uint8_t *out, gboolean *there)
{
    *there = bytes.data != NULL;
    return !*there || fixed (bytes, out, 256);
}

static gboolean
are_counts (const SecretChat *chat)
{
    const int32_t counts[] = { chat->peer_in,    chat->in_floor,       chat->first_v2,
                               chat->asked.from, chat->asked.to,       chat->orders,
                               chat->sent_layer, chat->rekey_failures, chat->pause.raw,
                               chat->ask_step,   chat->ask_today };

    for (size_t i = 0; i < G_N_ELEMENTS (counts); i++)
        if (!is_count (counts[i]))
            return FALSE;
    return chat->raw_in >= 0 && chat->raw_in <= SECRET_RAW_MAX && chat->raw_out >= 0 &&
           chat->raw_out <= SECRET_RAW_MAX && chat->peer_in <= chat->raw_out &&
           chat->rekey_peer_at >= -1 && chat->rekey_peer_at <= SECRET_RAW_MAX;
}

static gboolean
load_numbers (SecretChat *chat, const RecChat *record)
{
    chat->outgoing = record->outgoing;
    chat->has_v2 = record->has_v2;
    chat->first_v2 = record->has_first_v2 ? record->first_v2 : 0;
    chat->verified = record->verified;
    chat->hole_told = record->hole_told;
    chat->delete_history = record->delete_history;
    chat->discard_pending = record->discard_pending;
    chat->newer_told = record->newer_told;
    chat->group_told = record->group_told;
    chat->wrapped_seen = record->wrapped_seen;
    chat->asked_server = record->asked;
    chat->access_hash = record->access_hash;
    chat->user_id = record->user_id;
    chat->state = (TalkState)record->state;
    chat->closed = (TalkClosed)record->closed;
    chat->date = record->date;
    chat->ttl = timer (record->ttl);
    chat->peer_layer = record->peer_layer;
    chat->told_layer = record->told_layer;
    chat->sent_layer = record->sent_layer;
    chat->raw_in = record->raw_in;
    chat->raw_out = record->raw_out;
    chat->peer_in = record->peer_in;
    chat->in_floor = record->in_floor;
    chat->asked = (SecretRange){ record->resend_from, record->resend_to };
    chat->orders = record->orders;
    chat->read_date = record->read_date;
    chat->read_sent = record->read_sent;
    chat->peer_read_date = record->peer_read_date;
    chat->rekey_failures = record->rekey_failures;
    chat->rekey_peer_at = record->rekey_peer_at;
    chat->notified = moment (record->notified);
    chat->hole_since = moment (record->hole_since);
    chat->long_random = record->long_random;
    chat->ask_at = record->has_ask_at ? moment (record->ask_at) : 0;
    chat->ask_step = record->has_ask_at ? record->ask_step : 0;
    chat->ask_day = record->has_ask_day ? moment (record->ask_day) : 0;
    chat->ask_today = record->has_ask_day ? record->ask_today : 0;
    if (record->has_pause_at)
        chat->pause = (SecretPause){ record->pause_raw, moment (record->pause_at) };
    chat->g = record->has_g ? record->g : 0;
    return record->state >= TALK_STATE_ASKING && record->state <= TALK_STATE_CLOSED &&
           record->closed >= TALK_CLOSED_NOT &&
           record->closed <= TALK_CLOSED_ROLLED_BACK && are_counts (chat);
}

gboolean
secret_load (SecretChat *chat, const uint8_t *data, size_t len)
{
    g_autoptr (CryptoSecret) copy = renewed (data, len);
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_record_schema, copy->data, copy->len, NULL);
    const RecChat *record =
        message != NULL ? TL_AS (tl_message_root (message), RecChat) : NULL;

    if (record == NULL || record->id != chat->id || !load_numbers (chat, record))
        return FALSE;
    uint8_t *g_a = chat->outgoing ? chat->g_own : chat->g_peer;
    uint8_t *g_b = chat->outgoing ? chat->g_peer : chat->g_own;
    gboolean *has_g_a = chat->outgoing ? &chat->has_public : &chat->has_peer_public;
    gboolean *has_g_b = chat->outgoing ? &chat->has_peer_public : &chat->has_public;
    chat->detail = text_of (record->detail);
    chat->has_key_hash = record->key_hash.data != NULL;
    if ((chat->has_key_hash && !fixed (record->key_hash, chat->key_hash, 36)) ||
        (chat->g != 0 && !fixed (record->p, chat->p, 256)) ||
        !load_optional (record->exponent, chat->exponent, &chat->has_exponent) ||
        !load_optional (record->g_a, g_a, has_g_a) ||
        !load_optional (record->g_b, g_b, has_g_b) ||
        (record->key != NULL && !load_key (record->key, &chat->key)) ||
        (record->other_key != NULL && !load_key (record->other_key, &chat->other)) ||
        (record->rekey != NULL && !load_rekey (record->rekey, &chat->rekey)))
        return FALSE;
    chat->kept = secrets_of (chat);
    return chat->state != TALK_STATE_READY || chat->key.used;
}

/* --- retained messages --- */

static void
save_out (SecretChat *chat, const SecretOut *out, StoreNeed need)
{
    RecOutbox record = TL_NEW (
        RecOutbox, .service = out->service, .silent = out->silent, .sent = out->sent,
        .resend = out->resend, .user = out->user, .typing = out->typing,
        .replaced = out->replaced, .random_id = out->random_id, .raw_out = out->raw_out,
        .layer = out->layer, .in_seq_no = out->in_seq_no, .fingerprint = out->fingerprint,
        .data = TL_BYTES (out->data->data, out->data->len), .resends = out->resends,
        .resend_hour = out->resend_hour, .created = out->created,
        .has_asks_from = out->asks_from >= 0, .asks_from = out->asks_from);
    put_mark (chat, STORE_OUTBOX, out->raw_out, TL_OBJ (&record), need);
    if (out->replaced) /* by its own deletion */
        store_batch_forget (batch_of (chat), STORE_FORGET_NOW);
}

void
secret_save_out (SecretChat *chat, const SecretOut *out)
{
    save_out (chat, out, STORE_DURABLE);
}

void
secret_mark_out (SecretChat *chat, const SecretOut *out)
{
    save_out (chat, out, STORE_LATE);
}

void
secret_delete_out (SecretChat *chat, int32_t raw_out)
{
    drop (chat, STORE_OUTBOX, raw_out);
}

static gboolean
load_out (SecretChat *chat, const RecOutbox *record)
{
    if (record == NULL || record->raw_out < 0 || record->raw_out > SECRET_RAW_MAX)
        return FALSE;
    SecretOut *out = g_new0 (SecretOut, 1);
    out->service = record->service;
    out->silent = record->silent;
    out->sent = record->sent;
    out->resend = record->resend;
    out->user = record->user;
    out->typing = record->typing;
    out->replaced = record->replaced;
    out->random_id = record->random_id;
    out->raw_out = record->raw_out;
    out->layer = record->layer;
    out->in_seq_no = record->in_seq_no;
    out->fingerprint = record->fingerprint;
    out->resends = CLAMP (record->resends, 0, SECRET_SEQ_MAX);
    out->resend_hour = moment (record->resend_hour);
    out->created = moment (record->created);
    out->asks_from = record->has_asks_from ? record->asks_from : -1;
    out->data = g_byte_array_new ();
    g_byte_array_append (out->data, record->data.data, (unsigned)record->data.len);
    unsigned at = chat->outbox->len; /* records may come in any order */
    while (at > 0 && ((SecretOut *)g_ptr_array_index (chat->outbox, at - 1))->raw_out >
                         out->raw_out)
        at--;
    g_ptr_array_insert (chat->outbox, (int)at, out);
    return TRUE;
}

/* --- messages behind holes, early ones --- */

void
secret_save_queued (SecretChat *chat, const SecretQueued *item)
{
    RecGap record =
        TL_NEW (RecGap, .raw_in = item->raw_in, .date = item->date, .layer = item->layer,
                .in_seq_no = item->in_seq_no, .fingerprint = item->fingerprint,
                .noop = item->noop, .asked = item->asked, .has_file = item->has_file,
                .body = TL_BYTES (item->body->data, item->body->len));
    put (chat, STORE_QUEUED, item->raw_in, TL_OBJ (&record));
}

void
secret_delete_queued (SecretChat *chat, int32_t raw_in)
{
    drop (chat, STORE_QUEUED, raw_in);
}

static gboolean
load_queued (SecretChat *chat, const TlObject *root)
{
    const RecGap *record = TL_AS (root, RecGap);
    const RecGap1 *old = TL_AS (root, RecGap1);
    RecGap renewed;

    if (old != NULL) {
        renewed =
            TL_NEW (RecGap, .noop = old->noop, .raw_in = old->raw_in, .date = old->date,
                    .layer = old->layer, .in_seq_no = old->in_seq_no,
                    .fingerprint = old->fingerprint, .body = old->body);
        record = &renewed;
    }
    if (record == NULL || record->raw_in < 0 || record->raw_in > SECRET_SEQ_MAX / 2 ||
        !is_count (record->in_seq_no))
        return FALSE;
    SecretQueued *item = g_new0 (SecretQueued, 1);
    item->raw_in = record->raw_in;
    item->date = record->date;
    item->layer = record->layer;
    item->in_seq_no = record->in_seq_no;
    item->fingerprint = record->fingerprint;
    item->noop = record->noop;
    item->asked = record->asked;
    item->has_file = record->has_file;
    item->body = g_byte_array_new ();
    g_byte_array_append (item->body, record->body.data, (unsigned)record->body.len);
    unsigned at = chat->queue->len;
    while (at > 0 && ((SecretQueued *)g_ptr_array_index (chat->queue, at - 1))->raw_in >
                         item->raw_in)
        at--;
    g_ptr_array_insert (chat->queue, (int)at, item);
    return TRUE;
}

void
secret_save_early (SecretChat *chat, const SecretEarly *early, unsigned serial)
{
    RecEarly record = TL_NEW (RecEarly, .has_file = early->has_file, .date = early->date,
                              .data = TL_BYTES (early->data->data, early->data->len));
    put (chat, STORE_EARLY, serial, TL_OBJ (&record));
}

static gboolean
load_early (SecretChat *chat, const TlObject *root)
{
    const RecEarly *record = TL_AS (root, RecEarly);
    const RecEarly1 *old = TL_AS (root, RecEarly1);
    RecEarly renewed;

    if (old != NULL) {
        renewed = TL_NEW (RecEarly, .date = old->date, .data = old->data);
        record = &renewed;
    }
    if (record == NULL)
        return FALSE;
    SecretEarly *early = g_new0 (SecretEarly, 1);
    early->date = record->date;
    early->has_file = record->has_file;
    early->data = g_byte_array_new ();
    g_byte_array_append (early->data, record->data.data, (unsigned)record->data.len);
    g_ptr_array_add (chat->early, early);
    return TRUE;
}

void
secret_delete_queues (SecretChat *chat)
{
    StoreBatch *batch = batch_of (chat);

    store_batch_delete_all (batch, STORE_OUTBOX, chat->id);
    store_batch_delete_all (batch, STORE_QUEUED, chat->id);
    store_batch_delete_all (batch, STORE_EARLY, chat->id);
}

/* --- what is known of shown messages --- */

void
secret_mark_note (SecretChat *chat, const SecretNote *note, StoreNeed need)
{
    RecChatMessage record = TL_NEW (
        RecChatMessage, .outgoing = note->outgoing, .displayed = note->displayed,
        .seen = note->seen, .sent = note->sent, .opens = note->opens,
        .opened = note->opened, .silent = note->silent, .random_id = note->random_id,
        .order = note->order, .date = note->date, .ttl = note->ttl,
        .content = (int32_t)note->content, .has_expires = note->expires != 0,
        .expires = note->expires, .text = optional_text (note->text),
        .detail = optional_text (note->detail), .has_reply_to = note->reply_to != 0,
        .reply_to = note->reply_to, .continues = note->continues,
        .refused = note->refused);
    put_mark (chat, STORE_MESSAGE, note->random_id, TL_OBJ (&record), need);
    if (note->text == NULL) /* it was read, or is acknowledged */
        store_batch_forget (batch_of (chat), STORE_FORGET_SOON);
}

void
secret_save_note (SecretChat *chat, const SecretNote *note)
{
    secret_mark_note (chat, note, STORE_DURABLE);
}

void
secret_delete_note (SecretChat *chat, int64_t random_id)
{
    drop (chat, STORE_MESSAGE, random_id);
}

/* Of the chat, not of a message: no message has the id 0 (SC-C20). */
void
secret_save_lost (SecretChat *chat)
{
    RecUnshown record = TL_NEW (RecUnshown, .lost = chat->lost);

    if (chat->lost > 0)
        put (chat, STORE_MESSAGE, 0, TL_OBJ (&record));
    else
        drop (chat, STORE_MESSAGE, 0);
}

static gboolean
load_lost (SecretChat *chat, const RecUnshown *record)
{
    if (record == NULL || record->lost < 0)
        return FALSE;
    chat->lost = record->lost;
    return TRUE;
}

static gboolean
load_note (SecretChat *chat, const RecChatMessage *record)
{
    /* as every store has it (DECISIONS 30) */
    G_STATIC_ASSERT (TALK_CONTENT_MISSING == 12);

    if (record == NULL || record->content < TALK_CONTENT_TEXT ||
        record->content > TALK_CONTENT_MISSING || !is_count (record->order))
        return FALSE;
    SecretNote *note = g_new0 (SecretNote, 1);
    chat->notes_loaded = TRUE;
    chat->counting |= record->has_expires;
    note->outgoing = record->outgoing;
    note->displayed = record->displayed;
    note->seen = record->seen;
    note->sent = record->sent;
    note->opens = record->opens;
    note->opened = record->opened;
    note->silent = record->silent;
    note->random_id = record->random_id;
    note->order = record->order;
    note->date = record->date;
    note->ttl = timer (record->ttl);
    note->content = (TalkContent)record->content;
    note->expires = record->has_expires ? MAX (moment (record->expires), 1) : 0;
    note->text = record->outgoing ? own_text_of (record->text) : text_of (record->text);
    note->detail = text_of (record->detail);
    note->reply_to = record->has_reply_to ? record->reply_to : 0;
    note->continues = record->continues;
    note->refused = record->refused;
    g_hash_table_replace (chat->notes, &note->random_id, note);
    return TRUE;
}

gboolean
secret_load_other (SecretChat *chat, StoreKey key, const uint8_t *data, size_t len)
{
    g_autoptr (CryptoSecret) copy = renewed (data, len);
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_record_schema, copy->data, copy->len, NULL);
    const TlObject *root = message != NULL ? tl_message_root (message) : NULL;

    switch (key.kind) {
    case STORE_OUTBOX:
        return load_out (chat, TL_AS (root, RecOutbox));
    case STORE_QUEUED:
        return load_queued (chat, root);
    case STORE_EARLY:
        return load_early (chat, root);
    case STORE_MESSAGE:
        return key.id == 0 ? load_lost (chat, TL_AS (root, RecUnshown))
                           : load_note (chat, TL_AS (root, RecChatMessage));
    default:
        return FALSE;
    }
}
