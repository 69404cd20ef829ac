/* Errors of calls: parsing, and which of them are waited out. */
#include "mt-call.h"

#include "tl-text.h"

#include <string.h>

#define TEXT_MAX 256
#define CODE_LIMIT 10000
#define PAUSES_MAX (60 * 1000) /* ms a caller without PATIENT waits in total (MT-E13) */
#define PAUSES_MAX_LOGIN (5 * 1000)  /* ms, before login: the user sits there */
#define PAUSE_STEP 1000              /* ms after the first 5xx; doubled up to the limit */
#define PAUSE_LIMIT (60 * 1000)      /* ms */
#define WAIT_SECONDS_MAX (7 * 86400) /* no sane server asks for more */
#define FROZEN_PAUSE                                                                     \
    (3600 * 1000) /* ms between tries of an account that may do nothing */

void
mt_call_free (MtCall *call)
{
    crypto_wipe (call->body, call->len);
    g_free (call->body);
    g_free (call);
}

/* Splits FLOOD_WAIT_3 and FILE_MIGRATE_2. A number elsewhere stays where it is. */
static void
split_number (MtErrorText *out)
{
    const char *last = strrchr (out->text, '_');
    char *end = NULL;

    g_strlcpy (out->type, out->text, sizeof out->type);
    out->error.number = -1;
    if (last == NULL || !g_ascii_isdigit (last[1]))
        return;
    int64_t number = g_ascii_strtoll (last + 1, &end, 10);
    if (*end != '\0')
        return;
    out->error.number = number;
    out->type[last - out->text] = '\0';
}

void
mt_error_parse (int32_t code, TlBytes message, MtErrorText *out)
{
    size_t len = MIN (message.len, TEXT_MAX);
    gboolean valid =
        g_utf8_validate ((const char *)message.data, (gssize)message.len, NULL);

    memset (out, 0, sizeof *out);
    if (code == 0 || code >= CODE_LIMIT || code <= -CODE_LIMIT || !valid) {
        code = 500; /* MT-D41 */
        g_strlcpy (out->text, "MALFORMED_ERROR", sizeof out->text);
    } else {
        const char *end = NULL; /* a character that was cut goes; people may read this */
        g_utf8_validate ((const char *)message.data, (gssize)len, &end);
        g_autofree char *line = tl_text_line (
            TL_BYTES (message.data, (size_t)(end - (const char *)message.data)),
            TEXT_MAX);
        g_strlcpy (out->text, *line != '\0' ? line : "UNNAMED_ERROR", sizeof out->text);
    }
    split_number (out);
    out->error.code = code;
    out->error.type = out->type;
    out->error.text = out->text;
}

void
mt_error_flood (int64_t seconds, MtErrorText *out)
{
    g_autofree char *text = g_strdup_printf ("FLOOD_WAIT_%" G_GINT64_FORMAT, seconds);
    mt_error_parse (420, TL_STR (text), out);
}

gboolean
mt_error_is_flood (const MtError *error)
{
    return error->code == 420 && error->number > 0 &&
           (g_str_equal (error->type, "FLOOD_WAIT") ||
            g_str_equal (error->type, "FLOOD_PREMIUM_WAIT"));
}

static MtRetry
wait_for (MtCall *call, int64_t pause, gboolean logged_in, int64_t *delay)
{
    int64_t limit = logged_in ? PAUSES_MAX : PAUSES_MAX_LOGIN;

    if ((call->flags & MT_CALL_DROPPABLE) != 0)
        return MT_RETRY_NO;
    if ((call->flags & MT_CALL_PATIENT) == 0 && call->waited + pause > limit)
        return MT_RETRY_NO;
    call->waited += pause;
    *delay = pause;
    return MT_RETRY_LATER;
}

/* What asking again does not mend, whatever its code: another answer than "later" (MT-E13,
 * MT-E26). */
static gboolean
is_final (const MtError *error)
{
    static const char *const types[] = { "2FA_CONFIRM_WAIT", "TAKEOUT_INIT_DELAY",
                                         "SLOWMODE_WAIT", "RANDOM_ID_DUPLICATE" };

    for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
        if (g_str_equal (error->type, types[i]))
            return TRUE;
    return FALSE;
}

MtRetry
mt_call_judge (MtCall *call, const MtError *error, gboolean logged_in, int64_t *delay)
{
    if (g_str_equal (error->type, "CONNECTION_NOT_INITED") ||
        g_str_equal (error->type, "CONNECTION_LAYER_INVALID")) { /* MT-E3 */
        gboolean again = call->rewrapped;
        call->rewrapped = TRUE;
        return again ? MT_RETRY_NO : MT_RETRY_INIT;
    }
    if (is_final (error))
        return MT_RETRY_NO;
    if (g_str_has_prefix (error->type,
                          "FROZEN_")) /* MT-E21: what must arrive may, later */
        return (call->flags & MT_CALL_PATIENT) == 0
                   ? MT_RETRY_NO
                   : wait_for (call, FROZEN_PAUSE, logged_in, delay);
    gboolean flood = error->code == 420 || error->code == 429; /* MT-E13 */
    if (flood && error->number > 0)
        return wait_for (call, MIN (error->number, WAIT_SECONDS_MAX) * 1000, logged_in,
                         delay);
    if (flood || error->code >= 500 || error->code < 0 ||
        g_str_has_prefix (error->type, "MSG_WAIT_")) {
        int64_t pause = (int64_t)PAUSE_STEP << MIN (call->failures, 6);
        call->failures++;
        return wait_for (call, MIN (pause, PAUSE_LIMIT), logged_in, delay); /* MT-E14 */
    }
    return MT_RETRY_NO;
}

MtBindAnswer
mt_call_judge_bind (gboolean truth, int code, const char *type)
{
    if (type == NULL)
        return truth ? MT_BIND_DONE : MT_BIND_AGAIN;
    if (g_str_equal (type, "ENCRYPTED_MESSAGE_INVALID"))
        return MT_BIND_UNKNOWN;
    return code == 420 ? MT_BIND_BUSY : MT_BIND_AGAIN;
}
