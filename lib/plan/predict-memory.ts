import { liveness } from '../compile/graph/liveness.ts';
import { bindProgram } from '../compile/program.ts';
import { activeSet, allSets, type ActiveSet } from '../compile/step/compiled/active-set.ts';
import { recordStep } from '../compile/step/compiled/record-step.ts';
import { stepNodes } from '../compile/step/compiled/step-nodes.ts';
import { schedulePhases } from '../compile/step/plan.ts';
import { weightsOf } from '../compile/step/step-weights.ts';
import { bindDims } from '../ir/bind.ts';
import type { Experiment } from '../ir/experiment.ts';
import type { Registry } from '../registry/registry.ts';
import { concreteShape } from '../shape/shape.ts';

/** Where the memory of a training process goes, in bytes. */
export interface MemoryEstimate {
  readonly peak: number;
  /** Weights, optimiser state and moving averages in the session. */
  readonly state: number;
  /** The most that activations, gradients and new values take at once. */
  readonly temporaries: number;
  /** What does not depend on the experiment's sizes, and TensorFlow's scratch memory. */
  readonly overhead: number;
}

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** Resident memory of a process that has loaded Node, this library and TensorFlow 2.21 for the CPU, measured. */
export const LOADED = 460 * MIB;
/** For each node of the graph: what recording it, TensorFlow's optimiser and its executor leave behind; fitted with SCRATCH. */
const PER_NODE = 14 * KIB;
/**
 * Scratch memory of kernels, and what two threads keep longer than the walk does, per byte of temporaries. Fitted with PER_NODE to the
 * peaks of ten steps (a plain deep network and FaceChanger at 64 to 256 pixels, widths 32 to 128, with and without recomputation).
 */
const SCRATCH = 0.2;

/**
 * Predicts the peak resident memory of compiled training: the recorded step's graph is walked in the order of execution and what is
 * alive is summed up. Nothing is computed. Needs a native engine, since its kernels write the graph.
 */
export function predictMemory(experiment: Experiment, registry: Registry): MemoryEstimate {
  const phases = schedulePhases(experiment);
  const specs = [...weightsOf(experiment).values()].map(({ id, shape }) => ({ id, shape: concreteShape(shape) }));
  const kinds = (id: string): string[] => (experiment.train.ema[id.slice(0, id.indexOf('/'))] === undefined ? ['weight'] : ['weight', 'ema']);
  const state = specs.flatMap(({ id, shape }) => kinds(id).map((kind) => [`${kind}:${id}`, shape] as const));
  const fields = Object.fromEntries(experiment.step.inputs.map((i) => [i.name, { shape: concreteShape(i.shape), dtype: i.dtype }]));
  const program = bindProgram(bindDims(experiment.step, new Map()), registry);
  const set = fullest(allSets(experiment, phases, activeSet(experiment, phases, 0)));
  const { graph, sets } = recordStep({ experiment, registry, program, phases, fields, state }, [set]);
  const report = sets.get(set.key)?.report;
  const nodes = stepNodes(experiment.precision, graph, report ? [report] : []);
  const { peak, variables } = report ? liveness(nodes, report.node) : { peak: 0, variables: 0 };
  const temporaries = peak - variables;
  // The weights' first values stay on JavaScript's side until it collects them.
  const host = bytesOf(specs.map((s) => s.shape));
  const overhead = LOADED + PER_NODE * nodes.length + SCRATCH * temporaries + host;
  return { peak: peak + overhead, state: variables, temporaries, overhead };
}

/** The set with the most terms: where phases and terms set in later, the others take less. */
const fullest = (sets: readonly ActiveSet[]): ActiveSet => sets.reduce((best, s) => (termsOf(s) > termsOf(best) ? s : best));
const termsOf = (set: ActiveSet): number => set.phases.reduce((n, p) => n + p.terms.length, 0);

/** Bytes of arrays of float32. */
export const bytesOf = (shapes: readonly (readonly number[])[]): number => 4 * shapes.reduce((sum, shape) => sum + shape.reduce((n, d) => n * d, 1), 0);
