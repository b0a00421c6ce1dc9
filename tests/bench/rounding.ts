// What convolutions in bfloat16 change in the gradients of the bench's training step: node --import tsx tests/bench/rounding.ts [BATCH].
// Relative L2 distance from the gradients of float32, of all weights together and of each; float32 in Winograd's form beside it.
import { neededNodes } from '../../lib/compile/graph/needed.ts';
import type { GraphNode, Value } from '../../lib/compile/graph/graph.ts';
import { mixedPrecision } from '../../lib/compile/graph/mixed/mixed-precision.ts';
import { Session } from '../../lib/compile/graph/session.ts';
import { downloadVariables, uploadVariables } from '../../lib/compile/graph/variable-chunks.ts';
import { winogradNodes } from '../../lib/compile/graph/winograd/winograd-nodes.ts';
import { initialWeights } from '../../lib/compile/initial-weights.ts';
import { bindProgram } from '../../lib/compile/program.ts';
import { activeSet } from '../../lib/compile/step/compiled/active-set.ts';
import { recordStep } from '../../lib/compile/step/compiled/record-step.ts';
import type { ScalarSource } from '../../lib/compile/step/compiled/scalar-source.ts';
import { schedulePhases } from '../../lib/compile/step/plan.ts';
import { weightsOf } from '../../lib/compile/step/step-weights.ts';
import { loadEngine } from '../../lib/engine/engine.ts';
import { bindDims } from '../../lib/ir/bind.ts';
import { concreteShape } from '../../lib/shape/shape.ts';
import { batchOf, loadBench, registry } from './step/experiment.ts';

/** A step of plain descent with rate one changes each weight by its gradient. */
const DESCENT = ['critic', 'generator'].map((phase) => `/phases/${phase}/optimizer={type: sgd, lr: 1}`);

await loadEngine({ engine: 'native-cpu' });
const experiment = loadBench(128, Number(process.argv[2] ?? 4), DESCENT);
const phases = schedulePhases(experiment);
const batch = batchOf(experiment);
const specs = [...weightsOf(experiment).values()];
const now = activeSet(experiment, phases, 0);
const { graph, chunks, sets } = recordStep({
  experiment, registry, phases, program: bindProgram(bindDims(experiment.step, new Map()), registry), fields: batch,
  state: specs.map((w) => [`weight:${w.id}`, concreteShape(w.shape)] as const),
}, [now]);
const set = sets.get(now.key);
if (!set?.report) throw new Error('the step reports nothing');
const { report, inputs, scalars } = set;
const kept = [report, ...chunks.flatMap(({ done, cleared, members }) => [done, cleared, ...members.map((m) => m.variable.read)])].map((v) => v.node);

const exact = gradients(graph.nodes);
const mixed = mixedPrecision(graph.nodes, [report]);
console.log(`${'gradients of'.padEnd(52)}${['all', 'median', '9 of 10'].map((t) => t.padStart(10)).join('')}`);
for (const [name, nodes] of [
  ["float32, Winograd's form", winogradNodes(graph.nodes)],
  ['bfloat16, summed directly', mixed],
  ["bfloat16, Winograd's form (what steps take)", winogradNodes(mixed)],
] as const) {
  const found = gradients(nodes);
  // Biases before a normalisation have no gradient but rounding.
  const ratios = [...exact].filter(([, e]) => norm(e) > 1e-6).map(([id, e]) => distance(found.get(id) as Float32Array, e) / norm(e)).sort((a, b) => a - b);
  const all = Math.hypot(...[...exact].map(([id, e]) => distance(found.get(id) as Float32Array, e))) / Math.hypot(...[...exact.values()].map(norm));
  console.log(`${name.padEnd(52)}${[all, ratios[Math.floor(ratios.length / 2)], ratios[Math.floor(0.9 * ratios.length)]].map((v) => v.toPrecision(3).padStart(10)).join('')}`);
}

function gradients(nodes: readonly GraphNode[]): ReadonlyMap<string, Float32Array> {
  const session = new Session(neededNodes(nodes, kept));
  try {
    const weights = new Map([...initialWeights(experiment.step, 0)].map(([id, w]) => [`weight:${id}`, w]));
    uploadVariables(chunks, session, (key) => weights.get(key));
    const feeds = [
      ...Object.entries(inputs).map(([name, value]) => ({ value, data: batch[name].data })),
      ...scalars.map(({ value, source }) => ({ value, data: Float32Array.of(scalarOf(source)) })),
    ];
    session.run(feeds, [report as Value]);
    const after = downloadVariables(chunks, session, () => true);
    return new Map([...after].map(([key, { data }]) => [key, (data as Float32Array).map((v, i) => (weights.get(key)?.data[i] as number) - v)]));
  } finally {
    session.dispose();
  }
}

/** A rate of one; the bench's terms count 1 and, for the generator's adversarial one, 0.01. */
function scalarOf(source: ScalarSource): number {
  return source.kind === 'term' && source.phase === 'generator' && source.path === 'adversarial' ? 0.01 : 1;
}

function norm(a: Float32Array): number {
  return Math.sqrt(a.reduce((sum, v) => sum + v * v, 0));
}

function distance(a: Float32Array, b: Float32Array): number {
  return norm(a.map((v, i) => v - b[i]));
}
