/**
 * What ops on lists have in place of `shape` and `build`: they are gone once the graph is normalised, so either is a defect of
 * the compiler and says so.
 */
export const listOnly = {
  shape: () => outlived(),
  build: () => outlived(),
} as const;

function outlived(): never {
  throw new Error('ops on lists are resolved while the graph is normalised');
}
