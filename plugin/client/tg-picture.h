/* Pictures of strangers, before anybody draws them (MT-H27). */
#pragma once

#include <glib.h>
#include <stdint.h>

/* A JPEG or PNG by its header, with sides of 1 to `max` pixels and no more passes than honest
 * ones have. What is behind the header is not looked at. */
gboolean tg_picture_is_sane (const uint8_t *data, size_t len, unsigned max);
