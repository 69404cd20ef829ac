/* See tgp-named.h. */
#include "tgp-named.h"

#include "tgp-begins.h"
#include "tgp-medium.h"
#include "tgp-quote.h"
#include "tgp-text.h"
#include "tgp-person.h"
#include "tgp-words-commands.h"
#include "tgp-words-media.h"
#include "tg-client-file.h"
#include "tg-client-save.h"

#include <string.h>

#define NAMED_MAX 5 /* numbers in the line that says that a name is ambiguous */

void
tgp_named_free (TgpNamed *named)
{
    tgp_text_wipe (named->text);
    g_free (named);
}

typedef struct {
    TgpAccount *tgp;
    int32_t chat_id;
    GPtrArray *all;
} Collecting;

static void
collect_cb (const TalkMessage *message, void *user)
{
    Collecting *c = user;
    TgpNamed *before =
        c->all->len > 0 ? g_ptr_array_index (c->all, c->all->len - 1) : NULL;

    if (message->outgoing && message->part > 0 && before != NULL &&
        before->message.outgoing && before->last_number == message->number - 1) {
        before->last_number = message->number;
        return;
    }
    TgpNamed *named = g_new0 (TgpNamed, 1);
    named->message = *message;
    named->message.text = named->message.detail = named->message.reply_text = NULL;
    named->message.spans = NULL;
    named->message.beside.thumb = NULL;
    named->last_number = message->number;
    named->text = tgp_quote_text (c->tgp, c->chat_id, message);
    g_ptr_array_add (c->all, named);
}

GPtrArray *
tgp_named_all (TgpAccount *tgp, int32_t chat_id)
{
    Collecting c = { tgp, chat_id,
                     g_ptr_array_new_with_free_func ((GDestroyNotify)tgp_named_free) };

    tg_secret_each_message (tgp->client, chat_id, collect_cb, &c);
    return c.all;
}

/* Takes it out of the list. */
static TgpNamed *
take (GPtrArray *all, unsigned i)
{
    return g_ptr_array_steal_index (all, i);
}

/* "12" or "#12"; -1: no number, 0: none that there could be. */
static int64_t
number_of (const char *name)
{
    const char *digits = name + (*name == '#');
    size_t n = strspn (digits, "0123456789");

    if (n == 0 || digits[n] != '\0')
        return -1;
    return n > 9 ? G_MAXINT32 : g_ascii_strtoll (digits, NULL, 10);
}

static TgpNamed *
find_number (TgpAccount *tgp, int32_t chat_id, int64_t number, char **problem)
{
    g_autoptr (GPtrArray) all = tgp_named_all (tgp, chat_id);
    TalkSecret info;

    for (unsigned i = 0; i < all->len; i++) {
        const TgpNamed *named = g_ptr_array_index (all, i);
        if (named->message.number <= number && number <= named->last_number)
            return take (all, i);
    }
    gboolean was =
        number > 0 && tgp_has_info (tgp, chat_id, &info) && number <= info.messages;
    *problem = was ? tgp_words_number_gone ((int)number)
                   : tgp_words_number_unknown ((int)number);
    return NULL;
}

static gboolean
is_such (const TalkMessage *message, TgpLast last)
{
    gboolean file = !message->outgoing && message->media.file != TALK_FILE_NONE;

    switch (last) {
    case TGP_LAST_OWN:
        return message->outgoing;
    case TGP_LAST_THEIRS:
        return !message->outgoing;
    case TGP_LAST_PICTURE:
        return file && (tgp_medium_is_picture (message->content, &message->media) ||
                        (message->ttl > 0 && message->content != TALK_CONTENT_VOICE));
    case TGP_LAST_VOICE:
        return file && message->content == TALK_CONTENT_VOICE;
    case TGP_LAST_ALBUM:
        return file && message->beside.album != 0;
    case TGP_LAST_GOING:
        return FALSE; /* nothing is */
    case TGP_LAST_FILE:
        break;
    }
    return file;
}

typedef struct {
    int32_t chat_id;
    int32_t number; /* 0: none */
} Going;

static void
sending_cb (int32_t chat_id, const TalkSending *sending, void *user)
{
    Going *going = user;

    if (chat_id == going->chat_id)
        going->number = MAX (going->number, sending->number);
}

static void
saving_cb (int32_t chat_id, const TalkSaving *saving, void *user)
{
    Going *going = user;

    if (chat_id == going->chat_id)
        going->number = MAX (going->number, saving->number);
}

static int32_t
newest_going (TgpAccount *tgp, int32_t chat_id)
{
    Going going = { .chat_id = chat_id };

    tg_client_each_sending (tgp->client, sending_cb, &going);
    tg_client_each_saving (tgp->client, saving_cb, &going);
    return going.number;
}

static char *
none_such (TgpAccount *tgp, int32_t chat_id, TgpLast last)
{
    g_autofree char *who = tgp_chat_person (tgp, chat_id);

    switch (last) {
    case TGP_LAST_OWN:
    case TGP_LAST_THEIRS:
        return tgp_words_no_last (last == TGP_LAST_OWN ? NULL : who);
    case TGP_LAST_PICTURE:
        return tgp_words_no_picture (who);
    case TGP_LAST_VOICE:
        return tgp_words_no_voice (who);
    case TGP_LAST_ALBUM:
        return tgp_words_no_album (who);
    case TGP_LAST_GOING:
        return g_strdup (tgp_words_no_files ());
    case TGP_LAST_FILE:
        break;
    }
    return tgp_words_no_file (who);
}

static TgpNamed *
find_last (TgpAccount *tgp, int32_t chat_id, TgpLast last, char **problem)
{
    int32_t going = last == TGP_LAST_GOING ? newest_going (tgp, chat_id) : 0;

    if (going > 0)
        return find_number (tgp, chat_id, going, problem);
    g_autoptr (GPtrArray) all = tgp_named_all (tgp, chat_id);
    for (unsigned i = all->len; i > 0; i--)
        if (is_such (&((const TgpNamed *)g_ptr_array_index (all, i - 1))->message, last))
            return take (all, i - 1);
    *problem = none_such (tgp, chat_id, last);
    return NULL;
}

static gboolean
begins (const TgpNamed *named, const char *wanted)
{
    char *text = named->text != NULL ? tgp_begins_folded (named->text) : NULL;
    gboolean found = text != NULL && *wanted != '\0' && g_str_has_prefix (text, wanted);

    tgp_text_wipe (text);
    return found;
}

static TgpNamed *
find_text (TgpAccount *tgp, int32_t chat_id, const char *name, char **problem)
{
    g_autoptr (GPtrArray) all = tgp_named_all (tgp, chat_id);
    g_autofree char *wanted = tgp_begins_folded (name);
    g_autoptr (GString) numbers = g_string_new (NULL);
    unsigned n = 0, found = 0;

    for (unsigned i = 0; i < all->len; i++) {
        const TgpNamed *named = g_ptr_array_index (all, i);
        if (!begins (named, wanted))
            continue;
        found = i;
        if (n++ < NAMED_MAX)
            g_string_append_printf (numbers, "%s%d", n > 1 ? ", " : "",
                                    named->message.number);
    }
    if (n == 1)
        return take (all, found);
    if (n > NAMED_MAX)
        g_string_append (numbers, ", \u2026");
    *problem = n == 0 ? tgp_words_none_begins (name)
                      : tgp_words_several_begin (name, numbers->str);
    return NULL;
}

TgpNamed *
tgp_named_find (TgpAccount *tgp, int32_t chat_id, const char *name, gboolean quoted,
                TgpLast last, char **problem)
{
    int64_t number = quoted ? -1 : number_of (name);

    if (number >= 0)
        return find_number (tgp, chat_id, number, problem);
    if (!quoted && g_ascii_strcasecmp (name, "last") == 0)
        return find_last (tgp, chat_id, last, problem);
    return find_text (tgp, chat_id, name, problem);
}

gboolean
tgp_named_is_name (const char *word)
{
    return number_of (word) >= 0 || g_ascii_strcasecmp (word, "last") == 0;
}

/* Those of `all` that are of the same album, in order. An id that comes again, with another one
 * between, is another album. */
static GPtrArray *
album_of (GPtrArray *all, const TgpNamed *one)
{
    GPtrArray *album = g_ptr_array_new ();
    gboolean has_it = FALSE;
    int last = 0;

    for (unsigned i = 0; i < all->len; i++) {
        TgpNamed *named = g_ptr_array_index (all, i);
        const TalkMessage *message = &named->message;
        if (message->outgoing || message->beside.album != one->message.beside.album)
            continue;
        if (message->beside.album_place <= last && has_it)
            break;
        if (message->beside.album_place <= last)
            g_ptr_array_set_size (album, 0);
        g_ptr_array_add (album, named);
        last = message->beside.album_place;
        has_it |= message->id == one->message.id;
    }
    return album;
}

char *
tgp_named_act_on_album (TgpAccount *tgp, int32_t chat_id, const TgpNamed *one,
                        TgpNamedAct *func, const char *rest)
{
    g_autoptr (GPtrArray) all = tgp_named_all (tgp, chat_id);
    g_autoptr (GPtrArray) album = album_of (all, one);
    g_autoptr (GString) problems = g_string_new (NULL);

    for (unsigned i = 0; i < album->len && tgp_lives (tgp); i++) {
        g_autofree char *why = func (tgp, chat_id, g_ptr_array_index (album, i), rest);
        if (why != NULL)
            g_string_append_printf (problems, "%s%s", problems->len > 0 ? "\n" : "", why);
    }
    return problems->len > 0 ? g_strdup (problems->str) : NULL;
}
