/* What the net's files share. Each calls only those below it; what it has to tell a higher
 * one it marks, and net.c acts on it at the input's end.
 *
 *   net.c     inputs and their end, calls, what ends what
 *   net-dc.c  one data centre: addresses, key, sessions by lane
 */
#pragma once

#include "mt-key.h"
#include "net.h"

typedef struct NetDc NetDc;

/* One lane of a data centre: its session, where it has one, and that session's connection. */
typedef struct {
    NetDc *dc;
    NetLane lane;
    MtSession *session; /* NULL: not in use */
    GArray *addresses;  /* MtAddress, as the session was given them */
} NetLine;

struct NetDc {
    Net *net;
    int dc;
    MtKey *key;
    NetLine lines[NET_LANES];
};

struct Net {
    NetConfig config;
    const NetOps *ops;
    void *user;
    int home;
    gboolean logged_in;
    NetDc dcs[NET_DC_MAX + 1];
};

struct NetCall {
    NetLine *line;
    MtCall *call;
    MtAnswerFunc func;
    void *user;
};

/* net-dc.c */
void net_dc_init (Net *net, int dc);
void net_dc_clear (NetDc *dc);
/* Somewhere to connect to. */
gboolean net_dc_is_known (Net *net, int dc);
/* The lane's session, made if there is none; FALSE: it has no address. */
gboolean net_dc_open (NetLine *line);
/* Its calls fail with LOCAL_CLOSED; the key stays. Not from inside its session. */
void net_dc_close (NetLine *line);
/* And its record. */
void net_dc_forget_key (NetDc *dc);
