import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { DTYPE, Graph, type Attributes, type GraphNode, type Value } from '../../../../lib/compile/graph/graph.ts';
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
  readonly padding: 'VALID' | 'SAME';
}

const KINDS = ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'] as const;

/** A convolution and its gradients as calls of TensorFlow's operations on random numbers. */
class Calls {
  readonly graph = new Graph();
  readonly feeds: Feed[] = [];
  readonly #shapes: Readonly<Record<'x' | 'kernel' | 'dy', readonly number[]>>;
  readonly #padding: string;

  constructor({ n, h, w, channels, filters, padding }: Case) {
    const edge = padding === 'SAME' ? 0 : 2;
    this.#shapes = { x: [n, h, w, channels], kernel: [3, 3, channels, filters], dy: [n, h - edge, w - edge, filters] };
    this.#padding = padding;
  }

  of(dtype: number): OperationCall[] {
    const [x, kernel, dy] = (['x', 'kernel', 'dy'] as const).map((name) => this.#value(name, dtype));
    const sizes = (name: 'x' | 'kernel'): Value => this.graph.constant({ dtype: DTYPE.int32, shape: [4], data: Int32Array.from(this.#shapes[name]) });
    const attributes: Attributes = { T: { type: dtype }, padding: { text: this.#padding }, strides: { ints: [1, 1, 1, 1] }, dilations: { ints: [1, 1, 1, 1] }, data_format: { text: 'NHWC' }, explicit_paddings: { ints: [] }, use_cudnn_on_gpu: { flag: false } };
    const inputs = [[x, kernel], [sizes('x'), kernel, dy], [x, sizes('kernel'), dy]];
    return KINDS.map((op, i) => ({ op, inputs: inputs[i], attributes }));
  }

  direct(call: OperationCall): Value {
    return this.graph.one(call.op, call.inputs, call.attributes, typeOf(call));
  }

  form(call: OperationCall): Value {
    const { graph } = this;
    const form = winograd(call, {
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
    const side = fc.integer({ min: 3, max: 14 });
    const channels = fc.integer({ min: 1, max: 9 });
    const cases = fc.record({ n: fc.integer({ min: 1, max: 3 }), h: side, w: side, channels, filters: channels, padding: fc.constantFrom('VALID' as const, 'SAME' as const) });
    fc.assert(fc.property(cases, (c) => {
      for (const [op, off] of Object.entries(differences(c))) assert.ok(off < 3e-6, `${op} is off by ${off}`);
      for (const [op, off] of Object.entries(differences(c, DTYPE.bfloat16))) assert.ok(off < 2e-2, `${op} in bfloat16 is off by ${off}`);
    }), { numRuns: 40 });
  });

  const wide: Case = { n: 1, h: 18, w: 18, channels: 256, filters: 256, padding: 'VALID' };

  it('is off by about 1e-6 where many channels are summed', () => {
    for (const [op, off] of Object.entries(differences(wide))) assert.ok(off < 2e-6, `${op} is off by ${off}`);
  });

  it('is off by about half a per cent in bfloat16, a direct sum by a third', () => {
    for (const [op, off] of Object.entries(differences(wide, DTYPE.bfloat16))) assert.ok(off > 1e-3 && off < 7e-3, `${op} is off by ${off}`);
  });
});

describe("a graph's nodes with convolutions in Winograd's form", () => {
  const wide: Case = { n: 2, h: 34, w: 34, channels: 256, filters: 128, padding: 'VALID' };

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
});
