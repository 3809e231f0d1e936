/* The whole kernel source, compiled once by each level; ends in the level's table. */
#include "lanes.h"

#include "exponential.h"

#include "block_scales.h"

#include "blocks.h"

#include "output_major.h"

#include "input_major.h"

#include "block_products.h"

#include "products.h"

#include "panels.h"

#include "packing.h"

#include "panel_operands.h"

#include "panel_products.h"

#include "panel_dots.h"

#include "panel_digits.h"

#include "panel_table.h"

#include "panel_adjoint.h"

#include "attention.h"

#include "rows.h"

#include "logits.h"

const tscope_kernel_table TABLE = {
    .multiply_output_major = multiply_output_major,
    .multiply_input_major = multiply_input_major,
    .widen = widen,
    .panel_outputs = PANEL,
    .panel_bytes = panel_bytes,
    .pack_panel = pack_panel,
    .widen_panel = widen_panel,
    .widen_output = widen_output,
    .operand_bytes = operand_bytes,
    .prepare = prepare,
    .multiply_panels = multiply_panels,
    .multiply_adjoint = multiply_adjoint,
    .dot_rows = dot_rows,
    .add_weighted_rows = add_weighted_rows,
    .narrow = narrow,
    .score_page = score_page,
    .mix_page = mix_page,
    .softmax = softmax,
    .rms_norm = rms_norm,
    .layer_norm = layer_norm,
    .rotate = rotate,
    .silu = silu,
    .gelu_tanh = gelu_tanh,
    .gelu_erf = gelu_erf,
    .gelu_quick = gelu_quick,
    .relu = relu,
    .relu_squared = relu_squared,
    .soft_cap = soft_cap,
    .scale = scale,
    .clamp = clamp,
    .add_slope = add_slope,
    .multiply = multiply,
    .add = add,
    .logits_summary = logits_summary,
    .top = top,
};
