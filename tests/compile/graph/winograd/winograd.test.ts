import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { DTYPE, Graph, type Attributes, type Value } from '../../../../lib/compile/graph/graph.ts';
import { Session, type Feed } from '../../../../lib/compile/graph/session.ts';
import { sizeOf, type OperationCall } from '../../../../lib/compile/graph/shape-rule.ts';
import { outputTypes } from '../../../../lib/compile/graph/shapes.ts';
import { winograd } from '../../../../lib/compile/graph/winograd/winograd.ts';
import { fillNormal } from '../../../../lib/random/fill.ts';
import { nativeEngine } from '../../../support/native.ts';

before(nativeEngine);

interface Case {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  readonly channels: number;
  readonly filters: number;
  readonly padding: 'VALID' | 'SAME';
}

type Results = Readonly<Record<'Conv2D' | 'Conv2DBackpropInput' | 'Conv2DBackpropFilter', number>>;

/** Relative L2 difference of Winograd's forms from TensorFlow's own kernels. */
function differences(c: Case): Results {
  const graph = new Graph();
  const feeds: Feed[] = [];
  const placeholder = (name: string, shape: number[]): Value => {
    const value = graph.placeholder(name, { dtype: DTYPE.float32, shape });
    const data = new Float32Array(sizeOf(shape));
    fillNormal(data, 1, [name]);
    feeds.push({ value, data });
    return value;
  };
  const edge = c.padding === 'SAME' ? 0 : 2;
  const [input, kernel] = [[c.n, c.h, c.w, c.channels], [3, 3, c.channels, c.filters]];
  const [x, k, dy] = [placeholder('x', input), placeholder('k', kernel), placeholder('dy', [c.n, c.h - edge, c.w - edge, c.filters])];
  const sizes = (shape: number[]): Value => graph.constant({ dtype: DTYPE.int32, shape: [4], data: Int32Array.from(shape) });
  const attributes = { ...plain, padding: { text: c.padding } };
  const calls: readonly OperationCall[] = [
    { op: 'Conv2D', inputs: [x, k], attributes },
    { op: 'Conv2DBackpropInput', inputs: [sizes(input), k, dy], attributes },
    { op: 'Conv2DBackpropFilter', inputs: [x, sizes(kernel), dy], attributes },
  ];
  const fetches = calls.flatMap((call) => [formOf(graph, call), graph.one(call.op, call.inputs, call.attributes, outputTypes(call)[0])]);
  const session = new Session(graph.nodes);
  const found = session.run(feeds, fetches) as Float32Array[];
  session.dispose();
  calls.forEach((call, i) => assert.deepEqual(fetches[2 * i].shape, fetches[2 * i + 1].shape, call.op));
  return Object.fromEntries(calls.map(({ op }, i) => [op, relative(found[2 * i], found[2 * i + 1])])) as unknown as Results;
}

const plain: Attributes = {
  T: { type: DTYPE.float32 }, strides: { ints: [1, 1, 1, 1] }, dilations: { ints: [1, 1, 1, 1] }, data_format: { text: 'NHWC' }, use_cudnn_on_gpu: { flag: false }, explicit_paddings: { ints: [] },
};

function formOf(graph: Graph, call: OperationCall): Value {
  const form = winograd(call, {
    constant: (dtype, shape, data) => graph.constant({ dtype, shape, data }),
    one: (op, inputs, attributes, after) => graph.one(op, inputs, attributes, outputTypes({ op, inputs, attributes })[0], { after: after ? [after.node] : [] }),
  }, () => true);
  assert.ok(form, call.op);
  return form;
}

function relative(got: Float32Array, expected: Float32Array): number {
  const norm = (of: (value: number, i: number) => number): number => Math.sqrt(expected.reduce((sum, value, i) => sum + of(value, i) ** 2, 0));
  return norm((value, i) => got[i] - value) / norm((value) => value);
}

describe("Winograd's form of a 3x3 convolution and of its gradients", () => {
  it('equals TensorFlow\'s kernels for any size, to rounding', () => {
    const side = fc.integer({ min: 3, max: 14 });
    const channels = fc.integer({ min: 1, max: 9 });
    const cases = fc.record({ n: fc.integer({ min: 1, max: 3 }), h: side, w: side, channels, filters: channels, padding: fc.constantFrom('VALID' as const, 'SAME' as const) });
    fc.assert(fc.property(cases, (c) => {
      for (const [op, off] of Object.entries(differences(c))) assert.ok(off < 3e-6, `${op} is off by ${off}`);
    }), { numRuns: 40 });
  });

  it('is off by about 1e-6 where many channels are summed', () => {
    for (const [op, off] of Object.entries(differences({ n: 1, h: 18, w: 18, channels: 256, filters: 64, padding: 'VALID' }))) assert.ok(off < 2e-6, `${op} is off by ${off}`);
  });
});
