/* Numbers of a client's messages, as Telegram's servers judge them: even or odd by what they are,
 * and a container behind what it holds. */
#include "dc-numbers.h"

#include "mtproto.tl.h"
#include "tl-reader.h"

#define HTTP_WAIT 0x9299359fu /* which no table of ours has */

/* What may have either kind of number: clients differ (MT-D18). */
static gboolean
is_free (uint32_t id)
{
    static const uint32_t ids[] = {
        MtpPing_ID,         MtpPingDelayDisconnect_ID, MtpGetFutureSalts_ID,
        MtpMsgsStateReq_ID, MtpMsgsStateInfo_ID,       MtpMsgsAllInfo_ID,
        MtpMsgResendReq_ID, MtpDestroySession_ID,      MtpDestroyAuthKey_ID,
        HTTP_WAIT,          MtpRpcDropAnswer_ID,       MtpGzipPacked_ID,
    };

    for (size_t i = 0; i < G_N_ELEMENTS (ids); i++)
        if (ids[i] == id)
            return TRUE;
    return FALSE;
}

static int
parity (uint32_t id, int32_t seq_no)
{
    gboolean odd = (seq_no & 1) != 0;

    if (id == MtpMsgsAck_ID || id == MtpMsgContainer_ID || id == MtpMsgCopy_ID)
        return odd ? 34 : 0;
    return odd || is_free (id) ? 0 : 35;
}

static int
judge_entries (DcNumbered *message, TlReader *in)
{
    const DcNumbered outer = *message;
    uint32_t count = (uint32_t)tl_reader_int (in);

    for (uint32_t i = 0; i < count; i++) {
        message->msg_id = tl_reader_long (in);
        message->seq_no = tl_reader_int (in);
        message->len = (uint32_t)tl_reader_int (in);
        message->body = tl_reader_raw (in, message->len);
        TlReader inner;
        tl_reader_init (&inner, message->body, message->len);
        int code = parity ((uint32_t)tl_reader_int (&inner), message->seq_no);
        if (!tl_reader_ok (in) || !tl_reader_ok (&inner) ||
            message->msg_id >= outer.msg_id || message->seq_no > outer.seq_no) {
            *message = outer;
            return 64;
        }
        if (code != 0)
            return code;
    }
    *message = outer;
    return tl_reader_finished (in) ? 0 : 64;
}

int
dc_numbers_judge (DcNumbered *message)
{
    TlReader in;

    tl_reader_init (&in, message->body, message->len);
    uint32_t id = (uint32_t)tl_reader_int (&in);
    int code = parity (id, message->seq_no);
    if (!tl_reader_ok (&in) || code != 0 || id != MtpMsgContainer_ID)
        return code;
    return judge_entries (message, &in);
}
