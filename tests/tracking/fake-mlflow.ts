import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeStore } from './fake-store.ts';

/**
 * What the server does with one request: `ok`; `500`, `429`, `reset`, `401`, `silent` instead of doing it; `lost-500`,
 * `lost-reset` and `html` after doing it, so that the client cannot know; `slow`: does it after a while.
 */
export type Mode = 'ok' | '500' | '429' | 'reset' | '401' | 'silent' | 'lost-500' | 'lost-reset' | 'html' | 'slow';

export interface FakeMlflow {
  readonly uri: string;
  readonly store: FakeStore;
  /** Every request answered or not, as `METHOD path mode`. */
  readonly log: readonly string[];
  /** Decides what happens to request number `index`. */
  mode: (index: number, request: string) => Mode;
  close(): Promise<void>;
}

/** An MLflow tracking server in this process, with its state in memory and failures on demand. */
export async function fakeMlflow(port = 0): Promise<FakeMlflow> {
  const store = new FakeStore();
  const log: string[] = [];
  const server: Server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    const mode = fake.mode(log.length, line);
    log.push(`${line} ${mode}`);
    void serve(store, mode, request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const fake: FakeMlflow = {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    log,
    mode: () => 'ok',
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
  return fake;
}

async function serve(store: FakeStore, mode: Mode, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (mode === 'reset') return void request.socket.destroy();
  if (mode === 'silent') return;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return; // The client went away.
  }
  if (mode === '500') return answer(response, 500, '{"error_code":"INTERNAL_ERROR","message":"out of order"}');
  if (mode === '429') return answer(response, 429, 'slow down', { 'retry-after': '1' });
  if (mode === '401') return answer(response, 401, 'You are not authenticated.');
  if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 20));
  const [status, body] = store.handle(request.method ?? '', new URL(request.url ?? '/', 'http://fake'), Buffer.concat(chunks));
  if (mode === 'lost-500') return answer(response, 502, '<html>bad gateway</html>');
  if (mode === 'lost-reset') return void request.socket.destroy();
  if (mode === 'html') return answer(response, 200, '<html>sign in</html>');
  answer(response, status, JSON.stringify(body));
}

function answer(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end(body);
}
