import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import { isRequired, withDefaults, type AttributeSchemas } from '../../registry/attributes.ts';
import { kindText, type Data, type Tree } from '../../source/tree.ts';
import { locate } from '../../source/pointer.ts';
import { asData, evaluateTree } from '../text.ts';
import type { Scope } from '../scope.ts';

/** A section's values, evaluated, checked against schemas and completed with defaults; `skip` names keys read elsewhere. */
export function readSection(tree: Tree | undefined, schemas: AttributeSchemas, what: string, scope: Scope, at: Tree, skip: readonly string[] = []): Record<string, unknown> {
  if (tree && tree.kind !== 'map') throw failure('schema/section', `"${what}" is a mapping, received ${kindText(tree)}`, tree.span);
  const given: Record<string, Data> = {};
  for (const [key, { key: keySpan, value: source }] of tree?.entries ?? []) {
    if (skip.includes(key)) continue;
    const schema = Object.hasOwn(schemas, key) ? schemas[key] : undefined;
    if (!schema) throw failure('schema/unknown-key', `"${what}" has no "${key}"`, keySpan, suggestion(key, [...Object.keys(schemas), ...skip]));
    const value = asData(evaluateTree(source, scope), source.span);
    const error = scope.session.values.check(schema, value, `"${key}" of ${what}`, (p) => locate(source, p)?.span ?? source.span);
    if (error) throw new DiagnosticError([error]);
    given[key] = value;
  }
  for (const [key, schema] of Object.entries(schemas)) {
    if (isRequired(schema) && given[key] === undefined && !skip.includes(key)) {
      throw failure('schema/missing-key', `"${what}" needs "${key}"`, tree?.span ?? at.span);
    }
  }
  return withDefaults(schemas, given);
}
