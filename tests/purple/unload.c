/* A plugin for Pidgin that unloads the module under test when the process gets SIGUSR1:
 * nothing in Pidgin's windows does that to a protocol. (libpurple loads none a second time:
 * it forgets that it is a protocol.) */
#include <glib-unix.h>
#include <purple.h>
#include <signal.h>

static unsigned source;

static gboolean
signal_cb (gpointer data)
{
    PurplePlugin *module = purple_plugins_find_with_id ("prpl-mtproto");

    if (module != NULL && purple_plugin_is_loaded (module))
        purple_plugin_unload (module);
    return TRUE;
}

static gboolean
load (PurplePlugin *plugin)
{
    source = g_unix_signal_add (SIGUSR1, signal_cb, NULL);
    return TRUE;
}

static gboolean
unload (PurplePlugin *plugin)
{
    g_source_remove (source);
    return TRUE;
}

static PurplePluginInfo info = {
    .magic = PURPLE_PLUGIN_MAGIC,
    .major_version = PURPLE_MAJOR_VERSION,
    .minor_version = 0,
    .type = PURPLE_PLUGIN_STANDARD,
    .priority = PURPLE_PRIORITY_DEFAULT,
    .id = "core-mtproto-unload",
    .name = "Unload",
    .version = "1",
    .load = load,
    .unload = unload,
};

G_MODULE_EXPORT gboolean purple_init_plugin (PurplePlugin *plugin);

G_MODULE_EXPORT gboolean
purple_init_plugin (PurplePlugin *plugin)
{
    plugin->info = &info;
    return purple_plugin_register (plugin);
}
