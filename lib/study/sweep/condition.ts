import { failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import { evaluate, type Value } from '../../expression/evaluate.ts';
import { namesIn } from '../../expression/names.ts';
import { ExpressionError, parseExpression, type Expression } from '../../expression/parse.ts';
import { toData, type Tree } from '../../source/tree.ts';
import type { Axis, Level } from './axis.ts';

/** A condition over a point of the space, such as `$gan == hinge` or `id < 0.2 and tap > 2`. */
export interface Condition {
  /** False where an axis that it names takes no part. */
  holds(point: ReadonlyMap<string, Level>): boolean;
}

/** Names are axes (with or without `$`) or labels of choices. @throws DiagnosticError for a name that is neither */
export function readCondition(tree: Tree, axes: readonly Axis[]): Condition {
  const text = String(toData(tree)).replace(/\$(?=[a-z])/g, '');
  const names = new Set(axes.map((a) => a.name));
  const labels = new Set(axes.flatMap((a) => (a.domain.kind === 'choice' ? a.domain.levels.map((l) => l.label) : [])));
  const expression = parsed(text, tree);
  const used = namesIn(expression);
  const stranger = used.find((name) => !names.has(name) && !labels.has(name));
  if (stranger !== undefined) throw failure('study/condition', `"${text}": there is no axis or choice "${stranger}"`, tree.span, suggestion(stranger, [...names, ...labels]));
  const needed = used.filter((name) => names.has(name));
  return { holds: (point) => needed.every((name) => point.has(name)) && isTrue(expression, point, text, tree) };
}

function parsed(text: string, tree: Tree): Expression {
  try {
    return parseExpression(text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw failure('study/condition', `"${text}": ${error.message}`, tree.span, error.hint);
  }
}

function isTrue(expression: Expression, point: ReadonlyMap<string, Level>, text: string, tree: Tree): boolean {
  try {
    const value = evaluate(expression, { lookup: (name): Value => point.get(name)?.value ?? name, known: () => point.keys() });
    if (typeof value === 'boolean') return value;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw failure('study/condition', `"${text}": ${error.message}`, tree.span, error.hint);
  }
  throw failure('study/condition', `"${text}" is neither true nor false`, tree.span, 'for example $gan == hinge');
}
