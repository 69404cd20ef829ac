/* A net and three data centres in one process, under a clock of its own: nothing else of a
 * client. What happens on each line is counted, and what nobody honest does fails the test. */
#pragma once

#include "any-store.h"
#include "dc.h"
#include "net.h"

#define PORT_HOME 1  /* data centre 2 */
#define PORT_FILES 2 /* its addresses for files */
#define PORT_OTHER 4 /* data centre 4 */

typedef struct NetBench NetBench;

typedef struct {
    NetBench *bench;
    DcConn *conn;
    int port; /* 0: none */
    gboolean opened, cut;
    GByteArray *up, *down, *all; /* all: that ever went up */
    size_t heard;                /* bytes that came down */
    gboolean mute;               /* nothing goes on it; that is not told to anybody */
} NetWire;

struct NetBench {
    HostTime now;
    Dc *dc;
    Net *net;
    GArray *keys, *addresses;
    GPtrArray *hosts;
    GBytes *header;
    StoreBatch *batch; /* of the net that runs */
    AnyStore *store;
    NetWire wires[NET_LINES];
    unsigned connects[8]; /* by port */
    unsigned failed;      /* ends of the account */
    unsigned updates;     /* that were told */
    unsigned given_up;    /* ends of net_give_up() */
    int home;             /* of the next net */
    int given; /* port of the address that the user gave; 0: these are built in */
    NetAddress built_in;
    gboolean only;
    gboolean nobody; /* the next process has keys, and no login */
    int moved;
    int64_t own_id, own_hash;
    int rate;         /* bytes a ms that go up, over all lines; 0 = no limit */
    unsigned answers; /* of nb_ask_file(), all told */
    int code;         /* of the last one; 0 = a file */
    size_t len;       /* and its length */
    char *picture;    /* file */
    gboolean faulty;  /* as it should be */
};

/* Logged in at data centre 2; the person's picture is at `dc`. `files`: home has addresses
 * for files. */
NetBench *nb_new (int dc, gboolean files);
void nb_free (NetBench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NetBench, nb_free)
/* What the net wants to have written is in the store. */
void nb_store (NetBench *bench);
/* The process ends; another one begins, with what was stored. */
void nb_restart (NetBench *bench);
/* Of how many data centres there is a key in it, with what is to be written. */
unsigned nb_keys_stored (NetBench *bench);
void nb_run (NetBench *bench, int64_t ms);
void nb_control (NetBench *bench, const char *line);
/* The same of hours and days: where nothing is on its way, some seconds are one step. */
void nb_pass (NetBench *bench, int64_t ms);
/* What went up there comes once more, on another connection, while the first one stands. */
void nb_twin (NetBench *bench, int line);
/* Asks `dc` for the picture. */
NetCall *nb_ask_file (NetBench *bench, int dc, NetLane lane);
/* And waits for what is told: 0, or the code of an error. */
int nb_file (NetBench *bench, int dc, NetLane lane);
unsigned nb_count (NetBench *bench, const char *method); /* calls of it, all told */
