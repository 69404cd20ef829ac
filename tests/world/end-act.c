/* The user of end.h: acts, and what stands in the window. */
#include "end-private.h"

#include "secret-chat-file.h"
#include "model.h"

/* --- what is told --- */

static void
note_gone (End *end, const TalkGone *gone)
{
    static const char *const names[] = { [TALK_GONE_DELETED] = "deleted",
                                         [TALK_GONE_FLUSHED] = "flushed",
                                         [TALK_GONE_EXPIRED] = "expired",
                                         [TALK_GONE_ERASED] = "erased" };

    g_string_append (end->events, names[gone->why]);
    if (gone->why != TALK_GONE_ERASED)
        g_string_append_printf (end->events, " %zu %s", gone->n,
                                gone->by_peer ? "peer" : "us");
}

static void
note_notice (End *end, const TalkNotice *notice)
{
    static const char *const names[] = {
        [TALK_NOTICE_TTL] = "ttl",          [TALK_NOTICE_SCREENSHOT] = "shot",
        [TALK_NOTICE_DELAYED] = "delayed",  [TALK_NOTICE_GAP] = "gap",
        [TALK_NOTICE_NEWER_PEER] = "newer", [TALK_NOTICE_OLD_GROUP] = "old group",
        [TALK_NOTICE_TAKEN] = "taken",      [TALK_NOTICE_REKEYED] = "rekeyed",
    };
    G_STATIC_ASSERT (G_N_ELEMENTS (names) == TALK_NOTICE_REKEYED + 1);
    const char *who = notice->by_peer ? "peer" : "us";

    g_string_append (end->events, names[notice->kind]);
    if (notice->kind == TALK_NOTICE_TTL)
        g_string_append_printf (end->events, " %d %s", (int)notice->number, who);
    else if (notice->kind == TALK_NOTICE_SCREENSHOT)
        g_string_append_printf (end->events, " %s", who);
    else if (notice->kind == TALK_NOTICE_GAP)
        g_string_append_printf (end->events, " %u missing, %u wait", notice->missing,
                                notice->queued);
}

static void
note (End *end, const TalkEvent *e)
{
    switch (e->kind) {
    case TALK_EVENT_SECRET:
        g_string_append_printf (end->events, "state %d %d", e->u.secret.state,
                                e->u.secret.closed);
        break;
    case TALK_EVENT_MESSAGE:
        g_string_append_printf (end->events, "message '%s' ttl %d content %d",
                                e->u.message.text, e->u.message.ttl,
                                e->u.message.content);
        break;
    case TALK_EVENT_SENT:
        g_string_append (end->events, "sent");
        break;
    case TALK_EVENT_FAILED:
        g_string_append_printf (end->events, "failed %s", e->u.failed.token);
        break;
    case TALK_EVENT_READ:
        g_string_append (end->events, "read");
        if (e->u.read.n > 0)
            g_array_append_vals (end->read, e->u.read.ids, (unsigned)e->u.read.n);
        break;
    case TALK_EVENT_OPENED:
        g_string_append_printf (end->events, "opened %zu peer", e->u.opened.n);
        break;
    case TALK_EVENT_SAVING: /* of the client, both */
    case TALK_EVENT_SENDING:
    case TALK_EVENT_FETCHED:
        break;
    case TALK_EVENT_GONE:
        note_gone (end, &e->u.gone);
        break;
    case TALK_EVENT_TYPING:
        g_string_append (end->events, e->u.typing ? "typing on" : "typing off");
        break;
    case TALK_EVENT_NOTICE:
        note_notice (end, &e->u.notice);
        break;
    default:
        g_assert_not_reached ();
    }
    g_string_append_c (end->events, '\n');
}

/* That a message was shown is a turn of its own (DECISIONS 2). */
static void
show (End *end, const TalkMessage *message)
{
    if (end->window == WINDOW_BLIND) {
        secret_chat_hidden (end->chat, message->id, end->world->now);
        end_turn (end);
        return;
    }
    rules_shown (end, message->id, message->text, message->again);
    if (end->window == WINDOW_MUTE)
        return;
    if (death_comes (end, DEATH_MARK)) {
        end_dies (end);
        return;
    }
    secret_chat_displayed (end->chat, message->id);
    rules_shown_marked (end, message->id);
    end_turn (end);
}

/* That a line says "not sent", too (DECISIONS 25). */
static void
show_failed (End *end, const TalkFailed *failed)
{
    int64_t id = failed->id;

    rules_told_failed (end, failed);
    if (end->window == WINDOW_MUTE)
        return;
    if (death_comes (end, DEATH_MARK)) {
        end_dies (end);
        return;
    }
    secret_chat_told (end->chat, &id, 1, end->world->now);
    rules_told_marked (end, id);
    end_turn (end);
}

void
end_takes (End *end, const TalkEvent *event)
{
    note (end, event);
    if (end->world->watch != NULL)
        end->world->watch (end->world, end, event);
    if (event->kind == TALK_EVENT_MESSAGE && !event->u.message.outgoing)
        show (end, &event->u.message);
    else if (event->kind == TALK_EVENT_FAILED)
        show_failed (end, &event->u.failed);
}

char *
end_events (End *end)
{
    end_turn (end);
    char *text = g_strdup (end->events->str);
    g_string_truncate (end->events, 0);
    return text;
}

TalkSecret
end_info (const End *end)
{
    TalkSecret info;

    secret_chat_info (end->chat, &info);
    return info;
}

/* --- acts --- */

void
end_acts (End *end, EndAct act, void *data)
{
    end_turn (end); /* of what was done before */
    do
        act (end, data);
    while (!end_turn_of_act (end));
}

static void
ask_act (End *end, void *data)
{
    end->chat = secret_chat_new_outgoing (&end->env, end_other (end)->env.own_user_id,
                                          NULL, 0, end->world->now);
    g_assert_nonnull (end->chat);
}

void
end_asks (End *end)
{
    if (end->model != NULL)
        model_asks (end);
    else
        end_acts (end, ask_act, NULL);
}

static void
accept_act (End *end, void *data)
{
    if (end->model == NULL) /* else it has */
        secret_chat_accept (end->chat, end->world->now);
}

void
end_accepts (End *end)
{
    end_acts (end, accept_act, NULL);
}

static void
reject_act (End *end, void *data)
{
    secret_chat_reject (end->chat, end->world->now);
}

void
end_rejects (End *end)
{
    end_acts (end, reject_act, NULL);
}

static void
close_act (End *end, void *data)
{
    secret_chat_close (end->chat, GPOINTER_TO_INT (data), TALK_CLOSED_BY_US,
                       end->world->now);
}

void
end_closes (End *end, gboolean delete_history)
{
    end_acts (end, close_act, GINT_TO_POINTER (delete_history));
}

static void
log_out_act (End *end, void *data)
{
    secret_chat_suspend (end->chat);
    secret_chat_close (end->chat, FALSE, TALK_CLOSED_LOGGED_OUT, end->world->now);
}

void
end_logs_out (End *end)
{
    end_acts (end, log_out_act, NULL);
}

typedef struct {
    const char *text;
    int64_t reply_to, id;
    gboolean silent;
} Saying;

static void
say_act (End *end, void *data)
{
    Saying *saying = data;

    saying->id = 0;
    secret_chat_send_text (end->chat, saying->text, saying->reply_to, saying->silent,
                           end->world->now, &saying->id);
}

int64_t
end_replies (End *end, const char *text, int64_t reply_to, gboolean silent)
{
    Saying saying = { text, reply_to, 0, silent };
    unsigned at = end->said->len;

    if (end->model != NULL)
        return model_says (end, text);
    end_acts (end, say_act, &saying);
    if (saying.id != 0) /* it may have failed within the turn that says it */
        rules_said (end, at, saying.id, text);
    return saying.id;
}

int64_t
end_says (End *end, const char *text)
{
    return end_replies (end, text, 0, FALSE);
}

static void
send_act (End *end, void *data)
{
    Saying *saying = data;
    SecretFileOut file = { .content = TALK_CONTENT_PHOTO,
                           .look = { .size = 100, .width = 3, .height = 4 },
                           .caption = { .text = saying->text } };

    saying->id = 0;
    secret_chat_send_file (end->chat, &file, end->world->now, &saying->id);
}

int64_t
end_sends (End *end, const char *caption)
{
    Saying saying = { .text = caption };
    unsigned at = end->said->len;

    end_acts (end, send_act, &saying);
    if (saying.id == 0)
        return 0;
    rules_said (end, at, saying.id, caption);
    Line *line = &g_array_index (end->said, Line, at);
    line->file = TRUE;
    /* it died, and the next process told that it was not sent (MT-H16) */
    line->excused = !secret_chat_has_own (end->chat, saying.id);
    return saying.id;
}

static void
see_act (End *end, void *data)
{
    const GArray *ids = data;

    if (end->model != NULL)
        model_sees (end);
    else
        secret_chat_seen (end->chat, (const int64_t *)(const void *)ids->data, ids->len,
                          end->world->now);
}

void
end_sees (End *end)
{
    g_autoptr (GArray) ids = g_array_copy (end->unread);

    end_acts (end, see_act, ids);
    rules_seen (end, ids);
    for (unsigned i = 0; i < ids->len; i++) /* more may have come meanwhile */
        rules_read (end, g_array_index (ids, int64_t, i));
}

/* --- a window that is opened --- */

typedef struct {
    int64_t id;
    char *text;
    gboolean again;
} Missed;

static void
take_waiting (const TalkMessage *message, void *user)
{
    Missed missed = { message->id, g_strdup (message->text), message->again };

    g_array_append_val (user, missed);
}

static void
displayed_act (End *end, void *data)
{
    int64_t id = *(int64_t *)data;

    secret_chat_displayed (end->chat, id);
    rules_shown_marked (end, id);
}

void
end_opens (End *end)
{
    g_autoptr (GArray) waiting = g_array_new (FALSE, FALSE, sizeof (Missed));

    secret_chat_each_waiting (end->chat, take_waiting, waiting);
    for (unsigned i = 0; i < waiting->len; i++) {
        Missed *missed = &g_array_index (waiting, Missed, i);
        while (end_writes (end) || end_pauses (end))
            ;
        if (!rules_stands (end, missed->id)) { /* a new process has shown it */
            rules_shown (end, missed->id, missed->text, missed->again);
            end_acts (end, displayed_act, &missed->id);
        }
        g_free (missed->text);
    }
}

static void
let_go_act (End *end, void *data)
{
    const GArray *ids = data;

    for (unsigned i = 0; i < ids->len; i++)
        secret_chat_let_go (end->chat, g_array_index (ids, int64_t, i));
}

/* Its text is in no store any more, so nobody shows it again. */
void
end_lets_go (End *end)
{
    g_autoptr (GArray) ids = g_array_copy (end->unread);

    end_acts (end, let_go_act, ids);
    rules_seen (end, ids);
}

/* --- the other acts --- */

static void
delete_act (End *end, void *data)
{
    if (end->model != NULL)
        peer_delete (end->model, *(int64_t *)data);
    else
        secret_chat_delete (end->chat, data, 1, end->world->now);
}

void
end_deletes (End *end, int64_t id)
{
    rules_taken (end, id);
    g_hash_table_remove (end->lines, &id);
    end_acts (end, delete_act, &id);
}

static void
cancel_act (End *end, void *data)
{
    secret_chat_cancel (end->chat, *(int64_t *)data, end->world->now);
}

void
end_cancels (End *end, int64_t id)
{
    end_acts (end, cancel_act, &id);
}

static void
flush_act (End *end, void *data)
{
    if (end->model != NULL)
        peer_flush (end->model);
    else
        secret_chat_flush (end->chat, end->world->now);
}

void
end_flushes (End *end)
{
    rules_excuse_all (end->world);
    end_acts (end, flush_act, NULL);
}

static void
ttl_act (End *end, void *data)
{
    if (end->model != NULL)
        peer_set_ttl (end->model, GPOINTER_TO_INT (data));
    else
        secret_chat_set_ttl (end->chat, GPOINTER_TO_INT (data), end->world->now);
}

void
end_sets_ttl (End *end, int32_t seconds)
{
    end_acts (end, ttl_act, GINT_TO_POINTER (seconds));
}

static void
typing_act (End *end, void *data)
{
    if (end->model != NULL)
        return; /* none of them sends it as an action */
    secret_chat_set_typing_action (end->chat, end->typing_action);
    secret_chat_set_typing (end->chat, GPOINTER_TO_INT (data), end->world->now);
}

void
end_types (End *end, gboolean typing)
{
    end->typing_action = TRUE;
    end_acts (end, typing_act, GINT_TO_POINTER (typing));
}

static void
rekey_act (End *end, void *data)
{
    if (end->model != NULL)
        peer_rekey (end->model);
    else
        secret_chat_rekey (end->chat, end->world->now);
}

void
end_rekeys (End *end)
{
    end_acts (end, rekey_act, NULL);
}

static void
skip_act (End *end, void *data)
{
    secret_chat_skip (end->chat, end->world->now);
}

void
end_skips (End *end)
{
    end_acts (end, skip_act, NULL);
}
