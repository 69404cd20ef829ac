/* Answers to calls: whose they are, unpacking, errors, and what is larger than one input may
 * be. (MTPROTO.md sections D and E.) */
#include "mt-private.h"
#include "mtproto.tl.h"
#include "tl-gzip.h"
#include "tl-reader.h"

#include <string.h>

#define SLOW_CLOCK 15000 /* ms an answer may be older than its question (MT-D17) */
#define LARGE_TRIES 3    /* sendings of a call whose answer is too large (DECISIONS 32) */
#define LARGE_PAUSE 1000 /* ms before the second one, four times that before the third */
#define INIT_AGAIN 60000 /* ms between initConnections that undecodable answers cause */

static void
finish_with_code (MtSession *s, MtCall *call, int code, const char *text)
{
    MtError error = { .code = code, .type = text, .number = -1, .text = text };
    mt_send_finish (s, call, NULL, &error);
}

/* TRUE: the login is over, and why (MT-C35, MT-E17). */
static gboolean
ends_login (const MtError *error, MtFailure *failure)
{
    static const struct {
        const char *type;
        MtFailure failure;
    } words[] = { { "AUTH_KEY_UNREGISTERED", MT_FAILURE_KEY_LOST },
                  { "AUTH_KEY_INVALID", MT_FAILURE_KEY_LOST },
                  { "USER_DEACTIVATED", MT_FAILURE_USER_DELETED },
                  { "USER_DEACTIVATED_BAN", MT_FAILURE_USER_DELETED },
                  { "SESSION_REVOKED", MT_FAILURE_KEY_LOST },
                  { "SESSION_EXPIRED", MT_FAILURE_KEY_LOST } };

    for (size_t i = 0; error->code == 401 && i < G_N_ELEMENTS (words); i++) {
        *failure = words[i].failure;
        if (g_str_equal (error->type, words[i].type))
            return TRUE;
    }
    return FALSE;
}

/* ms since it was sent. */
static int
took (const MtCall *call, HostTime now)
{
    return (int)(now.mono - call->sent_at);
}

static void
handle_error (MtSession *s, MtCall *call, const MtpRpcError *object, HostTime now)
{
    MtErrorText parsed;
    MtFailure failure;
    int64_t delay = 0;

    mt_error_parse (object->error_code, object->error_message, &parsed);
    parsed.error.repeated = call->repeated;
    const MtError *error = &parsed.error;
    g_debug ("[dc%d] <- %s: error %d %s, %d ms", s->config.dc, call->name, error->code,
             error->type, took (call, now));
    if (call == s->bind) { /* MT-C42: none of them says anything of the login */
        mt_send_finish (s, call, NULL, error);
        return;
    }
    if (error->code == 401 && g_str_equal (error->type, "AUTH_KEY_PERM_EMPTY") &&
        s->live->expires != 0) { /* MT-E19: goes again, under another one */
        call->state = MT_CALL_QUEUED;
        mt_exchange_lose (s, "the temporary key is bound to nothing", now);
        return;
    }
    if (!s->config.guest && error->code == 406 &&
        g_str_equal (error->type, "AUTH_KEY_DUPLICATED")) { /* MT-C38 */
        mt_end_fail (s, MT_FAILURE_KEY_DUPLICATED, error->text);
        return;
    }
    if (!s->config.guest && s->logged_in && ends_login (error, &failure)) {
        mt_end_fail (s, failure, error->text);
        return;
    }
    if (mt_error_is_flood (error))
        mt_flood_begin (s, call->method, error->number, now);
    switch (mt_call_judge (call, error, s->logged_in, &delay)) {
    case MT_RETRY_NO:
        mt_send_finish (s, call, NULL, error);
        break;
    case MT_RETRY_LATER:
        call->state = MT_CALL_QUEUED;
        call->not_before = now.mono + delay;
        break;
    case MT_RETRY_INIT:
        s->header_done = FALSE;
        call->state = MT_CALL_QUEUED;
        break;
    }
}

static gboolean
is_init_error (const TlObject *object)
{
    const MtpRpcError *error = TL_AS (object, MtpRpcError);
    return error != NULL && error->error_message.len >= 11 &&
           memcmp (error->error_message.data, "CONNECTION_", 11) == 0;
}

MtUnpacked
mt_answer_unpack (MtSession *s, const uint8_t **data, size_t *len, GByteArray **owned)
{
    g_autoptr (GError) error = NULL;
    TlReader in;

    tl_reader_init (&in, *data, *len);
    if ((uint32_t)tl_reader_int (&in) != MtpGzipPacked_ID)
        return MT_UNPACKED;
    TlBytes packed = tl_reader_bytes (&in);
    if (!tl_reader_finished (&in))
        return MT_UNPACKED_CORRUPT;
    if (s->budget.unpacked == 0)
        return MT_UNPACKED_LARGE;
    *owned = tl_gunzip (packed.data, packed.len, s->budget.unpacked, &error);
    if (*owned == NULL && !g_error_matches (error, TL_ERROR, TL_ERROR_BUDGET))
        return MT_UNPACKED_CORRUPT;
    if (*owned == NULL) {
        s->budget.unpacked = 0; /* that much was worked off */
        return MT_UNPACKED_LARGE;
    }
    tl_budget_take (&s->budget.unpacked, (*owned)->len);
    *data = (*owned)->data;
    *len = (*owned)->len;
    tl_reader_init (&in, *data, *len);
    return (uint32_t)tl_reader_int (&in) != MtpGzipPacked_ID && tl_reader_ok (&in)
               ? MT_UNPACKED
               : MT_UNPACKED_CORRUPT;
}

/* What must arrive goes once more (the server knows its random_id): the answer may be
 * smaller, or alone in its packet. Who asked for something can ask for less of it. */
static void
answer_is_large (MtSession *s, MtCall *call, HostTime now)
{
    g_debug ("[dc%d] <- %s: more than one input may be", s->config.dc, call->name);
    if ((call->flags & MT_CALL_PATIENT) != 0 && ++call->large < LARGE_TRIES) {
        call->state = MT_CALL_QUEUED;
        call->not_before = now.mono + ((int64_t)LARGE_PAUSE << (2 * (call->large - 1)));
        return;
    }
    finish_with_code (s, call, MT_ERROR_LOCAL_BUDGET, "TOO_LARGE");
}

/* It may be one of another layer: the next call says our layer again, and what was missed is asked
 * for. Nothing is wrong with the connection. */
static void
answer_is_undecodable (MtSession *s, MtCall *call, HostTime now)
{
    if (s->init_again_at <= now.mono) { /* MT-A12 */
        s->init_again_at = now.mono + INIT_AGAIN;
        s->header_done = FALSE;
    }
    finish_with_code (s, call, MT_ERROR_LOCAL_DECODE, "UNDECODABLE");
    s->ops->updates (s->user, NULL);
}

static void
deliver (MtSession *s, MtCall *call, const uint8_t *data, size_t len, HostTime now)
{
    TlReader in;

    tl_reader_init (&in, data, len);
    uint32_t id = (uint32_t)tl_reader_int (&in);
    if (id == MtpRpcError_ID || id == MtpRpcAnswerDroppedRunning_ID) {
        g_autoptr (TlMessage) message =
            tl_message_decode (&tl_mtproto_schema, data, len, NULL);
        const TlObject *object = message != NULL ? tl_message_root (message) : NULL;
        s->header_done |= call->wrapped && !is_init_error (object);
        if (object != NULL && id == MtpRpcError_ID)
            handle_error (s, call, TL_AS (object, MtpRpcError), now);
        else
            finish_with_code (s, call, MT_ERROR_LOCAL_DECODE, "UNDECODABLE");
        return;
    }
    g_autoptr (GError) error = NULL;
    g_autoptr (TlMessage) message = tl_message_decode_result (
        s->config.schema, call->method, data, len, &s->budget, &error);
    if (g_error_matches (error, TL_ERROR, TL_ERROR_BUDGET)) {
        answer_is_large (s, call, now);
        return;
    }
    if (message == NULL) { /* MT-A12, MT-A23 */
        g_debug ("[dc%d] <- %s: %s", s->config.dc, call->name, error->message);
        answer_is_undecodable (s, call, now);
        return;
    }
    g_debug ("[dc%d] <- %s: ok, %zu bytes, %d ms", s->config.dc, call->name, len,
             took (call, now));
    s->header_done |= call->wrapped;
    mt_send_finish (s, call, message, NULL);
}

/* The call that `req_msg_id` asked last, if it still waits (MT-D39). */
static MtSent *
find_answered (MtSession *s, int64_t req_msg_id)
{
    MtSent *sent = mt_send_find (s, req_msg_id);

    if (sent == NULL || sent->kind != MT_SENT_CALL || sent->call == NULL ||
        sent->call->msg_id != req_msg_id)
        return NULL;
    return sent;
}

void
mt_answer_large (MtSession *s, int64_t req_msg_id, HostTime now)
{
    MtSent *sent = find_answered (s, req_msg_id);

    if (sent != NULL)
        answer_is_large (s, sent->call, now);
}

void
mt_answer_receive (MtSession *s, int64_t msg_id, const uint8_t *body, size_t body_len,
                   HostTime now)
{
    g_autoptr (GByteArray) owned = NULL;
    TlReader reader;

    tl_reader_init (&reader, body, body_len);
    tl_reader_int (&reader);
    int64_t req_msg_id = tl_reader_long (&reader);
    MtSent *sent = find_answered (s, req_msg_id), *other = mt_send_find (s, req_msg_id);
    if (tl_reader_ok (&reader) && other != NULL && other->kind == MT_SENT_DESTROY)
        mt_destroy_heard (s); /* as an answer, it says the same */
    if (!tl_reader_ok (&reader) || sent == NULL)
        return;
    if (mt_clock_id_ms (msg_id) + SLOW_CLOCK < mt_clock_id_ms (req_msg_id))
        mt_clock_reset (&s->clock, msg_id, now); /* MT-D17 */
    const uint8_t *data = reader.data;
    size_t len = reader.len;
    s->problems = 0;
    switch (mt_answer_unpack (s, &data, &len, &owned)) {
    case MT_UNPACKED:
        deliver (s, sent->call, data, len, now);
        break;
    case MT_UNPACKED_LARGE:
        answer_is_large (s, sent->call, now);
        break;
    case MT_UNPACKED_CORRUPT:
        g_debug ("[dc%d] <- %s: corrupt gzip", s->config.dc, sent->call->name);
        finish_with_code (s, sent->call, MT_ERROR_LOCAL_DECODE, "UNDECODABLE");
        break;
    }
    if (owned != NULL)
        crypto_wipe (owned->data, owned->len);
}
