/* What a client tells its host, a function a kind: for hosts that are no libpurple. */
#pragma once

#include "talk-event.h"

/* Those that are NULL are not called. */
typedef struct {
    void (*step) (void *user, TalkStep step);
    void (*offline) (void *user, TalkOffline why, const char *detail, gboolean fatal);
    void (*waiting) (void *user, TalkWait why, int64_t seconds);
    void (*ask) (void *user, const TalkAsk *ask);
    void (*person) (void *user, const TalkPerson *person);
    void (*saving) (void *user, int32_t chat_id, const TalkSaving *saving);
    void (*photo) (void *user, int64_t user_id, int64_t photo, size_t len);
    void (*service) (void *user, const char *text, gboolean code);
    void (*new_login) (void *user, const TalkLogin *login);
    void (*terms) (void *user, const char *id, const char *text);
    void (*trouble) (void *user, TalkTrouble what, int64_t number);
    void (*cloud) (void *user, int64_t user_id);
    void (*secret) (void *user, const TalkSecret *info);
    gboolean (*message) (void *user, int32_t chat_id, const TalkMessage *message);
    void (*own) (void *user, int32_t chat_id, int64_t id, const char *text);
    void (*lost) (void *user, int32_t chat_id, const int64_t *ids, size_t n,
                  const char *text);
    void (*sent) (void *user, int32_t chat_id, int64_t id, int32_t date);
    void (*failed) (void *user, int32_t chat_id, int64_t id, const char *token,
                    const char *text);
    void (*read) (void *user, int32_t chat_id, int32_t max_date);
    void (*opened) (void *user, int32_t chat_id, size_t n);
    void (*gone) (void *user, const TalkGone *gone);
    void (*typing) (void *user, int32_t chat_id, gboolean typing);
    void (*notice) (void *user, const TalkNotice *notice);
} Told;

/* The answer of `message`, else FALSE: what a TgEventFunc returns. */
gboolean told_event (const Told *told, void *user, const TalkEvent *event);
