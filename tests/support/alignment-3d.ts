/** Points [x, y, z] in a row. */
export type Cloud = Float64Array;

/** The rotation (row by row), scale and shift that carry `from` nearest to `to` (Horn 1987, quaternions; the eigenvector by power iteration). */
export function alignCloud(from: Cloud, to: Cloud): Cloud {
  const n = from.length / 3;
  const [a, b] = [centred(from), centred(to)];
  const s = new Float64Array(9);
  for (let i = 0; i < n; i++) for (let j = 0; j < 3; j++) for (let k = 0; k < 3; k++) s[3 * j + k] += a.points[3 * i + j] * b.points[3 * i + k];
  const r = rotationFrom(s);
  const [spreadA, along] = [a.points.reduce((t, x) => t + x * x, 0), [0, 1, 2].reduce((t, j) => t + [0, 1, 2].reduce((u, k) => u + r[3 * k + j] * s[3 * j + k], 0), 0)];
  const scale = along / spreadA;
  const out = new Float64Array(from.length);
  for (let i = 0; i < n; i++) for (let k = 0; k < 3; k++) out[3 * i + k] = b.mean[k] + scale * [0, 1, 2].reduce((t, j) => t + r[3 * k + j] * a.points[3 * i + j], 0);
  return out;
}

function centred(cloud: Cloud): { points: Cloud; mean: number[] } {
  const n = cloud.length / 3;
  const mean = [0, 1, 2].map((k) => cloud.reduce((t, x, i) => (i % 3 === k ? t + x : t), 0) / n);
  return { points: cloud.map((x, i) => x - mean[i % 3]), mean };
}

function rotationFrom(s: Float64Array): number[] {
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s;
  const matrix = [
    [xx + yy + zz, yz - zy, zx - xz, xy - yx], [yz - zy, xx - yy - zz, xy + yx, zx + xz], [zx - xz, xy + yx, -xx + yy - zz, yz + zy], [xy - yx, zx + xz, yz + zy, -xx - yy + zz],
  ];
  const shift = 2 * Math.sqrt(s.reduce((t, x) => t + x * x, 0)) + 1e-12;
  let q = [1, 0.01, 0.01, 0.01];
  for (let step = 0; step < 3000; step++) {
    const next = matrix.map((row, i) => row.reduce((t, x, j) => t + x * q[j], shift * q[i]));
    const length = Math.hypot(...next);
    q = next.map((x) => x / length);
  }
  const [w, x, y, z] = q;
  return [
    w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y), 2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x),
    2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z,
  ];
}
