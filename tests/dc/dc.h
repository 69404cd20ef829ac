/* The loopback data centre as a machine without I/O: the server of the flow tests (in
 * process), of TDLib in the interop tests and of ./run demo (tests/dc/dc-main.c adds
 * sockets).
 *
 * It reuses crypto, tl and its own small encoders; it knows nothing of plugin/.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct Dc Dc;
typedef struct DcConn DcConn;

typedef struct {
    /* Bytes for that connection; `user` is the connection's. */
    void (*send) (void *user, const uint8_t *data, size_t len);
    void (*close) (
        void *user); /* the server drops it; dc_conn_free() follows by the caller */
} DcConnOps;

typedef struct {
    int dc; /* 2 */
    gboolean test;
    const char *key_pem; /* RSA private key, PEM text; NULL = makes one (slow) */
    int64_t (*wall_ms) (void *user);                           /* NULL = real time */
    gboolean (*random) (void *user, uint8_t *out, size_t len); /* NULL = system */
    void (*log) (void *user, const char *line); /* NULL = silent; login codes come here */
    void *user;
} DcConfig;

Dc *dc_new (const DcConfig *config);
void dc_free (Dc *dc);
/* RSA public key as PEM, newly allocated. */
char *dc_public_key (Dc *dc);

DcConn *dc_conn_new (Dc *dc, const DcConnOps *ops, void *user);
void dc_conn_free (DcConn *conn);
/* One more address: of another data centre, or of the home one for files alone. The config
 * tells of it. */
void dc_add_site (Dc *dc, int number, gboolean media, int port);
void dc_set_ipv6 (Dc *dc, int port); /* that one is at ::1 */
gboolean dc_has_port (const Dc *dc, int port);
/* A connection to that address (an unknown one: the home data centre's), of a client that is
 * judged: the wrong number in its header is refused, and what no honest client does kept. */
DcConn *dc_conn_new_at (Dc *dc, int port, const DcConnOps *ops, void *user);
/* The first thing that no honest client does, in words; NULL: none. */
const char *dc_fault (Dc *dc);
void dc_conn_receive (DcConn *conn, const uint8_t *data, size_t len);
/* Runs what is due (delayed deliveries); ms until the next, or -1. */
int64_t dc_tick (Dc *dc);

/* People. Phones are digits; users made here are known by everybody's getContacts until
 * dc_remove_contact(). */
int64_t dc_add_user (Dc *dc, const char *phone, const char *first, const char *last);
void dc_remove_contact (Dc *dc, int64_t owner, int64_t user);
void dc_set_port (Dc *dc, int port); /* told to clients in the config */

/* One line of text commands, as typed on the control socket; see tests/dc/README.md:
 *   error METHOD N CODE TEXT   answer the N-th next call of METHOD so (0 = every); METHOD may
 *                              be msgs_state_req, CODE then that of a bad_msg_notification
 *   drop METHOD N              carry it out, lose the answer
 *   drop-delivery CHAT N [TO]  do not deliver the N-th next encrypted message of CHAT
 *   delay METHOD MS            answer late
 *   duplicate CHAT N [TO]      deliver it twice
 *   hold CHAT [TO]             keep its encrypted messages back
 *   release CHAT [TO]          and deliver them
 *   disconnect USER            cut the user's connections
 *   forget-session USER        new_session_created at the next message
 *   unique N                   every new session has this unique_id (0 = each its own)
 *   swap USER USER             each has the other's number and logins
 *   salt USER                  another salt from now on
 *   lives SECONDS              temporary keys made from now on end then; 0 = as asked
 *   destroying WHAT            destroy_auth_key: true, none, fail, result, silence
 *   lose-temporary USER        the temporary keys are not known any more
 *   lose-keys USER             nor are the permanent ones
 *   recall-keys USER           the permanent ones are known again
 *   password USER TEXT         two-step verification
 *   code KIND [PART]           how login codes go out
 *   resend SECONDS             they can go out again after so long
 *   new-login USER             the user's other devices are told of the newest
 *   terms TEXT                 there are new terms of service
 *   tokens SECONDS             how long a QR code to log in by lives
 *   scan USER                  the user scans the QR code that is shown
 *   profile USER WHAT VALUE    picture FILE or none; picture-dc N; status KIND [SECONDS];
 *                              username, about, first, scam yes
 *   message FROM TO TEXT       an ordinary (cloud) message; message-whole: not the short form
 *   forget USER WHO            another device of USER deletes that contact
 *   blocks USER WHO yes|no     another device of USER blocks WHO, by an update with a seq
 *   mood WHAT PERCENT          late, twice, lost, packed, missed, again, fault, flood: what may
 *                              become of each answer, update and call (README.md)
 *   attach DC PRINT PATH       the next secret message has that file; uploads DC: where they lie
 *   files WHAT                 true, short, long, gone: how they are served
 *   slice N                    getDifference answers in slices of N messages; 0 = all
 *   hostile USER updates N     N updates of 160 kB that are 64 MB, in one container
 *   hostile USER requests N    N strangers ask for a chat; every other takes it back
 *   difference KIND            true, endless, large, frame (unpacked): what getDifference answers
 *   picture USER               the number of their picture
 *   home USER N                lives at data centre N from now on
 *   imposter USER              logins that are carried elsewhere are USER's; none: true
 *   carried WHAT               what they are like: unnamed, large, true
 *   lose-login N, lose-key N   at data centre N nobody is logged in; no key is known
 *   secret-port PORT           an address that wants its secret
 *   tell config|options        everybody hears that these have changed
 *   dead PORT yes|no           an address that cuts every connection
 *   deny PORT yes|no           an address that says -404 to every packet
 *   addresses absurd|true      the config has some that are none, at port 7, too
 *   updates everywhere|true    updates go to every session, also one that asked for none
 *   addresses lies             it has none that lead anywhere, for all data centres
 *   fault                      the first thing that no honest client does
 *   reset                      undo all switches
 *   stats                      counts by method
 * Returns the answer text, newly allocated ("ok", or "error: ..."). */
char *dc_control (Dc *dc, const char *line);

/* The memory of the data centre, for another day: people, keys, chats, what waits, and
 * the time; not connections, sessions and switches. Loading adds to what is there (people
 * by their phone); the clock is the caller's. */
void dc_save (Dc *dc, GKeyFile *file);
void dc_load (Dc *dc, GKeyFile *file);
