import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { child, keysOf, kindText, type MapTree, type Tree } from '../source/tree.ts';
import { resolvePath, shownPath, type Files } from './files.ts';
import { applyPatch, type PatchContext } from './patch.ts';

const PATCH_KEYS = ['set', 'add', 'remove'];
const MAX_EXTENDS = 20;

/** Phase 2: the document of `file` with everything it extends; only patches speak beside `extends`, `name` and `doc`. */
export function composeFile(file: string, files: Files, context: PatchContext = {}, from?: Span): MapTree {
  return compose(file, files, context, from, []);
}

function compose(file: string, files: Files, context: PatchContext, from: Span | undefined, chain: readonly string[]): MapTree {
  const own = asMap(files.read(file, from));
  const parent = child(own, 'extends');
  if (parent === undefined) return own;
  const parentFile = resolvePath(textOf(parent, '"extends"'), parent.span);
  if (chain.includes(parentFile) || parentFile === file || chain.length >= MAX_EXTENDS) {
    throw failure('compose/cycle', `${shownPath(file)} extends itself through ${shownPath(parentFile)}`, parent.span);
  }
  const base = compose(parentFile, files, context, parent.span, [...chain, file]);
  return asMap(applyPatch(overlayHeading(base, own), own, context));
}

/** `kind`, `name`, `doc` and `question` of the extending file replace the parent's; anything else must be a patch. */
function overlayHeading(base: MapTree, own: MapTree): MapTree {
  const allowed = ['extends', 'kind', 'name', 'doc', 'question', ...PATCH_KEYS];
  for (const [key, entry] of own.entries) {
    if (allowed.includes(key)) continue;
    throw failure('compose/not-a-patch', `a file with "extends" changes its parent by patches; "${key}" stands beside it`, entry.key,
      `write ${child(base, key) === undefined ? 'add' : 'set'}: { /${key}${child(base, key) ? below(entry.value) : ''}: … }`);
  }
  const kind = child(own, 'kind');
  const baseKind = child(base, 'kind');
  if (kind?.kind === 'scalar' && baseKind?.kind === 'scalar' && kind.value !== baseKind.value) {
    throw failure('compose/kind', `expected kind ${baseKind.value}, as the file it extends, received ${kind.value}`, kind.span);
  }
  const heading = [...own.entries].filter(([key]) => !PATCH_KEYS.includes(key) && key !== 'extends');
  return { ...base, span: own.span, entries: new Map([...base.entries, ...heading]) };
}

/** `/steps`: the first place below a mapping, for a hint. */
function below(tree: Tree): string {
  return tree.kind === 'map' ? `/${keysOf(tree)[0] ?? '…'}` : '';
}

/** The experiment with one of its named profiles applied; the profiles themselves are dropped. */
export function applyProfile(tree: MapTree, profile: string | undefined, context: PatchContext = {}, at?: Span): MapTree {
  const profiles = child(tree, 'profiles');
  const bare: MapTree = { ...tree, entries: new Map([...tree.entries].filter(([key]) => key !== 'profiles')) };
  if (profile === undefined || (profile === 'full' && child(profiles, 'full') === undefined)) return bare;
  const patch = child(profiles, profile);
  if (patch === undefined) {
    throw failure('compose/profile', `there is no profile "${profile}"`, at ?? profiles?.span ?? tree.span, suggestion(profile, [...keysOf(profiles), 'full']));
  }
  return asMap(applyPatch(bare, patch, context));
}

export function asMap(tree: Tree): MapTree {
  if (tree.kind === 'map') return tree;
  throw failure('compose/not-a-mapping', `expected a mapping such as "kind: graph", received ${kindText(tree)}`, tree.span);
}

function textOf(tree: Tree, what: string): string {
  if (tree.kind === 'scalar' && typeof tree.value === 'string') return tree.value;
  throw failure('compose/text', `${what} is a path, received ${kindText(tree)}`, tree.span);
}
