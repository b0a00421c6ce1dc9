import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { DTYPE, Graph } from '../../compile/graph/graph.ts';
import type { Value } from '../../compile/graph/graph.ts';
import { record } from '../../compile/graph/recorder.ts';
import { Session } from '../../compile/graph/session.ts';
import { tf } from '../../engine/tf.ts';
import type { Weights } from './layers.ts';
import { weightTensors } from './layers.ts';
import type { WeightArray } from './weights.ts';

/** A network over pictures, with its weights. */
export interface CompiledNetwork {
  /** The network's outputs for [N, H, W, 3]. Callers dispose of them. */
  run(pixels: Tensor4D): Tensor[];
  dispose(): void;
}

/**
 * A network as TensorFlow computes it from a graph, with fused kernels and without a call from here per operation. Records `body` once per shape in use, reading
 * the weights anew each time so that no second copy of them stays. Needs the native engine.
 */
export function compiledNetwork(arrays: () => Readonly<Record<string, WeightArray>>, body: (pixels: Tensor4D, weights: Weights) => readonly Tensor[]): CompiledNetwork {
  const sessions = new Map<string, Recorded>();
  return {
    run: (pixels) => {
      const key = pixels.shape.join('x');
      const recorded = sessions.get(key) ?? recordNetwork(pixels.shape, arrays(), body);
      sessions.set(key, recorded);
      const { session, input, outputs } = recorded;
      return session.run([{ value: input, data: pixels.dataSync() as Float32Array }], outputs).map((data, i) => tf.tensor(data as Float32Array, [...outputs[i].shape]));
    },
    dispose: () => {
      for (const { session } of sessions.values()) session.dispose();
      sessions.clear();
    },
  };
}

interface Recorded {
  readonly session: Session;
  readonly input: Value;
  readonly outputs: readonly Value[];
}

function recordNetwork(shape: readonly number[], arrays: Readonly<Record<string, WeightArray>>, body: (pixels: Tensor4D, weights: Weights) => readonly Tensor[]): Recorded {
  const graph = new Graph();
  return record(graph, (recording) => {
    const input = graph.placeholder('pixels', { dtype: DTYPE.float32, shape });
    const outputs = body(recording.tensor(input) as Tensor4D, weightTensors(arrays)).map((tensor) => recording.value(tensor));
    return { session: new Session(graph.nodes), input, outputs };
  });
}
