/* What is clicked in a line. */
#pragma once

#include "tgp-media.h"

TgpMediaClicked tgp_clicked;
