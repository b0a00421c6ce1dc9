import { fillNormal, fillUniform } from '../random/fill.ts';
import type { Init } from '../registry/op.ts';
import { elementCount } from './weights.ts';

/** What is needed to draw a weight's first value; an `IrWeight` with a concrete shape will do. */
export interface InitialWeight {
  /** Names the draw: the same (seed, id) always gives the same numbers, whatever else the model holds. */
  readonly id: string;
  readonly shape: readonly number[];
  readonly init: Init;
  /** Where the fan-in is not the product of all axes but the last. */
  readonly fanIn?: number;
}

/**
 * A weight's value before the first step, drawn from `stream(seed, 'weight', id)`.
 * he: He et al. 2015 (gain 2 of ReLU, fan-in); xavier: Glorot and Bengio 2010; torch-default: U(-1/sqrt(fan-in), 1/sqrt(fan-in)), as
 * `torch.nn.Linear` and `Conv2d` start kernels and biases alike. @throws RangeError where a fan is needed and is zero.
 */
export function initialValue(weight: InitialWeight, seed: number): Float32Array {
  const out = new Float32Array(elementCount(weight.shape));
  const names = ['weight', weight.id];
  const uniform = (bound: number): void => fillUniform(out, seed, names, -bound, bound);
  const normal = (deviation: number): void => fillNormal(out, seed, names, 0, deviation);
  const { init } = weight;
  if (typeof init === 'object') {
    if ('constant' in init) out.fill(init.constant);
    else if ('normal' in init) normal(init.normal);
    else uniform(init.uniform);
    return out;
  }
  switch (init) {
    case 'zeros': break;
    case 'ones': out.fill(1); break;
    case 'he-normal': normal(Math.sqrt(2 / fanIn(weight))); break;
    case 'he-uniform': uniform(Math.sqrt(6 / fanIn(weight))); break;
    case 'xavier-normal': normal(Math.sqrt(2 / (fanIn(weight) + fanOut(weight)))); break;
    case 'xavier-uniform': uniform(Math.sqrt(6 / (fanIn(weight) + fanOut(weight)))); break;
    case 'torch-default': uniform(1 / Math.sqrt(fanIn(weight))); break;
    default: init satisfies never;
  }
  return out;
}

/** Inputs that one output sums over: all axes but the last, [kh, kw, in, out] or [in, out]. */
function fanIn(weight: InitialWeight): number {
  return positive(weight, 'fan-in', weight.fanIn ?? elementCount(weight.shape.slice(0, -1)));
}

/** Outputs that one input reaches: the last axis times the window. */
function fanOut(weight: InitialWeight): number {
  const { shape } = weight;
  return positive(weight, 'fan-out', elementCount(shape.slice(0, -2)) * (shape[shape.length - 1] ?? 1));
}

function positive(weight: InitialWeight, what: string, fan: number): number {
  if (!(fan > 0)) throw new RangeError(`"${weight.id}" of shape [${weight.shape.join(', ')}] has a ${what} of ${fan}; give its op a plain init`);
  return fan;
}
