/* What a chat's states let happen: early messages, every update in every state, the end,
 * and what is left in memory and store. */
#include "forge.h"

#include <string.h>

/* --- scanning memory and store --- */

#define DRAWS_MAX 16

/* Remembers every number of 256 bytes that was drawn. */
typedef struct {
    const CryptoRandom *behind;
    uint8_t drawn[DRAWS_MAX][256];
    unsigned n;
} Spy;

static gboolean
spying (void *user, uint8_t *out, size_t len)
{
    Spy *spy = user;

    if (!crypto_random_fill (spy->behind, out, len))
        return FALSE;
    if (len == 256 && spy->n < DRAWS_MAX)
        memcpy (spy->drawn[spy->n++], out, len);
    return TRUE;
}

typedef struct {
    const uint8_t *secret;
    unsigned found;
} Search;

static void
search_cb (StoreKey key, const uint8_t *value, size_t len, void *user)
{
    Search *search = user;
    search->found += memmem (value, len, search->secret, 32) != NULL;
}

/* How often the 32 bytes of `secret` (of a toy key the last) lie in the chat's memory or
 * records. */
static unsigned
traces (End *end, const uint8_t *secret)
{
    Search search = { secret, 0 };

    for (int kind = STORE_ACCOUNT; kind <= STORE_EARLY; kind++)
        g_assert_true (any_store_each (end->store, (StoreKind)kind, TRUE, 0, search_cb,
                                       &search, NULL));
    return search.found +
           (memmem (end->chat, sizeof *end->chat, secret, 32) != NULL ? 1 : 0);
}

/* As the exponent is made of what was drawn: the world's server sends 1, 2, 3, 0, 0 ... */
static const uint8_t *
exponent_of (Spy *spy, unsigned n, gboolean mixed)
{
    uint8_t *exponent = spy->drawn[n];

    for (uint8_t k = 0; mixed && k < 3; k++)
        exponent[k] ^= (uint8_t)(k + 1);
    return exponent + (mixed ? 0 : 32);
}

/* SC-A5 SC-F20: every agreement has an exponent of its own, and none is left behind; an
 * old key goes from memory and store, too */
static void
exponents_are_fresh_and_leave_no_trace (World *w)
{
    Spy spies[2] = { 0 };
    End *alice = w->alice, *bob = w->bob;
    CryptoRandom randoms[2];
    uint8_t first[256], hash[36];

    for (int i = 0; i < 2; i++) {
        spies[i].behind = &w->random;
        randoms[i] = (CryptoRandom){ spying, &spies[i] };
        w->ends[i].env.random = &randoms[i];
    }
    end_asks (w->alice);
    server_answers (alice);
    const uint8_t *a = exponent_of (&spies[0], 0, TRUE);
    g_assert_cmpuint (traces (alice, a), ==, 2); /* the scan finds what is there */
    server_answers (alice);
    server_delivers (bob);
    server_answers (bob);
    const uint8_t *b = exponent_of (&spies[1], 0, TRUE);
    g_assert_cmpint (end_info (bob).state, ==, TALK_STATE_ACCEPTING);
    g_assert_cmpuint (traces (bob, b), ==, 0); /* as soon as the key is there */
    world_run (w);
    for (int i = 0; i < 2; i++) {
        g_assert_cmpint (end_info (&w->ends[i]).state, ==, TALK_STATE_READY);
        g_assert_cmpuint (traces (&w->ends[i], a), ==, 0);
        g_assert_cmpuint (traces (&w->ends[i], b), ==, 0);
    }
    memcpy (first, alice->chat->keys.now.key, 256);
    memcpy (hash, end_info (alice).key_hash, 36);
    g_assert_cmpuint (traces (alice, first + 224), ==, 2);
    for (int n = 0; n < 3; n++) {
        End *asks = &w->ends[n % 2];
        uint8_t old[256];
        memcpy (old, asks->chat->keys.now.key, 256);
        secret_chat_rekey (asks->chat, w->now);
        end_turn (asks);
        const uint8_t *own = exponent_of (&spies[n % 2], spies[n % 2].n - 1, FALSE);
        g_assert_cmpuint (traces (asks, own), ==, 2);
        for (int i = 0; asks->chat->rekey.step == SECRET_REKEY_A_ASKED; i = 1 - i) {
            server_answers (&w->ends[i]);
            server_delivers (&w->ends[1 - i]);
        }
        g_assert_cmpint (asks->chat->rekey.step, ==, SECRET_REKEY_A_DONE);
        g_assert_cmpuint (traces (asks, own), ==, 0); /* the key is there */
        world_run (w);
        for (int i = 0; i < 20; i++) { /* one exchange in 20 messages (SC-M23) */
            end_says (alice, "x");
            end_says (bob, "x");
            world_run (w);
        }
        g_assert_false (end_info (alice).rekeying);
        for (int i = 0; i < 2; i++)
            g_assert_cmpuint (traces (&w->ends[i], old + 224), ==, 0);
    }
    g_assert_cmpuint (spies[0].n, ==, 4);
    g_assert_cmpuint (spies[1].n, ==, 4);
    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        g_assert_cmpuint (traces (end, first + 224), ==, 0);
        g_assert_cmpmem (end_info (end).key_hash, 36, hash, 36);
        for (unsigned k = 0; k < 8; k++) {
            const uint8_t *one = spies[k / 4].drawn[k % 4];
            g_assert_cmpuint (traces (end, one + 32), ==, 0);
            for (unsigned l = 0; l < k; l++)
                g_assert_cmpint (memcmp (one + 3, spies[l / 4].drawn[l % 4] + 3, 253), !=,
                                 0);
        }
    }
}

/* SC-A5: an attempt that ends leaves no exponent either */
static void
a_failed_attempt_leaves_no_trace (void)
{
    for (int how = 0; how < 3; how++) {
        g_autoptr (World) w = world_new (2, WORLD_TOY);
        End *alice = w->alice;
        Spy spy = { &w->random, { { 0 } }, 0 };
        CryptoRandom random = { spying, &spy };
        alice->env.random = &random;
        w->bob->thinks = TRUE;
        end_asks (w->alice);
        world_run (w);
        const uint8_t *a = exponent_of (&spy, 0, TRUE);
        g_assert_cmpuint (traces (alice, a), ==, 2);
        if (how == 0)
            secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, w->now);
        else if (how == 1)
            secret_chat_reject (w->bob->chat, w->now);
        else
            secret_chat_update (
                alice->chat,
                &(SecretRemote){ .state = SECRET_REMOTE_CHAT,
                                 .id = w->server.chat_id,
                                 .g_a_or_b = TL_BYTES (w->server.g_a->data, 256) },
                w->now);
        world_run (w);
        g_assert_cmpint (end_info (alice).state, ==, TALK_STATE_CLOSED);
        g_assert_cmpuint (traces (alice, a), ==, 0);
        alice->env.random = &w->random;
    }
}

/* --- states and updates --- */

typedef enum { KEEPS, WAITS, BAD_KEY, BY_PEER, DECLINED, ELSEWHERE, PURGED } Effect;

static End *
in_state (World *w, unsigned column)
{
    End *alice = w->alice, *bob = w->bob;

    bob->thinks = column == 3;
    end_asks (w->alice);
    if (column == 0) /* asked for the group */
        return alice;
    server_answers (alice);
    if (column == 1) /* asked for the chat */
        return alice;
    server_answers (alice);
    if (column == 2)
        return alice; /* waiting */
    server_delivers (bob);
    if (column == 3)
        return bob; /* requested */
    server_answers (bob);
    if (column == 4 && server_call (bob, 0) != NULL)
        return bob; /* accepting, and the key is there */
    world_run (w);
    end_says (bob, "history");
    world_run (w);
    if (column < 7)
        return column == 5 ? alice : bob; /* ready */
    secret_chat_close (alice->chat, FALSE, TALK_CLOSED_BY_US, w->now);
    end_turn (alice); /* closed, and the server has not heard of it */
    return alice;
}

/* SC-A20 SC-A21 SC-A25: what the server says of a chat, in every state: what is not a
 * legal move changes nothing, neither the state nor a number nor the key */
static void
every_update_in_every_state (void)
{
    static const Effect effects[8][6] = {
        /* empty, waiting, requested, chat (with a wrong key), discarded, and history */
        { KEEPS, KEEPS, KEEPS, KEEPS, DECLINED, DECLINED },     /* asking: no number */
        { KEEPS, WAITS, KEEPS, BAD_KEY, DECLINED, DECLINED },   /* asking */
        { KEEPS, KEEPS, KEEPS, BAD_KEY, DECLINED, DECLINED },   /* waiting */
        { KEEPS, KEEPS, KEEPS, KEEPS, ELSEWHERE, ELSEWHERE },   /* requested */
        { KEEPS, KEEPS, KEEPS, BAD_KEY, ELSEWHERE, ELSEWHERE }, /* accepting */
        { KEEPS, KEEPS, KEEPS, KEEPS, BY_PEER, PURGED },        /* ready, creator */
        { KEEPS, KEEPS, KEEPS, KEEPS, BY_PEER, PURGED },        /* ready, other side */
        { KEEPS, KEEPS, KEEPS, KEEPS, KEEPS, PURGED },          /* closed by us */
    };
    static const uint8_t number[256] = { 0x40, [255] = 5 };

    for (unsigned state = 0; state < 8; state++)
        for (unsigned update = 0; update < 6; update++) {
            g_autoptr (World) w = world_new (3, WORLD_TOY);
            End *end = in_state (w, state);
            SecretRemote remote = { .state = (SecretRemoteState)MIN (update, 4),
                                    .id = end->chat->id,
                                    .access_hash = 5,
                                    .date = 6,
                                    .admin_id = 1002, /* swapped (SC-A21) */
                                    .participant_id = 1001,
                                    .g_a_or_b = TL_BYTES (number, 256),
                                    .key_fingerprint = 7,
                                    .history_deleted = update == 5 };
            TalkSecret before = end_info (end);
            SecretKey key = end->chat->keys.now;
            unsigned calls = end->calls.length;
            unsigned notes = g_hash_table_size (end->chat->notes.table);
            g_test_message ("state %u, update %u", state, update);
            g_free (end_events (end));
            secret_chat_update (end->chat, &remote, w->now);
            end_turn (end);
            TalkSecret after = end_info (end);
            g_assert_cmpint (after.outgoing, ==, before.outgoing);
            g_assert_cmpint (after.user_id, ==, before.user_id);
            g_autofree char *events = end_events (end);
            switch (effects[state][update]) {
            case KEEPS:
                g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
                g_assert_cmpmem (&key, sizeof key, &end->chat->keys.now, sizeof key);
                g_assert_cmpuint (end->calls.length, ==, calls);
                g_assert_cmpstr (events, ==, "");
                break;
            case WAITS:
                g_assert_cmpint (after.state, ==, TALK_STATE_WAITING);
                break;
            case BAD_KEY:
                g_assert_cmpint (after.closed, ==, TALK_CLOSED_BAD_KEY);
                break;
            case BY_PEER:
                g_assert_cmpint (after.closed, ==, TALK_CLOSED_BY_PEER);
                g_assert_cmpuint (g_hash_table_size (end->chat->notes.table), ==, notes);
                break;
            case DECLINED: /* and there is no history */
                g_assert_cmpint (after.closed, ==, TALK_CLOSED_DECLINED);
                g_assert_false (after.gone);
                g_assert_null (strstr (events, "flushed"));
                break;
            case ELSEWHERE:
                g_assert_cmpint (after.closed, ==, TALK_CLOSED_ELSEWHERE);
                break;
            case PURGED:
                g_assert_cmpint (after.state, ==, TALK_STATE_CLOSED);
                g_assert_nonnull (strstr (events, "flushed 1 peer"));
                g_assert_cmpuint (g_hash_table_size (end->chat->notes.table), ==, 0);
                break;
            }
            if (state == 7) /* the word to the server is still owed */
                g_assert_true (end->chat->handshake.discard_pending);
            else if (after.closed == TALK_CLOSED_BY_PEER ||
                     after.closed == TALK_CLOSED_DECLINED ||
                     after.closed == TALK_CLOSED_ELSEWHERE) /* nothing is sent back */
                g_assert_false (end->chat->handshake.discard_pending);
            end_restarts (end, NULL, NULL);
            g_assert_cmpint (end_info (end).state, ==, after.state);
            g_assert_cmpint (end_info (end).outgoing, ==, after.outgoing);
        }
}

/* SC-A23: the first word of both sides */
static void
notify_layer_comes_first (World *w)
{
    for (int i = 0; i < 2; i++) {
        End *end = &w->ends[i];
        size_t len;
        const uint8_t *data = g_bytes_get_data (end->wire->pdata[0], &len);
        g_autoptr (TlMessage) message =
            forge_opens (end->chat, i == 0, TL_BYTES (data, len));
        const SecretDecryptedMessageLayer *layer =
            TL_AS (tl_message_root (message), SecretDecryptedMessageLayer);
        const SecretDecryptedMessageService *service =
            TL_AS (layer->message, SecretDecryptedMessageService);
        g_assert_cmpint (layer->out_seq_no, ==, i == 0 ? 1 : 0);
        g_assert_cmpint (service->action->id, ==,
                         SecretDecryptedMessageActionNotifyLayer_ID);
    }
}

/* --- before it begins --- */

/* SC-A22 SC-J10: a message that overtakes the chat waits for it, also over a restart, and
 * is shown once */
static void
early_messages_wait_for_the_chat (World *w)
{
    End *alice = w->alice, *bob = w->bob;

    end_asks (w->alice);
    server_answers (alice);
    server_answers (alice);
    server_delivers (bob);
    server_answers (bob);
    GByteArray *g_b = g_byte_array_new ();
    g_byte_array_append (g_b, server_call (bob, 0)->u.accept.g_b, 256);
    int64_t fingerprint = server_call (bob, 0)->u.accept.key_fingerprint;
    SecretRemote ready = { .state = SECRET_REMOTE_CHAT,
                           .id = w->server.chat_id,
                           .access_hash = 77,
                           .key_fingerprint = fingerprint };
    ready.g_a_or_b = TL_BYTES (w->server.g_a->data, 256);
    SecretAnswer accepted = { .u.remote = ready };
    server_answers_with (bob, &accepted); /* Alice has not heard of it */
    end_says (bob, "early");
    while (bob->calls.length > 0 || bob->inbox.length > 0) {
        server_answers (bob);
        server_delivers (alice);
    }
    g_assert_cmpint (end_info (alice).state, ==, TALK_STATE_WAITING);
    g_assert_cmpuint (alice->chat->handshake.early->len, ==, 2);
    end_restarts (alice, NULL, NULL);
    g_assert_cmpuint (alice->chat->handshake.early->len, ==, 2);
    g_assert_cmpuint (alice->shown->len, ==, 0);
    ready.g_a_or_b = TL_BYTES (g_b->data, 256);
    secret_chat_update (alice->chat, &ready, w->now);
    world_run (w);
    g_assert_cmpuint (alice->shown->len, ==, 1);
    g_assert_cmpuint (alice->chat->handshake.early->len, ==, 0);
    end_restarts (alice, NULL, NULL);
    world_run (w);
    g_assert_cmpuint (alice->chat->handshake.early->len, ==, 0);
    assert_alive (w);
    g_byte_array_unref (g_b);
}

static size_t
early_bytes (const SecretChat *chat)
{
    size_t bytes = 0;

    for (unsigned i = 0; i < chat->handshake.early->len; i++)
        bytes += ((SecretEarly *)g_ptr_array_index (chat->handshake.early, i))->data->len;
    return bytes;
}

/* SC-A22: ... within bounds of number and of bytes; a closed chat keeps nothing */
static void
early_messages_are_bounded (void)
{
    static const struct {
        size_t len;
        unsigned n, kept;
    } rows[] = { { 56, 1000, 100 }, { 1 << 20, 1000, 4 }, { (1 << 20) + 1, 10, 0 } };
    g_autofree uint8_t *junk = g_malloc0 (2 << 20);

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = world_new (6, WORLD_TOY);
        End *bob = w->bob;
        bob->thinks = TRUE;
        end_asks (w->alice);
        world_run (w);
        for (unsigned k = 0; k < rows[i].n; k++)
            inject_bytes (bob, junk, rows[i].len);
        g_assert_cmpuint (bob->chat->handshake.early->len, ==, rows[i].kept);
        g_assert_cmpuint (early_bytes (bob->chat), ==, rows[i].kept * rows[i].len);
        end_restarts (bob, NULL, NULL);
        g_assert_cmpuint (bob->chat->handshake.early->len, ==, rows[i].kept);
        secret_chat_reject (bob->chat, w->now);
        inject_bytes (bob, junk, 56);
        g_assert_cmpuint (bob->chat->handshake.early->len, ==, 0);
        end_restarts (bob, NULL, NULL);
        g_assert_cmpuint (bob->chat->handshake.early->len, ==, 0);
    }
}

/* --- the end --- */

/* SC-A24 SC-A26: the end is durable with its flag before it is told, is told until it was
 * heard, and nothing is said after it */
static void
the_end_is_told_until_it_is_heard (void)
{
    for (int how = 0; how < 3; how++) { /* close, delete for both, reject */
        g_autoptr (World) w = how == 2 ? world_new (7, WORLD_TOY) : world_ready_at (7);
        End *end = how == 2 ? w->bob : w->alice;
        int64_t id;

        if (how == 2) {
            end->thinks = TRUE;
            end_asks (w->alice);
            world_run (w);
            secret_chat_reject (end->chat, w->now);
        } else {
            secret_chat_close (end->chat, how == 1, TALK_CLOSED_BY_US, w->now);
        }
        end->fate = END_DIES_AFTER; /* stored, nothing got out */
        end_turn (end);
        for (int i = 0; i < 3; i++) {
            g_assert_cmpint (end_info (end).state, ==, TALK_STATE_CLOSED);
            g_assert_false (end->chat->keys.now.used);
            const SecretCall *call = server_call (end, 0);
            g_assert_cmpint (call->kind, ==, SECRET_CALL_DISCARD);
            g_assert_cmpint (call->u.discard.delete_history, ==, how == 1);
            g_assert_null (server_call (end, 1));
            if (i == 0)
                end_restarts (end, NULL, NULL);
            else if (i == 1)
                end_reconnects (end);
        }
        g_assert_cmpint (secret_chat_send_text (end->chat, "x", 0, FALSE, w->now, &id),
                         ==, TALK_IS_CLOSED);
        server_answers (end);
        end_restarts (end, NULL, NULL);
        g_assert_null (server_call (end, 0));
    }
}

/* SC-A25: the peer ends it: what waits fails, keys go, nothing is sent back, history goes
 * only if it says so */
static void
the_peer_ends_it (void)
{
    for (int history = 0; history < 2; history++) {
        g_autoptr (World) w = world_ready_at (8);
        End *alice = w->alice;
        uint8_t key[256];
        alice->window = WINDOW_MUTE; /* no line says what was not sent: it is kept */
        end_says (alice, "there");
        world_run (w);
        g_free (end_events (alice));
        memcpy (key, alice->chat->keys.now.key, 256);
        end_says (alice, "never");
        SecretRemote gone = { .state = SECRET_REMOTE_DISCARDED,
                              .id = w->server.chat_id,
                              .history_deleted = history };
        secret_chat_update (alice->chat, &gone, w->now);
        end_turn (alice);
        g_autofree char *events = end_events (alice);
        g_assert_true (g_str_has_prefix (events, "failed CLOSED\nstate 5 3\n"));
        g_assert_cmpint (strstr (events, "flushed") != NULL, ==, history);
        g_assert_cmpint (g_hash_table_size (alice->chat->notes.table), ==,
                         history ? 0 : 2);
        g_assert_cmpuint (traces (alice, key + 224), ==, 0);
        for (unsigned i = 0; server_call (alice, i) != NULL; i++)
            g_assert_cmpint (server_call (alice, i)->kind, !=, SECRET_CALL_DISCARD);
        end_restarts (alice, NULL, NULL);
        g_assert_null (server_call (alice, 0));
        g_assert_cmpint (g_hash_table_size (alice->chat->notes.table), ==,
                         history ? 0 : 2);
    }
}

/* SC-A27: what the server may answer to the end; trouble and waiting times never get here
 */
static void
refused_ends (void)
{
    static const struct {
        int code;
        const char *type;
        gboolean again;
    } rows[] = {
        { 400, "ENCRYPTION_ALREADY_DECLINED", FALSE },
        { 400, "ENCRYPTION_ALREADY_ACCEPTED", FALSE },
        { 400, "ENCRYPTION_ID_INVALID", FALSE },
        { 400, "CHAT_ID_EMPTY", FALSE },
        { 500, "ENCRYPTION_DECLINE_ADMIN_FAILED", TRUE },
        { 400, "ENCRYPTION_DECLINE_ADMIN_FAILED", TRUE },
        { -1, NULL, TRUE }, /* no answer came */
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = world_ready_at (9);
        End *alice = w->alice;
        SecretAnswer answer = { .error_code = rows[i].code, .error_type = rows[i].type };
        secret_chat_close (alice->chat, TRUE, TALK_CLOSED_BY_US, w->now);
        end_turn (alice);
        server_answers_with (alice, &answer);
        g_test_message ("row %zu", i);
        end_reconnects (alice);
        const SecretCall *call = server_call (alice, 0);
        g_assert_cmpint (call != NULL, ==, rows[i].again);
        if (call != NULL)
            g_assert_true (call->u.discard.delete_history);
        end_restarts (alice, NULL, NULL);
        g_assert_cmpint (server_call (alice, 0) != NULL, ==, rows[i].again);
        g_assert_cmpint (end_info (alice).closed, ==, TALK_CLOSED_BY_US);
    }
}

/* SC-A28 MT-E20: what the server may answer to a request; it is not asked again */
static void
refused_requests (void)
{
    static const struct {
        int code;
        const char *type;
        TalkClosed closed;
    } rows[] = {
        { 400, "INPUT_USER_DEACTIVATED", TALK_CLOSED_USER_DELETED },
        { 400, "USER_DELETED", TALK_CLOSED_USER_DELETED },
        { 400, "USER_ID_INVALID", TALK_CLOSED_REQUEST_FAILED },
        { 403, "USER_IS_BLOCKED", TALK_CLOSED_USER_BLOCKED },
        { 400, "USER_IS_BLOCKED", TALK_CLOSED_USER_BLOCKED },
        { 400, "DH_G_A_INVALID", TALK_CLOSED_NOT },
        { 406, "SOMETHING_NEW", TALK_CLOSED_REQUEST_FAILED },
        { 403, "USER_PRIVACY_RESTRICTED", TALK_CLOSED_PRIVACY },
        { 403, "RECAPTCHA_CHECK_secret__6Lc-x", TALK_CLOSED_OFFICIAL_APP },
        { 403, "APNS_VERIFY_CHECK_x", TALK_CLOSED_OFFICIAL_APP },
        { 403, "INTEGRITY_CHECK_CLASSIC_x", TALK_CLOSED_OFFICIAL_APP },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (World) w = world_new (10, WORLD_TOY);
        End *alice = w->alice;
        SecretAnswer answer = { .error_code = rows[i].code, .error_type = rows[i].type };
        uint8_t g_a[256];
        end_asks (w->alice);
        server_answers (alice);
        memcpy (g_a, server_call (alice, 0)->u.request.g_a, 256);
        g_free (end_events (alice));
        server_answers_with (alice, &answer);
        g_test_message ("row %zu", i);
        g_assert_cmpint (end_info (alice).closed, ==, rows[i].closed);
        if (rows[i].closed != TALK_CLOSED_NOT) {
            g_autofree char *events = end_events (alice);
            g_autofree char *expected = g_strdup_printf ("state 5 %d\n", rows[i].closed);
            g_assert_cmpstr (events, ==, expected); /* never ready */
            g_assert_cmpstr (alice->chat->detail, ==, rows[i].type);
            continue;
        }
        g_assert_cmpint (server_call (alice, 0)->kind, ==, SECRET_CALL_DH_CONFIG);
        server_answers (alice); /* another number, the same id */
        g_assert_cmpint (server_call (alice, 0)->kind, ==, SECRET_CALL_REQUEST);
        g_assert_cmpint (memcmp (server_call (alice, 0)->u.request.g_a, g_a, 256), !=, 0);
        server_answers_with (alice, &answer); /* once only */
        g_assert_cmpint (end_info (alice).closed, ==, TALK_CLOSED_REQUEST_FAILED);
        g_assert_null (server_call (alice, 0));
    }
}

static const Story stories[] = {
    STORY (exponents_are_fresh_and_leave_no_trace, PLAIN | FROM_BIRTH),
    STORY (notify_layer_comes_first, PLAIN),
    STORY (early_messages_wait_for_the_chat, PLAIN | FROM_BIRTH),
};

int
main (int argc, char **argv)
{
    stories_init (&argc, &argv);
    stories_add ("lifecycle", stories, G_N_ELEMENTS (stories));
#define ADD(f) g_test_add_func ("/secret/lifecycle/" #f, f)
    ADD (a_failed_attempt_leaves_no_trace);
    ADD (every_update_in_every_state);
    ADD (early_messages_are_bounded);
    ADD (the_end_is_told_until_it_is_heard);
    ADD (the_peer_ends_it);
    ADD (refused_ends);
    ADD (refused_requests);
    return g_test_run ();
}
