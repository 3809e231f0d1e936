#include "tscope_page.h"

// The page's files, taken in by the compiler as they are: there is no build step. What is
// called `live…` is for a page with a model behind it, and stays out of reports.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wc23-extensions"
#endif

static const unsigned char shell_html[] = {
#embed "page/shell.html"
};

static const unsigned char page_css[] = {
#embed "page/page.css"
};

static const unsigned char dom_js[] = {
#embed "page/dom.js"
};

static const unsigned char rows_js[] = {
#embed "page/rows.js"
};

static const unsigned char trace_js[] = {
#embed "page/trace.js"
};

static const unsigned char source_js[] = {
#embed "page/source.js"
};

static const unsigned char scales_js[] = {
#embed "page/scales.js"
};

static const unsigned char diff_js[] = {
#embed "page/diff.js"
};

static const unsigned char search_js[] = {
#embed "page/search.js"
};

static const unsigned char export_js[] = {
#embed "page/export.js"
};

static const unsigned char stream_js[] = {
#embed "page/stream.js"
};

static const unsigned char hover_js[] = {
#embed "page/hover.js"
};

static const unsigned char chart_js[] = {
#embed "page/chart.js"
};

static const unsigned char panel_js[] = {
#embed "page/panel.js"
};

static const unsigned char weights_js[] = {
#embed "page/weights.js"
};

static const unsigned char branches_js[] = {
#embed "page/branches.js"
};

static const unsigned char comparison_js[] = {
#embed "page/comparison.js"
};

static const unsigned char syntax_js[] = {
#embed "page/syntax.js"
};

static const unsigned char legend_js[] = {
#embed "page/legend.js"
};

static const unsigned char layout_js[] = {
#embed "page/layout.js"
};

static const unsigned char help_js[] = {
#embed "page/help.js"
};

static const unsigned char growth_js[] = {
#embed "page/growth.js"
};

static const unsigned char selection_js[] = {
#embed "page/selection.js"
};

static const unsigned char shortcuts_js[] = {
#embed "page/shortcuts.js"
};

static const unsigned char toolbar_js[] = {
#embed "page/toolbar.js"
};

static const unsigned char app_js[] = {
#embed "page/app.js"
};

static const unsigned char main_js[] = {
#embed "page/main.js"
};

static const unsigned char live_html[] = {
#embed "page/live.html"
};

static const unsigned char live_css[] = {
#embed "page/live.css"
};

static const unsigned char live_server_js[] = {
#embed "page/live-server.js"
};

static const unsigned char live_source_js[] = {
#embed "page/live-source.js"
};

static const unsigned char live_fields_js[] = {
#embed "page/live-fields.js"
};

static const unsigned char live_settings_js[] = {
#embed "page/live-settings.js"
};

static const unsigned char live_composer_js[] = {
#embed "page/live-composer.js"
};

static const unsigned char live_models_js[] = {
#embed "page/live-models.js"
};

static const unsigned char live_sessions_js[] = {
#embed "page/live-sessions.js"
};

static const unsigned char live_run_js[] = {
#embed "page/live-run.js"
};

static const unsigned char live_attribution_js[] = {
#embed "page/live-attribution.js"
};

static const unsigned char live_signals_js[] = {
#embed "page/live-signals.js"
};

static const unsigned char live_token_js[] = {
#embed "page/live-token.js"
};

static const unsigned char live_prompt_js[] = {
#embed "page/live-prompt.js"
};

static const unsigned char live_desk_js[] = {
#embed "page/live-desk.js"
};

static const unsigned char live_js[] = {
#embed "page/live.js"
};

static const tscope_page_file files[] = {
    {"shell.html", shell_html, sizeof shell_html},
    {"page.css", page_css, sizeof page_css},
    {"dom.js", dom_js, sizeof dom_js},
    {"rows.js", rows_js, sizeof rows_js},
    {"trace.js", trace_js, sizeof trace_js},
    {"source.js", source_js, sizeof source_js},
    {"scales.js", scales_js, sizeof scales_js},
    {"diff.js", diff_js, sizeof diff_js},
    {"search.js", search_js, sizeof search_js},
    {"export.js", export_js, sizeof export_js},
    {"stream.js", stream_js, sizeof stream_js},
    {"hover.js", hover_js, sizeof hover_js},
    {"chart.js", chart_js, sizeof chart_js},
    {"panel.js", panel_js, sizeof panel_js},
    {"weights.js", weights_js, sizeof weights_js},
    {"branches.js", branches_js, sizeof branches_js},
    {"comparison.js", comparison_js, sizeof comparison_js},
    {"syntax.js", syntax_js, sizeof syntax_js},
    {"legend.js", legend_js, sizeof legend_js},
    {"layout.js", layout_js, sizeof layout_js},
    {"help.js", help_js, sizeof help_js},
    {"growth.js", growth_js, sizeof growth_js},
    {"selection.js", selection_js, sizeof selection_js},
    {"shortcuts.js", shortcuts_js, sizeof shortcuts_js},
    {"toolbar.js", toolbar_js, sizeof toolbar_js},
    {"app.js", app_js, sizeof app_js},
    {"main.js", main_js, sizeof main_js},
    {"live.html", live_html, sizeof live_html},
    {"live.css", live_css, sizeof live_css},
    {"live-server.js", live_server_js, sizeof live_server_js},
    {"live-source.js", live_source_js, sizeof live_source_js},
    {"live-fields.js", live_fields_js, sizeof live_fields_js},
    {"live-settings.js", live_settings_js, sizeof live_settings_js},
    {"live-composer.js", live_composer_js, sizeof live_composer_js},
    {"live-models.js", live_models_js, sizeof live_models_js},
    {"live-sessions.js", live_sessions_js, sizeof live_sessions_js},
    {"live-run.js", live_run_js, sizeof live_run_js},
    {"live-attribution.js", live_attribution_js, sizeof live_attribution_js},
    {"live-signals.js", live_signals_js, sizeof live_signals_js},
    {"live-token.js", live_token_js, sizeof live_token_js},
    {"live-prompt.js", live_prompt_js, sizeof live_prompt_js},
    {"live-desk.js", live_desk_js, sizeof live_desk_js},
    {"live.js", live_js, sizeof live_js},
};

size_t tscope_page_file_count(void) {
    return sizeof files / sizeof files[0];
}

tscope_page_file tscope_page_file_at(size_t index) {
    return files[index];
}
