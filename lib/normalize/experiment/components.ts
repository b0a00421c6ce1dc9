import { failure } from '../../diagnostics/failure.ts';
import { whereItEnds } from '../../compose/patch.ts';
import { locate, parsePointer } from '../../source/pointer.ts';
import { child, kindText, toData, type MapTree } from '../../source/tree.ts';

/** `components`: name -> pointers that switching the component off removes; each must exist. */
export function readComponents(tree: MapTree): Record<string, readonly string[]> {
  const section = child(tree, 'components');
  if (!section) return {};
  if (section.kind !== 'map') throw failure('schema/components', `"components" maps names to lists of pointers, received ${kindText(section)}`, section.span);
  return Object.fromEntries([...section.entries].map(([name, { value }]) => {
    const items = value.kind === 'list' ? value.items : [value];
    const pointers = items.map((item) => String(toData(item)));
    for (const [i, pointer] of pointers.entries()) {
      if (!pointer.startsWith('/')) throw failure('schema/components', `component "${name}": "${pointer}" is no pointer`, items[i].span, 'for example /phases/generator/terms/id');
      if (locate(tree, pointer) !== undefined) continue;
      const { message, hint } = whereItEnds(tree, parsePointer(pointer));
      throw failure('schema/components', `component "${name}": ${message}`, items[i].span, hint);
    }
    return [name, pointers] as const;
  }));
}
