/* See tgp-sessions.h. A number means what it stood for when the user saw it; each act looks at the
 * list anew, to say so where that is gone. */
#include "tgp-sessions.h"

#include "tgp-conv.h"
#include "tgp-ends.h"
#include "tgp-page.h"
#include "tgp-question.h"
#include "tgp-words-session.h"

struct TgpSessions {
    GArray *shown;  /* int64_t, hashes in the order of the list; NULL: none was */
    gboolean terms; /* are asked about */
};

typedef struct {
    PurpleConnection *gc;
    char *where;  /* the conversation's name */
    int64_t hash; /* what `number` stands for */
    enum { LIST, END, SECRET } what;
    int number;
    gboolean may;
} Wanted;

static struct TgpSessions *
own (TgpAccount *tgp)
{
    if (tgp->sessions == NULL)
        tgp->sessions = g_new0 (struct TgpSessions, 1);
    return tgp->sessions;
}

void
tgp_sessions_free (TgpAccount *tgp)
{
    if (tgp->sessions == NULL)
        return;
    g_clear_pointer (&tgp->sessions->shown, g_array_unref);
    g_clear_pointer (&tgp->sessions, g_free);
}

static void
wanted_free (Wanted *wanted)
{
    g_free (wanted->where);
    g_free (wanted);
}

static void
done_cb (gboolean done, void *user)
{
    Wanted *wanted = user;

    tgp_notice_later (wanted->gc, wanted->where,
                      done ? tgp_words_session_done () : tgp_words_session_refused ());
    wanted_free (wanted);
}

static void
list (TgpAccount *tgp, const Wanted *wanted, const TalkLogin *logins, size_t n)
{
    g_autoptr (GString) text = g_string_new (NULL);
    struct TgpSessions *sessions = own (tgp);

    for (size_t i = 0; i < n; i++) {
        g_autofree char *line = tgp_words_session (&logins[i], (int)i + 1);
        g_string_append_printf (text, "%s\n", line);
    }
    g_string_append (text, tgp_words_sessions_how ());
    if (!tgp_notice_later (wanted->gc, wanted->where, text->str) || !tgp_lives (tgp))
        return; /* nobody saw it */
    g_clear_pointer (&sessions->shown, g_array_unref);
    sessions->shown = g_array_new (FALSE, FALSE, sizeof (int64_t));
    for (size_t i = 0; i < n; i++)
        g_array_append_val (sessions->shown, logins[i].hash);
}

static const TalkLogin *
find (const Wanted *wanted, const TalkLogin *logins, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (logins[i].hash == wanted->hash)
            return &logins[i];
    return NULL;
}

static void
logins_cb (const TalkLogin *logins, size_t n, void *user)
{
    Wanted *wanted = user;
    TgpAccount *tgp = tgp_account_alive (wanted->gc);
    const TalkLogin *login = find (wanted, logins, n);

    if (tgp == NULL || logins == NULL) {
        tgp_notice_later (wanted->gc, wanted->where, tgp_words_no_sessions ());
    } else if (wanted->what == LIST) {
        list (tgp, wanted, logins, n);
    } else if (login == NULL) {
        g_autofree char *text = tgp_words_session_gone (wanted->number);
        tgp_notice_later (wanted->gc, wanted->where, text);
    } else if (wanted->what == END && login->here) {
        tgp_notice_later (wanted->gc, wanted->where, tgp_words_session_here ());
    } else if (wanted->what == END) {
        tgp_ends_ask_session (tgp, login);
    } else {
        tg_client_login_secrets (tgp->client, login->hash, wanted->may, done_cb, wanted);
        return;
    }
    wanted_free (wanted);
}

static void
want (TgpAccount *tgp, PurpleConversation *conv, Wanted wanted)
{
    wanted.gc = tgp->gc;
    wanted.where = g_strdup (purple_conversation_get_name (conv));
    tg_client_ask_logins (tgp->client, logins_cb, g_memdup2 (&wanted, sizeof wanted));
}

/* `wanted` is about one that the user saw. */
static void
want_one (TgpAccount *tgp, PurpleConversation *conv, Wanted wanted)
{
    const GArray *shown = own (tgp)->shown;

    if (shown == NULL) {
        tgp_notice (conv, tgp_words_sessions_first ());
    } else if (wanted.number < 1 || (unsigned)wanted.number > shown->len) {
        g_autofree char *text = tgp_words_no_session (wanted.number);
        tgp_notice (conv, text);
    } else {
        wanted.hash = g_array_index (shown, int64_t, wanted.number - 1);
        want (tgp, conv, wanted);
    }
}

void
tgp_sessions_list (TgpAccount *tgp, PurpleConversation *conv)
{
    want (tgp, conv, (Wanted){ .what = LIST });
}

void
tgp_sessions_end (TgpAccount *tgp, PurpleConversation *conv, int number)
{
    want_one (tgp, conv, (Wanted){ .what = END, .number = number });
}

void
tgp_sessions_secret (TgpAccount *tgp, PurpleConversation *conv, int number, gboolean may)
{
    want_one (tgp, conv, (Wanted){ .what = SECRET, .number = number, .may = may });
}

/* --- terms of service --- */

static void
accepted_cb (gboolean done, void *user)
{
}

static void
later (TgpAccount *tgp, void *id)
{
    own (tgp)->terms = FALSE;
}

static void
accept (TgpAccount *tgp, void *id)
{
    later (tgp, id);
    tg_client_accept_terms (tgp->client, id, accepted_cb, NULL);
}

void
tgp_sessions_terms (TgpAccount *tgp, const char *id, const char *text)
{
    TgpQuestion question = { .title = _ ("Terms of service"),
                             .text = tgp_words_terms (),
                             .more = tgp_words_terms_how (),
                             .safe = 1,
                             .unfocused = TRUE,
                             .data = g_strdup (id),
                             .free_data = g_free,
                             .buttons = { { _ ("Accept"), accept },
                                          { _ ("Later"), later } },
                             .closed = later };

    if (own (tgp)->terms) {
        g_free (question.data);
        return;
    }
    tgp_page_show (tgp, _ ("Terms of service"), NULL, text);
    own (tgp)->terms = tgp_question (tgp, &question) != NULL;
}
