/* The C library's getopt_long, whose state is global and whose header Swift does not import. */
#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

typedef struct {
    const char *name;
    int takes_value;
} tool_flag;

enum { TOOL_OPTION_END = -1, TOOL_OPTION_UNKNOWN = -2, TOOL_OPTION_NEEDS_VALUE = -3 };

/* The next flag's place in the table, or one of the codes above. `first` begins a new command line;
 * words are reordered so that operands come last, from `*next` on. */
int tool_next_option(int argc, char **argv, const tool_flag *flags, int count, int first,
                     const char **value, int *next);

#endif
