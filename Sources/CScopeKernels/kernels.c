#include "tscope_kernels.h"
