/* See dc-numbers.c. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
    int64_t msg_id;
    int32_t seq_no;
    const uint8_t *body;
    size_t len;
} DcNumbered;

/* 0, or the code of the bad_msg_notification that it gets: 34, 35, 64. `message` becomes the one that
 * is at fault, if that is in a container. */
int dc_numbers_judge (DcNumbered *message);
