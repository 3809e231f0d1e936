/* llama.cpp as a contestant: reads one measurement a line from standard input and answers with
 * tokens a second by CPU time.
 *
 *   llama_speed MODEL.gguf THREADS mapped|tuned
 *
 * "tuned" copies the weights instead of mapping them, which with huge pages for malloc
 * (GLIBC_TUNABLES=glibc.malloc.hugetlb=1) is its fastest set-up.
 *
 *   prefill N          a prompt of N tokens in one pass
 *   decode N CONTEXT   N tokens after CONTEXT
 *   signals N CONTEXT  the same, keeping every layer's attention rows, entropy, margin and top 10
 *   batch L P N        N tokens of L sequences each after one shared prefix of P; all together
 *   open               opens the mapped model again and predicts what follows one token; times a second
 *   encode             MB a second of the files in TEXTS (with ":" between) by the model VOCABULARY
 *   spell              MB a second of their ids as text
 *
 * cc -O3 -march=native -ffast-math -I LLAMA/include -I LLAMA/ggml/include llama_speed.c
 *     -L BIN -lllama -lggml-base -lm */
#include "llama.h"

#include "ggml-backend.h"
#include "ggml.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int wall = 0;

static double now(void)
{
    struct timespec t;
    clock_gettime(wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void quiet(enum ggml_log_level level, const char *text, void *user)
{
    (void)level, (void)text, (void)user;
}

static struct llama_context *new_context(struct llama_model *model, int size, int lanes, int threads)
{
    struct llama_context_params p = llama_context_default_params();
    p.n_ctx = (uint32_t)size;
    p.n_batch = 4096;
    p.n_ubatch = 512;
    p.n_seq_max = (uint32_t)lanes;
    p.kv_unified = 1;
    p.n_threads = p.n_threads_batch = threads;
    return llama_init_from_model(model, p);
}

static void read_prompt(struct llama_context *context, int count)
{
    llama_token *ids = malloc(sizeof *ids * (size_t)(count + 1));
    for (int i = 0; i < count; i++) ids[i] = 100 + i % 1000;
    llama_decode(context, llama_batch_get_one(ids, count));
    free(ids);
}

static double prefill(struct llama_model *model, int count, int threads)
{
    struct llama_context *context = new_context(model, count + 64, 1, threads);
    double start = now();
    read_prompt(context, count);
    double seconds = now() - start;
    llama_free(context);
    return count / seconds;
}

static double decode(struct llama_model *model, int count, int before, int threads)
{
    struct llama_context *context = new_context(model, before + count + 64, 1, threads);
    read_prompt(context, before > 0 ? before : 1);
    llama_token next = 101;
    double start = now();
    for (int i = 0; i < count; i++) {
        llama_decode(context, llama_batch_get_one(&next, 1));
        const float *logits = llama_get_logits_ith(context, -1);
        next = 100 + (logits[0] > logits[1]) + i;
    }
    double seconds = now() - start;
    llama_free(context);
    return count / seconds;
}

/* Attention rows of the pass, copied out as they are computed. */
#define MOST_ROWS ((size_t)64 << 20)
static char *rows;
static size_t row_bytes;
static int records;

static bool keep_attention(struct ggml_tensor *tensor, bool asks, void *user)
{
    (void)user;
    if (strncmp(tensor->name, "kq_soft_max", 11) != 0) return !asks;
    if (asks) return records;
    size_t bytes = ggml_nbytes(tensor);
    if (row_bytes + bytes <= MOST_ROWS) {
        ggml_backend_tensor_get(tensor, rows + row_bytes, 0, bytes);
        row_bytes += bytes;
    }
    return true;
}

static volatile float kept;

static int measure_logits(const float *logits, int count)
{
    float largest = logits[0], sum = 0, weighted = 0, top[10];
    int best = 0, places[10], held = 0;
    for (int i = 1; i < count; i++)
        if (logits[i] > largest) largest = logits[i], best = i;
    for (int i = 0; i < count; i++) {
        float z = logits[i] - largest, p = expf(z);
        sum += p;
        weighted += p * z;
    }
    for (int i = 0; i < count; i++) {
        if (held == 10 && logits[i] <= top[9]) continue;
        int j = held < 10 ? held++ : 9;
        for (; j > 0 && top[j - 1] < logits[i]; j--) top[j] = top[j - 1], places[j] = places[j - 1];
        top[j] = logits[i], places[j] = i;
    }
    kept = logf(sum) - weighted / sum + top[1] + (float)places[9];
    return best;
}

static double signals(struct llama_model *model, int count, int before, int threads)
{
    if (!rows) rows = malloc(MOST_ROWS);
    struct llama_context_params p = llama_context_default_params();
    p.n_ctx = (uint32_t)(before + count + 64);
    p.n_batch = 4096;
    p.n_ubatch = 512;
    p.n_threads = p.n_threads_batch = threads;
    p.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    p.cb_eval = keep_attention;
    struct llama_context *context = llama_init_from_model(model, p);
    int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
    records = 0;
    read_prompt(context, before > 0 ? before : 1);
    records = 1;
    llama_token next = 101;
    double start = now();
    for (int i = 0; i < count; i++) {
        row_bytes = 0;
        llama_decode(context, llama_batch_get_one(&next, 1));
        next = measure_logits(llama_get_logits_ith(context, -1), vocabulary) % 30000;
    }
    double seconds = now() - start;
    llama_free(context);
    return count / seconds;
}

static double batch(struct llama_model *model, int lanes, int prefix, int count, int threads)
{
    struct llama_context *context
        = new_context(model, prefix + lanes * (count + 1) + 64, lanes, threads);
    read_prompt(context, prefix);
    for (int l = 1; l < lanes; l++)
        llama_memory_seq_cp(llama_get_memory(context), 0, l, -1, -1);
    struct llama_batch step = llama_batch_init(lanes, 0, 1);
    double start = now();
    for (int i = 0; i < count; i++) {
        step.n_tokens = lanes;
        for (int l = 0; l < lanes; l++) {
            step.token[l] = 100 + 7 * l + i;
            step.pos[l] = prefix + i;
            step.n_seq_id[l] = 1;
            step.seq_id[l][0] = l;
            step.logits[l] = 1;
        }
        llama_decode(context, step);
        llama_get_logits_ith(context, lanes - 1);
    }
    double seconds = now() - start;
    llama_batch_free(step);
    llama_free(context);
    return lanes * count / seconds;
}

static double open_again(const char *path, int threads)
{
    double start = now();
    struct llama_model *model = llama_model_load_from_file(path, llama_model_default_params());
    if (!model) return 0;
    struct llama_context *context = new_context(model, 64, 1, threads);
    read_prompt(context, 1);
    kept = llama_get_logits_ith(context, -1)[0];
    double seconds = now() - start;
    llama_free(context);
    llama_model_free(model);
    return 1 / seconds;
}

#define MOST_BYTES (1 << 20)

/* Reads the files one by one, so that what is measured is many texts and not one long one. */
static double vocabulary(int spells)
{
    static struct llama_model *model;
    if (!model) {
        struct llama_model_params p = llama_model_default_params();
        p.vocab_only = 1;
        model = llama_model_load_from_file(getenv("VOCABULARY"), p);
    }
    const char *list = getenv("TEXTS");
    if (!model || !list) return 0;
    char *paths = strdup(list), *text = malloc(MOST_BYTES), *out = malloc(8 * MOST_BYTES), *state;
    llama_token *ids = malloc(MOST_BYTES * sizeof *ids);
    const struct llama_vocab *words = llama_model_get_vocab(model);
    double seconds = 0, bytes = 0;
    for (char *path = strtok_r(paths, ":", &state); path; path = strtok_r(NULL, ":", &state)) {
        FILE *file = fopen(path, "rb");
        if (!file) continue;
        int length = (int)fread(text, 1, MOST_BYTES, file);
        fclose(file);
        double start = now();
        int count = llama_tokenize(words, text, length, ids, MOST_BYTES, 0, 0);
        double between = now();
        if (count < 0) continue;
        if (spells) length = llama_detokenize(words, ids, count, out, 8 * MOST_BYTES, 0, 1);
        seconds += spells ? now() - between : between - start;
        bytes += length;
    }
    free(ids);
    free(out);
    free(text);
    free(paths);
    return bytes / seconds / 1e6;
}

int main(int argc, char **argv)
{
    if (argc != 4) return 2;
    int threads = atoi(argv[2]);
    const char *clock = getenv("CLOCK");
    wall = clock && strcmp(clock, "wall") == 0;
    llama_log_set(quiet, 0);
    llama_backend_init();
    struct llama_model_params p = llama_model_default_params();
    if (strcmp(argv[3], "tuned") == 0) p.load_mode = LLAMA_LOAD_MODE_NONE;
    struct llama_model *model = llama_model_load_from_file(argv[1], p);
    if (!model) return 1;
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        int a = 0, b = 0, c = 0;
        double value = 0;
        if (sscanf(line, "prefill %d", &a) == 1) value = prefill(model, a, threads);
        else if (sscanf(line, "decode %d %d", &a, &b) == 2) value = decode(model, a, b, threads);
        else if (sscanf(line, "signals %d %d", &a, &b) == 2) value = signals(model, a, b, threads);
        else if (sscanf(line, "batch %d %d %d", &a, &b, &c) == 3)
            value = batch(model, a, b, c, threads);
        else if (strcmp(line, "open\n") == 0) value = open_again(argv[1], threads);
        else if (strcmp(line, "encode\n") == 0) value = vocabulary(0);
        else if (strcmp(line, "spell\n") == 0) value = vocabulary(1);
        printf("%.6g\n", value);
        fflush(stdout);
    }
    llama_model_free(model);
    return 0;
}
