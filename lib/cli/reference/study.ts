import { ABLATION_KEYS, CLAIM_SCHEMA, REPORT_SCHEMA } from '../../study/document.ts';
import { SWEEP_KEYS } from '../../study/sweep-keys.ts';
import { attributeTable, keyTable, page, table } from './markdown.ts';

/** `docs/reference/study.md`. */
export function studyPage(): string {
  return page('Studies', 'the schema', '## Ablations', 'A `kind: ablation` file:', keyTable(ABLATION_KEYS),
    '### variants', 'Name -> patch of the base: `set` (the place must exist, or be declared by a called graph or the experiment), `add` (it must not exist), `remove`. A variant whose graphs, data and training equal the baseline\'s is refused.',
    '### generate', table(['rule', 'variants'], [
      ['`leave-one-out: components`', 'One per component of the base, without it; or a pointer to a mapping, one per entry. `name: "no-{key}"`.'],
      ['`one-at-a-time: { width: { set: /pointer, values: [16, 64] } }`', 'One per value. `name: "{key}-{value}"`.'],
      ['`factorial: { norms: { bn: { set: … } }, clip: { on: …, off: … } }`', 'Every combination of levels; names join with `+`; `exclude` lists combinations to leave out.'],
    ]),
    '### report', attributeTable(REPORT_SCHEMA), '### claims', 'See [the guide](../guide/claims.md).', attributeTable(CLAIM_SCHEMA),
    '## Sweeps', 'A `kind: sweep` file:', keyTable(SWEEP_KEYS));
}
