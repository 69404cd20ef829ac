/* People, and acts on them. */
#pragma once

#include "tg-core.h"
#include "tg-presence.h"

#define TG_PEOPLE_AT_ONCE 100 /* of an answer, in one turn (DECISIONS 32) */

typedef struct {
    int64_t id;
    int64_t access_hash;
    char *first, *last, *username, *phone;
    gboolean contact, deleted;
    TgPresence seen;
    /* Not stored: what the server said in this process. */
    unsigned whole : 1; /* the rest of this is known */
    unsigned bot : 1, verified : 1, support : 1, scam : 1, fake : 1;
    TalkBlocked blocked;
    int64_t photo;         /* 0 = none */
    int photo_dc;          /* where its bytes are */
    int64_t photo_refused; /* is not to be had, or is none */
    unsigned book;         /* the address book in which they were last */
    char *name;            /* what people see */
    gboolean told;         /* once in this process */
    unsigned event_turn;   /* the turn in which it was told last */
    TgEffect *event;       /* of that turn */
} TgPeerData;

struct TgPeers {
    GHashTable *all;    /* id -> TgPeerData */
    int64_t expires_at; /* mono: somebody's time online may be over; or HOST_NEVER */
};

void tg_peers_init (TgClient *client);
/* On a worker: a person of a stored record, who is then taken, or freed with the record. */
void tg_peers_make_of (TgRecord *record, const TlObject *root);
void tg_peers_take_made (TgClient *client, TgRecord *record);
void tg_peers_take (TgClient *client, const TlVector *users); /* a few */
void tg_peers_take_one (TgClient *client, const TlObject *user);
void tg_peers_status (TgClient *client, int64_t id, const TlObject *status);
void tg_peers_clear (TgClient *client);
void tg_peers_tick (TgClient *client, HostTime now); /* who was online is not any more */
int64_t tg_peers_deadline (TgClient *client);
TgPeerData *tg_peer_find (TgClient *client, int64_t id);
void tg_peer_rename (TgClient *client, const ApiUpdateUserName *update);
void tg_peer_no_contact (TgClient *client, TgPeerData *peer);
/* The user's own block list has that person, or not; told where it is news. */
void tg_peer_blocked (TgClient *client, int64_t id, gboolean blocked);
/* An act on that person that the user wanted, and was not done: told, by Telegram itself, where
 * it says so (MT-E21). */
void tg_tell_refused (TgClient *client, const MtError *error, TalkTrouble trouble,
                      int64_t user_id);
/* The server's time, in seconds. */
int64_t tg_server_time (TgClient *client);
void tg_fill_person (TgClient *client, const TgPeerData *data, TalkPerson *person);
