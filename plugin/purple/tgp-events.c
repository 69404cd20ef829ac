/* What happened, to the file whose business it is. */
#include "tgp-events.h"

#include "tgp-ask.h"
#include "tgp-buddies.h"
#include "tgp-conv.h"
#include "tgp-drafts.h"
#include "tgp-ends.h"
#include "tgp-im.h"
#include "tgp-lines.h"
#include "tgp-marks.h"
#include "tgp-offer.h"
#include "tgp-photos.h"
#include "tgp-places.h"
#include "tgp-save.h"
#include "tgp-secret.h"
#include "tgp-seen.h"
#include "tgp-send.h"
#include "tgp-sessions.h"
#include "tgp-show.h"
#include "tgp-unsent.h"
#include "tgp-upload.h"
#include "tgp-wait.h"
#include "tgp-xfer.h"

static void
gone (TgpAccount *tgp, int32_t chat_id, const TalkGone *what)
{
    PurpleConversation *conv = tgp_secret_conversation (tgp, chat_id, FALSE);

    if (what->why == TALK_GONE_FLUSHED)
        tgp_unsent_flushed (tgp, chat_id);
    if (what->why == TALK_GONE_FLUSHED && what->by_peer)
        tgp_secret_flushed (tgp, chat_id);
    if (!tgp_lives (tgp)) {
        if (conv != NULL && tgp_conv_lives (conv))
            tgp_lines_remove_all (conv);
        return;
    }
    tgp_secret_gone (tgp, chat_id, what);
    if (what->n_unseen > 0 && tgp_lives (tgp))
        tgp_seen_gone (tgp, chat_id, what);
    for (size_t i = 0; i < what->n && tgp_lives (tgp); i++)
        tgp_xfer_failed (tgp, what->ids[i]); /* nobody says more of it */
}

static void
failed (TgpAccount *tgp, int32_t chat_id, const TalkFailed *what)
{
    tgp_secret_failed (tgp, chat_id, what);
    if (what->file != TALK_SEND_NONE && tgp_lives (tgp))
        tgp_xfer_failed (tgp, what->id);
}

static void
lost (TgpAccount *tgp, int32_t chat_id, const int64_t *ids, size_t n, const char *text)
{
    tgp_secret_lost (tgp, chat_id, ids, n, text);
    if (n > 0 && tgp_lives (tgp))
        tgp_xfer_failed (tgp, ids[0]);
}

static void
sent (TgpAccount *tgp, int32_t chat_id, int64_t id, int32_t date)
{
    tgp_secret_sent (tgp, chat_id, id, date);
    if (tgp_lives (tgp))
        tgp_xfer_sent (tgp, id);
}

gboolean
tgp_event (void *user, const TalkEvent *event)
{
    TgpAccount *tgp = user;
    int32_t chat_id = event->peer.kind == TALK_PEER_SECRET ? (int32_t)event->peer.id : 0;

    switch (event->kind) {
    case TALK_EVENT_STEP:
        tgp_step (tgp, event->u.step);
        tgp_drafts_look ();
        if (event->u.step == TALK_STEP_ONLINE && tgp_lives (tgp))
            tgp_offers_online (tgp);
        break;
    case TALK_EVENT_WAITING:
        tgp_waiting (tgp, event->u.waiting.why, event->u.waiting.seconds);
        break;
    case TALK_EVENT_OFFLINE:
        tgp_offline (tgp, event->u.offline.why, event->u.offline.detail,
                     event->u.offline.fatal);
        break;
    case TALK_EVENT_ASK:
        tgp_ask (tgp, &event->u.ask);
        break;
    case TALK_EVENT_PERSON:
        tgp_peer (tgp, &event->u.person);
        break;
    case TALK_EVENT_BOOK:
        tgp_buddies_judge (tgp);
        break;
    case TALK_EVENT_PHOTO:
        tgp_photos_came (tgp, event->peer.id, event->u.photo.photo, event->u.photo.data,
                         event->u.photo.len);
        break;
    case TALK_EVENT_SERVICE:
        tgp_service_message (tgp, event->u.service.text, event->u.service.code);
        if (event->u.service.log_out)
            tgp_ends_offer_log_out (tgp);
        break;
    case TALK_EVENT_NEW_LOGIN:
        tgp_ends_ask_new_session (tgp, &event->u.login);
        break;
    case TALK_EVENT_TERMS:
        tgp_sessions_terms (tgp, event->u.terms.id, event->u.terms.text);
        break;
    case TALK_EVENT_TROUBLE:
        tgp_trouble (tgp, event->u.trouble.what, event->u.trouble.number);
        break;
    case TALK_EVENT_CLOUD:
        tgp_cloud_message (tgp, event->peer.id);
        break;
    case TALK_EVENT_SECRET:
        tgp_secret (tgp, &event->u.secret);
        tgp_places_changed ();
        break;
    case TALK_EVENT_MESSAGE:
        return event->u.message.outgoing
                   ? tgp_secret_own_file (tgp, chat_id, &event->u.message)
                   : tgp_secret_message (tgp, chat_id, &event->u.message);
    case TALK_EVENT_OWN:
        tgp_secret_own (tgp, chat_id, &event->u.own);
        break;
    case TALK_EVENT_LOST:
        lost (tgp, chat_id, event->u.lost.ids, event->u.lost.n, event->u.lost.text);
        break;
    case TALK_EVENT_SENT:
        sent (tgp, chat_id, event->u.sent.id, event->u.sent.date);
        break;
    case TALK_EVENT_FAILED:
        failed (tgp, chat_id, &event->u.failed);
        break;
    case TALK_EVENT_GONE:
        gone (tgp, chat_id, &event->u.gone);
        break;
    case TALK_EVENT_TYPING:
        tgp_secret_typing (tgp, chat_id, event->u.typing);
        break;
    case TALK_EVENT_NOTICE:
        tgp_secret_notice (tgp, chat_id, &event->u.notice);
        tgp_places_changed ();
        break;
    case TALK_EVENT_SAVING:
        tgp_save_told (tgp, chat_id, &event->u.saving);
        break;
    case TALK_EVENT_SENDING:
        if (!tgp_xfer_runs (tgp, &event->u.sending))
            tgp_upload_runs (tgp, chat_id, &event->u.sending);
        break;
    case TALK_EVENT_FETCHED:
        tgp_show_fetched (tgp, chat_id, &event->u.fetched);
        break;
    case TALK_EVENT_READ:
        tgp_marks_read (tgp, chat_id, event->u.read.ids, event->u.read.n);
        break;
    case TALK_EVENT_OPENED: /* what shows is the effect of a timer */
        break;
    }
    return FALSE;
}
