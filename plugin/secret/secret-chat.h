/* One end-to-end chat as a machine without I/O: what happens in a conversation becomes a
 * DecryptedMessageService action or a message, sealed with the chat's key; what the peer
 * sends comes back as events. (SECRET-CHATS.md; calls by plugin/client only.)
 *
 * Every input belongs to a turn: the chat changes its memory, puts its records into
 * SecretOps.batch(), asks for calls and reports events; the client commits the batch
 * first and only then lets calls and events out (ARCHITECTURE section "Turns").
 */
#pragma once

#include "secret-ops.h"

/* Makers. A new outgoing chat draws its id (not one of `used`, n_used; SC-A10). */
SecretChat *secret_chat_new_outgoing (const SecretEnv *env, int64_t user_id,
                                      const int32_t *used, size_t n_used, HostTime now);
/* NULL if SC-A14 says no. Reports STATE REQUESTED. */
SecretChat *secret_chat_new_incoming (const SecretEnv *env, const SecretRemote *remote,
                                      HostTime now);
/* An id that the server made up: nothing but the word that ends it there, kept until it is
 * taken (SC-A12). Reports no event. */
SecretChat *secret_chat_new_unwanted (const SecretEnv *env, int32_t id, HostTime now);
/* From the store: the STORE_CHAT record, then every other record of this chat through
 * load_record(), then loaded(), and resume() once online. A damaged chat comes back
 * CLOSED/CORRUPT, never fresh. */
SecretChat *secret_chat_load (const SecretEnv *env, int32_t chat_id,
                              const uint8_t *record, size_t len);
void secret_chat_load_record (SecretChat *chat, StoreKey key, const uint8_t *record,
                              size_t len);
/* All records are there: what does not fit together closes the chat (SC-L10), what is
 * overdue goes (SC-G8), countdowns go on. resume() does it where it was not done. */
void secret_chat_loaded (SecretChat *chat, HostTime now);
/* Online again (also after load): asks again for everything unanswered, in order
 * (SC-D32); reports once what was never seen (DECISIONS 2, 23). */
void secret_chat_resume (SecretChat *chat, HostTime now);
/* Forgets outstanding tokens (the client's session ended); resume() asks again. */
void secret_chat_suspend (SecretChat *chat);
/* A connection was made anew, and what was missed meanwhile is here: what is missing
 * still is asked for once more (DECISIONS 26). */
void secret_chat_caught_up (SecretChat *chat, HostTime now);
void secret_chat_free (SecretChat *chat);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SecretChat, secret_chat_free)

/* From the server. */
void secret_chat_update (SecretChat *chat, const SecretRemote *remote, HostTime now);
void secret_chat_answer (SecretChat *chat, uint64_t token, const SecretAnswer *answer,
                         HostTime now);
/* `data` of encryptedMessage or encryptedMessageService; `file`: where the one lies that came
 * beside it, or NULL; `live` = not from a difference. */
void secret_chat_receive (SecretChat *chat, int32_t date, TlBytes data,
                          const MediaPlace *file, gboolean live, HostTime now);
void secret_chat_peer_typing (SecretChat *chat,
                              HostTime now); /* updateEncryptedChatTyping */
void secret_chat_peer_read (SecretChat *chat, int32_t max_date, int32_t date,
                            HostTime now);

/* From the user. */
void secret_chat_accept (SecretChat *chat, HostTime now);
void secret_chat_reject (SecretChat *chat, HostTime now);
/* Another device of the user shall answer the request: closed here, without a word. */
void secret_chat_leave (SecretChat *chat, HostTime now);
void secret_chat_close (SecretChat *chat, gboolean delete_history, TalkClosed why,
                        HostTime now);
/* The new message's random_id in *random_id; INVALID: empty, not UTF-8, or more than
 * SECRET_TEXT_MAX units (split before: secret_text_split()); NOT_READY: the user has not
 * accepted the chat. Before it is ready the text is a draft. */
TalkCode secret_chat_send (SecretChat *chat, const TalkTyped *typed, gboolean silent,
                           HostTime now, int64_t *random_id);
/* The same, a plain text. */
static inline TalkCode
secret_chat_send_text (SecretChat *chat, const char *text, int64_t reply_to,
                       gboolean silent, HostTime now, int64_t *random_id)
{
    TalkTyped typed = { .text = text, .reply_to = reply_to };

    return secret_chat_send (chat, &typed, silent, now, random_id);
}
/* What of a text's looks gets to the peer in the layer of the next message (SC-I5). */
TalkSpans *secret_chat_spans (const SecretChat *chat, const TalkSpans *spans);
/* TRUE: a key was struck; FALSE: typing ended without a message. Rate-limited inside
 * (SC-E12, SC-E13; DECISIONS 8). */
void secret_chat_set_typing (SecretChat *chat, gboolean typing, HostTime now);
/* The client's word whether the peer is online and whether typing actions go at all. */
void secret_chat_set_peer_online (SecretChat *chat, gboolean online);
void secret_chat_set_typing_action (SecretChat *chat, gboolean wanted);
/* --- Seen (secret-seen.c; DECISIONS 23). The text of an incoming message is kept until it
 * was seen; until then it does not burn and is not reported as read. --- */
void secret_chat_seen (SecretChat *chat, const int64_t *ids, size_t n, HostTime now);
/* What became of a MESSAGE event: a line stands; or none came into being (the person is
 * blocked, another plugin swallowed it). Of those SECRET_HIDDEN_MAX messages or
 * SECRET_HIDDEN_BYTES are kept: beyond that the oldest go and are counted in info.lost,
 * until lost_told(). */
#define SECRET_HIDDEN_MAX 200
#define SECRET_HIDDEN_BYTES ((size_t)1 << 20)
void secret_chat_displayed (SecretChat *chat, int64_t random_id);
void secret_chat_hidden (SecretChat *chat, int64_t random_id, HostTime now);
void secret_chat_lost_told (SecretChat *chat, HostTime now);
/* Where the host keeps lines and knows no focus: the text leaves, although nothing says
 * that it was seen; seen() of this or a newer message does so later. */
void secret_chat_let_go (SecretChat *chat, int64_t random_id);
/* Ids of incoming messages that were displayed but never seen, oldest first; unref it. */
GArray *secret_chat_unseen (const SecretChat *chat);
/* Every unseen message whose text is kept and that was reported before, oldest first;
 * `func` must not change the chat. */
typedef void (*SecretWaitingFunc) (const TalkMessage *message, void *user);
void secret_chat_each_waiting (const SecretChat *chat, SecretWaitingFunc func,
                               void *user);
/* How many of these there are, but for those for which `stands`, if there is one, says
 * TRUE; and how many messages are of one list or the other, or both. In no order, and
 * without a copy: they are for what is asked often. */
typedef gboolean (*SecretStandsFunc) (int64_t random_id, void *user);
unsigned secret_chat_count_waiting (const SecretChat *chat, SecretStandsFunc stands,
                                    void *user);
unsigned secret_chat_count_unseen (const SecretChat *chat);
/* Every running countdown, with the milliseconds that are left: the glue goes on with
 * them while there is no chat (FRONTENDS 0.11). */
typedef void (*SecretCountdownFunc) (int32_t chat_id, int64_t random_id, int64_t left,
                                     void *user);
void secret_chat_each_countdown (const SecretChat *chat, HostTime now,
                                 SecretCountdownFunc func, void *user);
/* What is known of messages (secret-known.c): of one, FALSE: nothing; of all, the newest
 * first, until `func` says FALSE. `func` must not change the chat. */
gboolean secret_chat_known (const SecretChat *chat, int64_t random_id, HostTime now,
                            TalkKnown *known);
typedef gboolean (*SecretKnownFunc) (const TalkKnown *known, void *user);
void secret_chat_each_known (const SecretChat *chat, HostTime now, SecretKnownFunc func,
                             void *user);
/* The file of an incoming message, borrowed until the next input; NULL: there is none that can
 * be had and may be kept: nothing outlives a timer (DECISIONS 31). */
const MediaFile *secret_chat_file (const SecretChat *chat, int64_t random_id);
/* The same of one that may have a timer: to be shown, never kept. */
const MediaFile *secret_chat_shown_file (const SecretChat *chat, int64_t random_id);
/* --- Drafts (secret-drafts.c): own texts typed before the chat is ready. They are kept,
 * sealed, without a number; sent in their order in the turn that makes it ready, and told
 * as FAILED where it ends before that. info.drafts says how many. --- */
typedef void (*SecretDraftFunc) (int64_t random_id, const char *text,
                                 const TalkSpans *spans, void *user);
/* Each, oldest first; `func` must not change the chat. */
void secret_chat_each_draft (const SecretChat *chat, SecretDraftFunc func, void *user);
/* --- Not sent (secret-unsent.c; DECISIONS 25). An own text that was refused is told as
 * FAILED, and kept, sealed, until a line says so: told once more after every start. --- */
void secret_chat_told (SecretChat *chat, const int64_t *ids, size_t n, HostTime now);
/* Keeps another text that nobody could be told of, in whatever state the chat is; `token`
 * is what FAILED says after a start. Its id in *random_id. */
TalkCode secret_chat_keep (SecretChat *chat, const TalkTyped *typed, const char *token,
                           HostTime now, int64_t *random_id);
TalkCode secret_chat_delete (SecretChat *chat, const int64_t *ids, size_t n,
                             HostTime now);
TalkCode secret_chat_flush (SecretChat *chat, HostTime now);
TalkCode secret_chat_set_ttl (SecretChat *chat, int32_t seconds, HostTime now);
TalkCode secret_chat_open_media (SecretChat *chat, const int64_t *ids, size_t n,
                                 HostTime now); /* readMessages, SC-E5 */
TalkCode secret_chat_screenshot (SecretChat *chat, const int64_t *ids, size_t n,
                                 HostTime now);
TalkCode secret_chat_rekey (SecretChat *chat, HostTime now);
/* Goes on without what has not arrived (DECISIONS 26): what waits behind it is taken, what
 * comes late is dropped. NOTHING where nothing is missing. */
TalkCode secret_chat_skip (SecretChat *chat, HostTime now);
/* The user says whether both sides' key hashes are equal (SC-K4). */
TalkCode secret_chat_set_verified (SecretChat *chat, gboolean verified, HostTime now);
/* This own message is a further part of the text that was sent before it: for every
 * command the parts are one. In the turn that sends it. */
void secret_chat_continue (SecretChat *chat, int64_t random_id);
/* --- Messages as people name them (secret-named.c). Their numbers (TalkMessage) count both
 * sides' in the order in which they came to be; none is given twice. --- */
/* random_ids of the newest own text still known, part by part (`/delete`); unref it. */
GArray *secret_chat_last_text (const SecretChat *chat);
/* The same of the text that this message is a part of, or it alone; empty: not known (any
 * more), or not sent. */
GArray *secret_chat_parts (const SecretChat *chat, int64_t random_id);
/* FALSE: it is not known (any more). What it points to is the chat's. */
gboolean secret_chat_message (const SecretChat *chat, int64_t random_id,
                              TalkMessage *message);
/* Every message that may be named, oldest first, with its text if that is on hand: what was
 * displayed, and what was not refused. `func` must not change the chat. */
typedef void (*SecretMessageFunc) (const TalkMessage *message, void *user);
void secret_chat_each_message (const SecretChat *chat, SecretMessageFunc func,
                               void *user);
/* An own message of this id is stored, and its time is not over. */
gboolean secret_chat_has_own (const SecretChat *chat, int64_t random_id);

/* Time. */
void secret_chat_tick (SecretChat *chat, HostTime now);
/* When tick() has something to do, by either clock: mono ms, in the past where the wall
 * clock says so; or HOST_NEVER. */
int64_t secret_chat_deadline (const SecretChat *chat, HostTime now);

/* --- Ended (secret-ended.c). --- */

/* It ended, and nothing of it is still to be told, shown, sent or counted down: what is left
 * says only that there was a chat with this person. */
gboolean secret_chat_is_spent (const SecretChat *chat);
/* TalkSecret.number, of one that has none; in a turn. The record follows with the next settle. */
void secret_chat_set_number (SecretChat *chat, int32_t number);
/* All its records go, whatever their kind; it can only be freed after that. */
void secret_chat_forget (SecretChat *chat);

void secret_chat_info (const SecretChat *chat, TalkSecret *info);
