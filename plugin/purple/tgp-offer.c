/* See tgp-offer.h. */
#include "tgp-offer.h"

#include "tgp-conv.h"
#include "tgp-find.h"
#include "tgp-person.h"
#include "tgp-question.h"
#include "tgp-secret-buddy.h"
#include "tgp-send.h"
#include "tgp-text.h"
#include "tgp-words-act.h"
#include "tgp-words-message.h"
#include "tgp-words-person.h"
#include "tgp-write.h"

typedef struct {
    char *text;
    TalkSpans *spans;
} Typed;

/* What waits for one answer. */
typedef struct {
    TgpAccount *tgp;
    int64_t user_id;
    char *who; /* the conversation in which it was typed */
    GArray *texts;
    int32_t chat_id; /* the chat that was asked about; 0: there was none */
    TgpAsked *asked; /* NULL: it is looked up who that is */
} Offer;

static GList *offers; /* Offer */

/* --- what waits --- */

static void
typed_clear (void *data)
{
    Typed *typed = data;

    tgp_text_wipe (typed->text);
    talk_spans_unref (typed->spans);
}

static Offer *
offer_new (TgpAccount *tgp, int64_t user_id, const char *who)
{
    Offer *offer = g_new0 (Offer, 1);

    offer->tgp = tgp;
    offer->user_id = user_id;
    offer->who = g_strdup (who);
    offer->texts = g_array_new (FALSE, FALSE, sizeof (Typed));
    g_array_set_clear_func (offer->texts, typed_clear);
    offers = g_list_append (offers, offer);
    return offer;
}

static void
offer_free (void *data)
{
    Offer *offer = data;

    offers = g_list_remove (offers, offer);
    g_array_unref (offer->texts);
    g_free (offer->who);
    g_free (offer);
}

static void
add_text (Offer *offer, const char *text, const TalkSpans *spans)
{
    Typed typed = { g_strdup (text), talk_spans_ref (spans) };

    g_array_append_val (offer->texts, typed);
}

/* They stand in the window where they were typed, to be copied. */
static void
hand_back (Offer *offer, const char *reason)
{
    PurpleConversation *conv = tgp_conv_named (offer->tgp->account, offer->who, FALSE);

    for (unsigned i = 0; conv != NULL && i < offer->texts->len; i++) {
        const Typed *typed = &g_array_index (offer->texts, Typed, i);
        char *line = g_strdup_printf ("%s\n%s", reason, typed->text);
        tgp_notice (conv, line);
        tgp_text_wipe (line);
    }
    g_array_set_size (offer->texts, 0);
}

/* --- the question --- */

typedef struct {
    int64_t user_id;
    TalkSecret newest; /* that goes on, or will; id 0: there is none */
} Newest;

static void
newest_cb (const TalkSecret *info, void *user)
{
    Newest *newest = user;

    if (info->user_id == newest->user_id && info->state != TALK_STATE_CLOSED &&
        info->state != TALK_STATE_REQUESTED &&
        (newest->newest.id == 0 || info->date >= newest->newest.date))
        newest->newest = *info;
}

static int32_t
chat_with (TgpAccount *tgp, int64_t user_id)
{
    Newest newest = { .user_id = user_id };

    tg_client_each_secret (tgp->client, newest_cb, &newest);
    return newest.newest.id;
}

/* Where it goes. Not to another chat than that which was asked about, whose key may not be
 * verified: if it has ended meanwhile, the texts are not sent. */
static TalkCode
chat_of (Offer *offer, int32_t *chat_id)
{
    TgpAccount *tgp = offer->tgp;
    TalkSecret info;

    *chat_id = offer->chat_id != 0 ? offer->chat_id : chat_with (tgp, offer->user_id);
    if (*chat_id == 0)
        return tg_secret_start (tgp->client, offer->user_id, chat_id);
    return tgp_has_info (tgp, *chat_id, &info) && info.state != TALK_STATE_CLOSED
               ? TALK_DONE
               : TALK_IS_CLOSED;
}

static void
yes_button (TgpAccount *tgp, void *data)
{
    Offer *offer = data;
    int32_t chat_id;
    TalkCode code = chat_of (offer, &chat_id);

    offer->asked = NULL;
    if (code != TALK_DONE) {
        hand_back (offer, code == TALK_IS_CLOSED ? tgp_words_not_sent (code)
                                                 : tgp_words_not_started (code));
        offer_free (offer);
        return;
    }
    tgp_secret_open (tgp, chat_id, tgp_conv_named (tgp->account, offer->who, FALSE));
    for (unsigned i = 0; i < offer->texts->len; i++) {
        const Typed *typed = &g_array_index (offer->texts, Typed, i);
        tgp_write (tgp, chat_id,
                   &(TalkTyped){ .text = typed->text, .spans = typed->spans });
    }
    offer_free (offer);
}

/* Also a question that was closed. */
static void
no_button (TgpAccount *tgp, void *data)
{
    Offer *offer = data;

    hand_back (offer, tgp_words_secret_only ());
    offer_free (offer);
}

static void
ask (Offer *offer, gboolean later)
{
    TgpAccount *tgp = offer->tgp;
    offer->chat_id = chat_with (tgp, offer->user_id);
    gboolean there = offer->chat_id != 0;
    g_autofree char *name = tgp_person_in_sentence (tgp, offer->user_id);
    g_autofree char *text = tgp_words_offer_text (name, there);

    offer->asked = tgp_question (
        tgp,
        &(TgpQuestion){ .title = _ ("Secret chat"),
                        .text = text,
                        .more = tgp_words_offer_text_how (),
                        .buttons = { { there ? _ ("Send it there") : _ ("Start and send"),
                                       yes_button },
                                     { _ ("Cancel"), no_button } },
                        .safe = 1,
                        .unfocused = later, /* the answer comes when it comes */
                        .follows = !later,
                        .closed = no_button,
                        .data = offer });
    if (offer->asked != NULL)
        return;
    hand_back (offer, tgp_words_secret_only ()); /* in words: how to start one */
    offer_free (offer);
}

static void
offer_text (TgpAccount *tgp, int64_t user_id, const char *who, const Typed *typed,
            gboolean later)
{
    for (GList *l = offers; l != NULL; l = l->next) {
        Offer *offer = l->data;
        if (offer->tgp != tgp || offer->user_id != user_id)
            continue;
        add_text (offer, typed->text, typed->spans); /* asked about already */
        return;
    }
    Offer *offer = offer_new (tgp, user_id, who);
    add_text (offer, typed->text, typed->spans);
    ask (offer, later);
}

void
tgp_offer_text (TgpAccount *tgp, int64_t user_id, const char *who, const char *text,
                const TalkSpans *spans)
{
    offer_text (tgp, user_id, who, &(Typed){ (char *)text, (TalkSpans *)spans }, FALSE);
}

/* --- somebody who is looked up --- */

static void
found_cb (TgpAccount *tgp, int64_t user_id, void *data)
{
    Offer *offer = data;

    if (user_id == 0) {
        g_autofree char *nobody =
            tgp_words_not_found (TALK_NOBODY_THERE, offer->who, NULL);
        hand_back (offer, nobody);
    }
    for (unsigned i = 0; i < offer->texts->len; i++)
        offer_text (tgp, user_id, offer->who, &g_array_index (offer->texts, Typed, i),
                    TRUE);
    g_array_set_size (offer->texts, 0);
}

gboolean
tgp_offer_found (TgpAccount *tgp, const char *who, const char *text,
                 const TalkSpans *spans)
{
    Offer *offer = offer_new (tgp, 0, who);

    add_text (offer, text, spans);
    if (tgp_find (tgp, who, found_cb, offer, offer_free))
        return TRUE;
    offer_free (offer);
    return FALSE;
}

void
tgp_offers_close (TgpAccount *tgp)
{
    for (GList *l = offers, *next; l != NULL; l = next) {
        Offer *offer = l->data;
        next = l->next;
        if (offer->tgp != tgp)
            continue;
        hand_back (offer, tgp_words_secret_only ());
        if (offer->asked != NULL)
            tgp_question_close (offer->asked);
        if (offer->user_id != 0)
            offer_free (offer); /* else with its search */
    }
}
