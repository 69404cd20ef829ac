/* The end of all keys: the account was logged out, and nothing of it is to stay at the servers
 * (MT-C34). Each is asked under the permanent key itself, by a session that does nothing else;
 * one that does not answer soon has a key that nobody knows any more. */
#include "net-private.h"

#define WITHIN 10000 /* ms for all of them: somebody waits for it */

void
net_end_begin (Net *net)
{
    net->ending = TRUE;
    net->end.wanted = TRUE;
    net->end.until = net->now.mono + WITHIN;
    for (int dc = 1; dc <= NET_DC_MAX; dc++)
        net->end.keys[dc] = mt_key_take_out (net->dcs[dc].key);
}

/* The lines so far are closed: two of one key to the same addresses are one too many (MT-B31). */
static void
begin (Net *net)
{
    net->end.begun = TRUE;
    for (int number = 1; number <= NET_DC_MAX; number++)
        for (int lane = 0; lane < NET_LANES; lane++)
            net_dc_close (&net->dcs[number].lines[lane]);
    for (int number = 1; number <= NET_DC_MAX; number++)
        if (net->end.keys[number] != NULL &&
            !net_dc_open_last (&net->dcs[number], net->end.keys[number]))
            g_clear_pointer (&net->end.keys[number], mt_key_unref);
}

gboolean
net_end_step (Net *net)
{
    gboolean over = net->end.until <= net->now.mono;
    int left = 0;

    if (!net->end.begun)
        begin (net);
    for (int number = 1; number <= NET_DC_MAX; number++) {
        NetLine *line = &net->dcs[number].lines[NET_MAIN];
        if (net->end.keys[number] == NULL)
            continue;
        if (over || line->fails || mt_session_key_is_destroyed (line->session)) {
            g_debug ("[dc%d] the key is given up%s", number, over ? ", unheard" : "");
            net_dc_close (line);
            g_clear_pointer (&net->end.keys[number], mt_key_unref);
        } else {
            left++;
        }
    }
    return left == 0;
}

int64_t
net_end_deadline (const Net *net)
{
    return net->end.wanted ? net->end.until : HOST_NEVER;
}

void
net_end_clear (Net *net)
{
    for (int dc = 1; dc <= NET_DC_MAX; dc++)
        g_clear_pointer (&net->end.keys[dc], mt_key_unref);
}
