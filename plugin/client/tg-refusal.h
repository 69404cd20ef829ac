/* The server's error words, as codes: no other file of this folder knows one by name. */
#pragma once

#include "net.h"
#include "secret-types.h"
#include "talk-reason.h"

typedef enum {
    TG_REFUSAL_OTHER,
    TG_REFUSAL_FLOOD,            /* too often; number = seconds, -1 = not said (MT-E13) */
    TG_REFUSAL_MIGRATE,          /* the account lives at data centre `number` (MT-E11) */
    TG_REFUSAL_RESTART,          /* the login begins anew (MT-F17) */
    TG_REFUSAL_CODE_WRONG,       /* MT-F17 */
    TG_REFUSAL_CODE_EXPIRED,     /* MT-F17 */
    TG_REFUSAL_PASSWORD_NEEDED,  /* MT-F23 */
    TG_REFUSAL_PASSWORD_WRONG,   /* MT-F28 */
    TG_REFUSAL_PASSWORD_CHANGED, /* or its parameters: they are fetched anew (MT-F28) */
    TG_REFUSAL_EMAIL_INVALID,    /* MT-F20, and the next four */
    TG_REFUSAL_EMAIL_REFUSED,
    TG_REFUSAL_MAIL_CODE_WRONG,
    TG_REFUSAL_MAIL_CODE_LATE,
    TG_REFUSAL_NO_RECOVERY,   /* MT-F29 */
    TG_REFUSAL_NO_OTHER_WAY,  /* for a code to come (MT-F14) */
    TG_REFUSAL_RESET_RUNS,    /* of the login's e-mail address (MT-F21) */
    TG_REFUSAL_TOKEN_OLD,     /* of a login by QR code: a new one is asked for (MT-F34) */
    TG_REFUSAL_STATE_OLD,     /* nothing is known of our pts and qts (MT-G2) */
    TG_REFUSAL_QTS_UNKNOWN,   /* SC-E18 */
    TG_REFUSAL_RANDOM_LENGTH, /* SC-A2, SC-E18 */
    TG_REFUSAL_FROZEN,        /* the account may do nothing (MT-E21) */
    TG_REFUSAL_QUIET,         /* why comes as a message of Telegram's own (MT-E21) */
    TG_REFUSAL_NOBODY,        /* of that number or name (MT-I15, MT-I16) */
    TG_REFUSAL_TOO_SHORT,     /* to be searched for (MT-I23) */
    TG_REFUSAL_NAME_INVALID,  /* one's own (MT-I21) */
    TG_REFUSAL_ABOUT_LONG,    /* what one says of oneself (MT-I21) */
} TgRefusal;

/* By text, and by number only where the text may be anything (SC-E17). */
TgRefusal tg_refusal_of (const MtError *error);
/* Of TG_REFUSAL_FLOOD: the seconds to wait, `unsaid` where the server names none, `max` at most. */
int64_t tg_refusal_pause (const MtError *error, int64_t unsaid, int64_t max);
/* No refusal at all: it arrived when it was sent before (MT-E26). */
gboolean tg_refusal_is_duplicate (const MtError *error);
/* The same for secret chats, by the text alone; our own tokens for answers that were none are
 * among them. */
SecretRefusal tg_refusal_secret (const char *type);
/* The number in FILE_PART_3_MISSING, or -1; and whether it says that an upload is not as it should
 * be. `type` may be NULL. */
int32_t tg_refusal_part (const char *type);
gboolean tg_refusal_is_file (const char *type);
/* What names a public file grew old: there is another reference to it (MT-H12). `type` may be NULL. */
gboolean tg_refusal_is_reference (const char *type);
/* Why a message was not sent, from the token that is told and kept with it. */
TalkUnsent tg_refusal_unsent (const char *token);
/* Why there is no login, for what tg_refusal_of() has no way on from. */
TalkOffline tg_refusal_offline (const MtError *error);
/* Whether a notification of the service of that `type`, `len` bytes, says that this login should end
 * (MT-F37). */
gboolean tg_refusal_ends_login (const void *type, size_t len);
