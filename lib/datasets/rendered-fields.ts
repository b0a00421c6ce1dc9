import type { FieldSpec, OpenOptions, Sample } from '../registry/dataset.ts';
import type { RenderedFace } from './rendered/render-face.ts';

/** Numbers of a face's vectors, written down since the renderer, which knows them, takes long to load; a test compares them. */
const lengths = { expression: 26, identity: 54 + 34 } as const;

/** The fields of a rendered face at `size` pixels. */
export function renderedFields({ size }: Pick<OpenOptions, 'size'>): Readonly<Record<string, FieldSpec>> {
  const float = (doc: string, ...shape: number[]): FieldSpec => ({ doc, shape, dtype: 'float32' });
  return {
    image: float('The picture, RGB in [0, 1].', size, size, 3),
    mask: float('1 on the visible face, 0 elsewhere.', size, size, 1),
    parts: { doc: 'Class of each pixel (skin, brows, eyes, ...).', shape: [size, size], dtype: 'int32' },
    depth: float('Distance in centimetres, 0 on the background.', size, size, 1),
    normals: float('Unit normals: x right, y up, z to the viewer; 0 on the background.', size, size, 3),
    landmarks: float('68 landmarks (iBUG order), (x, y) in pixels.', 68, 2),
    points: float('Five landmarks (ArcFace order), (x, y) in pixels.', 5, 2),
    pose: float('Yaw, pitch and roll in degrees: positive to the picture\'s right, up, clockwise.', 3),
    expression: float('Strength of each blend shape, 0 to 1.', lengths.expression),
    identity: float('Shape and appearance coordinates of the person.', lengths.identity),
    caption: { doc: 'A sentence or two about the picture.', shape: [], dtype: 'text' },
  };
}

/** A rendered face as a sample. */
export function renderedSample(face: RenderedFace, id: string, identity: string): Sample {
  const { image, mask, depth, normals, expression, caption } = face;
  const { yaw, pitch, roll } = face.pose;
  return {
    id,
    identity,
    fields: {
      image, mask, parts: Int32Array.from(face.parts), depth, normals, landmarks: face.landmarks68, points: face.landmarks5,
      pose: Float32Array.of(yaw, pitch, roll), expression, identity: face.identity, caption,
    },
  };
}
