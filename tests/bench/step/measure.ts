import type { Answer, Contender } from './child.ts';
import type { Task } from './tasks.ts';

export interface Figures {
  readonly ms: number;
  readonly cpu_ms: number;
  readonly rss_mib: number;
}

export interface Measured {
  readonly figures: Readonly<Record<string, Figures>>;
  /** Lines that compare ours with the others. */
  readonly ratios: readonly string[];
}

/** Turns that go before those that count. */
const WARM_UP = 2;

/** How far from ours the numbers of another contender may be: enough for another order of summing, bfloat16's eight bits for its tasks. */
const AGREEMENT = { step: 2e-3, 'step-bf16': 5e-2, infer: 1e-3, 'infer-bf16': 5e-2 } as const;

/** Times one task with all contenders taking turns. @throws where one computes something else */
export async function measure(task: Task, start: (name: string) => Contender, rounds: number, say: (text: string) => void): Promise<Measured> {
  const contenders = task.contenders.map(start);
  const answers = new Map<string, Answer[]>(task.contenders.map((name) => [name, []]));
  try {
    await Promise.all(contenders.map((c) => c.ready()));
    for (let round = 0; round < rounds + WARM_UP; round++) {
      const terms = new Map<string, Answer['terms']>();
      for (const c of contenders) {
        const answer = await c.run();
        terms.set(c.name, answer.terms);
        if (round >= WARM_UP) (answers.get(c.name) as Answer[]).push(answer);
        else say(`${task.key} ${c.name}: turn ${round + 1} ${answer.ms.toFixed(0)} ms ${JSON.stringify(answer.terms)}`);
      }
      if (round === 0) requireAgreement(task, terms);
    }
  } finally {
    contenders.forEach((c) => c.end());
  }
  const figures = Object.fromEntries([...answers].map(([name, runs]) => [name, figuresOf(runs)]));
  return { figures, ratios: ratiosOf(task.key, answers, figures) };
}

function figuresOf(runs: readonly Answer[]): Figures {
  return { ms: median(runs.map((r) => r.ms)), cpu_ms: median(runs.map((r) => r.cpu_ms)), rss_mib: Math.max(...runs.map((r) => r.rss_mib)) };
}

function ratiosOf(key: string, answers: ReadonlyMap<string, readonly Answer[]>, figures: Readonly<Record<string, Figures>>): string[] {
  const ours = answers.get('compiled');
  if (!ours) return [];
  return [...answers].filter(([name]) => name !== 'compiled').map(([name, runs]) => {
    const [time, cpu] = (['ms', 'cpu_ms'] as const).map((what) => median(ours.map((r, i) => r[what] / runs[i][what])).toFixed(2));
    return `${key}: compiled / ${name} = ${time} in time, ${cpu} in processor time, ${(figures.compiled.rss_mib / figures[name].rss_mib).toFixed(2)} in peak memory`;
  });
}

/** The first turn starts from the same weights: its numbers must agree. */
function requireAgreement({ key, work }: Task, terms: ReadonlyMap<string, Answer['terms']>): void {
  const ours = terms.get('compiled');
  if (!ours) return;
  for (const [name, theirs] of terms) {
    for (const [term, value] of Object.entries(theirs)) {
      const off = Math.abs(value - ours[term]) / Math.max(Math.abs(ours[term]), 1e-6);
      if (!(off <= AGREEMENT[work])) throw new Error(`${key}: ${name} computes ${term} = ${value}, ours is ${ours[term]}`);
    }
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
