// Stands for a run's process of a sweep that stops early: "trains" to its rung at once and leaves what a run would.
import { existsSync, mkdirSync, writeFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
const order = JSON.parse(process.argv[2]);
const dir = path.join(order.studyDir, order.variant, `seed-${order.seed}`);
mkdirSync(dir, { recursive: true });
const rungs = path.join(dir, 'rungs.json');
const known = existsSync(rungs) ? JSON.parse(readFileSync(rungs, 'utf8')) : [];
const failure = process.env.FAKE_FAILURE === `${order.variant} ${order.until ?? 'end'}` ? 'broken' : order.variant === 'wild' ? 'diverged' : undefined;
const step = order.until ?? 12;
const metrics = { csim: order.seed + Number(/\d/.exec(order.variant) ?? 0) };
const record = { status: failure ? 'failed' : order.until ? 'paused' : 'finished', step, metrics: failure ? {} : metrics, ...(failure === 'diverged' ? { diverged: true } : {}) };
writeFileSync(path.join(dir, 'result.json'), JSON.stringify(record));
if (order.until && !failure) writeFileSync(rungs, JSON.stringify([...known, { step, metrics }]));
process.send(failure ? { type: 'failed', message: failure, diagnostics: [] } : { type: 'ended', record });
process.disconnect();
