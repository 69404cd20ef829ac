/* The table of net-refusal.h. */
#include "net-refusal.h"

NetRefusal
net_refusal_of (const MtError *error)
{
    if (error->code == 303 && (g_str_equal (error->type, "FILE_MIGRATE") ||
                               g_str_equal (error->type, "STATS_MIGRATE")))
        return NET_REFUSAL_FILE;
    if (error->code == 303 && (g_str_equal (error->type, "USER_MIGRATE") ||
                               g_str_equal (error->type, "NETWORK_MIGRATE") ||
                               g_str_equal (error->type, "PHONE_MIGRATE")))
        return NET_REFUSAL_HOME;
    if (error->code == 406 && g_str_equal (error->type, "AUTH_KEY_DUPLICATED"))
        return NET_REFUSAL_KEY;
    return error->code == 401 ? NET_REFUSAL_LOGIN : NET_REFUSAL_NONE;
}

MtError
net_refusal_moved (int to)
{
    return (MtError){
        .code = 303, .type = "USER_MIGRATE", .number = to, .text = "USER_MIGRATE"
    };
}
