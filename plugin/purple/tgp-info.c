/* See tgp-info.h. */
#include "tgp-info.h"

#include "tgp-conv.h"
#include "tgp-entry.h"
#include "tgp-person.h"
#include "tgp-secret-buddy.h"
#include "tgp-send.h"
#include "tgp-words.h"

/* The first 32 bytes in hex, four lines of eight (SC-K3). */
char *
tgp_secret_key_text (const TalkSecret *info)
{
    GString *text = g_string_new (NULL);

    for (size_t i = 0; i < 32; i++)
        g_string_append_printf (text, "%02X%s", info->key_hash[i],
                                i % 8 == 7   ? "\n"
                                : i % 8 == 3 ? "  "
                                             : " ");
    return g_string_free (text, FALSE);
}

/* The picture in characters: four shades, two columns a cell, as cells are square (SC-K2,
 * SC-K3). */
char *
tgp_secret_key_grid (const TalkSecret *info)
{
    static const char *const shades[] = { "\u2591\u2591", "\u2592\u2592", "\u2593\u2593",
                                          "\u2588\u2588" };
    GString *text = g_string_new (NULL);
    uint8_t cells[144];

    tg_key_picture (info, cells);
    for (size_t i = 0; i < 144; i++) {
        g_string_append (text, shades[cells[i]]);
        if (i % 12 == 11)
            g_string_append_c (text, '\n');
    }
    return g_string_free (text, FALSE);
}

static char *
state_text (TgpAccount *tgp, int32_t chat_id)
{
    TalkSecret info;

    if (!tgp_has_info (tgp, chat_id, &info))
        return g_strdup (_ ("ended"));
    switch (info.state) {
    case TALK_STATE_ASKING:
    case TALK_STATE_ACCEPTING:
        return g_strdup (_ ("agreeing on a key"));
    case TALK_STATE_WAITING:
        return g_strdup (_ ("waiting for acceptance"));
    case TALK_STATE_REQUESTED:
        return g_strdup (_ ("wants to start a secret chat"));
    case TALK_STATE_CLOSED:
        return g_strdup (_ ("ended"));
    case TALK_STATE_READY:
        break;
    }
    g_autofree char *time = tgp_words_duration (info.ttl);
    g_autofree char *text = info.ttl == 0
                                ? g_strdup (_ ("secret chat"))
                                : g_strdup_printf (_ ("self-destruct %s"), time);
    return info.verified ? g_strdup_printf (_ ("%s, verified"), text)
                         : g_steal_pointer (&text);
}

char *
tgp_secret_status_text (TgpAccount *tgp, int32_t chat_id)
{
    g_autofree char *state = state_text (tgp, chat_id);
    unsigned n = tgp_send_waiting (tgp->account, chat_id);

    return n == 0 ? g_steal_pointer (&state)
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
tgp_secret_info_text (TgpAccount *tgp, const TalkSecret *info)
{
    gboolean open = info->state == TALK_STATE_READY;
    g_autofree char *status =
        open ? g_strdup (_ ("open")) : tgp_secret_status_text (tgp, info->id);
    g_autofree char *timer = tgp_words_duration (info->ttl);
    g_autofree char *name = tgp_person_in_sentence (tgp, info->user_id);
    unsigned unsent = open ? tgp_send_waiting (tgp->account, info->id) : 0;
    g_autofree char *entry = tgp_name_secret (info->id);
    PurpleBuddy *buddy = purple_find_buddy (tgp->account, entry);
    int number = buddy != NULL ? purple_blist_node_get_int (PURPLE_BLIST_NODE (buddy),
                                                            TGP_NUMBER_NODE)
                               : 0;
    GString *text = g_string_new (NULL);

    if (number > 1)
        g_string_append_printf (text, _ ("Secret chat %d with %s: %s"), number, name,
                                status);
    else
        g_string_append_printf (text, _ ("Secret chat with %s: %s"), name, status);
    g_string_append_printf (text, _ ("\nSelf-destruct timer: %s"), timer);
    if (open)
        append_key (text, info);
    if (unsent > 0)
        g_string_append_printf (
            text,
            ngettext ("\n%u message not sent yet", "\n%u messages not sent yet", unsent),
            unsent);
    if (open && info->unacknowledged > 0) /* it says so with what it sends next */
        g_string_append_printf (
            text,
            ngettext ("\nThe other side has not confirmed your last message yet",
                      "\nThe other side has not confirmed your last %u messages yet",
                      info->unacknowledged),
            info->unacknowledged);
    if (info->queued > 0) {
        g_autofree char *missing = tgp_words_gap (name, info);
        g_string_append_printf (text, "\n%s", missing);
    }
    return g_string_free (text, FALSE);
}

void
tgp_secret_verify (TgpAccount *tgp, int32_t chat_id, gboolean verified)
{
    if (tg_secret_set_verified (tgp->client, chat_id, verified) != TALK_DONE)
        tgp_secret_write (tgp, chat_id, TRUE, _ ("This secret chat has no key."));
    else
        tgp_secret_write (
            tgp, chat_id, TRUE,
            verified ? _ ("You marked the key of this chat as verified. The mark is for "
                          "this chat only.")
                     : _ ("The key of this chat is not marked as verified."));
    tgp_secret_refresh (tgp, chat_id);
}
