import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import type { Assumption, IrInput, IrNode, IrWeight } from '../ir/ir.ts';
import type { Dim } from '../shape/dim.ts';
import type { Ports } from './values.ts';

const MAX_NODES = 50_000;

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

  record(path: string, ports: Ports): Ports {
    this.results.set(path, ports);
    return ports;
  }
}
