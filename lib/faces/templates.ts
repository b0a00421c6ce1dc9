import { suggestion } from '../diagnostics/nearest.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { FivePoints } from './landmarks.ts';
import { fitSimilarity } from './similarity.ts';
import type { Point, Similarity } from './similarity.ts';

/** How a face is laid into a square crop; `arcface` unless stated. */
export type Template = 'arcface' | 'arcface-opencv' | 'ffhq';

/** ArcFace's five points at 112 pixels, as OpenCV counts pixels (insightface, `face_align.py`). */
const arcface112: FivePoints = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/**
 * The same, averaged with its mirror image about x = 56: moved by at most 0.14 pixel, and levelled. As published the points are tilted by 0.3 degrees, so a photograph
 * and its mirror image would give crops that differ by 2 pixels at 256.
 */
const levelled112: FivePoints = [
  [38.3814, 51.59885],
  [73.6186, 51.59885],
  [56, 71.7366],
  [41.4097, 92.2848],
  [70.5903, 92.2848],
];

export const templates: readonly Template[] = ['arcface', 'arcface-opencv', 'ffhq'];

/**
 * The similarity from a photograph to a square crop of `size` pixels.
 * - `arcface`: insightface's five points, levelled, times `size / 112`, in continuous coordinates (pixel centres at .5): crops of 112 and 256
 *   differ by scale alone, and a mirrored photograph gives the mirrored crop.
 * - `arcface-opencv`: the points as published, pixel centres at whole numbers: insightface's `norm_crop` to the pixel. It lies half a pixel
 *   (whatever the size) further right and down.
 * - `ffhq`: the wider crop of FFHQ (Karras et al. 2019, `recreate_aligned_images`): whole head, from eyes and mouth alone.
 */
export function cropSimilarity(points: FivePoints, size: number, template: Template = 'arcface'): Similarity {
  if (template === 'ffhq') return ffhqSimilarity(points, size);
  return fitSimilarity(points, templatePoints(size, template));
}

/** The five template points in a crop of `size` pixels, in continuous coordinates. */
export function templatePoints(size: number, template: 'arcface' | 'arcface-opencv' = 'arcface'): FivePoints {
  const [points, half] = template === 'arcface' ? [levelled112, 0] : [arcface112, 0.5];
  const factor = size / 112;
  return points.map(([x, y]): Point => [x * factor + half, y * factor + half]) as unknown as FivePoints;
}

/** A template by its name; throws a `DiagnosticError` for an unknown one. */
export function templateNamed(name: string): Template {
  const found = templates.find((template) => template === name);
  if (found) return found;
  throw new DiagnosticError([{
    code: 'unknown-template',
    severity: 'error',
    message: `expected a crop template, received "${name}"`,
    hint: suggestion(name, templates),
  }]);
}

function ffhqSimilarity([left, right, , mouthLeft, mouthRight]: FivePoints, size: number): Similarity {
  const eyes = middle(left, right);
  const mouth = middle(mouthLeft, mouthRight);
  const between: Point = [right[0] - left[0], right[1] - left[1]];
  const down: Point = [mouth[0] - eyes[0], mouth[1] - eyes[1]];
  // The crop's horizontal half-axis: the eye line and the face's vertical, averaged, so that neither alone decides the rotation.
  const x: Point = [between[0] + down[1], between[1] - down[0]];
  const half = Math.max(Math.hypot(...between) * 2, Math.hypot(...down) * 1.8);
  const norm = Math.hypot(...x);
  if (!(norm > 0)) throw new RangeError('eyes and mouth coincide: no crop can be laid');
  const factor = size / (2 * half);
  const a = (x[0] / norm) * factor;
  const b = (-x[1] / norm) * factor;
  const centre: Point = [eyes[0] + down[0] * 0.1, eyes[1] + down[1] * 0.1];
  return { a, b, tx: size / 2 - (a * centre[0] - b * centre[1]), ty: size / 2 - (b * centre[0] + a * centre[1]) };
}

function middle(p: Point, q: Point): Point {
  return [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
}
