import type { FaceBox } from './detect.ts';

/**
 * Width and height in pixels of YOLO5Face's anchors at strides 8, 16 and 32, stride by stride (deepcam-cn/yolov5-face, `models/yolov5{n-0.5,n,s,m,l}.yaml`, which all have these).
 * Its models of four strides (`yolov5{n,s,m,l}6.yaml`, 8 to 64) have others: 6,7 9,11 13,16; 18,23 26,33 37,47; 54,67 77,104 112,154; 174,238 258,355 445,568.
 */
export const yolo5FaceAnchors: readonly number[] = [4, 5, 8, 10, 13, 16, 23, 29, 43, 55, 73, 105, 146, 217, 231, 300, 335, 433];

/** How a YOLO head's numbers become boxes. */
export interface YoloHead {
  /** Side of the network's square input, in pixels. */
  readonly size: number;
  /** Pixels per cell, finest map first. */
  readonly strides: readonly number[];
  /** Width and height of each anchor in pixels, maps in the order of `strides`, as many for each. */
  readonly anchors: readonly number[];
}

/** One map of a YOLO head: [S, S, anchors * values], of each anchor four box numbers, objectness, others (YOLO5Face: ten of landmarks), and last the class. */
export interface YoloMap {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Candidate boxes, in pixels of the input, from raw (logit) maps of YOLOv5 and YOLO5Face (Qi et al. 2021; deepcam-cn/yolov5-face, `models/yolo.py`): centre (2 s(x) - 0.5 + cell)
 * stride, sides (2 s(w))^2 anchor, score s(objectness) s(class), s being the sigmoid. Maps may come in any order. @throws Error for maps that do not fit the head
 */
export function yoloBoxes(maps: readonly YoloMap[], head: YoloHead, minScore: number): FaceBox[] {
  const each = head.anchors.length / head.strides.length / 2;
  if (!Number.isInteger(each) || each < 1) throw new Error(`expected as many anchors for each of ${head.strides.length} strides, received ${head.anchors.length / 2}`);
  return head.strides.flatMap((stride, level) => {
    const side = Math.ceil(head.size / stride);
    const map = maps.find(({ shape }) => shape.length === 3 && shape[0] === side && shape[1] === side);
    const values = (map?.shape[2] ?? 0) / each;
    if (!map || !Number.isInteger(values) || values < 6) {
      const received = maps.map(({ shape }) => `[${shape.join(', ')}]`).join(', ');
      throw new Error(`a detector of stride ${stride} gives [${side}, ${side}, ${each} x 6 or more], this one gave ${received}`);
    }
    const anchors = head.anchors.slice(2 * each * level, 2 * each * (level + 1));
    return boxesOf(map.data, side, stride, anchors, values, minScore);
  });
}

function boxesOf(data: Float32Array, side: number, stride: number, anchors: readonly number[], values: number, minScore: number): FaceBox[] {
  const boxes: FaceBox[] = [];
  for (let cell = 0; cell < side * side; cell++) {
    for (let a = 0; 2 * a < anchors.length; a++) {
      const at = (cell * (anchors.length / 2) + a) * values;
      const score = sigmoid(data[at + 4]) * sigmoid(data[at + values - 1]);
      if (!(score > minScore)) continue;
      const [x, y] = [0, 1].map((k) => (2 * sigmoid(data[at + k]) - 0.5 + (k === 0 ? cell % side : Math.floor(cell / side))) * stride);
      const [width, height] = [0, 1].map((k) => (2 * sigmoid(data[at + 2 + k])) ** 2 * anchors[2 * a + k]);
      boxes.push({ x: x - width / 2, y: y - height / 2, width, height, score });
    }
  }
  return boxes;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
