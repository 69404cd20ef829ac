/* See tgp-compare.h. */
#include "tgp-compare.h"

#include "tgp-after.h"
#include "tgp-conv.h"
#include "tgp-frontend.h"
#include "tgp-info.h"
#include "tgp-person.h"
#include "tgp-question.h"
#include "tgp-words-act.h"

#include <string.h>

#define CELLS (TGP_COMPARE_CELLS * TGP_COMPARE_CELLS)
#define HEX_LINES 4 /* beside the picture's first lines */
#define BESIDE 46   /* columns beside the picture, so that it all fits 80 (FRONTENDS 5) */
#define GAP "   "   /* between them */

/* --- in characters --- */

static void
append_hex (GString *text, const TalkSecret *info, size_t line)
{
    for (size_t i = 8 * line; i < 8 * line + 8; i++)
        g_string_append_printf (text, "%s%02X",
                                i % 8 == 0   ? ""
                                : i % 8 == 4 ? "  "
                                             : " ",
                                info->key_hash[i]);
}

char *
tgp_compare_hex (const TalkSecret *info)
{
    GString *text = g_string_new (NULL);

    for (size_t line = 0; line < HEX_LINES; line++) {
        append_hex (text, info, line);
        g_string_append_c (text, '\n');
    }
    return g_string_free (text, FALSE);
}

/* A line of the picture: two columns a cell, as cells are square; the darker the colour,
 * the denser the shade (SC-K2: 2 is the darkest, 3 lighter than that). */
static void
append_cells (GString *text, const uint8_t *cells)
{
    static const char *const shades[] = { "\u2591\u2591", "\u2592\u2592", "\u2588\u2588",
                                          "\u2593\u2593" };

    for (size_t i = 0; i < TGP_COMPARE_CELLS; i++)
        g_string_append (text, shades[cells[i]]);
}

/* `beside`: what stands to the right of the lines behind the hex, broken into lines, or
 * NULL. All that is left of it stands below. */
static char *
picture (const TalkSecret *info, char **beside)
{
    GString *text = g_string_new (NULL);
    uint8_t cells[CELLS];

    tg_key_picture (info, cells);
    for (size_t line = 0; line < TGP_COMPARE_CELLS; line++) {
        append_cells (text, cells + line * TGP_COMPARE_CELLS);
        if (line < HEX_LINES) {
            g_string_append (text, GAP);
            append_hex (text, info, line);
        } else if (line > HEX_LINES && beside != NULL && *beside != NULL) {
            g_string_append (text, GAP);
            g_string_append (text, *beside++);
        }
        g_string_append_c (text, '\n');
    }
    while (beside != NULL && *beside != NULL)
        g_string_append_printf (text, "%s\n", *beside++);
    return g_string_free (text, FALSE);
}

char *
tgp_compare_text (const TalkSecret *info)
{
    return picture (info, NULL);
}

/* --- what they say --- */

static TgpAccount *
online (PurpleAccount *account)
{
    PurpleConnection *gc =
        tgp_after_stays (account) ? purple_account_get_connection (account) : NULL;

    return gc != NULL ? tgp_account (gc) : NULL;
}

static TgpAccount *
alive (PurpleAccount *account, int32_t chat_id, TalkSecret *info)
{
    TgpAccount *tgp = online (account);

    return tgp != NULL && tgp_has_info (tgp, chat_id, info) &&
                   info->state == TALK_STATE_READY
               ? tgp
               : NULL;
}

static gboolean
lives (PurpleAccount *account, int32_t chat_id)
{
    TalkSecret info;

    return alive (account, chat_id, &info) != NULL;
}

/* The chat may have ended while the user compared. */
static void
answered (PurpleAccount *account, int32_t chat_id, TgpCompared what)
{
    TalkSecret info;
    TgpAccount *tgp = online (account);

    if (tgp == NULL || what == TGP_COMPARE_LATER)
        return;
    if (alive (account, chat_id, &info) == NULL) {
        tgp_secret_write (tgp, chat_id, TRUE, tgp_words_problem (TGP_IS_OVER));
        return;
    }
    tgp_secret_verify (tgp, chat_id, what == TGP_COMPARE_EQUAL);
    if (what != TGP_COMPARE_DIFFERENT || (tgp = alive (account, chat_id, &info)) == NULL)
        return;
    g_autofree char *who = tgp_person_in_sentence (tgp, info.user_id);
    g_autofree char *text = tgp_words_keys_differ (who);
    tgp_secret_write (tgp, chat_id, TRUE, text);
}

static void
equal_cb (TgpAccount *tgp, void *chat_id)
{
    answered (tgp->account, GPOINTER_TO_INT (chat_id), TGP_COMPARE_EQUAL);
}

static void
different_cb (TgpAccount *tgp, void *chat_id)
{
    answered (tgp->account, GPOINTER_TO_INT (chat_id), TGP_COMPARE_DIFFERENT);
}

/* --- in a window of its own --- */

/* Where letters are of one width: a question, with the picture in it. */
static gboolean
ask (TgpAccount *tgp, const TalkSecret *info, const TgpCompareView *view)
{
    g_auto (GStrv) beside = tgp_question_lines (view->more, BESIDE);
    g_autofree char *all = picture (info, beside);
    TgpQuestion question = {
        .title = view->title,
        .text = view->text,
        .more = g_strchomp (all),
        .laid_out = TRUE,
        .buttons = { { view->labels[TGP_COMPARE_EQUAL], equal_cb },
                     { view->labels[TGP_COMPARE_DIFFERENT], different_cb },
                     { view->labels[TGP_COMPARE_LATER], NULL } },
        .safe = TGP_COMPARE_LATER,
        .follows = TRUE,
        .data = GINT_TO_POINTER (info->id),
    };

    return tgp_question (tgp, &question) != NULL;
}

gboolean
tgp_compare (TgpAccount *tgp, const TalkSecret *info)
{
    const TgpFrontend *frontend = tgp_frontend ();

    if (info->state != TALK_STATE_READY || !info->has_key_hash || frontend->windowless)
        return FALSE;
    g_autofree char *who = tgp_person_in_sentence (tgp, info->user_id);
    g_autofree char *text = tgp_words_key_of (who);
    gboolean other =
        !info->verified && tg_person_is_verified (tgp->client, info->user_id);
    g_autofree char *more = tgp_words_compare_how (who, info->verified, other);
    g_autofree char *hex = tgp_compare_hex (info);
    TgpCompareView view = {
        .title = _ ("Key"),
        .text = text,
        .more = more,
        .hex = g_strchomp (hex),
        .labels = { _ ("They are equal"), _ ("They differ"), _ ("Later") },
        .account = tgp->account,
        .chat_id = info->id,
    };

    tg_key_picture (info, view.cells);
    if (frontend->windows == TGP_WINDOWS_PIDGIN)
        return tgp_compare_pidgin (&view, answered);
    return ask (tgp, info, &view);
}

void
tgp_compare_tidy (void)
{
    tgp_compare_pidgin_tidy (lives);
}

void
tgp_compare_uninit (void)
{
    tgp_compare_pidgin_tidy (NULL);
}
