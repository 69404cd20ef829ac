/* The grammar of /ttl. */
#include "tgp-ttl.h"

#define TTL_MAX (365 * 24 * 3600) /* seconds: at most a year */

int32_t
tgp_parse_ttl (const char *text)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = { { 's', 1 },     { 'm', 60 },        { 'h', 3600 },
                  { 'd', 86400 }, { 'w', 7 * 86400 }, { '\0', 1 } };
    char *end;

    if (g_ascii_strcasecmp (text, "off") == 0)
        return 0;
    if (!g_ascii_isdigit (*text))
        return -1;
    int64_t number = g_ascii_strtoll (text, &end, 10);
    while (*end == ' ')
        end++;
    if (*end != '\0' && end[1] != '\0')
        return -1;
    for (size_t i = 0; i < G_N_ELEMENTS (units); i++)
        if (units[i].unit == g_ascii_tolower (*end))
            return number <= TTL_MAX / units[i].seconds
                       ? (int32_t)(number * units[i].seconds)
                       : -1;
    return -1;
}
