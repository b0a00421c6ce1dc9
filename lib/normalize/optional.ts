import type { Tree } from '../source/tree.ts';
import { resolve } from './reference.ts';
import { isMissing, type Scope } from './scope.ts';
import type { PortValue } from './values.ts';

/** A reference's value; undefined where an optional port is handed an optional input that was not given. */
export function resolveOptional(tree: Tree, optional: boolean, scope: Scope): PortValue | undefined {
  const name = tree.kind === 'scalar' ? String(tree.value) : '';
  return optional && isMissing(scope, name) ? undefined : resolve(tree, scope);
}
