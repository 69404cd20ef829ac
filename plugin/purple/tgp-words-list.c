/* See tgp-words-list.h. */
#include "tgp-words-list.h"

#include "tgp-gettext.h"
#include "tgp-words-message.h"
#include "tgp-words.h"

static const char *
state_of (const TalkSecret *info)
{
    switch (info->state) {
    case TALK_STATE_ASKING:
    case TALK_STATE_WAITING:
        return _ ("waiting");
    case TALK_STATE_REQUESTED:
        return _ ("asks you");
    case TALK_STATE_ACCEPTING:
        return _ ("accepted, agreeing on a key");
    case TALK_STATE_READY:
        return _ ("open");
    case TALK_STATE_CLOSED:
        break;
    }
    return tgp_words_over (info);
}

static void
append (GString *line, const char *cell)
{
    g_string_append_printf (line, " | %s", cell);
}

char *
tgp_words_listed (const TalkSecret *info, const char *who, unsigned unread)
{
    GString *line = g_string_new (NULL);

    g_string_printf (line, "%d", info->number);
    append (line, state_of (info));
    if (info->state == TALK_STATE_READY) {
        g_autofree char *time = tgp_words_duration (info->ttl);
        g_autofree char *timer = g_strdup_printf (_ ("timer %s"), time);
        append (line, info->verified ? _ ("verified") : _ ("not verified"));
        append (line, timer);
    }
    if (unread > 0) {
        g_autofree char *text = tgp_words_unread (unread);
        append (line, text);
    }
    append (line, who);
    return g_string_free (line, FALSE);
}

/* Of a chat that nobody can write in, in a word: of several there is no room. */
static const char *
short_state (const TalkSecret *info)
{
    return info->state != TALK_STATE_CLOSED        ? _ ("waiting")
           : info->closed == TALK_CLOSED_ELSEWHERE ? _ ("ended")
                                                   : tgp_words_over (info);
}

static char *
unsent_row (const TalkSecret *info, unsigned unread, unsigned n)
{
    /* Translators: in Pidgin's list a row has room for some 25 letters, here and below */
    if (unread > 0)
        return g_strdup_printf (
            ngettext ("%u not sent, %u unread", "%u not sent, %u unread", n), n, unread);
    if (info->state != TALK_STATE_READY)
        return g_strdup_printf (ngettext ("%u not sent, %s", "%u not sent, %s", n), n,
                                short_state (info));
    return g_strdup_printf (
        info->verified
            ? ngettext ("%u not sent, verified", "%u not sent, verified", n)
            : ngettext ("%u not sent, not verified", "%u not sent, not verified", n),
        n);
}

static char *
unread_row (const TalkSecret *info, unsigned n)
{
    if (info->state != TALK_STATE_READY)
        return tgp_words_unread_in (short_state (info), n);
    if (!info->verified)
        return g_strdup_printf (
            ngettext ("%u unread, not verified", "%u unread, not verified", n), n);
    if (info->ttl == 0)
        return g_strdup_printf (
            ngettext ("%u unread, verified", "%u unread, verified", n), n);
    g_autofree char *time = tgp_words_short (info->ttl);
    return g_strdup_printf (ngettext ("%u unread, timer %s", "%u unread, timer %s", n), n,
                            time);
}

/* In a list that scrolls a few letters less are seen: what is wrong stands first. */
static char *
plain_row (const TalkSecret *info)
{
    if (info->state != TALK_STATE_READY)
        return tgp_words_state (info);
    if (info->ttl == 0)
        return g_strdup (info->verified ? _ ("secret, verified")
                                        : _ ("secret, not verified"));
    g_autofree char *time = tgp_words_short (info->ttl);
    return g_strdup_printf (
        info->verified ? _ ("timer %s, verified") : _ ("not verified, timer %s"), time);
}

char *
tgp_words_row (const TalkSecret *info, unsigned unread, unsigned unsent)
{
    const TalkSecret gone = { .state = TALK_STATE_CLOSED };
    const TalkSecret *shown = info != NULL ? info : &gone;

    return unsent > 0   ? unsent_row (shown, unread, unsent)
           : unread > 0 ? unread_row (shown, unread)
                        : plain_row (shown);
}

const char *
tgp_words_none_listed (void)
{
    return _ ("There is no secret chat. /secret in a conversation with somebody starts "
              "one.");
}
