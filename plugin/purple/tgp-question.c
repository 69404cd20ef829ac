/* Questions, as each front end can ask them (see tgp-question.h). */
#include "tgp-question.h"

#include "tgp-alert-pidgin.h"
#include "tgp-cursor.h"
#include "tgp-dialog.h"
#include "tgp-frontend.h"

#include <stdint.h>
#include <string.h>

struct TgpAsked {
    TgpAccount *tgp; /* outlives it */
    TgpButton buttons[TGP_BUTTONS_MAX];
    void *data;
    GDestroyNotify free_data;
    void (*closed) (TgpAccount *tgp, void *data);
    void *shown;         /* the front end's */
    void *alert;         /* the same, as a notice in its list; NULL: gone, or none */
    unsigned gone_timer; /* the notice went without an answer */
    void *handle;        /* by which libpurple knows it */
};

/* Front ends call nothing when a question is closed without an answer (FRONTENDS 0.8), but
 * all of them tell libpurple, which calls close_request(): ours, and in it theirs. Put
 * there once: whoever comes after us may call ours in its own. */
static PurpleRequestUiOps *below, above;
static GList *watched; /* TgpAsked with closed() */

/* BitlBee does not tell libpurple of a question that was answered: it stands in libpurple's
 * list for good, and pointed to memory that is gone. So no handle is ever given twice, as
 * an address would be; it is compared only. */
static uintptr_t last_handle;

static void
asked_free (TgpAsked *asked)
{
    watched = g_list_remove (watched, asked);
    if (asked->alert != NULL)
        g_signal_handlers_disconnect_by_data (asked->alert, asked);
    if (asked->gone_timer != 0)
        purple_timeout_remove (asked->gone_timer);
    if (asked->free_data != NULL)
        asked->free_data (asked->data);
    g_free (asked);
}

/* What was answered, or closed by us, is not in the list any more. */
static void
close_cb (PurpleRequestType type, void *shown)
{
    TgpAsked *asked = NULL;

    for (GList *l = watched; l != NULL && asked == NULL; l = l->next)
        if (((TgpAsked *)l->data)->shown == shown)
            asked = l->data;
    below->close_request (type, shown);
    if (asked == NULL)
        return;
    watched = g_list_remove (watched, asked);
    asked->tgp->questions = g_list_remove (asked->tgp->questions, asked);
    asked->closed (asked->tgp, asked->data);
    asked_free (asked);
}

static void
watch (TgpAsked *asked, void *shown)
{
    PurpleRequestUiOps *ops = purple_request_get_ui_ops ();

    asked->shown = shown;
    watched = g_list_prepend (watched, asked);
    if (below != NULL || ops == NULL || ops->close_request == NULL)
        return;
    below = ops;
    above = *ops;
    above.close_request = close_cb;
    purple_request_set_ui_ops (&above);
}

void
tgp_questions_uninit (void)
{
    if (purple_request_get_ui_ops () != &above)
        return;
    purple_request_set_ui_ops (below);
    below = NULL;
}

static void
answer (TgpAsked *asked, unsigned button)
{
    TgpAccount *tgp = asked->tgp;

    tgp->questions = g_list_remove (tgp->questions, asked);
    watched = g_list_remove (watched, asked);
    if (tgp->client != NULL && asked->buttons[button].run != NULL)
        asked->buttons[button].run (tgp, asked->data);
    asked_free (asked);
}

/* One function a button: front ends number them differently (FRONTENDS 0.8). */
static void
first_cb (TgpAsked *asked, int number)
{
    answer (asked, 0);
}

static void
second_cb (TgpAsked *asked, int number)
{
    answer (asked, 1);
}

static void
third_cb (TgpAsked *asked, int number)
{
    answer (asked, 2);
}

static GCallback const callbacks[TGP_BUTTONS_MAX] = { G_CALLBACK (first_cb),
                                                      G_CALLBACK (second_cb),
                                                      G_CALLBACK (third_cb) };

char **
tgp_question_lines (const char *text, int columns)
{
    g_autofree char *wrapped = tgp_dialog_wrap (text, columns);

    return g_strsplit (wrapped, "\n", 0);
}

/* BitlBee looks for English words in the labels and shows none of them. */
static void *
ask_by_words (TgpAccount *tgp, TgpAsked *asked, const TgpQuestion *question)
{
    int no = question->safe != TGP_NO_DEFAULT ? question->safe : 1;
    g_autofree char *more =
        g_strdup_printf (_ ("%s (yes: %s; no: %s)"), question->more,
                         question->buttons[0].label, question->buttons[no].label);

    return purple_request_action (asked->handle, question->title, question->text,
                                  g_strstrip (more), 1, tgp->account, NULL, NULL, asked,
                                  2, "OK", callbacks[0], "Cancel", callbacks[no]);
}

/* Return presses `default_action` as it is counted in the call, in all of them: Pidgin
 * turns buttons and number around together (only the number that a callback gets is
 * counted from the other end there, FRONTENDS 0.8). Finch's cursor is on the first button
 * where there is no default. */
static void *
ask_by_buttons (TgpAccount *tgp, TgpAsked *asked, const TgpQuestion *question)
{
    const TgpButton *button = question->buttons;
    g_autofree char *text =
        question->text != NULL ? tgp_dialog_text (question->text) : NULL;
    g_autofree char *more =
        question->laid_out ? g_strdup (question->more) : tgp_dialog_text (question->more);

    if (button[2].label == NULL)
        return purple_request_action (asked->handle, question->title, text, more,
                                      question->safe, tgp->account, NULL, NULL, asked, 2,
                                      button[0].label, callbacks[0], button[1].label,
                                      callbacks[1]);
    return purple_request_action (asked->handle, question->title, text, more,
                                  question->safe, tgp->account, NULL, NULL, asked, 3,
                                  button[0].label, callbacks[0], button[1].label,
                                  callbacks[1], button[2].label, callbacks[2]);
}

static void
first_pressed (void *data)
{
    answer (data, 0);
}

static void
second_pressed (void *data)
{
    answer (data, 1);
}

static void
third_pressed (void *data)
{
    answer (data, 2);
}

static gboolean
unanswered_cb (gpointer user)
{
    TgpAsked *asked = user;

    asked->gone_timer = 0;
    asked->tgp->questions = g_list_remove (asked->tgp->questions, asked);
    if (asked->closed != NULL)
        asked->closed (asked->tgp, asked->data);
    asked_free (asked);
    return FALSE;
}

/* Its cross was pressed: it is over, once Pidgin is done with it. */
static void
gone_cb (void *alert, TgpAsked *asked)
{
    asked->alert = NULL;
    asked->gone_timer = purple_timeout_add (0, unanswered_cb, asked);
}

/* FALSE: the front end has no place for notices. */
static gboolean
ask_in_list (TgpAsked *asked, const TgpQuestion *question)
{
    static TgpAlertFunc *const pressed[] = { first_pressed, second_pressed,
                                             third_pressed };
    const char *labels[TGP_BUTTONS_MAX];
    unsigned n = 0;

    while (n < TGP_BUTTONS_MAX && question->buttons[n].label != NULL) {
        labels[n] = question->buttons[n].label;
        n++;
    }
    asked->alert =
        tgp_alert_pidgin (question->text, question->more, labels, pressed, n, asked);
    if (asked->alert != NULL)
        g_signal_connect (asked->alert, "destroy", G_CALLBACK (gone_cb), asked);
    return asked->alert != NULL;
}

TgpAsked *
tgp_question (TgpAccount *tgp, const TgpQuestion *question)
{
    TgpAsked *asked = g_new0 (TgpAsked, 1);
    unsigned long hold = question->unfocused ? tgp_cursor_hold () : 0;

    asked->tgp = tgp;
    asked->handle = (void *)(++last_handle * 2 + 1); /* no address of anything */
    memcpy (asked->buttons, question->buttons, sizeof asked->buttons);
    asked->data = question->data;
    asked->free_data = question->free_data;
    asked->closed = question->closed;
    tgp->questions = g_list_prepend (tgp->questions, asked);
    if (question->in_list && ask_in_list (asked, question)) {
        tgp_cursor_release (hold);
        return asked;
    }
    void *shown = tgp_frontend ()->words ? ask_by_words (tgp, asked, question)
                                         : ask_by_buttons (tgp, asked, question);
    tgp_cursor_release (hold);
    if (shown != NULL && asked->closed != NULL)
        watch (asked, shown);
    if (shown != NULL && question->follows)
        tgp_front_dialog (shown);
    if (shown != NULL)
        return asked;
    tgp->questions = g_list_remove (tgp->questions, asked);
    asked_free (asked);
    return NULL;
}

void
tgp_question_confirm (TgpAccount *tgp, const TgpQuestion *question)
{
    TgpQuestion with_cancel = *question;

    with_cancel.buttons[1] = (TgpButton){ _ ("Cancel"), NULL };
    with_cancel.safe = 1;
    with_cancel.follows = TRUE;
    tgp_question (tgp, &with_cancel);
}

gboolean
tgp_question_is_front (const TgpAsked *asked)
{
    return asked->shown != NULL && tgp_dialog_is_front (asked->shown);
}

void
tgp_question_close (TgpAsked *asked)
{
    asked->tgp->questions = g_list_remove (asked->tgp->questions, asked);
    watched = g_list_remove (watched, asked);
    if (asked->alert != NULL) {
        g_signal_handlers_disconnect_by_data (asked->alert, asked);
        tgp_alert_pidgin_close (g_steal_pointer (&asked->alert));
    }
    purple_request_close_with_handle (asked->handle);
    asked_free (asked);
}

void
tgp_questions_free (TgpAccount *tgp)
{
    while (tgp->questions != NULL)
        tgp_question_close (tgp->questions->data);
}
