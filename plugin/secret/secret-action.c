/* Incoming service actions: one row of a table, one handler each (SECRET-CHATS.md
 * section E). */
#include "secret-private.h"

#include "secret.tl.h"

#define IDS_MAX 100000            /* of an incoming list */
#define UNKNOWN_MAX 1000          /* ... that may be of forgotten messages */
#define TYPING_ACTION_SHOWN 12000 /* ms: the action comes every 10 s */
#define TYPING_AGE 10             /* s (DECISIONS 8) */

typedef struct {
    SecretChat *chat;
    const TlObject *action;
    int32_t date;
    gboolean live;
    const SecretKey *key; /* under which it came; NULL = no longer known */
    HostTime now;
} Run;

static void
in_ttl (const Run *run)
{
    SecretChat *chat = run->chat;
    int32_t ttl =
        TL_AS (run->action, SecretDecryptedMessageActionSetMessageTTL)->ttl_seconds;

    chat->ttl = CLAMP (ttl, 0, SECRET_TTL_MAX); /* SC-E4 */
    chat->end.save = TRUE;
    secret_tell_notice (chat, TALK_NOTICE_TTL, TRUE, chat->ttl);
}

static void
in_read (const Run *run)
{
    const SecretDecryptedMessageActionReadMessages *read =
        TL_AS (run->action, SecretDecryptedMessageActionReadMessages);

    for (size_t i = 0; i < MIN (read->random_ids.len, IDS_MAX); i++) {
        int64_t id = TL_ITEM (read->random_ids, int64_t, i);
        SecretNote *note = secret_note_find (run->chat, id);
        if (note == NULL || !note->outgoing || !note->sent || note->opened) /* SC-E6 */
            continue;
        secret_note_opened (run->chat, note, run->now);
        secret_event (run->chat,
                      (TalkEvent){ .kind = TALK_EVENT_OPENED, .u.opened = { &id, 1 } });
    }
}

static void
in_delete (const Run *run)
{
    const SecretDecryptedMessageActionDeleteMessages *action =
        TL_AS (run->action, SecretDecryptedMessageActionDeleteMessages);
    g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (int64_t));
    unsigned unknown = 0;
    g_autoptr (GHashTable) known =
        g_hash_table_new_full (talk_id_hash, g_int64_equal, g_free, NULL);

    for (size_t i = 0; i < MIN (action->random_ids.len, IDS_MAX); i++) {
        int64_t id = TL_ITEM (action->random_ids, int64_t, i);
        const SecretNote *note = secret_note_find (run->chat, id);
        if (note != NULL && note->refused)
            continue; /* the peer never had it */
        if ((note != NULL ||
             (secret_notes_forgot (run->chat) && unknown++ < UNKNOWN_MAX)) &&
            g_hash_table_add (known, g_memdup2 (&id, sizeof id))) /* each once */
            g_array_append_val (gone, id);                        /* SC-E8 */
    }
    if (gone->len == 0)
        return;
    const int64_t *ids = (const int64_t *)(void *)gone->data;
    secret_tell_gone (run->chat, TALK_GONE_DELETED, TRUE, ids, gone->len);
    secret_notes_remove (run->chat, ids, gone->len);
}

static void
in_flush (const Run *run)
{
    secret_notes_flush (run->chat, TRUE); /* SC-E10 */
}

static void
in_screenshot (const Run *run)
{
    secret_tell_notice (run->chat, TALK_NOTICE_SCREENSHOT, TRUE, 0);
}

static void
in_notify_layer (const Run *run)
{
    secret_learn_layer (
        run->chat, TL_AS (run->action, SecretDecryptedMessageActionNotifyLayer)->layer,
        run->now);
}

static void
in_typing (const Run *run)
{
    const TlObject *what =
        TL_AS (run->action, SecretDecryptedMessageActionTyping)->action;
    int64_t age = secret_date (run->chat, 0, run->now) - run->date;

    if (!run->live || age > TYPING_AGE)
        return; /* DECISIONS 8 */
    secret_typing_show (run->chat, what->id != SecretSendMessageCancelAction_ID,
                        run->now.mono + TYPING_ACTION_SHOWN);
}

static void
in_nothing (const Run *run)
{
    /* Noop consumes its number; a Resend was acted upon when it arrived (SC-D18). */
}

/* The four of a re-keying. */
static void
in_key (const Run *run)
{
    SecretRekeyInput input = { .action = run->action,
                               .key = run->key != NULL ? run->key->fingerprint : 0 };

    secret_rekey_step (run->chat, input, run->now);
}

static const struct {
    uint32_t id;
    void (*run) (const Run *run);
} actions[] = {
    { SecretDecryptedMessageActionSetMessageTTL_ID, in_ttl },
    { SecretDecryptedMessageActionReadMessages_ID, in_read },
    { SecretDecryptedMessageActionDeleteMessages_ID, in_delete },
    { SecretDecryptedMessageActionFlushHistory_ID, in_flush },
    { SecretDecryptedMessageActionScreenshotMessages_ID, in_screenshot },
    { SecretDecryptedMessageActionNotifyLayer_ID, in_notify_layer },
    { SecretDecryptedMessageActionTyping_ID, in_typing },
    { SecretDecryptedMessageActionNoop_ID, in_nothing },
    { SecretDecryptedMessageActionResend_ID, in_nothing },
    { SecretDecryptedMessageActionRequestKey_ID, in_key },
    { SecretDecryptedMessageActionAcceptKey_ID, in_key },
    { SecretDecryptedMessageActionCommitKey_ID, in_key },
    { SecretDecryptedMessageActionAbortKey_ID, in_key },
};

void
secret_action_run (SecretChat *chat, const TlObject *action, int32_t date, gboolean live,
                   const SecretKey *key, HostTime now)
{
    Run run = { chat, action, date, live, key, now };

    for (size_t i = 0; i < G_N_ELEMENTS (actions); i++)
        if (actions[i].id == action->id)
            actions[i].run (&run);
}
