import type { ValueType } from './graph.ts';
import type { OperationCall } from './shape-rule.ts';
import { arrayShapes } from './shapes-arrays.ts';
import { imageShapes } from './shapes-images.ts';
import { pointwiseShapes } from './shapes-pointwise.ts';

const RULES = { ...pointwiseShapes, ...arrayShapes, ...imageShapes };

/** The dtypes and shapes of what a TensorFlow operation gives. @throws where no rule knows the operation */
export function outputTypes(call: OperationCall): readonly ValueType[] {
  const rule = (RULES as Readonly<Record<string, ((c: OperationCall) => readonly ValueType[]) | undefined>>)[call.op];
  if (!rule) throw new Error(`a step that uses the TensorFlow operation ${call.op} cannot be compiled yet: it has no shape rule; run it with --eager`);
  return rule(call);
}
