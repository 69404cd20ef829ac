/* Every sentence that a person reads (see tgp-words.h). */
#include "tgp-words.h"

#include "tgp-gettext.h"

char *
tgp_words_duration (int32_t seconds)
{
#define WHOLE(unit, one, many)                                                           \
    if (seconds >= (unit) && seconds % (unit) == 0)                                      \
    return g_strdup_printf (ngettext (one, many, (unsigned long)(seconds / (unit))),     \
                            seconds / (unit))
    WHOLE (7 * 86400, "%d week", "%d weeks");
    WHOLE (86400, "%d day", "%d days");
    WHOLE (3600, "%d hour", "%d hours");
    WHOLE (60, "%d minute", "%d minutes");
    WHOLE (1, "%d second", "%d seconds");
#undef WHOLE
    return g_strdup (_ ("off"));
}

char *
tgp_words_gap (const char *who, const TalkSecret *info)
{
    if (info->queued == 1)
        return g_strdup_printf (
            ngettext ("%u message of %s did not arrive; a later one waits behind it.",
                      "%u messages of %s did not arrive; a later one waits behind them.",
                      info->missing),
            info->missing, who);
    return g_strdup_printf (
        ngettext ("%u message of %s did not arrive; %u later ones wait behind it.",
                  "%u messages of %s did not arrive; %u later ones wait behind them.",
                  info->missing),
        info->missing, who, info->queued);
}
