/* The messages of packets that opened: whether they are this session's, each once, alone or in a
 * container; what is no answer and no service message is an update. (MTPROTO.md section D.) */
#include "mt-private.h"
#include "mtproto.tl.h"
#include "tl-reader.h"

#include <string.h>

#define ENTRIES_MAX 1024 /* of a container (MT-D24) */

typedef struct {
    int64_t msg_id;
    int32_t seq_no;
    const uint8_t *body;
    size_t len;
    gboolean cut; /* too large to be kept: `body` is its beginning */
    gboolean old; /* below the replay memory: answers still count, updates do not */
} Incoming;

static void
handle_update (MtSession *s, const Incoming *in, HostTime now)
{
    g_autoptr (GError) error = NULL;

    if (in->old) {
        s->ops->updates (s->user, NULL); /* MT-D10 */
        return;
    }
    g_autoptr (TlMessage) message = tl_message_decode_within (
        s->config.schema, in->body, in->len, &s->budget, &error);
    if (message == NULL) { /* MT-D45; too large a one comes in slices (DECISIONS 32) */
        g_debug ("[dc%d] <- undecodable update: %s", s->config.dc, error->message);
        s->ops->updates (s->user, NULL);
        return;
    }
    g_debug ("[dc%d] <- %s", s->config.dc,
             tl_id_name (s->config.schema, tl_message_root (message)->id));
    s->ops->updates (s->user, message);
}

/* One message whose frame and ids were checked. */
static void
handle_body (MtSession *s, const Incoming *in, HostTime now)
{
    TlReader reader;

    tl_reader_init (&reader, in->body, in->len);
    if ((uint32_t)tl_reader_int (&reader) == MtpRpcResult_ID) {
        mt_answer_receive (s, in->msg_id, in->body, in->len, now);
        return;
    }
    if (!mt_service_handle (s, in->msg_id, TL_BYTES (in->body, in->len), now))
        handle_update (s, in, now);
}

/* Whose answer was too large asks for less; everything else comes as differences do. */
static void
handle_cut (MtSession *s, const Incoming *in, HostTime now)
{
    TlReader reader;

    tl_reader_init (&reader, in->body, in->len);
    if ((uint32_t)tl_reader_int (&reader) != MtpRpcResult_ID) {
        s->ops->updates (s->user, NULL);
        return;
    }
    mt_answer_large (s, tl_reader_long (&reader), now);
}

static void
handle_message (MtSession *s, Incoming *in, HostTime now)
{
    g_autoptr (GByteArray) owned = NULL;
    MtSeenResult seen = mt_seen_add (&s->seen, in->msg_id);

    if ((in->seq_no & 1) != 0)
        mt_send_ack (s, in->msg_id,
                     now); /* MT-D28: duplicates and undecodable ones too */
    if (seen == MT_SEEN_DUPLICATE)
        return;
    in->old = seen == MT_SEEN_TOO_OLD;
    if (in->cut) {
        handle_cut (s, in, now);
        return;
    }
    if (mt_answer_unpack (s, &in->body, &in->len, &owned) != MT_UNPACKED) {
        g_debug ("[dc%d] <- corrupt or too large gzip_packed", s->config.dc);
        s->ops->updates (s->user, NULL);
        return;
    }
    handle_body (s, in, now);
    if (owned != NULL)
        crypto_wipe (owned->data, owned->len);
}

/* As no entry of a container may (MT-D25). `body` has at least four bytes. */
static gboolean
holds_messages (const uint8_t *body)
{
    uint32_t id;

    memcpy (&id, body, 4);
    id = GUINT32_FROM_LE (id);
    return id == MtpMsgContainer_ID || id == MtpMsgCopy_ID;
}

/* The frame of all entries is checked before the first is handled (MT-D24). */
static gboolean
read_container (TlReader *reader, int64_t msg_id, GArray *entries)
{
    uint32_t count = (uint32_t)tl_reader_int (reader);

    if (count > ENTRIES_MAX)
        return FALSE;
    for (uint32_t i = 0; i < count; i++) {
        Incoming entry = { 0 };
        entry.msg_id = tl_reader_long (reader);
        entry.seq_no = tl_reader_int (reader);
        uint32_t len = (uint32_t)tl_reader_int (reader);
        entry.body = tl_reader_raw (reader, len);
        entry.len = len;
        if (!tl_reader_ok (reader) || len % 4 != 0 || len < 4 ||
            (entry.msg_id & 1) == 0 || !mt_id_before (entry.msg_id, msg_id))
            return FALSE;
        if (holds_messages (entry.body))
            return FALSE;
        g_array_append_val (entries, entry);
    }
    return tl_reader_finished (reader);
}

static void
handle_entries (MtSession *s, GArray *entries, HostTime now)
{
    for (unsigned i = 0; i < entries->len; i++) {
        handle_message (s, &g_array_index (entries, Incoming, i), now);
        if (mt_end_is_near (s))
            return; /* the connection or the session of these messages goes */
    }
}

static void
handle_malformed (MtSession *s)
{
    g_debug ("[dc%d] <- a malformed container", s->config.dc);
    s->ops->updates (s->user, NULL);
}

static void
handle_container (MtSession *s, const MtPacket *packet, HostTime now)
{
    g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Incoming));
    TlReader reader;

    tl_reader_init (&reader, packet->body, packet->len);
    tl_reader_int (&reader);
    if (read_container (&reader, packet->msg_id, entries))
        handle_entries (s, entries, now);
    else
        handle_malformed (s);
}

/* Messages that repair the clock pass the time window (MT-D11). */
static gboolean
repairs_clock (MtSession *s, const MtPacket *packet)
{
    TlReader reader;

    tl_reader_init (&reader, packet->body, packet->len);
    uint32_t id = (uint32_t)tl_reader_int (&reader);
    if (id == MtpMsgContainer_ID) {
        g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Incoming));
        if (!read_container (&reader, packet->msg_id, entries) || entries->len == 0)
            return FALSE;
        for (unsigned i = 0; i < entries->len; i++) {
            const Incoming *entry = &g_array_index (entries, Incoming, i);
            MtPacket one = { .msg_id = entry->msg_id,
                             .body = entry->body,
                             .len = entry->len };
            if (!repairs_clock (s, &one))
                return FALSE;
        }
        return TRUE;
    }
    if (id != MtpBadMsgNotification_ID && id != MtpBadServerSalt_ID)
        return FALSE;
    int64_t named = tl_reader_long (&reader);
    return tl_reader_ok (&reader) && mt_send_find (s, named) != NULL;
}

/* Whether a packet that opened is one of this session's, and of its time. */
static gboolean
may_enter (MtSession *s, const MtPacket *packet, HostTime now)
{
    if (packet->session_id != s->session_id) { /* MT-D8 */
        g_debug ("[dc%d] <- a packet of another session", s->config.dc);
        return FALSE;
    }
    if ((packet->msg_id & 1) == 0) { /* MT-D9 */
        g_debug ("[dc%d] <- an even message id", s->config.dc);
        return FALSE;
    }
    if (!mt_clock_accepts (&s->clock, packet->msg_id, now) &&
        (packet->body == NULL || !repairs_clock (s, packet))) {
        g_debug ("[dc%d] <- a message out of the time window", s->config.dc);
        return FALSE;
    }
    if (!mt_seen_has (&s->seen, packet->msg_id)) /* a repeated one may be a recording */
        mt_end_heard (s);
    mt_clock_learn (&s->clock, packet->msg_id, now);
    return TRUE;
}

/* A container's own id. FALSE: nobody knows whether it was here (MT-D10). */
static gboolean
enter_container (MtSession *s, int64_t msg_id, HostTime now)
{
    /* a repeated one is gone through again: its contents are duplicates then, and are
     * acknowledged */
    if (mt_seen_add (&s->seen, msg_id) != MT_SEEN_TOO_OLD)
        return TRUE;
    mt_end_renew (s, "a message below the replay memory");
    return FALSE;
}

static void
handle_single (MtSession *s, Incoming *in, HostTime now)
{
    if (s->seen.len == MT_SEEN_MAX &&
        mt_id_before (in->msg_id, s->seen.ids[0])) /* MT-D10 */
        mt_end_renew (s, "a message below the replay memory");
    else
        handle_message (s, in, now);
}

void
mt_messages_packet (MtSession *s, const MtPacket *packet, HostTime now)
{
    TlReader reader;

    if (!may_enter (s, packet, now))
        return;
    tl_reader_init (&reader, packet->body, packet->len);
    if ((uint32_t)tl_reader_int (&reader) == MtpMsgContainer_ID) {
        if (enter_container (s, packet->msg_id, now))
            handle_container (s, packet, now);
        return;
    }
    Incoming in = { .msg_id = packet->msg_id,
                    .seq_no = packet->seq_no,
                    .body = packet->body,
                    .len = packet->len };
    handle_single (s, &in, now);
}

void
mt_messages_large (MtSession *s, const MtLarge *large, const MtPacket *packet,
                   HostTime now)
{
    g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Incoming));
    gboolean container, nested = FALSE;
    const GPtrArray *messages = mt_large_messages (large, &container);

    g_debug ("[dc%d] <- a packet of %zu bytes", s->config.dc, packet->len);
    if (!may_enter (s, packet, now))
        return;
    for (unsigned i = 0; messages != NULL && i < messages->len; i++) {
        const MtLargeMessage *message = g_ptr_array_index (messages, i);
        Incoming in = { .msg_id = message->msg_id,
                        .seq_no = message->seq_no,
                        .body = message->kept->data,
                        .len = message->kept->len,
                        .cut = message->kept->len < message->len };
        nested |= container && holds_messages (in.body);
        g_array_append_val (entries, in);
    }
    if (!container)
        handle_single (s, &g_array_index (entries, Incoming, 0), now);
    else if (!enter_container (s, packet->msg_id, now))
        return;
    else if (messages == NULL || nested)
        handle_malformed (s);
    else
        handle_entries (s, entries, now);
}
