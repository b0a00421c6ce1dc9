import { createRequire } from 'node:module';
import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs';
import { allBoxes, type Box, type Drawing } from './drawing.ts';
import { boxSize, FONT, HEADER, textWidth } from './metrics.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBox extends Point {
  readonly box: Box;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLink {
  readonly points: readonly Point[];
  /** Around the middle of its text's top. */
  readonly label?: { readonly text: string } & Point;
}

/** A drawing in which everything has a place, in pixels from the top left; outer boxes come before inner ones. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly links: readonly PlacedLink[];
}

const OPTIONS: Readonly<Record<string, string>> = {
  'elk.algorithm': 'layered', 'elk.hierarchyHandling': 'INCLUDE_CHILDREN', 'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '15', 'elk.spacing.nodeNode': '26', 'elk.spacing.edgeNode': '16', 'elk.spacing.edgeEdge': '10',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14', 'elk.layered.spacing.edgeEdgeBetweenLayers': '10', 'elk.spacing.edgeLabel': '3', 'elk.layered.edgeLabels.sideSelection': 'ALWAYS_DOWN',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX', 'elk.layered.considerModelOrder.strategy': 'PREFER_EDGES', 'elk.randomSeed': '1',
};

/** Places boxes and routes arrows by ELK's layered algorithm; the same drawing always gets the same layout. */
export async function layOut(drawing: Drawing, direction: 'DOWN' | 'RIGHT' = 'DOWN'): Promise<Layout> {
  // The package's bundle is CommonJS and runs in this thread.
  const Elk = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as new () => ELK;
  const labels = firstLabels(drawing);
  const root: ElkNode = {
    id: '', layoutOptions: { ...OPTIONS, 'elk.direction': direction, 'elk.padding': '[top=8,left=8,bottom=8,right=8]' },
    children: drawing.boxes.map((b) => toElk(b, direction)),
    edges: drawing.links.map((l, i): ElkExtendedEdge => ({ id: `${i}`, sources: [l.from], targets: [l.to], ...(labels.has(i) ? { labels: [{ text: l.label ?? '', width: textWidth(l.label ?? '', FONT.arrow), height: FONT.arrow + 2 }] } : {}) })),
  };
  const placed = await new Elk().layout(root);
  const byId = new Map(allBoxes(drawing.boxes).map((b) => [b.id, b]));
  const origins = new Map<string, Point>();
  const boxes = place(placed, { x: 0, y: 0 }, byId, origins);
  return { width: placed.width ?? 0, height: placed.height ?? 0, boxes, links: routes(placed, origins) };
}

/** A value that goes to several places says its shape once. */
function firstLabels(drawing: Drawing): ReadonlySet<number> {
  const said = new Set<string>();
  return new Set(drawing.links.flatMap((l, i) => {
    if (l.label === undefined || l.label === '' || said.has(`${l.from} ${l.label}`)) return [];
    said.add(`${l.from} ${l.label}`);
    return [i];
  }));
}

function toElk(box: Box, direction: 'DOWN' | 'RIGHT'): ElkNode {
  if (box.children.length === 0) return { id: box.id, ...boxSize(box) };
  const [width, height] = [Math.ceil(textWidth(box.title, FONT.title, true)) + (box.repeat ? 60 : 24), HEADER + 20];
  // ELK turns a frame's least size with the direction.
  const least = direction === 'DOWN' ? [height, width] : [width, height];
  return {
    id: box.id, children: box.children.map((c) => toElk(c, direction)),
    layoutOptions: { 'elk.padding': `[top=${HEADER + 12},left=14,bottom=14,right=14]`, 'elk.nodeSize.constraints': 'MINIMUM_SIZE', 'elk.nodeSize.minimum': `(${least.join(',')})` },
  };
}

function place(node: ElkNode, at: Point, byId: ReadonlyMap<string, Box>, origins: Map<string, Point>): PlacedBox[] {
  origins.set(node.id, at);
  return (node.children ?? []).flatMap((child) => {
    const here = { x: at.x + (child.x ?? 0), y: at.y + (child.y ?? 0) };
    const own: PlacedBox = { box: byId.get(child.id) as Box, ...here, width: child.width ?? 0, height: child.height ?? 0 };
    return [own, ...place(child, here, byId, origins)];
  });
}

/** Routes are given relative to the container that ELK put the arrow into. */
function routes(node: ElkNode, origins: ReadonlyMap<string, Point>): PlacedLink[] {
  const own = (node.edges ?? []).map((edge): PlacedLink => {
    const base = origins.get((edge as { container?: string }).container ?? node.id) ?? { x: 0, y: 0 };
    const moved = (p: Point): Point => ({ x: p.x + base.x, y: p.y + base.y });
    const points = (edge.sections ?? []).flatMap((s) => [s.startPoint, ...(s.bendPoints ?? []), s.endPoint].map(moved));
    const label = edge.labels?.[0];
    return { points, ...(label?.x === undefined ? {} : { label: { text: label.text ?? '', ...moved({ x: label.x + (label.width ?? 0) / 2, y: label.y ?? 0 }) } }) };
  });
  return [...own, ...(node.children ?? []).flatMap((c) => routes(c, origins))];
}
