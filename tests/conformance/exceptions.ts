/** Ops whose second derivative is not checked, and why. */
export const FIRST_ORDER_ONLY: Readonly<Record<string, string>> = {
};

/** Examples whose derivative is not the one of the computed function, by definition. */
export const APPROXIMATE_GRADIENT: Readonly<Record<string, string>> = {
  'conv2d #12': 'spectral norm: the vectors of the power iteration are constants',
  'linear #3': 'spectral norm: the vectors of the power iteration are constants',
};

/** Ops without a PyTorch fixture, and why. */
export const WITHOUT_FIXTURE: Readonly<Record<string, string>> = {
  gradient: 'evaluated by the compiler; its values are compared there',
};

/** Ops, or single examples, that the JavaScript back end cannot check, and why. */
export const NATIVE_ONLY: Readonly<Record<string, string>> = {
};

/** Ops that the wasm engine gets wrong, and why. */
export const WRONG_ON_WASM: Readonly<Record<string, string>> = {
  'one-hot': 'its OneHot kernel writes the bits of integers into a float tensor',
};
