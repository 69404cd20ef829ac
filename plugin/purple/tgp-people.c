/* See tgp-people.h. A number is that of the list that the user saw, whatever happened since. */
#include "tgp-people.h"

#include "tgp-conv.h"
#include "tgp-ends.h"
#include "tgp-person.h"
#include "tgp-words-account.h"
#include "tgp-words-person.h"
#include "tg-client-lists.h"

#define SHOWN_MAX 100 /* people of a list */

typedef struct {
    PurpleConnection *gc;
    char *where; /* the conversation's name */
    char *words; /* of a search */
    int number;  /* of who is to be unblocked; 0: none */
} Wanted;

static void
wanted_free (Wanted *wanted)
{
    g_free (wanted->where);
    g_free (wanted->words);
    g_free (wanted);
}

static Wanted *
wanted_new (TgpAccount *tgp, PurpleConversation *conv)
{
    Wanted *wanted = g_new0 (Wanted, 1);

    wanted->gc = tgp->gc;
    wanted->where = g_strdup (purple_conversation_get_name (conv));
    return wanted;
}

/* There is one among them who can be added as the list says. */
static gboolean
names_somebody (const TalkPerson *people, size_t n)
{
    for (size_t i = 0; i < MIN (n, SHOWN_MAX); i++)
        if (people[i].username != NULL && !people[i].contact)
            return TRUE;
    return FALSE;
}

static void
list (const Wanted *wanted, const TalkPerson *people, size_t n, gboolean blocked)
{
    g_autoptr (GString) text = g_string_new (NULL);

    for (size_t i = 0; i < MIN (n, SHOWN_MAX); i++) {
        g_autofree char *name = tg_name_in_sentence (people[i].name);
        g_autofree char *line =
            tgp_words_person_listed (&people[i], name, blocked ? (int)i + 1 : 0);
        g_string_append_printf (text, "%s\n", line);
    }
    if (n > SHOWN_MAX) {
        g_autofree char *more = tgp_words_more_people ((unsigned)(n - SHOWN_MAX));
        g_string_append_printf (text, "%s\n", more);
    }
    if (blocked || names_somebody (people, n))
        g_string_append (text, tgp_words_people_how (blocked));
    tgp_notice_later (wanted->gc, wanted->where, text->str);
}

/* --- who has such a name --- */

static void
found_cb (const TalkPerson *people, size_t n, const TalkNotFound *nobody, void *user)
{
    Wanted *wanted = user;
    TalkNobody why = nobody != NULL ? nobody->why : TALK_NOBODY_THERE;
    g_autofree char *wait = nobody != NULL && nobody->seconds > 0
                                ? tgp_words_about_time (nobody->seconds)
                                : NULL;

    if (nobody == NULL && n > 0) {
        list (wanted, people, n, FALSE);
    } else {
        g_autofree char *text = tgp_words_not_found (why, wanted->words, wait);
        tgp_notice_later (wanted->gc, wanted->where, text);
    }
    wanted_free (wanted);
}

void
tgp_people_search (TgpAccount *tgp, PurpleConversation *conv, const char *words)
{
    Wanted *wanted = wanted_new (tgp, conv);

    wanted->words = g_strdup (words);
    tg_client_search (tgp->client, words, found_cb, wanted);
}

/* --- who is blocked --- */

static void
remember_blocked (TgpAccount *tgp, const TalkPerson *people, size_t n)
{
    tgp_people_free (tgp);
    tgp->blocked = g_array_new (FALSE, FALSE, sizeof (int64_t));
    for (size_t i = 0; i < n; i++)
        g_array_append_val (tgp->blocked, people[i].id);
}

void
tgp_people_free (TgpAccount *tgp)
{
    g_clear_pointer (&tgp->blocked, g_array_unref);
}

static void
ask_unblock (TgpAccount *tgp, const Wanted *wanted)
{
    unsigned at = (unsigned)wanted->number - 1;

    if (at < tgp->blocked->len) {
        tgp_ends_ask_unblock (tgp, g_array_index (tgp->blocked, int64_t, at));
    } else {
        g_autofree char *text = tgp_words_not_blocked (wanted->number);
        tgp_notice_later (wanted->gc, wanted->where, text);
    }
}

static void
blocked_cb (const TalkPerson *people, size_t n, const TalkNotFound *nobody, void *user)
{
    Wanted *wanted = user;
    TgpAccount *tgp = tgp_account_alive (wanted->gc);

    if (tgp == NULL || nobody != NULL) {
        tgp_notice_later (wanted->gc, wanted->where, tgp_words_no_blocked_list ());
    } else {
        remember_blocked (tgp, people, n);
        if (wanted->number > 0)
            ask_unblock (tgp, wanted);
        else if (n == 0)
            tgp_notice_later (wanted->gc, wanted->where, tgp_words_none_blocked ());
        else
            list (wanted, people, n, TRUE);
    }
    wanted_free (wanted);
}

void
tgp_people_unblock (TgpAccount *tgp, PurpleConversation *conv, int number)
{
    Wanted *wanted = wanted_new (tgp, conv);

    wanted->number = number;
    if (number > 0 && tgp->blocked != NULL) {
        ask_unblock (tgp, wanted);
        wanted_free (wanted);
        return;
    }
    tg_client_ask_blocked (tgp->client, blocked_cb, wanted);
}

void
tgp_people_blocked (TgpAccount *tgp, PurpleConversation *conv)
{
    tgp_people_unblock (tgp, conv, 0);
}

/* --- what somebody is called --- */

static void
named_cb (const TalkPerson *people, size_t n, const TalkNotFound *nobody, void *user)
{
    Wanted *wanted = user;

    if (nobody == NULL && n == 1) { /* else it was told as trouble */
        g_autofree char *name = tg_name_in_sentence (people->name);
        g_autofree char *text = tgp_words_contact_named (name);
        tgp_notice_later (wanted->gc, wanted->where, text);
    }
    wanted_free (wanted);
}

TalkCode
tgp_people_name (TgpAccount *tgp, PurpleConversation *conv, int64_t user_id,
                 const char *name)
{
    Wanted *wanted = wanted_new (tgp, conv);
    TalkCode code = tg_client_name_contact (tgp->client, user_id, name, named_cb, wanted);

    if (code != TALK_DONE)
        wanted_free (wanted);
    return code;
}
