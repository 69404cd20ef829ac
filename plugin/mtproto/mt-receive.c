/* What arrives at a session, frame by frame: whose it is, and what opens it. */
#include "mt-private.h"
#include "tl-reader.h"

#define CONTROL_MAX 20 /* a shorter payload is no message (MT-B20) */
#define TURN_SHARE 4   /* a turn that used a quarter of its budget takes no more frames */

/* -404 to a packet: of a temporary key, that it is another's turn (MT-C36). */
static void
lose_live (MtSession *s, HostTime now)
{
    if (s->live->expires == 0)
        mt_end_drop (s, MT_TROUBLE_KEY_UNKNOWN, "the server does not know our key");
    else
        mt_exchange_lose (s, "the server does not know the temporary key", now);
}

/* A payload that is too short for a message (MT-B20 to B24). It may come from anybody on
 * the path: the session waits and tries again (DECISIONS 24). */
static void
receive_control (MtSession *s, const uint8_t *payload, size_t len, HostTime now)
{
    TlReader in;
    g_autofree char *reason = NULL;

    tl_reader_init (&in, payload, len);
    int32_t code = tl_reader_int (&in);
    if (code == 0 && tl_reader_ok (&in))
        return;
    if (code == -1 && len >= 8)
        return; /* a quick ack nobody asked for */
    reason = g_strdup_printf ("transport error %d", code);
    if (code == -404 && s->state == MT_STATE_READY)
        lose_live (s, now);
    else if (code == -444)
        mt_end_drop (s, MT_TROUBLE_WRONG_DC, reason);
    else if (code == -429)
        mt_end_drop (s, MT_TROUBLE_BUSY, reason);
    else
        mt_end_drop (s, MT_TROUBLE_REFUSED, reason);
}

static void
receive_encrypted (MtSession *s, const uint8_t *payload, size_t len, HostTime now)
{
    g_autoptr (CryptoSecret) plain = crypto_secret_new (NULL, len);
    MtPacket packet;

    if (!s->live->known ||
        !mt_packet_open (s->live->key, 8, payload, len, plain->data, &packet)) {
        /* MT-D6, MT-D47 */
        mt_end_drop (s, MT_TROUBLE_GARBAGE, "a packet does not open");
        return;
    }
    mt_messages_packet (s, &packet, now);
}

static void
receive_payload (MtSession *s, const uint8_t *payload, size_t len, HostTime now)
{
    TlReader in;

    tl_reader_init (&in, payload, len);
    int64_t id = len >= CONTROL_MAX ? tl_reader_long (&in) : 0;
    if (len < CONTROL_MAX)
        receive_control (s, payload, len, now);
    else if (id == 0 && s->handshake != NULL)
        mt_exchange_receive (s, payload, len, now);
    else if (s->state == MT_STATE_EXCHANGING && s->bind == NULL)
        mt_end_drop (s, MT_TROUBLE_GARBAGE,
                     "an encrypted packet during the key exchange"); /* MT-C29 */
    else if (id != 0 && id == s->old_id)
        g_debug ("[dc%d] <- a packet under the key before", s->config.dc);
    else
        receive_encrypted (s, payload, len, now);
}

/* Of a packet that is larger than any is kept (MT-B6). Its work is counted as that of
 * unpacking, so that a turn does not take too much of it. */
static void
receive_part (MtSession *s, const uint8_t *part, size_t len, HostTime now)
{
    MtPacket packet;

    if (s->state != MT_STATE_READY || !s->live->known) { /* no exchange has such a step */
        mt_end_drop (s, MT_TROUBLE_GARBAGE, "a frame of an impossible length");
        return;
    }
    tl_budget_take (&s->budget.unpacked, MIN (len, s->budget.unpacked));
    if (s->large == NULL)
        s->large = mt_large_new (s->live->key, len + mt_frame_passing (s->frame));
    mt_large_feed (s->large, part, len);
    if (mt_frame_passing (s->frame) > 0)
        return;
    g_autoptr (MtLarge) large = g_steal_pointer (&s->large);
    if (mt_large_end (large, &packet))
        mt_messages_large (s, large, &packet, now);
    else
        mt_end_drop (s, MT_TROUBLE_GARBAGE, "a packet does not open");
}

/* Whether what this turn took so far leaves room for another frame in it. */
static gboolean
turn_is_full (const MtSession *s)
{
    const TlBudget whole = TL_BUDGET_WHOLE, *left = &s->budget;

    return whole.unpacked - left->unpacked > whole.unpacked / TURN_SHARE ||
           whole.objects - left->objects > whole.objects / TURN_SHARE ||
           whole.memory - left->memory > whole.memory / TURN_SHARE;
}

void
mt_receive_frames (MtSession *s, HostTime now)
{
    s->budget = TL_BUDGET_WHOLE;
    s->more_at = HOST_NEVER;
    while (s->frame != NULL) {
        const uint8_t *payload;
        size_t payload_len;
        MtFrameResult result = mt_frame_pop (s->frame, &payload, &payload_len);
        if (result == MT_FRAME_MORE)
            break;
        if (result == MT_FRAME_BAD)
            mt_end_drop (s, MT_TROUBLE_GARBAGE, "a frame of an impossible length");
        else if (result == MT_FRAME_PART)
            receive_part (s, payload, payload_len, now);
        else
            receive_payload (s, payload, payload_len, now);
        if (mt_end_is_near (s) || s->end.bind != MT_BIND_NONE || turn_is_full (s)) {
            s->more_at = now.mono; /* unless the connection goes */
            break;
        }
    }
}
