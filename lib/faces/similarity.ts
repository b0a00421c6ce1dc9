/** A point in pixels: x to the right, y downwards, (0, 0) the top left corner of the top left pixel, whose centre is (0.5, 0.5). */
export type Point = readonly [x: number, y: number];

/**
 * A similarity of the plane without reflection: `(x, y) -> (a x - b y + tx, b x + a y + ty)`, that is scale `hypot(a, b)`, rotation `atan2(b, a)`
 * (clockwise on a screen), then translation.
 */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

export const identity: Similarity = Object.freeze({ a: 1, b: 0, tx: 0, ty: 0 });

export function applySimilarity(t: Similarity, [x, y]: Point): Point {
  return [t.a * x - t.b * y + t.tx, t.b * x + t.a * y + t.ty];
}

/** The transform that undoes `t`; throws where `t` collapses the plane to a point. */
export function invertSimilarity(t: Similarity): Similarity {
  const squared = t.a * t.a + t.b * t.b;
  if (!(squared > 0)) throw new RangeError('a similarity of scale 0 has no inverse');
  const a = t.a / squared;
  const b = -t.b / squared;
  return { a, b, tx: -(a * t.tx - b * t.ty), ty: -(b * t.tx + a * t.ty) };
}

/** `first`, then `second`. */
export function composeSimilarity(first: Similarity, second: Similarity): Similarity {
  const [tx, ty] = applySimilarity(second, [first.tx, first.ty]);
  return { a: second.a * first.a - second.b * first.b, b: second.b * first.a + second.a * first.b, tx, ty };
}

/** Enlarges about the origin, as when the picture itself is resized. */
export function scaling(factor: number): Similarity {
  return { a: factor, b: 0, tx: 0, ty: 0 };
}

/** Pixels of the target per pixel of the source. */
export function scaleOf(t: Similarity): number {
  return Math.hypot(t.a, t.b);
}

/**
 * The similarity that carries `from` onto `to` with the least sum of squared distances (Umeyama 1991). For the plane and without reflection
 * the singular value decomposition of the paper reduces to two sums, which is what is computed here.
 * Throws `RangeError` for fewer than two points, unequal counts, or points that all coincide.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  if (from.length !== to.length || from.length < 2) {
    throw new RangeError(`expected two lists of at least two points, of one length, received ${from.length} and ${to.length}`);
  }
  const [fx, fy] = centroid(from);
  const [gx, gy] = centroid(to);
  let along = 0;
  let across = 0;
  let spread = 0;
  for (let i = 0; i < from.length; i++) {
    const x = from[i][0] - fx;
    const y = from[i][1] - fy;
    const u = to[i][0] - gx;
    const v = to[i][1] - gy;
    along += x * u + y * v;
    across += x * v - y * u;
    spread += x * x + y * y;
  }
  if (!(spread > 0)) throw new RangeError('a similarity cannot be fitted to points that all coincide');
  const a = along / spread;
  const b = across / spread;
  return { a, b, tx: gx - a * fx + b * fy, ty: gy - b * fx - a * fy };
}

export function centroid(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const [px, py] of points) {
    x += px;
    y += py;
  }
  return [x / points.length, y / points.length];
}
