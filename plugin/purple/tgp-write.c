/* See tgp-write.h. */
#include "tgp-write.h"

#include "tgp-look.h"
#include "tgp-send.h"
#include "tgp-text.h"
#include "tgp-unsent.h"
#include "tgp-words-message.h"
#include "tg-client-held.h"

#include <string.h>

void
tgp_write_held (TgpAccount *tgp, int32_t chat_id, const TalkTyped *typed, int64_t held)
{
    g_autofree int64_t *ids = NULL;
    const char *text = typed->text;
    size_t n, taken = 0;
    int64_t kept = 0;

    if (*text == '\0')
        return;
    tgp_answered (tgp, chat_id);
    TalkCode code = held != 0 ? tg_secret_write_held (tgp->client, chat_id, held,
                                                      TGP_NOT_TAKEN, &ids, &n, &kept)
                              : tg_secret_write (tgp->client, chat_id, typed, &ids, &n);
    for (size_t i = 0; i < n; i++)
        taken += tg_secret_split (text + taken);
    if (n > 0) {
        g_autofree char *head = g_strndup (text, taken);
        tgp_send_expect (tgp, chat_id, ids, n, head, typed->spans);
        tgp_text_wipe (g_steal_pointer (&head));
    }
    if (code != TALK_DONE) {
        g_autoptr (TalkSpans) rest =
            talk_spans_part (typed->spans, taken, strlen (text + taken));
        tgp_unsent_refused (tgp, chat_id, tgp_words_not_sent (code),
                            &(TalkTyped){ .text = text + taken, .spans = rest }, kept);
    }
    if (held != 0 && kept == 0 &&
        tgp_lives (tgp)) /* what did not go is kept by the chat now */
        tg_held_drop (tgp->client, held);
}

void
tgp_write (TgpAccount *tgp, int32_t chat_id, const TalkTyped *typed)
{
    tgp_write_held (tgp, chat_id, typed, 0);
}
