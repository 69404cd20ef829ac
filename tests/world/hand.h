/* A side of a re-keying played by hand, message by message, where it shall do what no
 * client of ours would. */
#pragma once

#include "forge.h"

SecretKey *key_of (End *end);
int64_t fingerprint_of (GBytes *wire);
/* A Noop from `from`, with the numbers that fit, under another key. */
void send_noop (World *w, End *from, const SecretKey *key);
void request_key (World *w, End *from, int64_t id, const uint8_t g_a[static 256]);
void accept_key (World *w, End *from, int64_t id, const uint8_t g_b[static 256],
                 int64_t fingerprint);
void commit_key (World *w, End *from, int64_t id, int64_t fingerprint);
void abort_key (World *w, End *from, int64_t id);
/* The newest message on an end's wire, if it is this action; else NULL. */
TlMessage *newest_action (End *end, uint32_t id, const TlObject **action);
/* How many of an end's messages on the wire are this action, as far as they open. */
unsigned count_actions (End *end, uint32_t id);
/* What waits at an end goes out; nothing arrives. */
void send_all (End *end);
/* Alice, by hand, asks Bob for a new key: the key that both have then, as Bob's answer
 * tells it. */
SecretKey hand_request (World *w, int64_t id);
