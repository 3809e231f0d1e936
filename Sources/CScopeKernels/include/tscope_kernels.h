/* Leaf loops that BLAS lacks. No allocation, no threads; one sum per output, in one fixed order,
 * so a row's result depends neither on its batch nor on the number of threads. */
#ifndef TSCOPE_KERNELS_H
#define TSCOPE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#endif
