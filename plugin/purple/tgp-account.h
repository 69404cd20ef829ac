/* What hangs on a PurpleConnection; made in login(), gone after close().
 *
 * The files of this folder, bottom up as meson.build has them; each calls those above it here:
 *
 *   tgp-clock.c     time that goes on in sleep      tgp-names.c     ids <-> names
 *   tgp-number.c    phone numbers as typed          tgp-text.c      markup, slashes
 *   tgp-begins.c    messages named by their text    tgp-path.c      paths as typed
 *   tgp-ttl.c       times as typed                  tgp-picture.c   own pictures, made fit
 *   tgp-words*.c    sentences                       tgp-symbols.c   functions of the running front end
 *   tgp-links-pidgin.c  links, legible              tgp-account.c   which accounts there are
 *   tgp-host.c      sockets, timers, workers        tgp-folder.c    where its data are
 *   tgp-lines-kept.c which line is which message; tgp-lines-signs.c  what stands behind it
 *   tgp-lines.c     the line that is being written; with a part for Pidgin and one for Finch
 *   tgp-lines-leave.c how a line goes
 *   tgp-lines-put.c what is put below a line        tgp-decode-pidgin.c  pictures, decoded
 *   tgp-moving-pidgin.c  those that move            tgp-media-pidgin.c  pictures and links in it
 *   tgp-frontend.c  where front ends differ         tgp-after.c     what comes after close()
 *   tgp-markup.c    how a text looks                tgp-cursor.c    who has the cursor
 *   tgp-lock.c      the sign of a secret chat in a list that cuts names
 *   tgp-page.c      pages that the server sends     tgp-alert-pidgin.c  notices in its list
 *   tgp-dialog.c    notices, in lines that fit      tgp-question.c  questions with buttons
 *   tgp-removal.c   what becomes of a removed account's data
 *   tgp-keys.c      where the sealing key is to live, and its passphrase
 *   tgp-recall.c    what was said last, where no lines are kept
 *   tgp-person.c    what people are called          tgp-entry.c     entries of the list
 *   tgp-apart.c     which account a chat is of, where two have chats with one person
 *   tgp-chat-number.c  how chats are named in commands; tgp-nick.c  and all entries in BitlBee
 *   tgp-blocked.c   who is blocked                  tgp-conv.c      conversations
 *   tgp-marks.c     where own messages are, what is left of timers
 *   tgp-log.c       no logs of secret chats; the debug log
 *   tgp-unread.c    how many wait, and where that is shown
 *   tgp-secret-buddy.c  secret chats as buddies     tgp-photos.c    people's pictures
 *   tgp-buddies.c   people as buddies
 *   tgp-ends*.c     all that ends, asked            tgp-list.c      what is done in the list
 *   tgp-find.c      people by number or name        tgp-request.c   requests of others
 *   tgp-unsent.c    own texts that did not go       tgp-send.c      those on their way
 *   tgp-drafts.c    before the chat is ready
 *   tgp-rest.c      long ones, line by line         tgp-standing.c  lines not yet looked at
 *   tgp-seen.c      incoming messages until they were seen
 *   tgp-memory-file.c, tgp-memory-files.c  for other programs; tgp-sound.c  voice
 *   tgp-thumb.c     small pictures in lines         tgp-drawing.c   others, on a worker
 *   tgp-show.c      what is fetched, shown, heard   tgp-click.c     what is clicked in a line
 *   tgp-unverified.c  a new chat with somebody verified
 *   tgp-windows.c   windows that open and close     tgp-look.c      who looks at them
 *   tgp-info.c      what there is to know of a chat
 *   tgp-about.c     the same of a person            tgp-self.c      is the user there
 *   tgp-secret-list.c  /secret list
 *   tgp-compare.c   its key, to be compared; with a part for Pidgin
 *   tgp-quote.c     what a message says and answers tgp-write.c     what is typed, sent
 *   tgp-named.c     messages by number or text      tgp-insert.c    text put into the entry
 *   tgp-save.c      files, saved                    tgp-upload.c    files, sent ...
 *   tgp-forward.c   files that go on to another chat
 *   tgp-progress.c  ... of what is saved, in libpurple's window
 *   tgp-images.c    ... out of a text               tgp-xfer.c      ... by Send File
 *   tgp-people.c    lists of people                 tgp-profile.c   what the user shows of themselves
 *   tgp-sessions.c  logins on all devices
 *   tgp-command*.c  /ttl, /delete ... by subject    tgp-commands.c  the table of them
 *   tgp-chat-menu.c a secret chat's menu
 *   tgp-places.c    a secret chat's menu and button in its window; with a part each for
 *                   Pidgin and Finch
 *   tgp-menu.c      the buddy list's menus          tgp-qr.c        a QR code to log in by; with
 *                   a part for Pidgin               tgp-wait.c      why it is not online
 *   tgp-ask.c       a login's questions             tgp-offer.c     texts to somebody without a chat
 *   tgp-im.c        what is typed, typing
 *   tgp-secret.c    what happens in a secret chat   tgp-events.c    the one door
 *   tgp-login.c     login and close                 tgp-plugin.c    what libpurple sees
 */
#pragma once

#include "talk-id.h"
#include "tg-client.h"
#include "tgp-gettext.h"
#include "tgp-host.h"
#include "tgp-names.h"

#include <purple.h>

#define TGP_ID "prpl-mtproto"

typedef struct TgpSeen TgpSeen;
typedef struct TgpShows TgpShows;

typedef struct {
    PurpleConnection *gc;
    PurpleAccount *account;
    gboolean idle; /* nobody is at the keys */
    TgpHost *host;
    TgClient *client;
    gboolean connected;
    TalkStep step;
    TalkWait waits_for;     /* the last */
    struct TgpAsked *anew;  /* whether to log in anew; NULL: not asked */
    unsigned asked;         /* attempt of a question in a conversation, 0 = none ... */
    TalkAskKind asked_kind; /* ... and what it is */
    struct TgpLoginQuestion *login_question; /* that stands in a dialog, or NULL */
    struct TgpQr *qr;                        /* tgp-qr.c's own; NULL: none is shown */
    struct TgpSessions *sessions; /* tgp-sessions.c's own; NULL: nothing was shown */
    GArray *blocked; /* ids of who was shown as blocked (tgp-people.c), or NULL */
    struct TgpAsked
        *log_out; /* that offers a log-out (tgp-ends-session.c); NULL: none stands */
    GQueue *new_logins;   /* questions about one (tgp-ends-session.c); NULL: none yet */
    gboolean failed;      /* an error was reported: libpurple closes us soon */
    TgpSeen *seen;        /* tgp-seen.c's own */
    TgpShows *shows;      /* tgp-show.c's own */
    GHashTable *requests; /* user id -> TgpRequest (tgp-request.c) */
    GHashTable *by_rule;  /* ids of chats that a rule accepted and nobody was told of */
    GHashTable *counted; /* chat id -> unread ones its entry shows (tgp-secret-buddy.c) */
    GList *questions;    /* TgpAsked that stand (tgp-question.c) */
    GHashTable *names;   /* user id -> char *name (tgp-person.c) */
    struct TgpNicks *nicks;        /* tgp-nick.c's own; NULL: not needed yet */
    GHashTable *namesakes;         /* name, folded -> who has it (tgp-person.c) */
    unsigned photos;               /* pictures that came (tgp-photos.c) ... */
    size_t photo_bytes;            /* ... and how much that was */
    int64_t last_added;            /* user id of the entry that was made last; 0: none */
    gboolean save_told, show_told; /* how files are had was said (tgp-seen.c) ... */
    gboolean picture_told;         /* ... and how pictures are seen */
    GHashTable *recall; /* chat id -> what was said last (tgp-recall.c), or NULL */
    GHashTable *hidden; /* user ids (tgp-entry.c); NULL: not yet read */
    GPtrArray *removed; /* entries of one act (tgp-list.c) */
    unsigned removed_timer, look_over_timer;
    unsigned begun_timer; /* tgp-account.c's own */
    char *passphrase;     /* typed once, or on its way; wiped */
} TgpAccount;

/* Belongs to that connection from now on; should libpurple forget that, the account gets it back. */
TgpAccount *tgp_account_begins (PurpleConnection *gc);
/* Frees nothing of what it owns. It is itself freed later, when no caller can still have its address: so
 * long no other account gets that address. */
void tgp_account_ends (TgpAccount *tgp);
void tgp_accounts_uninit (void);
/* A line that is written, and any signal, may end the account: a handler of another plugin does what it
 * likes. Asked before what hangs on the account is used again; tgp_has_info(), tgp_secret_conversation()
 * and what stands on these ask themselves. `tgp` may be freed. */
gboolean tgp_lives (const TgpAccount *tgp);

static inline gboolean
tgp_is_ours (const PurpleAccount *account)
{
    return g_strcmp0 (purple_account_get_protocol_id (account), TGP_ID) == 0;
}

static inline TgpAccount *
tgp_account (PurpleConnection *gc)
{
    return gc->proto_data;
}

/* The same for an answer that comes later: NULL when the connection is gone. */
static inline TgpAccount *
tgp_account_alive (PurpleConnection *gc)
{
    return g_list_find (purple_connections_get_all (), gc) != NULL ? tgp_account (gc)
                                                                   : NULL;
}

static inline gboolean
tgp_has_id (const GArray *ids, int64_t id)
{
    for (unsigned i = 0; i < ids->len; i++)
        if (g_array_index (ids, int64_t, i) == id)
            return TRUE;
    return FALSE;
}

/* It is one of these; NULL: of all there are. */
static inline gboolean
tgp_is_among (int64_t id, const int64_t *ids, size_t n)
{
    for (size_t i = 0; ids != NULL && i < n; i++)
        if (ids[i] == id)
            return TRUE;
    return ids == NULL;
}

static inline gboolean
tgp_has_info (TgpAccount *tgp, int32_t chat_id, TalkSecret *info)
{
    return tgp_lives (tgp) && tgp->client != NULL &&
           tg_secret_info (tgp->client, chat_id, info);
}
