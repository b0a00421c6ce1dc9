import type { Experiment, TermPlan } from '../../ir/experiment.ts';
import type { IrNode, ValueId } from '../../ir/ir.ts';
import { amount } from '../../plan/amount.ts';
import { measureGraph } from '../../plan/measure.ts';
import type { Registry } from '../../registry/registry.ts';
import { arrowText, nodeLine } from './box-text.ts';
import { parametersOf } from './describe.ts';
import { allBoxes, type Box, type Drawing, type Link, type Tone } from './drawing.ts';

/** An experiment as one training step: data, calls of the models, and the terms of each phase. */
export function drawExperiment(experiment: Experiment, registry: Registry): Drawing {
  const { step, data, train } = experiment;
  const terms = termBoxes(experiment);
  const owner = ownerOf(experiment);
  const groups = new Map<string, IrNode[]>();
  for (const node of step.nodes) groups.set(owner(node), [...(groups.get(owner(node)) ?? []), node]);
  const inputs = step.inputs.map((i): Box => ({ id: i.id, title: i.name, lines: [{ text: data.inputs[i.name] }], tone: 'data', children: [] }));
  const boxes = [...groups].filter(([id]) => !id.startsWith('term:')).map(([id, nodes]) => stepBox(id, nodes, experiment, registry));
  const { parameters, macs } = measureGraph(step, registry);
  const drawing = { boxes: [...inputs, ...boxes, ...terms], links: linksOf(experiment, owner) };
  const tones = new Set(allBoxes(drawing.boxes).map((b) => b.tone));
  return {
    title: experiment.name, subtitle: `one of ${train.steps} steps: ${data.batch} pairs at ${data.size} × ${data.size} from ${data.dataset}; ${amount(parameters)} trainable parameters, ${amount(macs)} MACs forward`,
    ...drawing, legend: LEGEND.filter(({ tone }) => tones.has(tone)),
  };
}

const LEGEND: readonly { readonly tone: Tone; readonly text: string }[] = [
  { tone: 'data', text: 'data' }, { tone: 'trainable', text: 'trained' }, { tone: 'frozen', text: 'frozen' }, { tone: 'plain', text: 'no weights' }, { tone: 'loss', text: 'phase and term' },
];

/** Which box a node of the step belongs to: a term, the call of a model, or the step's own node. */
function ownerOf(experiment: Experiment): (node: IrNode) => string {
  const prefixes = experiment.order.flatMap((phase) => experiment.phases[phase].terms.map((t) => ({ prefix: `@${phase}.${t.path.replaceAll('/', '.')}.`, id: termId(phase, t) })));
  return (node) => prefixes.find((p) => `${node.path}.`.startsWith(p.prefix))?.id ?? node.call?.path ?? node.path.split('.')[0];
}

const termId = (phase: string, term: TermPlan): string => `term:${phase}/${term.path}`;

function stepBox(id: string, nodes: readonly IrNode[], experiment: Experiment, registry: Registry): Box {
  const model = nodes[0].call && experiment.models[nodes[0].call.model];
  if (!model) {
    const lines = nodes.length === 1 ? [nodeLine(nodes[0], registry)] : [{ text: `${nodes.length} nodes` }];
    return { id, title: id, lines, tone: 'plain', children: [] };
  }
  const note = `${amount(parametersOf(experiment.step, model.name))}${Array.isArray(model.frozen) ? ', partly frozen' : ''}`;
  return { id, title: id, lines: [{ text: model.name, note }, ...(model.graph === model.name ? [] : [{ text: '', note: model.graph }])], tone: model.frozen === true ? 'frozen' : 'trainable', children: [] };
}

function termBoxes(experiment: Experiment): Box[] {
  return experiment.order.map((name, i): Box => {
    const phase = experiment.phases[name];
    const children = phase.terms.map((t): Box => ({ id: termId(name, t), title: t.path, lines: termLines(t), tone: 'loss', children: [] }));
    const from = phase.window.from > 0 ? ` from step ${phase.window.from}` : '';
    const every = phase.window.every > 1 ? `, every ${phase.window.every}` : '';
    return { id: `phase:${name}`, title: `${experiment.order.length > 1 ? `${i + 1}. ` : ''}${name}: ${phase.optimizer.type} on ${phase.update.join(', ')}${from}${every}`, lines: [], tone: 'loss', children };
  });
}

function termLines(term: TermPlan): Box['lines'] {
  const constant = term.weights.every((w) => typeof w === 'number') ? (term.weights as readonly number[]).reduce((a, b) => a * b, 1) : undefined;
  const [window] = term.windows;
  return [{ text: `weight ${constant === undefined ? 'scheduled' : Number(constant.toPrecision(4))}`, ...(window && window.from > 0 ? { note: `from step ${window.from}` } : {}) }];
}

function linksOf(experiment: Experiment, owner: (node: IrNode) => string): Link[] {
  const { step } = experiment;
  const place = new Map<ValueId, string>(step.inputs.map((i) => [i.id, i.id]));
  const shapes = new Map(step.inputs.map((i) => [i.id, i.shape]));
  for (const node of step.nodes) for (const o of node.outputs) {
    place.set(o.id, owner(node));
    shapes.set(o.id, o.shape);
  }
  const links = new Map<string, Link>();
  const add = (id: ValueId, to: string): void => {
    const from = place.get(id);
    if (from === undefined || from === to || links.has(`${from} ${to}`)) return;
    links.set(`${from} ${to}`, { from, to, label: arrowText(shapes.get(id) ?? []) });
  };
  for (const node of step.nodes) for (const id of node.inputs) if (id !== undefined) add(id, owner(node));
  // A term that only hands a value of the step on has no node of its own.
  for (const phase of experiment.order) for (const t of experiment.phases[phase].terms) add(t.value, termId(phase, t));
  return [...links.values()];
}
