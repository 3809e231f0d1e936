/* Part of the kernel source that each level compiles: rows prepared for products with panels, once
 * for all panels.
 *
 * binary32: the sums of inputs that share a scale, in formats with a least value. bfloat16: the
 * inputs rounded, two a word. Fixed point: 32 inputs share a scale, and each is an integer of one,
 * two or three signed digits of 8 bits, the lowest first. */

/* Inputs that share a scale of their own, in fixed point. */
#define SHARED_INPUTS 32

INLINE int digit_count(tscope_arithmetic arithmetic)
{
    switch (arithmetic) {
    case TSCOPE_INT8: return 1;
    case TSCOPE_FIXED16: return 2;
    default: return 3;
    }
}

/* The arithmetic that is possible: plain elements are computed with as they are. */
INLINE tscope_arithmetic arithmetic_of(tscope_arithmetic wanted, tscope_element element)
{
    if (wanted == TSCOPE_FLOAT32 || wanted == TSCOPE_BFLOAT16) return wanted;
    return tscope_block_of(element).elements == 1 ? TSCOPE_FLOAT32 : wanted;
}

/* Where the parts of prepared rows lie, in bytes. */
typedef struct {
    size_t digits;    /* digit · rows · inputs bytes */
    size_t sums;      /* of the digits that share a scale of weights: digit · rows · groups */
    size_t scales;    /* rows · inputs / 32 */
    size_t real_sums; /* rows · groups */
    size_t bytes;
} operand_places;

INLINE operand_places places(
    tscope_arithmetic arithmetic, tscope_element element, size_t rows, size_t inputs)
{
    size_t groups = inputs / (size_t)scaled_inputs(element);
    operand_places p = {0, 0, 0, 0, 0};
    switch (arithmetic) {
    case TSCOPE_FLOAT32: p.bytes = has_least(element) ? rows * groups * sizeof(float) : 0; break;
    case TSCOPE_BFLOAT16: p.bytes = rows * ((inputs + 1) / 2) * sizeof(uint32_t); break;
    default: {
        size_t count = (size_t)digit_count(arithmetic);
        p.sums = count * rows * inputs;
        p.scales = p.sums + count * rows * groups * sizeof(int32_t);
        p.real_sums = p.scales + rows * (inputs / SHARED_INPUTS) * sizeof(float);
        p.bytes = p.real_sums + rows * groups * sizeof(float);
    }
    }
    return p;
}

static size_t operand_bytes(
    tscope_arithmetic wanted, tscope_element element, size_t rows, size_t inputs)
{
    return places(arithmetic_of(wanted, element), element, rows, inputs).bytes;
}

/* To nearest, ties to even; NaN stays NaN. */
INLINE uint32_t round_bf16(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return bits >> 16 | 0x40;
    return (bits + 0x7FFFu + (bits >> 16 & 1)) >> 16;
}

INLINE vu round_bf16_lanes(vf values)
{
    vu bits = (vu)values;
    vu rounded = (bits + 0x7FFFu + (bits >> 16 & 1)) >> 16;
    vu special = (vu)((bits & 0x7FFFFFFFu) > 0x7F800000u);
    return (special & (bits >> 16 | 0x40)) | (~special & rounded);
}

static void round_inputs(const float *x, size_t rows, size_t inputs, uint32_t *pairs)
{
    for (size_t r = 0; r < rows; r++, x += inputs)
        for (size_t i = 0; i < inputs; i += 2)
            *pairs++ = round_bf16(x[i]) | (i + 1 < inputs ? round_bf16(x[i + 1]) << 16 : 0);
}

static void sum_inputs(const float *x, size_t count, size_t shared, float *sums)
{
    for (size_t g = 0; g < count / shared; g++) {
        float sum = 0;
        for (size_t i = 0; i < shared; i++) sum += x[g * shared + i];
        sums[g] = sum;
    }
}

/* The inputs as integers up to the largest that balanced digits have. What is no number makes its
 * scale NaN, and so the results. */
static void split_inputs(
    tscope_arithmetic arithmetic, tscope_element element, const float *x, size_t rows,
    size_t inputs, char *operand)
{
    const operand_places p = places(arithmetic, element, rows, inputs);
    const int count = digit_count(arithmetic);
    const double largest = count == 1 ? 127 : count == 2 ? 127 * 257 : 127 * 65793;
    const size_t shared = (size_t)scaled_inputs(element);
    int8_t *digits = (int8_t *)operand + p.digits;
    int32_t *sums = (int32_t *)(operand + p.sums);
    float *scales = (float *)(operand + p.scales), *real_sums = (float *)(operand + p.real_sums);
    for (size_t b = 0; b < rows * inputs / SHARED_INPUTS; b++) {
        const float *from = x + b * SHARED_INPUTS;
        float most = 0, total = 0;
        for (int i = 0; i < SHARED_INPUTS; i++) {
            float size = fabsf(from[i]);
            most = size > most ? size : most;
            total += size;
        }
        int regular = total - total == 0;
        float scale = regular ? (float)(most / largest) : total - total;
        double inverse = regular && scale > 0 ? 1 / (double)scale : 0;
        int32_t codes[SHARED_INPUTS];
        for (int i = 0; i < SHARED_INPUTS; i++) {
            double code = regular ? rint(from[i] * inverse) : 0;
            codes[i] = (int32_t)(code > largest ? largest : code < -largest ? -largest : code);
        }
        scales[b] = scale;
        for (size_t g = 0; g < SHARED_INPUTS / shared; g++) {
            int64_t sum = 0;
            for (size_t i = 0; i < shared; i++) sum += codes[g * shared + i];
            real_sums[b * (SHARED_INPUTS / shared) + g] = (float)sum * scale;
        }
        for (int d = 0; d < count; d++) {
            int8_t *place = digits + (size_t)d * rows * inputs + b * SHARED_INPUTS;
            int32_t *group_sums = sums + ((size_t)d * rows * inputs + b * SHARED_INPUTS) / shared;
            for (size_t g = 0; g < SHARED_INPUTS / shared; g++) group_sums[g] = 0;
            for (int i = 0; i < SHARED_INPUTS; i++) {
                int8_t digit = (int8_t)(uint8_t)codes[i];
                place[i] = digit;
                codes[i] = (codes[i] - digit) >> 8;
                group_sums[(size_t)i / shared] += digit;
            }
        }
    }
}

static void prepare(
    tscope_arithmetic wanted, tscope_element element, const float *x, size_t rows, size_t inputs,
    void *operand)
{
    switch (arithmetic_of(wanted, element)) {
    case TSCOPE_FLOAT32:
        if (has_least(element))
            sum_inputs(x, rows * inputs, (size_t)scaled_inputs(element), operand);
        break;
    case TSCOPE_BFLOAT16: round_inputs(x, rows, inputs, operand); break;
    default:
        split_inputs(arithmetic_of(wanted, element), element, x, rows, inputs, operand);
        break;
    }
}
