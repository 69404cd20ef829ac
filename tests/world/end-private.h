/* What end.c (the process) and end-act.c (its user) share. */
#pragma once

#include "world.h"

/* The end's user looks at an event that got out. */
void end_takes (End *end, const TalkEvent *event);
/* Ends the turn of an act, which waits until it is out. FALSE: as end_turn(). */
gboolean end_turn_of_act (End *end);
