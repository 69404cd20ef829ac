/* Who is seen to look at what. */
#include "tgp-frontend.h"
#include "tgp-standing.h"

const char *__wrap_purple_core_get_ui (void);

const char *
__wrap_purple_core_get_ui (void)
{
    return "BitlBee";
}

const TgpLinesUi *
tgp_lines_pidgin (int *handle)
{
    return NULL;
}

const TgpLinesUi *
tgp_lines_finch (int *handle)
{
    return NULL;
}

const TgpLinesUi *
tgp_lines_history (int *handle)
{
    return NULL;
}

const TgpMediaUi *
tgp_media_pidgin (TgpMediaClicked *clicked)
{
    return NULL;
}

static gboolean
has_focus (PurpleConversation *conv)
{
    return FALSE;
}

static PurpleConversationUiOps blind, sees = { .has_focus = has_focus };
static PurpleConversation conv = { .type = PURPLE_CONV_TYPE_IM };

static unsigned
taken (TgpStanding *standing, int32_t chat_id)
{
    g_autoptr (GArray) ids = tgp_standing_take (standing, chat_id);

    return ids->len;
}

/* DECISIONS 23: where no focus is known nobody is seen to look, and nothing is kept for it, however much comes */
static void
nothing_is_kept_where_nobody_is_seen (void)
{
    TgpStanding *standing = tgp_standing_new ();

    conv.ui_ops = &blind;
    for (int64_t id = 1; id <= 100000; id++) {
        tgp_standing_add (standing, &conv, (int32_t)(id % 7), id);
        tgp_standing_add (standing, NULL, 7, id);
    }
    g_assert_null (tgp_standing_chats (standing));
    for (int32_t chat_id = 0; chat_id <= 7; chat_id++)
        g_assert_cmpuint (taken (standing, chat_id), ==, 0);
    tgp_standing_free (standing);
}

/* DECISIONS 23: else all that stands waits for a look, once, unless it goes */
static void
what_stands_waits_for_a_look (void)
{
    TgpStanding *standing = tgp_standing_new ();

    conv.ui_ops = &sees;
    for (int64_t id = 1; id <= 10; id++) {
        tgp_standing_add (standing, &conv, 1, id);
        tgp_standing_add (standing, &conv, 1, id);
        tgp_standing_add (standing, &conv, 2, id);
    }
    tgp_standing_drop (standing, 1, 3);
    tgp_standing_drop (standing, 3, 3);
    g_autoptr (GList) chats = tgp_standing_chats (standing);
    g_assert_cmpuint (g_list_length (chats), ==, 2);
    g_assert_cmpuint (taken (standing, 1), ==, 9);
    g_assert_cmpuint (taken (standing, 1), ==, 0);
    tgp_standing_drop_all (standing, 2);
    g_assert_cmpuint (taken (standing, 2), ==, 0);
    g_assert_null (tgp_standing_chats (standing));
    tgp_standing_free (standing);
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/purple/standing/nobody", nothing_is_kept_where_nobody_is_seen);
    g_test_add_func ("/purple/standing/look", what_stands_waits_for_a_look);
    return g_test_run ();
}
