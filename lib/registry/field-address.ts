import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { pairFields, type FieldSpec } from './dataset.ts';

/** Where a batch's field comes from: `source.image`, `target.mask`, `pair.same-identity`. */
export interface FieldAddress {
  readonly side: 'source' | 'target' | 'pair';
  readonly field: string;
}

/** The parts of a field's address, without asking whether the field exists. @throws DiagnosticError for any other form. */
export function parseFieldAddress(text: string, span?: Span): FieldAddress {
  const [side, ...rest] = text.split('.');
  const field = rest.join('.');
  if ((side === 'source' || side === 'target' || side === 'pair') && field !== '') return { side, field };
  throw failure('normalize/field', `a data field is source.F, target.F or pair.F, received "${text}"`, span, 'for example source.image');
}

/** What the field of a pair as a whole is. @throws DiagnosticError where there is none of that name. */
export function pairField(name: string, span?: Span): FieldSpec {
  if (Object.hasOwn(pairFields, name)) return pairFields[name as keyof typeof pairFields];
  throw failure('normalize/field', `a pair has no flag "${name}"`, span, suggestion(name, Object.keys(pairFields)));
}
