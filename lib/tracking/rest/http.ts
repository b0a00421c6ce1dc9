import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or a file that is streamed. */
  readonly body?: string | { readonly file: string };
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One HTTP exchange, tried once; rejects when the connection fails or falls silent. */
export interface Http {
  send(request: HttpRequest): Promise<HttpResponse>;
  close(): void;
}

/** An HTTP client over `node:http` that keeps connections open and gives up on one that is silent for `timeoutMs`. */
export function nodeHttp(timeoutMs: number): Http {
  const plain = new HttpAgent({ keepAlive: true });
  const secure = new HttpsAgent({ keepAlive: true });
  return {
    send: async (request) => {
      const size = typeof request.body === 'object' ? (await stat(request.body.file)).size : Buffer.byteLength(request.body ?? '');
      const isSecure = request.url.protocol === 'https:';
      const options = {
        method: request.method,
        headers: { ...request.headers, 'content-length': String(size) },
        agent: isSecure ? secure : plain,
        timeout: timeoutMs,
      };
      return exchange((isSecure ? httpsRequest : httpRequest)(request.url, options), request, timeoutMs);
    },
    close: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

function exchange(sent: ClientRequest, request: HttpRequest, timeoutMs: number): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const silence = (): void => void sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`));
    sent.on('timeout', silence);
    sent.on('error', reject);
    sent.on('response', (response) => collect(response).then(resolve, reject));
    if (typeof request.body !== 'object') {
      sent.end(request.body);
      return;
    }
    const source = createReadStream(request.body.file);
    source.on('error', (error) => sent.destroy(error));
    sent.on('close', () => source.destroy());
    source.pipe(sent);
  });
}

async function collect(response: IncomingMessage): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') };
}
