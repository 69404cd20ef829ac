/* A server that has the key and means harm: the bytes choose what it says, when time
 * passes, and when the connection breaks (MT-D8 to D45). */
#include "fuzz.h"

#include "mt-bench.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t len)
{
    g_autoptr (MtBench) b = mb_ready ();
    unsigned moves = 0;

    for (int n = 0; n < 3; n++)
        mb_call (b, n, n == 2 ? MT_CALL_PATIENT : 0);
    while (len > 0 && moves++ < 60) {
        uint8_t code = fuzz_byte (&data, &len);
        size_t want = 4u * (fuzz_byte (&data, &len) & 63);
        size_t piece = MIN (len, want);
        if (mt_session_state (b->session) == MT_STATE_CONNECTING)
            mb_connected (b);
        gboolean ready = mt_session_state (b->session) == MT_STATE_READY;
        switch (code % 8) {
        case 0:
        case 1:
        case 2: /* one message */
            if (ready && piece >= 4)
                mb_say_bytes (b, data, piece, code & 8);
            break;
        case 3: { /* an answer to one of ours */
            MtHeard *call = mb_find_call (b, code >> 4);
            if (ready && call != NULL)
                mb_answer_bytes (b, call->msg_id, data, piece);
            break;
        }
        case 4: /* something about one of ours */
            if (ready && b->heard->len > 0 && piece >= 12) {
                const MtHeard *heard = b->heard->pdata[code % b->heard->len];
                g_autofree uint8_t *body = g_memdup2 (data, piece);
                memcpy (body + 4, &heard->outer_id, 8);
                mb_say_bytes (b, body, piece, FALSE);
            }
            break;
        case 5:
            mb_advance (b, (code >> 3) * 1000);
            piece = 0;
            break;
        case 6:
            if (mt_session_state (b->session) != MT_STATE_OFFLINE &&
                mt_session_state (b->session) != MT_STATE_FAILED)
                mt_session_closed (b->session, 0, b->now);
            piece = 0;
            break;
        default: /* raw bytes behind the transport */
            if (ready)
                mb_say_raw (b, data, piece);
            break;
        }
        data += piece;
        len -= piece;
    }
    return 0;
}
