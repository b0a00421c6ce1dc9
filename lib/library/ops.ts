export { standardOps } from '../ops/index.ts';
export { defineOp, ShapeError } from '../registry/op.ts';
export type { BuildContext, Init, Op, OpDefinition, OpExample, Port, WeightSpec } from '../registry/op.ts';
export type { AttributeSchema, AttributeSchemas, Infer } from '../registry/attributes.ts';
export { addDims, ceilDivide, floorDivide, isConcrete, multiplyDims, subtractDims } from '../shape/dim.ts';
export type { Dim } from '../shape/dim.ts';
export type { DType, Shape } from '../shape/shape.ts';
