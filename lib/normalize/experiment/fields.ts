import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import { inputId } from '../../ir/ir.ts';
import type { FieldSpec } from '../../registry/dataset.ts';
import type { Registry } from '../../registry/registry.ts';
import { symbol, type Dim } from '../../shape/dim.ts';
import { kindText, toData, type MapTree, type Tree } from '../../source/tree.ts';
import type { Builder } from '../builder.ts';
import type { Ports } from '../values.ts';

const FLAGS = ['same-identity', 'same-image'];

/** What step inputs may read: `source.F`, `target.F` and `pair.flag`. */
export interface Fields {
  readonly specs: Readonly<Record<string, FieldSpec>>;
  readonly dataset: string;
  readonly registry: Registry;
}

/** The inputs of a step or of `predict`, each bound to a data field. */
export function readFields(tree: Tree | undefined, fields: Fields, batch: number | undefined, builder: Builder): { inputs: Map<string, Ports>; bound: Record<string, string> } {
  const inputs = new Map<string, Ports>();
  const bound: Record<string, string> = {};
  if (tree && tree.kind !== 'map') throw failure('schema/inputs', `"inputs" maps names to data fields, received ${kindText(tree)}`, tree.span, 's: source.image');
  for (const [name, { value }] of (tree as MapTree | undefined)?.entries ?? []) {
    const spec = fieldSpec(value, fields);
    bound[name] = String(toData(value));
    const n: Dim = batch ?? symbol('N');
    const shape = [n, ...spec.shape];
    const dtype = spec.dtype === 'text' ? 'float32' : spec.dtype;
    builder.inputs.push({ id: inputId(name), name, shape, dtype, span: value.span });
    inputs.set(name, new Map([['out', { kind: 'tensor', id: inputId(name), shape, dtype }]]));
  }
  return { inputs, bound };
}

function fieldSpec(tree: Tree, fields: Fields): FieldSpec {
  const text = String(toData(tree));
  const [side, ...rest] = text.split('.');
  const field = rest.join('.');
  if (side === 'pair') {
    if (FLAGS.includes(field)) return { doc: 'flag', shape: [], dtype: 'float32' };
    throw failure('normalize/field', `a pair has no flag "${field}"`, tree.span, suggestion(field, FLAGS));
  }
  if (side !== 'source' && side !== 'target') {
    throw failure('normalize/field', `a data field is source.F, target.F or pair.F, received "${text}"`, tree.span, 'for example source.image');
  }
  const spec = fields.specs[field];
  if (spec?.dtype === 'text') throw failure('normalize/field', `"${field}" is a text and no tensor`, tree.span);
  return spec ?? unknownField(field, fields, tree);
}

/** A missing field names the data sets that have it. */
function unknownField(field: string, fields: Fields, tree: Tree): never {
  const near = suggestion(field, Object.keys(fields.specs));
  const others = [...fields.registry.datasets.values()].filter((d) => d.name !== fields.dataset && field in fieldsOf(d)).map((d) => d.name);
  const hint = others.length > 0 ? `${others.join(' and ')} ${others.length > 1 ? 'have' : 'has'} it` : near;
  throw failure('normalize/field', `data set "${fields.dataset}" has no field "${field}"`, tree.span, hint);
}

function fieldsOf(dataset: Registry['datasets'] extends ReadonlyMap<string, infer D> ? D : never): object {
  try {
    return dataset.fields({}, { size: 64, seed: 0 });
  } catch {
    // A data set that cannot say its fields without its attributes is no help for a hint.
    return {};
  }
}
