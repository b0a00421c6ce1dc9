import { failure } from '../diagnostics/failure.ts';
import type { Span } from '../diagnostics/diagnostic.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { pairFields, type FieldSpec } from '../registry/dataset.ts';

/** Where a batch's field comes from: `source.image`, `target.mask`, `pair.same-identity`. */
export interface FieldAddress {
  readonly side: 'source' | 'target' | 'pair';
  readonly field: string;
}

/** What is known of other data sets, for messages. */
export interface OtherDataset {
  readonly name: string;
  readonly fields: readonly string[];
}

/** The parts of a field's name, without asking whether the field exists. @throws DiagnosticError for any other form. */
export function parseFieldName(name: string, span?: Span): FieldAddress {
  const [side, field, ...rest] = name.split('.');
  if ((side === 'source' || side === 'target' || side === 'pair') && field && rest.length === 0) return { side, field };
  throw failure('data-field', `expected source.FIELD, target.FIELD or pair.FLAG, received "${name}"`, span, suggestion(name, ['source.image', 'target.image']));
}

/**
 * Shape and dtype of one requested field, per sample. @throws DiagnosticError naming the data sets that have the field, or the nearest name.
 */
export function fieldSpec(
  name: string, fields: Readonly<Record<string, FieldSpec>>, dataset: string, others: readonly OtherDataset[] = [], span?: Span,
): FieldSpec {
  const { side, field } = parseFieldName(name, span);
  const known: Readonly<Record<string, FieldSpec>> = side === 'pair' ? pairFields : fields;
  if (Object.hasOwn(known, field)) return tensorField(name, known[field], span);
  if (side === 'pair') throw failure('data-field', `a pair has no flag "${field}"`, span, suggestion(field, Object.keys(known)));
  const having = others.filter((other) => other.fields.includes(field)).map((other) => other.name);
  const hint = having.length > 0 ? `${having.join(' and ')} ${having.length === 1 ? 'has' : 'have'} it` : suggestion(field, Object.keys(known));
  throw failure('data-field', `the data set ${dataset} has no field "${field}"`, span, hint);
}

function tensorField(name: string, spec: FieldSpec, span?: Span): FieldSpec {
  if (spec.dtype !== 'text') return spec;
  throw failure('data-field', `"${name}" is a text and no tensor`, span, 'add a field made from it, as in `fields: { tokens: { from: caption, tokenize: clip-bpe } }`');
}
