import { createRequire } from 'node:module';
import type { Ajv as AjvClass, ErrorObject, ValidateFunction } from 'ajv';
import type { JsonSchema } from './json-schema.ts';

/** Compiles JSON Schemas on first use and remembers them; one per program is enough, and it is an argument, not a global. */
export interface Validator {
  /** Errors of `value` against `schema`; empty when valid. Equal schemas are compiled once. */
  errors(schema: JsonSchema, value: unknown): readonly ErrorObject[];
}

export function createValidator(): Validator {
  let ajv: AjvClass | undefined;
  const load = (): AjvClass => {
    const { Ajv } = createRequire(import.meta.url)('ajv') as { Ajv: typeof AjvClass };
    return new Ajv({ allErrors: true, strict: false, strictNumbers: true, verbose: true, discriminator: false, validateFormats: false, addUsedSchema: false, meta: false, validateSchema: false, code: { optimize: false } });
  };
  const compiled = new WeakMap<JsonSchema, ValidateFunction>();
  // Params declare their schemas anew in every file and call, mostly alike.
  const byText = new Map<string, ValidateFunction>();
  return {
    errors(schema, value) {
      let validate = compiled.get(schema);
      if (!validate) {
        const text = JSON.stringify(schema);
        validate = byText.get(text) ?? (ajv ??= load()).compile(schema);
        byText.set(text, validate);
        compiled.set(schema, validate);
      }
      return validate(value) ? [] : (validate.errors ?? []);
    },
  };
}
