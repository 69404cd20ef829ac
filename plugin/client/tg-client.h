/* One account: owns session, store, peers, secret chats, order of updates; runs the turns. The
 * whole downward contract of plugin/client for its glue (plugin/purple, tests/peer). */
#pragma once

#include "host.h"
#include "talk-event.h"
#include "tg-client-config.h"

typedef struct TgClient TgClient;

/* What a Telegram user would notice (talk-event.h), on the main loop, during a turn's end;
 * the function may call tg_* from inside, the effect comes in a later turn. Of MESSAGE it
 * shows the text at once and says whether a line stands now: then the client marks it
 * displayed (DECISIONS 2); FALSE: none came into being, the text is kept. What was never
 * seen comes once after every start, before anything newer (DECISIONS 23). Of OWN and LOST
 * neither comes when the client was freed first: then tg_secret_has_own() tells at the
 * next start. Of all other events the answer is not looked at. */
typedef gboolean (*TgEventFunc) (void *user, const TalkEvent *event);

/* Does nothing yet. `host` must outlive the client. */
TgClient *tg_client_new (const Host *host, const TgConfig *config, TgEventFunc event,
                         void *user);
/* Opens the store (on a worker), connects, logs in, keeps going. */
void tg_client_start (TgClient *client);
/* Saves, closes; no event afterwards. Chats stay as they are. */
void tg_client_free (TgClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TgClient, tg_client_free)

/* A person's name as it may stand inside a sentence: one that is written from right to
 * left is isolated, so that it does not turn the rest around; g_free() it. */
char *tg_name_in_sentence (const char *name);
/* Words of others on why something did not work (a proxy's, another program's), as people
 * may see them: one clean line of at most 256 characters; g_free() it. */
char *tg_reason_line (const char *words);

int64_t tg_client_own_id (const TgClient *client); /* 0: not logged in */
/* NULL answer = the user cancelled. `text` is wiped by the client's copy after use. */
void tg_client_answer (TgClient *client, unsigned attempt, const char *text);
/* To a TALK_ASK_CODE: a QR code in its place. */
void tg_client_log_in_by_qr (TgClient *client, unsigned attempt);
/* The user wants that, to a TALK_ASK_LOG_IN_ANEW: the login and its chats end. */
void tg_client_log_in_anew (TgClient *client, unsigned attempt);
void tg_client_wake (TgClient *client);                        /* the network is back */
void tg_client_set_online (TgClient *client, gboolean online); /* account.updateStatus */
/* auth.logOut; when the server has answered, the login and its chats end here, too. */
void tg_client_log_out (TgClient *client);
/* The account's logins, the oldest first; NULL, 0: they are not to be had. And what may be done
 * with one: `done` = the server did it. Each `func` is called once, and may act or end the
 * account; when the client ends before, with "not to be had", and calls no tg_* then. */
typedef void (*TgLoginsFunc) (const TalkLogin *logins, size_t n, void *user);
typedef void (*TgDoneFunc) (gboolean done, void *user);
void tg_client_ask_logins (TgClient *client, TgLoginsFunc func, void *user);
void tg_client_end_login (TgClient *client, int64_t hash, TgDoneFunc func, void *user);
void tg_client_login_secrets (TgClient *client, int64_t hash, gboolean may,
                              TgDoneFunc func, void *user);
void tg_client_confirm_login (TgClient *client, int64_t hash, TgDoneFunc func,
                              void *user);
void tg_client_accept_terms (TgClient *client, const char *id, TgDoneFunc func,
                             void *user);
/* Seals the stored keys with a passphrase, asked for at every start (NULL: with none).
 * `func` hears the reason when that failed, else NULL; not after the client is freed. */
typedef void (*TgPassphraseFunc) (const char *error, void *user);
void tg_client_set_passphrase (TgClient *client, const char *passphrase,
                               TgPassphraseFunc func, void *user);

/* Overwrites and removes the directories of accounts that are gone (and their keys in the
 * secret service), in a thread of its own; what cannot go now is left for another time.
 */
typedef struct TgEraser TgEraser;
TgEraser *tg_eraser_new (GPtrArray *take_directories);
void tg_eraser_free (TgEraser *eraser); /* waits for the disk, not for other programs */

/* Renames an account's directory, unless somebody has it open; FALSE: it keeps its name. */
gboolean tg_folder_rename (const char *from, const char *to);

/* Contacts. `func` for every known peer, or secret chat; it may free the client. */
typedef void (*TgPeerFunc) (const TalkPerson *peer, void *user);
void tg_client_each_peer (TgClient *client, TgPeerFunc func, void *user);
gboolean tg_client_peer (TgClient *client, int64_t user_id, TgPeerFunc func, void *user);
/* By phone number, name or @name: all that the server is told. Answered by a peer event and
 * `func`, or with NULL and why; a moment later without asking again (MT-I15). */
typedef void (*TgFoundFunc) (const TalkPerson *peer, const TalkNotFound *nobody,
                             void *user);
void tg_client_find_peer (TgClient *client, const char *what, TgFoundFunc func,
                          void *user);
/* Of somebody unknown: NULL; `about`: what they say of themselves, one clean line, or NULL. */
typedef void (*TgAboutFunc) (const TalkPerson *peer, const char *about, void *user);
void tg_client_ask_about (TgClient *client, int64_t user_id, TgAboutFunc func,
                          void *user);
/* Their picture, as the event PHOTO, soon, much later, or never. */
void tg_client_fetch_photo (TgClient *client, int64_t user_id);
/* Into Telegram's contacts, under the names they gave themselves, with the `phone` that the
 * user knows (or NULL); ours is not shown to them. Then a peer event, or trouble(NOT_ADDED). */
TalkCode tg_client_add_contact (TgClient *client, int64_t user_id, const char *phone);
/* At the server, for all devices of the account: then a peer event, or trouble(REFUSED). With
 * TALK_USER_SERVICE nothing is done, nor is it blocked. */
void tg_client_remove_contact (TgClient *client, int64_t user_id);
/* The same; trouble(REFUSED) if the server did not do it. */
void tg_client_block (TgClient *client, int64_t user_id, gboolean blocked);

/* Secret chats. All but tg_secret_start() name the chat by its id; anything but TALK_DONE
 * means that nothing happened. */
/* The new chat's id at once; its state comes as events. */
TalkCode tg_secret_start (TgClient *client, int64_t user_id, int32_t *chat_id);
TalkCode tg_secret_accept (TgClient *client, int32_t chat_id);
TalkCode tg_secret_reject (TgClient *client, int32_t chat_id);
/* Left to another device of this account. */
TalkCode tg_secret_leave (TgClient *client, int32_t chat_id);
TalkCode tg_secret_close (TgClient *client, int32_t chat_id, gboolean delete_history);
/* Bytes of `text` that fit into one message; the rest goes into the next (SC-I8). */
size_t tg_secret_split (const char *text);
/* Before the chat is ready the text waits for that (DECISIONS 25), info.drafts says how many
 * do; FAILED tells of each where it never will be. Splits long texts by itself; *ids gets
 * one id per part, *n how many; g_free() it, also on failure, when the first *n parts went.
 * The events OWN or LOST tell what became of it. */
TalkCode tg_secret_write (TgClient *client, int32_t chat_id, const TalkTyped *typed,
                          int64_t **ids, size_t *n);
/* The same, a plain text. */
static inline TalkCode
tg_secret_send (TgClient *client, int32_t chat_id, const char *text, int64_t **ids,
                size_t *n)
{
    TalkTyped typed = { .text = text };

    return tg_secret_write (client, chat_id, &typed, ids, n);
}
/* What waits so, oldest first; the texts are borrowed. */
typedef void (*TgDraftFunc) (int32_t chat_id, int64_t id, const char *text,
                             const TalkSpans *spans, void *user);
void tg_secret_each_draft (TgClient *client, int32_t chat_id, TgDraftFunc func,
                           void *user);
/* What can be named by its number, oldest first, "" where the text is not on hand; no tg_*. */
void tg_secret_each_message (TgClient *client, int32_t chat_id,
                             void (*func) (const TalkMessage *, void *), void *user);
/* A message of that id is stored, to be sent or sent. */
gboolean tg_secret_has_own (TgClient *client, int32_t chat_id, int64_t id);
/* A line says that these were not sent, with their text: until then each start tells them
 * as FAILED. Ids that are not such messages do nothing. */
void tg_secret_told (TgClient *client, int32_t chat_id, const int64_t *ids, size_t n);
/* Keeps a text that did not go and that no window could tell of: after the next start it
 * comes as FAILED, with this id and `token`, until tg_secret_told(). */
TalkCode tg_secret_keep (TgClient *client, int32_t chat_id, const TalkTyped *typed,
                         const char *token, int64_t *id);
void tg_secret_typing (TgClient *client, int32_t chat_id, gboolean typing);
/* The user has really seen these incoming messages. */
void tg_secret_seen (TgClient *client, int32_t chat_id, const int64_t *ids, size_t n);
/* Ids of what was displayed, in this process or an earlier one, but not seen; unref it.
 * NULL: no such chat. */
GArray *tg_secret_unseen (TgClient *client, int32_t chat_id);
/* What was not seen and can still be shown, oldest first, as the event MESSAGE
 * tells it and with the same answer: at once, from memory, in one part. Borrowed during the call.
 * FALSE: the function ended the client, which is gone. */
typedef gboolean (*TgWaitingFunc) (int32_t chat_id, const TalkMessage *message,
                                   void *user);
gboolean tg_secret_each_waiting (TgClient *client, int32_t chat_id, TgWaitingFunc func,
                                 void *user);
/* How many these are, but for those for which `stands` says TRUE (NULL: for none); and
 * how many were displayed but not seen, or are of these. 0: no such chat. Cheap. */
typedef gboolean (*TgStandsFunc) (int64_t id, void *user);
unsigned tg_secret_count_waiting (TgClient *client, int32_t chat_id, TgStandsFunc stands,
                                  void *user);
unsigned tg_secret_count_unseen (TgClient *client, int32_t chat_id);
/* The host has it for the last time, where nobody can say what was seen: the text leaves
 * the store; seen() of it or of a newer one still tells the peer. */
void tg_secret_let_go (TgClient *client, int32_t chat_id, int64_t id);
void tg_secret_lost_told (TgClient *client, int32_t chat_id); /* info.lost = 0 */
/* The countdowns that run, with the milliseconds left: lines have to go in time even
 * after the client is gone. */
typedef void (*TgCountdownFunc) (int32_t chat_id, int64_t id, int64_t left, void *user);
void tg_client_each_countdown (TgClient *client, TgCountdownFunc func, void *user);
/* What is known of a message, by now; FALSE: nothing. And of all, the newest first, until
 * `func` says FALSE; it must not change anything. */
gboolean tg_secret_known (TgClient *client, int32_t chat_id, int64_t id,
                          TalkKnown *known);
typedef gboolean (*TgKnownFunc) (const TalkKnown *known, void *user);
void tg_secret_each_known (TgClient *client, int32_t chat_id, TgKnownFunc func,
                           void *user);
/* n = 0: the last own text; all parts of each go. NOTHING: none is known (any more). */
TalkCode tg_secret_delete (TgClient *client, int32_t chat_id, const int64_t *ids,
                           size_t n);
TalkCode tg_secret_flush (TgClient *client, int32_t chat_id);
TalkCode tg_secret_set_ttl (TgClient *client, int32_t chat_id, int32_t seconds);
TalkCode tg_secret_screenshot (TgClient *client, int32_t chat_id);
TalkCode tg_secret_rekey (TgClient *client, int32_t chat_id);
/* The chat goes on without what has not arrived (DECISIONS 26). */
TalkCode tg_secret_skip (TgClient *client, int32_t chat_id);
/* The user compared the keys of a ready chat, or takes that back (SC-K4). */
TalkCode tg_secret_set_verified (TgClient *client, int32_t chat_id, gboolean verified);
/* There is, or was, a chat with this person whose key was verified. */
gboolean tg_person_is_verified (TgClient *client, int64_t user_id);
/* 12 x 12 cells of 0..3, row by row (SC-K2). */
void tg_key_picture (const TalkSecret *info, uint8_t cells[static 144]);
gboolean tg_secret_info (TgClient *client, int32_t chat_id, TalkSecret *info);
typedef void (*TgSecretFunc) (const TalkSecret *info, void *user);
void tg_client_each_secret (TgClient *client, TgSecretFunc func, void *user);
