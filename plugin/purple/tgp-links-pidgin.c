/* See tgp-links-pidgin.h. */
#include "tgp-links-pidgin.h"

#include "tgp-symbols.h"

#define WATCHED "mtproto-watched" /* data of a view */

/* The beginning of a GtkStyle of GTK 2: five of each, the first for what is neither pressed nor selected. */
typedef struct {
    GObject object;
    TgpColour fg[5], bg[5], light[5], dark[5], mid[5], text[5], base[5];
} Style;

static struct {
    void *(*get_buffer) (void *view);
    void *(*tag_table) (void *buffer);
    const Style *(*style) (void *widget);
    void (*style_get) (void *widget, const char *property, ...);
    void (*colour_free) (TgpColour *colour);
    GSList *(*tags_at) (const void *place);
} gtk;

/* What GtkIMHtml takes where the theme says nothing, and what is legible on a dark ground instead. */
static const struct {
    const char *theme;
    TgpColour pidgins, on_dark;
} kinds[] = {
    { "hyperlink-color", { 0, 0, 0, 0xffff }, { 0, 0x8080, 0xb0b0, 0xffff } },
    { "hyperlink-visited-color", { 0, 0x8080, 0, 0 }, { 0, 0xc0c0, 0x9090, 0xe0e0 } },
};

static gboolean
look_up (void)
{
    static const TgpSymbol symbols[] = {
        { "gtk_text_view_get_buffer", &gtk.get_buffer },
        { "gtk_text_buffer_get_tag_table", &gtk.tag_table },
        { "gtk_widget_get_style", &gtk.style },
        { "gtk_widget_style_get", &gtk.style_get },
        { "gdk_color_free", &gtk.colour_free },
        { "gtk_text_iter_get_tags", &gtk.tags_at },
    };
    static TgpSymbolsKnown known;

    return tgp_symbols_known (symbols, G_N_ELEMENTS (symbols), &known);
}

static gboolean
is_dark (void *view)
{
    const TgpColour *ground = &gtk.style (view)->base[0];

    return 3 * ground->red + 6 * ground->green + ground->blue < 10 * 0x8000;
}

static gboolean
theme_has (void *view, const char *property, TgpColour *colour)
{
    TgpColour *themes = NULL;

    gtk.style_get (view, property, &themes, NULL);
    if (themes == NULL)
        return FALSE;
    *colour = *themes;
    gtk.colour_free (themes);
    return TRUE;
}

TgpColour
tgp_links_colour (void *view)
{
    TgpColour colour = { 0, 0, 0, 0xd0d0 };

    if (look_up () && !theme_has (view, kinds[0].theme, &colour) && is_dark (view))
        colour = kinds[0].on_dark;
    return colour;
}

static gboolean
same (const TgpColour *one, const TgpColour *other)
{
    return one->red == other->red && one->green == other->green &&
           one->blue == other->blue;
}

/* GtkIMHtml makes a tag "LINK 1" for each link, and gives it a colour when it is made, when the pointer comes and goes,
 * and when it was clicked. */
static void
changed_cb (void *table, GObject *tag, gboolean size, void *view)
{
    g_autofree char *name = NULL;
    TgpColour *colour = NULL, themes;

    g_object_get (tag, "name", &name, NULL);
    if (name == NULL || !g_str_has_prefix (name, "LINK "))
        return;
    g_object_get (tag, "foreground-gdk", &colour, NULL);
    for (size_t i = 0; colour != NULL && i < G_N_ELEMENTS (kinds); i++)
        if (same (colour, &kinds[i].pidgins) && is_dark (view) &&
            !theme_has (view, kinds[i].theme, &themes)) {
            g_object_set (tag, "foreground-gdk", &kinds[i].on_dark, NULL);
            break;
        }
    if (colour != NULL)
        gtk.colour_free (colour);
}

gboolean
tgp_links_is_at (const void *place)
{
    g_autoptr (GSList) tags = look_up () ? gtk.tags_at (place) : NULL;

    for (GSList *l = tags; l != NULL; l = l->next)
        if (g_object_get_data (l->data, "link_url") != NULL)
            return TRUE;
    return FALSE;
}

void
tgp_links_watch (void *view)
{
    if (!look_up () || g_object_get_data (view, WATCHED) != NULL)
        return;
    g_object_set_data (view, WATCHED, GINT_TO_POINTER (TRUE));
    g_signal_connect_object (gtk.tag_table (gtk.get_buffer (view)), "tag-changed",
                             G_CALLBACK (changed_cb), view, 0);
}

void
tgp_links_unwatch (void *view)
{
    if (g_object_get_data (view, WATCHED) == NULL)
        return;
    g_object_set_data (view, WATCHED, NULL);
    g_signal_handlers_disconnect_matched (gtk.tag_table (gtk.get_buffer (view)),
                                          G_SIGNAL_MATCH_FUNC, 0, 0, NULL,
                                          (gpointer)changed_cb, NULL);
}
