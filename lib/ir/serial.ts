/** Plain data -> JSON text that keeps `undefined` items of lists (optional inputs left out); keys keep their order. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => (Array.isArray(v) ? v.map((item) => (item === undefined ? null : (item as unknown))) : v));
}

/** What `toJson` wrote; null items become undefined again (no value of ours is null). */
export function fromJson<T>(text: string): T {
  return JSON.parse(text, (_key, v: unknown) => (Array.isArray(v) ? v.map((item) => (item === null ? undefined : (item as unknown))) : v)) as T;
}
