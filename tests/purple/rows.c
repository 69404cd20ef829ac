/* Every form that the second line of a row in Pidgin's list can take, in the locale's language:
 * rows CATALOGUES. Written by the functions that write it there, from every state. */
#include "tgp-words-list.h"
#include "tgp-words-person.h"

#include "tgp-gettext.h"

#include <locale.h>
#include <stdio.h>

enum {
    SOME = 2,
    MANY = 12, /* messages that wait: a number of two digits */
    DAY = 86400,
};

static void
say_row (char *take_text)
{
    g_autofree char *text = take_text;

    if (text != NULL)
        printf ("row %s\n", text);
}

static void
say_chat (const TalkSecret *info)
{
    for (int of = 0; of < 4; of++)
        for (unsigned n = SOME; n <= MANY; n += MANY - SOME)
            say_row (tgp_words_row (info, (of & 1) != 0 ? n : 0, (of & 2) != 0 ? n : 0));
}

/* Before it is accepted there is no row of it. */
static void
say_chats (void)
{
    static const TalkState states[] = { TALK_STATE_ASKING, TALK_STATE_WAITING,
                                        TALK_STATE_ACCEPTING, TALK_STATE_READY,
                                        TALK_STATE_CLOSED };
    static const int32_t timers[] = { 0, 30, 30 * 60, 30 * 3600, 30 * DAY, 30 * 7 * DAY };

    for (size_t i = 0; i < G_N_ELEMENTS (states); i++)
        for (size_t j = 0; j < G_N_ELEMENTS (timers); j++)
            for (int verified = 0; verified < 2; verified++) {
                TalkSecret info = { .state = states[i],
                                    .ttl = timers[j],
                                    .verified = verified != 0 };
                say_chat (&info);
            }
    for (TalkClosed closed = TALK_CLOSED_NOT; closed <= TALK_CLOSED_OFFICIAL_APP;
         closed++)
        say_chat (&(TalkSecret){ .state = TALK_STATE_CLOSED, .closed = closed });
    say_chat (NULL);
}

static void
say_people (void)
{
    int64_t now = 1800000000; /* Unix time */

    for (TalkPresence presence = TALK_PRESENCE_UNKNOWN;
         presence <= TALK_PRESENCE_LAST_MONTH; presence++)
        for (int ago = 0; ago < 2; ago++) {
            TalkPerson person = { .presence = presence,
                                  .last_seen = now - ago * 30 * DAY };
            say_row (tgp_words_presence_row (&person, now));
        }
    say_row (
        tgp_words_presence_row (&(TalkPerson){ .presence = TALK_PRESENCE_OFFLINE }, now));
    say_row (tgp_words_presence_row (&(TalkPerson){ .deleted = TRUE }, now));
    say_row (tgp_words_presence_row (&(TalkPerson){ .bot = TRUE }, now));
    say_row (g_strdup (tgp_words_no_contact ()));
}

int
main (int argc, char **argv)
{
    if (argc != 2)
        return 2;
    setlocale (LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, argv[1]);
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    say_chats ();
    say_people ();
    return 0;
}
