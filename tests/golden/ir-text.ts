import type { Experiment } from '../../lib/ir/experiment.ts';
import type { IrGraph, IrNode } from '../../lib/ir/ir.ts';
import { amount } from '../../lib/plan/amount.ts';
import { measureGraph } from '../../lib/plan/measure.ts';
import { withDefaults } from '../../lib/registry/attributes.ts';
import type { Registry } from '../../lib/registry/registry.ts';
import { dimText, type Dim } from '../../lib/shape/dim.ts';
import { shapeText } from '../../lib/shape/shape.ts';
import type { StudyPlan } from '../../lib/study/plan.ts';

/** A graph as text to compare: inputs, nodes with what differs from their defaults, outputs, costs. */
export function graphText(graph: IrGraph, registry: Registry): string {
  const { parameters, macs } = measureGraph(graph, registry);
  return [
    ...graph.inputs.map((i) => `in ${i.name} ${shapeText(i.shape)} ${i.dtype}`),
    ...graph.nodes.map((n) => nodeText(n, registry)),
    ...Object.entries(graph.outputs).map(([name, ids]) => `out ${name} = ${ids.join(' ')}`),
    `weights ${graph.weights.length}, parameters ${dimText(parameters)}, MACs ${amount(macs)}`,
  ].join('\n');
}

function nodeText(node: IrNode, registry: Registry): string {
  const op = registry.ops.get(node.op);
  const defaults = withDefaults(op?.attrs ?? {}, {});
  const own = Object.entries(node.attrs).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key]));
  const attrs = own.map(([key, value]) => ` ${key}=${JSON.stringify(value, (_k, v: unknown) => (isDim(v) ? dimText(v) : v))}`).join('');
  const shared = Object.values(node.weights).filter((id) => !id.startsWith(`${node.path}.`) && !node.call);
  const outputs = node.outputs.map((o) => `${o.port === 'out' ? '' : `${o.port} `}${shapeText(o.shape)}${o.dtype === 'float32' ? '' : ` ${o.dtype}`}`).join(', ');
  return `${node.path} = ${node.op}${attrs} (${node.inputs.map((id, i) => (node.names[i] ? `${node.names[i]}: ${id}` : id)).join(', ')}) -> ${outputs}${shared.length ? ` weights ${shared.join(' ')}` : ''}`;
}

const isDim = (v: unknown): v is Dim => typeof v === 'object' && v !== null && 'terms' in v && 'key' in v;

export function experimentText(experiment: Experiment, registry: Registry): string {
  const { hash, models, data, order, phases, predict, evaluate, train, components, precision } = experiment;
  const json = (value: unknown): string => JSON.stringify(value, (key, v: unknown) => (key === 'span' ? undefined : v));
  return [
    `hash ${hash}`, ...Object.values(models).map((m) => `model ${m.name} ${json(m)}`), `data ${json(data).replaceAll(process.cwd(), '.')}`,
    ...order.map((p) => `phase ${p} ${json(phases[p])}`), `components ${json(components)}`, `evaluate ${json(evaluate)}`, `train ${json(train)}`, `precision ${precision}`,
    '', 'step', graphText(experiment.step, registry), ...(predict ? ['', `predict ${json(predict.inputs)}`, graphText(predict.graph, registry)] : []),
  ].join('\n');
}

/** A study's variants: what they change, and the hash of what they are. */
export function studyText(plan: StudyPlan): string {
  return [
    `${plan.kind} ${plan.name}, seeds ${plan.seeds.join(' ')}, metrics ${plan.metrics.join(' ')}`,
    ...plan.variants.map((v) => `variant ${v.name}${v.baseline ? ' (baseline)' : ''} ${v.experiment.hash} ${v.patches.join('; ')}`),
    ...plan.claims.map((c) => `claim ${c.expect}`),
  ].join('\n');
}
