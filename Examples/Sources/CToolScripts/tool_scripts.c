#include "tool_scripts.h"

#if defined(__clang__)
#pragma clang diagnostic ignored "-Wc23-extensions"
#endif

static const char grammars[] = {
#embed "../../../Scripts/grammars" suffix(, 0)
};

const char *tool_grammar_script(void) { return grammars; }
