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
    return _ ("ended");
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

char *
tgp_words_row (const TalkSecret *info, unsigned unread)
{
    g_autofree char *text = tgp_words_state (info);

    if (unread == 0)
        return g_steal_pointer (&text);
    if (info->state != TALK_STATE_READY)
        return tgp_words_unread_in (text, unread);
    /* Translators: in Pidgin's list a row has room for some 25 letters */
    if (!info->verified)
        return g_strdup_printf (
            ngettext ("%u unread, not verified", "%u unread, not verified", unread),
            unread);
    if (info->ttl == 0)
        return g_strdup_printf (
            ngettext ("%u unread, verified", "%u unread, verified", unread), unread);
    g_autofree char *time = tgp_words_short (info->ttl);
    return g_strdup_printf (
        ngettext ("%u unread, timer %s", "%u unread, timer %s", unread), unread, time);
}

const char *
tgp_words_none_listed (void)
{
    return _ ("There is no secret chat. /secret in a conversation with somebody starts "
              "one.");
}
