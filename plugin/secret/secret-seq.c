/* Order of one chat: what may be done with a number. */
#include "secret-seq.h"

SecretSeqArrival
secret_seq_arrival (int x, int32_t raw_in, int32_t in_seq_no, int32_t out_seq_no)
{
    if (in_seq_no < 0 || out_seq_no < 0 || in_seq_no > SECRET_SEQ_MAX ||
        out_seq_no > SECRET_SEQ_MAX)
        return SECRET_SEQ_DROP;
    if (out_seq_no % 2 != x || in_seq_no % 2 != 1 - x)
        return SECRET_SEQ_VIOLATION;
    int32_t raw = out_seq_no / 2;
    if (raw < raw_in)
        return SECRET_SEQ_DUPLICATE;
    return raw == raw_in ? SECRET_SEQ_NEXT : SECRET_SEQ_GAP;
}

gboolean
secret_seq_goes_back (int32_t ack, int32_t floor, gboolean asked)
{
    return ack < floor && !asked;
}

int32_t
secret_seq_out (int x, int32_t raw_out)
{
    return 2 * raw_out + 1 - x;
}

int32_t
secret_seq_in (int x, int32_t raw_in)
{
    return 2 * raw_in + x;
}

int32_t
secret_seq_peer_out (int x, int32_t raw)
{
    return 2 * raw + x;
}

gboolean
secret_seq_resend (int x, int32_t raw_out, int32_t start, int32_t end, SecretRange *range)
{
    if (start < 0 || end < start || start % 2 != 1 - x || end % 2 != 1 - x ||
        end / 2 >= raw_out || (end - start) / 2 >= SECRET_RESEND_MAX)
        return FALSE;
    range->from = start / 2;
    range->to = end / 2 + 1;
    return TRUE;
}
