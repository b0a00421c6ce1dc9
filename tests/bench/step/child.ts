import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a contender answers to one run. */
export interface Answer {
  readonly ms: number;
  /** Processor time of all its threads: what others on the machine disturb least. */
  readonly cpu_ms: number;
  readonly terms: Readonly<Record<string, number>>;
  readonly rss_mib: number;
}

/** A contender's process, asked run by run. */
export class Contender {
  readonly name: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.name = name;
    this.#process = spawn(command, args, { env });
    this.#process.stderr.on('data', (data: Buffer) => { this.#errors = (this.#errors + data.toString()).slice(-2000); });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ready(): Promise<void> {
    await this.#read();
  }

  async run(): Promise<Answer> {
    this.#process.stdin.write('run\n');
    return (await this.#read()) as Answer;
  }

  end(): void {
    this.#process.stdin.end();
  }

  async #read(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.name} ended: ${this.#errors}`);
    return JSON.parse(value);
  }
}
