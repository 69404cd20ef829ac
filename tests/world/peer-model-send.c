/* The peer model's own messages: numbers, sealing, what is kept and sent again. */
#include "peer-model-private.h"

#include "crypto-envelope.h"
#include "secret.tl.h"
#include "tl-encode.h"

#include <string.h>

int64_t
peer_random_id (PeerModel *peer)
{
    int64_t id = 0;

    while (id == 0)
        g_assert_true (crypto_random_fill (peer->random, (uint8_t *)&id, sizeof id));
    return id;
}

void
peer_out_free (PeerOut *out)
{
    g_byte_array_unref (out->body);
    g_clear_pointer (&out->data, g_bytes_unref);
    g_free (out);
}

void
peer_wire_free (PeerWire *wire)
{
    g_bytes_unref (wire->data);
    g_free (wire);
}

/* Number n of the creator is 2n + 1 on the wire, of the other side 2n. */
static int32_t
own_seq (const PeerModel *peer, int32_t raw)
{
    return 2 * raw + (peer->creator ? 1 : 0);
}

/* What in_seq_no says now. Android counts the message before the last one, and as creator
 * only from the second on. */
static int32_t
ack_now (const PeerModel *peer)
{
    int32_t in = peer->in;

    if (peer->traits->ack == PEER_ACK_BEHIND && in > (peer->creator ? 1 : 0))
        in--;
    return 2 * in + (peer->creator ? 0 : 1);
}

static int32_t
layer_now (const PeerModel *peer)
{
    return CLAMP (peer->heard_layer, peer->traits->first_layer, peer->traits->own_layer);
}

static PeerKey *
key_of (PeerModel *peer, int32_t raw)
{
    PeerKey *best = &peer->key;

    for (unsigned i = 0; peer->traits->keeps_keys && i < peer->keys->len; i++) {
        PeerKey *key = &g_array_index (peer->keys, PeerKey, i);
        if (key->from <= raw)
            best = key; /* in the order of `from` */
    }
    return best;
}

const PeerKey *
peer_sending_key (PeerModel *peer)
{
    return key_of (peer, peer->out);
}

static GBytes *
seal (PeerModel *peer, const PeerKey *key, int32_t layer, int32_t in_seq_no,
      int32_t out_seq_no, const GByteArray *body)
{
    uint8_t random[255];
    g_auto (TlWriter) plain = { 0 };
    g_auto (TlWriter) inner = { 0 };

    g_assert_true (crypto_random_fill (peer->random, random, sizeof random));
    tl_writer_int (&inner, 0x1be31789); /* decryptedMessageLayer */
    tl_writer_bytes (&inner, random, peer->traits->random_bytes);
    tl_writer_int (&inner, layer);
    tl_writer_int (&inner, in_seq_no);
    tl_writer_int (&inner, out_seq_no);
    tl_writer_raw (&inner, body->data, body->len);
    tl_writer_int (&plain, (int32_t)inner.len);
    tl_writer_raw (&plain, inner.data, inner.len);
    size_t pad = 12;
    while ((plain.len + pad) % 16 != 0)
        pad++;
    pad += 16u * (random[254] % 4);
    tl_writer_raw (&plain, random, pad);
    uint8_t *out = g_malloc (24 + plain.len);
    int64_t id = GINT64_TO_LE (key->id);
    memcpy (out, &id, 8);
    crypto_envelope_seal (key->key, peer->creator ? 0 : 8, plain.data, plain.len,
                          out + 8);
    return g_bytes_new_take (out, 24 + plain.len);
}

static void
push (PeerModel *peer, const PeerOut *out, int64_t outer_id, GBytes *take_data,
      gboolean again)
{
    PeerWire *wire = g_new0 (PeerWire, 1);

    peer_debug (peer, "[peer] -> #%d%s", out->raw, again ? " once more" : "");
    wire->raw = out->raw;
    wire->outer_id = outer_id;
    wire->loud = out->loud;
    wire->again = again;
    wire->data = take_data;
    g_queue_push_tail (&peer->wire, wire);
}

static void
set_body (PeerOut *out, const TlObject *object)
{
    g_auto (TlWriter) writer = { 0 };

    g_assert_true (tl_encode (&tl_secret_schema, object, &writer));
    g_byte_array_set_size (out->body, 0);
    g_byte_array_append (out->body, writer.data, (unsigned)writer.len);
}

PeerOut *
peer_send (PeerModel *peer, const TlObject *body, int64_t random_id, gboolean user)
{
    PeerOut *out = g_new0 (PeerOut, 1);
    PeerKey *key = key_of (peer, peer->out);

    out->raw = peer->out;
    out->in_seq_no = ack_now (peer);
    out->layer = layer_now (peer);
    out->random_id = random_id;
    out->body = g_byte_array_new ();
    out->user = user;
    out->loud = user;
    set_body (out, body);
    out->data =
        seal (peer, key, out->layer, out->in_seq_no, own_seq (peer, out->raw), out->body);
    key->out++;
    peer->since++;
    peer->out++;
    g_ptr_array_add (peer->sent, out);
    push (peer, out, random_id, g_bytes_ref (out->data), FALSE);
    return out;
}

static gboolean
is_loud (const TlObject *action)
{
    return action->id == SecretDecryptedMessageActionReadMessages_ID ||
           action->id == SecretDecryptedMessageActionDeleteMessages_ID ||
           action->id == SecretDecryptedMessageActionFlushHistory_ID ||
           action->id == SecretDecryptedMessageActionScreenshotMessages_ID ||
           action->id == SecretDecryptedMessageActionSetMessageTTL_ID;
}

PeerOut *
peer_send_action (PeerModel *peer, const TlObject *action)
{
    SecretDecryptedMessageService service =
        TL_NEW (SecretDecryptedMessageService, .random_id = peer_random_id (peer),
                .action = action);

    peer_debug (peer, "[peer] -> %s", tl_id_name (&tl_secret_schema, action->id));
    PeerOut *out = peer_send (peer, TL_OBJ (&service), service.random_id, FALSE);
    out->service = TRUE;
    out->loud = peer->traits->loud_services && is_loud (action);
    ((PeerWire *)g_queue_peek_tail (&peer->wire))->loud = out->loud;
    return out;
}

/* --- again --- */

static PeerOut *
find_sent (const PeerModel *peer, int32_t raw)
{
    if (peer->sent->len == 0)
        return NULL;
    int32_t first = ((PeerOut *)g_ptr_array_index (peer->sent, 0))->raw;
    if (raw < first || raw - first >= (int32_t)peer->sent->len)
        return NULL;
    return g_ptr_array_index (peer->sent, (unsigned)(raw - first));
}

void
peer_release (PeerModel *peer)
{
    unsigned n = 0;

    if (peer->traits->keeps_sent)
        return;
    while (n < peer->sent->len &&
           ((PeerOut *)g_ptr_array_index (peer->sent, n))->raw < peer->acked)
        n++;
    if (n > 0)
        g_ptr_array_remove_range (peer->sent, 0, n);
}

static void
delete_body (PeerOut *out, int64_t service_id, int64_t deleted_id)
{
    SecretDecryptedMessageActionDeleteMessages action = TL_NEW (
        SecretDecryptedMessageActionDeleteMessages, .random_ids = { &deleted_id, 1 });
    SecretDecryptedMessageService service =
        TL_NEW (SecretDecryptedMessageService, .random_id = service_id,
                .action = TL_OBJ (&action));

    set_body (out, TL_OBJ (&service));
    out->user = FALSE;
    out->service = TRUE;
    out->loud = TRUE;
}

/* TDLib seals the replacement with what is current, whatever the number belongs to. */
static void
replace (PeerModel *peer, PeerOut *out)
{
    delete_body (out, out->random_id, out->random_id);
    g_bytes_unref (out->data);
    out->data = seal (peer, &peer->key, layer_now (peer), out->in_seq_no,
                      own_seq (peer, out->raw), out->body);
}

static void
forget_out (PeerModel *peer, PeerOut *out)
{
    if (out->deleted || (!out->user && peer->traits->gone != PEER_GONE_MISSING))
        return;
    out->deleted = TRUE;
    if (peer->traits->gone == PEER_GONE_REPLACED)
        replace (peer, out);
}

void
peer_forget (PeerModel *peer, int64_t id)
{
    for (unsigned i = 0; i < peer->sent->len; i++) {
        PeerOut *out = g_ptr_array_index (peer->sent, i);
        if (out->random_id == id && out->user)
            forget_out (peer, out);
    }
}

void
peer_forget_all (PeerModel *peer)
{
    for (unsigned i = 0; i < peer->sent->len; i++)
        forget_out (peer, g_ptr_array_index (peer->sent, i));
}

/* Android: sealed anew under the present key and layer, with the numbers of then; what is
 * not in its database becomes the deletion of a message that never was, and its in_seq_no
 * is simply the next number after its own. */
static void
again_current (PeerModel *peer, PeerOut *out)
{
    if (out->deleted) {
        delete_body (out, peer_random_id (peer), peer_random_id (peer));
        out->in_seq_no = own_seq (peer, out->raw) + 1;
    }
    push (peer, out, out->random_id,
          seal (peer, &peer->key, layer_now (peer), out->in_seq_no,
                own_seq (peer, out->raw), out->body),
          TRUE);
}

static void
again_by_index (PeerModel *peer, PeerOut *out)
{
    int64_t outer = out->random_id;

    if (out->deleted && out->user)
        delete_body (out, out->random_id, peer_random_id (peer));
    if (out->service && peer->traits->new_outer_id)
        outer = peer_random_id (peer);
    push (peer, out, outer,
          seal (peer, key_of (peer, out->raw), out->layer, ack_now (peer),
                own_seq (peer, out->raw), out->body),
          TRUE);
}

static void
again (PeerModel *peer, PeerOut *out)
{
    switch (peer->traits->resend) {
    case PEER_RESEND_SAME:
        push (peer, out, out->random_id, g_bytes_ref (out->data), TRUE);
        break;
    case PEER_RESEND_CURRENT:
        again_current (peer, out);
        break;
    case PEER_RESEND_BY_INDEX: /* sent after the pass, when more may be processed */
        for (unsigned i = peer->again->len; i > 0; i--)
            if (g_array_index (peer->again, int32_t, i - 1) == out->raw)
                g_array_remove_index (peer->again, i - 1);
        g_array_append_val (peer->again, out->raw);
        break;
    }
}

void
peer_send_again (PeerModel *peer)
{
    for (unsigned i = 0; i < peer->again->len; i++) {
        PeerOut *out = find_sent (peer, g_array_index (peer->again, int32_t, i));
        if (out != NULL) /* else released in the same pass */
            again_by_index (peer, out);
    }
    g_array_set_size (peer->again, 0);
}

/* Android remembers what it was asked for by its borders: a range that lies around the
 * beginning of a known one is taken for known. */
static gboolean
is_known_range (const PeerModel *peer, int32_t start, int32_t end)
{
    for (unsigned i = 0; i + 1 < peer->answered->len; i += 2) {
        int32_t from = g_array_index (peer->answered, int32_t, i);
        int32_t to = g_array_index (peer->answered, int32_t, i + 1);
        if ((from >= start && start <= to) || (from >= end && end <= to))
            return TRUE;
    }
    return FALSE;
}

void
peer_answer_resend (PeerModel *peer, int32_t start, int32_t end)
{
    int32_t parity = peer->creator ? 1 : 0;

    if (peer->traits->parity == PEER_DROPS &&
        (start < 0 || end < 0 || start % 2 != parity || end % 2 != parity))
        return;
    if (peer->traits->resend_max > 0 &&
        end / 2 - start / 2 > (int32_t)peer->traits->resend_max) {
        peer_close (peer, "a Resend of too many numbers (SC-D22)");
        return;
    }
    if (peer->traits->range_once) {
        if (end < own_seq (peer, peer->acked) || end < start)
            return;
        start = MAX (start, own_seq (peer, peer->acked));
        if (is_known_range (peer, start, end))
            return;
        g_array_append_val (peer->answered, start);
        g_array_append_val (peer->answered, end);
    }
    for (int32_t raw = start / 2; raw <= end / 2 && peer->closed == NULL; raw++) {
        PeerOut *out = find_sent (peer, raw);
        if (out != NULL)
            again (peer, out);
        else
            peer_close (peer, "asked for #%d, which was released or never sent (SC-D23)",
                        raw);
    }
}
