import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { fromData, child, keysOf, kindText, toData, type MapTree, type Tree } from '../source/tree.ts';
import { formatPointer, locate } from '../source/pointer.ts';

/** A variant before it is resolved: a name and the patches that make it. */
export interface VariantSource {
  readonly name: string;
  readonly patches: readonly Tree[];
  readonly factors?: Readonly<Record<string, string>>;
  readonly at: Tree;
}

const RULES = ['leave-one-out', 'one-at-a-time', 'factorial'];

/** The variants of one `generate` rule. */
export function generateVariants(rule: Tree, base: MapTree, exclude: Tree | undefined): VariantSource[] {
  const form = keysOf(rule).find((key) => RULES.includes(key));
  const source = form && child(rule, form);
  if (!form || !source) {
    const [first] = keysOf(rule);
    throw failure('study/generate', `"generate" lists rules: ${RULES.join(', ')}`, rule.span, first ? suggestion(first, RULES) : undefined);
  }
  const stranger = keysOf(rule).find((key) => key !== form && key !== 'name');
  if (stranger) throw failure('study/generate', `a "${form}" rule has no "${stranger}"`, rule.span, suggestion(stranger, ['name']));
  const pattern = child(rule, 'name');
  const name = pattern ? String(toData(pattern)) : undefined;
  if (form === 'leave-one-out') return leaveOneOut(source, base, name ?? 'no-{key}');
  if (form === 'one-at-a-time') return oneAtATime(source, name ?? '{key}-{value}');
  return factorial(source, exclude);
}

/** One variant per component (or per entry of the mapping a pointer names), without it. */
function leaveOneOut(source: Tree, base: MapTree, pattern: string): VariantSource[] {
  const what = String(toData(source));
  const pointer = what === 'components' ? undefined : what;
  const section = pointer === undefined ? child(base, 'components') : pointer.startsWith('/') ? locate(base, pointer) : undefined;
  if (section?.kind !== 'map') {
    throw failure('study/generate', pointer === undefined ? 'the base has no "components"' : `${what} names no mapping of the base`, source.span, 'leave-one-out: components, or a pointer such as /phases/generator/terms');
  }
  return [...section.entries].map(([key, { value }]) => {
    const pointers = pointer === undefined ? (toData(value) as readonly string[]) : [`${pointer}${formatPointer([key])}`];
    return { name: pattern.replaceAll('{key}', key), patches: [fromData({ remove: [...pointers] }, source.span)], at: source };
  });
}

/** `{ width: { set: /pointer, values: [16, 64] } }`: one variant per value. */
function oneAtATime(source: Tree, pattern: string): VariantSource[] {
  return keysOf(source).flatMap((key) => {
    const axis = child(source, key) as Tree;
    const pointer = child(axis, 'set');
    const values = child(axis, 'values');
    if (!pointer || values?.kind !== 'list') throw failure('study/generate', `axis "${key}" needs "set" (a pointer) and "values" (a list)`, axis.span, '{ set: /models/generator/with/width, values: [16, 64] }');
    return values.items.map((value) => {
      const data = toData(value);
      const label = typeof data === 'object' ? JSON.stringify(data).replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'none' : String(data);
      const set: MapTree = { kind: 'map', span: axis.span, entries: new Map([[String(toData(pointer)), { key: pointer.span, value }]]) };
      const patch: MapTree = { kind: 'map', span: axis.span, entries: new Map([['set', { key: axis.span, value: set }]]) };
      return { name: pattern.replaceAll('{key}', key).replaceAll('{value}', label), patches: [patch], at: axis };
    });
  });
}

/** Every combination of the factors' levels; names join with `+`. */
function factorial(source: Tree, exclude: Tree | undefined): VariantSource[] {
  if (source.kind !== 'map') throw failure('study/generate', `"factorial" maps factors to levels, received ${kindText(source)}`, source.span);
  let combinations: VariantSource[] = [{ name: '', patches: [], factors: {}, at: source }];
  for (const [factor, { value: levels }] of source.entries) {
    if (levels.kind !== 'map') throw failure('study/generate', `factor "${factor}" maps levels to patches, received ${kindText(levels)}`, levels.span);
    combinations = combinations.flatMap((c) => [...levels.entries].map(([level, { value }]) => ({
      name: c.name === '' ? level : `${c.name}+${level}`, patches: [...c.patches, value], factors: { ...c.factors, [factor]: level }, at: value,
    })));
  }
  const excluded = exclude?.kind === 'list' ? exclude.items.map((item) => toData(item) as Record<string, string>) : [];
  return combinations.filter((c) => !excluded.some((e) => Object.entries(e).every(([factor, level]) => c.factors?.[factor] === String(level))));
}
