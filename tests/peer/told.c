/* One switch for all hosts of the tests. */
#include "told.h"

#define TELL(name, ...)                                                                  \
    if (told->name != NULL)                                                              \
        told->name (user, __VA_ARGS__);                                                  \
    break

gboolean
told_event (const Told *told, void *user, const TalkEvent *event)
{
    int32_t chat_id = (int32_t)event->peer.id;

    switch (event->kind) {
    case TALK_EVENT_STEP:
        TELL (step, event->u.step);
    case TALK_EVENT_OFFLINE:
        TELL (offline, event->u.offline.why, event->u.offline.detail,
              event->u.offline.fatal);
    case TALK_EVENT_WAITING:
        TELL (waiting, event->u.waiting.why, event->u.waiting.seconds);
    case TALK_EVENT_ASK:
        TELL (ask, &event->u.ask);
    case TALK_EVENT_PERSON:
        TELL (person, &event->u.person);
    case TALK_EVENT_SERVICE:
        TELL (service, event->u.service.text, event->u.service.code);
    case TALK_EVENT_NEW_LOGIN:
        TELL (new_login, &event->u.login);
    case TALK_EVENT_TERMS:
        TELL (terms, event->u.terms.id, event->u.terms.text);
    case TALK_EVENT_TROUBLE:
        TELL (trouble, event->u.trouble.what, event->u.trouble.number);
    case TALK_EVENT_CLOUD:
        TELL (cloud, event->peer.id);
    case TALK_EVENT_SECRET:
        TELL (secret, &event->u.secret);
    case TALK_EVENT_MESSAGE:
        return told->message (user, chat_id, &event->u.message);
    case TALK_EVENT_OWN:
        TELL (own, chat_id, event->u.own.id, event->u.own.text);
    case TALK_EVENT_LOST:
        TELL (lost, chat_id, event->u.lost.ids, event->u.lost.n, event->u.lost.text);
    case TALK_EVENT_SENT:
        TELL (sent, chat_id, event->u.sent.id, event->u.sent.date);
    case TALK_EVENT_FAILED:
        TELL (failed, chat_id, event->u.failed.id, event->u.failed.token,
              event->u.failed.text);
    case TALK_EVENT_READ:
        TELL (read, chat_id, event->u.read.max_date);
    case TALK_EVENT_GONE:
        TELL (gone, &event->u.gone);
    case TALK_EVENT_TYPING:
        TELL (typing, chat_id, event->u.typing);
    case TALK_EVENT_NOTICE:
        TELL (notice, &event->u.notice);
    case TALK_EVENT_PHOTO:
        TELL (photo, event->peer.id, event->u.photo.photo, event->u.photo.len);
    case TALK_EVENT_SAVING:
        TELL (saving, chat_id, &event->u.saving);
    case TALK_EVENT_BOOK:
    case TALK_EVENT_SENDING:
    case TALK_EVENT_FETCHED:
        break;
    case TALK_EVENT_OPENED:
        TELL (opened, chat_id, event->u.opened.n);
    }
    return FALSE;
}
