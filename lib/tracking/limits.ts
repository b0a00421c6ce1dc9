/** What one MLflow 3.17 request or entry may hold (`mlflow/utils/validation.py`); lengths are in Unicode characters. */
export const MAX_METRICS_PER_BATCH = 1000;
export const MAX_PARAMS_PER_BATCH = 100;
export const MAX_TAGS_PER_BATCH = 100;
export const MAX_ENTITIES_PER_BATCH = 1000;
/** The server's limit is 1e6 bytes. */
export const MAX_BATCH_BYTES = 900_000;
export const MAX_KEY_LENGTH = 250;
export const MAX_PARAM_LENGTH = 6000;
export const MAX_TAG_LENGTH = 8000;
export const MAX_RUN_NAME_LENGTH = 250;
export const MAX_EXPERIMENT_NAME_LENGTH = 500;
export const MAX_DATASET_NAME_LENGTH = 500;
export const MAX_DIGEST_LENGTH = 36;
export const MAX_DATASET_SOURCE_LENGTH = 65_535;

/** `value`, ended with `…` where it is longer than `limit` characters; lone surrogates, which UTF-8 cannot hold, become U+FFFD. */
export function cutValue(value: string, limit: number): { readonly value: string; readonly cut: boolean } {
  const text = value.replace(/\p{Surrogate}/gu, '\ufffd');
  if (text.length <= limit) return { value: text, cut: false };
  const characters = [...text];
  if (characters.length <= limit) return { value: text, cut: false };
  return { value: `${characters.slice(0, limit - 1).join('')}…`, cut: true };
}
