/* The peer model: arrival, order, holes, actions. */
#include "peer-model-private.h"

#include "crypto-envelope.h"
#include "secret.tl.h"

#include <string.h>

void
peer_close (PeerModel *peer, const char *format, ...)
{
    va_list args;

    if (peer->closed != NULL)
        return;
    va_start (args, format);
    g_autofree char *why = g_strdup_vprintf (format, args);
    va_end (args);
    peer->closed = g_strdup_printf ("%s would %s: %s", peer->traits->name,
                                    peer->traits->stalls ? "stall" : "close", why);
}

static void
in_free (PeerIn *in)
{
    tl_message_unref (in->message);
    g_free (in);
}

PeerModel *
peer_model_new (const PeerTraits *traits, gboolean creator, const CryptoRandom *random,
                int64_t now)
{
    PeerModel *peer = g_new0 (PeerModel, 1);

    peer->traits = traits;
    peer->creator = creator;
    peer->random = random;
    peer->now = peer->key_time = now;
    peer->asked_to = peer->exchange_at = -1;
    peer->asked_from = g_hash_table_new (NULL, NULL);
    peer->answered = g_array_new (FALSE, FALSE, sizeof (int32_t));
    peer->again = g_array_new (FALSE, FALSE, sizeof (int32_t));
    peer->sent = g_ptr_array_new_with_free_func ((GDestroyNotify)peer_out_free);
    peer->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify)in_free);
    peer->unopened = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
    peer->keys = g_array_new (FALSE, FALSE, sizeof (PeerKey));
    peer->talks = g_getenv ("G_MESSAGES_DEBUG") != NULL;
    return peer;
}

void
peer_model_free (PeerModel *peer)
{
    g_hash_table_unref (peer->asked_from);
    g_array_unref (peer->answered);
    g_array_unref (peer->again);
    g_ptr_array_unref (peer->sent);
    g_ptr_array_unref (peer->waiting);
    g_ptr_array_unref (peer->unopened);
    g_array_unref (peer->keys);
    g_queue_clear_full (&peer->wire, (GDestroyNotify)peer_wire_free);
    g_free (peer->closed);
    g_free (peer);
}

/* --- what a message does --- */

static void
tell (PeerModel *peer, PeerEvent event, int64_t id, TlBytes text)
{
    if (peer->event != NULL)
        peer->event (peer, event, id, text, peer->user);
}

static void
announce (PeerModel *peer)
{
    SecretDecryptedMessageActionNotifyLayer action = TL_NEW (
        SecretDecryptedMessageActionNotifyLayer, .layer = peer->traits->own_layer);
    peer_send_action (peer, TL_OBJ (&action));
}

static void
hear_layer (PeerModel *peer, int32_t layer)
{
    gboolean again =
        peer->traits->tells_layer_again && peer->heard_layer < peer->traits->own_layer;

    if (layer <= peer->heard_layer)
        return;
    peer->heard_layer = layer;
    if (again)
        announce (peer);
}

static const SecretDecryptedMessageLayer *
wrapper_of (const PeerIn *in)
{
    return TL_AS (tl_message_root (in->message), SecretDecryptedMessageLayer);
}

static const TlObject *
action_of (const PeerIn *in)
{
    const SecretDecryptedMessageService *service =
        TL_AS (wrapper_of (in)->message, SecretDecryptedMessageService);
    return service != NULL ? service->action : NULL;
}

static const SecretDecryptedMessageActionResend *
resend_of (const PeerIn *in)
{
    return TL_AS (action_of (in), SecretDecryptedMessageActionResend);
}

static void
deleted (PeerModel *peer, const SecretDecryptedMessageActionDeleteMessages *action)
{
    for (size_t i = 0; i < action->random_ids.len; i++) {
        int64_t id = TL_ITEM (action->random_ids, int64_t, i);
        tell (peer, PEER_DELETED, id, (TlBytes){ NULL, 0 });
        peer_forget (peer, id);
    }
}

static void
run_action (PeerModel *peer, const TlObject *action)
{
    switch (action->id) {
    case SecretDecryptedMessageActionSetMessageTTL_ID:
        peer->ttl =
            TL_AS (action, SecretDecryptedMessageActionSetMessageTTL)->ttl_seconds;
        break;
    case SecretDecryptedMessageActionDeleteMessages_ID:
        deleted (peer, TL_AS (action, SecretDecryptedMessageActionDeleteMessages));
        break;
    case SecretDecryptedMessageActionFlushHistory_ID:
        tell (peer, PEER_FLUSHED, 0, (TlBytes){ NULL, 0 });
        peer_forget_all (peer);
        break;
    case SecretDecryptedMessageActionNotifyLayer_ID:
        hear_layer (peer, TL_AS (action, SecretDecryptedMessageActionNotifyLayer)->layer);
        break;
    case SecretDecryptedMessageActionRequestKey_ID:
    case SecretDecryptedMessageActionAcceptKey_ID:
    case SecretDecryptedMessageActionCommitKey_ID:
    case SecretDecryptedMessageActionAbortKey_ID:
        peer_rekey_action (peer, action);
        break;
    default:
        break; /* typing is parsed and forgotten by all of them */
    }
}

/* The official schema, without what Android leaked into it from the main one, and without
 * the forms of old layers that TDLib ignores (SC-C12). */
static gboolean
is_readable (const TlObject *message)
{
    const SecretDecryptedMessage *text = TL_AS (message, SecretDecryptedMessage);
    const SecretDecryptedMessageService *service =
        TL_AS (message, SecretDecryptedMessageService);

    if (service != NULL)
        return service->action != NULL;
    return text != NULL && text->random_id != 0 && text->message.len > 0 &&
           text->media == NULL && text->entities.len == 0;
}

/* SC-D8, SC-C6: what TDLib checks when a message's turn has come. */
static void
check_turn (PeerModel *peer, const PeerIn *in)
{
    if (peer->traits->odd_ack == PEER_CLOSES && in->in_seq_no / 2 < peer->acked)
        peer_close (peer, "in_seq_no goes back at #%d: %d after %d (SC-D8)", in->raw,
                    in->in_seq_no / 2, peer->acked);
    if (peer->traits->odd_ack == PEER_CLOSES && in->in_seq_no / 2 > peer->out)
        peer_close (peer, "#%d acknowledges %d, only %d were sent (SC-D8)", in->raw,
                    in->in_seq_no / 2, peer->out);
    if (peer->traits->layer_decrease == PEER_CLOSES && in->layer < peer->order_layer)
        peer_close (peer, "#%d has layer %d after %d (SC-C6)", in->raw, in->layer,
                    peer->order_layer);
}

static void
process (PeerModel *peer, PeerIn *in)
{
    const TlObject *message = wrapper_of (in)->message;
    const SecretDecryptedMessage *text = TL_AS (message, SecretDecryptedMessage);

    check_turn (peer, in);
    if (peer->closed != NULL)
        return;
    peer_debug (peer, "[peer] <- #%d %s, acknowledges %d", in->raw,
                tl_id_name (&tl_secret_schema,
                            action_of (in) != NULL ? action_of (in)->id : message->id),
                in->in_seq_no / 2);
    peer->in++;
    peer->since++;
    peer->acked = in->in_seq_no / 2;
    peer->order_layer = in->layer;
    peer_release (peer);
    hear_layer (peer, in->layer);
    peer_rekey_used (peer, in);
    if (text != NULL)
        tell (peer, PEER_SHOWN, text->random_id, text->message);
    else if (resend_of (in) != NULL && !in->acted)
        peer_answer_resend (peer, resend_of (in)->start_seq_no,
                            resend_of (in)->end_seq_no);
    else if (action_of (in) != NULL)
        run_action (peer, action_of (in));
}

/* --- order --- */

static void
ask (PeerModel *peer, int32_t from, int32_t to)
{
    int32_t parity = peer->creator ? 0 : 1;
    SecretDecryptedMessageActionResend action =
        TL_NEW (SecretDecryptedMessageActionResend, .start_seq_no = 2 * from + parity,
                .end_seq_no = 2 * to + parity);

    peer_send_action (peer, TL_OBJ (&action));
}

static PeerIn *
head (const PeerModel *peer)
{
    return peer->waiting->len > 0 ? g_ptr_array_index (peer->waiting, 0) : NULL;
}

/* In order by number; a second copy takes the place of the first. */
static void
enqueue (PeerModel *peer, PeerIn *take_in)
{
    unsigned at = 0;

    while (at < peer->waiting->len) {
        PeerIn *other = g_ptr_array_index (peer->waiting, at);
        if (other->raw == take_in->raw) {
            in_free (other);
            peer->waiting->pdata[at] = take_in;
            return;
        }
        if (other->raw > take_in->raw)
            break;
        at++;
    }
    g_ptr_array_insert (peer->waiting, (int)at, take_in);
}

static void
drain (PeerModel *peer)
{
    while (peer->closed == NULL && head (peer) != NULL && head (peer)->raw <= peer->in) {
        PeerIn *in = g_ptr_array_steal_index (peer->waiting, 0);
        if (in->raw == peer->in)
            process (peer, in);
        in_free (in);
    }
}

/* TDLib: a Resend is acted upon when it comes, a hole is asked for once. */
static void
arrive_durable (PeerModel *peer, PeerIn *take_in)
{
    const SecretDecryptedMessageActionResend *resend = resend_of (take_in);

    if (take_in->raw == peer->in)
        check_turn (peer, take_in); /* before it acts */
    if (resend != NULL && peer->closed == NULL) {
        peer_answer_resend (peer, resend->start_seq_no, resend->end_seq_no);
        take_in->acted = TRUE;
    }
    enqueue (peer, take_in);
    drain (peer);
    if (peer->closed != NULL || head (peer) == NULL)
        return;
    int32_t last = head (peer)->raw - 1;
    if (peer->asked_to >= last)
        return;
    if (peer->asked_to >= peer->in)
        peer_close (peer, "two holes at once, which ends the process");
    ask (peer, peer->in, last);
    peer->asked_to = last;
}

/* Android: asks once for what begins at this number, keeps four, answers in turn. */
static void
arrive_memory (PeerModel *peer, PeerIn *take_in)
{
    if (take_in->raw > peer->in) {
        if (g_hash_table_add (peer->asked_from, GINT_TO_POINTER (peer->in + 1)))
            ask (peer, peer->in, take_in->raw - 1);
        if (peer->waiting->len >= peer->traits->queue_max) {
            peer_close (peer, "more than %u messages behind a hole",
                        peer->traits->queue_max);
            in_free (take_in);
            return;
        }
    }
    enqueue (peer, take_in);
    drain (peer);
}

/* iOS: everything goes into a log; every pass answers all Resends in it, processes what
 * is in order and asks for the first hole. */
static void
arrive_log (PeerModel *peer, PeerIn *take_in)
{
    enqueue (peer, take_in);
    for (unsigned i = 0; i < peer->waiting->len && peer->closed == NULL; i++) {
        PeerIn *in = g_ptr_array_index (peer->waiting, i);
        if (resend_of (in) == NULL)
            continue;
        peer_answer_resend (peer, resend_of (in)->start_seq_no,
                            resend_of (in)->end_seq_no);
        in->acted = TRUE; /* in its turn it only consumes its number */
    }
    drain (peer);
    peer_send_again (peer);
    if (peer->closed == NULL && head (peer) != NULL)
        ask (peer, peer->in, head (peer)->raw - 1);
}

static void
arrive (PeerModel *peer, PeerIn *take_in)
{
    if (take_in->raw > peer->in)
        peer_debug (peer, "[peer] <- #%d behind a hole at #%d", take_in->raw, peer->in);
    if (take_in->raw < peer->in) { /* a copy */
        const SecretDecryptedMessageActionResend *resend = resend_of (take_in);
        if (resend != NULL && peer->traits->acts_on_copies)
            peer_answer_resend (peer, resend->start_seq_no, resend->end_seq_no);
        peer_send_again (peer);
        in_free (take_in);
        return;
    }
    switch (peer->traits->queue) {
    case PEER_QUEUE_DURABLE:
        arrive_durable (peer, take_in);
        break;
    case PEER_QUEUE_MEMORY:
        arrive_memory (peer, take_in);
        break;
    case PEER_QUEUE_LOG:
        arrive_log (peer, take_in);
        break;
    }
}

/* --- opening --- */

static PeerKey *
find_key (PeerModel *peer, int64_t id)
{
    if (id == 0)
        return NULL;
    if (peer->key.id == id)
        return &peer->key;
    if (peer->other.id == id && !peer->traits->keeps_keys)
        return &peer->other; /* a candidate is no key yet where all are kept */
    for (unsigned i = 0; i < peer->keys->len; i++)
        if (g_array_index (peer->keys, PeerKey, i).id == id)
            return &g_array_index (peer->keys, PeerKey, i);
    return NULL;
}

static void
unreadable (PeerModel *peer, const char *what)
{
    peer->unreadable++;
    if (peer->traits->unknown_body == PEER_CLOSES)
        peer_close (peer, "%s (SC-C12)", what);
}

static gboolean
knows_layer (const PeerModel *peer, int32_t layer)
{
    const int32_t *known = peer->traits->layers;

    for (; known != NULL && *known != 0; known++)
        if (*known == layer)
            return TRUE;
    return known == NULL;
}

static gboolean
check_numbers (PeerModel *peer, const SecretDecryptedMessageLayer *layer)
{
    int32_t parity = peer->creator ? 0 : 1;

    if (layer->in_seq_no < 0 || layer->out_seq_no < 0) {
        peer_close (peer, "a negative number (SC-D5)");
        return FALSE;
    }
    if (peer->traits->parity != PEER_IGNORES &&
        (layer->out_seq_no % 2 != parity || layer->in_seq_no % 2 != 1 - parity)) {
        if (peer->traits->parity == PEER_CLOSES)
            peer_close (peer, "a number of the wrong parity (SC-D4)");
        return FALSE;
    }
    return TRUE;
}

/* `body` is one object; takes its place in the order. */
static void
take_body (PeerModel *peer, const PeerKey *key, const uint8_t *body, size_t len)
{
    g_autoptr (TlMessage) message =
        tl_message_decode (&tl_secret_schema, body, len, NULL);
    const SecretDecryptedMessageLayer *layer =
        message != NULL ? TL_AS (tl_message_root (message), SecretDecryptedMessageLayer)
                        : NULL;

    if (layer == NULL) {
        unreadable (peer, "something it cannot parse");
        return;
    }
    if (layer->random_bytes.len < peer->traits->random_bytes_min) {
        unreadable (peer, "too few random bytes (SC-C3)");
        return;
    }
    if (!is_readable (layer->message))
        unreadable (peer, "a form it does not show");
    if (!knows_layer (peer, layer->layer))
        peer_close (peer, "layer %d is not in its list (SC-C5)", layer->layer);
    if (peer->closed != NULL || !check_numbers (peer, layer))
        return;
    if (peer->traits->queue == PEER_QUEUE_DURABLE) /* from any packet */
        hear_layer (peer, layer->layer);
    PeerIn *in = g_new0 (PeerIn, 1);
    in->raw = layer->out_seq_no / 2;
    in->in_seq_no = layer->in_seq_no;
    in->layer = layer->layer;
    in->key_id = key->id;
    in->other_key = key == &peer->other;
    in->message = g_steal_pointer (&message);
    arrive (peer, in);
}

typedef enum { UNSEAL_GOOD, UNSEAL_NO_KEY, UNSEAL_BAD_KEY, UNSEAL_BAD_LENGTH } Unseal;

/* `plain` (of data.len bytes) gets length word, object and padding. */
static Unseal
unseal (PeerModel *peer, TlBytes data, PeerKey **key, uint8_t *plain, size_t *size)
{
    int64_t id;
    int32_t word;
    size_t len = data.len - 24;

    memcpy (&id, data.data, 8);
    *key = find_key (peer, GINT64_FROM_LE (id));
    if (*key == NULL)
        return UNSEAL_NO_KEY;
    if (!crypto_envelope_open ((*key)->key, peer->creator ? 8 : 0, data.data + 8, len,
                               plain))
        return UNSEAL_BAD_KEY;
    memcpy (&word, plain, 4);
    word = GINT32_FROM_LE (word);
    if (word <= 0 || word % 4 != 0 || (size_t)word + 4 + 12 > len ||
        len - 4 - (size_t)word > 1024)
        return UNSEAL_BAD_LENGTH;
    *size = (size_t)word;
    return UNSEAL_GOOD;
}

/* FALSE: no such key. */
static gboolean
open_data (PeerModel *peer, TlBytes data)
{
    g_autofree uint8_t *plain = g_malloc (data.len);
    PeerKey *key;
    size_t size;
    Unseal how = unseal (peer, data, &key, plain, &size);

    if (how == UNSEAL_NO_KEY)
        return FALSE;
    if (how != UNSEAL_GOOD && peer->traits->bad_msg_key == PEER_CLOSES)
        peer_close (peer, how == UNSEAL_BAD_KEY ? "msg_key does not match"
                                                : "length or padding is wrong (SC-B10)");
    peer->unreadable += how == UNSEAL_BAD_LENGTH;
    if (how != UNSEAL_GOOD)
        return TRUE;
    key->in++;
    take_body (peer, key, plain + 4, size);
    return TRUE;
}

gboolean
peer_minds_copy (PeerModel *peer, TlBytes data)
{
    g_autofree uint8_t *plain = g_malloc (data.len);
    PeerKey *key;
    size_t size;

    if (!peer->traits->acts_on_copies || data.len < 24 + 32)
        return FALSE;
    Unseal how = unseal (peer, data, &key, plain, &size);
    if (how != UNSEAL_GOOD)
        return how == UNSEAL_NO_KEY; /* who knows */
    PeerIn in = { .message =
                      tl_message_decode (&tl_secret_schema, plain + 4, size, NULL) };
    gboolean is_resend =
        in.message != NULL && wrapper_of (&in) != NULL && resend_of (&in) != NULL;
    g_clear_pointer (&in.message, tl_message_unref);
    return is_resend;
}

void
peer_receive (PeerModel *peer, TlBytes data)
{
    if (peer->closed != NULL)
        return;
    if (data.len < 24 + 32 || data.len % 16 != 24 % 16) {
        if (peer->traits->bad_msg_key == PEER_CLOSES)
            peer_close (peer, "a packet of an impossible length");
        return;
    }
    if (!open_data (peer, data) && peer->traits->unknown_key == PEER_KEEPS)
        g_ptr_array_add (peer->unopened, g_bytes_new (data.data, data.len));
    for (unsigned i = 0; i < peer->unopened->len && peer->closed == NULL;) {
        size_t len;
        const uint8_t *kept = g_bytes_get_data (peer->unopened->pdata[i], &len);
        if (open_data (peer, TL_BYTES (kept, len)))
            g_ptr_array_remove_index (peer->unopened, i);
        else
            i++;
    }
    peer_rekey_pump (peer);
}

GArray *
peer_waiting_numbers (const PeerModel *peer)
{
    GArray *numbers = g_array_new (FALSE, FALSE, sizeof (int32_t));

    for (unsigned i = 0; i < peer->waiting->len; i++)
        g_array_append_val (numbers,
                            ((PeerIn *)g_ptr_array_index (peer->waiting, i))->raw);
    return numbers;
}

void
peer_restart (PeerModel *peer)
{
    if (peer->traits->days_of_uptime)
        peer->key_time = peer->now;
    if (peer->traits->queue != PEER_QUEUE_MEMORY)
        return;
    g_ptr_array_set_size (peer->waiting, 0);
    g_hash_table_remove_all (peer->asked_from);
}

void
peer_tick (PeerModel *peer)
{
    if (peer->closed == NULL)
        peer_rekey_pump (peer);
}

/* --- its user --- */

void
peer_ready (PeerModel *peer, int64_t fingerprint)
{
    if (fingerprint != peer->key.id && peer->traits->wrong_fingerprint == PEER_CLOSES)
        peer_close (peer, "the fingerprints differ (SC-A18)");
    else
        announce (peer);
}

int64_t
peer_say (PeerModel *peer, const char *text)
{
    SecretDecryptedMessage message =
        TL_NEW (SecretDecryptedMessage, .random_id = peer_random_id (peer),
                .ttl = peer->ttl, .message = TL_STR (text));

    peer_send (peer, TL_OBJ (&message), message.random_id, TRUE);
    peer_rekey_pump (peer);
    return message.random_id;
}

void
peer_delete (PeerModel *peer, int64_t id)
{
    SecretDecryptedMessageActionDeleteMessages action =
        TL_NEW (SecretDecryptedMessageActionDeleteMessages, .random_ids = { &id, 1 });

    peer_forget (peer, id);
    peer_send_action (peer, TL_OBJ (&action));
    peer_rekey_pump (peer);
}

void
peer_flush (PeerModel *peer)
{
    SecretDecryptedMessageActionFlushHistory action =
        TL_NEW (SecretDecryptedMessageActionFlushHistory);

    peer_forget_all (peer);
    peer_send_action (peer, TL_OBJ (&action));
    peer_rekey_pump (peer);
}

void
peer_set_ttl (PeerModel *peer, int32_t seconds)
{
    SecretDecryptedMessageActionSetMessageTTL action =
        TL_NEW (SecretDecryptedMessageActionSetMessageTTL, .ttl_seconds = seconds);

    peer->ttl = seconds;
    peer_send_action (peer, TL_OBJ (&action));
    peer_rekey_pump (peer);
}

void
peer_screenshot (PeerModel *peer)
{
    SecretDecryptedMessageActionScreenshotMessages action =
        TL_NEW (SecretDecryptedMessageActionScreenshotMessages, .random_ids = { "", 0 });

    peer_send_action (peer, TL_OBJ (&action));
    peer_rekey_pump (peer);
}
