/* Checks products with packed weights, of every format in every arithmetic, against double precision:
 * for processors that the Swift tests do not run on (Scripts/neon) and for sanitizers (Scripts/kernels).
 * Prints a line for each format; exits with 1 where one is wrong. */
#include "tscope_kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef CHECK_ROWS
#define CHECK_ROWS 70
#endif

enum { OUTPUTS = 100, ROWS = CHECK_ROWS, FEW = 9 };

/* Errors relative to the sum of magnitudes, ten times what random numbers show. */
static const double allowed[] = {1e-6, 1e-6, 4e-5, 8e-3, 8e-3};
static const char *const arithmetics[] = {"float32", "fixed24", "fixed16", "int8", "bf16"};

static float uniform(void) { return (float)rand() / (float)RAND_MAX - 0.5f; }

static void *memory(size_t bytes)
{
    void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!p) exit(2);
    memset(p, 0, bytes);
    return p;
}

static void put_half(uint8_t *at, float value)
{
    _Float16 half = (_Float16)value;
    memcpy(at, &half, 2);
}

/* Random bits make random codes, but scales have to be numbers. */
static void fill(tscope_element element, uint8_t *block, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) block[i] = (uint8_t)rand();
    float value = uniform();
    uint32_t bits;
    memcpy(&bits, &value, 4);
    uint16_t upper = (uint16_t)(bits >> 16);
    switch (element) {
    case TSCOPE_F32: memcpy(block, &value, 4); break;
    case TSCOPE_BF16: memcpy(block, &upper, 2); break;
    case TSCOPE_F16: put_half(block, value); break;
    case TSCOPE_MXFP4: block[0] = (uint8_t)(120 + rand() % 6); break;
    case TSCOPE_Q2_K:
        put_half(block + 80, value / 10);
        put_half(block + 82, 0.02f);
        break;
    case TSCOPE_Q3_K: put_half(block + 108, value / 10); break;
    case TSCOPE_Q6_K: put_half(block + 208, value / 10); break;
    case TSCOPE_Q4_1:
    case TSCOPE_Q5_1:
    case TSCOPE_Q4_K:
    case TSCOPE_Q5_K: put_half(block + 2, 0.02f); /* and the scale */
    default: put_half(block, value / 10);
    }
}

static double error(const float *x, size_t count, const float *w, size_t stride, float result)
{
    double sum = 0, size = 0;
    for (size_t i = 0; i < count; i++) {
        double product = (double)x[i] * w[i * stride];
        sum += product;
        size += fabs(product);
    }
    return fabs(sum - result) / (size > 0 ? size : 1);
}

static int check(const tscope_kernel_table *kernels, tscope_element element)
{
    const tscope_block shape = tscope_block_of(element);
    const size_t inputs = shape.elements == 1 ? 333 : 1024;
    const size_t step = inputs / shape.elements * shape.bytes, panel = kernels->panel_outputs;
    uint8_t *stored = memory(step * OUTPUTS);
    for (size_t b = 0; b < step * OUTPUTS; b += shape.bytes) fill(element, stored + b, shape.bytes);
    float *wide = memory(inputs * OUTPUTS * 4);
    for (size_t o = 0; o < OUTPUTS; o++)
        kernels->widen(element, stored + o * step, inputs, wide + o * inputs);

    const size_t bytes = kernels->panel_bytes(element, inputs);
    const size_t panels = (OUTPUTS + panel - 1) / panel;
    uint8_t *packed = memory(bytes * panels);
    for (size_t p = 0; p < panels; p++) {
        size_t left = OUTPUTS - p * panel;
        kernels->pack_panel(
            element, stored + p * panel * step, step, shape.bytes / shape.elements,
            left < panel ? left : panel, inputs, packed + p * bytes);
    }
    int wrong = 0;
    float *row = memory(inputs * 4);
    for (size_t o = 0; o < OUTPUTS; o++) {
        kernels->widen_output(element, packed + o / panel * bytes, o % panel, inputs, row);
        wrong += memcmp(row, wide + o * inputs, inputs * 4) != 0;
    }
    if (wrong) printf("%2d: %d outputs do not come back from their panels\n", element, wrong);

    float *x = memory(ROWS * inputs * 4), *all = memory(ROWS * OUTPUTS * 4);
    float *some = memory(ROWS * OUTPUTS * 4), *operand = memory(ROWS * inputs * 16);
    for (size_t i = 0; i < ROWS * inputs; i++) x[i] = uniform();
    for (int a = 0; a < 5; a++) {
        kernels->prepare(a, element, x, ROWS, inputs, operand);
        kernels->multiply_panels(
            a, element, x, operand, ROWS, inputs, packed, OUTPUTS, 0, all, OUTPUTS);
        double worst = 0;
        for (size_t r = 0; r < ROWS; r++)
            for (size_t o = 0; o < OUTPUTS; o++)
                worst = fmax(
                    worst,
                    error(x + r * inputs, inputs, wide + o * inputs, 1, all[r * OUTPUTS + o]));
        int differ = 0;
        for (size_t rows = 1; rows <= FEW; rows++) {
            kernels->prepare(a, element, x, rows, inputs, operand);
            kernels->multiply_panels(
                a, element, x, operand, rows, inputs, packed, OUTPUTS, 0, some, OUTPUTS);
            differ += memcmp(some, all, rows * OUTPUTS * 4) != 0;
        }
        if (!(worst <= allowed[a]) || differ) {
            printf("%2d %s: error %g, %d batches differ\n", element, arithmetics[a], worst, differ);
            wrong++;
        }
    }

    float *gradient = memory(ROWS * OUTPUTS * 4), *back = memory(ROWS * inputs * 4);
    for (size_t i = 0; i < ROWS * OUTPUTS; i++) gradient[i] = uniform();
    kernels->multiply_adjoint(
        element, gradient, ROWS, OUTPUTS, packed, inputs, 0, inputs, back, inputs);
    double worst = 0;
    for (size_t r = 0; r < ROWS; r++)
        for (size_t i = 0; i < inputs; i++)
            worst = fmax(
                worst,
                error(gradient + r * OUTPUTS, OUTPUTS, wide + i, inputs, back[r * inputs + i]));
    if (!(worst <= allowed[0])) {
        printf("%2d transposed: error %g\n", element, worst);
        wrong++;
    }
    printf("%2d %s\n", element, wrong ? "wrong" : "ok");
    free(stored), free(wide), free(packed), free(row), free(x), free(all), free(some);
    free(operand), free(gradient), free(back);
    return wrong;
}

/* Of the level that the argument names, or of the best; nothing where the processor has not got it. */
int main(int count, char **arguments)
{
    const tscope_kernel_table *kernels =
        tscope_kernels(count > 1 ? (tscope_level)atoi(arguments[1]) : tscope_best_level());
    int wrong = 0;
    if (!kernels) return 0;
    for (int element = 0; element <= TSCOPE_MXFP4; element++) wrong += check(kernels, element);
    return wrong > 0;
}
