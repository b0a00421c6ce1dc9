import { DTYPE, type Graph, type Value } from '../../../lib/compile/graph/graph.ts';
import { T } from './cases.ts';

/** Variables, so that inputs are not copied into the session at every run. */
export class State {
  readonly given: Value[] = [];
  readonly #graph: Graph;
  readonly #assigned: string[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  variable(shape: readonly number[], dtype: number): Value {
    const graph = this.#graph;
    const name = `v${this.given.length}`;
    const handle = graph.one('VarHandleOp', [], { dtype: { type: dtype }, shape: { shape }, shared_name: { text: name }, container: { text: '' } }, { dtype: DTYPE.resource, shape: [] }, { name });
    const given = graph.placeholder(`${name}_given`, { dtype: DTYPE.float32, shape });
    const cast = graph.one('Cast', [given], { SrcT: { type: DTYPE.float32 }, DstT: { type: dtype } }, { dtype, shape });
    graph.add('AssignVariableOp', [handle, cast], { dtype: { type: dtype } }, [], { name: `${name}_set`, effect: true });
    this.given.push(given);
    this.#assigned.push(`${name}_set`);
    return graph.one('ReadVariableOp', [handle], { dtype: { type: dtype } }, { dtype, shape }, { name: `${name}_read` });
  }

  finish(): Value {
    const one = this.#graph.constant({ dtype: DTYPE.float32, shape: [], data: new Float32Array(1) });
    return this.#graph.one('Identity', [one], T(DTYPE.float32), one, { after: this.#assigned, name: 'set' });
  }
}
