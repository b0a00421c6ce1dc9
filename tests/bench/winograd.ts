// 3x3 and 4x4 convolutions and their gradients, direct and in Winograd's form: node --import tsx tests/bench/winograd.ts [ROUNDS].
// Milliseconds of processor time, kernel by kernel; what the costs in lib/compile/graph/winograd/choice.ts rest on.
import { DTYPE, Graph, type Attributes, type GraphNode, type Value } from '../../lib/compile/graph/graph.ts';
import { outputTypes } from '../../lib/compile/graph/shapes.ts';
import { convolutionOf, pays } from '../../lib/compile/graph/winograd/convolution.ts';
import { winogradNodes } from '../../lib/compile/graph/winograd/winograd-nodes.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { kernelKinds, timeKernels } from './profile/kernels.ts';

/** Pictures, side of the outputs, channels, filters, side of the kernel. */
const SHAPES = [
  [1, 64, 256, 256, 3], [1, 128, 256, 128, 3], [1, 256, 128, 64, 3], [8, 64, 64, 64, 3], [8, 128, 128, 64, 3],
  [8, 64, 128, 128, 3], [8, 64, 256, 128, 3], [8, 32, 256, 256, 3], [8, 16, 256, 256, 3], [8, 16, 512, 512, 3], [8, 15, 256, 512, 4], [8, 31, 128, 256, 4], [8, 31, 256, 256, 4],
] as const;

await loadEngine({ engine: 'native-cpu' });
const rounds = Number(process.argv[2] ?? 7);
console.log(`${'pictures side channels filters kernel'.padEnd(38)}${'kind'.padEnd(22)}${['dtype', 'direct', 'winograd', 'ratio', 'chosen'].map((t) => t.padStart(10)).join('')}`);
for (const shape of SHAPES) for (const [name, dtype] of [['float32', DTYPE.float32], ['bfloat16', DTYPE.bfloat16]] as const) {
  for (const { nodes, chosen } of calls(shape, dtype)) {
    const [direct, form] = [nodes, winogradNodes(nodes, () => true)].map(time);
    console.log(`${shape.join(' ').padEnd(38)}${(nodes.at(-1) as GraphNode).op.padEnd(22)}${[name, direct.toFixed(1), form.toFixed(1), (form / direct).toFixed(2), chosen ? 'yes' : 'no'].map((t) => t.padStart(10)).join('')}`);
  }
}

interface Call {
  readonly nodes: readonly GraphNode[];
  readonly chosen: boolean;
}

function calls([n, side, channels, filters, kernel]: (typeof SHAPES)[number], dtype: number): Call[] {
  const shapes = { x: [n, side + kernel - 1, side + kernel - 1, channels], kernel: [kernel, kernel, channels, filters], dy: [n, side, side, filters] };
  const attributes: Attributes = { T: { type: dtype }, padding: { text: 'VALID' }, strides: { ints: [1, 1, 1, 1] }, dilations: { ints: [1, 1, 1, 1] }, data_format: { text: 'NHWC' }, explicit_paddings: { ints: [] }, use_cudnn_on_gpu: { flag: false } };
  return (['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'] as const).map((op) => {
    const graph = new Graph();
    const value = (name: keyof typeof shapes): Value => graph.placeholder(name, { dtype, shape: shapes[name] });
    const sizes = (name: 'x' | 'kernel'): Value => graph.constant({ dtype: DTYPE.int32, shape: [4], data: Int32Array.from(shapes[name]) });
    const inputs = { Conv2D: () => [value('x'), value('kernel')], Conv2DBackpropInput: () => [sizes('x'), value('kernel'), value('dy')], Conv2DBackpropFilter: () => [value('x'), sizes('kernel'), value('dy')] }[op]();
    const call = { op, inputs, attributes };
    graph.one(op, inputs, attributes, { ...outputTypes(call)[0], dtype });
    const convolution = convolutionOf(call);
    return { nodes: graph.nodes, chosen: convolution !== undefined && pays(convolution) };
  });
}

function time(nodes: readonly GraphNode[]): number {
  return timeKernels(kernelKinds(nodes), rounds).reduce((sum, k) => sum + k.ms * k.count, 0);
}
