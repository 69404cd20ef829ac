/* What a server may do to its answers and pushes without being wrong: late, twice, in another
 * order, packed, together with others, not at all; and calls that it refuses for a while.
 * Each message draws its own fate from the data centre's random numbers. */
#include "dc-mood.h"

#include "mtproto.tl.h"
#include "tl-gzip.h"

#include <string.h>

#define LATE_MAX 3000  /* ms */
#define LOST_FOR 60000 /* ms; the client may come back before, or ask for it */
#define FLOOD_MAX 4    /* seconds of a FLOOD_WAIT */
#define TOGETHER 20    /* messages in one container */

typedef struct {
    DcSession *session;
    int64_t due, msg_id;
    int32_t seq_no;
    GByteArray *body;
} Waiting;

struct DcMood {
    int percent[DC_MOODS];
    GPtrArray *waiting; /* Waiting, in no order */
};

static const char *const names[DC_MOODS] = {
    [DC_MOOD_LATE] = "late",     [DC_MOOD_TWICE] = "twice",   [DC_MOOD_LOST] = "lost",
    [DC_MOOD_PACKED] = "packed", [DC_MOOD_MISSED] = "missed", [DC_MOOD_FAULT] = "fault",
    [DC_MOOD_FLOOD] = "flood",   [DC_MOOD_AGAIN] = "again",
};

static void
waiting_free (gpointer data)
{
    Waiting *waiting = data;

    g_byte_array_unref (waiting->body);
    g_free (waiting);
}

static uint32_t
draw (Dc *dc, uint32_t below)
{
    uint32_t number;

    dc_random (dc, &number, sizeof number);
    return number % below;
}

gboolean
dc_mood_says (Dc *dc, DcMoodKind kind)
{
    return dc->mood != NULL && dc->mood->percent[kind] > 0 &&
           draw (dc, 100) < (uint32_t)dc->mood->percent[kind];
}

gboolean
dc_mood_set (Dc *dc, const char *name, int percent)
{
    if (dc->mood == NULL) {
        dc->mood = g_new0 (DcMood, 1);
        dc->mood->waiting = g_ptr_array_new_with_free_func (waiting_free);
    }
    for (int i = 0; i < DC_MOODS; i++)
        if (g_str_equal (names[i], name)) {
            dc->mood->percent[i] = percent;
            return TRUE;
        }
    return FALSE;
}

void
dc_mood_clear (Dc *dc)
{
    if (dc->mood != NULL)
        memset (dc->mood->percent, 0, sizeof dc->mood->percent);
}

void
dc_mood_free (Dc *dc)
{
    if (dc->mood != NULL)
        g_ptr_array_unref (dc->mood->waiting);
    g_clear_pointer (&dc->mood, g_free);
}

void
dc_mood_forget (DcSession *session)
{
    GPtrArray *all = session->dc->mood != NULL ? session->dc->mood->waiting : NULL;

    for (unsigned i = all != NULL ? all->len : 0; i > 0; i--)
        if (((Waiting *)g_ptr_array_index (all, i - 1))->session == session)
            g_ptr_array_remove_index (all, i - 1);
}

/* --- one message --- */

static uint32_t
id_of (const uint8_t *data, size_t len)
{
    uint32_t id = 0;

    if (len >= 4)
        memcpy (&id, data, 4);
    return GUINT32_FROM_LE (id);
}

/* As servers pack: a result inside its rpc_result, anything else as it is; not what belongs
 * to the connection itself. */
static GByteArray *
packed (const uint8_t *body, size_t len)
{
    g_auto (TlWriter) out = { 0 };
    uint32_t id = id_of (body, len);
    size_t head = id == MtpRpcResult_ID ? 12 : 0;

    if ((head == 0 && tl_schema_find (&tl_mtproto_schema, id) != NULL) || len <= head + 4)
        return NULL;
    g_autoptr (GByteArray) small = dc_gzip (body + head, len - head);
    tl_writer_raw (&out, body, head);
    tl_writer_int (&out, (int32_t)MtpGzipPacked_ID);
    tl_writer_bytes (&out, small->data, small->len);
    GByteArray *whole = g_byte_array_new ();
    return g_byte_array_append (whole, out.data, (unsigned)out.len);
}

static void
add (DcSession *session, int64_t due, int64_t msg_id, int32_t seq_no, const uint8_t *body,
     size_t len)
{
    Dc *dc = session->dc;
    Waiting *waiting = g_new0 (Waiting, 1);

    waiting->session = session;
    waiting->due = due;
    waiting->msg_id = msg_id;
    waiting->seq_no = seq_no;
    if (dc_mood_says (dc, DC_MOOD_PACKED))
        waiting->body = packed (body, len);
    if (waiting->body == NULL) {
        waiting->body = g_byte_array_new ();
        g_byte_array_append (waiting->body, body, (unsigned)len);
    }
    g_ptr_array_add (dc->mood->waiting, waiting);
}

static int64_t
when (Dc *dc)
{
    return dc_now_ms (dc) +
           (dc_mood_says (dc, DC_MOOD_LATE) ? (int64_t)draw (dc, LATE_MAX) : 0);
}

gboolean
dc_mood_takes (DcSession *session, int64_t msg_id, int32_t seq_no, const TlWriter *body)
{
    Dc *dc = session->dc;
    gboolean content = (seq_no & 1) != 0, calm = TRUE;

    for (int i = 0; dc->mood != NULL && i < DC_MOODS; i++)
        calm &= dc->mood->percent[i] == 0;
    if (calm || id_of (body->data, body->len) == MtpMsgContainer_ID)
        return FALSE;
    if (content && dc_mood_says (dc, DC_MOOD_LOST)) {
        add (session, dc_now_ms (dc) + LOST_FOR, msg_id, seq_no, body->data, body->len);
        return TRUE;
    }
    add (session, when (dc), msg_id, seq_no, body->data, body->len);
    if (dc_mood_says (dc, DC_MOOD_TWICE))
        add (session, when (dc), msg_id, seq_no, body->data, body->len);
    return TRUE;
}

/* --- what is due --- */

/* Some that are due for one session go together, in the order of the draw. */
static void
let_out (Dc *dc, GPtrArray *due)
{
    while (due->len > 0) {
        DcSession *session = ((Waiting *)g_ptr_array_index (due, 0))->session;
        g_auto (TlWriter) entries = { 0 };
        g_auto (TlWriter) body = { 0 };
        const Waiting *only = NULL;
        int count = 0, wanted = 1 + (int)draw (dc, TOGETHER);
        g_autoptr (GPtrArray) taken = g_ptr_array_new_with_free_func (waiting_free);
        for (unsigned i = 0; i < due->len && count < wanted;) {
            Waiting *one = g_ptr_array_index (due, i);
            if (one->session != session) {
                i++;
                continue;
            }
            g_ptr_array_add (taken, g_ptr_array_steal_index_fast (due, i));
            tl_writer_long (&entries, one->msg_id);
            tl_writer_int (&entries, one->seq_no);
            tl_writer_int (&entries, (int32_t)one->body->len);
            tl_writer_raw (&entries, one->body->data, one->body->len);
            only = one;
            count++;
        }
        if (session->conn == NULL)
            continue; /* it is kept as unacknowledged */
        if (count == 1) {
            dc_session_transmit (session, only->msg_id, only->seq_no, only->body->data,
                                 only->body->len);
            continue;
        }
        tl_writer_int (&body, (int32_t)MtpMsgContainer_ID);
        tl_writer_int (&body, count);
        tl_writer_raw (&body, entries.data, entries.len);
        dc_session_transmit (session, dc_msg_id (dc, FALSE), 2 * session->content,
                             body.data, body.len);
    }
}

int64_t
dc_mood_tick (Dc *dc)
{
    int64_t now = dc_now_ms (dc), next = -1;
    g_autoptr (GPtrArray) due = g_ptr_array_new_with_free_func (waiting_free);

    if (dc->mood == NULL)
        return -1;
    for (unsigned i = dc->mood->waiting->len; i > 0; i--) {
        const Waiting *waiting = g_ptr_array_index (dc->mood->waiting, i - 1);
        if (waiting->due <= now)
            g_ptr_array_add (due,
                             g_ptr_array_steal_index_fast (dc->mood->waiting, i - 1));
        else if (next < 0 || waiting->due - now < next)
            next = waiting->due - now;
    }
    let_out (dc, due);
    return next;
}

/* --- calls --- */

gboolean
dc_mood_refuses (DcCall *call)
{
    if (dc_mood_says (call->dc, DC_MOOD_FAULT)) {
        dc_fail (call, 500, "INTERNAL");
        return TRUE;
    }
    if (dc_mood_says (call->dc, DC_MOOD_FLOOD)) {
        g_autofree char *text =
            g_strdup_printf ("FLOOD_WAIT_%u", 1 + draw (call->dc, FLOOD_MAX));
        dc_fail (call, 420, text);
        return TRUE;
    }
    return FALSE;
}
