/* See tgp-forward.h. It goes only where one chat is meant, and no other could be; never back into
 * its own. */
#include "tgp-forward.h"

#include "tgp-begins.h"
#include "tgp-chat-number.h"
#include "tgp-conv.h"
#include "tgp-person.h"
#include "tgp-words-act.h"
#include "tgp-words-media.h"
#include "tgp-words-message.h"
#include "tg-client-file.h"

#include <string.h>

#define NUMBERS_MAX 5 /* in the line that says that several are meant */

typedef struct {
    TgpAccount *tgp;
    int32_t from;
    const char *whom; /* folded */
    GArray *chats;    /* TalkSecret, open ones */
    TalkSecret other; /* one that is not open, the newest of those that may still be */
    gboolean has_other;
    gboolean meant;
} Wanted;

/* Whole words of it, from its beginning: "Bob" is Bob Bb, and not Bobby. */
static gboolean
is_called (const char *name, const char *whom)
{
    g_autofree char *folded = tgp_begins_folded (name);
    size_t len = strlen (whom);

    return g_str_has_prefix (folded, whom) && (folded[len] == '\0' || folded[len] == ' ');
}

static void
person_cb (const TalkPerson *person, void *user)
{
    Wanted *wanted = user;

    wanted->meant =
        person->username != NULL && is_called (person->username, wanted->whom + 1);
}

/* By @name, as which nobody else can be called; else as Telegram calls them, as the user does in
 * the list. */
static gboolean
is_meant (Wanted *wanted, int64_t user_id)
{
    g_autofree char *entry = tgp_name_person (user_id);
    PurpleBuddy *buddy = purple_find_buddy (wanted->tgp->account, entry);

    wanted->meant = FALSE;
    if (*wanted->whom == '@') {
        tg_client_peer (wanted->tgp->client, user_id, person_cb, wanted);
        return wanted->meant;
    }
    return is_called (tgp_person_name (wanted->tgp, user_id), wanted->whom) ||
           (buddy != NULL && is_called (purple_buddy_get_alias (buddy), wanted->whom));
}

/* Of two chats that are not open: that which may be so soon, else the newer one. */
static gboolean
is_nearer (const TalkSecret *a, const TalkSecret *b)
{
    gboolean a_ended = a->state == TALK_STATE_CLOSED,
             b_ended = b->state == TALK_STATE_CLOSED;

    return a_ended != b_ended ? b_ended : a->number > b->number;
}

static void
chat_cb (const TalkSecret *info, void *user)
{
    Wanted *wanted = user;

    if (info->id == wanted->from || !is_meant (wanted, info->user_id))
        return;
    if (info->state == TALK_STATE_READY)
        g_array_append_val (wanted->chats, *info);
    else if (!wanted->has_other || is_nearer (info, &wanted->other)) {
        wanted->other = *info;
        wanted->has_other = TRUE;
    }
}

static char *
several (const char *whom, GArray *chats)
{
    g_autoptr (GString) numbers = g_string_new (NULL);

    g_array_sort (chats, tgp_chat_by_number);
    for (unsigned i = 0; i < MIN (chats->len, NUMBERS_MAX); i++)
        g_string_append_printf (numbers, "%s#%d", i > 0 ? ", " : "",
                                g_array_index (chats, TalkSecret, i).number);
    if (chats->len > NUMBERS_MAX)
        g_string_append (numbers, ", \u2026");
    return tgp_words_several_chats (whom, numbers->str);
}

/* Why nothing goes there; g_free() it. */
static char *
not_open (TgpAccount *tgp, const TalkSecret *info)
{
    g_autofree char *who = tgp_person_in_sentence (tgp, info->user_id);

    return tgp_words_not_open (info, who);
}

/* NULL: *to is meant. */
static char *
find (TgpAccount *tgp, int32_t from, const char *whom, TalkSecret *to)
{
    g_autofree char *folded = tgp_begins_folded (whom);
    g_autoptr (GArray) chats = g_array_new (FALSE, FALSE, sizeof (TalkSecret));
    Wanted wanted = { .tgp = tgp, .from = from, .whom = folded, .chats = chats };

    if (tgp_chat_typed (tgp, whom, to))
        return to->id == from                  ? g_strdup (tgp_words_forwarded_here ())
               : to->state == TALK_STATE_READY ? NULL
                                               : not_open (tgp, to);
    if (tgp_chat_is_number (whom))
        return g_strdup (tgp_words_problem (TGP_NO_SUCH_NUMBER));
    if (*folded != '\0')
        tg_client_each_secret (tgp->client, chat_cb, &wanted);
    if (chats->len == 0 && wanted.has_other)
        return not_open (tgp, &wanted.other);
    if (chats->len != 1)
        return chats->len == 0 ? tgp_words_no_open_chat (whom) : several (whom, chats);
    *to = g_array_index (chats, TalkSecret, 0);
    return NULL;
}

char *
tgp_forward (TgpAccount *tgp, int32_t chat_id, const TgpNamed *named, const char *whom)
{
    const TalkMessage *message = &named->message;
    TalkSecret from, to;
    int64_t id;
    char *problem = find (tgp, chat_id, whom, &to);

    if (problem != NULL)
        return problem;
    TalkCode code = tg_secret_forward_file (tgp->client, chat_id, message->id, to.id,
                                            &(TalkTyped){ .text = "" }, &id);
    if (code == TALK_NOTHING && tg_secret_info (tgp->client, chat_id, &from)) {
        g_autofree char *sender = tgp_person_in_sentence (tgp, from.user_id);
        return tgp_words_not_forwarded (message->number, message->media.file,
                                        message->ttl, sender);
    }
    if (code != TALK_DONE)
        return g_strdup (tgp_words_not_sent (code));
    g_autofree char *who = tgp_person_in_sentence (tgp, to.user_id);
    g_autofree char *text = tgp_words_forwarded (message->number, who, to.number);
    tgp_secret_write (tgp, chat_id, FALSE, text);
    return NULL;
}
