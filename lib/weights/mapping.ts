import { DiagnosticError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/failure.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import type { MappingRule } from '../ir/mapping-rule.ts';
import { toOurs } from './layout.ts';
import { compilePattern, type Rewrite } from './pattern.ts';
import type { WeightArray, Weights } from './weights.ts';

/** Shapes wanted, by our names. */
export type Expected = ReadonlyMap<string, readonly number[]>;

/**
 * A checkpoint's weights under our names and in our layouts; of several rules the first that matches a name holds.
 * With `expected`, every name and shape in it must be met and nothing else may be left over.
 * @throws DiagnosticError listing every name without a rule, every weight that is missing or doubled, and every shape that differs.
 */
export function applyMapping(weights: Weights, rules: readonly MappingRule[], expected?: Expected): Weights {
  const compiled = rules.map((rule) => ({ rule, pattern: compilePattern(rule.from) }));
  const out = new Map<string, WeightArray>();
  const origin = new Map<string, string>();
  const errors: Diagnostic[] = [];
  for (const [name, weight] of weights) {
    const match = firstMatch(compiled, name);
    if (match === undefined) errors.push(problem(`no rule of the mapping takes the weight "${name}"`, suggestion(name, rules.map((r) => r.from))));
    else {
      for (const [ours, value] of place(name, weight, match.rule, match.rewrite, errors)) {
        if (out.has(ours)) errors.push(problem(`"${origin.get(ours)}" and "${name}" both become "${ours}"`));
        out.set(ours, value);
        origin.set(ours, name);
      }
    }
  }
  if (expected) errors.push(...differences(out, origin, expected));
  if (errors.length > 0) throw new DiagnosticError(errors);
  return out;
}

interface CompiledRule {
  readonly rule: MappingRule;
  readonly pattern: (name: string) => Rewrite | undefined;
}

function firstMatch(rules: readonly CompiledRule[], name: string): { readonly rule: MappingRule; readonly rewrite: Rewrite } | undefined {
  for (const { rule, pattern } of rules) {
    const rewrite = pattern(name);
    if (rewrite) return { rule, rewrite };
  }
  return undefined;
}

function place(name: string, weight: WeightArray, rule: MappingRule, rewrite: Rewrite, errors: Diagnostic[]): [string, WeightArray][] {
  const names = rule.to === undefined ? [] : typeof rule.to === 'string' ? [rule.to] : rule.to;
  if (names.length === 0) return [];
  try {
    const parts = names.length === 1 ? [weight] : split(weight, names.length);
    return names.map((to, i) => [rewrite(to), toOurs(parts[i], rule.layout)]);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    errors.push(problem(`"${name}": ${error.message}`));
    return [];
  }
}

/** Equal parts along the first axis. */
function split(weight: WeightArray, parts: number): WeightArray[] {
  const [first, ...rest] = weight.shape;
  if (first === undefined || first % parts !== 0) throw new RangeError(`[${weight.shape.join(', ')}] does not split into ${parts} along its first axis`);
  const length = weight.data.length / parts;
  return Array.from({ length: parts }, (_, i) => ({ shape: [first / parts, ...rest], data: weight.data.slice(i * length, (i + 1) * length) }));
}

function differences(out: Weights, origin: ReadonlyMap<string, string>, expected: Expected): Diagnostic[] {
  const errors: Diagnostic[] = [];
  for (const [name, shape] of expected) {
    const found = out.get(name);
    if (found === undefined) {
      const unused = [...out.keys()].filter((key) => !expected.has(key));
      errors.push(problem(`expected the weight "${name}" of shape [${shape.join(', ')}], received none`, suggestion(name, unused)));
    } else if (found.shape.join() !== shape.join()) {
      errors.push(problem(`"${name}": expected shape [${shape.join(', ')}], received [${found.shape.join(', ')}] from "${origin.get(name)}"`));
    }
  }
  for (const name of out.keys()) {
    if (!expected.has(name)) errors.push(problem(`nothing takes the weight "${name}" (from "${origin.get(name)}")`, suggestion(name, expected.keys())));
  }
  return errors;
}

const problem = (message: string, hint?: string): Diagnostic => errorAt('weights-mapping', message, undefined, hint);
