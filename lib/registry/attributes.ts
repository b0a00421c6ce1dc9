import type { Dim } from '../shape/dim.ts';

/**
 * The closed subset of JSON Schema that attributes are written in. It is small so that `Infer` can give every op its typed
 * attributes without a schema library in the type checker.
 */
export interface AttributeSchema {
  readonly type?: 'integer' | 'number' | 'boolean' | 'string' | 'array' | 'object' | 'graph';
  readonly description?: string;
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: AttributeSchema;
  readonly properties?: Readonly<Record<string, AttributeSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly oneOf?: readonly AttributeSchema[];
  /** The value when the file says nothing; an attribute without a default is required unless `optional`. */
  readonly default?: unknown;
  /** May be left out; the op then sees `undefined`. */
  readonly optional?: true;
  /**
   * An integer that may be a symbolic dimension (`$N`, `$(H * W)`): shape rules see a `Dim`. The compiler binds the symbols before
   * `build`, which therefore sees numbers.
   */
  readonly symbolic?: true;
}

export type AttributeSchemas = Readonly<Record<string, AttributeSchema>>;

type InferOne<S> = S extends { readonly symbolic: true } ? Dim
  : S extends { readonly const: infer V } ? V
  : S extends { readonly enum: readonly (infer V)[] } ? V
  : S extends { readonly oneOf: readonly (infer U)[] } ? InferOne<U>
  : S extends { readonly type: 'integer' | 'number' } ? number
  : S extends { readonly type: 'boolean' } ? boolean
  : S extends { readonly type: 'string' } ? string
  : S extends { readonly type: 'array'; readonly items: infer I } ? readonly InferOne<I>[]
  : S extends { readonly type: 'object'; readonly properties: infer P } ? { readonly [K in keyof P]?: InferOne<P[K]> }
  : unknown;

/** The TypeScript type of a record of attributes. */
export type Infer<A extends AttributeSchemas> = {
  readonly [K in keyof A]: A[K] extends { readonly optional: true } ? InferOne<A[K]> | undefined : InferOne<A[K]>;
};

export function isRequired(schema: AttributeSchema): boolean {
  return schema.default === undefined && schema.optional !== true;
}

/** Attribute values with the defaults filled in; defaults are frozen data, so sharing them is safe. */
export function withDefaults(schemas: AttributeSchemas, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const value = given[name] ?? schema.default;
    if (value !== undefined) out[name] = value;
  }
  return out;
}
