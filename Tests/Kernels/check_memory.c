/* Checks that kernels touch their operands and nothing else, whatever the sizes and wherever the operands
 * lie: Scripts/kernels builds it under sanitizers and runs it under valgrind.
 *
 *   check_memory LEVEL guard   every operand ends at a page that cannot be touched, then begins at one
 *   check_memory LEVEL heap    every operand is a block of the heap, at the least alignment
 *
 * Results have to be the same bits wherever the operands lie. Prints what differs; exits with 1 then. */
#define _GNU_SOURCE
#include "tscope_kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum place { AT_END, AT_START, SHIFTED, PLACES };

static enum place place;
static int uses_heap;
static const tscope_kernel_table *kernels;
static int wrong;

/* What is freed when a case is over. */
static struct { void *start; size_t bytes; } blocks[64];
static int block_count;

/* Memory for an operand of this alignment. What is written first is the same in every place. */
static void *operand(size_t bytes, size_t alignment)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *start;
    if (uses_heap) {
        /* The heap gives 16; the least that is allowed is less, but for panels. */
        size_t shift = place == SHIFTED && alignment < 16 ? alignment : 0;
        blocks[block_count].bytes = 0;
        if (alignment > 16) {
            start = aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
        } else {
            start = malloc(bytes + shift);
        }
        if (!start) exit(2);
        blocks[block_count++].start = start;
        return start + shift;
    }
    size_t room = (bytes + page - 1) / page * page + page;
    start = mmap(0, room + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED || mprotect(start + page, room, PROT_READ | PROT_WRITE)) exit(2);
    blocks[block_count].bytes = room + 2 * page;
    blocks[block_count++].start = start;
    uint8_t *at = start + page;
    if (place == AT_END) at += (room - bytes) / alignment * alignment;
    if (place == SHIFTED) at += alignment;
    return at;
}

static void release(void)
{
    while (block_count > 0) {
        block_count--;
        if (uses_heap) free(blocks[block_count].start);
        else munmap(blocks[block_count].start, blocks[block_count].bytes);
    }
}

static uint32_t state;

static uint32_t number(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static float *floats(size_t count)
{
    float *x = operand(count * 4, 4);
    for (size_t i = 0; i < count; i++) x[i] = (float)number() / 16777216 - 0.5f;
    return x;
}

/* Room for results, which a kernel has to fill. */
static float *results(size_t count) { return operand(count * 4, 4); }

/* Numbers as a cache of this element keeps them. */
static const void *cached(tscope_element element, const float *x, size_t count)
{
    if (element == TSCOPE_F32) return x;
    uint16_t *halves = operand(count * 2, 2);
    kernels->narrow(x, count, halves);
    return halves;
}

/* Blocks whose every byte is a small number, so that scales are numbers too. */
static void *stored(tscope_element element, size_t count)
{
    tscope_block block = tscope_block_of(element);
    size_t bytes = count / block.elements * block.bytes;
    uint8_t *at = operand(bytes, block.elements == 1 ? block.bytes : 1);
    for (size_t i = 0; i < bytes; i++) at[i] = (uint8_t)(number() % 48);
    return at;
}

/* The bits that the case gave in the first place, and how many. */
static uint32_t kept[1 << 16];
static size_t kept_count, seen_count;

static void keep(const char *name, size_t a, size_t b, const float *x, size_t count)
{
    for (size_t i = 0; i < count; i++, seen_count++) {
        uint32_t bits;
        memcpy(&bits, x + i, 4);
        if (seen_count >= sizeof kept / sizeof *kept) exit(3);
        if (place == 0) {
            kept[kept_count++] = bits;
        } else if (kept[seen_count] != bits) {
            printf("%s %zu %zu: another result in place %d\n", name, a, b, place);
            wrong = 1;
            return;
        }
    }
}

static void vectors(size_t n)
{
    float *x = floats(n), *y = floats(n);
    kernels->softmax(x, n), keep("softmax", n, 0, x, n);
    kernels->silu(x, n), keep("silu", n, 0, x, n);
    kernels->gelu_tanh(x, n), keep("gelu_tanh", n, 0, x, n);
    kernels->gelu_erf(x, n), keep("gelu_erf", n, 0, x, n);
    kernels->gelu_quick(x, n), keep("gelu_quick", n, 0, x, n);
    kernels->soft_cap(y, n, 3), keep("soft_cap", n, 0, y, n);
    kernels->scale(y, n, 3), keep("scale", n, 0, y, n);
    kernels->clamp(y, n, 0.5f), keep("clamp", n, 0, y, n);
    kernels->add_slope(y, n, 0.25f, -3), keep("add_slope", n, 0, y, n);
    kernels->multiply(x, n, y), keep("multiply", n, 0, y, n);
    kernels->add(x, n, y), keep("add", n, 0, y, n);
    kernels->relu(y, n), keep("relu", n, 0, y, n);
    kernels->relu_squared(y, n), keep("relu_squared", n, 0, y, n);
    double sum = 0, entropy = 0;
    if (!kernels->logits_summary(y, n, &sum, &entropy)) wrong = 1, printf("summary %zu\n", n);
    float narrow[2] = {(float)sum, (float)entropy};
    keep("logits_summary", n, 0, narrow, 2);
    size_t k = n < 9 ? n : 9;
    uint32_t *indices = operand(k * 4, 4);
    float *values = results(k);
    kernels->top(y, n, k, indices, values), keep("top", n, k, values, k);
    release();
}

static void rows(size_t count, size_t width)
{
    float *x = floats(count * width), *out = results(count * width);
    float *weight = floats(width), *bias = floats(width);
    kernels->rms_norm(x, count, width, weight, 1e-5, out);
    keep("rms_norm", count, width, out, count * width);
    kernels->layer_norm(x, count, width, weight, bias, 1e-5, out);
    keep("layer_norm", count, width, out, count * width);
    kernels->layer_norm(x, count, width, 0, 0, 1e-5, out);
    keep("layer_norm", count, width, out, count * width);
    float *scores = results(count);
    kernels->dot_rows(weight, width, x, count, 0.5f, scores);
    keep("dot_rows", count, width, scores, count);
    kernels->add_weighted_rows(scores, count, x, width, bias);
    keep("add_weighted_rows", count, width, bias, width);
    release();

    /* Two heads; their rotated parts are of every even width up to the head's. */
    for (size_t half = 1; 2 * half <= width; half += 3)
        for (int adjacent = 0; adjacent < 2; adjacent++) {
            float *heads = floats(count * 2 * width);
            float *cosines = floats(count * half), *sines = floats(count * half);
            kernels->rotate(heads, count, 2 * width, width, cosines, sines, half, adjacent);
            keep("rotate", count, width, heads, count * 2 * width);
            release();
        }

    for (int element = TSCOPE_F32; element <= TSCOPE_F16; element++) {
        float *queries = floats(count * width), *wide = floats(width * TSCOPE_PAGE);
        const void *keys = cached((tscope_element)element, wide, width * TSCOPE_PAGE);
        size_t stride = TSCOPE_PAGE + 1;
        float *page = results((count - 1) * stride + TSCOPE_PAGE);
        kernels->score_page(
            (tscope_element)element, queries, count, width, keys, 0.5f, page, stride);
        for (size_t q = 0; q < count; q++)
            keep("score_page", count, width, page + q * stride, TSCOPE_PAGE);
        size_t filled = 1 + count % TSCOPE_PAGE;
        float *read = floats(filled * width), *mixed = floats(count * width);
        const void *values = cached((tscope_element)element, read, filled * width);
        float *shares = floats(count * filled);
        kernels->mix_page(
            (tscope_element)element, shares, count, filled, values, filled, width, mixed);
        keep("mix_page", count, width, mixed, count * width);
        release();
    }
}

static void products(tscope_element element, size_t count, size_t inputs, size_t outputs)
{
    tscope_block block = tscope_block_of(element);
    float *x = floats(count * inputs), *bias = floats(outputs), *out = results(count * outputs);
    void *w = stored(element, inputs * outputs);
    kernels->multiply_output_major(
        element, x, count, inputs, w, inputs, outputs, bias, out, outputs);
    keep("multiply_output_major", inputs, outputs, out, count * outputs);
    float *row = results(inputs);
    kernels->widen(element, w, inputs, row), keep("widen", inputs, 0, row, inputs);
    if (block.elements == 1) {
        kernels->multiply_input_major(
            element, x, count, inputs, w, outputs, outputs, 0, out, outputs);
        keep("multiply_input_major", inputs, outputs, out, count * outputs);
    }

    const size_t panel = kernels->panel_outputs, bytes = kernels->panel_bytes(element, inputs);
    const size_t panels = (outputs + panel - 1) / panel;
    const size_t step = inputs / block.elements * block.bytes;
    uint8_t *packed = operand(bytes * panels, 64);
    memset(packed, 0, bytes * panels);
    for (size_t p = 0; p < panels; p++) {
        size_t left = outputs - p * panel;
        kernels->pack_panel(
            element, (uint8_t *)w + p * panel * step, step, block.bytes / block.elements,
            left < panel ? left : panel, inputs, packed + p * bytes);
    }
    kernels->widen_output(element, packed, 0, inputs, row);
    keep("widen_output", inputs, outputs, row, inputs);
    float *wide = results((inputs - 1) * (panel + 1) + panel);
    kernels->widen_panel(element, packed, 0, inputs, wide, panel + 1);
    for (size_t i = 0; i < inputs; i++) keep("widen_panel", inputs, i, wide + i * (panel + 1), 1);
    for (int a = 0; a <= TSCOPE_BFLOAT16; a++) {
        size_t prepared = kernels->operand_bytes(a, element, count, inputs);
        void *made = prepared ? operand(prepared, 4) : 0;
        kernels->prepare(a, element, x, count, inputs, made);
        kernels->multiply_panels(
            a, element, x, made, count, inputs, packed, outputs, bias, out, outputs);
        keep("multiply_panels", inputs, outputs, out, count * outputs);
    }
    float *gradient = floats(count * outputs), *back = results(count * inputs);
    kernels->multiply_adjoint(
        element, gradient, count, outputs, packed, inputs, 0, inputs, back, inputs);
    keep("multiply_adjoint", inputs, outputs, back, count * inputs);
    release();
}

/* A case in every place, with the same numbers. */
#define EVERYWHERE(call)                                                                          \
    do {                                                                                          \
        kept_count = 0;                                                                           \
        for (int p = 0; p < PLACES; p++) {                                                        \
            place = (enum place)p, state = 1, seen_count = 0;                                     \
            call;                                                                                 \
        }                                                                                         \
    } while (0)

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    uses_heap = strcmp(argv[2], "heap") == 0;
    kernels = tscope_kernels((tscope_level)atoi(argv[1]));
    if (!kernels) {
        printf("level %s is not there\n", argv[1]);
        return 0;
    }
    for (size_t n = 1; n < 70; n++) EVERYWHERE(vectors(n));
    EVERYWHERE(vectors(1023));
    static const size_t counts[] = {1, 2, 3, 5, 9, 17}, widths[] = {1, 2, 7, 8, 15, 17, 33, 64, 67};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
            EVERYWHERE(rows(counts[c], widths[w]));
    static const size_t outputs[] = {1, 7, 16, 33, 50};
    for (int element = 0; element <= TSCOPE_MXFP4; element++) {
        size_t unit = tscope_block_of((tscope_element)element).elements;
        for (size_t times = 1; times <= (unit == 1 ? 35 : unit == 32 ? 5 : 2);
             times += unit == 1 ? 17 : 2)
            for (size_t o = 0; o < sizeof outputs / sizeof *outputs; o++)
                for (size_t count = 1; count < 10; count += 4)
                    EVERYWHERE(products(element, count, unit * times, outputs[o]));
    }
    printf("level %s, %s: %s\n", argv[1], argv[2], wrong ? "wrong" : "ok");
    return wrong;
}
