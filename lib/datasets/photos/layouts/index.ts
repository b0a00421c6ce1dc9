import { failure } from '../../../diagnostics/failure.ts';
import { suggestion } from '../../../diagnostics/nearest.ts';
import { celebaHq } from './celeba-hq.ts';
import { ffpp } from './ffpp.ts';
import type { Layout } from './layout.ts';
import { lpff } from './lpff.ts';
import { multiPie } from './multi-pie.ts';
import { parquetLayout } from './parquet.ts';
import { plainFolder } from './plain-folder.ts';
import { vggface2 } from './vggface2.ts';

/** The layouts that are known. */
export const layouts: readonly Layout[] = [plainFolder, vggface2, celebaHq, ffpp, multiPie, lpff, parquetLayout];

/** A layout by its name. @throws DiagnosticError for an unknown one. */
export function layoutNamed(name: string): Layout {
  const found = layouts.find((layout) => layout.name === name);
  if (found) return found;
  throw failure('layout/unknown', `no data set layout is named "${name}"`, undefined, suggestion(name, layouts.map((layout) => layout.name)));
}
