import { expressions } from '../../faces/networks/expressions.ts';
import type { FieldSpec } from '../../registry/dataset.ts';

/** The fields of a photographed face at `size` pixels. */
export function photoFields(size: number): Readonly<Record<string, FieldSpec>> {
  return {
    image: { doc: 'The aligned face crop, RGB in [0, 1].', shape: [size, size, 3], dtype: 'float32' },
    mask: { doc: 'The face mask, 1 inside, by the pipeline\'s mask stage.', shape: [size, size, 1], dtype: 'float32' },
    landmarks: { doc: '68 landmarks, (x, y) in pixels of the crop.', shape: [68, 2], dtype: 'float32' },
    pose: { doc: 'Estimated yaw, pitch and roll in degrees: positive to the picture\'s right, up, clockwise.', shape: [3], dtype: 'float32' },
    expression: { doc: `Estimated probabilities: ${expressions.join(', ')}.`, shape: [expressions.length], dtype: 'float32' },
    caption: { doc: 'The face in words, by the pipeline\'s caption stage; empty where there is none.', shape: [], dtype: 'text' },
  };
}
