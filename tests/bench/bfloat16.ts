// Processor time of TensorFlow's kernels in bfloat16 beside float32, one by one: node --import tsx tests/bench/bfloat16.ts [PATTERN].
// What lib/compile/graph/mixed/rules.ts rests on. Both dtypes take turns; every figure is the mean over copies in one session.
import { loadEngine } from '../../lib/engine/engine.ts';
import { DTYPE, Graph, type Value } from '../../lib/compile/graph/graph.ts';
import { Session } from '../../lib/compile/graph/session.ts';
import { sizeOf } from '../../lib/compile/graph/shape-rule.ts';
import { State } from './bfloat16/state.ts';
import { kernelCases, T, type KernelCase } from './bfloat16/cases.ts';

/** Equal kernels in one session, on tensors of their own: equal nodes would be merged. */
const COPIES = 4;
const MILLISECONDS = 250;

await loadEngine({ engine: 'native-cpu' });
const only = new RegExp(process.argv[2] ?? '.');
console.log(`${'kernel'.padEnd(26)}${'float32 ms'.padStart(12)}${'bfloat16 ms'.padStart(12)}${'ratio'.padStart(8)}`);
for (const kernel of kernelCases.filter((c) => only.test(c.name))) {
  const [full, half] = [time(kernel, DTYPE.float32), time(kernel, DTYPE.bfloat16)];
  console.log(`${kernel.name.padEnd(26)}${full.toFixed(2).padStart(12)}${half.toFixed(2).padStart(12)}${(half / full).toFixed(2).padStart(8)}`);
}

/** Milliseconds of processor time of one kernel. */
function time(kernel: KernelCase, dtype: number): number {
  const graph = new Graph();
  const state = new State(graph);
  const outputs = Array.from({ length: COPIES }, (_, k) => probe(graph, add(graph, state, kernel, dtype, `kernel${k}`)));
  const set = state.finish();
  const session = new Session(graph.nodes);
  session.run(state.given.map((value) => ({ value, data: waves(sizeOf(value.shape)) })), [set]);
  const run = (): unknown => session.run([], outputs);
  run();
  run();
  const [begun, before] = [performance.now(), process.cpuUsage()];
  let runs = 0;
  for (; performance.now() - begun < MILLISECONDS; runs++) run();
  const { user, system } = process.cpuUsage(before);
  session.dispose();
  return (user + system) / 1000 / runs / COPIES;
}

function add(graph: Graph, state: State, kernel: KernelCase, dtype: number, name: string): Value {
  const inputs = kernel.in.map((input) => 'ints' in input
    ? graph.constant({ dtype: DTYPE.int32, shape: input.shape ?? [input.ints.length], data: Int32Array.from(input.ints) })
    : state.variable(input.shape, input.f32 ? DTYPE.float32 : dtype));
  const attributes = (kernel.at ?? T)(dtype);
  const to = attributes.DstT && 'type' in attributes.DstT ? attributes.DstT.type : undefined;
  return graph.add(kernel.op, inputs, attributes, kernel.out.map((o) => ({ shape: o.shape, dtype: to ?? (o.f32 ? DTYPE.float32 : dtype) })), { name, effect: true })[0];
}

/** One number of a result: what is not fetched is not computed. */
function probe(graph: Graph, value: Value): Value {
  const { shape, dtype } = value;
  const all = (n: number): Value => graph.constant({ dtype: DTYPE.int32, shape: [shape.length], data: new Int32Array(shape.length).fill(n) });
  const one = shape.length === 0 ? value : graph.one('Slice', [value, all(0), all(1)], { ...T(dtype), Index: { type: DTYPE.int32 } }, { dtype, shape: shape.map(() => 1) });
  return graph.one('Cast', [one], { SrcT: { type: dtype }, DstT: { type: DTYPE.float32 } }, { dtype: DTYPE.float32, shape: one.shape });
}

function waves(n: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => 0.9 * Math.sin(0.7 * i) + 1);
}
