import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaceRecord, PhotoRecord } from './record.ts';
import { readManifest } from './finish.ts';
import type { PrepareSummary } from './finish.ts';
import type { Similarity } from '../../faces/similarity.ts';
import { applySimilarity } from '../../faces/similarity.ts';

/**
 * Writes `index.html` beside the manifest: every face with its crop, landmarks, mask and depth, its measurements and problems. The pictures are the folder's own
 * files, loaded as they scroll into view, so that the page stays small. Needs no network and no script beyond its own few lines.
 */
export async function writeContactSheet(out: string, summary: PrepareSummary): Promise<void> {
  const file = await open(join(out, '.tmp', 'index.html'), 'w');
  try {
    await file.write(heading(summary));
    for await (const record of readManifest(out)) await file.write(record.faces.length > 0 ? record.faces.map((face) => card(record, face)).join('') : empty(record));
    await file.write('</main>\n</html>\n');
  } finally {
    await file.close();
  }
  await rename(join(out, '.tmp', 'index.html'), join(out, 'index.html'));
}

const style = `
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif; }
body { margin: 1.5rem; } h1 { font-size: 1.4rem; } .counts span { display: inline-block; margin-right: 1.2rem; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(27rem, 1fr)); gap: 1rem; margin-top: 1rem; }
article { border: 1px solid #8886; border-radius: 6px; padding: .6rem; overflow-wrap: anywhere; } article.problem { border-color: #c33; }
.pictures { display: flex; gap: .3rem; } .pictures figure { margin: 0; flex: 1; } .pictures div { position: relative; overflow: hidden; } .pictures img { width: 100%; display: block; }
svg { position: absolute; inset: 0; width: 100%; height: 100%; } circle { fill: #0f0; } .problems { color: #c33; font-weight: 600; } p { margin: .3rem 0; } figcaption { font-size: 12px; opacity: .8; }
`;

function heading(summary: PrepareSummary): string {
  const counts = (record: Readonly<Record<string, number>>) => Object.entries(record).map(([name, count]) => `<span>${escapeHtml(name)}: <b>${count}</b></span>`).join('');
  return [
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>Prepared faces</title>',
    `<style>${style}</style>`,
    `<h1>${summary.usable} usable faces of ${summary.faces}, in ${summary.photographs} photographs</h1>`,
    `<p class="counts">Photographs: ${counts(summary.outcomes)}</p>`,
    Object.keys(summary.conversions).length > 0 ? `<p class="counts">Converted: ${counts(summary.conversions)}</p>` : '',
    Object.keys(summary.problems).length > 0 ? `<p class="counts">Set aside: ${counts(summary.problems)}</p>` : '',
    '<main>\n',
  ].join('\n');
}

function card(record: PhotoRecord, face: FaceRecord): string {
  const kinds = ['image', 'mask', 'depth'].flatMap((kind) => {
    const largest = Object.keys(face.files).filter((name) => name.startsWith(`${kind}-`)).sort((p, q) => Number(q.split('-')[1]) - Number(p.split('-')[1]))[0];
    return largest === undefined ? [] : [{ kind, path: face.files[largest].path }];
  });
  const figures = kinds.map(({ kind, path }) => `<figure><div><img loading="lazy" alt="${kind} of ${face.id}" src="${escapeHtml(path)}">${kind === 'image' ? overlay(face) : ''}</div><figcaption>${kind}</figcaption></figure>`);
  const twin = face['duplicate-of'] === undefined ? '' : ` of ${escapeHtml(face['duplicate-of'])}`;
  const problems = face.problems.length === 0 ? '' : `<p class="problems">${escapeHtml(face.problems.join(', '))}${twin}</p>`;
  const caption = typeof face.fields['caption'] === 'string' ? `<p>${escapeHtml(face.fields['caption'])}</p>` : '';
  const measured = `<p>${escapeHtml(record.photo)} · ${face.id} · score ${face.box.score}${poseText(face)}${numberText(face, 'sharpness')}${numberText(face, 'coverage')}</p>`;
  return `<article id="${face.id}"${face.problems.length > 0 ? ' class="problem"' : ''}><div class="pictures">${figures.join('')}</div>${problems}${measured}${caption}</article>\n`;
}

function empty(record: PhotoRecord): string {
  const reason = record.reason === undefined ? '' : `: ${escapeHtml(record.reason)}`;
  return `<article class="problem"><p>${escapeHtml(record.photo)}</p><p class="problems">${record.outcome}${reason}</p></article>\n`;
}

function overlay(face: FaceRecord): string {
  const transforms = Object.entries((face.fields['transforms'] ?? {}) as unknown as Readonly<Record<string, Similarity>>);
  const largest = transforms.sort(([p], [q]) => Number(q) - Number(p))[0];
  if (largest === undefined || face.landmarks === undefined) return '';
  const dots = face.landmarks.map((point) => applySimilarity(largest[1], point)).map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="1.5"/>`);
  return `<svg viewBox="0 0 ${largest[0]} ${largest[0]}" aria-hidden="true">${dots.join('')}</svg>`;
}

function poseText(face: FaceRecord): string {
  const pose = face.fields['pose'] as unknown as { yaw: number; pitch: number; roll: number } | undefined;
  return pose === undefined ? '' : ` · yaw ${pose.yaw.toFixed(0)}°, pitch ${pose.pitch.toFixed(0)}°, roll ${pose.roll.toFixed(0)}°`;
}

function numberText(face: FaceRecord, field: string): string {
  const value = face.fields[field];
  return typeof value === 'number' ? ` · ${field} ${value}` : '';
}

function escapeHtml(text: string): string {
  return text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
