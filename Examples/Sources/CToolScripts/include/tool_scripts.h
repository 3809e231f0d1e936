/* Scripts of the package that the tool brings along, so that it works wherever its binary is. */
#ifndef TOOL_SCRIPTS_H
#define TOOL_SCRIPTS_H

/* The text of Scripts/grammars, ended by a NUL. */
const char *tool_grammar_script(void);

#endif
