/* Commands about single messages: /secret messages, /delete, /reply, /quote. */
#include "tgp-command.h"

#include "tgp-begins.h"
#include "tgp-conv.h"
#include "tgp-ends.h"
#include "tgp-frontend.h"
#include "tgp-insert.h"
#include "tgp-lines.h"
#include "tgp-named.h"
#include "tgp-person.h"
#include "tgp-quote.h"
#include "tgp-text.h"
#include "tgp-write.h"

#include <string.h>

#define LISTED 10       /* messages, unless another number is asked for */
#define LISTED_MAX 50   /* at most */
#define BEGINNING 40    /* letters of each */
#define QUOTED_MAX 1000 /* letters that are quoted */

/* --- which there are --- */

/* A line that goes with its message. */
static void
list_one (TgpAccount *tgp, PurpleConversation *conv, int32_t chat_id,
          const TgpNamed *named)
{
    g_autofree char *who =
        named->message.outgoing ? NULL : tgp_chat_person (tgp, chat_id);
    g_autofree char *text = named->text != NULL && named->message.ttl == 0
                                ? tgp_quote_beginning (named->text, BEGINNING)
                                : NULL;
    g_autofree char *shown = text != NULL ? tgp_line_unforged (text, FALSE, NULL)
                                          : NULL; /* it may be broken */
    g_autofree char *line = tgp_words_named (&named->message, who, shown);

    tgp_lines_begin_about (conv, named->message.id);
    tgp_notice (conv, line);
    tgp_lines_end ();
}

char *
tgp_command_messages (TgpAccount *tgp, PurpleConversation *conv, const char *args)
{
    int64_t wanted = LISTED;
    char *end = NULL;

    if (*args != '\0')
        wanted = g_ascii_strtoll (args, &end, 10);
    if (wanted < 1 || (end != NULL && *end != '\0'))
        return tgp_words_misused (TGP_COMMAND_SECRET);
    int32_t chat_id = (int32_t)tgp_conv_peer (conv).id;
    g_autoptr (GPtrArray) all = tgp_named_all (tgp, chat_id);
    unsigned n = MIN ((unsigned)MIN (wanted, LISTED_MAX), all->len);
    if (n == 0)
        return g_strdup (tgp_words_no_messages ());
    for (unsigned i = all->len - n; i < all->len && tgp_conv_lives (conv); i++)
        list_one (tgp, conv, chat_id, g_ptr_array_index (all, i));
    return NULL;
}

/* --- /delete --- */

char *
tgp_command_delete (PurpleConversation *conv, const char *args)
{
    const char *rest = args;
    TgpAccount *tgp;
    int32_t chat_id;
    gboolean quoted;
    char *problem = NULL;

    if (!tgp_command_chat (conv, &tgp, &chat_id, &problem))
        return problem;
    if (tgp_command_is (args, "all")) {
        tgp_ends_ask_flush (tgp, chat_id);
        return NULL;
    }
    if (*args == '\0' || tgp_command_is (args, "last"))
        return tgp_command_report (tgp_ends_typed_delete (tgp, chat_id, 0));
    g_autofree char *first = tgp_begins_take (&rest, &quoted);
    if (quoted && *rest != '\0')
        return tgp_words_misused (TGP_COMMAND_DELETE);
    g_autoptr (TgpNamed) named = tgp_named_find (
        tgp, chat_id, *rest == '\0' ? first : args, quoted, TGP_LAST_OWN, &problem);
    if (named == NULL)
        return problem;
    if (named->message.outgoing)
        return tgp_command_report (
            tgp_ends_typed_delete (tgp, chat_id, named->message.id));
    tgp_ends_ask_delete_theirs (tgp, chat_id, named->message.id, named->message.number);
    return NULL;
}

/* --- /reply, /quote --- */

/* The message that is named first, and what follows: its text, or nothing. */
static TgpNamed *
take_named (TgpAccount *tgp, int32_t chat_id, const char **args, char **problem)
{
    gboolean quoted;
    g_autofree char *name = tgp_begins_take (args, &quoted);

    return tgp_named_find (tgp, chat_id, name, quoted, TGP_LAST_THEIRS, problem);
}

char *
tgp_command_reply (PurpleConversation *conv, const char *args)
{
    const char *text = args;
    TgpAccount *tgp;
    int32_t chat_id;
    gboolean quoted;
    char *problem = NULL;

    if (!tgp_command_chat (conv, &tgp, &chat_id, &problem))
        return problem;
    g_free (tgp_begins_take (&text, &quoted));
    if (*text == '\0')
        return tgp_words_misused (TGP_COMMAND_REPLY);
    g_autoptr (TgpNamed) named = take_named (tgp, chat_id, &args, &problem);
    if (named == NULL)
        return problem;
    g_autoptr (TalkSpans) spans = tgp_command_looks (args);
    tgp_write (
        tgp, chat_id,
        &(TalkTyped){ .text = args, .spans = spans, .reply_to = named->message.id });
    return NULL;
}

/* "> " before each of its lines; to be wiped. */
static char *
quoted_lines (const char *text)
{
    g_autofree char *start =
        g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), QUOTED_MAX));
    GString *out = g_string_new ("> ");

    for (const char *p = start; *p != '\0'; p++) {
        g_string_append_c (out, *p);
        if (*p == '\n')
            g_string_append (out, "> ");
    }
    if (strlen (start) < strlen (text))
        g_string_append (out, "\u2026");
    tgp_text_wipe (g_steal_pointer (&start));
    return g_string_free (out, FALSE);
}

char *
tgp_command_quote (PurpleConversation *conv, const char *args)
{
    TgpAccount *tgp;
    int32_t chat_id;
    char *problem = NULL;

    if (!tgp_command_chat (conv, &tgp, &chat_id, &problem))
        return problem;
    if (*args == '\0')
        return tgp_words_misused (TGP_COMMAND_QUOTE);
    g_autoptr (TgpNamed) named = take_named (tgp, chat_id, &args, &problem);
    if (named == NULL)
        return problem;
    if (named->message.ttl > 0) /* no copy outlives it */
        return tgp_words_not_quoted (named->message.number, TRUE);
    if (named->text == NULL)
        return tgp_words_not_quoted (named->message.number, FALSE);
    char *lines = quoted_lines (named->text);
    if (*args == '\0' && !tgp_insert (conv, lines))
        problem = tgp_words_quote_how (named->message.number);
    if (*args != '\0') {
        char *whole = g_strconcat (lines, "\n", args, NULL);
        g_autoptr (TalkSpans) looks = tgp_command_looks (args);
        g_autoptr (TalkSpans) spans =
            talk_spans_moved (looks, strlen (whole) - strlen (args));
        tgp_write (tgp, chat_id, &(TalkTyped){ .text = whole, .spans = spans });
        tgp_text_wipe (whole);
    }
    tgp_text_wipe (lines);
    return problem;
}
