#include "tool_options.h"

#include <getopt.h>
#include <string.h>

enum { MOST_FLAGS = 128 };

int tool_next_option(int argc, char **argv, const tool_flag *flags, int count, int first,
                     const char **value, int *next) {
    struct option table[MOST_FLAGS + 1];
    memset(table, 0, sizeof table);
    for (int i = 0; i < count && i < MOST_FLAGS; i++) {
        table[i].name = flags[i].name;
        table[i].has_arg = flags[i].takes_value ? required_argument : no_argument;
    }
    if (first) {
#ifdef __GLIBC__
        optind = 0;
#else
        optreset = 1;
        optind = 1;
#endif
        opterr = 0;
    }
    int index = -1;
    int found = getopt_long(argc, argv, ":", table, &index);
    *value = optarg;
    *next = optind;
    if (found == -1) return TOOL_OPTION_END;
    if (found == ':') return TOOL_OPTION_NEEDS_VALUE;
    return found == 0 && index >= 0 ? index : TOOL_OPTION_UNKNOWN;
}
