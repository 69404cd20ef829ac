/* What a Telegram user would notice, without a TL struct in sight: the contract between
 * plugin/client and its glue. Sentences are the glue's business (DECISIONS 12): here are
 * codes and parameters.
 */
#pragma once

#include "tg-reasons.h"
#include "tg-secret-info.h"

#include <glib.h>
#include <stdint.h>

typedef enum {
    TG_ASK_CODE,       /* login code; `detail` = how it was sent (app, sms, call ...) */
    TG_ASK_PASSWORD,   /* two-step verification; `detail` = hint or NULL */
    TG_ASK_PASSPHRASE, /* of the stored keys; before any connection */
    /* For a day the server has not known this login, it seems: log in anew, which ends
     * all secret chats (any text), or go on waiting (NULL, or no answer)? Over with the
     * event waiting(NONE). */
    TG_ASK_LOG_IN_ANEW,
} TgAskKind;

typedef struct {
    TgAskKind kind;
    unsigned attempt; /* quote it in tg_client_answer(); older ones are ignored (MT-F1) */
    gboolean again;   /* the last answer was wrong */
    gboolean expired; /* the last code came too late; a new one was sent */
    const char *detail;
    const char *phone;
    int length; /* digits expected, 0 = unknown */
} TgAsk;

typedef enum {
    TG_PRESENCE_UNKNOWN,
    TG_PRESENCE_ONLINE,
    TG_PRESENCE_OFFLINE,
    TG_PRESENCE_RECENTLY,
    TG_PRESENCE_LAST_WEEK,
    TG_PRESENCE_LAST_MONTH
} TgPresence;

typedef struct {
    int64_t id;           /* user id */
    const char *name;     /* first and last name, never empty */
    const char *username; /* without @, or NULL */
    const char *phone;    /* digits, or NULL */
    gboolean contact;     /* in the address book */
    gboolean self;
    gboolean deleted;
    TgPresence presence;
    int64_t last_seen; /* Unix time, 0 = unknown */
} TgPeer;

typedef enum {
    TG_NOTICE_TTL_BY_PEER, /* number = seconds, 0 = off */
    TG_NOTICE_TTL_BY_US,
    TG_NOTICE_SCREENSHOT_BY_PEER,
    TG_NOTICE_SCREENSHOT_BY_US,
    TG_NOTICE_FLUSHED_BY_PEER,
    TG_NOTICE_NEWER_PEER,
    TG_NOTICE_DELAYED,   /* a message has been waiting for a minute */
    TG_NOTICE_GAP,       /* messages have been missing for a day: info() has how many */
    TG_NOTICE_OLD_GROUP, /* no new key any more: start a new chat */
    /* number: so many messages that the user had never seen were taken back */
    TG_NOTICE_UNSEEN_DELETED_BY_PEER,
    TG_NOTICE_UNSEEN_DELETED_BY_US,
    TG_NOTICE_UNSEEN_ERASED, /* ... went with the login; before offline() */
} TgNotice;

/* What the user should know of the account as a whole; it goes on by itself. */
typedef enum {
    TG_TROUBLE_CATCHING_UP, /* what was missed does not come, or takes long */
    TG_TROUBLE_OVER,        /* it came */
    TG_TROUBLE_SKIPPED,     /* so many updates were too large, and are not shown */
    TG_TROUBLE_REFUSED, /* that person was not removed, blocked or unblocked: number = id */
} TgTrouble;

/* All called on the main loop, during a turn's end; the glue may call tg_client_* from
 * them, the effect comes in a later turn. Everything is borrowed until the function
 * returns. */
typedef struct {
    void (*step) (void *user, TgStep step);
    /* After this the client is idle; `fatal` = do not reconnect by itself. */
    void (*offline) (void *user, TgOffline reason, const char *detail, gboolean fatal);
    void (*ask) (void *user, const TgAsk *ask);
    void (*peer) (void *user, const TgPeer *peer); /* new or changed; self too */
    /* An ordinary (cloud) message arrived; shown as one notice per contact (DECISIONS 6).
     */
    void (*cloud_message) (void *user, int64_t user_id);
    void (*service_message) (void *user,
                             const char *text);            /* updateServiceNotification */
    void (*secret) (void *user, const TgSecretInfo *info); /* new or changed state */
    /* The glue shows it at once and says whether a line stands now; then the client marks
     * it displayed (DECISIONS 2). FALSE: none came into being; the text is kept. What was
     * never seen comes once after every start, before anything newer (DECISIONS 23). */
    gboolean (*secret_message) (void *user, int32_t chat_id,
                                const TgSecretMessage *message);
    void (*secret_sent) (void *user, int32_t chat_id, int64_t id, int32_t date);
    /* It is not delivered and never will be; `text` is "" if it is not on hand. */
    void (*secret_failed) (void *user, int32_t chat_id, int64_t id, const char *type,
                           const char *text);
    void (*secret_read) (void *user, int32_t chat_id, int32_t max_date);
    /* Remove these lines from sight and memory; n = 0: every line of the chat. Ids
     * without a line are possible. */
    void (*secret_gone) (void *user, int32_t chat_id, const int64_t *ids, size_t n,
                         gboolean expired);
    void (*secret_typing) (void *user, int32_t chat_id, gboolean typing);
    void (*secret_notice) (void *user, int32_t chat_id, TgNotice notice, int64_t number);
    void (*trouble) (void *user, TgTrouble trouble, int64_t number);
    /* What became of tg_secret_send(), in the order of the turns: a part of the text is
     * durable and goes out, now it may stand in a window (DECISIONS 25) ... */
    void (*secret_own) (void *user, int32_t chat_id, int64_t id, const char *text);
    /* ... or the whole text could not be stored and is not sent. Neither comes when the
     * client was freed first: then tg_secret_has_own() tells at the next start. */
    void (*secret_lost) (void *user, int32_t chat_id, const int64_t *ids, size_t n,
                         const char *text);
    /* In the place of a step, while it lasts; `seconds` until the next try, 0 = soon. May
     * be NULL. */
    void (*waiting) (void *user, TgWaitReason reason, int64_t seconds);
} TgEvents;
