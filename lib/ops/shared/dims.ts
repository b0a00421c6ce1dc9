import { addDims, dimText, floorDivide, isConcrete, multiplyDims, symbol, type Dim, type SymbolicDim } from '../../shape/dim.ts';
import { compareDims, type Shape } from '../../shape/shape.ts';

type Term = SymbolicDim['terms'][number];
type Atom = Term['atoms'][number];

/** a / b where b divides every term of a, else undefined: `N*H*W / N*H = W`. */
export function exactQuotient(a: Dim, b: Dim): Dim | undefined {
  if (isConcrete(b) && b <= 0) return undefined;
  const divisor = termsOf(b);
  if (divisor.length !== 1) return compareDims(a, b) === 'equal' ? 1 : undefined;
  const parts = termsOf(a).map((t) => divideTerm(t, divisor[0]));
  return parts.includes(undefined) ? undefined : addDims(0, ...(parts as Dim[]));
}

/** The dimension as a number; for `build`, after the compiler has bound all symbols. */
export function boundDim(d: Dim, what: string): number {
  if (isConcrete(d)) return d;
  throw new RangeError(`${what} is ${dimText(d)}, which must be bound to a number before the op is built`);
}

/** A shape with `d` in place of one axis. */
export function withAxis(shape: Shape, axis: number, d: Dim): Dim[] {
  return shape.map((old, i) => (i === axis ? d : old));
}

const termsOf = (d: Dim): readonly Term[] => (isConcrete(d) ? (d === 0 ? [] : [{ factor: d, atoms: [] }]) : d.terms);

function divideTerm(t: Term, by: Term): Dim | undefined {
  if (t.factor % by.factor !== 0) return undefined;
  const rest = [...t.atoms];
  for (const atom of by.atoms) {
    const i = rest.findIndex((a) => a.key === atom.key);
    if (i < 0) return undefined;
    rest.splice(i, 1);
  }
  return multiplyDims(t.factor / by.factor, ...rest.map(atomDim));
}

const atomDim = (a: Atom): Dim => (a.kind === 'symbol' ? symbol(a.key) : floorDivide(a.of, a.by));
