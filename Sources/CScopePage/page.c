#include "tscope_page.h"

// The page's files, taken in by the compiler as they are: there is no build step.
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

static const unsigned char help_js[] = {
#embed "page/help.js"
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
    {"help.js", help_js, sizeof help_js},
    {"toolbar.js", toolbar_js, sizeof toolbar_js},
    {"app.js", app_js, sizeof app_js},
    {"main.js", main_js, sizeof main_js},
};

size_t tscope_page_file_count(void) {
    return sizeof files / sizeof files[0];
}

tscope_page_file tscope_page_file_at(size_t index) {
    return files[index];
}
