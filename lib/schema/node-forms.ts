/** The forms a node can take and the keys each may have beside its own; shared by checks, editor schema and reference page. */
export interface NodeForm {
  readonly key: string;
  readonly doc: string;
  readonly keys: Readonly<Record<string, string>>;
}

const COMMON = {
  in: 'What it reads: a reference, a list in port order, or `port: reference`.',
  when: '`$( … )`; false makes the node the identity.',
  doc: 'A remark for readers.',
  remat: 'true: recompute this block in the backward pass instead of keeping its activations; a block inside a recomputed one belongs to that one. A gradient node cannot stand inside.',
  name: 'The name of this item inside a `seq`.',
};

const BODY = {
  do: 'The body, one node.',
  nodes: 'The body, several named nodes.',
  key: 'The name of each round; default: the item or the index.',
  collect: '`name: inner-node`: lists of an inner node over all rounds, as ports.',
};

const CARRIED = { ...BODY, carry: '`name: reference`: values fed from round to round.', next: '`name: inner-node`: what each carried value becomes.' };

export const NODE_FORMS: readonly NodeForm[] = [
  { key: 'op', doc: 'A primitive.', keys: { ...COMMON, share: 'Use the weights of another node.' } },
  {
    key: 'graph', doc: 'A call of another graph: a local name, a file, or a `$param`.',
    keys: { ...COMMON, with: 'Values of the graph\'s params.', take: '`port: inner-node`: inner nodes as ports.', share: 'Use the weights of another call.' },
  },
  { key: 'model', doc: 'A call of one of the experiment\'s models.', keys: { ...COMMON, take: '`port: inner-node`: inner nodes as ports.' } },
  { key: 'seq', doc: 'A pipeline: each item takes the one before.', keys: COMMON },
  { key: 'chain', doc: 'Feeds the result of each list item into the next.', keys: { ...COMMON, ...CARRIED } },
  { key: 'repeat', doc: 'Feeds the result of each round into the next, n times.', keys: { ...COMMON, ...CARRIED } },
  { key: 'map', doc: 'Applies the body to each list item and gives the list of results.', keys: { ...COMMON, ...BODY, out: 'The inner node that is the result (with `nodes`).' } },
];

export const FORM_KEYS: readonly string[] = NODE_FORMS.map((f) => f.key);

export function formOf(keys: Iterable<string>): NodeForm | undefined {
  const have = new Set(keys);
  const forms = NODE_FORMS.filter((f) => have.has(f.key));
  return forms.length === 1 ? forms[0] : undefined;
}

/** Keys of an op node that are not attributes. */
export const OP_KEYS: ReadonlySet<string> = new Set(['op', ...Object.keys(NODE_FORMS[0].keys)]);
