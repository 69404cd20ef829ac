/* Sentences about a secret chat (see tgp-words.h). */
#include "tgp-words.h"

#include "tgp-gettext.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR, WEEK = 7 * DAY };

char *
tgp_words_duration (int32_t seconds)
{
    unsigned long n = (unsigned long)MAX (seconds, 0);

    if (n == 0)
        return g_strdup (_ ("off"));
    if (n % WEEK == 0)
        return g_strdup_printf (ngettext ("%d week", "%d weeks", n / WEEK),
                                (int)(n / WEEK));
    if (n % DAY == 0)
        return g_strdup_printf (ngettext ("%d day", "%d days", n / DAY), (int)(n / DAY));
    if (n % HOUR == 0)
        return g_strdup_printf (ngettext ("%d hour", "%d hours", n / HOUR),
                                (int)(n / HOUR));
    if (n % MINUTE == 0)
        return g_strdup_printf (ngettext ("%d minute", "%d minutes", n / MINUTE),
                                (int)(n / MINUTE));
    return g_strdup_printf (ngettext ("%d second", "%d seconds", n), seconds);
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

/* --- its state --- */

const char *
tgp_words_over (const TalkSecret *info)
{
    switch (info != NULL ? info->closed : TALK_CLOSED_NOT) {
    case TALK_CLOSED_REJECTED:
    case TALK_CLOSED_DECLINED:
        return _ ("rejected");
    case TALK_CLOSED_ELSEWHERE:
        return _ ("not on this device");
    default:
        return _ ("ended");
    }
}

char *
tgp_words_state (const TalkSecret *info)
{
    switch (info != NULL ? info->state : TALK_STATE_CLOSED) {
    case TALK_STATE_ASKING:
    case TALK_STATE_ACCEPTING:
        return g_strdup (_ ("agreeing on a key"));
    case TALK_STATE_WAITING:
        return g_strdup (_ ("waiting for acceptance"));
    case TALK_STATE_REQUESTED:
        return g_strdup (_ ("wants to start a secret chat"));
    case TALK_STATE_CLOSED:
        return g_strdup (tgp_words_over (info));
    case TALK_STATE_READY:
        break;
    }
    /* Translators: in Pidgin's list a row has room for some 25 letters */
    if (info->ttl == 0)
        return g_strdup (info->verified ? _ ("secret chat, verified")
                                        : _ ("secret chat, not verified"));
    g_autofree char *time = tgp_words_short (info->ttl);
    return g_strdup_printf (
        info->verified ? _ ("timer %s, verified") : _ ("timer %s, not verified"), time);
}

/* In its largest unit: "30 s". */
char *
tgp_words_short (int32_t seconds)
{
    /* Translators: units of time, as short as can be */
    return seconds % (7 * 86400) == 0
               ? g_strdup_printf (_ ("%d w"), seconds / (7 * 86400))
           : seconds % 86400 == 0 ? g_strdup_printf (_ ("%d d"), seconds / 86400)
           : seconds % 3600 == 0  ? g_strdup_printf (_ ("%d h"), seconds / 3600)
           : seconds % 60 == 0    ? g_strdup_printf (_ ("%d min"), seconds / 60)
                                  : g_strdup_printf (_ ("%d s"), seconds);
}

char *
tgp_words_glance (const TalkSecret *info)
{
    if (info == NULL)
        return g_strdup (_ ("Offline"));
    if (info->state == TALK_STATE_CLOSED)
        return g_strdup (info->closed == TALK_CLOSED_DECLINED    ? _ ("Rejected")
                         : info->closed == TALK_CLOSED_ELSEWHERE ? _ ("Not here")
                                                                 : _ ("Ended"));
    if (info->state != TALK_STATE_READY)
        return g_strdup (_ ("Waiting"));
    return info->ttl > 0 ? tgp_words_short (info->ttl) : g_strdup ("");
}

char *
tgp_words_glance_name (const TalkSecret *info)
{
    if (info == NULL || info->state != TALK_STATE_READY)
        return tgp_words_glance (info);
    if (info->ttl == 0)
        return g_strdup (info->verified ? _ ("Secret chat, verified")
                                        : _ ("Secret chat, not verified"));
    g_autofree char *time = tgp_words_duration (info->ttl);
    return g_strdup_printf (
        info->verified ? _ ("Timer %s, verified") : _ ("Timer %s, not verified"), time);
}

char *
tgp_words_glance_how (const TalkSecret *info, const char *who)
{
    if (info->state == TALK_STATE_CLOSED)
        return tgp_words_closed (info, who, FALSE);
    if (info->state != TALK_STATE_READY)
        return g_strdup_printf (_ ("The secret chat with %s is not ready yet."), who);
    g_autofree char *time = tgp_words_duration (info->ttl);
    g_autofree char *timer =
        info->ttl == 0
            ? g_strdup_printf (
                  _ ("Only you and %s can read this chat. Messages stay until you delete "
                     "them."),
                  who)
            : g_strdup_printf (_ ("Only you and %s can read this chat. New messages "
                                  "disappear %s after they are read."),
                               who, time);
    return g_strconcat (
        timer, "\n",
        info->verified ? _ ("You compared the key.")
                       : _ ("You did not compare the key yet: \"Show the key\" in the "
                            "menu says how."),
        NULL);
}

char *
tgp_words_unsent (const char *state, unsigned n)
{
    return n == 0 ? g_strdup (state)
                  : g_strdup_printf (ngettext ("%s, %u message not sent",
                                               "%s, %u messages not sent", n),
                                     state, n);
}

/* How long something has lasted, in its largest unit. */
static char *
age_text (int64_t ms)
{
    int64_t seconds = CLAMP (ms / 1000, 0, G_MAXINT32);

    if (seconds < 60)
        return g_strdup (_ ("less than a minute"));
    int64_t unit = seconds >= 2 * 86400 ? 86400 : seconds >= 2 * 3600 ? 3600 : 60;
    int number = (int)(seconds / unit);
    return g_strdup_printf (unit == 86400  ? ngettext ("%d day", "%d days", number)
                            : unit == 3600 ? ngettext ("%d hour", "%d hours", number)
                                           : ngettext ("%d minute", "%d minutes", number),
                            number);
}

static void
append_key (GString *text, const TalkSecret *info)
{
    g_autofree char *age = age_text (g_get_real_time () / 1000 - info->key_created);

    g_string_append (text,
                     info->verified
                         ? _ ("\nKey: verified by you")
                         : _ ("\nKey: not verified yet; /verify shows how to do that"));
    if (info->key_created > 0)
        g_string_append_printf (text,
                                ngettext ("\nKey in use for %s and %u message",
                                          "\nKey in use for %s and %u messages",
                                          info->key_messages),
                                age, info->key_messages);
    else
        g_string_append (text, _ ("\nKey not used yet"));
    if (info->rekeying)
        g_string_append (text, _ ("\nA new key is being agreed on"));
}

char *
tgp_words_info (const TalkSecret *info, const char *who, int number, const char *status,
                unsigned unsent)
{
    gboolean open = info->state == TALK_STATE_READY;
    g_autofree char *timer = tgp_words_duration (info->ttl);
    GString *text = g_string_new (NULL);

    if (number > 0)
        g_string_append_printf (text, _ ("Secret chat %d with %s: %s"), number, who,
                                open ? _ ("open") : status);
    else
        g_string_append_printf (text, _ ("Secret chat with %s: %s"), who,
                                open ? _ ("open") : status);
    g_string_append_printf (text, _ ("\nSelf-destruct timer: %s"), timer);
    if (open)
        append_key (text, info);
    if (unsent > 0)
        g_string_append_printf (
            text,
            ngettext ("\n%u message not sent yet", "\n%u messages not sent yet", unsent),
            unsent);
    if (info->drafts > 0)
        g_string_append_printf (text,
                                ngettext ("\n%u message waits until the chat is ready",
                                          "\n%u messages wait until the chat is ready",
                                          info->drafts),
                                info->drafts);
    if (open && info->unacknowledged > 0) /* it says so with what it sends next */
        g_string_append_printf (
            text,
            ngettext ("\n%s has not confirmed your last message yet",
                      "\n%s has not confirmed your last %u messages yet",
                      info->unacknowledged),
            who, info->unacknowledged);
    if (info->missing > 0) {
        g_autofree char *missing = tgp_words_gap (who, info);
        g_string_append_printf (text, "\n%s", missing);
    }
    return g_string_free (text, FALSE);
}

/* --- what happens in it --- */

char *
tgp_words_waiting (const char *who)
{
    return g_strdup_printf (
        _ ("Waiting for %s to accept the secret chat. What you write is kept, and sent "
           "then."),
        who);
}

char *
tgp_words_by_rule (const char *who)
{
    return g_strdup_printf (
        _ ("%s started a secret chat; it was accepted, as this account's settings say."),
        who);
}

char *
tgp_words_accepted (const char *who)
{
    return g_strdup_printf (
        _ ("%s accepted: this secret chat is ready. /key shows its key, "
           "/secret its state; /ttl 30s sets a self-destruct timer, "
           "/delete takes your last message back."),
        who);
}

char *
tgp_words_ready (const char *who)
{
    return g_strdup_printf (_ ("This secret chat with %s is ready. /key shows its key, "
                               "/secret its state; /ttl 30s sets a self-destruct timer, "
                               "/delete takes your last message back."),
                            who);
}

static char *
closed_text (TalkClosed closed, const char *detail, const char *who)
{
    switch (closed) {
    case TALK_CLOSED_BY_US:
        return g_strdup (_ ("You ended this secret chat."));
    case TALK_CLOSED_REJECTED:
        return g_strdup (_ ("You rejected this secret chat."));
    case TALK_CLOSED_BY_PEER:
        return g_strdup_printf (_ ("%s ended this secret chat."), who);
    case TALK_CLOSED_DECLINED:
        return g_strdup_printf (_ ("%s rejected this secret chat."), who);
    case TALK_CLOSED_ELSEWHERE:
        return g_strdup (
            _ ("Another of your devices took this secret chat, or it was withdrawn."));
    case TALK_CLOSED_ID_INVALID:
        return g_strdup (_ ("The server does not know this secret chat any more."));
    case TALK_CLOSED_USER_BLOCKED:
        return g_strdup_printf (_ ("%s has blocked you: the secret chat has ended."),
                                who);
    case TALK_CLOSED_USER_DELETED:
        return g_strdup_printf (
            _ ("The account of %s was deleted: the secret chat has ended."), who);
    case TALK_CLOSED_DATA_INVALID:
        return g_strdup (
            _ ("The server refused this chat's data: the secret chat has ended."));
    case TALK_CLOSED_BAD_KEY:
        return g_strdup_printf (_ ("No safe key could be agreed on: %s."), detail);
    case TALK_CLOSED_VIOLATION:
        return g_strdup_printf (
            _ ("The program of %s broke the rules of secret chats, so this one has "
               "ended: %s."),
            who, detail);
    case TALK_CLOSED_CORRUPT:
        return g_strdup (
            _ ("The stored data of this secret chat is damaged, so it has ended."));
    case TALK_CLOSED_REQUEST_FAILED:
        return g_strdup_printf (
            _ ("The secret chat could not be started: Telegram refused it (\"%s\"). Try "
               "again later, or ask %s to start one."),
            detail, who);
    case TALK_CLOSED_PRIVACY:
        return g_strdup_printf (
            _ ("The secret chat could not be started: the privacy settings of %s do not "
               "let you. Ask %s to start one."),
            who, who);
    case TALK_CLOSED_OFFICIAL_APP:
        return g_strdup_printf (
            _ ("The secret chat could not be started: Telegram wants a check that only "
               "its own apps can make. Write to %s with an official app once, then try "
               "again here, or ask %s to start one."),
            who, who);
    case TALK_CLOSED_LOGGED_OUT:
        return g_strdup (_ ("The session ended, and this secret chat with it."));
    case TALK_CLOSED_ROLLED_BACK:
        return g_strdup (
            _ ("An older copy of this account's data seems to have been restored. The "
               "secret chat has ended, because a message might use a key and a number "
               "that were used before."));
    case TALK_CLOSED_NOT:
        break;
    }
    return g_strdup ("");
}

char *
tgp_words_closed (const TalkSecret *info, const char *who, gboolean unwanted)
{
    g_autofree char *why = closed_text (
        info->closed, info->closed_detail != NULL ? info->closed_detail : "?", who);

    return unwanted ? g_strconcat (why, _ (" /secret new starts a new one."), NULL)
                    : g_steal_pointer (&why);
}

static char *
gap_notice (const char *who, const TalkSecret *info)
{
    g_autofree char *missing = tgp_words_gap (who, info);

    /* Translators: %s is "2 messages of Alice did not arrive; ..." */
    return g_strdup_printf (
        _ ("%s They were asked for again and again. /secret skip goes "
           "on without them."),
        missing);
}

char *
tgp_words_notice (const TalkNotice *notice, const char *who, const TalkSecret *info)
{
    g_autofree char *time = tgp_words_duration ((int32_t)notice->number);

    switch (notice->kind) {
    case TALK_NOTICE_TTL:
        if (notice->by_peer)
            return notice->number == 0
                       ? g_strdup_printf (_ ("%s turned the self-destruct timer off."),
                                          who)
                       : g_strdup_printf (_ ("%s set the self-destruct timer to %s."),
                                          who, time);
        return notice->number == 0
                   ? g_strdup (_ ("You turned the self-destruct timer off."))
                   : g_strdup_printf (_ ("You set the self-destruct timer to %s."), time);
    case TALK_NOTICE_SCREENSHOT:
        return g_strdup_printf (notice->by_peer
                                    ? _ ("%s took a screenshot.")
                                    : _ ("%s was told that you took a screenshot."),
                                who);
    case TALK_NOTICE_NEWER_PEER:
        return g_strdup_printf (
            _ ("%s uses a newer kind of secret chats: some messages may not "
               "show here."),
            who);
    case TALK_NOTICE_DELAYED:
        return g_strdup (
            _ ("The server has not taken your message for a minute. It waits and "
               "goes out as soon as it can."));
    case TALK_NOTICE_GAP:
        return gap_notice (who, info);
    case TALK_NOTICE_OLD_GROUP:
        return g_strdup (
            _ ("The server changed the numbers that keys are made of: this chat "
               "keeps its present key. Start a new secret chat to get a new one."));
    case TALK_NOTICE_TAKEN:
        return g_strdup_printf (_ ("The secret chat that %s asked for was not rejected: "
                                   "another of your devices had taken it."),
                                who);
    case TALK_NOTICE_REKEYED:
        break; /* nothing to tell */
    }
    return NULL;
}

char *
tgp_words_flushed (const char *who)
{
    return g_strdup_printf (_ ("%s deleted all messages of this chat."), who);
}

/* --- its key --- */

const char *
tgp_words_verified (gboolean verified)
{
    return verified ? _ ("You marked the key of this chat as verified. The mark is for "
                         "this chat only.")
                    : _ ("The key of this chat is not marked as verified.");
}

char *
tgp_words_other_key (const char *who)
{
    return g_strdup_printf (_ ("You verified the key of another chat with %s. This chat "
                               "has a key of its own, which is not verified yet; /verify "
                               "shows how to do that."),
                            who);
}

/* --- its entry and its lines --- */

char *
tgp_words_entry_back (const char *who)
{
    return g_strdup_printf (_ ("The entry of this secret chat with %s was no longer in "
                               "the list. The chat goes on, so it is there again; "
                               "/secret end ends it."),
                            who);
}

const char *
tgp_words_taken_out (void)
{
    return _ (
        "The entry of this secret chat was put together with another one. It stands "
        "alone again: what you type could have gone to the wrong person.");
}

const char *
tgp_words_line_stays (void)
{
    return _ ("(A message above has been deleted, but this window cannot take the line "
              "out. Use /clear to empty it.)");
}

const char *
tgp_words_logged (void)
{
    return _ ("What is said here is written to the logs on this computer, as the "
              "account's settings allow. Messages with a self-destruct timer are not.");
}

const char *
tgp_words_not_logged (void)
{
    return _ (
        "Nothing is logged: secret chats are not written to the logs. The account's "
        "settings can allow it.");
}

/* --- lists --- */

char *
tgp_words_column (const char *text)
{
    static const gunichar bars[] = { '|',    0x00a6, 0x01c0, 0x2016, 0x2223, 0x2225,
                                     0x23d0, 0x2502, 0x2503, 0x2551, 0x2758, 0x2759,
                                     0x275a, 0xff5c, 0xffe4, 0xffe8 };
    g_autoptr (GString) out = g_string_new (NULL);

    for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);
        for (size_t i = 0; i < G_N_ELEMENTS (bars); i++)
            if (c == bars[i])
                c = '/';
        g_string_append_unichar (out, c);
    }
    return g_strdup (out->str);
}
