import { child, type Tree } from './tree.ts';

/** `/phases/generator/terms/id` -> its unescaped parts (RFC 6901). Throws RangeError where the text is no pointer. */
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new RangeError(`a pointer starts with "/", received "${pointer}"`);
  return pointer.slice(1).split('/').map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'));
}

export function formatPointer(parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}

/** The part of the tree a pointer names, or undefined. */
export function locate(tree: Tree, pointer: string): Tree | undefined {
  return parsePointer(pointer).reduce<Tree | undefined>(child, tree);
}
