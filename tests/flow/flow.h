/* Stories: people with clients in one world, told in sentences.
 *
 * Every person writes down what the glue would have been told, one line an event; tests
 * wait for lines and compare them. A person can die and come back from their directory.
 */
#pragma once

#include "fake-host.h"
#include "tg-client-held.h"
#include "tg-client.h"

typedef struct Flow Flow;

typedef struct Person Person;

struct Person {
    Flow *flow;
    void (*hook) (Person *person, const TalkEvent *event); /* before the rest hears it */
    void *hook_user;
    char *phone;
    char *name;
    char *directory;
    int64_t id;
    FakeHost *host;
    TgClient *client; /* NULL: not running */
    GString *told;    /* lines of events */
    GPtrArray *texts; /* every shown message's text, in order, once */
    GArray *ids;      /* int64_t of every shown message */
    int32_t chat;     /* the newest secret chat */
    TalkState state;
    TalkClosed closed;
    gboolean online, offline;
    gboolean stays; /* the host does not switch it on again by itself */
    TalkWait waits; /* what stands in the progress, if anything */
    int64_t waits_seconds;
    unsigned question; /* the attempt of that of a lost login, or of any that is slow */
    unsigned connects; /* of earlier lives */
    char *answer;      /* to the code question; NULL = 12345 */
    char *password;    /* to the password question */
    gboolean slow;     /* answers nothing by itself, but `question` */
    gboolean accept;   /* says yes to chat requests */
    gboolean typing_actions;
    gboolean test_dc; /* of the test environment */
    gboolean blind;   /* no line comes into being */
};

struct Flow {
    World *world;
    FakeHost *keeper; /* who switches accounts on again */
    char *directory;  /* temporary */
    char *key_file;
    GPtrArray *people;
};

/* A world with Alice and Bob, who know each other. The seed is printed. */
Flow *flow_new (uint64_t seed);
void flow_free (Flow *flow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flow, flow_free)
Person *flow_person (Flow *flow, unsigned i); /* 0 = Alice, 1 = Bob */
/* The same account once more, with a store of its own. */
Person *flow_second_device (Flow *flow, const Person *person);
void flow_log_in (Person *person);
/* Alice and Bob with a secret chat that is ready; Bob accepts. */
Flow *flow_with_chat (uint64_t seed);

void person_start (Person *person);
void person_stop (Person *person);               /* an orderly end */
unsigned person_connects (const Person *person); /* connections asked for, all told */
/* Waits until the person was told `line` (a whole line, or a prefix ending in '*');
 * forgets the lines up to it. The test fails after a minute of virtual time. */
void person_hears (Person *person, const char *line);
/* The person has been told no such line since. */
void person_never_heard (Person *person, const char *line);
/* What a person who is slow types at last; NULL: they leave the login. */
void person_answers (Person *person, const char *text);
/* The code that was mailed to them last; valid until the next call. */
const char *person_mailed (Person *person);
/* Asks for a secret chat; its id. */
int32_t person_starts (Person *person, Person *other);
int64_t person_says (Person *person, const char *text);
/* Sees everything that was shown. */
void person_reads (Person *person);
TalkSecret person_info (Person *person);
void flow_control (Flow *flow, const char *line);
void flow_wait (Flow *flow, int64_t ms);

/* So many bytes of a file, each time the same; g_free() them. */
uint8_t *flow_bytes (size_t len);
