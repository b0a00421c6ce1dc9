import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { StudyResult } from '../study/result.ts';

/** Runs that may not stand in one table: `what` differs among them, each value with the runs that have it. */
export interface MixedOrigin {
  readonly what: 'data' | 'code' | 'config';
  /** For `config`, the variant whose runs differ; data and code must agree over the whole study. */
  readonly variant?: string;
  readonly values: readonly { readonly hash: string; readonly runs: readonly string[] }[];
}

/** Where finished runs of a study come from different data or code, or runs of one variant from different configurations. */
export function mixedOrigins(result: StudyResult): MixedOrigin[] {
  const runs = result.variants.flatMap((v) => v.runs.filter((r) => r.status === 'finished').map((r) => ({ ...r, variant: v.name, label: `${v.name}, seed ${r.seed}` })));
  const split = (what: MixedOrigin['what'], pick: (run: (typeof runs)[number]) => string | undefined, variant?: string): MixedOrigin[] => {
    const values = new Map<string, string[]>();
    for (const run of runs) {
      const hash = pick(run);
      if (hash === undefined || (variant !== undefined && run.variant !== variant)) continue;
      values.set(hash, [...(values.get(hash) ?? []), run.label]);
    }
    const listed = [...values].map(([hash, labels]) => ({ hash, runs: labels }));
    return listed.length > 1 ? [{ what, ...(variant !== undefined && { variant }), values: listed }] : [];
  };
  return [
    ...split('data', (r) => r.dataHash),
    ...split('code', (r) => r.codeHash),
    ...result.variants.flatMap((v) => split('config', (r) => r.configHash, v.name)),
  ];
}

/** Throws a DiagnosticError where `mixedOrigins` finds any: such numbers are not comparable, so no table is made of them. */
export function requireComparable(result: StudyResult): void {
  const mixed = mixedOrigins(result);
  if (mixed.length > 0) throw new DiagnosticError(mixed.map((m) => describe(result.name, m)));
}

function describe(study: string, { what, variant, values }: MixedOrigin): Diagnostic {
  const where = variant === undefined ? `study "${study}"` : `variant "${variant}" of study "${study}"`;
  const thing = { data: 'the same data', code: 'the same code', config: 'one configuration' }[what];
  const list = values.map(({ hash, runs }) => `${hash.slice(0, 12)} (${runs.slice(0, 3).join('; ')}${runs.length > 3 ? `; ${runs.length - 3} more` : ''})`);
  return {
    code: 'report-mixed-origin',
    severity: 'error',
    message: `${where}: expected every finished run to come from ${thing}, received ${list.join(' and ')}`,
    hint: 'run the older ones again, or report them as a study of their own',
  };
}
