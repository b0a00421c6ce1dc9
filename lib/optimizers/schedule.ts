import { failure } from '../diagnostics/failure.ts';
import type { Span } from '../diagnostics/diagnostic.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { scheduleForms, type ScheduleForm } from './schedule-forms.ts';

/** A number that changes with the step, as data: a constant, or one of the forms of `scheduleForms`. */
export type Schedule =
  | number
  | { readonly start: number; readonly decay: number; readonly every: number }
  | { readonly cosine: { readonly from: number; readonly to: number; readonly over: number } }
  | { readonly 'warm-up': number; readonly then: Schedule }
  | { readonly steps: Readonly<Record<string, number>> }
  | { readonly ramp: readonly [number, number]; readonly over: readonly [number, number] };

/** The value at a step, counted from 0 (the number of updates done before it), in float64. */
export type ScheduleFunction = (step: number) => number;

/**
 * The function that a schedule describes. `where` names it in messages (`lr`, `weight`).
 * @throws DiagnosticError where the value is no schedule, with what was expected and received and the nearest name.
 */
export function compileSchedule(value: unknown, where = 'a schedule', span?: Span): ScheduleFunction {
  if (typeof value === 'number' && Number.isFinite(value)) return () => value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(`${where} is a number or a schedule, received ${text(value)}`, span, formsHint());
  }
  const form = formOf(Object.keys(value), where, span);
  try {
    return form.compile(value as Readonly<Record<string, unknown>>, (inner) => compileSchedule(inner, `${where}/then`, span));
  } catch (error) {
    if (error instanceof RangeError) throw wrong(`${where}: ${error.message}`, span, `for example ${form.example}`);
    throw error;
  }
}

/** The form whose key is there, and nothing that belongs to no form or to another. */
function formOf(keys: readonly string[], where: string, span: Span | undefined): ScheduleForm {
  const form = scheduleForms.find((f) => keys.includes(f.key));
  if (form === undefined) {
    const stranger = keys[0];
    const hint = stranger === undefined ? formsHint() : suggestion(stranger, scheduleForms.map((f) => f.key));
    throw wrong(`${where}: no schedule has ${stranger === undefined ? 'no keys' : `the key "${stranger}"`}`, span, hint);
  }
  const extra = keys.find((key) => !form.keys.includes(key));
  if (extra !== undefined) throw wrong(`${where}: a schedule with "${form.key}" has no key "${extra}"`, span, suggestion(extra, form.keys));
  const missing = form.keys.find((key) => !keys.includes(key));
  if (missing !== undefined) throw wrong(`${where}: a schedule with "${form.key}" also wants "${missing}"`, span, `for example ${form.example}`);
  return form;
}

const wrong = (message: string, span?: Span, hint?: string): Error => failure('schedule', message, span, hint);
const formsHint = (): string => `for example ${scheduleForms.map((f) => f.example).join(', or ')}`;

function text(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
