/* People, and acts on them. */
#pragma once

#include "tg-core.h"

typedef struct {
    int64_t id;
    int64_t access_hash;
    char *first, *last, *username, *phone;
    gboolean contact, deleted;
    TalkPresence presence;
    int64_t last_seen;
    char *name;          /* what people see */
    gboolean told;       /* once in this process */
    unsigned event_turn; /* the turn in which it was told last */
    TgEffect *event;     /* of that turn */
} TgPeerData;

struct TgPeers {
    GHashTable *all;  /* id -> TgPeerData */
    TlMessage *crowd; /* an answer with many people, being taken */
    size_t crowd_at;
};

void tg_peers_init (TgClient *client);
/* On a worker: a person of a stored record, who is then taken, or freed with the record. */
void tg_peers_make_of (TgRecord *record, const TlObject *root);
void tg_peers_take_made (TgClient *client, TgRecord *record);
void tg_peers_take (TgClient *client, const TlVector *users); /* a few */
void tg_peers_take_one (TgClient *client, const TlObject *user);
void tg_peers_status (TgClient *client, int64_t id, const TlObject *status);
void tg_peers_fetch_contacts (TgClient *client);
void tg_peers_clear (TgClient *client);
void tg_peers_tick (TgClient *client, HostTime now); /* goes on with a long answer */
int64_t tg_peers_deadline (TgClient *client);
TgPeerData *tg_peer_find (TgClient *client, int64_t id);
void tg_peer_rename (TgClient *client, const ApiUpdateUserName *update);
void tg_peer_no_contact (TgClient *client, TgPeerData *peer);
void tg_fill_person (TgClient *client, const TgPeerData *data, TalkPerson *person);
