/* See tgp-offer.h. */
#include "tgp-offer.h"

#include "tgp-conv.h"
#include "tgp-cursor.h"
#include "tgp-find.h"
#include "tgp-person.h"
#include "tgp-question.h"
#include "tgp-secret-buddy.h"
#include "tgp-text.h"
#include "tgp-words-act.h"
#include "tgp-words-message.h"
#include "tgp-words-person.h"
#include "tgp-write.h"
#include "tg-client-held.h"

#include <string.h>

typedef struct {
    char *text;
    TalkSpans *spans;
    int64_t held; /* in the store as that (tg_held_keep()); 0: it is not */
} Typed;

/* What waits for one answer. */
typedef struct {
    TgpAccount *tgp;
    int64_t user_id;
    char *who; /* the conversation in which it was typed */
    GArray *texts;
    int32_t chat_id; /* the chat that was asked about; 0: there was none */
    TgpAsked *asked; /* NULL: it is looked up who that is */
    gboolean again;  /* they were typed before the program began */
} Offer;

static GList *offers; /* Offer */
static int handle;
static gboolean connected, quitting; /* its windows go with the program */

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

    if (g_list_find (offers, offer) == NULL)
        return; /* it went with its account meanwhile */
    offers = g_list_remove (offers, offer);
    g_array_unref (offer->texts);
    g_free (offer->who);
    g_free (offer);
}

static void
add_text (Offer *offer, const Typed *text)
{
    Typed typed = { g_strdup (text->text), talk_spans_ref (text->spans), text->held };

    g_array_append_val (offer->texts, typed);
}

/* It outlives the program, until it is settled (DECISIONS 25). */
static int64_t
hold (TgpAccount *tgp, int64_t user_id, const char *who, const char *text,
      const TalkSpans *spans)
{
    return tg_held_keep (
        tgp->client,
        &(TgHeld){ .user_id = user_id, .who = who, .text = text, .spans = spans });
}

/* A line of it stands in that window, to be copied. */
static void
say_one (PurpleConversation *conv, const Typed *typed, const char *reason)
{
    tgp_notice_looks (conv, reason, typed->text, typed->spans);
}

/* What the offer had is the caller's: the offer may go with its account. */
static GArray *
take_texts (Offer *offer)
{
    GArray *texts = offer->texts;

    offer->texts = g_array_new (FALSE, FALSE, sizeof (Typed));
    g_array_set_clear_func (offer->texts, typed_clear);
    return texts;
}

/* They stand in the window where they were typed; if it was shut, it opens for them, without
 * the cursor: whoever wrote them is told where they are. Handlers may shut it again, or end the
 * account, which asks about what the store has when it is back. */
static void
hand_back (Offer *offer, const char *reason)
{
    TgpAccount *tgp = offer->tgp;
    PurpleAccount *account = tgp->account;
    g_autofree char *who = g_strdup (offer->who);
    g_autoptr (GArray) texts = take_texts (offer);

    for (unsigned i = 0; i < texts->len; i++) {
        const Typed *typed = &g_array_index (texts, Typed, i);
        if (!tgp_lives (tgp) && typed->held != 0)
            continue;
        unsigned long cursor = tgp_cursor_hold ();
        say_one (tgp_conv_named (account, who, TRUE), typed, reason);
        if (tgp_lives (tgp))
            tg_held_drop (tgp->client, typed->held);
        tgp_cursor_release (cursor);
    }
}

/* The account goes: what the store has is asked about again when it is back, unless a window
 * that stays can say that it was not sent, and the store can be told so: never both, or it
 * would be sent twice. */
static void
put_away (Offer *offer)
{
    TgpAccount *tgp = offer->tgp;
    const char *reason = tgp_words_secret_only ();

    for (unsigned i = 0; i < offer->texts->len; i++) {
        const Typed *typed = &g_array_index (offer->texts, Typed, i);
        gboolean kept = tg_held_is_safe (tgp->client, typed->held);
        if (kept &&
            (quitting || tgp_conv_named (tgp->account, offer->who, FALSE) == NULL))
            continue;
        if (tg_held_drop (tgp->client, typed->held) || !kept)
            tgp_notice_after (tgp->account, offer->who, reason,
                              &(TalkTyped){ .text = typed->text, .spans = typed->spans });
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
    g_autoptr (GArray) texts = take_texts (offer);
    tgp_secret_open (tgp, chat_id, tgp_conv_named (tgp->account, offer->who, FALSE));
    for (unsigned i = 0; i < texts->len && tgp_lives (tgp); i++) {
        const Typed *typed = &g_array_index (texts, Typed, i);
        tgp_write_held (tgp, chat_id,
                        &(TalkTyped){ .text = typed->text, .spans = typed->spans },
                        typed->held);
    }
    offer_free (offer);
}

/* Also a question that was closed. */
static void
no_button (TgpAccount *tgp, void *data)
{
    Offer *offer = data;

    offer->asked = NULL;
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
    g_autofree char *how = tgp_words_offer_text_how (
        offer->again ? g_array_index (offer->texts, Typed, 0).text : NULL);

    TgpAsked *asked = tgp_question (
        tgp,
        &(TgpQuestion){ .title = _ ("Secret chat"),
                        .text = text,
                        .more = how,
                        .buttons = { { there ? _ ("Send it there") : _ ("Start and send"),
                                       yes_button },
                                     { _ ("Cancel"), no_button } },
                        .safe = 1,
                        .unfocused = later, /* the answer comes when it comes */
                        .follows = !later,
                        .closed = no_button,
                        .data = offer });
    tgp_text_wipe (g_steal_pointer (&how));
    offer->asked = asked;
    if (asked != NULL)
        return;
    hand_back (offer, tgp_words_secret_only ()); /* in words: how to start one */
    offer_free (offer);
}

typedef struct {
    gboolean later; /* not on an act of a moment ago */
    gboolean again; /* they were typed before the program began */
} How;

static void
offer_text (TgpAccount *tgp, int64_t user_id, const char *who, const Typed *typed,
            How how)
{
    for (GList *l = offers; l != NULL; l = l->next) {
        Offer *offer = l->data;
        if (offer->tgp != tgp || offer->user_id != user_id)
            continue;
        add_text (offer, typed); /* asked about already */
        return;
    }
    Offer *offer = offer_new (tgp, user_id, who);
    offer->again = how.again;
    add_text (offer, typed);
    ask (offer, how.later);
}

void
tgp_offer_text (TgpAccount *tgp, int64_t user_id, const char *who, const char *text,
                const TalkSpans *spans)
{
    int64_t held = hold (tgp, user_id, who, text, spans);

    offer_text (tgp, user_id, who, &(Typed){ (char *)text, (TalkSpans *)spans, held },
                (How){ 0 });
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
        return;
    }
    How how = { .later = TRUE, .again = offer->again };
    g_autofree char *who = g_strdup (offer->who);
    g_autoptr (GArray) texts = take_texts (offer);
    for (unsigned i = 0; i < texts->len && tgp_lives (tgp); i++)
        offer_text (tgp, user_id, who, &g_array_index (texts, Typed, i), how);
}

/* FALSE: `who` cannot be looked up, and the text is not held by anybody. */
static gboolean
look_up (TgpAccount *tgp, const char *who, const Typed *typed, gboolean again)
{
    Offer *offer = offer_new (tgp, 0, who);

    offer->again = again;
    add_text (offer, typed);
    if (tgp_find (tgp, who, found_cb, offer, offer_free))
        return TRUE;
    offer_free (offer);
    return FALSE;
}

gboolean
tgp_offer_found (TgpAccount *tgp, const char *who, const char *text,
                 const TalkSpans *spans)
{
    int64_t held = hold (tgp, 0, who, text, spans);

    if (look_up (tgp, who, &(Typed){ (char *)text, (TalkSpans *)spans, held }, FALSE))
        return TRUE;
    tg_held_drop (tgp->client, held);
    return FALSE;
}

/* --- after a start --- */

static gboolean
is_offered (TgpAccount *tgp, int64_t held)
{
    for (GList *l = offers; l != NULL; l = l->next) {
        const Offer *offer = l->data;
        for (unsigned i = 0; offer->tgp == tgp && i < offer->texts->len; i++)
            if (g_array_index (offer->texts, Typed, i).held == held)
                return TRUE;
    }
    return FALSE;
}

static void
held_cb (const TgHeld *held, void *user)
{
    TgpAccount *tgp = user;
    Typed typed = { g_strdup (held->text), talk_spans_ref (held->spans), held->id };
    g_autofree char *who = g_strdup (held->who);
    int64_t user_id = held->user_id;

    if (is_offered (tgp, typed.held))
        ;
    else if (user_id != 0)
        offer_text (tgp, user_id, who, &typed, (How){ .later = TRUE, .again = TRUE });
    else if (!look_up (tgp, who, &typed, TRUE))
        tg_held_drop (tgp->client, typed.held); /* it was not written by us */
    typed_clear (&typed);
}

void
tgp_offers_online (TgpAccount *tgp)
{
    tg_held_each (tgp->client, held_cb, tgp);
}

static void
quitting_cb (void *data)
{
    quitting = TRUE;
}

void
tgp_offers_connect (void)
{
    if (!connected)
        purple_signal_connect (purple_get_core (), "quitting", &handle,
                               PURPLE_CALLBACK (quitting_cb), NULL);
    connected = TRUE;
}

void
tgp_offers_disconnect (void)
{
    purple_signals_disconnect_by_handle (&handle);
    connected = FALSE;
}

void
tgp_offers_close (TgpAccount *tgp)
{
    for (GList *l = offers, *next; l != NULL; l = next) {
        Offer *offer = l->data;
        next = l->next;
        if (offer->tgp != tgp)
            continue;
        put_away (offer);
        if (offer->asked != NULL)
            tgp_question_close (offer->asked);
        if (offer->user_id != 0)
            offer_free (offer); /* else with its search */
    }
}
