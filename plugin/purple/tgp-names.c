/* Names of buddies. */
#include "tgp-names.h"

#include <string.h>

static gboolean
parse_number (const char *text, int64_t min, int64_t max, int64_t *out)
{
    char *end;

    if (!g_ascii_isdigit (*text) && !(*text == '-' && g_ascii_isdigit (text[1])))
        return FALSE;
    *out = g_ascii_strtoll (text, &end, 10);
    return *end == '\0' && *out >= min && *out <= max;
}

TgpNameKind
tgp_name_parse (const char *name, int64_t *id)
{
    if (name == NULL)
        return TGP_NAME_OTHER;
    if (g_str_has_prefix (name, "id") && parse_number (name + 2, 1, G_MAXINT64 - 1, id))
        return TGP_NAME_PERSON;
    if (g_str_has_prefix (name, "secret") &&
        parse_number (name + strlen ("secret"), G_MININT32, G_MAXINT32, id) && *id != 0)
        return TGP_NAME_SECRET;
    return TGP_NAME_OTHER;
}

char *
tgp_name_person (int64_t user_id)
{
    return g_strdup_printf ("id%" G_GINT64_FORMAT, user_id);
}

char *
tgp_name_secret (int32_t chat_id)
{
    return g_strdup_printf ("secret%d", chat_id);
}
