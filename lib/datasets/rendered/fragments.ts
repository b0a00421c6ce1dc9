/** Most points shaded together: as many as keep their numbers in a core's nearest cache. */
export const runLength = 128;

/**
 * Visible points of one material that are shaded together, one array per quantity: every step of shading is then a plain loop, which a
 * compiler makes fast, where a function per point would box its numbers and look everything up again.
 */
export interface Fragments {
  count: number;
  /** The vertices of each point's triangle, and how much of each, adding to 1. */
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly c: Int32Array;
  readonly ofA: Float64Array;
  readonly ofB: Float64Array;
  readonly ofC: Float64Array;
  readonly part: Uint8Array;
  /** Camera space: `view` in cm, normals of unit length. */
  readonly viewX: Float64Array;
  readonly viewY: Float64Array;
  readonly viewZ: Float64Array;
  readonly normalX: Float64Array;
  readonly normalY: Float64Array;
  readonly normalZ: Float64Array;
  /** Head space, cm. */
  readonly localX: Float64Array;
  readonly localY: Float64Array;
  readonly localZ: Float64Array;
  /** The attributes of `workspace.ts`; the vertices' colour is `paint`. */
  readonly paintR: Float64Array;
  readonly paintG: Float64Array;
  readonly paintB: Float64Array;
  readonly occlusion: Float64Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly lip: Float64Array;
  readonly beard: Float64Array;
  readonly browAcross: Float64Array;
  readonly browAlong: Float64Array;
  readonly gloss: Float64Array;
  /** Sharpness of the highlight; see `highlight`. */
  readonly octaves: Uint8Array;
  /** What `light` leaves: how much of the lamp reached the point, in [0, 1], and the sky's light. */
  readonly lit: Float64Array;
  readonly skyR: Float64Array;
  readonly skyG: Float64Array;
  readonly skyB: Float64Array;
  /** Result: linear RGB. */
  readonly red: Float64Array;
  readonly green: Float64Array;
  readonly blue: Float64Array;
  /** For a shader to keep a number per point between its steps. */
  readonly kept: Float64Array;
  readonly kept2: Float64Array;
}

export function createFragments(): Fragments {
  const f = (): Float64Array => new Float64Array(runLength);
  const i = (): Int32Array => new Int32Array(runLength);
  return {
    count: 0, a: i(), b: i(), c: i(), ofA: f(), ofB: f(), ofC: f(), part: new Uint8Array(runLength),
    viewX: f(), viewY: f(), viewZ: f(), normalX: f(), normalY: f(), normalZ: f(), localX: f(), localY: f(), localZ: f(),
    paintR: f(), paintG: f(), paintB: f(), occlusion: f(), u: f(), v: f(), lip: f(), beard: f(), browAcross: f(), browAlong: f(), gloss: f(),
    octaves: new Uint8Array(runLength), lit: f(), skyR: f(), skyG: f(), skyB: f(), red: f(), green: f(), blue: f(), kept: f(), kept2: f(),
  };
}

/** Samples that wait to be shaded together: triangle, position among the samples, and where the result goes (see `resolve.ts`). */
export interface Queue {
  count: number;
  readonly triangle: Int32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly target: Int32Array;
}

export const createQueue = (): Queue => ({
  count: 0, triangle: new Int32Array(runLength), x: new Float64Array(runLength), y: new Float64Array(runLength), target: new Int32Array(runLength),
});
