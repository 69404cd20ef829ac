/* See tgp-sessions.h. Each act looks at the list anew, so that a number is that of what is there
 * now. */
#include "tgp-sessions.h"

#include "tgp-conv.h"
#include "tgp-dialog.h"
#include "tgp-ends.h"
#include "tgp-question.h"
#include "tgp-words-session.h"

typedef struct {
    PurpleConnection *gc;
    char *where; /* the conversation's name */
    enum { LIST, END, SECRET } what;
    int number;
    gboolean may;
} Wanted;

static void
wanted_free (Wanted *wanted)
{
    g_free (wanted->where);
    g_free (wanted);
}

static void
tell (const Wanted *wanted, const char *text)
{
    TgpAccount *tgp = tgp_account_alive (wanted->gc);
    PurpleConversation *conv =
        tgp != NULL ? tgp_conv_named (tgp->account, wanted->where, FALSE) : NULL;

    if (conv != NULL)
        tgp_notice (conv, text);
}

static void
done_cb (gboolean done, void *user)
{
    tell (user, done ? tgp_words_session_done () : tgp_words_session_refused ());
    wanted_free (user);
}

static void
list (const Wanted *wanted, const TalkLogin *logins, size_t n)
{
    g_autoptr (GString) text = g_string_new (NULL);

    for (size_t i = 0; i < n; i++) {
        g_autofree char *line = tgp_words_session (&logins[i], (int)i + 1);
        g_string_append_printf (text, "%s\n", line);
    }
    g_string_append (text, tgp_words_sessions_how ());
    tell (wanted, text->str);
}

static void
logins_cb (const TalkLogin *logins, size_t n, void *user)
{
    Wanted *wanted = user;
    TgpAccount *tgp = tgp_account_alive (wanted->gc);
    const TalkLogin *login = wanted->number >= 1 && (size_t)wanted->number <= n
                                 ? &logins[wanted->number - 1]
                                 : NULL;

    if (tgp == NULL || logins == NULL) {
        tell (wanted, tgp_words_no_sessions ());
    } else if (wanted->what == LIST) {
        list (wanted, logins, n);
    } else if (login == NULL) {
        g_autofree char *text = tgp_words_no_session (wanted->number);
        tell (wanted, text);
    } else if (wanted->what == END && login->here) {
        tell (wanted, tgp_words_session_here ());
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

void
tgp_sessions_list (TgpAccount *tgp, PurpleConversation *conv)
{
    want (tgp, conv, (Wanted){ .what = LIST });
}

void
tgp_sessions_end (TgpAccount *tgp, PurpleConversation *conv, int number)
{
    want (tgp, conv, (Wanted){ .what = END, .number = number });
}

void
tgp_sessions_secret (TgpAccount *tgp, PurpleConversation *conv, int number, gboolean may)
{
    want (tgp, conv, (Wanted){ .what = SECRET, .number = number, .may = may });
}

/* --- terms of service --- */

static void
accepted_cb (gboolean done, void *user)
{
}

static void
accept (TgpAccount *tgp, void *id)
{
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
                                          { _ ("Later"), NULL } } };

    tgp_dialog_page (tgp->gc, _ ("Terms of service"), NULL, text);
    tgp_question (tgp, &question);
}
