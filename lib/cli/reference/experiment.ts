import { DATA_SCHEMA, EVALUATE_SCHEMA, EXPERIMENT_KEYS, GROUP_KEYS, MODEL_KEYS, OPTIMIZER_SCHEMA, PHASE_KEYS, TERM_KEYS, TRAIN_SCHEMA, WINDOW_SCHEMA } from '../../schema/experiment.ts';
import { attributeTable, keyTable, page } from './markdown.ts';

const list = (keys: readonly string[]): string => keys.map((k) => `\`${k}\``).join(', ');

/** `docs/reference/experiment.md`. */
export function experimentPage(): string {
  return page('Experiments', 'the schema', 'A `kind: experiment` file:', keyTable(EXPERIMENT_KEYS),
    '## models', `Each has ${list(MODEL_KEYS)}; \`graph\` is required. \`frozen: true\` keeps all weights, a list keeps those whose paths start with one of its items.`,
    '## data', 'Beside these, the attributes of [the data set](datasets.md).', attributeTable(DATA_SCHEMA),
    '## step', 'Has `inputs` (name -> `source.FIELD`, `target.FIELD`, `pair.same-identity` or `pair.same-image`), `nodes` as in [a graph](graphs.md#nodes), where `model` nodes call the models, and `graphs`.',
    '## phases', `Each has ${list(PHASE_KEYS)}; \`update\`, \`optimizer\` and \`terms\` are required. Phases run in \`order\`.`, attributeTable(WINDOW_SCHEMA),
    '### optimizer', 'Beside these, the attributes of [the optimiser](optimizers.md).', attributeTable(OPTIMIZER_SCHEMA),
    '### terms', `A term has ${list(TERM_KEYS)}: its graph gives one number, which \`weight\` multiplies. A group has ${list(GROUP_KEYS)}. A literal weight of 0 removes a term and all that only it used.`,
    '## predict', 'Has `inputs`, `nodes`, `graphs` and `outputs`; `swap` and evaluation read the output `swap`.',
    '## evaluate', attributeTable(EVALUATE_SCHEMA), '## train', attributeTable(TRAIN_SCHEMA),
    '## profiles', 'Name -> `set`, `add`, `remove`. `remove` is applied first, then `add`, then `set`; a place that reaches nothing is an error.');
}
