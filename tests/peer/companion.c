/* A second person without libpurple, in two characters:
 *
 *   --play     the companion of ./run demo: accepts, types, answers, reads, sets a timer,
 *              deletes, so that all of it can be watched
 *   otherwise  does what it is told, one command a line on standard input (tests)
 *
 *   companion --server HOST:PORT --server-key PEM --phone N --directory D [--play]
 *             [--name N] [--debug]
 *
 * Every event is one line on standard output: "online", "message ID TTL TEXT", "again ID
 * TTL TEXT" (what was not read before a restart), "looks SPANS", "with CONTENT WIDTH HEIGHT
 * SIZE NAME", "in an album" and "small BYTES" behind them, ... Commands:
 * chat ID, start PHONE, accept, reject, say TEXT, reply ID TEXT, looks SPANS: TEXT
 * (looks.h), typing on|off, read, open ID, delete [ID],
 * overlong N, ring N TEXT (overlong.h), seal SIZE PATH, media KIND TTL NAME, public DC ID HASH SIZE MIME SET EMOJI, file KIND ALBUM PATH, forward CHAT ID (media.h),
 * cancel, save ID FOLDER, mime ID, flush, ttl N,
 * screenshot, rekey, close, info, quit. */
#include "glib-host.h"
#include "looks.h"
#include "media.h"
#include "overlong.h"
#include "tg-client-fetch.h"
#include "tg-client-file.h"
#include "tg-client-save.h"
#include "told.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define AGAIN_AFTER 8 /* s until a host switches an account on again */

typedef struct {
    GMainLoop *loop;
    GlibHost *host;
    TgClient *client;
    TgConfig config; /* its strings are main()'s */
    GDataInputStream *input;
    gboolean play;
    char *code, *password;
    int32_t chat;
    TalkCode (*answer) (TgClient *client, int32_t chat_id); /* to the next request */
    GArray *shown;                                          /* int64_t, not yet read */
    int64_t last_own;                                       /* its newest message */
    int64_t last_in;                                        /* our newest message */
    int64_t last_file;
    unsigned lines; /* of the play */
    gboolean ready, there, greeted;
    unsigned greeting;
} Companion;

static void G_GNUC_PRINTF (1, 2) say_line (const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *line = g_strdup_vprintf (format, args);
    va_end (args);
    printf ("%s\n", g_strdelimit (line, "\n", ' '));
    fflush (stdout);
}

/* --- the play --- */

typedef struct {
    Companion *c;
    char *text;
    char *act; /* "timer", "delete mine", "delete yours" or NULL */
} Answer;

static void
send_typed (Companion *c, const TalkTyped *typed)
{
    g_autofree int64_t *ids = NULL;
    size_t n;
    TalkCode code = tg_secret_write (c->client, c->chat, typed, &ids, &n);

    if (code != TALK_DONE) {
        say_line ("error %d", code);
        return;
    }
    c->last_own = ids[n - 1];
    say_line ("said %" G_GINT64_FORMAT, c->last_own);
}

static void
send_text (Companion *c, const char *text)
{
    TalkTyped typed = { .text = text };

    send_typed (c, &typed);
}

static void
send_looks (Companion *c, const char *text, const TalkSpans *spans)
{
    TalkTyped typed = { .text = text, .spans = spans };

    send_typed (c, &typed);
}

/* "ID TEXT" */
static void
send_reply (Companion *c, const char *rest)
{
    char *end;
    TalkTyped typed = { .reply_to = g_ascii_strtoll (rest, &end, 10) };

    typed.text = end + (*end == ' ');
    send_typed (c, &typed);
}

static gboolean
answer_cb (gpointer user)
{
    Answer *answer = user;
    Companion *c = answer->c;

    send_text (c, answer->text);
    if (g_strcmp0 (answer->act, "timer") == 0)
        tg_secret_set_ttl (c->client, c->chat, 30);
    else if (g_strcmp0 (answer->act, "delete") == 0 && c->last_in != 0)
        tg_secret_delete (c->client, c->chat, &c->last_in, 1);
    else if (g_strcmp0 (answer->act, "screenshot") == 0)
        tg_secret_screenshot (c->client, c->chat);
    g_free (answer->text);
    g_free (answer->act);
    g_free (answer);
    return G_SOURCE_REMOVE;
}

static gboolean
type_cb (gpointer user)
{
    Companion *c = user;
    tg_secret_typing (c->client, c->chat, TRUE);
    return G_SOURCE_REMOVE;
}

static gboolean
read_cb (gpointer user)
{
    Companion *c = user;

    tg_secret_seen (c->client, c->chat, (const int64_t *)(void *)c->shown->data,
                    c->shown->len);
    g_array_set_size (c->shown, 0);
    return G_SOURCE_REMOVE;
}

/* Reads, types for a while, answers; some words have an effect. */
static void
play_answer (Companion *c, const char *text)
{
    static const char *const chatter[] = {
        "I read you. Say \"timer\", \"delete\" or \"screenshot\", or try /ttl 10.",
        "That went through the data centre as sealed bytes only.",
        "Try /delete: your last line leaves both windows.",
        "Nothing of this is written to a log.",
    };
    Answer *answer = g_new0 (Answer, 1);
    g_autofree char *lower = g_utf8_strdown (text, -1);

    answer->c = c;
    if (strstr (lower, "timer") != NULL) {
        answer->text = g_strdup ("I set the timer to 30 seconds.");
        answer->act = g_strdup ("timer");
    } else if (strstr (lower, "delete") != NULL) {
        answer->text = g_strdup ("I deleted your line for both of us.");
        answer->act = g_strdup ("delete");
    } else if (strstr (lower, "screenshot") != NULL) {
        answer->text = g_strdup ("Now I take a screenshot.");
        answer->act = g_strdup ("screenshot");
    } else {
        answer->text = g_strdup (chatter[c->lines++ % G_N_ELEMENTS (chatter)]);
    }
    g_timeout_add (700, read_cb, c);
    g_timeout_add (1200, type_cb, c);
    g_timeout_add (3500, answer_cb, answer);
}

static gboolean
greet_cb (gpointer user)
{
    Companion *c = user;

    c->greeting = 0;
    if (!c->there || c->greeted)
        return G_SOURCE_REMOVE;
    c->greeted = TRUE;
    send_text (c, "Hello! This is the companion. Type something.");
    return G_SOURCE_REMOVE;
}

/* Not before the other side has settled in front of a screen. */
static void
greet_soon (Companion *c)
{
    if (c->play && c->ready && c->there && !c->greeted && c->greeting == 0)
        c->greeting = g_timeout_add (2000, greet_cb, c);
}

/* --- events --- */

static void
step_cb (void *user, TalkStep step)
{
    if (step == TALK_STEP_ONLINE)
        say_line ("online");
}

static gboolean event_cb (void *user, const TalkEvent *event);

/* As a host does. */
static gboolean
again_cb (gpointer user)
{
    Companion *c = user;

    tg_client_free (c->client);
    c->client = tg_client_new (glib_host_get (c->host), &c->config, event_cb, c);
    tg_client_start (c->client);
    return G_SOURCE_REMOVE;
}

static void
offline_cb (void *user, TalkOffline reason, const char *detail, gboolean fatal)
{
    Companion *c = user;

    say_line ("offline %d %s", reason, detail != NULL ? detail : "");
    if (fatal)
        g_main_loop_quit (c->loop);
    else
        g_timeout_add_seconds (AGAIN_AFTER, again_cb, c);
}

static void
ask_cb (void *user, const TalkAsk *ask)
{
    Companion *c = user;
    const char *text = ask->kind == TALK_ASK_CODE ? c->code : c->password;

    say_line ("ask %s", ask->kind == TALK_ASK_CODE ? "code" : "password");
    tg_client_answer (c->client, ask->attempt, text != NULL ? text : "12345");
}

static void
peer_cb (void *user, const TalkPerson *peer)
{
    Companion *c = user;

    say_line ("peer %" G_GINT64_FORMAT " %s%s", peer->id, peer->name,
              peer->presence == TALK_PRESENCE_ONLINE ? " online" : "");
    if (peer->self)
        return;
    c->there = peer->presence == TALK_PRESENCE_ONLINE;
    greet_soon (c);
}

static void
cloud_cb (void *user, int64_t user_id)
{
    say_line ("cloud %" G_GINT64_FORMAT, user_id);
}

static void
service_cb (void *user, const char *text, gboolean code)
{
    say_line ("service %s", text);
}

static void
say_code (TalkCode code)
{
    if (code != TALK_DONE)
        say_line ("error %d", code);
}

/* Of that chat, or of the newest. Who tells us to may be faster than the request: the
 * answer waits for it then. */
static TalkCode
answer_request (Companion *c, const char *chat,
                TalkCode (*answer) (TgClient *client, int32_t chat_id))
{
    TalkSecret info;

    if (*chat != '\0')
        return answer (c->client, (int32_t)g_ascii_strtoll (chat, NULL, 10));
    if (tg_secret_info (c->client, c->chat, &info) && info.state == TALK_STATE_REQUESTED)
        return answer (c->client, c->chat);
    c->answer = answer;
    return TALK_DONE;
}

static void
secret_cb (void *user, const TalkSecret *info)
{
    static const char *const states[] = {
        [TALK_STATE_ASKING] = "asking",       [TALK_STATE_WAITING] = "waiting",
        [TALK_STATE_REQUESTED] = "requested", [TALK_STATE_ACCEPTING] = "accepting",
        [TALK_STATE_READY] = "ready",         [TALK_STATE_CLOSED] = "closed",
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (states) == TALK_STATE_CLOSED + 1);
    Companion *c = user;

    c->chat = info->id;
    say_line ("secret %d %s %d %s", info->id, states[info->state], info->closed,
              info->closed_detail != NULL ? info->closed_detail : "");
    if (info->state == TALK_STATE_REQUESTED && c->play)
        tg_secret_accept (c->client, info->id);
    else if (info->state == TALK_STATE_REQUESTED && c->answer != NULL)
        say_code (answer_request (c, "", g_steal_pointer (&c->answer)));
    c->ready = info->state == TALK_STATE_READY;
    greet_soon (c);
}

static gboolean
message_cb (void *user, int32_t chat_id, const TalkMessage *message)
{
    Companion *c = user;

    if (message->outgoing) { /* a file of its own */
        say_line ("own %" G_GINT64_FORMAT " %d", message->id, message->number);
        return TRUE;
    }
    c->chat = chat_id;
    c->last_in = message->id;
    g_array_append_val (c->shown, message->id);
    say_line ("%s %" G_GINT64_FORMAT " %d %s", message->again ? "again" : "message",
              message->id, message->ttl, message->text);
    if (message->spans != NULL) {
        g_autofree char *looks = looks_print (message->spans);
        say_line ("looks %s", looks);
    }
    if (message->media.file != TALK_FILE_NONE)
        say_line ("with %d %d %d %" G_GINT64_FORMAT " %s", (int)message->content,
                  message->media.width, message->media.height, message->media.size,
                  message->detail != NULL ? message->detail : "");
    if (message->beside.album != 0)
        say_line ("in an album");
    if (message->beside.thumb != NULL)
        say_line ("small %zu", g_bytes_get_size (message->beside.thumb));
    if (c->play)
        play_answer (c, message->text);
    return TRUE;
}

static void
sent_cb (void *user, int32_t chat_id, int64_t id, int32_t date)
{
    say_line ("sent %" G_GINT64_FORMAT, id);
}

static void
failed_cb (void *user, int32_t chat_id, int64_t id, const char *type, const char *text)
{
    say_line ("failed %" G_GINT64_FORMAT " %s", id, type);
}

static void
read_event_cb (void *user, int32_t chat_id, int32_t max_date)
{
    say_line ("read %d", max_date);
}

/* "gone 0": all of them. */
static void
gone_cb (void *user, const TalkGone *gone)
{
    if (gone->why == TALK_GONE_FLUSHED && gone->by_peer)
        say_line ("notice flushed-by-peer 0");
    say_line ("%s %zu", gone->why == TALK_GONE_EXPIRED ? "expired" : "gone",
              gone->why == TALK_GONE_FLUSHED ? 0 : gone->n);
    if (gone->n_unseen > 0)
        say_line ("notice %s %u",
                  gone->why == TALK_GONE_ERASED ? "unseen-erased"
                  : gone->by_peer               ? "unseen-deleted-by-peer"
                                                : "unseen-deleted-by-us",
                  gone->n_unseen);
}

static void
opened_cb (void *user, int32_t chat_id, size_t n)
{
    say_line ("opened %zu", n);
}

static void
typing_cb (void *user, int32_t chat_id, gboolean typing)
{
    say_line ("typing %s", typing ? "on" : "off");
}

static void
notice_cb (void *user, const TalkNotice *notice)
{
    static const char *const names[][2] = {
        [TALK_NOTICE_TTL] = { "ttl-by-us", "ttl-by-peer" },
        [TALK_NOTICE_SCREENSHOT] = { "shot-by-us", "shot-by-peer" },
        [TALK_NOTICE_DELAYED] = { "delayed", "" },
        [TALK_NOTICE_GAP] = { "gap", "" },
        [TALK_NOTICE_NEWER_PEER] = { "", "newer-peer" },
        [TALK_NOTICE_OLD_GROUP] = { "old-group", "" },
        [TALK_NOTICE_TAKEN] = { "taken", "" },
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (names) == TALK_NOTICE_REKEYED);

    if (notice->kind != TALK_NOTICE_REKEYED)
        say_line ("notice %s %d", names[notice->kind][notice->by_peer],
                  (int)notice->number);
}

static void
lost_cb (void *user, int32_t chat_id, const int64_t *ids, size_t n, const char *text)
{
    say_line ("lost %s", text);
}

static void
saving_cb (void *user, int32_t chat_id, const TalkSaving *saving)
{
    if (saving->what == TALK_SAVE_DONE)
        say_line ("saved %s", saving->path);
    else if (saving->what != TALK_SAVE_RUNS)
        say_line ("not saved");
}

static void
save (Companion *c, const char *rest)
{
    char *folder;
    TgSaveTo to = { .id = g_ascii_strtoll (rest, &folder, 10), .fallback = "nameless" };

    to.folder = folder + (*folder == ' ');
    if (tg_secret_save (c->client, c->chat, &to) != TALK_DONE)
        say_line ("not saved");
}

static const Told hears = {
    .step = step_cb,
    .offline = offline_cb,
    .ask = ask_cb,
    .person = peer_cb,
    .service = service_cb,
    .cloud = cloud_cb,
    .secret = secret_cb,
    .message = message_cb,
    .lost = lost_cb,
    .sent = sent_cb,
    .failed = failed_cb,
    .read = read_event_cb,
    .gone = gone_cb,
    .saving = saving_cb,
    .opened = opened_cb,
    .typing = typing_cb,
    .notice = notice_cb,
};

static gboolean
event_cb (void *user, const TalkEvent *event)
{
    return told_event (&hears, user, event);
}

/* --- commands --- */

static void
found_cb (const TalkPerson *peer, const TalkNotFound *nobody, void *user)
{
    Companion *c = user;
    int32_t id;

    if (peer == NULL) {
        say_line ("error nobody found");
        return;
    }
    TalkCode code = tg_secret_start (c->client, peer->id, &id);
    if (code != TALK_DONE)
        say_line ("error %d", code);
}

static void
print_info (Companion *c)
{
    TalkSecret info;
    g_autoptr (GString) hex = g_string_new (NULL);

    if (!tg_secret_info (c->client, c->chat, &info)) {
        say_line ("error no chat");
        return;
    }
    for (size_t i = 0; i < sizeof info.key_hash; i++)
        g_string_append_printf (hex, "%02x", info.key_hash[i]);
    say_line (
        "info %d layer %d ttl %d in %u out %u acked %u kept %u queued %u rekeying %d "
        "hash %s",
        info.id, info.peer_layer, info.ttl, info.raw_in, info.raw_out, info.acknowledged,
        info.unacknowledged, info.queued, info.rekeying, hex->str);
}

static TalkCode
chat_command (Companion *c, const char *verb, const char *rest)
{
    if (g_str_equal (verb, "accept"))
        return answer_request (c, rest, tg_secret_accept);
    if (g_str_equal (verb, "reject"))
        return answer_request (c, rest, tg_secret_reject);
    if (g_str_equal (verb, "delete")) {
        int64_t id = g_ascii_strtoll (rest, NULL, 10);
        return tg_secret_delete (c->client, c->chat, &id, id != 0 ? 1 : 0);
    }
    if (g_str_equal (verb, "open"))
        return tg_secret_open_media (c->client, c->chat,
                                     g_ascii_strtoll (rest, NULL, 10));
    if (g_str_equal (verb, "flush"))
        return tg_secret_flush (c->client, c->chat);
    if (g_str_equal (verb, "file"))
        return media_send_file (c->client, c->chat, rest, &c->last_file);
    if (g_str_equal (verb, "forward"))
        return media_forward (c->client, c->chat, rest);
    if (g_str_equal (verb, "cancel"))
        return tg_secret_send_cancel (c->client, c->chat, c->last_file) ? TALK_DONE
                                                                        : TALK_NOTHING;
    if (g_str_equal (verb, "ttl"))
        return tg_secret_set_ttl (c->client, c->chat,
                                  (int32_t)g_ascii_strtoll (rest, NULL, 10));
    if (g_str_equal (verb, "screenshot"))
        return tg_secret_screenshot (c->client, c->chat);
    if (g_str_equal (verb, "rekey"))
        return tg_secret_rekey (c->client, c->chat);
    if (g_str_equal (verb, "close"))
        return tg_secret_close (c->client, c->chat, g_str_equal (rest, "delete"));
    say_line ("error unknown command %s", verb);
    return TALK_DONE;
}

static void
run_command (Companion *c, char *line)
{
    char *rest = strchr (line, ' ');
    TalkCode code = TALK_DONE;

    if (rest != NULL)
        *rest++ = '\0';
    else
        rest = line + strlen (line);
    if (g_str_equal (line, "start"))
        tg_client_find_peer (c->client, rest, found_cb, c);
    else if (g_str_equal (line, "chat"))
        c->chat = (int32_t)g_ascii_strtoll (rest, NULL, 10);
    else if (g_str_equal (line, "reply"))
        send_reply (c, rest);
    else if (g_str_equal (line, "say"))
        send_text (c, rest);
    else if (g_str_equal (line, "looks")) {
        g_autofree char *text = NULL;
        g_autoptr (TalkSpans) spans = looks_read (rest, &text);
        send_looks (c, text, spans);
    } else if (g_str_equal (line, "overlong"))
        say_line ("overlong %s", overlong_send (c->client, c->chat,
                                                (size_t)g_ascii_strtoull (rest, NULL, 10))
                                     ? "sent"
                                     : "not sent");
    else if (g_str_equal (line, "ring")) {
        char *text;
        size_t n = (size_t)g_ascii_strtoull (rest, &text, 10);
        say_line ("ring %s", overlong_ring (c->client, c->chat, n, text + (*text == ' '))
                                 ? "sent"
                                 : "not sent");
    } else if (g_str_equal (line, "seal")) {
        g_autofree char *said = media_seal_line (rest);
        say_line ("%s", said);
    } else if (g_str_equal (line, "beside")) {
        g_autofree char *said = media_beside_line (rest);
        say_line ("%s", said);
    } else if (g_str_equal (line, "media")) {
        g_autofree char *said = media_send_line (c->client, c->chat, rest);
        say_line ("%s", said);
    } else if (g_str_equal (line, "public")) {
        g_autofree char *said = media_public_line (c->client, c->chat, rest);
        say_line ("%s", said);
    } else if (g_str_equal (line, "mime")) {
        g_autofree char *said = media_mime_line (c->client, c->chat, rest);
        say_line ("%s", said);
    } else if (g_str_equal (line, "save"))
        save (c, rest);
    else if (g_str_equal (line, "typing"))
        tg_secret_typing (c->client, c->chat, g_str_equal (rest, "on"));
    else if (g_str_equal (line, "read"))
        read_cb (c);
    else if (g_str_equal (line, "info"))
        print_info (c);
    else if (g_str_equal (line, "quit"))
        g_main_loop_quit (c->loop);
    else
        code = chat_command (c, line, rest);
    say_code (code);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user)
{
    Companion *c = user;
    g_autofree char *line =
        g_data_input_stream_read_line_finish (c->input, result, NULL, NULL);

    if (line == NULL) {
        g_main_loop_quit (c->loop);
        return;
    }
    run_command (c, line);
    g_data_input_stream_read_line_async (c->input, G_PRIORITY_DEFAULT, NULL, line_cb, c);
}

static gboolean
quit_cb (gpointer user)
{
    g_main_loop_quit (user);
    return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
    g_autofree char *server = NULL, *server_key = NULL, *phone = NULL, *directory = NULL;
    gboolean debug = FALSE;
    Companion c = { 0 };
    GOptionEntry entries[] = {
        { "server", 0, 0, G_OPTION_ARG_STRING, &server, "host:port", "S" },
        { "server-key", 0, 0, G_OPTION_ARG_FILENAME, &server_key, "public key", "PEM" },
        { "phone", 0, 0, G_OPTION_ARG_STRING, &phone, "phone number", "N" },
        { "directory", 0, 0, G_OPTION_ARG_FILENAME, &directory, "its store", "D" },
        { "code", 0, 0, G_OPTION_ARG_STRING, &c.code, "login code", "N" },
        { "password", 0, 0, G_OPTION_ARG_STRING, &c.password, "login password", "P" },
        { "play", 0, 0, G_OPTION_ARG_NONE, &c.play, "companion of the demo", NULL },
        { "debug", 0, 0, G_OPTION_ARG_NONE, &debug, "one line a hop", NULL },
        { NULL, 0, 0, 0, NULL, NULL, NULL },
    };
    g_autoptr (GOptionContext) context = g_option_context_new ("- a second person");
    g_autoptr (GError) error = NULL;

    g_option_context_add_main_entries (context, entries, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error) || server == NULL ||
        server_key == NULL || phone == NULL || directory == NULL) {
        fprintf (stderr, "companion: %s\n",
                 error != NULL ? error->message : "see --help");
        return 1;
    }
    if (debug)
        g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
    c.loop = g_main_loop_new (NULL, FALSE);
    c.host = glib_host_new ();
    c.shown = g_array_new (FALSE, FALSE, sizeof (int64_t));
    c.config = (TgConfig){ .api_id = 1,
                           .api_hash = "companion",
                           .phone = phone,
                           .device = "Companion",
                           .system = "Linux",
                           .version = "1",
                           .lang = "en",
                           .server = server,
                           .server_key = server_key,
                           .directory = directory,
                           .typing_actions = TRUE };
    c.client = tg_client_new (glib_host_get (c.host), &c.config, event_cb, &c);
    tg_client_start (c.client);
    if (!c.play) {
        g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
        c.input = g_data_input_stream_new (input);
        g_data_input_stream_read_line_async (c.input, G_PRIORITY_DEFAULT, NULL, line_cb,
                                             &c);
    }
    g_unix_signal_add (SIGTERM, quit_cb, c.loop);
    g_unix_signal_add (SIGINT, quit_cb, c.loop);
    g_main_loop_run (c.loop);
    tg_client_free (c.client);
    glib_host_free (c.host);
    g_clear_object (&c.input);
    g_array_unref (c.shown);
    g_main_loop_unref (c.loop);
    g_free (c.code);
    g_free (c.password);
    return 0;
}
