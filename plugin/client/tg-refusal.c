/* The table of tg-refusal.h. */
#include "tg-refusal.h"

#include <glib.h>
#include <string.h>

typedef struct {
    const char *type;
    int code;
} Word;

static int
find (const Word *words, size_t n, const char *type, int otherwise)
{
    for (size_t i = 0; i < n; i++)
        if (g_str_equal (words[i].type, type))
            return words[i].code;
    return otherwise;
}

TgRefusal
tg_refusal_of (const MtError *error)
{
    static const Word words[] = {
        { "FLOOD_WAIT", TG_REFUSAL_FLOOD },
        { "PHONE_NUMBER_FLOOD", TG_REFUSAL_FLOOD },
        { "PHONE_PASSWORD_FLOOD", TG_REFUSAL_FLOOD },
        { "AUTH_RESTART", TG_REFUSAL_RESTART },
        { "PHONE_CODE_INVALID", TG_REFUSAL_CODE_WRONG },
        { "PHONE_CODE_EMPTY", TG_REFUSAL_CODE_WRONG },
        { "PHONE_CODE_EXPIRED", TG_REFUSAL_CODE_EXPIRED },
        { "PHONE_CODE_HASH_EMPTY", TG_REFUSAL_CODE_EXPIRED },
        { "SMS_CODE_CREATE_FAILED", TG_REFUSAL_CODE_EXPIRED },
        { "SIGN_IN_FAILED", TG_REFUSAL_CODE_EXPIRED },
        { "EMAIL_INVALID", TG_REFUSAL_EMAIL_INVALID },
        { "EMAIL_NOT_ALLOWED", TG_REFUSAL_EMAIL_REFUSED },
        { "CODE_INVALID", TG_REFUSAL_MAIL_CODE_WRONG },
        { "CODE_EMPTY", TG_REFUSAL_MAIL_CODE_WRONG },
        { "EMAIL_VERIFY_EXPIRED", TG_REFUSAL_MAIL_CODE_LATE },
        { "EMAIL_NOT_SETUP", TG_REFUSAL_MAIL_CODE_LATE },
        { "PASSWORD_RECOVERY_EXPIRED", TG_REFUSAL_MAIL_CODE_LATE },
        { "PASSWORD_RECOVERY_NA", TG_REFUSAL_NO_RECOVERY },
        { "PASSWORD_EMPTY", TG_REFUSAL_NO_RECOVERY },
        { "SEND_CODE_UNAVAILABLE", TG_REFUSAL_NO_OTHER_WAY },
        { "TASK_ALREADY_EXISTS", TG_REFUSAL_RESET_RUNS },
        { "AUTH_TOKEN_EXPIRED", TG_REFUSAL_TOKEN_OLD },
        { "AUTH_TOKEN_INVALID", TG_REFUSAL_TOKEN_OLD },
        { "AUTH_TOKEN_INVALIDX", TG_REFUSAL_TOKEN_OLD },
        { "AUTH_TOKEN_ALREADY_ACCEPTED", TG_REFUSAL_TOKEN_OLD },
        { "SESSION_PASSWORD_NEEDED", TG_REFUSAL_PASSWORD_NEEDED },
        { "PASSWORD_HASH_INVALID", TG_REFUSAL_PASSWORD_WRONG },
        { "SRP_ID_INVALID", TG_REFUSAL_PASSWORD_CHANGED },
        { "SRP_PASSWORD_CHANGED", TG_REFUSAL_PASSWORD_CHANGED },
        { "MAX_QTS_INVALID", TG_REFUSAL_QTS_UNKNOWN },
        { "RANDOM_LENGTH_INVALID", TG_REFUSAL_RANDOM_LENGTH },
        { "PHONE_NOT_OCCUPIED", TG_REFUSAL_NOBODY },
        { "USERNAME_NOT_OCCUPIED", TG_REFUSAL_NOBODY },
        { "USERNAME_INVALID", TG_REFUSAL_NOBODY },
        { "QUERY_TOO_SHORT", TG_REFUSAL_TOO_SHORT },
        { "SEARCH_QUERY_EMPTY", TG_REFUSAL_TOO_SHORT },
        { "FIRSTNAME_INVALID", TG_REFUSAL_NAME_INVALID },
        { "LASTNAME_INVALID", TG_REFUSAL_NAME_INVALID },
        { "ABOUT_TOO_LONG", TG_REFUSAL_ABOUT_LONG },
    };
    static const Word moves[] = { { "PHONE_MIGRATE", TG_REFUSAL_MIGRATE },
                                  { "NETWORK_MIGRATE", TG_REFUSAL_MIGRATE },
                                  { "USER_MIGRATE", TG_REFUSAL_MIGRATE } };

    const gboolean flood = error->code == 420 || error->code == 429;

    if (error->code == 303)
        return (TgRefusal)find (moves, G_N_ELEMENTS (moves), error->type,
                                TG_REFUSAL_OTHER);
    if (g_str_has_prefix (error->type, "PERSISTENT_TIMESTAMP"))
        return TG_REFUSAL_STATE_OLD;
    if (g_str_has_prefix (error->type, "FROZEN_"))
        return TG_REFUSAL_FROZEN;
    return (TgRefusal)find (words, G_N_ELEMENTS (words), error->type,
                            flood                ? TG_REFUSAL_FLOOD
                            : error->code == 406 ? TG_REFUSAL_QUIET
                                                 : TG_REFUSAL_OTHER);
}

int64_t
tg_refusal_pause (const MtError *error, int64_t unsaid, int64_t max)
{
    return MIN (error->number > 0 ? error->number : unsaid, max);
}

gboolean
tg_refusal_is_duplicate (const MtError *error)
{
    return g_str_equal (error->type, "RANDOM_ID_DUPLICATE");
}

gboolean
tg_refusal_ends_login (const void *type, size_t len)
{
    static const char drop[] = "AUTH_KEY_DROP_";

    return len >= strlen (drop) && memcmp (type, drop, strlen (drop)) == 0;
}

/* A check that no other program can make (MT-E20); what is checked follows the word. */
static gboolean
is_for_official_apps (const char *type)
{
    return g_str_has_prefix (type, "RECAPTCHA_CHECK_") ||
           g_str_has_prefix (type, "APNS_VERIFY_CHECK_") ||
           g_str_has_prefix (type, "INTEGRITY_CHECK_CLASSIC_");
}

int32_t
tg_refusal_part (const char *type)
{
    static const char before[] = "FILE_PART_", after[] = "_MISSING";
    char *end = NULL;

    if (type == NULL || !g_str_has_prefix (type, before) ||
        !g_ascii_isdigit (type[strlen (before)]))
        return -1;
    int64_t part = g_ascii_strtoll (type + strlen (before), &end, 10);
    return g_str_equal (end, after) && part <= G_MAXINT32 ? (int32_t)part : -1;
}

gboolean
tg_refusal_is_file (const char *type)
{
    return type != NULL && (g_str_has_prefix (type, "FILE_") ||
                            g_str_equal (type, "MD5_CHECKSUM_INVALID"));
}

gboolean
tg_refusal_is_reference (const char *type)
{
    return type != NULL && g_str_has_prefix (type, "FILE_REFERENCE_");
}

SecretRefusal
tg_refusal_secret (const char *type)
{
    static const Word words[] = {
        { "UNEXPECTED_ANSWER", SECRET_REFUSAL_UNCLEAR },
        { "UNDECODABLE", SECRET_REFUSAL_UNCLEAR },
        { "USER_IS_BLOCKED", SECRET_REFUSAL_BLOCKED },
        { "USER_DELETED", SECRET_REFUSAL_DELETED },
        { "INPUT_USER_DEACTIVATED", SECRET_REFUSAL_DELETED },
        { "DH_G_A_INVALID", SECRET_REFUSAL_BAD_NUMBER },
        { "ENCRYPTION_ALREADY_ACCEPTED", SECRET_REFUSAL_ALREADY_ACCEPTED },
        { "ENCRYPTION_ALREADY_DECLINED", SECRET_REFUSAL_ALREADY_DECLINED },
        { "ENCRYPTION_DECLINED", SECRET_REFUSAL_DECLINED },
        { "ENCRYPTION_DECLINE_ADMIN_FAILED", SECRET_REFUSAL_NOT_YET },
        { "ENCRYPTION_ID_INVALID", SECRET_REFUSAL_NO_CHAT },
        { "CHAT_ID_INVALID", SECRET_REFUSAL_NO_CHAT },
        { "CHAT_ID_EMPTY", SECRET_REFUSAL_NO_CHAT },
        { "USER_PRIVACY_RESTRICTED", SECRET_REFUSAL_PRIVACY },
    };

    if (type == NULL)
        return SECRET_REFUSAL_OTHER;
    if (is_for_official_apps (type))
        return SECRET_REFUSAL_OFFICIAL_APP;
    if (g_str_has_prefix (type, "MSG_WAIT_"))
        return SECRET_REFUSAL_WAIT;
    if (tg_refusal_part (type) >= 0)
        return SECRET_REFUSAL_PART;
    if (tg_refusal_is_file (type))
        return SECRET_REFUSAL_FILE;
    return (SecretRefusal)find (words, G_N_ELEMENTS (words), type, SECRET_REFUSAL_OTHER);
}

TalkUnsent
tg_refusal_unsent (const char *token)
{
    static const Word words[] = {
        { "DATA_INVALID", TALK_UNSENT_DATA },
        { "DATA_TOO_LONG", TALK_UNSENT_TOO_LONG },
        { "USER_IS_BLOCKED", TALK_UNSENT_BLOCKED },
        { "USER_DELETED", TALK_UNSENT_DELETED },
        { "CLOSED", TALK_UNSENT_CLOSED },
    };

    return (TalkUnsent)find (words, G_N_ELEMENTS (words), token, TALK_UNSENT_REFUSED);
}

TalkOffline
tg_refusal_offline (const MtError *error)
{
    static const Word words[] = {
        { "API_ID_INVALID", TALK_OFFLINE_API_ID_INVALID },
        { "API_ID_PUBLISHED_FLOOD", TALK_OFFLINE_API_ID_PUBLISHED },
        { "PHONE_NUMBER_INVALID", TALK_OFFLINE_PHONE_INVALID },
        { "PHONE_NUMBER_BANNED", TALK_OFFLINE_PHONE_BANNED },
        { "PHONE_NUMBER_UNOCCUPIED", TALK_OFFLINE_SIGN_UP_NEEDED },
        { "PHONE_NUMBER_APP_SIGNUP_FORBIDDEN", TALK_OFFLINE_SIGN_UP_NEEDED },
        { "UPDATE_APP_TO_LOGIN", TALK_OFFLINE_TOO_OLD },
        { "USER_DEACTIVATED", TALK_OFFLINE_DELETED },
        { "USER_DEACTIVATED_BAN", TALK_OFFLINE_DELETED },
        { "INPUT_USER_DEACTIVATED", TALK_OFFLINE_DELETED },
    };

    if (is_for_official_apps (error->type))
        return TALK_OFFLINE_OFFICIAL_APP;
    return (TalkOffline)find (words, G_N_ELEMENTS (words), error->type,
                              TALK_OFFLINE_LOGIN_REFUSED);
}
