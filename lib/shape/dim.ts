/**
 * Symbolic dimensions: integers, or polynomials with integer coefficients over symbols (`N`, `H`) and floor divisions.
 * Every value is canonical, so that two dimensions that are always equal print and compare alike.
 */
export type Dim = number | SymbolicDim;

export interface SymbolicDim {
  /** Canonical text; equal dimensions have equal keys. */
  readonly key: string;
  readonly terms: readonly Term[];
}

interface Term {
  readonly factor: number;
  /** Sorted by key; empty for the constant term. */
  readonly atoms: readonly Atom[];
}

type Atom =
  | { readonly kind: 'symbol'; readonly key: string }
  | { readonly kind: 'floor'; readonly key: string; readonly of: Dim; readonly by: number };

export function symbol(name: string): Dim {
  return fromTerms([{ factor: 1, atoms: [{ kind: 'symbol', key: name }] }]);
}

export function isConcrete(d: Dim): d is number {
  return typeof d === 'number';
}

export function addDims(...dims: readonly Dim[]): Dim {
  return dims.every(isConcrete) ? dims.reduce((a, b) => a + b, 0) : fromTerms(dims.flatMap(termsOf));
}

export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, multiplyDims(b, -1));
}

export function multiplyDims(...dims: readonly Dim[]): Dim {
  if (dims.every(isConcrete)) return dims.reduce((a, b) => a * b, 1) + 0;
  return dims.reduce<Dim>((a, b) => fromTerms(termsOf(a).flatMap((s) => termsOf(b).map((t) => times(s, t)))), 1);
}

/** floor(a / by) for a positive integer `by`. */
export function floorDivide(a: Dim, by: number): Dim {
  if (!Number.isInteger(by) || by < 1) throw new RangeError(`a dimension can be divided by a positive integer, not by ${by}`);
  if (by === 1) return a;
  if (isConcrete(a)) return Math.floor(a / by);
  const whole: Term[] = [];
  const rest: Term[] = [];
  for (const t of a.terms) {
    const quotient = Math.floor(t.factor / by);
    const remainder = t.factor - quotient * by;
    if (quotient !== 0) whole.push({ ...t, factor: quotient });
    if (remainder !== 0) rest.push({ ...t, factor: remainder });
  }
  return addDims(fromTerms(whole), floorAtom(fromTerms(rest), by));
}

/** ceil(a / by) for a positive integer `by`. */
export function ceilDivide(a: Dim, by: number): Dim {
  return floorDivide(addDims(a, by - 1), by);
}

/** Replaces symbols by dimensions; symbols without a binding stay. */
export function substitute(d: Dim, bindings: ReadonlyMap<string, Dim>): Dim {
  if (isConcrete(d)) return d;
  return addDims(...d.terms.map((t) => multiplyDims(t.factor, ...t.atoms.map((a) => substituteAtom(a, bindings)))));
}

/** The names of all symbols in `d`. */
export function symbolsOf(d: Dim): Set<string> {
  if (isConcrete(d)) return new Set();
  return new Set(d.terms.flatMap((t) => t.atoms.flatMap((a) => (a.kind === 'symbol' ? [a.key] : [...symbolsOf(a.of)]))));
}

/** Text for people: `H/4` stands for a division whose rounding does not matter when H is a multiple of 4. */
export function dimText(d: Dim): string {
  return isConcrete(d) ? String(d) : d.terms.map(termText).join('').replace(/^\+/, '');
}

function substituteAtom(a: Atom, bindings: ReadonlyMap<string, Dim>): Dim {
  if (a.kind === 'floor') return floorDivide(substitute(a.of, bindings), a.by);
  return bindings.get(a.key) ?? fromTerms([{ factor: 1, atoms: [a] }]);
}

function floorAtom(rest: Dim, by: number): Dim {
  if (isConcrete(rest)) return Math.floor(rest / by);
  // floor((floor(x / m) + c) / n) = floor((x + m c) / (m n)): keeps chains of strides canonical.
  const inner = rest.terms.filter((t) => t.atoms.length > 0);
  const [only] = inner;
  if (inner.length === 1 && only.factor === 1 && only.atoms.length === 1 && only.atoms[0].kind === 'floor') {
    const atom = only.atoms[0];
    const constant = rest.terms.find((t) => t.atoms.length === 0)?.factor ?? 0;
    return floorDivide(addDims(atom.of, atom.by * constant), atom.by * by);
  }
  return fromTerms([{ factor: 1, atoms: [{ kind: 'floor', key: `floor(${keyOf(rest)},${by})`, of: rest, by }] }]);
}

const termsOf = (d: Dim): readonly Term[] => (isConcrete(d) ? [{ factor: d, atoms: [] }] : d.terms);
const keyOf = (d: Dim): string => (isConcrete(d) ? String(d) : d.key);
const atomsKey = (atoms: readonly Atom[]): string => atoms.map((a) => a.key).join('*');

function times(s: Term, t: Term): Term {
  const atoms = [...s.atoms, ...t.atoms].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { factor: s.factor * t.factor, atoms };
}

function fromTerms(terms: readonly Term[]): Dim {
  const merged = new Map<string, Term>();
  for (const t of terms) {
    const key = atomsKey(t.atoms);
    merged.set(key, { factor: (merged.get(key)?.factor ?? 0) + t.factor, atoms: t.atoms });
  }
  const kept = [...merged.entries()].filter(([, t]) => t.factor !== 0).sort(([a], [b]) => (a < b ? 1 : -1));
  if (kept.length === 0) return 0;
  if (kept.length === 1 && kept[0][0] === '') return kept[0][1].factor;
  return Object.freeze({ key: kept.map(([key, t]) => `${t.factor}*${key}`).join('+'), terms: Object.freeze(kept.map(([, t]) => t)) });
}

function termText({ factor, atoms }: Term): string {
  const sign = factor < 0 ? '-' : '+';
  const size = Math.abs(factor);
  if (atoms.length === 0) return `${sign}${size}`;
  const product = atoms.map(atomText).join('*');
  return `${sign}${size === 1 ? '' : `${size}*`}${product}`;
}

function atomText(a: Atom): string {
  if (a.kind === 'symbol') return a.key;
  const constant = termsOf(a.of).find((t) => t.atoms.length === 0)?.factor ?? 0;
  const bare = constant >= 0 && constant < a.by ? subtractDims(a.of, constant) : a.of;
  const text = dimText(bare);
  return /[+-]/.test(text) ? `(${text})/${a.by}` : `${text}/${a.by}`;
}
