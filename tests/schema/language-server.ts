import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../golden/shipped.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

export interface Position {
  readonly line: number;
  readonly character: number;
}

interface EditorDiagnostic {
  readonly message: string;
  readonly range: { readonly start: Position };
}

/** The real yaml-language-server in a process of its own, spoken to as an editor does. */
export class LanguageServer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  readonly #published = new Map<string, (found: readonly EditorDiagnostic[]) => void>();
  #buffer = Buffer.alloc(0);
  #next = 1;

  constructor() {
    this.#child = spawn(process.execPath, [path.join(ROOT, 'node_modules/yaml-language-server/bin/yaml-language-server'), '--stdio']);
    this.#child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  async start(): Promise<void> {
    const capabilities = { textDocument: { hover: { contentFormat: ['markdown'] }, completion: { completionItem: { documentationFormat: ['markdown'] } } }, workspace: { configuration: true } };
    await this.request('initialize', { processId: process.pid, rootUri: pathToFileURL(ROOT).href, capabilities });
    this.#send({ method: 'initialized', params: {} });
  }

  /** Opens a text as the file of that name; gives what the server marks in it. */
  open(file: string, text: string): Promise<readonly EditorDiagnostic[]> {
    const uri = pathToFileURL(path.join(ROOT, file)).href;
    const found = new Promise<readonly EditorDiagnostic[]>((resolve) => this.#published.set(uri, resolve));
    this.#send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
    return found;
  }

  async complete(file: string, position: Position): Promise<readonly { readonly label: string; readonly documentation?: unknown }[]> {
    const result = await this.request('textDocument/completion', { textDocument: { uri: pathToFileURL(path.join(ROOT, file)).href }, position });
    return (Array.isArray(result) ? result : ((result as { items?: [] } | null)?.items ?? [])) as { label: string }[];
  }

  async hover(file: string, position: Position): Promise<string> {
    const result = (await this.request('textDocument/hover', { textDocument: { uri: pathToFileURL(path.join(ROOT, file)).href }, position })) as { contents?: unknown } | null;
    return JSON.stringify(result?.contents ?? '');
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill();
    await closed;
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n(?:[^\r]+\r\n)*\r\n/.exec(this.#buffer.toString('latin1'));
      if (!header || this.#buffer.length < header[0].length + Number(header[1])) return;
      const end = header[0].length + Number(header[1]);
      const message = JSON.parse(this.#buffer.subarray(header[0].length, end).toString()) as Message;
      this.#buffer = this.#buffer.subarray(end);
      this.#handle(message);
    }
  }

  #handle(message: Message): void {
    const { id, method, params } = message;
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { uri: string; diagnostics: EditorDiagnostic[] };
      this.#published.get(uri)?.(diagnostics);
    } else if (method !== undefined && id !== undefined) {
      this.#send({ id, result: method === 'workspace/configuration' ? (params as { items: { section?: string }[] }).items.map((i) => SETTINGS[i.section ?? ''] ?? null) : null });
    } else if (id !== undefined) {
      this.#waiting.get(id)?.(message.result);
      this.#waiting.delete(id);
    }
  }
}

// No schema of ours is in a store, and a test reaches no network.
const SETTINGS: Readonly<Record<string, unknown>> = { yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false, url: '' } } };
