import { inputId, outputId, type IrGraph, type IrInput, type IrNode, type ValueId } from '../../ir/ir.ts';
import type { Application, Expression } from './expression.ts';

/** The graph that computes expressions of one sample, under the given output names; its inputs are the sample's fields. */
export function sampleGraph(names: ReadonlyMap<Expression, string>, step: Pick<IrGraph, 'name' | 'weights'>): IrGraph {
  const inputs = new Map<string, IrInput>();
  const nodes: IrNode[] = [];
  const made = new Map<Application, string>();
  const idOf = (e: Expression): ValueId => {
    if (e.kind === 'weight') return e.id;
    if (e.kind === 'result') return outputId(build(e.of), e.of.node.outputs[e.port].port);
    inputs.set(e.field, { id: inputId(e.field), name: e.field, shape: e.shape, dtype: e.dtype });
    return inputId(e.field);
  };
  const build = (of: Application): string => {
    const known = made.get(of);
    if (known !== undefined) return known;
    const { node } = of;
    const own = of.inputs.map((e) => (e === undefined ? undefined : idOf(e)));
    const path = `${nodes.length}.${node.path}`;
    made.set(of, path);
    nodes.push(nodeOf(of, path, own));
    return path;
  };
  const outputs = Object.fromEntries([...names].map(([e, name]) => [name, [idOf(e)]]));
  const used = new Set([...nodes.flatMap((n) => Object.values(n.weights)), ...nodes.flatMap((n) => n.inputs.flatMap((i) => (i?.startsWith('weight:') ? [i.slice('weight:'.length)] : [])))]);
  return Object.freeze({ name: `${step.name} of one sample`, inputs: [...inputs.values()], nodes, outputs, weights: step.weights.filter((w) => used.has(w.id)), assumptions: [] });
}

function nodeOf({ node, attrs, shapes }: Application, path: string, inputs: readonly (ValueId | undefined)[]): IrNode {
  const { call: _call, remat: _remat, ...rest } = node;
  return { ...rest, path, attrs, inputs, outputs: node.outputs.map((o, i) => ({ ...o, id: outputId(path, o.port), shape: shapes[i] })) };
}
