/* See tgp-words-act.h. */
#include "tgp-words-act.h"

#include "tgp-gettext.h"
#include "tgp-words.h"

#include <string.h>

#define OFFERED_TEXT_MAX 120 /* characters of a text in a question about it */

/* --- what cannot be done --- */

const char *
tgp_words_problem (TgpProblem problem)
{
    switch (problem) {
    case TGP_OFFLINE:
        return _ ("The account is offline.");
    case TGP_NOT_POSSIBLE:
        return _ ("That is not possible now.");
    case TGP_ONLY_IN_SECRET_CHATS:
        return _ ("This works in secret chats only.");
    case TGP_ONLY_HERE:
        return _ ("This works in conversations of this account only.");
    case TGP_NOT_STARTED:
        return _ ("The secret chat could not be started.");
    case TGP_NOT_READY:
        return _ ("This secret chat is not ready yet.");
    case TGP_IS_OVER:
        return _ ("This secret chat has ended.");
    case TGP_NO_KEY_YET:
        return _ ("This secret chat has no key yet.");
    case TGP_NO_KEY:
        return _ ("This secret chat has no key.");
    case TGP_NOTHING_TO_DELETE:
        return _ ("There is nothing to delete.");
    case TGP_NOTHING_MISSING:
        return _ ("Nothing is missing in this secret chat.");
    case TGP_NO_SUCH_NUMBER:
        return _ ("There is no secret chat with this number. /secret list shows them.");
    case TGP_NOT_A_REQUEST:
        return _ ("No request has that number; /secret list shows them.");
    case TGP_NO_REQUEST:
        return _ ("This person does not ask for a secret chat.");
    case TGP_UNREACHABLE:
        return _ ("This person cannot be reached.");
    case TGP_NO_COMMAND:
        return _ ("There is no such command.");
    case TGP_NO_TIME:
        return _ ("Give a time like 30s, 5m, 1h, 2d or 1w (at most a year), or off.");
    case TGP_CHAT_WORDS:
        return _ ("Here /secret takes one of these words: messages, info, rekey, skip, "
                  "end, erase, new, list");
    case TGP_PERSON_WORDS:
        return _ (
            "Here /secret takes one of these words: new, accept, reject, leave, list");
    case TGP_NO_NAME:
        return _ ("A name has 64 letters at most in its first word, and 64 behind it.");
    }
    return NULL;
}

const char *
tgp_words_refused (TalkCode code)
{
    switch (code) {
    case TALK_DONE:
        return NULL;
    case TALK_NOT_READY:
        return tgp_words_problem (TGP_NOT_READY);
    case TALK_IS_CLOSED:
    case TALK_NO_CHAT:
        return tgp_words_problem (TGP_IS_OVER);
    case TALK_NOTHING:
        return tgp_words_problem (TGP_NOTHING_TO_DELETE);
    case TALK_IS_OFFLINE:
        return tgp_words_problem (TGP_OFFLINE);
    case TALK_INVALID:
    case TALK_NO_PERSON:
    case TALK_NO_RANDOM:
        break;
    }
    return tgp_words_problem (TGP_NOT_POSSIBLE);
}

const char *
tgp_words_not_started (TalkCode code)
{
    switch (code) {
    case TALK_DONE:
        return NULL;
    case TALK_IS_OFFLINE:
        return tgp_words_problem (TGP_OFFLINE);
    case TALK_NO_PERSON:
        return tgp_words_problem (TGP_UNREACHABLE);
    case TALK_NO_CHAT:
    case TALK_NOT_READY:
    case TALK_IS_CLOSED:
    case TALK_INVALID:
    case TALK_NOTHING:
    case TALK_NO_RANDOM:
        break;
    }
    return tgp_words_problem (TGP_NOT_POSSIBLE);
}

/* --- what commands answer --- */

char *
tgp_words_timer (int32_t ttl)
{
    g_autofree char *time = tgp_words_duration (ttl);

    return g_strdup_printf (_ ("Self-destruct timer: %s"), time);
}

char *
tgp_words_key (const char *who, const char *key)
{
    return g_strdup_printf (_ ("The key of this chat. Compare it with what %s sees, side "
                               "by side or in a call, but not in this chat:\n%s"),
                            who, key);
}

char *
tgp_words_compare (const char *who, const char *key, gboolean verified)
{
    return g_strdup_printf (
        _ ("The key of this chat:\n%sLet %s read their key to you, face to face or in a "
           "call, but not in this chat. If both are equal, /verify yes marks the key as "
           "verified; /verify no takes the mark away. %s"),
        key, who,
        verified ? _ ("This key is verified.") : _ ("This key is not verified yet."));
}

char *
tgp_words_key_of (const char *who)
{
    return g_strdup_printf (_ ("The key of the secret chat with %s"), who);
}

char *
tgp_words_compare_how (const char *who, gboolean verified, gboolean other)
{
    const char *state =
        verified ? _ ("You marked this key as verified.")
        : other ? _ ("You verified the key of another chat with this person; this key is "
                     "another one, and not verified yet.")
                : _ ("This key is not verified yet.");
    g_autofree char *how = g_strdup_printf (
        _ ("Compare picture and letters with what %s sees in the other app: side by "
           "side, "
           "or in a call, but not in this chat. If all of it is equal, nobody else can "
           "read this chat."),
        who);

    return g_strdup_printf ("%s\n\n%s", how, state);
}

char *
tgp_words_keys_differ (const char *who)
{
    return g_strdup_printf (
        _ ("You found that the keys differ: somebody may be reading this chat, or %s "
           "looked at the key of another chat. Write nothing secret here; /secret end "
           "ends it, and /secret new starts one with a new key to compare."),
        who);
}

/* --- what is asked before something ends --- */

char *
tgp_words_question (TgpEnd what, const char *who)
{
    switch (what) {
    case TGP_END_CLOSE:
        return g_strdup_printf (_ ("End the secret chat with %s?"), who);
    case TGP_END_ERASE:
        return g_strdup_printf (
            _ ("End the secret chat with %s and delete all of it, for both sides?"), who);
    case TGP_END_ERASE_REST:
        return g_strdup_printf (
            _ ("Delete what is left of the secret chat with %s, on this side?"), who);
    case TGP_END_FLUSH:
        return g_strdup_printf (
            _ ("Delete all messages of the secret chat with %s, for both sides?"), who);
    case TGP_END_DELETE_LAST:
        return g_strdup_printf (_ ("Delete your last message to %s, for both sides?"),
                                who);
    case TGP_END_DELETE_CONTACT:
        return g_strdup_printf (_ ("Delete %s from Telegram's contacts?"), who);
    case TGP_END_BLOCK:
        return g_strdup_printf (_ ("Block %s at Telegram?"), who);
    case TGP_END_UNBLOCK:
        return g_strdup_printf (_ ("Unblock %s at Telegram?"), who);
    case TGP_END_LOG_OUT:
        return g_strdup_printf (_ ("Log %s out at the server?"), who);
    case TGP_END_SKIP:
        break;
    }
    return NULL;
}

char *
tgp_words_erased_here (const char *who)
{
    return g_strdup_printf (_ ("The secret chat with %s had ended before that, so it is "
                               "deleted on this side only."),
                            who);
}

char *
tgp_words_delete_theirs (const char *who, int number)
{
    return g_strdup_printf (_ ("Delete message %d, of %s, for both sides?"), number, who);
}

const char *
tgp_words_consequence (TgpEnd what)
{
    switch (what) {
    case TGP_END_CLOSE:
        return _ ("Its key is destroyed: nothing can be sent or received in it any "
                  "more.");
    case TGP_END_ERASE:
    case TGP_END_ERASE_REST:
    case TGP_END_FLUSH:
    case TGP_END_DELETE_LAST:
        return _ ("This cannot be undone.");
    case TGP_END_SKIP:
        return _ ("What is missing is lost then, even if it comes late.");
    case TGP_END_DELETE_CONTACT:
        return _ ("The contact disappears on all your devices. Secret chats go on.");
    case TGP_END_BLOCK:
        return _ (
            "This person cannot write to you or start secret chats any more, on any "
            "of your devices, and secret chats with them may end.");
    case TGP_END_UNBLOCK:
        return _ ("This person can write to you again, on all your devices.");
    case TGP_END_LOG_OUT:
        return _ ("All secret chats of this account end, and their keys are "
                  "destroyed.");
    }
    return NULL;
}

char *
tgp_words_skip (const char *who, const TalkSecret *info)
{
    g_autofree char *missing = tgp_words_gap (who, info);

    /* Translators: %s is "2 messages of Alice did not arrive; ..." */
    return g_strdup_printf (_ ("%s Go on without them?"), missing);
}

const char *
tgp_words_skipped (void)
{
    return _ ("This chat goes on without the messages that are missing.");
}

char *
tgp_words_remove_people (unsigned n, const char *who)
{
    if (n == 1)
        return g_strdup_printf (_ ("Remove %s only from this list, or also from "
                                   "Telegram's contacts?"),
                                who);
    return g_strdup_printf (
        ngettext ("Remove %u person only from this list, or also from "
                  "Telegram's contacts?",
                  "Remove %u people only from this list, or also from "
                  "Telegram's contacts?",
                  n),
        n);
}

const char *
tgp_words_remove_people_how (void)
{
    return _ (
        "What is deleted from Telegram's contacts disappears on all your devices. Who is "
        "removed only from this list comes back when added again, or with a message.");
}

char *
tgp_words_remove_chats (unsigned n, const char *who)
{
    return n == 1 ? tgp_words_question (TGP_END_CLOSE, who)
                  : g_strdup_printf (
                        ngettext ("End %u secret chat?", "End %u secret chats?", n), n);
}

const char *
tgp_words_remove_chats_how (void)
{
    return _ ("An ended chat's key is destroyed: nothing can be sent or received in it "
              "any more.");
}

char *
tgp_words_remove_both (unsigned n)
{
    return g_strdup_printf (
        ngettext ("Remove this %u entry? Contacts and secret chats are among them.",
                  "Remove these %u entries? Contacts and secret chats are among them.",
                  n),
        n);
}

const char *
tgp_words_remove_both_how (void)
{
    return _ ("An ended chat's key is destroyed. What is deleted from Telegram's "
              "contacts disappears on all your devices.");
}

char *
tgp_words_chat_goes_on (const char *who, const char *entry)
{
    return g_strdup_printf (
        _ ("The secret chat with %s goes on, so it is in the list again. /secret end, "
           "typed to %s, ends it; /secret erase also deletes it for both sides."),
        who, entry);
}

char *
tgp_words_only_from_list (const char *who, const char *entry)
{
    return g_strdup_printf (
        _ ("%s is removed from this list only. To delete the contact at Telegram, too: "
           "add %s again, and type /contact delete to it."),
        who, entry);
}

const char *
tgp_words_anew (void)
{
    return _ ("Log in anew?");
}

char *
tgp_words_anew_how (const char *names)
{
    if (*names != '\0')
        return g_strdup_printf (
            _ ("Telegram says that it does not know this session. It may have been "
               "ended, or something is wrong there that passes. Logging in anew ends the "
               "secret chats with: %s. Waiting ends nothing."),
            names);
    return g_strdup (_ ("Telegram says that it does not know this session. It may have "
                        "been ended, or something is wrong there that passes. There is "
                        "no secret chat that logging in anew would end."));
}

/* --- what is asked of other people --- */

char *
tgp_words_request (const char *who)
{
    return g_strdup_printf (_ ("%s wants to start a secret chat with you."), who);
}

char *
tgp_words_signs (const char *username, const char *phone)
{
    g_autofree char *name =
        username != NULL ? g_strdup_printf (_ ("User name: @%s."), username) : NULL;
    g_autofree char *number =
        phone != NULL ? g_strdup_printf (_ ("Number: +%s."), phone) : NULL;

    return name != NULL && number != NULL ? g_strdup_printf ("%s %s", name, number)
                                          : g_strdup (name != NULL     ? name
                                                      : number != NULL ? number
                                                                       : "");
}

char *
tgp_words_asked_on (const char *account, unsigned more)
{
    g_autofree char *where = g_strdup_printf (_ ("Your account: %s."), account);
    g_autofree char *others =
        g_strdup_printf (ngettext ("%u more person asks; /secret list shows all.",
                                   "%u more people ask; /secret list shows all.", more),
                         more);

    return more > 0 ? g_strdup_printf ("%s %s", where, others) : g_steal_pointer (&where);
}

char *
tgp_words_third_answer (int number)
{
    return g_strdup_printf (_ ("To leave it to your phone, type \"/secret leave %d\" to "
                               "anybody of this account."),
                            number);
}

char *
tgp_words_answered (const char *who, gboolean left)
{
    return g_strdup_printf (left ? _ ("The secret chat that %s asked for is left to your "
                                      "other devices.")
                                 : _ ("The secret chat that %s asked for is rejected."),
                            who);
}

static const char *
acquaintance (TgpAcquaintance known)
{
    switch (known) {
    case TGP_CHAT_NEVER:
        return _ ("You never had a secret chat with this person.");
    case TGP_CHAT_BEFORE:
        return _ ("You had a secret chat with this person before.");
    case TGP_CHAT_NOW:
        return _ ("You have a secret chat with this person already.");
    case TGP_CHAT_VERIFIED:
        return _ ("You verified the key of another secret chat with this person.");
    }
    return "";
}

char *
tgp_words_who_is_it (gboolean contact, const char *since, TgpAcquaintance known)
{
    g_autofree char *list =
        since != NULL
            ? g_strdup_printf (
                  _ ("This person is in your contacts, and in this list since %s."),
                  since)
            : g_strdup (contact ? _ ("This person is in your contacts.")
                                : _ ("This person is not in your contacts."));

    return g_strdup_printf ("%s %s %s", tgp_words_offer_how (), list,
                            acquaintance (known));
}

char *
tgp_words_offer (const char *who)
{
    return g_strdup_printf (_ ("Start a secret chat with %s?"), who);
}

const char *
tgp_words_offer_how (void)
{
    return _ ("Only this device will be able to read it.");
}

char *
tgp_words_offer_text (const char *who, gboolean there)
{
    return g_strdup_printf (
        there ? _ ("Send this in your secret chat with %s?")
              : _ ("Start a secret chat with %s, and send this when it is accepted?"),
        who);
}

char *
tgp_words_offer_text_how (const char *again)
{
    if (again == NULL)
        return g_strdup (
            _ ("This program writes in secret chats only. If you cancel, your "
               "text comes back."));
    g_autofree char *part =
        g_utf8_substring (again, 0, MIN (g_utf8_strlen (again, -1), OFFERED_TEXT_MAX));
    char *how = g_strdup_printf (_ ("You wrote this before the program ended, and it was "
                                    "not sent: %s\nIf you cancel, your text comes back."),
                                 part);
    explicit_bzero (part, strlen (part));
    return how;
}

const char *
tgp_words_telegram_stays (void)
{
    return _ ("This is Telegram itself: your login codes come from there, so it can be "
              "neither blocked nor deleted.");
}
