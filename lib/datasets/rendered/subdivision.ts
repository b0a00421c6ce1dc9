/** A sparse linear map from coarse vertices to fine ones: row r mixes `index[k]` with `weight[k]` for k in [start[r], start[r + 1]). */
export interface SparseRows {
  readonly start: Int32Array;
  readonly index: Int32Array;
  readonly weight: Float32Array;
}

/** A mesh subdivided once: its map, its triangles (four for each coarse one, in order). */
export interface Subdivided {
  readonly rows: SparseRows;
  readonly vertices: number;
  readonly triangles: Int32Array;
}

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly opposite: number[];
  readonly groups: number[];
  readonly id: number;
}

/**
 * One step of Loop subdivision (Loop 1987, with Warren's vertex weights); edges between triangles of different groups are kept sharp.
 * The first fine vertices are the coarse ones, moved.
 */
export function subdivide(triangles: readonly number[], vertices: number, groups: readonly number[]): Subdivided {
  const edges = edgesOf(triangles, vertices, groups);
  const rows: Map<number, number>[] = [];
  for (let v = 0; v < vertices; v++) rows.push(vertexRow(v, edges.around[v]));
  for (const edge of edges.list) rows.push(edgeRow(edge));
  const fine: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t], triangles[t + 1], triangles[t + 2]];
    const [ab, bc, ca] = [edges.find(a, b), edges.find(b, c), edges.find(c, a)].map((e) => vertices + e.id);
    fine.push(a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca);
  }
  return { rows: compact(rows), vertices: rows.length, triangles: Int32Array.from(fine) };
}

function edgesOf(triangles: readonly number[], vertices: number, groups: readonly number[]): { list: Edge[]; around: Edge[][]; find: (a: number, b: number) => Edge } {
  const byKey = new Map<number, Edge>();
  const around: Edge[][] = Array.from({ length: vertices }, () => []);
  const key = (a: number, b: number): number => Math.min(a, b) * vertices + Math.max(a, b);
  const list: Edge[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    for (let k = 0; k < 3; k++) {
      const [a, b, c] = [triangles[t + k], triangles[t + ((k + 1) % 3)], triangles[t + ((k + 2) % 3)]];
      let edge = byKey.get(key(a, b));
      if (!edge) {
        edge = { a, b, opposite: [], groups: [], id: list.length };
        byKey.set(key(a, b), edge);
        list.push(edge);
        around[a].push(edge);
        around[b].push(edge);
      }
      edge.opposite.push(c);
      edge.groups.push(groups[t / 3]);
    }
  }
  return { list, around, find: (a, b) => byKey.get(key(a, b)) as Edge };
}

const isSharp = (edge: Edge): boolean => edge.opposite.length !== 2 || edge.groups[0] !== edge.groups[1];

function vertexRow(vertex: number, around: readonly Edge[]): Map<number, number> {
  const sharp = around.filter(isSharp);
  const other = (e: Edge): number => (e.a === vertex ? e.b : e.a);
  if (sharp.length > 2) return new Map([[vertex, 1]]);
  const used = sharp.length === 2 ? sharp : around;
  const weight = sharp.length === 2 ? 1 / 8 : used.length === 3 ? 3 / 16 : 3 / (8 * used.length);
  const row = new Map([[vertex, 1 - weight * used.length]]);
  for (const e of used) row.set(other(e), weight);
  return row;
}

function edgeRow(edge: Edge): Map<number, number> {
  if (isSharp(edge)) return new Map([[edge.a, 0.5], [edge.b, 0.5]]);
  return new Map([[edge.a, 3 / 8], [edge.b, 3 / 8], [edge.opposite[0], 1 / 8], [edge.opposite[1], 1 / 8]]);
}

function compact(rows: readonly Map<number, number>[]): SparseRows {
  const start = new Int32Array(rows.length + 1);
  rows.forEach((row, r) => {
    start[r + 1] = start[r] + row.size;
  });
  const index = Int32Array.from(rows.flatMap((row) => [...row.keys()]));
  const weight = Float32Array.from(rows.flatMap((row) => [...row.values()]));
  return { start, index, weight };
}

/** Applies the map to values of `stride` numbers per vertex, for the first `count` rows. */
export function applyRows(rows: SparseRows, values: Float32Array, stride: number, out: Float32Array, count: number): void {
  if (stride === 3) return applyToPoints(rows, values, out, count);
  for (let r = 0; r < count; r++) {
    for (let s = 0; s < stride; s++) {
      let total = 0;
      for (let k = rows.start[r]; k < rows.start[r + 1]; k++) total += rows.weight[k] * values[rows.index[k] * stride + s];
      out[r * stride + s] = total;
    }
  }
}

/** `applyRows` for points, which every picture needs several times: the map is read once for all three coordinates. */
function applyToPoints({ start, index, weight }: SparseRows, points: Float32Array, out: Float32Array, count: number): void {
  for (let r = 0, k = 0; r < count; r++) {
    const end = start[r + 1];
    let x = 0, y = 0, z = 0;
    for (; k < end; k++) {
      const of = weight[k], at = 3 * index[k];
      x += of * points[at];
      y += of * points[at + 1];
      z += of * points[at + 2];
    }
    out[3 * r] = x;
    out[3 * r + 1] = y;
    out[3 * r + 2] = z;
  }
}

/**
 * Coarse points whose subdivision passes (nearly) through `points`: two steps of fixed-point iteration, so that smoothing does not
 * shrink the nose and the lids.
 */
export function compensate(rows: SparseRows, points: Float32Array, count: number, scratch: Float32Array, out: Float32Array): void {
  out.set(points);
  for (let step = 0; step < 2; step++) {
    applyRows(rows, out, 3, scratch, count);
    for (let i = 0; i < count * 3; i++) out[i] += points[i] - scratch[i];
  }
}
