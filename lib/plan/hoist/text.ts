import { amount, byteText, counted } from '../amount.ts';
import type { Hoisting } from './plan.ts';

/** What is hoisted, what it saves and what it takes, or why nothing is: the first line says the most. */
export function hoistingText({ plan, none, not }: Hoisting): string[] {
  const rest = not.map((n) => `  not ${n.what}: ${n.why}`);
  if (!plan) return [`hoisting: none; ${none ?? 'switched off'}`, ...rest];
  const { values, macs, left, bytesPerSample, samples, kept } = plan;
  const share = (100 * (macs - left)) / macs;
  const size = `${byteText(bytesPerSample)} per sample, ${byteText(samples * bytesPerSample)} on disk for ${counted(samples, 'sample')}`;
  const floats = new Map(kept.map((k) => [k.output, k.floats]));
  return [
    `hoisting: ${counted(values.length, 'value')} computed once per sample, ${Number(share.toPrecision(3))} % of a step's forward MACs (${amount(macs - left)} of ${amount(macs)}); ${size}`,
    ...values.map((v) => `  ${v.value.replace(/:out$/, '')}: ${sidesText(v.segments.map((s) => s.side))}, ${byteText(4 * (floats.get(v.segments[0].output) ?? 0))} each`),
    ...rest,
  ];
}

const sidesText = (sides: readonly string[]): string => `of the ${[...new Set(sides)].join(' and the ')}`;
