/* Commands about files: /photo, /file, /files, /show, /play, /save,
 * /forward, /cancel. */
#include "tgp-command.h"

#include "tgp-begins.h"
#include "tgp-forward.h"
#include "tgp-frontend.h"
#include "tgp-named.h"
#include "tgp-path.h"
#include "tgp-save.h"
#include "tgp-show.h"
#include "tgp-upload.h"
#include "tgp-words-media.h"
#include "tg-client-file.h"

#include <string.h>

/* --- sent --- */

static char *
upload (PurpleConversation *conv, const char *args, TgpCommand command)
{
    TgpAccount *tgp;
    int32_t chat_id;
    char *problem = NULL;
    const char *caption;

    if (!tgp_command_chat (conv, &tgp, &chat_id, &problem))
        return problem;
    if (tgp_frontend ()->elsewhere)
        return tgp_words_not_uploaded (NULL, TGP_UPLOAD_ELSEWHERE);
    g_autofree char *path = tgp_path_take (args, &caption);
    if (path == NULL)
        return tgp_words_misused (command);
    g_autoptr (TalkSpans) looks = tgp_command_looks (caption);
    TgpUpload file = { .path = path,
                       .how = command == TGP_COMMAND_PHOTO ? TGP_UPLOAD_MUST_PHOTO
                                                           : TGP_UPLOAD_FILE };
    tgp_upload (tgp, chat_id, &file, 1, &(TalkTyped){ .text = caption, .spans = looks });
    return NULL;
}

char *
tgp_command_photo (PurpleConversation *conv, const char *args)
{
    return upload (conv, args, TGP_COMMAND_PHOTO);
}

char *
tgp_command_file (PurpleConversation *conv, const char *args)
{
    return upload (conv, args, TGP_COMMAND_FILE);
}

/* --- on their way --- */

typedef struct {
    int32_t chat_id;
    GPtrArray *lines;
} Listing;

static void
sending_cb (int32_t chat_id, const TalkSending *sending, void *user)
{
    Listing *listing = user;

    if (chat_id == listing->chat_id)
        g_ptr_array_add (listing->lines, tgp_words_on_its_way (sending));
}

static void
saving_cb (int32_t chat_id, const TalkSaving *saving, void *user)
{
    Listing *listing = user;

    if (chat_id == listing->chat_id)
        g_ptr_array_add (listing->lines,
                         tgp_words_saving (saving, tgp_frontend ()->elsewhere));
}

char *
tgp_command_files (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    char *problem = NULL;
    Listing listing;

    if (!tgp_command_chat (conv, &tgp, &listing.chat_id, &problem))
        return problem;
    listing.lines = g_ptr_array_new_with_free_func (g_free);
    tg_client_each_sending (tgp->client, sending_cb, &listing);
    tg_client_each_saving (tgp->client, saving_cb, &listing);
    if (listing.lines->len == 0)
        g_ptr_array_add (listing.lines, g_strdup (tgp_words_no_files ()));
    g_ptr_array_add (listing.lines, NULL);
    char *all = g_strjoinv ("\n", (char **)listing.lines->pdata);
    g_ptr_array_unref (listing.lines);
    return all;
}

/* --- saved, and stopped --- */

/* The message that is named first; `rest`: what follows. */
static TgpNamed *
take_named (PurpleConversation *conv, const char **rest, TgpCommand command,
            TgpAccount **tgp, int32_t *chat_id, char **problem)
{
    gboolean quoted;

    if (!tgp_command_chat (conv, tgp, chat_id, problem))
        return NULL;
    if (**rest == '\0') {
        *problem = tgp_words_misused (command);
        return NULL;
    }
    g_autofree char *name = tgp_begins_take (rest, &quoted);
    TgpLast last = command == TGP_COMMAND_CANCEL ? TGP_LAST_GOING
                   : command == TGP_COMMAND_SHOW ? TGP_LAST_PICTURE
                   : command == TGP_COMMAND_PLAY ? TGP_LAST_VOICE
                                                 : TGP_LAST_FILE;
    return tgp_named_find (*tgp, *chat_id, name, quoted, last, problem);
}

typedef enum { ALONE, WITH_MORE, EITHER } Rest; /* what may follow it */

/* Of what the user sent there is no copy. */
static gboolean
is_own (const TgpNamed *named)
{
    const TalkMessage *message = &named->message;

    switch (message->content) {
    case TALK_CONTENT_PHOTO:
    case TALK_CONTENT_VIDEO:
    case TALK_CONTENT_AUDIO:
    case TALK_CONTENT_VOICE:
    case TALK_CONTENT_FILE:
    case TALK_CONTENT_STICKER:
        return message->outgoing;
    default:
        return FALSE;
    }
}

/* The same with all of an album: that of a message, or else the last one. */
static char *
act_on_album (PurpleConversation *conv, const char *args, TgpCommand command, Rest rest,
              TgpNamedAct *func)
{
    TgpAccount *tgp;
    int32_t chat_id;
    gboolean quoted;
    char *problem = NULL;
    const char *behind = args;
    g_autofree char *word = tgp_begins_take (&behind, &quoted);
    gboolean named_one = !quoted && tgp_named_is_name (word);

    if (!tgp_command_chat (conv, &tgp, &chat_id, &problem))
        return problem;
    if (named_one)
        args = behind;
    if (rest == ALONE && *args != '\0')
        return tgp_words_misused (command);
    g_autoptr (TgpNamed) one = tgp_named_find (tgp, chat_id, named_one ? word : "last",
                                               FALSE, TGP_LAST_ALBUM, &problem);
    if (one == NULL)
        return problem;
    if (is_own (one))
        return tgp_words_own_file (one->message.number);
    if (one->message.beside.album == 0)
        return tgp_words_of_no_album (one->message.number);
    return tgp_named_act_on_album (tgp, chat_id, one, func, args);
}

/* Cuts that word off. */
static gboolean
begins_with (const char **args, const char *word)
{
    size_t len = strlen (word);

    if (g_ascii_strncasecmp (*args, word, len) != 0 ||
        ((*args)[len] != '\0' && (*args)[len] != ' '))
        return FALSE;
    *args += len;
    *args += strspn (*args, " ");
    return TRUE;
}

static char *
act (PurpleConversation *conv, const char *args, TgpCommand command, Rest rest,
     TgpNamedAct *func)
{
    TgpAccount *tgp;
    int32_t chat_id;
    char *problem = NULL;
    g_autoptr (TgpNamed) named =
        take_named (conv, &args, command, &tgp, &chat_id, &problem);

    if (named == NULL)
        return problem;
    if (rest != EITHER && (*args != '\0') != (rest == WITH_MORE))
        return tgp_words_misused (command);
    return func (tgp, chat_id, named, args);
}

static char *
show (TgpAccount *tgp, int32_t chat_id, const TgpNamed *named, const char *rest)
{
    TgpMedium medium = tgp_medium_of (&named->message);

    if (is_own (named))
        return tgp_words_own_file (medium.number);
    return tgp_show_start (tgp, chat_id, &medium, named->message.id);
}

char *
tgp_command_show (PurpleConversation *conv, const char *args)
{
    return begins_with (&args, "album")
               ? act_on_album (conv, args, TGP_COMMAND_SHOW, ALONE, show)
               : act (conv, args, TGP_COMMAND_SHOW, ALONE, show);
}

static char *
play (TgpAccount *tgp, int32_t chat_id, const TgpNamed *named, const char *rest)
{
    TgpMedium medium = tgp_medium_of (&named->message);

    if (is_own (named))
        return tgp_words_own_file (medium.number);
    return tgp_play_start (tgp, chat_id, &medium, named->message.id);
}

char *
tgp_command_play (PurpleConversation *conv, const char *args)
{
    return act (conv, args, TGP_COMMAND_PLAY, ALONE, play);
}

static char *
save (TgpAccount *tgp, int32_t chat_id, const TgpNamed *named, const char *rest)
{
    const char *end = rest;
    gboolean quoted;
    g_autofree char *path = tgp_begins_take (&end, &quoted);

    if (is_own (named))
        return tgp_words_own_file (named->message.number);
    return tgp_save_start (tgp, chat_id, named, quoted && *end == '\0' ? path : rest);
}

char *
tgp_command_save (PurpleConversation *conv, const char *args)
{
    return begins_with (&args, "album")
               ? act_on_album (conv, args, TGP_COMMAND_SAVE, EITHER, save)
               : act (conv, args, TGP_COMMAND_SAVE, EITHER, save);
}

char *
tgp_command_forward (PurpleConversation *conv, const char *args)
{
    return act (conv, args, TGP_COMMAND_FORWARD, WITH_MORE, tgp_forward);
}

static char *
cancel (TgpAccount *tgp, int32_t chat_id, const TgpNamed *named, const char *rest)
{
    int64_t id = named->message.id;
    gboolean shown = tgp_show_cancel (tgp, chat_id, id);

    return tg_secret_save_cancel (tgp->client, chat_id, id) ||
                   tg_secret_send_cancel (tgp->client, chat_id, id) || shown
               ? NULL
               : tgp_words_not_saving (named->message.number);
}

char *
tgp_command_cancel (PurpleConversation *conv, const char *args)
{
    return act (conv, args, TGP_COMMAND_CANCEL, ALONE, cancel);
}
