/* What happens in conversations and to an account, on its way up: from the machines
 * (plugin/secret) through plugin/client, which lets it out when its turn is durable, to
 * the front end. Each carries what its sentence needs.
 */
#pragma once

#include "talk-ask.h"
#include "talk-login.h"
#include "talk-reason.h"
#include "talk.h"

typedef enum {
    /* the account */
    TALK_EVENT_STEP,
    TALK_EVENT_WAITING, /* in the place of a step, while it lasts */
    TALK_EVENT_OFFLINE, /* afterwards the client is idle */
    TALK_EVENT_ASK,
    TALK_EVENT_PERSON, /* new or changed; self too */
    TALK_EVENT_BOOK, /* every PERSON of the address book was told: it is as the server's */
    TALK_EVENT_PHOTO,     /* of a person, which was asked for */
    TALK_EVENT_SERVICE,   /* Telegram says something to the user, as a notification or as
                           TALK_USER_SERVICE */
    TALK_EVENT_NEW_LOGIN, /* somebody logged in: was it the user? (MT-F37) */
    TALK_EVENT_TERMS,     /* there are new terms of service (MT-F38) */
    TALK_EVENT_TROUBLE,   /* it goes on by itself */
    /* a conversation */
    TALK_EVENT_CLOUD,  /* an ordinary message arrived: told once a person (DECISIONS 6) */
    TALK_EVENT_SECRET, /* a secret chat is new, or its state is */
    TALK_EVENT_MESSAGE, /* to show at once; answered: does a line stand now? (DECISIONS 2) */
    TALK_EVENT_OWN,     /* a part of what the user wrote is durable and goes out, now it
                           may stand in a window (DECISIONS 25) ... */
    TALK_EVENT_LOST,    /* ... or the whole text could not be stored and is not sent */
    TALK_EVENT_SENT,    /* the server has it */
    TALK_EVENT_FAILED, /* it is not delivered and never will be; again at each start
                          until a line says so (tg_secret_told()) */
    TALK_EVENT_READ, /* own messages were read; so were all that were sent before them */
    TALK_EVENT_OPENED,  /* the peer opened our media (readMessages) */
    TALK_EVENT_SAVING,  /* a file that the user wants */
    TALK_EVENT_SENDING, /* an own file on its way to the server, before SENT or FAILED */
    TALK_EVENT_FETCHED, /* a file that is to be shown is here, or will not be */
    TALK_EVENT_GONE,    /* lines leave sight and memory */
    TALK_EVENT_TYPING,
    TALK_EVENT_NOTICE, /* something happened in it */
} TalkEventKind;
#define TALK_EVENT_KINDS (TALK_EVENT_NOTICE + 1)

/* Why a search found nobody. */
typedef struct {
    TalkNobody why;
    int64_t seconds; /* of TOO_OFTEN; 0 = not said */
} TalkNotFound;

typedef enum {
    TALK_TROUBLE_CATCHING_UP, /* what was missed does not come, or takes long */
    TALK_TROUBLE_OVER,        /* it came */
    TALK_TROUBLE_SKIPPED,     /* `number` updates were too large, and are not shown */
    TALK_TROUBLE_REFUSED,     /* that person was not blocked or unblocked: number = id */
    TALK_TROUBLE_NOT_ADDED,   /* to the contacts: number = id */
    TALK_TROUBLE_FROZEN, /* the account may do nothing of that (MT-E21); as for KEPT, or 0 */
    TALK_TROUBLE_KEPT, /* is a contact still, though removed here: number = id */
} TalkTrouble;

typedef enum {
    TALK_GONE_DELETED, /* by one of both */
    TALK_GONE_FLUSHED, /* everything, also what has no id here any more; by one of both */
    TALK_GONE_EXPIRED, /* their timer ran out (SC-G7) */
    TALK_GONE_ERASED,  /* never seen, and the login is over */
} TalkGoneWhy;

typedef struct {
    TalkGoneWhy why;
    gboolean by_peer;
    const int64_t *ids; /* ids without a line are possible */
    size_t n;
    unsigned n_unseen; /* incoming ones that the user had never seen */
} TalkGone;

typedef enum {
    TALK_NOTICE_TTL,        /* by whom; number = seconds, 0 = off */
    TALK_NOTICE_SCREENSHOT, /* by whom */
    TALK_NOTICE_DELAYED,    /* a message has been waiting for a minute (DECISIONS 7) */
    TALK_NOTICE_GAP,        /* numbers have been missing for a day (SC-D17) */
    TALK_NOTICE_NEWER_PEER, /* the peer's layer is above ours; once (SC-C11) */
    TALK_NOTICE_OLD_GROUP, /* no new key is possible, a new chat is advised; once (SC-F4) */
    TALK_NOTICE_TAKEN,     /* it was rejected too late: another device has it (SC-A27) */
    TALK_NOTICE_REKEYED,   /* a new key is in use */
} TalkNoticeKind;

/* An own message, or a part of a long text. */
typedef struct {
    int64_t id;
    const char *text; /* of this part */
    const TalkSpans *spans;
    int32_t ttl;
    int32_t number; /* these as in TalkMessage; of the first part only */
    int64_t reply_to;
    gboolean reply_timed;
    const char *reply_text;
} TalkOwnText;

/* An own message, or a part of a long text, which is refused part by part. */
typedef struct {
    int64_t id;
    int64_t first;     /* id of the text's first part */
    unsigned part;     /* 0: that one */
    gboolean follows;  /* what becomes of a later part is not known yet */
    TalkUnsent why;    /* as the token says */
    const char *token; /* the server's word, CLOSED, or what tg_secret_keep() was told */
    const char *text;  /* "" if it is not on hand; of a file its caption */
    const TalkSpans *spans;
    TalkSendFile file; /* of a file: why; else NONE */
    TalkContent content;
    const char *name; /* of a file, or NULL */
} TalkFailed;

typedef struct {
    TalkNoticeKind kind;
    gboolean by_peer;
    int64_t number;
    uint32_t missing, queued; /* of GAP */
} TalkNotice;

typedef struct {
    TalkEventKind kind;
    TalkPeer peer; /* the conversation, or NONE */
    union {
        TalkStep step;
        struct {
            TalkWait why;    /* NONE: over, the step runs again */
            int64_t seconds; /* until the next try, 0 = soon */
        } waiting;
        struct {
            TalkOffline why;
            const char *detail; /* a token, a path, a system's error text; or NULL */
            gboolean fatal;     /* do not reconnect by itself */
        } offline;
        TalkAsk ask;
        TalkPerson person;
        struct {
            int64_t photo;       /* as in TalkPerson */
            const uint8_t *data; /* a JPEG or PNG by its header, of sane sides */
            size_t len;
        } photo;
        struct {
            const char *text; /* cleaned */
            gboolean code;    /* there is a login code in it */
            gboolean log_out; /* it says that this login should end (MT-F37) */
        } service;
        TalkLogin login;
        struct {
            const char *id, *text; /* the text is cleaned */
        } terms;
        struct {
            TalkTrouble what;
            int64_t number;
        } trouble;
        TalkSecret secret;
        TalkMessage message;
        TalkOwnText own;
        struct {
            const int64_t *ids; /* of its parts */
            size_t n;
            const char *text;
        } lost;
        struct {
            int64_t id;
            int32_t date;
        } sent;
        TalkFailed failed;
        struct {
            int32_t max_date;
            const int64_t *ids; /* which; in no order */
            size_t n;
        } read;
        struct {
            const int64_t *ids;
            size_t n;
        } opened;
        TalkSaving saving;
        TalkSending sending;
        TalkFetched fetched;
        TalkGone gone;
        gboolean typing;
        TalkNotice notice;
    } u;
} TalkEvent; /* what it points to is borrowed until the function it is given to returns */

/* A copy that owns what it points to; talk_event_free() wipes the texts. */
TalkEvent *talk_event_copy (const TalkEvent *event);
void talk_event_free (TalkEvent *event);
