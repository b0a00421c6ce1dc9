import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { DTYPE, Graph, type Attributes, type GraphNode, type Value } from '../../../../lib/compile/graph/graph.ts';
import { addOperation } from '../../../../lib/compile/graph/lower.ts';
import { neededNodes } from '../../../../lib/compile/graph/needed.ts';
import { Session, type Feed } from '../../../../lib/compile/graph/session.ts';
import { sizeOf, type OperationCall } from '../../../../lib/compile/graph/shape-rule.ts';
import { outputTypes } from '../../../../lib/compile/graph/shapes.ts';
import { winogradNodes } from '../../../../lib/compile/graph/winograd/winograd-nodes.ts';
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
  readonly padding: 'VALID' | 'SAME' | 'EXPLICIT';
  /** Side of the kernel. */
  readonly kernel: 3 | 4;
}

/** Zeros above, below, left and right where padding is explicit. */
const PADS = [2, 1, 0, 2] as const;

function convolutionAttributes(dtype: number, padding: Case['padding']): Attributes {
  return {
    T: { type: dtype }, padding: { text: padding }, strides: { ints: [1, 1, 1, 1] }, dilations: { ints: [1, 1, 1, 1] }, data_format: { text: 'NHWC' },
    explicit_paddings: { ints: padding === 'EXPLICIT' ? [0, 0, ...PADS, 0, 0] : [] }, use_cudnn_on_gpu: { flag: false },
  };
}

const KINDS = ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'] as const;

/** A convolution and its gradients as calls of TensorFlow's operations on random numbers. */
class Calls {
  readonly graph = new Graph();
  readonly feeds: Feed[] = [];
  readonly #shapes: Readonly<Record<'x' | 'kernel' | 'dy', readonly number[]>>;
  readonly #padding: Case['padding'];

  constructor({ n, h, w, channels, filters, padding, kernel }: Case) {
    const added = { VALID: [0, 0], SAME: [kernel - 1, kernel - 1], EXPLICIT: [PADS[0] + PADS[1], PADS[2] + PADS[3]] }[padding];
    const [down, across] = [h + added[0] - kernel + 1, w + added[1] - kernel + 1];
    this.#shapes = { x: [n, h, w, channels], kernel: [kernel, kernel, channels, filters], dy: [n, down, across, filters] };
    this.#padding = padding;
  }

  of(dtype: number): OperationCall[] {
    const [x, kernel, dy] = (['x', 'kernel', 'dy'] as const).map((name) => this.#value(name, dtype));
    const sizes = (name: 'x' | 'kernel'): Value => this.graph.constant({ dtype: DTYPE.int32, shape: [4], data: Int32Array.from(this.#shapes[name]) });
    const attributes = convolutionAttributes(dtype, this.#padding);
    const inputs = [[x, kernel], [sizes('x'), kernel, dy], [x, sizes('kernel'), dy]];
    return KINDS.map((op, i) => ({ op, inputs: inputs[i], attributes }));
  }

  direct(call: OperationCall): Value {
    return this.graph.one(call.op, call.inputs, call.attributes, typeOf(call));
  }

  form(call: OperationCall): Value {
    const { graph } = this;
    const form = winograd(call, {
      maker: () => undefined,
      constant: (dtype, shape, data) => graph.constant({ dtype, shape, data }),
      one: (op, inputs, attributes, after) => graph.one(op, inputs, attributes, outputTypes({ op, inputs, attributes })[0], { after: after ? [after.node] : [] }),
    }, () => true);
    assert.ok(form, call.op);
    assert.deepEqual({ shape: form.shape, dtype: form.dtype }, typeOf(call), call.op);
    return form;
  }

  /** A float32 result that can be fetched. */
  cast(x: Value, dtype: number = DTYPE.float32): Value {
    return this.graph.one('Cast', [x], { SrcT: { type: x.dtype }, DstT: { type: dtype }, Truncate: { flag: false } }, { ...x, dtype });
  }

  #value(name: 'x' | 'kernel' | 'dy', dtype: number): Value {
    const shape = this.#shapes[name];
    const value = this.graph.placeholder(name, { dtype: DTYPE.float32, shape });
    if (!this.feeds.some((f) => f.value.node === name)) {
      const data = new Float32Array(sizeOf(shape));
      fillNormal(data, 1, [name]);
      this.feeds.push({ value, data });
    }
    return dtype === DTYPE.float32 ? value : this.cast(value, dtype);
  }
}

const typeOf = (call: OperationCall): Pick<Value, 'shape' | 'dtype'> => ({ ...outputTypes(call)[0], dtype: call.inputs[call.inputs.length - 1].dtype });

function run(nodes: readonly GraphNode[], feeds: readonly Feed[], fetches: readonly Value[]): Float32Array[] {
  const session = new Session(nodes);
  try {
    return session.run(feeds, fetches) as Float32Array[];
  } finally {
    session.dispose();
  }
}

/** Relative L2 difference of Winograd's forms in a dtype from TensorFlow's own kernels in float32. */
function differences(c: Case, dtype: number = DTYPE.float32): Readonly<Record<string, number>> {
  const calls = new Calls(c);
  const [forms, direct] = [calls.of(dtype).map((call) => calls.cast(calls.form(call))), calls.of(DTYPE.float32).map((call) => calls.direct(call))];
  const found = run(calls.graph.nodes, calls.feeds, [...forms, ...direct]);
  return Object.fromEntries(KINDS.map((op, i) => [op, relative(found[i], found[i + 3])]));
}

function relative(got: Float32Array, expected: Float32Array): number {
  const norm = (of: (value: number, i: number) => number): number => Math.sqrt(expected.reduce((sum, value, i) => sum + of(value, i) ** 2, 0));
  return norm((value, i) => got[i] - value) / norm((value) => value);
}

describe("Winograd's form of a 3x3 convolution and of its gradients", () => {
  it('equals TensorFlow\'s kernels for any size, to rounding', () => {
    const side = fc.integer({ min: 4, max: 14 });
    const channels = fc.integer({ min: 1, max: 9 });
    const cases = fc.record({
      n: fc.integer({ min: 1, max: 3 }), h: side, w: side, channels, filters: channels,
      padding: fc.constantFrom('VALID' as const, 'SAME' as const, 'EXPLICIT' as const), kernel: fc.constantFrom(3 as const, 4 as const),
    });
    fc.assert(fc.property(cases, (c) => {
      for (const [op, off] of Object.entries(differences(c))) assert.ok(off < 3e-6, `${op} is off by ${off}`);
      for (const [op, off] of Object.entries(differences(c, DTYPE.bfloat16))) assert.ok(off < 6e-2, `${op} in bfloat16 is off by ${off}`);
    }), { numRuns: 40 });
  });

  const wide: Case = { n: 1, h: 18, w: 18, channels: 256, filters: 256, padding: 'VALID', kernel: 3 };
  const even: Case = { ...wide, h: 15, w: 15, kernel: 4 };

  it('is off by about 1e-6 where many channels are summed', () => {
    for (const of of [wide, even]) for (const [op, off] of Object.entries(differences(of))) assert.ok(off < 2e-6, `${op} is off by ${off}`);
  });

  it('is off by one and a half per cent in bfloat16', () => {
    for (const of of [wide, even]) for (const [op, off] of Object.entries(differences(of, DTYPE.bfloat16))) assert.ok(off > 1e-2 && off < 1.8e-2, `${op} is off by ${off}`);
  });
});

describe("a graph's nodes with convolutions in Winograd's form", () => {
  const wide: Case = { n: 2, h: 34, w: 34, channels: 256, filters: 128, padding: 'VALID', kernel: 3 };

  it('are named as before and compute the same', () => {
    const calls = new Calls(wide);
    const fetches = calls.of(DTYPE.float32).map((call) => calls.cast(calls.direct(call)));
    const nodes = winogradNodes(calls.graph.nodes);
    const names = new Set(nodes.map((n) => n.name));
    assert.ok(calls.graph.nodes.every((n) => names.has(n.name)));
    assert.equal(nodes.filter((n) => n.op.startsWith('Conv2D')).length, 0);
    const [before, now] = [calls.graph.nodes, nodes].map((of) => run(of, calls.feeds, fetches));
    before.forEach((expected, i) => assert.ok(relative(now[i], expected) < 2e-6, KINDS[i]));
  });

  it('share the gradient of tiles, and keep no patches for it', () => {
    const calls = new Calls(wide);
    calls.of(DTYPE.float32).forEach((call) => calls.direct(call));
    const nodes = winogradNodes(calls.graph.nodes);
    // Patches twice (the second waits for the gradient), tiles of the gradient once, each with its gather and product.
    const [gathers, products] = ['GatherV2', 'BatchMatMulV2'].map((op) => nodes.filter((n) => n.op === op));
    assert.equal(products.length, 3);
    assert.equal(gathers.length, 2 + 1 + 1 + 4);
    assert.equal(gathers.filter((n) => n.inputs.includes('^dy')).length, 1);
  });

  it('leave small ones, huge ones and what waits for another node as they are', () => {
    const huge = new Calls({ ...wide, h: 242, w: 242 });
    const small = new Calls({ ...wide, channels: 16 });
    const late = new Calls(wide);
    const [call] = late.of(DTYPE.float32);
    late.graph.one(call.op, call.inputs, call.attributes, typeOf(call), { after: ['dy'] });
    [small, huge].forEach((calls) => calls.of(DTYPE.float32).forEach((c) => calls.direct(c)));
    for (const { graph } of [small, huge, late]) assert.deepEqual(winogradNodes(graph.nodes), graph.nodes);
  });

  it('take a mirrored border and its gradient along', () => {
    const side = fc.integer({ min: 5, max: 13 });
    const pads = fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 3 })));
    fc.assert(fc.property(side, side, pads, fc.constantFrom('REFLECT', 'SYMMETRIC'), fc.constantFrom(3, 4), (h, w, [top, bottom, left, right], mode, kernel) => {
      const graph = new Graph();
      const ints = (shape: readonly number[], ...values: readonly number[]): Value => graph.constant({ dtype: DTYPE.int32, shape, data: Int32Array.from(values) });
      const input = (name: string, shape: readonly number[]): Value => graph.placeholder(name, { dtype: DTYPE.float32, shape });
      const mirror = { T: { type: DTYPE.float32 }, Tpaddings: { type: DTYPE.int32 }, mode: { text: mode } };
      const paddings = ints([4, 2], 0, 0, top, bottom, left, right, 0, 0);
      const x = input('x', [2, h, w, 5]);
      const [padded] = addOperation(graph, { op: 'MirrorPad', inputs: [x, paddings], attributes: mirror });
      const [filter, dy] = [input('kernel', [kernel, kernel, 5, 6]), input('dy', [2, padded.shape[1] - kernel + 1, padded.shape[2] - kernel + 1, 6])];
      const attributes = convolutionAttributes(DTYPE.float32, 'VALID');
      const add = (op: string, inputs: readonly Value[], of: Attributes): Value => addOperation(graph, { op, inputs, attributes: of })[0];
      const y = add('Conv2D', [padded, filter], attributes);
      const dPadded = add('Conv2DBackpropInput', [ints([4], ...padded.shape), filter, dy], attributes);
      const results = [y, add('MirrorPadGrad', [dPadded, paddings], mirror)].map((v) => graph.one('Identity', [v], { T: { type: v.dtype } }, v));
      const feeds = [x, filter, dy].map((value) => {
        const data = new Float32Array(sizeOf(value.shape));
        fillNormal(data, 1, [value.node]);
        return { value, data };
      });
      const nodes = neededNodes(winogradNodes(graph.nodes, () => true), results.map((v) => v.node));
      const ops = nodes.map((n) => n.op);
      assert.ok(!ops.includes('Conv2D') && !ops.includes('Conv2DBackpropInput'), 'both are in the form');
      assert.deepEqual(nodes.filter((n) => n.op === 'GatherV2' && n.outputs[0].shape.length !== 2).map((n) => n.outputs[0].shape), [], 'no image is mirrored before its patches are taken');
      const [expected, found] = [graph.nodes, nodes].map((of) => run(of, feeds, results));
      expected.forEach((e, i) => assert.ok(relative(found[i], e) < 3e-6, `${results[i].node} is off by ${relative(found[i], e)}`));
    }), { numRuns: 25 });
  });

  it('sum the gradient of a border of one pixel in as many gathers as without', () => {
    const graph = new Graph();
    const ints = (shape: readonly number[], ...values: readonly number[]): Value => graph.constant({ dtype: DTYPE.int32, shape, data: Int32Array.from(values) });
    const [filter, dy] = [[3, 3, 256, 256], [2, 32, 32, 256]].map((shape, i) => graph.placeholder(`p${i}`, { dtype: DTYPE.float32, shape }));
    const [d] = addOperation(graph, { op: 'Conv2DBackpropInput', inputs: [ints([4], 2, 34, 34, 256), filter, dy], attributes: convolutionAttributes(DTYPE.float32, 'VALID') });
    const [end] = addOperation(graph, { op: 'MirrorPadGrad', inputs: [d, ints([4, 2], 0, 0, 1, 1, 1, 1, 0, 0)], attributes: { T: { type: DTYPE.float32 }, Tpaddings: { type: DTYPE.int32 }, mode: { text: 'REFLECT' } } });
    const nodes = neededNodes(winogradNodes(graph.nodes), [end.node]);
    assert.equal(nodes.filter((n) => n.op === 'MirrorPadGrad').length, 0);
    assert.equal(nodes.find((n) => n.op === 'AddN')?.inputs.length, 4);
  });
});
