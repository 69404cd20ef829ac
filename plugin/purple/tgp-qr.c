/* See tgp-qr.h. */
#include "tgp-qr.h"

#include "tgp-frontend.h"
#include "tgp-question.h"
#include "tgp-words-login.h"

#include <qrencode.h>
#include <string.h>

#define MARGIN 2 /* modules to the left of it, in characters; above and below are lines */
#define LINES_MAX 17 /* that fit into 24 with title, buttons and frames (FRONTENDS 5) */
#define BESIDE 30    /* columns of the text beside it */

struct TgpQr {
    unsigned attempt;
    gboolean has_code; /* a code may be chosen in its place */
    TgpQrFunc done;
    void *window;           /* Pidgin's */
    struct TgpAsked *asked; /* a question in its place */
};

static gboolean
encode (const char *link, TgpQrCode *code)
{
    QRcode *qr = QRcode_encodeString8bit (link, 0, QR_ECLEVEL_L);

    if (qr == NULL)
        return FALSE;
    size_t n = (size_t)qr->width * (size_t)qr->width;
    code->side = qr->width;
    code->dark = g_new (uint8_t, n);
    for (size_t i = 0; i < n; i++)
        code->dark[i] = qr->data[i] & 1;
    explicit_bzero (qr->data, n);
    QRcode_free (qr);
    return TRUE;
}

/* --- of characters --- */

/* Two rows in a line, as a character is about twice as high as wide. */
static void
append_line (GString *text, const TgpQrCode *code, int y)
{
    static const char *const blocks[] = { " ", "\u2580", "\u2584", "\u2588" };

    for (int x = 0; x < MARGIN; x++)
        g_string_append_c (text, ' ');
    for (int x = 0; x < code->side; x++) {
        int upper = code->dark[y * code->side + x];
        int lower = y + 1 < code->side ? code->dark[(y + 1) * code->side + x] : 0;
        g_string_append (text, blocks[upper | lower << 1]);
    }
}

static char *
in_characters (const TgpQrCode *code)
{
    g_auto (GStrv) beside = tgp_question_lines (tgp_words_qr (), BESIDE);
    char **line = beside;
    GString *text = g_string_new (NULL);

    for (int y = 0; y < code->side; y += 2) {
        append_line (text, code, y);
        if (y >= 2 && *line != NULL)
            g_string_append_printf (text, "   %s", *line++);
        if (y + 2 < code->side)
            g_string_append_c (text, '\n');
    }
    return g_string_free (text, FALSE);
}

static void
answered (TgpAccount *tgp, gboolean by_code)
{
    struct TgpQr *qr = g_steal_pointer (&tgp->qr);

    qr->done (tgp, qr->attempt, by_code);
    g_free (qr);
}

static void
code_cb (TgpAccount *tgp, void *data)
{
    answered (tgp, TRUE);
}

static void
cancel_cb (TgpAccount *tgp, void *data)
{
    answered (tgp, FALSE);
}

static gboolean
show_in_question (TgpAccount *tgp, const TgpQrCode *code)
{
    struct TgpQr *qr = tgp->qr;
    g_autofree char *text = in_characters (code);
    TgpQuestion question = {
        .title = _ ("Log in by QR code"),
        .more = text, /* with the title said twice it would not fit into 24 rows */
        .laid_out = TRUE,
        .buttons = { { _ ("Use a code"), code_cb }, { _ ("Cancel"), cancel_cb } },
        .safe = TGP_NO_DEFAULT,
        .follows = qr->asked != NULL && tgp_question_is_front (qr->asked),
        .closed = cancel_cb,
    };

    if (qr->asked != NULL) /* of half a minute ago; the next one takes its place */
        tgp_question_close (g_steal_pointer (&qr->asked));
    qr->asked = tgp_question (tgp, &question);
    return qr->asked != NULL;
}

/* --- shown --- */

static gboolean
draw (TgpAccount *tgp, const TgpQrCode *code)
{
    struct TgpQr *qr = tgp->qr;

    if (tgp_frontend ()->windows == TGP_WINDOWS_PIDGIN) {
        if (qr->window == NULL)
            qr->window = tgp_qr_pidgin_open (
                tgp, _ ("Log in by QR code"), tgp_words_qr (),
                qr->has_code ? _ ("Use a code") : NULL, _ ("Cancel"), answered);
        if (qr->window != NULL)
            tgp_qr_pidgin_draw (qr->window, code);
        return qr->window != NULL;
    }
    return (code->side + 1) / 2 <= LINES_MAX && show_in_question (tgp, code);
}

gboolean
tgp_qr_show (TgpAccount *tgp, const TalkAsk *ask, TgpQrFunc done)
{
    const TgpFrontend *frontend = tgp_frontend ();
    TgpQrCode code;

    if ((frontend->windows != TGP_WINDOWS_PIDGIN && frontend->columns == 0) ||
        !encode (ask->detail, &code))
        return FALSE;
    if (tgp->qr == NULL)
        tgp->qr = g_new0 (struct TgpQr, 1);
    tgp->qr->attempt = ask->attempt;
    tgp->qr->has_code = ask->other != NULL;
    tgp->qr->done = done;
    gboolean shown = draw (tgp, &code);
    if (!shown)
        tgp_qr_close (tgp);
    explicit_bzero (code.dark, (size_t)code.side * (size_t)code.side);
    g_free (code.dark);
    return shown;
}

void
tgp_qr_close (TgpAccount *tgp)
{
    struct TgpQr *qr = g_steal_pointer (&tgp->qr);

    if (qr == NULL)
        return;
    if (qr->window != NULL)
        tgp_qr_pidgin_close (qr->window);
    if (qr->asked != NULL)
        tgp_question_close (qr->asked);
    g_free (qr);
}
