import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import type { Assumption, IrInput, IrNode, IrWeight } from '../ir/ir.ts';
import type { Dim } from '../shape/dim.ts';
import type { Ports } from './values.ts';

const MAX_NODES = 50_000;

/** What one call added to a graph, to be added again by an equal call of another normalisation. */
export interface Expansion {
  readonly nodes: readonly IrNode[];
  /** Every weight of those nodes, new or known. */
  readonly weights: readonly IrWeight[];
  readonly assumptions: readonly Assumption[];
  readonly results: ReadonlyMap<string, Ports>;
  readonly bases: ReadonlyMap<string, string>;
  readonly ports: Ports;
}

/** Collects the flat graph while files are expanded. */
export class Builder {
  readonly nodes: IrNode[] = [];
  readonly inputs: IrInput[] = [];
  readonly weights = new Map<string, IrWeight>();
  readonly assumptions: Assumption[] = [];
  /** Every node's ports by full path, calls and loops included: `take` reads inner nodes from here. */
  readonly results = new Map<string, Ports>();
  /** Where each node's own weights go, by full path: `share` reads other nodes' from here. */
  readonly bases = new Map<string, string>();

  addNode(node: IrNode, span: Span | undefined): void {
    if (this.nodes.length >= MAX_NODES) throw failure('normalize/too-many', `a graph may have ${MAX_NODES} nodes`, span);
    this.nodes.push(node);
  }

  addWeight(weight: IrWeight, span: Span | undefined): void {
    const known = this.weights.get(weight.id);
    if (known === undefined) {
      this.weights.set(weight.id, weight);
    } else if (JSON.stringify(known.shape) !== JSON.stringify(weight.shape)) {
      throw failure('normalize/shared-shape', `the shared weight ${weight.id} has another shape in this call`, span, 'calls that share weights need inputs of equal channels');
    }
  }

  assume(left: Dim, right: Dim, path: string, span: Span | undefined): void {
    this.assumptions.push({ left, right, path, ...(span ? { span } : {}) });
  }

  /** Notes where the graph stands; the function it gives tells what was added since. */
  mark(): (ports: Ports) => Expansion {
    const [nodes, assumptions, results, bases] = [this.nodes.length, this.assumptions.length, this.results.size, this.bases.size];
    return (ports) => {
      const added = this.nodes.slice(nodes);
      const ids = new Set(added.flatMap((n) => Object.values(n.weights)));
      return {
        nodes: added, weights: [...ids].map((id) => this.weights.get(id) as IrWeight), assumptions: this.assumptions.slice(assumptions),
        results: new Map([...this.results].slice(results)), bases: new Map([...this.bases].slice(bases)), ports,
      };
    };
  }

  /** Adds what an equal call added before. */
  replay(expansion: Expansion, span: Span | undefined): Ports {
    for (const node of expansion.nodes) this.addNode(node, span);
    for (const weight of expansion.weights) this.addWeight(weight, span);
    this.assumptions.push(...expansion.assumptions);
    for (const [path, ports] of expansion.results) this.results.set(path, ports);
    for (const [path, base] of expansion.bases) this.bases.set(path, base);
    return expansion.ports;
  }

  record(path: string, ports: Ports): Ports {
    this.results.set(path, ports);
    return ports;
  }
}
