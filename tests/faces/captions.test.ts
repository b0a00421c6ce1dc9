import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import { attributeCaptioner } from '../../lib/faces/captions/attributes.ts';
import { loadClipTokenizer } from '../../lib/faces/captions/clip-bpe.ts';
import type { ClipTokenizer } from '../../lib/faces/captions/clip-bpe.ts';
import { endpointCaptioner, EndpointError, endpointFromEnvironment } from '../../lib/faces/captions/endpoint.ts';
import { folderCaptioner } from '../../lib/faces/captions/folder.ts';
import { checkCaption, paperPrompt } from '../../lib/faces/captions/rules.ts';
import { decodeImage } from '../../lib/faces/decode.ts';
import { blankImage } from '../../lib/faces/image.ts';

let tokenizer: ClipTokenizer;
before(async () => {
  tokenizer = await loadClipTokenizer();
});

const { cases } = JSON.parse(readFileSync(new URL('./fixtures/clip-bpe.json', import.meta.url), 'utf8')) as { cases: { text: string; tokens: number[] }[] };

test("the tokenizer equals open_clip's on its fixtures", () => {
  assert.ok(cases.length >= 16);
  for (const { text, tokens } of cases) assert.deepEqual(tokenizer.encode(text), tokens, JSON.stringify(text));
});

test('tokens are padded to 77, cut with the end token kept, and decoded', () => {
  const short = tokenizer.pad('a photo of a cat');
  assert.deepEqual([...short.slice(0, 8)], [49406, 320, 1125, 539, 320, 2368, 49407, 0]);
  assert.equal(short.length, 77);
  const long = tokenizer.pad('portrait '.repeat(90));
  assert.equal(long[76], 49407);
  assert.equal(tokenizer.decode(tokenizer.encode('Naïve café,  日本 isn\'t')), "naïve café , 日本 isn 't");
});

test("captions are held to the paper's rules, with the reason", () => {
  assert.deepEqual(checkCaption('  A  face.\n Smiling. ', tokenizer), { ok: true, caption: 'A face. Smiling.' });
  const reason = (text: string) => {
    const verdict = checkCaption(text, tokenizer);
    return verdict.ok ? '' : verdict.reason;
  };
  assert.match(reason(' \n'), /empty/);
  assert.match(reason('word '.repeat(70)), /fewer than 70 words, received 70/);
  assert.match(reason('extraordinarily-photogenic '.repeat(30)), /at most 77 CLIP tokens, received \d+ \(30 words\)/);
  assert.equal(reason('word '.repeat(69)), '');
});

test('the attribute captioner always keeps the rules and follows pose and expression', async () => {
  const captioner = attributeCaptioner();
  const crop = blankImage(64, 64);
  for (const yaw of [-80, -40, -20, 0, 20, 40, 80]) {
    for (const pitch of [-20, 0, 20]) {
      for (const roll of [-15, 0, 15]) {
        const caption = await captioner.caption({ id: 'x', photo: 'x', crop, pose: { yaw, pitch, roll }, expression: { disgusted: 0.9 } });
        assert.ok(checkCaption(caption, tokenizer).ok, caption);
      }
    }
  }
  const text = await captioner.caption({ id: 'x', photo: 'x', crop, pose: { yaw: 40, pitch: 20, roll: 0 }, expression: { happy: 0.8, sad: 0.2 } });
  assert.match(text, /three-quarter view to the right, looking up, smiling/);
  crop.data.fill(200, 0);
  for (let i = 0; i < 64 * 64; i++) if (i % 64 < 32) crop.data.fill(30, i * 3, i * 3 + 3);
  assert.match(await captioner.caption({ id: 'x', photo: 'x', crop }), /unknown angle, with a mixed expression\. .*stronger on the right side/);
});

test('the folder captioner reads the text beside a photograph', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'swapgraph-captions-'));
  await writeFile(join(folder, 'a.b.txt'), 'A smiling face.');
  const captioner = folderCaptioner(folder);
  const input = { id: 'x', crop: blankImage(2, 2) };
  assert.equal(await captioner.caption({ ...input, photo: 'a.b.jpg' }), 'A smiling face.');
  assert.equal(await captioner.caption({ ...input, photo: 'c.jpg' }), '');
  await rm(folder, { recursive: true });
});

interface Asked {
  readonly path: string;
  readonly authorization?: string;
  readonly body: { model: string; messages: { content: { type: string; text?: string; image_url?: { url: string } }[] }[] };
  readonly time: number;
}

/** A server on this machine that answers with `answers` in turn, the last one again and again. */
async function fakeEndpoint(answers: readonly ((response: ServerResponse) => void)[], use: (url: string, asked: Asked[], server: Server) => Promise<void>): Promise<void> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      asked.push({ path: request.url ?? '', authorization: request.headers.authorization, body: JSON.parse(text) as Asked['body'], time: performance.now() });
      answers[Math.min(asked.length, answers.length) - 1](response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`, asked, server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const says = (text: string) => (response: ServerResponse) => response.end(JSON.stringify({ choices: [{ message: { content: text } }] }));
const fails = (status: number, headers = {}) => (response: ServerResponse) => response.writeHead(status, headers).end('{"error":"no"}');
const input = { id: 'x', photo: 'x', crop: blankImage(8, 8) };
const fast = { model: 'some-model', perMinute: 600_000, backoff: 1 };

test("an endpoint is asked in OpenAI's form, with the picture and the paper's prompt", () => fakeEndpoint([says('A face.')], async (url, asked) => {
  assert.equal(await endpointCaptioner({ ...fast, url, key: 'secret' }).caption(input), 'A face.');
  const [{ path, authorization, body }] = asked;
  assert.deepEqual([path, authorization, body.model], ['/v1/chat/completions', 'Bearer secret', 'some-model']);
  const [prompt, picture] = body.messages[0].content;
  assert.equal(prompt.text, paperPrompt);
  const png = Buffer.from(String(picture.image_url?.url).replace('data:image/png;base64,', ''), 'base64');
  assert.equal((await decodeImage(png)).width, 8);
}));

test('busy and broken answers are tried again, after as long as the server asks', () => fakeEndpoint([fails(500), fails(429, { 'retry-after': '0.2' }), (r) => r.end('no json'), says('At last.')], async (url, asked) => {
  assert.equal(await endpointCaptioner({ ...fast, url }).caption(input), 'At last.');
  assert.equal(asked.length, 4);
  assert.ok(asked[2].time - asked[1].time >= 195);
}));

test('a date in retry-after counts by the server\'s clock', () => fakeEndpoint([fails(503, { date: 'Wed, 21 Oct 2015 07:28:00 GMT', 'retry-after': 'Wed, 21 Oct 2015 07:28:01 GMT' }), says('Now.')], async (url, asked) => {
  assert.equal(await endpointCaptioner({ ...fast, url }).caption(input), 'Now.');
  assert.ok(asked[1].time - asked[0].time >= 990);
}));

test('a refusal for good is not tried again; endless trouble ends after the tries; the key stays out of both', async () => {
  await fakeEndpoint([fails(401)], async (url, asked) => {
    const error = await endpointCaptioner({ ...fast, url, key: 'secret' }).caption(input).catch((e: unknown) => e);
    assert.ok(error instanceof EndpointError && !error.passing && /answered 401/.test(error.message) && !error.message.includes('secret'));
    assert.equal(asked.length, 1);
  });
  await fakeEndpoint([fails(503)], async (url, asked) => {
    const error = await endpointCaptioner({ ...fast, url, tries: 3 }).caption(input).catch((e: unknown) => e);
    assert.ok(error instanceof EndpointError && error.passing && /try 3 of 3/.test(error.message));
    assert.equal(asked.length, 3);
  });
});

test('requests keep their distance, and stop when told to', () => fakeEndpoint([says('A face.')], async (url, asked) => {
  const captioner = endpointCaptioner({ ...fast, url, perMinute: 600 });
  await Promise.all([1, 2, 3].map(() => captioner.caption(input)));
  assert.ok(asked[2].time - asked[0].time >= 150, `${asked[2].time - asked[0].time} ms`);
  await assert.rejects(captioner.caption(input, AbortSignal.abort()), /abort/i);
  assert.equal(asked.length, 3);
}));

test('the settings come from the environment', () => {
  const env = { SWAPGRAPH_CAPTION_URL: 'http://localhost:1/v1', SWAPGRAPH_CAPTION_MODEL: 'm', SWAPGRAPH_CAPTION_KEY: 'k' };
  assert.deepEqual(endpointFromEnvironment(env), { url: 'http://localhost:1/v1', model: 'm', key: 'k' });
  assert.throws(() => endpointFromEnvironment({ SWAPGRAPH_CAPTION_URL: 'x' }), (e) => e instanceof DiagnosticError && /SWAPGRAPH_CAPTION_MODEL/.test(e.message));
});
