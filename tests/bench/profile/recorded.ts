import type { Tensor } from '@tensorflow/tfjs-core';
import { initialWeights } from '../../../lib/compile/initial-weights.ts';
import type { GraphNode, Value } from '../../../lib/compile/graph/graph.ts';
import { foldedGraph } from '../../../lib/compile/predict/prediction.ts';
import { neededNodes } from '../../../lib/compile/graph/needed.ts';
import { bindProgram } from '../../../lib/compile/program.ts';
import { activeSet } from '../../../lib/compile/step/compiled/active-set.ts';
import { recordStep } from '../../../lib/compile/step/compiled/record-step.ts';
import { stepNodes } from '../../../lib/compile/step/compiled/step-nodes.ts';
import { schedulePhases } from '../../../lib/compile/step/plan.ts';
import { weightsOf } from '../../../lib/compile/step/step-weights.ts';
import { tf } from '../../../lib/engine/tf.ts';
import { bindDims } from '../../../lib/ir/bind.ts';
import type { Experiment, PredictPlan } from '../../../lib/ir/experiment.ts';
import { inputId } from '../../../lib/ir/ir.ts';
import type { BuildContext } from '../../../lib/registry/op.ts';
import { concreteShape } from '../../../lib/shape/shape.ts';
import { batchOf, loadBench, registry } from '../step/experiment.ts';

/** What every run of the bench's training step computes. */
export function recordedTraining(size: number, batch: number, precision: Experiment['precision']): readonly GraphNode[] {
  const experiment = { ...loadBench(size, batch), precision };
  const phases = schedulePhases(experiment);
  const source = {
    experiment, registry, phases, program: bindProgram(bindDims(experiment.step, new Map()), registry), fields: batchOf(experiment),
    state: [...weightsOf(experiment).values()].map((w) => [`weight:${w.id}`, concreteShape(w.shape)] as const),
  };
  const now = activeSet(experiment, phases, 0);
  const { graph, sets } = recordStep(source, [now]);
  const report = sets.get(now.key)?.report as Value;
  return neededNodes(stepNodes(experiment.precision, graph, [report]), [report.node]);
}

/** What every run of the bench's prediction computes. */
export function recordedPrediction(size: number, batch: number, precision: Experiment['precision']): readonly GraphNode[] {
  const experiment = loadBench(size, batch);
  const ir = bindDims((experiment.predict as PredictPlan).graph, new Map());
  const program = bindProgram(ir, registry);
  const context = { statistics: 'stored', training: false, recordStatistic: () => {} } as unknown as BuildContext;
  const inputs = Object.fromEntries(Object.entries(batchOf(experiment)).map(([name, f]) => [name, tf.tensor(f.data, [...f.shape])]));
  const weights = new Map([...initialWeights(ir, 0)].map(([id, w]) => [id, tf.tensor(w.data, [...w.shape])]));
  const folded = foldedGraph(inputs, weights, (given, held) => {
    const known = new Map(Object.entries(given).map(([name, t]) => [inputId(name), t]));
    const values = program.evaluate(ir.outputs.swap, known, { weight: (id) => held.get(id) as Tensor, context: () => context });
    return { swap: values.get(ir.outputs.swap[0]) as Tensor };
  }, precision);
  return neededNodes(folded.nodes, [...folded.outputs.values()].map((v) => v.node));
}
