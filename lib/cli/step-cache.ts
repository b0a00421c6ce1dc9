import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { GraphCache } from '../compile/graph/graph-cache.ts';
import { cacheFolder } from '../engine/cache-folder.ts';
import type { Engine } from '../engine/contract.ts';
import { systemClock } from '../tracking/clock.ts';
import { packageRoot, version } from './version.ts';

/** The folders whose code decides what a recorded step is. */
const RECORDING = ['compile', 'engine', 'ir', 'ops', 'optimizers', 'registry', 'shape'];

/**
 * The cache of recorded steps, for a registry of the library's own ops and optimisers: in the library's cache folder. Undefined where the
 * environment says SWAPGRAPH_GRAPH_CACHE=off.
 */
export function stepCache({ name, tf, identity }: Engine): GraphCache | undefined {
  if (process.env['SWAPGRAPH_GRAPH_CACHE'] === 'off') return undefined;
  const clock = systemClock();
  const code = [`swapgraph ${version()}`, sourceHash(), `tfjs ${tf.version_core}`, name, `tensorflow ${identity.tensorflowVersion ?? 'none'}`].join(', ');
  return { folder: path.join(cacheFolder(), 'graphs'), code, now: () => clock.now() };
}

/** Of the sources in a checkout, of the built files elsewhere: an edited op makes another graph. */
function sourceHash(): string {
  const root = path.join(packageRoot(), import.meta.url.endsWith('.ts') ? 'lib' : 'dist');
  const hash = createHash('sha256');
  for (const folder of RECORDING) {
    const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.d)\.(ts|js)$/.test(name)).sort();
    for (const name of names) hash.update(name).update(readFileSync(path.join(root, folder, name)));
  }
  return hash.digest('hex');
}
