/* Slash commands, and their doors in front ends that have no parser for them. */
#pragma once

#include "tgp-account.h"

void tgp_commands_register (PurplePlugin *plugin);
void tgp_commands_unregister (void);
/* A command line without its slash. TRUE: it ran, or its own error was told; FALSE: there
 * is none of that name, and *reason says so. */
gboolean tgp_run_command (PurpleConversation *conv, const char *line,
                          const TalkSpans *spans, char **reason);
