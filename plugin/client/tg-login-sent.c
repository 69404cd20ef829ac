/* How a login code comes: what auth.sentCode says, bounded (MT-F11, MT-F12). */
#include "tg-login-private.h"

#include "tg-peers.h"

#include "tl-text.h"

#define CODE_LENGTH_MAX 64 /* digits or letters of a code; more is not told */
#define HASH_MAX 1024      /* bytes of a phone_code_hash; real ones have some 18 */
#define OTHER_MAX 604800   /* s before another way may be asked for */
#define LIVES 300      /* s that a code is thought to be good for, or as long as ... */
#define LIVES_MAX 3600 /* ... no other way may be asked for, up to that (MT-F10) */

static char *
part_of (TlBytes text)
{
    char *line = text.data != NULL ? tl_text_line (text, TG_HINT_MAX) : NULL;

    if (line != NULL && *line == '\0')
        g_clear_pointer (&line, g_free);
    return line;
}

/* Only a web page's is shown, never opened by itself (MT-F11). */
static char *
link_of (TlBytes url)
{
    char *line = part_of (url);

    if (line != NULL && !g_str_has_prefix (line, "https://"))
        g_clear_pointer (&line, g_free);
    return line;
}

static void
take_email (TgClient *client, TgSent *sent, const ApiAuthSentCodeTypeEmailCode *mail)
{
    int64_t left = 0;

    sent->how = "email";
    sent->length = mail->length;
    sent->part = part_of (mail->email_pattern);
    if (mail->has_reset_pending_date)
        left = mail->reset_pending_date - tg_server_time (client);
    else if (mail->has_reset_available_period)
        left = mail->reset_available_period;
    else
        return;
    sent->other = "reset"; /* MT-F21 */
    sent->other_at = tg_now (client).mono + CLAMP (left, 0, OTHER_MAX) * 1000;
}

static void
take_type (TgClient *client, TgSent *sent, const TlObject *type)
{
#define IS(Type, word, a, b)                                                             \
    case ApiAuthSentCodeType##Type##_ID: {                                               \
        const ApiAuthSentCodeType##Type *t = TL_AS (type, ApiAuthSentCodeType##Type);    \
        sent->how = word;                                                                \
        sent->length = a;                                                                \
        sent->part = b;                                                                  \
        (void)t;                                                                         \
        break;                                                                           \
    }
    switch (type->id) {
        IS (App, "app", t->length, NULL)
        IS (Sms, "sms", t->length, NULL)
        IS (Call, "call", t->length, NULL)
        IS (FlashCall, "flash-call", 0, part_of (t->pattern))
        IS (MissedCall, "missed-call", t->length, part_of (t->prefix))
        IS (FragmentSms, "fragment", t->length, link_of (t->url))
        IS (SmsWord, "word", 0, part_of (t->beginning))
        IS (SmsPhrase, "phrase", 0, part_of (t->beginning))
    case ApiAuthSentCodeTypeEmailCode_ID:
        take_email (client, sent, TL_AS (type, ApiAuthSentCodeTypeEmailCode));
        break;
    case ApiAuthSentCodeTypeSetUpEmailRequired_ID:
        sent->wants_email = TRUE;
        break;
    default: /* for official apps only (MT-F12) */
        break;
    }
#undef IS
}

static const char *
next_of (const TlObject *type)
{
    switch (type != NULL ? type->id : 0) {
    case ApiAuthCodeTypeSms_ID:
        return "sms";
    case ApiAuthCodeTypeCall_ID:
        return "call";
    case ApiAuthCodeTypeFlashCall_ID:
        return "flash-call";
    case ApiAuthCodeTypeMissedCall_ID:
        return "missed-call";
    case ApiAuthCodeTypeFragmentSms_ID:
        return "fragment";
    default:
        return NULL;
    }
}

gboolean
tg_sent_take (TgClient *client, TgSent *sent, const ApiAuthSentCode *code)
{
    tg_sent_clear (sent);
    if (code->phone_code_hash.len > HASH_MAX) /* it goes back in each request */
        return FALSE;
    sent->hash =
        g_strndup ((const char *)code->phone_code_hash.data, code->phone_code_hash.len);
    int64_t lives = code->has_timeout ? code->timeout : 0;
    sent->until = tg_now (client).wall + CLAMP (lives, LIVES, LIVES_MAX) * 1000;
    take_type (client, sent, code->type);
    if (sent->length < 0 || sent->length > CODE_LENGTH_MAX)
        sent->length = 0;
    if (next_of (code->next_type) != NULL) { /* MT-F14 */
        int64_t wait = code->has_timeout ? CLAMP (code->timeout, 0, OTHER_MAX) : 0;
        sent->other = next_of (code->next_type);
        sent->other_at = tg_now (client).mono + wait * 1000;
    }
    return TRUE;
}
