import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallOptions } from './calls.ts';
import { putArtifact } from './calls.ts';
import { ServerError } from './server-error.ts';

/**
 * Stores a file at `path` under a run's artifacts: through the server's artifact proxy, or, where a server on this machine keeps
 * its artifacts in a plain folder, by copying. Throws a ServerError where neither reaches the artifact store.
 */
export async function sendArtifact(o: CallOptions, artifactUri: string, path: string, file: string): Promise<void> {
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(artifactUri);
  if (proxied !== null) {
    await putArtifact(o, `${proxied[1]}/${path}`, file);
    return;
  }
  const folder = artifactUri.startsWith('file:') ? fileURLToPath(artifactUri) : artifactUri;
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(o.address.base.hostname);
  if (!local || !folder.startsWith('/')) {
    const message = `the server keeps artifacts at ${artifactUri}, out of reach from here: start it with --serve-artifacts`;
    throw new ServerError(message, { status: 501, code: 'ARTIFACTS_NOT_SERVED', retryable: false });
  }
  const target = join(folder, ...path.split('/'));
  await mkdir(dirname(target), { recursive: true });
  await copyFile(file, target);
}
