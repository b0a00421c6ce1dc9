import type { Tensor } from '@tensorflow/tfjs-core';
import { customGradient, gradientsOf } from '../engine/tape.ts';
import { weightValueId, type ValueId } from '../ir/ir.ts';
import { silent, type Run } from './run.ts';

/** The part of a recomputation block that an evaluation needs. */
export interface Block {
  /** Values from outside that it reads; weights are none of them. */
  readonly inputs: readonly ValueId[];
  /** Weight ids. */
  readonly weights: readonly string[];
  /** What others read, or the evaluation wants. */
  readonly outputs: readonly ValueId[];
  /** Whether a gradient may be taken with respect to a value. */
  isLive(id: ValueId): boolean;
  /** The outputs, from tensors of the inputs. */
  evaluate(inputs: ReadonlyMap<ValueId, Tensor>, run: Run): readonly Tensor[];
}

/**
 * The block's outputs, as one node of the tape: nothing inside is kept, and the gradient runs the block a second time, from the same
 * inputs, weights and draws, once the outputs' gradients are there (Chen et al., arXiv 1604.06174). The second run reports no moments.
 */
export function runBlock(block: Block, values: ReadonlyMap<ValueId, Tensor>, run: Run): readonly Tensor[] {
  const weights = block.weights.filter((id) => block.isLive(weightValueId(id)));
  const given = [...block.inputs.map((id) => values.get(id) as Tensor), ...weights.map((id) => run.weight(id))];
  const ids = [...block.inputs, ...weights.map(weightValueId)];
  const moving = ids.flatMap((id, i) => (given[i].dtype === 'float32' && block.isLive(id) ? [i] : []));
  return customGradient({
    inputs: moving.map((i) => given[i]),
    forward(save) {
      save(given);
      return distinct(block.evaluate(new Map(block.inputs.map((id, i) => [id, given[i]])), run), given);
    },
    backward(dys, saved) {
      const late = [...held(saved.slice(0, block.inputs.length), dys, run), ...saved.slice(block.inputs.length)];
      const own = new Map(weights.map((id, i) => [id, late[block.inputs.length + i]]));
      const again: Run = { ...silent(run), weight: (id) => own.get(id) ?? run.weight(id) };
      const outputs = (): readonly Tensor[] => block.evaluate(new Map(block.inputs.map((id, i) => [id, late[i]])), again).filter(isFloat);
      const gradients = gradientsOf(outputs, moving.map((i) => late[i]), dys.filter(isFloat));
      // The block before must not begin while this one's weights still wait for their gradients: its activations would wait too.
      const ofWeights = gradients.filter((_, k) => moving[k] >= block.inputs.length);
      return gradients.map((g, k) => (moving[k] < block.inputs.length && ofWeights.length > 0 ? held([g], ofWeights, run)[0] : g));
    },
  });
}

const isFloat = (t: Tensor): boolean => t.dtype === 'float32';

/** The tape knows values by their tensors, so an output is neither an input nor another output. */
function distinct(outputs: readonly Tensor[], inputs: readonly Tensor[]): Tensor[] {
  const seen = new Set(inputs);
  return outputs.map((t) => {
    const own = seen.has(t) ? t.clone() : t;
    seen.add(own);
    return own;
  });
}

/** The tensors, not to be read before `dys` are there. */
function held(tensors: readonly Tensor[], dys: readonly Tensor[], run: Run): readonly Tensor[] {
  const { hold } = run;
  if (hold === undefined || tensors.length === 0) return tensors;
  const through = (t: Tensor): Tensor => customGradient({ inputs: isFloat(t) ? [t] : [], forward: () => [hold(t, dys)], backward: (dy) => dy })[0];
  return tensors.map(through);
}
