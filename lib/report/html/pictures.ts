import type { Grid, StudyResult } from '../../study/result.ts';
import { relativeUrl } from '../file-name.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

const DATA = /^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/;

/** The study's picture grids, embedded where their content is given and linked beside the report otherwise. */
export function pictureSection({ grids }: StudyResult): Markup | undefined {
  if (grids.length === 0) return undefined;
  return html`<section id="pictures"><h2>Pictures</h2>
<p>Swapped pictures are synthetic.</p>
<div class="grids">${grids.map((g) => html`<figure><img src="${pictureSource(g)}" alt="${g.alt}" loading="lazy"><figcaption>${g.title}</figcaption></figure>`)}</div></section>`;
}

/** A picture's URL: its data URI (PNG, JPEG or WebP), or its path below the report; a RangeError for anything else. */
export function pictureSource({ data, path }: Grid): string {
  if (data === undefined) return relativeUrl(path);
  if (!DATA.test(data)) throw new RangeError(`expected a PNG, JPEG or WebP data URI for ${JSON.stringify(path)}, received ${JSON.stringify(data.slice(0, 40))}`);
  return data;
}
