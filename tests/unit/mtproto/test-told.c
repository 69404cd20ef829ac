/* What those who are told an answer do to other calls, from inside it. */
#include "mt-bench.h"

typedef struct Dear Dear;
struct Dear {
    MtBench *bench;
    MtCall *call; /* NULL: none is out */
    Dear *cancels;
    gboolean again; /* asks again, whatever is answered */
    unsigned answers;
};

static void dear_ask (Dear *dear, MtCallFlags flags);

static void
dear_cb (void *user, TlMessage *answer, const MtError *error)
{
    Dear *dear = user;

    dear->call = NULL;
    dear->answers++;
    if (dear->cancels != NULL && dear->cancels->call != NULL)
        mt_session_cancel (dear->bench->session, g_steal_pointer (&dear->cancels->call));
    if (dear->again)
        dear_ask (dear, MT_CALL_DROPPABLE);
}

static void
dear_ask (Dear *dear, MtCallFlags flags)
{
    ApiMessagesGetDhConfig request = TL_NEW (ApiMessagesGetDhConfig, .version = 1);

    dear->call = mt_session_call (dear->bench->session, TL_OBJ (&request), flags, dear_cb,
                                  dear, NULL);
}

/* MT-D42 MT-E13: who is told that a call came to nothing may cancel others, which are told
 * nothing, and ask again, which is for another input to judge */
static void
answers_cancel_others (void)
{
    for (int flood = 0; flood < 2; flood++) {
        g_autoptr (MtBench) b = mb_ready ();
        Dear dears[5] = { 0 };
        mb_give_pong (b);
        if (flood) {
            mb_call (b, 1, MT_CALL_PATIENT);
            mb_answer_error (b, mb_find_call (b, 1), 420, "FLOOD_WAIT_300");
        } else {
            mt_session_closed (b->session, 0, b->now);
        }
        for (unsigned i = 0; i < G_N_ELEMENTS (dears); i++) {
            dears[i].bench = b;
            dear_ask (&dears[i], MT_CALL_DROPPABLE);
        }
        dears[0].cancels = &dears[1];
        dears[2].cancels = &dears[4];
        dears[3].again = TRUE;
        mb_flush (b);
        for (unsigned i = 0; i < G_N_ELEMENTS (dears); i++)
            g_assert_cmpuint (dears[i].answers, ==, i == 1 || i == 4 ? 0 : 1);
        dears[3].again = FALSE;
        mb_advance (b, 1);
        mb_flush (b);
        g_assert_cmpuint (dears[3].answers, ==, 2);
    }
}

int
main (int argc, char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/told/answers_cancel_others", answers_cancel_others);
    return g_test_run ();
}
