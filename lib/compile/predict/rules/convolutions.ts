import { sizeOf } from '../../graph/shape-rule.ts';
import { outputTypes } from '../../graph/shapes.ts';
import { pays } from '../../graph/winograd/convolution.ts';
import { winograd } from '../../graph/winograd/winograd.ts';
import type { Rule } from '../rewriter.ts';

/** Numbers of a kernel at Winograd's points (four times the kernel) that are kept with the weights; larger ones are computed at every run. */
const KEPT = 4 * 1024 * 1024;

/**
 * Large convolutions in Winograd's form, for a prediction that computes them in `dtype`. For graphs in which everything else is folded:
 * other rules look for convolutions.
 */
export const winogradForm = (dtype: number): Rule => (call, rewriter) => {
  const value = winograd(call, {
    maker: (made) => rewriter.maker(made),
    constant: (dtype, shape, data) => rewriter.graph.constant({ dtype, shape, data }),
    one: (op, inputs, attributes, after) => {
      const isLarge = after !== undefined && inputs.every((v) => rewriter.isFixed(v)) && sizeOf(outputTypes({ op, inputs, attributes })[0].shape) > KEPT;
      return isLarge ? rewriter.late(op, inputs, attributes, after) : rewriter.one(op, inputs, attributes);
    },
  }, pays, dtype);
  return value && [value];
};
