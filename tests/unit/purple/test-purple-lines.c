/* Lines of a front end that draws them itself, as BitlBee does (FRONTENDS 3). */
#include "tgp-lines-private.h"

static GList *conversations;

GList *__wrap_purple_get_conversations (void);
gulong __wrap_purple_signal_connect (void *instance, const char *signal, void *handle,
                                     PurpleCallback func, void *data);
gulong __wrap_purple_signal_connect_priority (void *instance, const char *signal,
                                              void *handle, PurpleCallback func,
                                              void *data, int priority);
void __wrap_purple_signals_disconnect_by_handle (void *handle);

GList *
__wrap_purple_get_conversations (void)
{
    return conversations;
}

gulong
__wrap_purple_signal_connect (void *instance, const char *signal, void *handle,
                              PurpleCallback func, void *data)
{
    return 1;
}

gulong
__wrap_purple_signal_connect_priority (void *instance, const char *signal, void *handle,
                                       PurpleCallback func, void *data, int priority)
{
    return 1;
}

void
__wrap_purple_signals_disconnect_by_handle (void *handle)
{
}

static void
write_im (PurpleConversation *conv, const char *who, const char *message,
          PurpleMessageFlags flags, time_t when)
{
}

static PurpleConversationUiOps ops = { .write_im = write_im };
static PurpleConversation conv = { .type = PURPLE_CONV_TYPE_IM,
                                   .name = "secret1",
                                   .ui_ops = &ops };

static void
begin (void)
{
    conv.account = g_malloc0 (sizeof *conv.account);
    conversations = g_list_append (NULL, &conv);
    tgp_lines_connect (NULL, NULL, NULL, NULL);
}

static void
end (void)
{
    tgp_lines_disconnect ();
    g_clear_pointer (&conversations, g_list_free);
    g_clear_pointer (&conv.account, g_free);
}

/* SC-I3: of what is quoted there no copy is kept, however many lines quote; and of a message that goes it is
 * still known that a line has some of it */
static void
no_quote_is_kept_where_it_cannot_leave (void)
{
    begin ();
    for (int64_t id = 1; id <= 1000; id++) {
        tgp_lines_begin_own (&conv, id);
        tgp_lines_expect_quote (5000 + id % 10, "what was said");
        g_assert_true (tgp_lines_shown (&conv));
        tgp_lines_end ();
    }
    GPtrArray *all = tgp_lines_all (&conv);
    g_assert_cmpuint (all->len, ==, 1000);
    for (unsigned i = 0; i < all->len; i++) {
        const TgpLine *line = g_ptr_array_index (all, i);
        g_assert_null (line->quote);
        g_assert_true (line->answers);
    }
    g_assert_true (tgp_lines_remove (&conv, 6000));
    g_assert_false (tgp_lines_remove (&conv, 5003));
    end ();
}

/* SC-H10 DECISIONS 32: what was said there is known of the newest lines only, and of those that wait; of the others
 * it is known that they stand */
static void
old_lines_are_few (void)
{
    begin ();
    for (int64_t id = 1; id <= 10000; id++) {
        tgp_lines_begin_own (&conv, id);
        g_assert_true (tgp_lines_shown (&conv));
        tgp_lines_end ();
        if (id == 4000) {
            g_assert_true (tgp_lines_remove (&conv, -1)); /* all are known */
            g_assert_false (tgp_lines_remove (&conv, 4000));
        }
        if (id > 1)
            tgp_lines_mark (&conv, id, TALK_OWN_SENT);
    }
    const TgpLines *lines = tgp_lines_of (&conv, FALSE);
    g_assert_cmpuint (lines->all->len, >, 4000);
    g_assert_cmpuint (lines->all->len, <, 4200);
    g_assert_cmpuint (g_hash_table_size (lines->by_id), ==, lines->all->len);
    g_assert_true (tgp_lines_has (&conv, 1)); /* else it would be written again */
    g_assert_false (tgp_lines_has (&conv, 2));
    g_assert_true (tgp_lines_has (&conv, 6000));
    g_assert_false (tgp_lines_remove (&conv, 2)); /* it stands */
    g_assert_false (tgp_lines_remove_all (&conv));
    g_assert_true (tgp_lines_remove (&conv, 2)); /* that was said */
    end ();
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/purple/lines/no-quote", no_quote_is_kept_where_it_cannot_leave);
    g_test_add_func ("/purple/lines/old-lines", old_lines_are_few);
    return g_test_run ();
}
