import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { compileModel } from '../../lib/compile/model.ts';
import { tf } from '../../lib/engine/tf.ts';
import { diskFiles } from '../../lib/compose/files.ts';
import { createContext, loadGraphFile } from '../../lib/plan/load.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { nativeEngine } from '../support/native.ts';

const registry = standardRegistry();
const context = createContext(registry);

before(nativeEngine);

/** The value of a shipped loss; list inputs are `name.0`, `name.1`. */
function lossOf(name: string, inputs: () => Record<string, Tensor>, set: readonly string[] = []): number {
  return tf.tidy(() => {
    const given = inputs();
    const model = compileModel(loadGraphFile(`graphs/losses/${name}.yaml`, context, { set }), { registry });
    return (model.call(given).loss as Tensor).dataSync()[0] as never;
  }) as unknown as number;
}

const close = (received: number, expected: number): void => assert.ok(Math.abs(received - expected) <= 1e-5 * Math.max(1, Math.abs(expected)), `expected ${expected}, received ${received}`);

const column = (...values: number[]): Tensor => tf.tensor(values, [values.length, 1]);
const maps = (...values: number[]): Tensor => tf.tensor(values, [values.length, 1, 1, 1]);
const softplus = (x: number): number => Math.log1p(Math.exp(x));

test('hinge losses, mean over the scales', () => {
  const scores = (a: Tensor, b: Tensor, name: string): Record<string, Tensor> => ({ [`${name}.0`]: a, [`${name}.1`]: b });
  close(lossOf('hinge-critic', () => ({ ...scores(maps(2, 0), maps(0.5, 0.5), 'real'), ...scores(maps(-2, 1), maps(0, 0), 'fake') })), ((0.5 + 1) + (0.5 + 1)) / 2);
  close(lossOf('hinge-generator', () => scores(maps(2, 4), maps(-1, -1), 'fake')), (-3 + 1) / 2);
});

test('least-squares, softplus and log losses', () => {
  close(lossOf('lsgan-critic', () => ({ real: maps(2, 0), fake: maps(1, -1) })), 0.5 * 1 + 0.5 * 1);
  close(lossOf('lsgan-generator', () => ({ fake: maps(3, 1) })), 0.5 * 2);
  close(lossOf('softplus', () => ({ score: maps(1, -2) })), (softplus(1) + softplus(-2)) / 2);
  close(lossOf('softplus', () => ({ score: maps(1, -2) }), ['/params/sign=-1']), (softplus(-1) + softplus(2)) / 2);
  close(lossOf('generator-log', () => ({ fake: maps(1, -2) })), (softplus(-1) + softplus(2)) / 2);
  close(lossOf('generator-log', () => ({ fake: maps(1, -2) }), ['/params/saturating=true']), -(softplus(1) + softplus(-2)) / 2);
  close(lossOf('critic-log', () => ({ real: maps(1, 1), fake: maps(-2, 2) })), softplus(-1) + (softplus(-2) + softplus(2)) / 2);
});

test('losses over lists of layers', () => {
  const lists = (): Record<string, Tensor> => ({ 'a.0': maps(1, 2), 'a.1': maps(0, 0), 'b.0': maps(2, 5), 'b.1': maps(1, -2) });
  close(lossOf('feature-matching', lists), (2 + 1.5) / 2);
  close(lossOf('perceptual', lists), 5 + 2.5);
  close(lossOf('list-l2', lists), (5 + 2.5) / 2);
  close(lossOf('l1-norm', () => ({ 'weights.0': tf.tensor3d([1, -2], [1, 1, 2]), 'weights.1': tf.tensor3d([3], [1, 1, 1]) })), 6);
});

test('same-only losses ignore other samples, and are 0 where no sample has the flag', () => {
  for (const [name, each] of [['same-only-l1', [1, 3]], ['same-only-l2', [1, 9]]] as const) {
    const pair = (flags: number[]) => (): Record<string, Tensor> => ({ a: maps(1, 2), b: maps(2, 5), flag: tf.tensor1d(flags) });
    close(lossOf(name, pair([0, 1])), each[1] / 2);
    close(lossOf(name, pair([0, 1]), ['/params/over=flags']), each[1]);
    close(lossOf(name, pair([1, 1])), (each[0] + each[1]) / 2);
    for (const over of ['batch', 'flags']) close(lossOf(name, pair([0, 0]), [`/params/over=${over}`]), 0);
  }
  close(lossOf('same-only-perceptual', () => ({ 'a.0': maps(1, 2), 'a.1': maps(0, 0), 'b.0': maps(2, 5), 'b.1': maps(1, -2), flag: tf.tensor1d([1, 0]) })), (1 + 1) / 2);
});

test('IFSR costs what lies beyond the scaled margins', () => {
  const vectors = (): Record<string, Tensor> => ({ 'a.0': tf.tensor2d([[1, 0]]), 'b.0': tf.tensor2d([[0, 1]]), 'a.1': tf.tensor2d([[1, 0]]), 'b.1': tf.tensor2d([[1, 0]]) });
  close(lossOf('ifsr', () => Object.fromEntries(Object.entries(vectors()).map(([k, v]) => [k, tf.reshape(v, [1, 1, 1, 2])]))), 1 - 0.12 * 1.2);
});

test('cosine and CLIP losses', () => {
  const unit = (angle: number): Tensor => tf.tensor2d([[Math.cos(angle), Math.sin(angle)]]);
  close(lossOf('cosine', () => ({ a: unit(0), b: unit(Math.PI / 3) })), 0.5);
  close(lossOf('clip-hinge', () => ({ swap: unit(Math.PI / 2), target: unit(Math.PI / 3), text: unit(0) })), 0.5);
  close(lossOf('clip-hinge', () => ({ swap: unit(0), target: unit(Math.PI / 3), text: unit(0) })), 0);
});

test('R1 of a linear critic is half gamma times the squared length of its weights', () => {
  const text = `
kind: graph
name: linear-r1
inputs: { image: [N, H, W, 3] }
nodes:
  score: { op: formula, in: { x: image }, expr: 3 * x }
  each: { op: sum, in: score, axes: [1, 2, 3] }
  r1: { graph: ./graphs/losses/r1.yaml, in: { score: each, image: image }, with: { gamma: 4 } }
outputs: { loss: r1 }
`;
  const file = `${process.cwd()}/linear-r1.yaml`;
  const value = tf.tidy(() => {
    const model = compileModel(loadGraphFile(file, createContext(registry, diskFiles(new Map([[file, text]])))), { registry });
    return (model.call({ image: tf.zeros([2, 4, 5, 3]) }).loss as Tensor).dataSync()[0] as never;
  }) as unknown as number;
  close(value, 2 * 9 * 4 * 5 * 3);
});

test('losses leave no tensor behind', () => {
  const tensors = tf.memory().numTensors;
  lossOf('cosine', () => ({ a: column(1, 2), b: column(3, 4) }));
  assert.equal(tf.memory().numTensors, tensors);
});
