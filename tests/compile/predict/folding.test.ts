import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs-core';
import { bindProgram } from '../../../lib/compile/program.ts';
import { foldedGraph, Prediction, type FoldedGraph } from '../../../lib/compile/predict/prediction.ts';
import { diskFiles } from '../../../lib/compose/files.ts';
import { tf } from '../../../lib/engine/tf.ts';
import { inputId, type IrGraph } from '../../../lib/ir/ir.ts';
import { createContext, loadGraphFile } from '../../../lib/plan/load.ts';
import type { BuildContext } from '../../../lib/registry/op.ts';
import { concreteShape } from '../../../lib/shape/shape.ts';
import { standardRegistry } from '../../../lib/standard-registry.ts';
import { nativeEngine } from '../../support/native.ts';

before(nativeEngine);

const registry = standardRegistry();
const file = path.resolve('graphs/of-a-test.yaml');
type Tensors = Readonly<Record<string, Tensor>>;

interface Case {
  readonly ops: Readonly<Record<string, number>>;
  /** Largest difference from the values computed op by op. */
  readonly off: number;
}

/** Operations that run at every prediction, and whether they give the same. */
function folded(nodes: string, shape: number[] = [1, 6, 6, 4]): Case {
  const text = `kind: graph\nname: of-a-test\ninputs: { x: [${shape.map((d, i) => (i === 0 ? 'N' : d)).join(', ')}] }\nnodes:\n${nodes.trim().split('\n').map((l) => `  ${l.trim()}`).join('\n')}\noutputs: { y: last }\n`;
  const graph = loadGraphFile(file, createContext(registry, diskFiles(new Map([[file, text]]))));
  const weights = new Map(graph.weights.map((w, i) => [w.id, tf.randomUniform(concreteShape(w.shape), 0.2, 1, 'float32', i + 1)]));
  const inputs = { x: tf.randomUniform(shape, -1, 1, 'float32', 99) };
  const body = bodyOf(graph);
  const found = foldedGraph(inputs, weights, body);
  const prediction = new Prediction(found);
  const [got, expected] = [prediction.run(inputs, weights), tf.tidy(() => body(inputs, weights))];
  const off = tf.tidy(() => tf.max(tf.abs(tf.sub(got.y, expected.y))).dataSync()[0]);
  prediction.dispose();
  tf.dispose([got, expected, inputs, [...weights.values()]]);
  return { ops: operations(found), off };
}

function bodyOf(graph: IrGraph): (inputs: Tensors, weights: ReadonlyMap<string, Tensor>) => Tensors {
  const program = bindProgram(graph, registry);
  const context = { statistics: 'stored', training: false, recordStatistic: () => {} } as unknown as BuildContext;
  return ({ x }, weights) => ({ y: [...program.evaluate(graph.outputs.y, new Map([[inputId('x'), x]]), { weight: (id) => weights.get(id) as Tensor, context: () => context }).values()][0] });
}

const QUIET = new Set(['Const', 'Placeholder', 'VarHandleOp', 'ReadVariableOp', 'Identity', 'Reshape']);

/** What reads variables, not what fills them. */
function operations({ nodes, loaded, outputs }: FoldedGraph): Record<string, number> {
  assert.ok(loaded);
  const byName = new Map(nodes.map((n) => [n.name, n]));
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const node = name.replace(/:\d+$/, '');
    if (seen.has(node)) return;
    seen.add(node);
    byName.get(node)?.inputs.forEach(visit);
  };
  [...outputs.values()].forEach((v) => visit(v.node));
  const counts: Record<string, number> = {};
  for (const { op } of [...seen].map((name) => byName.get(name)).filter((n) => n !== undefined)) if (!QUIET.has(op)) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

describe('folding', () => {
  const cases: readonly [title: string, nodes: string, ops: Record<string, number>, shape?: number[]][] = [
    ['a batch norm behind a convolution', 'conv: { op: conv2d, in: x, channels: 5, kernel: 3 }\nlast: { op: batch-norm, in: conv }', { Conv2D: 1, BiasAdd: 1 }],
    ['one without scale and offset, behind a convolution without bias', 'conv: { op: conv2d, in: x, channels: 5, kernel: 3, bias: false }\nlast: { op: batch-norm, in: conv, affine: false }', { Conv2D: 1, BiasAdd: 1 }],
    ['two batch norms in a row', 'conv: { op: conv2d, in: x, channels: 5, kernel: 3 }\none: { op: batch-norm, in: conv }\nlast: { op: batch-norm, in: one }', { Conv2D: 1, BiasAdd: 1 }],
    ['behind a transposed convolution', 'conv: { op: conv2d-transpose, in: x, channels: 5, kernel: 4, stride: 2 }\nlast: { op: batch-norm, in: conv }', { Conv2DBackpropInput: 1, BiasAdd: 1 }],
    ['behind a transposed convolution that is cut', 'conv: { op: conv2d-transpose, in: x, channels: 5, kernel: 3, stride: 2, output-padding: 1 }\nlast: { op: batch-norm, in: conv }', { Conv2DBackpropInput: 1, Slice: 1, BiasAdd: 1 }],
    ['behind a depthwise convolution', 'conv: { op: depthwise-conv2d, in: x, kernel: 3, multiplier: 2 }\nlast: { op: batch-norm, in: conv }', { DepthwiseConv2dNative: 1, PadV2: 1, BiasAdd: 1 }],
    ['behind a dilated convolution', 'conv: { op: conv2d, in: x, channels: 5, kernel: 3, dilation: 2 }\nlast: { op: batch-norm, in: conv }', { SpaceToBatchND: 1, Conv2D: 1, BatchToSpaceND: 1, BiasAdd: 1 }],
    ['behind a linear layer', 'fc: { op: linear, in: x, units: 5 }\nlast: { op: batch-norm, in: fc }', { MatMul: 1, BiasAdd: 1 }, [3, 4]],
    ['behind a linear layer over an image', 'fc: { op: linear, in: x, units: 5 }\nlast: { op: batch-norm, in: fc }', { MatMul: 1, BiasAdd: 1 }],
    ['a fixed factor', 'conv: { op: conv2d, in: x, channels: 5, kernel: 3 }\nlast: { op: affine, in: conv, scale: 2, offset: 1 }', { Conv2D: 1, BiasAdd: 1 }],
    ['spectral normalisation', 'last: { op: conv2d, in: x, channels: 5, kernel: 3, spectral: true }', { Conv2D: 1, BiasAdd: 1 }],
    ['not where something else reads the convolution', 'conv: { op: conv2d, in: x, channels: 5, kernel: 3 }\nbn: { op: batch-norm, in: conv }\nlast: { op: add, in: [conv, bn] }', { Conv2D: 1, BiasAdd: 2, Mul: 1, Add: 1 }],
    ['not behind an activation', 'conv: { op: conv2d, in: x, channels: 5, kernel: 3 }\nact: { op: relu, in: conv }\nlast: { op: batch-norm, in: act }', { Conv2D: 1, BiasAdd: 2, Relu: 1, Mul: 1 }],
    ['nothing that no output needs', 'conv: { op: conv2d, in: x, channels: 5, kernel: 3 }\nunused: { op: exp, in: conv }\nlast: { op: relu, in: conv }', { Conv2D: 1, BiasAdd: 1, Relu: 1 }],
  ];
  for (const [title, nodes, ops, shape] of cases) {
    it(title, () => {
      const found = folded(nodes, shape);
      assert.deepEqual(found.ops, ops);
      assert.ok(found.off < 2e-5, `off by ${found.off}`);
    });
  }

  it('the style of an instance norm of one picture', () => {
    const nodes = 'conv: { op: conv2d, in: x, channels: 64, kernel: 1 }\nflat: { op: instance-norm, in: conv }\nsmall: { op: global-avg-pool, in: x }\nvec: { op: flatten, in: small }\ngain: { op: linear, in: vec, units: 64 }\n'
      + 'wide: { op: scale-channels, in: { x: flat, by: gain } }\nlast: { op: shift-channels, in: { x: wide, by: gain } }';
    const { ops, off } = folded(nodes, [1, 64, 64, 4]);
    assert.equal(ops.FusedBatchNormV3, 1);
    assert.ok(off < 2e-5, `off by ${off}`);
    assert.equal(ops.Add ?? 0, 0);
  });

  it('not the bias before an instance norm of one picture, which takes it off', () => {
    const { ops, off } = folded('conv: { op: conv2d, in: x, channels: 64, kernel: 1 }\nlast: { op: instance-norm, in: conv }', [1, 64, 64, 4]);
    assert.deepEqual(ops, { Conv2D: 1, FusedBatchNormV3: 1 });
    assert.ok(off < 2e-5, `off by ${off}`);
  });
});
