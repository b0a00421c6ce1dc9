import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { samplePhotos } from '../../lib/datasets/photos/samples.ts';
import { paperPrompt } from '../../lib/faces/captions/rules.ts';
import { ROOT } from '../golden/shipped.ts';

let work: string;
before(async () => {
  work = await mkdtemp(join(tmpdir(), 'swapgraph-cli-captions-'));
  await mkdir(join(work, 'photos'));
  // three faces
  await cp(join(await samplePhotos({ download: false }), 'sample1.jpg'), join(work, 'photos', 'party.jpg'));
});
after(() => rm(work, { recursive: true }));

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  /** Sends SIGINT, as Ctrl-C does, in place of an answer. */
  readonly interrupt?: true;
}

interface Heard {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: { readonly model: string; readonly messages: readonly { readonly content: readonly { readonly text?: string; readonly image_url?: { readonly url: string } }[] }[] };
  /** Milliseconds. */
  readonly time: number;
}

interface Told {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly heard: readonly Heard[];
  /** Standard error up to the first request. */
  readonly before: string;
}

/** Runs the real `prepare` with captions from a server on this machine that answers with `answers` in turn, the last one again and again. */
async function captioned(answers: readonly Answer[], flags: readonly string[]): Promise<Told> {
  const heard: Heard[] = [];
  const said = { out: '', err: '', before: '' };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => void (async () => {
      heard.push({ path: request.url ?? '', key: request.headers.authorization, body: JSON.parse(text) as Heard['body'], time: performance.now() });
      const { status = 200, headers = {}, text: says, interrupt } = answers[Math.min(heard.length, answers.length) - 1];
      // what was printed before the request may still lie in the pipe
      if (heard.length === 1) await sleep(300);
      said.before ||= said.err;
      if (interrupt) return void child.kill('SIGINT');
      response.writeHead(status, headers).end(JSON.stringify({ choices: [{ message: { content: says } }] }));
    })());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const env = { ...process.env, NO_COLOR: '1', SWAPGRAPH_CAPTION_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, SWAPGRAPH_CAPTION_MODEL: 'eyes-1', SWAPGRAPH_CAPTION_KEY: 'k-e-y' };
  const child = spawn(process.execPath, [join(ROOT, 'lib/cli/bin.mjs'), 'prepare', 'photos', '-o', 'out', '--workers', '1', '--captions', 'endpoint', ...flags], { cwd: work, env, timeout: 120_000 });
  child.stdout.on('data', (part: Buffer) => (said.out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said.err += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  server.closeAllConnections();
  server.close();
  assert.ok(!`${said.out}${said.err}`.includes('k-e-y'), 'the key is never printed');
  return { code, heard, ...said };
}

const lines = async (): Promise<{ face: string; by: string; caption?: string; refused?: string }[]> =>
  (await readFile(join(work, 'out', 'captions.jsonl'), 'utf8')).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { face: string; by: string });

test('captions from an endpoint, through the command: estimate, pace, retries, refusals, going on', async () => {
  // The first face: busy twice, then a caption. The second is under way when Ctrl-C comes.
  const first = await captioned([{ status: 500 }, { status: 429, headers: { 'retry-after': '0.4' } }, { text: 'A man who smiles.' }, { interrupt: true }], ['--caption-price', '0.002', '--caption-rate', '40', '--caption-budget', '0.01']);
  assert.equal(first.code, 130, first.err);
  assert.match(first.before, /captions by endpoint:eyes-1: 3 to ask for, 0 there; 0:05 or more at 40 a minute; about 0\.0060 at 0\.002 each, at most 0\.018 where/, 'the estimate is told before anything is asked');
  assert.match(first.err, /Interrupted; the same command goes on/);
  assert.match(first.out, /3 faces, 3 usable/);
  assert.ok(first.heard.every(({ path, key, body }) => path === '/v1/chat/completions' && key === 'Bearer k-e-y' && body.model === 'eyes-1' && body.messages[0].content[0].text === paperPrompt));
  first.heard.slice(1).forEach(({ time }, i) => assert.ok(time - first.heard[i].time > 1000, `${time - first.heard[i].time} ms between requests at 40 a minute`));
  const [kept, ...more] = await lines();
  assert.deepEqual([kept.caption, kept.by, more.length], ['A man who smiles.', 'endpoint:eyes-1', 0]);

  // A kill in the middle of a line must not cost more than that line.
  await writeFile(join(work, 'out', 'captions.jsonl'), `${await readFile(join(work, 'out', 'captions.jsonl'), 'utf8')}{"face":"half`);
  const second = await captioned([{ text: 'word '.repeat(80) }], ['--caption-rate', '6000']);
  assert.equal(second.code, 0, second.err);
  assert.match(second.before, /2 to ask for, 1 there; .*the cost is unknown/);
  assert.equal(second.heard.length, 6, 'each of two faces is asked about three times');
  assert.match(second.out, /1 faces captioned, 2 texts refused by the rules \(the reasons are in out\/captions\.jsonl\), 0 not answered/);
  const all = await lines();
  assert.equal(all.length, 3);
  assert.ok(all.filter(({ refused }) => refused === 'expected fewer than 70 words, received 80').length === 2 && all.some(({ caption }) => caption === 'A man who smiles.'));
});

test('a wrong key and a cost over the budget end before anything is lost', async () => {
  await rm(join(work, 'out', 'captions.jsonl'), { force: true });
  const dear = await captioned([{ text: 'A face.' }], ['--caption-price', '2', '--caption-budget', '5']);
  assert.deepEqual([dear.code, dear.heard.length], [1, 0], dear.err);
  assert.match(dear.err, /error: 3 captions cost about 6\.00, more than --caption-budget 5; nothing was asked/);
  const wrong = await captioned([{ status: 401 }], ['--caption-rate', '6000']);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /error: the endpoint answered 401: .*\n?.*SWAPGRAPH_CAPTION_URL/);
  assert.doesNotMatch(wrong.err, /defect/);
});
