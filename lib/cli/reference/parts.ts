import { scheduleForms } from '../../optimizers/schedule-forms.ts';
import type { Registry } from '../../registry/registry.ts';
import { OPTIMIZER_SCHEMA } from '../../schema/experiment.ts';
import { attributeTable, page, table } from './markdown.ts';

/** `docs/reference/optimizers.md`. */
export function optimizersPage(registry: Registry): string {
  const sections = [...registry.optimizers.values()].flatMap((o) => [`## ${o.name}`, `${o.doc}${o.source ? ` (${o.source.replace(/\.$/, '')})` : ''}`, attributeTable(o.attrs)]);
  return page('Optimisers', '`lib/optimizers`', 'Every optimiser takes these, and its own below.', attributeTable(OPTIMIZER_SCHEMA),
    '## Schedules', 'A learning rate or a term\'s weight is a number or one of these; steps count from 0.',
    table(['keys', 'for example'], scheduleForms.map((f) => [f.keys.map((k) => `\`${k}\``).join(', '), `\`${f.example}\``])), ...sections);
}

const SIZE = 128;

/** `docs/reference/datasets.md`. */
export function datasetsPage(registry: Registry): string {
  const sections = [...registry.datasets.values()].flatMap((d) => {
    const fields = Object.entries(d.fields({}, { size: SIZE, seed: 0 }));
    return [
      `## ${d.name}`, d.doc, Object.keys(d.attrs as object).length > 0 ? attributeTable(d.attrs) : '',
      table(['field', `shape at size ${SIZE}`, 'kind', 'meaning'], fields.map(([name, f]) => [`\`${name}\``, f.dtype === 'text' ? '' : `[${f.shape.join(', ')}]`, f.dtype, f.doc])),
    ];
  });
  return page('Data sets', '`lib/datasets`', 'The `data` section of [an experiment](experiment.md#data) names one and gives its attributes. Step inputs read its fields as `source.FIELD` and `target.FIELD`.', ...sections);
}
