import type { FaceBox } from '../../../faces/detect.ts';
import { suppressOverlaps } from '../../../faces/detect.ts';
import type { Image } from '../../../faces/image.ts';
import { resizeImage } from '../../../faces/resize.ts';
import { yolo5FaceAnchors, yoloBoxes } from '../../../faces/yolo.ts';
import { graphModelContents, openGraphModel } from '../graph-model.ts';
import { defineStage } from '../stage.ts';

/** What YOLOv5 fills a picture's square up with. */
const filling = 114;

/** Faces by a model of ours. */
export const modelDetectStage = defineStage({
  name: 'model',
  role: 'detect',
  doc: 'Faces by any graph with the head of YOLOv5 or YOLO5Face: for each stride an output [S, S, anchors * values] of raw numbers, an anchor being box, objectness, others, class. The photograph is fitted into the top left of a grey square.',
  attrs: {
    graph: { type: 'string', description: 'A graph of one input [N, H, W, 3] in [0, 1].' },
    weights: { type: 'string', optional: true, description: 'Its weights: a safetensors file in our names. Needed unless the graph has none.' },
    size: { type: 'integer', minimum: 32, maximum: 4096, default: 640, description: 'Side of the square that the model sees, in pixels.' },
    strides: { type: 'array', items: { type: 'integer', minimum: 1 }, minItems: 1, default: [8, 16, 32], description: "Pixels per cell of each output; outputs are told apart by their sizes." },
    anchors: {
      type: 'array', items: { type: 'number', minimum: 0 }, minItems: 2, default: [...yolo5FaceAnchors],
      description: "Width and height of each anchor in pixels, stride by stride; default those of YOLO5Face's models of three strides.",
    },
    'min-score': { type: 'number', minimum: 0.01, maximum: 0.99, default: 0.5, description: 'Faces scored below are not reported.' },
    'max-overlap': { type: 'number', minimum: 0, maximum: 1, default: 0.5, description: 'Of two boxes that overlap more (intersection over union), the lower scored is dropped.' },
    'max-faces': { type: 'integer', minimum: 1, default: 64, description: 'At most this many faces of a photograph, best first.' },
  },
  paths: ['graph', 'weights'],
  contents: graphModelContents,
  open: (attrs) => {
    const { graph, weights, size, strides, anchors } = attrs;
    const model = openGraphModel({ graph, ...(weights === undefined ? {} : { weights }) });
    return {
      run: async ({ image }) => {
        const { square, scale } = await fitted(image, size);
        const found = yoloBoxes(model.runAll(square), { size, strides, anchors }, attrs['min-score']);
        const boxes = suppressOverlaps(found.map((box) => inPhoto(box, scale, image)), attrs['max-overlap']);
        return boxes.filter((box) => box.width >= 1 && box.height >= 1).slice(0, attrs['max-faces']).map((box) => ({ box, pictures: {}, fields: {}, problems: [] }));
      },
      close: () => model.dispose(),
    };
  },
});

async function fitted(image: Image, size: number): Promise<{ square: Image; scale: number }> {
  const scale = size / Math.max(image.width, image.height);
  const small = await resizeImage(image, Math.max(1, Math.round(image.width * scale)), Math.max(1, Math.round(image.height * scale)));
  const data = new Uint8Array(size * size * 3).fill(filling);
  for (let y = 0; y < small.height; y++) data.set(small.data.subarray(y * small.width * 3, (y + 1) * small.width * 3), y * size * 3);
  return { square: { width: size, height: size, data }, scale };
}

/** The box in the photograph's pixels, clipped to its borders. */
function inPhoto(box: FaceBox, scale: number, { width, height }: Image): FaceBox {
  const within = (value: number, limit: number): number => Math.min(limit, Math.max(0, value / scale));
  const [x, y] = [within(box.x, width), within(box.y, height)];
  return { x, y, width: within(box.x + box.width, width) - x, height: within(box.y + box.height, height) - y, score: box.score };
}
