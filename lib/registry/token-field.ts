import type { FieldSpec } from './dataset.ts';

/** The tokenizers that `data.fields` may name. */
export const tokenizers = ['clip-bpe'] as const;

/** A field that a tokenizer makes of a text. */
export interface TokenField {
  /** The text's field. */
  readonly from: string;
  readonly tokenizer: (typeof tokenizers)[number];
  /** Number of ids. */
  readonly length: number;
}

/** The name under which batches know the field: `caption#clip-bpe#77`. */
export const tokensName = ({ from, tokenizer, length }: TokenField): string => `${from}#${tokenizer}#${length}`;

/** The parts of such a name; undefined for any other field. */
export function tokensOf(field: string): TokenField | undefined {
  const [from, name, length] = field.split('#');
  const tokenizer = tokenizers.find((t) => t === name);
  return tokenizer && { from, tokenizer, length: Number(length) };
}

/** Shape and dtype of such a field, per sample. */
export function tokensSpec(field: string): FieldSpec {
  const { from, tokenizer, length } = tokensOf(field) as TokenField;
  return { doc: `"${from}" as ${tokenizer} token ids: start, text, end, then zeros; longer texts are cut and keep the end.`, shape: [length], dtype: 'int32' };
}
