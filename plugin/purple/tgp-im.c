/* What the user types, on its way to the client; typing, both ways. */
#include "tgp-im.h"

#include "tgp-ask.h"
#include "tgp-blocked.h"
#include "tgp-commands.h"
#include "tgp-conv.h"
#include "tgp-find.h"
#include "tgp-frontend.h"
#include "tgp-images.h"
#include "tgp-list.h"
#include "tgp-offer.h"
#include "tgp-send.h"
#include "tgp-text.h"
#include "tgp-unsent.h"
#include "tgp-words-media.h"
#include "tgp-words-message.h"
#include "tgp-write.h"

#include <errno.h>
#include <string.h>

#define TYPING_AGAIN 5 /* s: libpurple repeats while the user types */
#define TYPING_TIMEOUT                                                                   \
    15 /* s: longer than the other side repeats; it tells the end itself */

/* --- typing --- */

unsigned
tgp_send_typing (PurpleConnection *gc, const char *name, PurpleTypingState state)
{
    TgpAccount *tgp = tgp_account (gc);
    int64_t id;

    if (tgp_name_parse (name, &id) != TGP_NAME_SECRET ||
        tgp_secret_is_blocked (tgp, (int32_t)id))
        return 0;
    /* each chat knows by itself whether it said that we type; a pause is no end */
    if (state != PURPLE_TYPED)
        tg_secret_typing (tgp->client, (int32_t)id, state == PURPLE_TYPING);
    return state == PURPLE_TYPING ? TYPING_AGAIN : 0;
}

/* --- events --- */

void
tgp_secret_typing (TgpAccount *tgp, int32_t chat_id, gboolean typing)
{
    g_autofree char *name = tgp_name_secret (chat_id);

    if (tgp_secret_is_blocked (tgp, chat_id))
        return;
    if (typing)
        serv_got_typing (tgp->gc, name, TYPING_TIMEOUT, PURPLE_TYPING);
    else
        serv_got_typing_stopped (tgp->gc, name);
}

/* --- texts --- */

/* A line that cannot be sent comes back with the reason. */
static void
refuse (TgpAccount *tgp, const char *who, const char *reason, const char *text,
        const TalkSpans *spans)
{
    PurpleConversation *conv = tgp_conv_named (tgp->account, who, FALSE);
    int64_t id;

    if (tgp_name_parse (who, &id) == TGP_NAME_SECRET)
        tgp_unsent_refused (tgp, (int32_t)id, reason,
                            &(TalkTyped){ .text = text, .spans = spans }, 0);
    else if (conv != NULL)
        tgp_notice_looks (conv, reason, text, spans);
}

static int
send_text (TgpAccount *tgp, const char *who, const char *text, const TalkSpans *spans)
{
    int64_t id;

    switch (tgp_name_parse (who, &id)) {
    case TGP_NAME_SECRET:
        if (tgp_list_is_alone (tgp->account, who))
            tgp_write (tgp, (int32_t)id, &(TalkTyped){ .text = text, .spans = spans });
        else /* the window may be somebody else's, too */
            refuse (tgp, who, tgp_words_stands_together (), text, spans);
        return 0;
    case TGP_NAME_PERSON: /* never in clear (DECISIONS 6) */
        tgp_offer_text (tgp, id, who, text, spans);
        return 0;
    default:
        return tgp_offer_found (tgp, who, text, spans) ? 0 : -EINVAL;
    }
}

static void
send_images (TgpAccount *tgp, const char *who, const char *markup, const char *text,
             const TalkSpans *spans)
{
    PurpleConversation *conv = tgp_conv_named (tgp->account, who, FALSE);
    TalkTyped caption = { .text = text, .spans = spans };
    int64_t id;

    if (tgp_name_parse (who, &id) != TGP_NAME_SECRET) {
        g_autofree char *reason = tgp_words_not_uploaded (NULL, TGP_UPLOAD_NO_CHAT);
        if (conv != NULL)
            tgp_notice_looks (conv, reason, text, spans);
    } else if (tgp_list_is_alone (tgp->account, who)) {
        tgp_images_send (tgp, (int32_t)id, markup, &caption);
    } else {
        refuse (tgp, who, tgp_words_stands_together (), text, spans);
    }
}

/* `text`: the end of what was typed, without a slash that only escaped another. */
static int
send_as_typed (TgpAccount *tgp, const char *who, const char *typed, const char *text,
               const TalkSpans *spans)
{
    size_t len = strlen (text);
    g_autoptr (TalkSpans) looks = talk_spans_part (spans, strlen (typed) - len, len);

    return send_text (tgp, who, text, looks);
}

/* `line`: "name arguments", of what was typed. */
static gboolean
run_as_typed (PurpleConversation *conv, const char *typed, const char *line,
              const TalkSpans *spans, char **reason)
{
    const char *args = line + strcspn (line, " ");
    size_t len = strlen (args), name = strlen (line) - len;
    g_autoptr (TalkSpans) tail = g_str_has_suffix (typed, args)
                                     ? talk_spans_part (spans, strlen (typed) - len, len)
                                     : NULL;
    g_autoptr (TalkSpans) looks = talk_spans_moved (tail, name);

    return tgp_run_command (conv, line, looks, reason);
}

int
tgp_send_im (PurpleConnection *gc, const char *who, const char *message,
             PurpleMessageFlags flags)
{
    TgpAccount *tgp = tgp_account (gc);
    PurpleConversation *conv = tgp_conv_named (tgp->account, who, FALSE);
    g_autoptr (TalkSpans) spans = NULL;
    g_autofree char *typed =
        tgp_text_read (message, &spans); /* BitlBee escapes it, too */
    g_autofree char *text = NULL, *reason = NULL;
    int result = 0;

    if (tgp_take_answer (tgp, who, typed)) {
        tgp_text_wipe (g_steal_pointer (&typed));
        return 0;
    }
    if ((flags & PURPLE_MESSAGE_AUTO_RESP) != 0)
        return 0; /* nobody is told that a secret chat's user is away */
    tgp_text_cut_offer (typed);
    if (tgp_images_in (message)) {
        send_images (tgp, who, message, g_strchomp (typed), spans);
        tgp_text_wipe (g_steal_pointer (&typed));
        return 0;
    }
    if (tgp_text_judge (typed, tgp_frontend ()->unslashes, &text) == TGP_TYPED_TEXT)
        result = send_as_typed (tgp, who, typed, text, spans);
    else if (!run_as_typed (conv, typed, text, spans, &reason))
        refuse (tgp, who, reason, typed, spans);
    tgp_text_wipe (g_steal_pointer (&typed));
    tgp_text_wipe (g_steal_pointer (&text));
    return result;
}
