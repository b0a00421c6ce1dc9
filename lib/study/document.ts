import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/failure.ts';
import type { AttributeSchemas } from '../registry/attributes.ts';
import { nameErrors } from '../schema/node.ts';
import { unknownKeys } from '../schema/graph.ts';
import { child, kindText, type MapTree, type Tree } from '../source/tree.ts';

/** Keys of an ablation and what they are for. */
export const ABLATION_KEYS: Readonly<Record<string, string>> = {
  kind: 'ablation',
  name: 'The name, in kebab-case.',
  doc: 'What the study does.',
  question: 'The question it answers.',
  base: 'The experiment that variants are patches of.',
  profile: 'The profile of the base that is used unless --profile says otherwise.',
  baseline: 'The variant the others are compared with; the base itself unless a variant has this name.',
  seeds: 'Number of seeds; every variant runs with each.',
  variants: 'Name -> patch (`set`, `add`, `remove`).',
  generate: 'Variants made by rule: leave-one-out, one-at-a-time, factorial.',
  exclude: 'Combinations of a factorial that are left out.',
  report: 'Metrics, and rows and columns of a factorial table.',
  claims: 'Statements about the results that can pass or fail.',
  paper: 'Variant -> metric -> the number the paper prints.',
  plumbing: 'true: too small to show anything; tables say so.',
  profiles: 'Name -> patches of this study; the base\'s profile of that name applies too.',
};

export const REPORT_SCHEMA: AttributeSchemas = {
  metrics: { type: 'array', items: { type: 'string' }, description: 'Metrics of the table; default: those the base evaluates.', optional: true },
  rows: { type: 'string', description: 'Factor that heads the rows.', optional: true },
  columns: { type: 'string', description: 'Factor that heads the columns.', optional: true },
};

export const CLAIM_SCHEMA: AttributeSchemas = {
  expect: { type: 'string', description: 'A comparison over variant.metric, such as none.pose-error > full.pose-error.' },
  p: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'Level of the paired test.', optional: true },
  correct: { enum: ['holm'], description: 'Correct for all claims of the study that ask for it.', optional: true },
  test: { enum: ['auto', 't', 'sign-flip', 'signed-rank'], description: 'The paired test.', optional: true },
};

export const PATCH_KEYS = ['set', 'add', 'remove', 'doc'];

/** Phase 3 for an ablation: its keys and patches; variants are checked when they are resolved. */
export function checkAblation(tree: MapTree): Diagnostic[] {
  const missing = ['name', 'base'].filter((key) => !tree.entries.has(key)).map((key) =>
    errorAt('schema/missing-key', `the ablation has no "${key}"`, tree.span, key === 'base' ? 'base: ../experiments/facechanger.yaml' : undefined));
  return [...unknownKeys(tree, Object.keys(ABLATION_KEYS), 'an ablation'), ...missing, ...variantErrors(child(tree, 'variants'))];
}

function variantErrors(variants: Tree | undefined): Diagnostic[] {
  if (!variants) return [];
  if (variants.kind !== 'map') return [errorAt('schema/variants', `"variants" maps names to patches, received ${kindText(variants)}`, variants.span)];
  return [...variants.entries].flatMap(([name, { key, value }]) => [
    ...nameErrors(name, key),
    ...(value.kind === 'map' ? patchErrors(value, name) : [errorAt('schema/variants', `variant "${name}" is a patch, received ${kindText(value)}`, value.span, '{ set: { /pointer: value } }')]),
  ]);
}

/** A variant written without its verb: `{ /train/steps: 5 }`. */
function patchErrors(variant: MapTree, name: string): Diagnostic[] {
  return unknownKeys(variant, PATCH_KEYS, `variant "${name}"`).map((d, i) => {
    const key = [...variant.entries.keys()].filter((k) => !PATCH_KEYS.includes(k))[i];
    return key.startsWith('/') ? { ...d, message: `variant "${name}" says nothing of what to do with ${key}`, hint: `write { set: { ${key}: … } }` } : d;
  });
}
