/* See tgp-named.h. */
#include "tgp-named.h"

#include "tgp-quote.h"
#include "tgp-text.h"
#include "tgp-words-commands.h"

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

/* The quote that ends what this one begins; 0: it is none. */
static gunichar
closing (gunichar c)
{
    static const gunichar pairs[][2] = { { '"', '"' },
                                         { 0x201c, 0x201d },
                                         { 0x201e, 0x201c },
                                         { 0xab, 0xbb },
                                         { '\'', '\'' } };

    for (size_t i = 0; i < G_N_ELEMENTS (pairs); i++)
        if (pairs[i][0] == c)
            return pairs[i][1];
    return 0;
}

char *
tgp_named_take (const char **args, gboolean *quoted)
{
    const char *start = *args + strspn (*args, " ");
    gunichar end = closing (g_utf8_get_char (start));
    const char *first = end != 0 ? g_utf8_next_char (start) : start;
    const char *behind = end != 0 ? g_utf8_strchr (first, -1, end) : NULL;

    *quoted = behind != NULL;
    if (behind == NULL)
        for (behind = first = start;
             *behind != '\0' && !g_unichar_isspace (g_utf8_get_char (behind));)
            behind = g_utf8_next_char (behind);
    char *name = g_strndup (first, (gsize)(behind - first));
    *args = *quoted ? g_utf8_next_char (behind) : behind;
    while (g_unichar_isspace (g_utf8_get_char (*args)))
        *args = g_utf8_next_char (*args);
    return name;
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

static TgpNamed *
find_last (TgpAccount *tgp, int32_t chat_id, gboolean own, char **problem)
{
    g_autoptr (GPtrArray) all = tgp_named_all (tgp, chat_id);

    for (unsigned i = all->len; i > 0; i--)
        if (((const TgpNamed *)g_ptr_array_index (all, i - 1))->message.outgoing == own)
            return take (all, i - 1);
    *problem = g_strdup (tgp_words_no_last (own));
    return NULL;
}

/* Without case, and with one blank where there are some. */
static char *
folded (const char *text)
{
    g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
    g_autofree char *fold = g_utf8_casefold (normal != NULL ? normal : "", -1);
    g_auto (GStrv) words = g_strsplit_set (fold, " \t\n", -1);
    GString *out = g_string_new (NULL);

    for (char **word = words; *word != NULL; word++)
        if (**word != '\0')
            g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", *word);
    tgp_text_wipe (g_steal_pointer (&fold));
    return g_string_free (out, FALSE);
}

static gboolean
begins (const TgpNamed *named, const char *wanted)
{
    char *text = named->text != NULL ? folded (named->text) : NULL;
    gboolean found = text != NULL && *wanted != '\0' && g_str_has_prefix (text, wanted);

    tgp_text_wipe (text);
    return found;
}

static TgpNamed *
find_text (TgpAccount *tgp, int32_t chat_id, const char *name, char **problem)
{
    g_autoptr (GPtrArray) all = tgp_named_all (tgp, chat_id);
    g_autofree char *wanted = folded (name);
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
                gboolean own, char **problem)
{
    int64_t number = quoted ? -1 : number_of (name);

    if (number >= 0)
        return find_number (tgp, chat_id, number, problem);
    if (!quoted && g_ascii_strcasecmp (name, "last") == 0)
        return find_last (tgp, chat_id, own, problem);
    return find_text (tgp, chat_id, name, problem);
}
