import type { AttributeSchema } from '../registry/attributes.ts';

const axes: AttributeSchema = { type: 'array', items: { type: 'integer', minimum: 0 } };

/** What a graph's `weights` may say: rules that name the weights of published checkpoints, the first that matches holds. */
export const MAPPING_SCHEMA: AttributeSchema = {
  type: 'array', description: 'How checkpoints of other frameworks name this graph\'s weights: rules, of which the first that matches a name holds.',
  items: {
    type: 'object', required: ['from'],
    properties: {
      from: { type: 'string', description: 'Name in the checkpoint; {word} stands for one part between dots: layer{stage}.{block}.conv1.weight.' },
      to: { oneOf: [{ type: 'string' }, { type: 'array', minItems: 2, items: { type: 'string' } }], description: 'Name here, with the words put in ({word+1} counts); a list splits along the first axis. Without it the weight is left out.' },
      layout: {
        oneOf: [{ enum: ['oihw', 'iohw', 'depthwise', 'linear'] }, { type: 'object', properties: { 'flattened-chw': { ...axes, minItems: 3, maxItems: 3 }, permute: axes, reshape: axes } }],
        description: 'How the checkpoint lays the weight out where it differs: a PyTorch convolution is oihw, a linear layer linear.',
      },
    },
  },
};
