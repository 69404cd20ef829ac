/* See tgp-words-person.h. */
#include "tgp-words-person.h"

#include "tgp-gettext.h"
#include "tgp-words.h"

/* `row`: short, the day alone where it was another one. */
static char *
last_seen (int64_t when, int64_t now, gboolean row)
{
    g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (when);
    g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now);

    if (then == NULL || today == NULL)
        return g_strdup (_ ("offline"));
    g_autofree char *time = g_date_time_format (then, "%H:%M");
    g_autofree char *day = g_date_time_format (then, "%x");
    g_autofree char *this_day = g_date_time_format (today, "%x");
    if (g_str_equal (day, this_day))
        /* TRANSLATORS: a time of day, today: "last seen at 14:05" */
        return g_strdup_printf (_ ("last seen at %s"), time);
    if (row)
        /* TRANSLATORS: a day, in a row that has room for some 25 letters: "seen on
           11/26/2026" */
        return g_strdup_printf (_ ("seen on %s"), day);
    /* TRANSLATORS: a day and a time: "last seen on 11/26/2026 at 14:05" */
    return g_strdup_printf (_ ("last seen on %s at %s"), day, time);
}

static char *
presence (const TalkPerson *person, int64_t now, gboolean row)
{
    if (person->deleted)
        return g_strdup (_ ("this account was deleted"));
    if (person->bot)
        return g_strdup (_ ("a program (bot)"));
    switch (person->presence) {
    case TALK_PRESENCE_ONLINE:
        return g_strdup (_ ("online"));
    case TALK_PRESENCE_OFFLINE:
        return person->last_seen != 0 ? last_seen (person->last_seen, now, row)
                                      : g_strdup (_ ("offline"));
    case TALK_PRESENCE_RECENTLY:
        return g_strdup (_ ("last seen recently"));
    case TALK_PRESENCE_LAST_WEEK:
        return g_strdup (_ ("last seen within a week"));
    case TALK_PRESENCE_LAST_MONTH:
        return g_strdup (_ ("last seen within a month"));
    case TALK_PRESENCE_UNKNOWN:
        break;
    }
    return NULL;
}

char *
tgp_words_presence (const TalkPerson *person, int64_t now)
{
    return presence (person, now, FALSE);
}

char *
tgp_words_presence_row (const TalkPerson *person, int64_t now)
{
    return presence (person, now, TRUE);
}

const char *
tgp_words_standing (const TalkPerson *person)
{
    if (person->scam)
        return _ ("Warning: many people reported this account as a fraud.");
    if (person->fake)
        return _ ("Warning: many people reported that this account pretends to be "
                  "somebody else.");
    if (person->support)
        return _ ("Telegram's support");
    if (person->verified)
        return _ ("Genuine, says Telegram");
    return NULL;
}

const char *
tgp_words_no_contact (void)
{
    return _ ("not in your contacts");
}

char *
tgp_words_chats (unsigned n, unsigned verified)
{
    if (verified == 0)
        return g_strdup_printf (ngettext ("%u, not verified", "%u, none verified", n), n);
    if (verified == n)
        return g_strdup_printf (ngettext ("%u, verified", "%u, all verified", n), n);
    return g_strdup_printf (
        ngettext ("%u, %u of them verified", "%u, %u of them verified", verified), n,
        verified);
}

char *
tgp_words_not_found (TalkNobody why, const char *typed, const char *duration)
{
    switch (why) {
    case TALK_NOBODY_THERE:
        return g_strdup_printf (_ ("Nobody was found for \"%s\"."), typed);
    case TALK_NOBODY_NAMED:
        return g_strdup_printf (_ ("\"%s\" is neither a phone number, nor a @name, nor a "
                                   "t.me link. Nothing was looked up."),
                                typed);
    case TALK_NOBODY_TOO_OFTEN:
        return duration != NULL
                   ? g_strdup_printf (_ ("Telegram allows no more searches for now. Try "
                                         "again in %s."),
                                      duration)
                   : g_strdup (_ ("Telegram allows no more searches for now. Try again "
                                  "later."));
    case TALK_NOBODY_OFFLINE:
        return g_strdup_printf (
            _ ("\"%s\" was not looked up: there is no connection. Try "
               "again later."),
            typed);
    case TALK_NOBODY_SHORT:
        return g_strdup_printf (
            _ ("\"%s\" is too short: three letters or more are searched for."), typed);
    case TALK_NOBODY_REFUSED:
        return g_strdup_printf (_ ("Telegram did not look up \"%s\": try again later."),
                                typed);
    }
    return NULL;
}

const char *
tgp_words_yourself (void)
{
    return _ ("That is your own account.");
}

char *
tgp_words_in_list (const char *who, const char *nick, gboolean named)
{
    if (nick != NULL && named)
        return g_strdup_printf (
            _ ("%s is in your list already, and is called %s there from now on."), who,
            nick);
    if (nick != NULL)
        return g_strdup_printf (
            _ ("%s is in your list already, under the name they had: %s is taken there."),
            who, nick);
    return g_strdup_printf (_ ("%s is in your list already."), who);
}

char *
tgp_words_nothing_known (const char *of)
{
    return g_strdup_printf (_ ("Nothing is known of \"%s\"."), of);
}

/* --- lists of people --- */

char *
tgp_words_person_listed (const TalkPerson *person, const char *name, int number)
{
    g_autofree char *called = tgp_words_column (name);
    GString *line = g_string_new (NULL);

    if (number > 0)
        g_string_append_printf (line, "%d | ", number);
    g_string_append (line, called);
    if (person->username != NULL)
        g_string_append_printf (line, " | @%s", person->username);
    if (person->phone != NULL)
        g_string_append_printf (line, " | +%s", person->phone);
    if (person->contact)
        g_string_append_printf (line, " | %s", _ ("in your contacts"));
    if (person->scam || person->fake)
        g_string_append_printf (line, " | %s", tgp_words_standing (person));
    return g_string_free (line, FALSE);
}

char *
tgp_words_more_people (unsigned n)
{
    return g_strdup_printf (
        ngettext ("and %u more who is not shown", "and %u more who are not shown", n), n);
}

const char *
tgp_words_people_how (gboolean blocked)
{
    return blocked ? _ ("/unblock 2 ends blocking the second of them.")
                   : _ ("/contact add @name adds one of them to your list.");
}

const char *
tgp_words_none_blocked (void)
{
    return _ ("You have blocked nobody at Telegram.");
}

const char *
tgp_words_no_blocked_list (void)
{
    return _ ("The list of blocked people cannot be fetched now. Try again later.");
}

char *
tgp_words_not_blocked (int number)
{
    return g_strdup_printf (
        _ ("You have blocked nobody with the number %d. /contact blocked lists them."),
        number);
}

char *
tgp_words_contact_named (const char *name)
{
    return g_strdup_printf (
        _ ("In Telegram's contacts this person is called %s now, for all your devices."),
        name);
}

/* --- the own profile --- */

const char *
tgp_words_profile_how (void)
{
    return _ ("What others see of you at Telegram, on all your devices:");
}

static char *
profile_is (const char *name, const char *about)
{
    return *about != '\0'
               ? g_strdup_printf (_ ("At Telegram your name is %s. The text about you: "
                                     "%s"),
                                  name, about)
               : g_strdup_printf (_ ("At Telegram your name is %s. There is no text "
                                     "about you."),
                                  name);
}

char *
tgp_words_profiled (TalkProfiled what, const char *name, const char *about,
                    const char *duration)
{
    switch (what) {
    case TALK_PROFILE_DONE:
    case TALK_PROFILE_SAME:
        return profile_is (name, about);
    case TALK_PROFILE_NAME:
        return g_strdup (
            _ ("This name is not possible: at Telegram everybody has a first "
               "name, and neither first nor last name may have more than 64 "
               "characters. Nothing was changed."));
    case TALK_PROFILE_ABOUT:
        return g_strdup (
            _ ("This text about you is too long: Telegram takes 70 "
               "characters, or 140 from those who pay. Nothing was changed."));
    case TALK_PROFILE_TOO_OFTEN:
        return duration != NULL
                   ? g_strdup_printf (_ ("Telegram wants a pause: your profile is as it "
                                         "was. Try again in %s."),
                                      duration)
                   : g_strdup (_ ("Telegram wants a pause: your profile is as it was. "
                                  "Try again later."));
    case TALK_PROFILE_OFFLINE:
        return g_strdup (
            _ ("There is no connection: your profile is as it was. Try again "
               "later."));
    case TALK_PROFILE_REFUSED:
        return g_strdup (_ ("Telegram did not do that: your profile is as it was. Try "
                            "again later."));
    case TALK_PROFILE_TOLD:
        break;
    }
    return NULL;
}

const char *
tgp_words_profile_unanswered (void)
{
    return _ ("The account went offline before Telegram answered: your profile was "
              "changed, or it is as it was.");
}
