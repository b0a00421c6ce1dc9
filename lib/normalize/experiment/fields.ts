import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import { inputId } from '../../ir/ir.ts';
import type { FieldSpec } from '../../registry/dataset.ts';
import { pairField, parseFieldAddress, type FieldAddress } from '../../registry/field-address.ts';
import type { Registry } from '../../registry/registry.ts';
import { tokensName, tokensOf, tokensSpec, type TokenField } from '../../registry/token-field.ts';
import { symbol, type Dim } from '../../shape/dim.ts';
import { FIELD_SCHEMA } from '../../schema/experiment.ts';
import { child, kindText, toData, type MapTree, type Tree } from '../../source/tree.ts';
import type { Builder } from '../builder.ts';
import type { Scope } from '../scope.ts';
import type { Ports } from '../values.ts';
import { readSection } from './section.ts';

/** What step inputs may read: `source.F`, `target.F` and `pair.flag`. */
export interface Fields {
  readonly specs: Readonly<Record<string, FieldSpec>>;
  /** Fields that `data.fields` makes, by name, each with the one it is made of. */
  readonly made: ReadonlyMap<string, string>;
  readonly dataset: string;
  readonly registry: Registry;
}

/** The inputs of a step or of `predict`, each bound to a data field. */
export function readFields(tree: Tree | undefined, fields: Fields, batch: number | undefined, builder: Builder): { inputs: Map<string, Ports>; bound: Record<string, string> } {
  const inputs = new Map<string, Ports>();
  const bound: Record<string, string> = {};
  if (tree && tree.kind !== 'map') throw failure('schema/inputs', `"inputs" maps names to data fields, received ${kindText(tree)}`, tree.span, 's: source.image');
  for (const [name, { value }] of (tree as MapTree | undefined)?.entries ?? []) {
    const address = parseFieldAddress(String(toData(value)), value.span);
    const spec = fieldSpec(address, fields, value);
    bound[name] = loadedAs(address, fields);
    const n: Dim = batch ?? symbol('N');
    const shape = [n, ...spec.shape];
    const dtype = spec.dtype === 'text' ? 'float32' : spec.dtype;
    builder.inputs.push({ id: inputId(name), name, shape, dtype, span: value.span });
    inputs.set(name, new Map([['out', { kind: 'tensor', id: inputId(name), shape, dtype }]]));
  }
  return { inputs, bound };
}

/** A made field is loaded as the one it is made of. */
function loadedAs({ side, field }: FieldAddress, fields: Fields): string {
  return `${side}.${(side === 'pair' ? undefined : fields.made.get(field)) ?? field}`;
}

const textFieldHint = ({ specs }: Fields): string | undefined => {
  const texts = Object.keys(specs).filter((name) => specs[name].dtype === 'text');
  return texts.length > 0 ? `the texts are ${texts.join(', ')}` : undefined;
};

/** `data.fields`: name -> the field it is made of, or how batches know the tokens of a text. */
export function readMadeFields(tree: Tree | undefined, fields: Fields, scope: Scope): Map<string, string> {
  if (tree?.kind !== 'map') return new Map();
  return new Map([...tree.entries].map(([name, { key, value }]) => {
    const { from, tokenize, length } = readSection(value, FIELD_SCHEMA, 'field', scope, tree) as { from: string; tokenize?: TokenField['tokenizer']; length: number };
    if (name in fields.specs) throw failure('normalize/field', `data set "${fields.dataset}" has a field "${name}" of its own`, key, 'give the new one another name');
    const spec = fields.specs[from] ?? unknownField(from, fields, child(value, 'from') ?? value);
    if (tokenize !== undefined) {
      if (spec.dtype !== 'text') throw failure('normalize/field', `"${from}" is no text, so there is nothing to tokenize`, child(value, 'from')?.span, textFieldHint(fields));
      return [name, tokensName({ from, tokenizer: tokenize, length })];
    }
    if (spec.dtype === 'text') throw failure('normalize/field', `"${from}" is a text and no tensor`, child(value, 'from')?.span, 'a text needs "tokenize"');
    return [name, from];
  }));
}

function fieldSpec({ side, field }: FieldAddress, fields: Fields, tree: Tree): FieldSpec {
  if (side === 'pair') return pairField(field, tree.span);
  const made = fields.made.get(field) ?? field;
  const spec = tokensOf(made) ? tokensSpec(made) : fields.specs[made];
  if (spec?.dtype === 'text') throw failure('normalize/field', `"${field}" is a text and no tensor`, tree.span);
  return spec ?? unknownField(field, fields, tree);
}

/** A missing field names the data sets that have it. */
function unknownField(field: string, fields: Fields, tree: Tree): never {
  const near = suggestion(field, [...Object.keys(fields.specs), ...fields.made.keys()]);
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
