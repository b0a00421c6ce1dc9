import type { AttributeSchemas } from '../../registry/attributes.ts';
import type { Dim } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';
import { axesAttr, axisIndices, type Axis } from './axes.ts';

/** The attributes of every op that reduces axes. */
export const reductionAttrs = {
  axes: axesAttr,
  'keep-dims': { type: 'boolean', default: false, description: 'Whether reduced axes stay, with size 1.' },
} as const satisfies AttributeSchemas;

export interface Reduction {
  readonly axes?: readonly Axis[];
  readonly 'keep-dims': boolean;
}

/** The shape after the reduction; all axes give a scalar. */
export function reducedShape(a: Reduction, x: Shape): Dim[] {
  const axes = axisIndices(a.axes, x.length);
  return x.flatMap((d, i) => (!axes.includes(i) ? [d] : a['keep-dims'] ? [1] : []));
}
