import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IrGraph, ValueId } from '../ir/ir.ts';
import type { Op } from '../registry/op.ts';
import type { Registry } from '../registry/registry.ts';
import type { Weights } from '../weights/weights.ts';

export interface KeyOptions {
  readonly registry: Registry;
  readonly weights: Weights;
  /** What results depend on down to their last bits. */
  readonly engine: string;
}

/**
 * A name for each output of a sample graph: a hash of its ops (their source too), attributes and shapes, of the content of its weights, and of the
 * engine. Names of nodes and weights do not enter, so variants and seeds whose values are equal share them.
 */
export function outputKeys(graph: IrGraph, { registry, weights, engine }: KeyOptions): Map<string, string> {
  const content = new Map(graph.weights.map((w) => [w.id, weightHash(w.id, weights)]));
  const values = new Map<ValueId, string>(graph.inputs.map((i) => [i.id, digest(['input', i.name, i.shape, i.dtype])]));
  for (const [id, hash] of content) values.set(`weight:${id}`, hash);
  for (const node of graph.nodes) {
    const op = registry.ops.get(node.op) as Op;
    const own = Object.entries(node.weights).map(([name, id]) => [name, content.get(id)]).sort();
    const hash = digest([node.op, op.build.toString(), node.attrs, node.names, node.inputs.map((id) => (id === undefined ? null : values.get(id))), own]);
    node.outputs.forEach((o) => values.set(o.id, digest([hash, o.port])));
  }
  const common = [FORMAT, engine, sourceHash()];
  return new Map(Object.entries(graph.outputs).map(([name, [id]]) => [name, digest([...common, values.get(id)]).slice(0, 40)]));
}

/** Counts up when entries would mean something else. */
const FORMAT = 2;

function weightHash(id: string, weights: Weights): string {
  const array = weights.get(id);
  if (!array) throw new Error(`no value for the weight ${id}`);
  return createHash('sha256').update(JSON.stringify(array.shape)).update(new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength)).digest('hex');
}

/** The source text of all ops and kernels: what other code computed is not taken. */
function sourceHash(): string {
  const folder = fileURLToPath(new URL('../ops/', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.d)\.[jt]s$/.test(name)).sort();
  return createHash('sha256').update(Buffer.concat(files.map((name) => readFileSync(join(folder, name))))).digest('hex');
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
