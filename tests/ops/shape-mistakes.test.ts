import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { standardOps } from '../../lib/ops/index.ts';
import { withDefaults } from '../../lib/registry/attributes.ts';
import { ShapeError, type Op } from '../../lib/registry/op.ts';
import { floorDivide, multiplyDims, symbol, type Dim } from '../../lib/shape/dim.ts';
import { shapeText, type Shape } from '../../lib/shape/shape.ts';

const [N, H, W, C] = ['N', 'H', 'W', 'C'].map(symbol);
const image: Shape = [N, H, W, C];

function inferred(name: string, attrs: Record<string, unknown>, ...inputs: (Shape | null)[]): string {
  const op = standardOps.find((o) => o.name === name) as Op;
  return op.shape(withDefaults(op.attrs, attrs), inputs as Shape[], []).map(shapeText).join(' ');
}

const mistakes: readonly (readonly [name: string, attrs: Record<string, unknown>, inputs: readonly (Shape | null)[], expected: string, received: string])[] = [
  ['concat', { axis: 'channels' }, [image, [N, 4, 4]], '[N, H, W, C], but for axis 3', '[N, 4, 4]'],
  ['concat', { axis: 'channels' }, [[N, 8, 8, 3], [N, 4, 4, 3]], '[N, 8, 8, 3], but for axis 3', '[N, 4, 4, 3]'],
  ['concat', { axis: 'channels' }, [[N, 8]], 'an image [N, H, W, C] for the axis "channels" (or the axis as an integer)', 'a tensor of rank 2'],
  ['concat', { axis: 4 }, [image], 'an axis from -4 to 3', '4'],
  ['concat', { axis: 0 }, [], 'at least one tensor', 'an empty list'],
  ['split', { axis: -1 }, [[N, 7]], '`into` (names of the parts) or `parts` (their number)', 'neither'],
  ['split', { axis: -1, into: ['a', 'b'] }, [[N, 7]], 'axis 1 of [N, 7] to divide into 2 equal parts', '7'],
  ['split', { axis: -1, sizes: [3, 3] }, [[N, 7]], 'parts that add up to axis 1, 7', '6'],
  ['slice', { axis: 1, from: 5, count: 3 }, [[N, 7]], 'a range inside axis 1 of size 7', 'from 5, count 3'],
  ['slice', { axis: 1, from: -8 }, [[N, 7]], 'a range inside axis 1 of size 7', 'from -8, count 8'],
  ['reshape', { to: [N, 3, 5] }, [[N, 16]], 'as many numbers as [N, 16] has', '[N, 3, 5]'],
  ['reshape', { to: [-1, -1] }, [[N, 16]], 'one -1 at most', '[-1, -1]'],
  ['reshape', { to: [-1, 5] }, [[4, 16]], 'sizes that divide [4, 16]', '[-1, 5]'],
  ['flatten', {}, [[]], 'a tensor with a batch axis', 'a scalar'],
  ['permute', { order: [0, 0, 1] }, [[N, 2, 3]], 'the axes 0 to 2, each once', '[0, 0, 1]'],
  ['squeeze', { axis: 1 }, [[N, 2]], 'size 1 on axis 1', '[N, 2]'],
  ['swap-halves', {}, [[3, 8]], 'an even size', '3'],
  ['expand', { to: [4, 5] }, [[2, 1]], 'a shape that fits [4, 5], with 1s where it is to be repeated', '[2, 1]'],
  ['stack', {}, [[N, 2], [N, 3]], '[N, 2]', '[N, 3]'],
  ['mean-list', {}, [[], [N]], '[]', '[N]'],
  ['mean', { axes: [1, -1] }, [[N, 2]], 'each axis once', '[1, -1]'],
  ['weighted-mean', {}, [[N, 2], [N]], '1 axes', '[N, 2]'],
  ['top-k', { k: 5 }, [[N, 4]], 'k of at most 4, the size of the last axis', '5'],
  ['gather', { axis: 2, 'batch-dims': 1 }, [[N, 4, 5], [N]], 'axis 1 with batch-dims 1', 'axis 2'],
  ['gather', { axis: 1, 'batch-dims': 1 }, [[N, 4, 5], [C]], 'positions whose axis 0 is N', 'C'],
  ['resize', {}, [image], 'either `scale` or `to`', 'neither'],
  ['resize', { scale: 2, to: [4, 4] }, [image], 'either `scale` or `to`', 'both'],
  ['resize', { scale: 0.25 }, [[N, 3, 8, C]], 'an output of at least one pixel', '[N, 3, 8, C] times 0.25'],
  ['resize', { scale: 2, method: 'nearest', 'align-corners': true }, [image], 'method bilinear or bicubic with `align-corners` or `antialias`', 'nearest'],
  ['resize', { scale: 2 }, [[N, C]], 'an image [N, H, W, C]', '[N, C]'],
  ['max-pool', { size: 3, padding: 2 }, [image], 'padding of at most half the window, 1', '2'],
  ['pixel-shuffle', { factor: 2 }, [[N, H, W, 6]], 'a number of channels that 4 divides', '6'],
  ['pixel-unshuffle', { factor: 2 }, [[N, 3, 4, 6]], 'an image whose sides are multiples of 2', '[N, 3, 4, 6]'],
  ['channel-shuffle', { groups: 4 }, [[N, H, W, 6]], 'a number of channels that 4 divides', '6'],
  ['pad', {}, [image], 'exactly one of `zero`, `reflect`, `replicate`', 'none'],
  ['pad', { zero: 1, reflect: 1 }, [image], 'exactly one of `zero`, `reflect`, `replicate`', 'zero and reflect'],
  ['blur', { sigma: 1, size: 4 }, [image], 'an odd `size`', '4'],
  ['dilate', { size: 2 }, [image], 'an odd `size`', '2'],
  ['grid-sample', {}, [image, [N, 4, 4, 3]], 'a grid [N, h, w, 2] for images [N, H, W, C]', '[N, 4, 4, 3]'],
  ['affine-warp', {}, [image, [N, 3, 3]], 'matrices [N, 2, 3] for images [N, H, W, C]', '[N, 3, 3]'],
  ['crop-resize', { to: [4, 4] }, [image, [N, 5]], 'boxes [N, 4] for images [N, H, W, C]', '[N, 5]'],
  ['random-normal', {}, [null], 'either the attribute `shape` or the input `like`', 'neither'],
  ['zeros', { shape: [2] }, [[N]], 'either the attribute `shape` or the input `like`', 'both'],
  ['constant', { value: [1, 2, 3], shape: [2, 2] }, [], '4 numbers for [2, 2]', '3'],
  ['greater', {}, [[N], null], 'either the input b or the attribute `than`', 'neither'],
];

describe('mistakes say what was expected and what was received', () => {
  for (const [name, attrs, inputs, expected, received] of mistakes) {
    it(`${name}: expected ${expected}`, () => {
      assert.throws(() => inferred(name, attrs, ...inputs), (e: unknown) => {
        assert.ok(e instanceof ShapeError, String(e));
        assert.equal(e.expected, expected);
        assert.equal(e.received, received);
        return true;
      });
    });
  }
});

describe('shapes stay symbolic', () => {
  const half = (d: Dim): Dim => floorDivide(d, 2);
  it('reshape divides what is left by what is known', () => {
    assert.equal(inferred('reshape', { to: [N, multiplyDims(H, W), -1] }, image), '[N, H*W, C]');
    assert.equal(inferred('reshape', { to: [-1, C] }, image), '[H*N*W, C]');
    assert.equal(inferred('reshape', { to: [N, -1] }, [N, half(H), half(W), 8]), '[N, 8*H/2*W/2]');
  });
  it('slice, tile and concat add and multiply dimensions', () => {
    assert.equal(inferred('slice', { axis: 'width', from: 1 }, image), '[N, H, W-1, C]');
    assert.equal(inferred('tile', { axis: 0, times: N }, [1, 50, 768]), '[N, 50, 768]');
    assert.equal(inferred('concat', { axis: 1 }, [N, 1, 8], [N, H, 8]), '[N, H+1, 8]');
    assert.equal(inferred('swap-halves', {}, [multiplyDims(2, N), C]), '[2*N, C]');
  });
  it('pooling with ceil drops a window that would start beyond the image', () => {
    assert.equal(inferred('max-pool', { size: 3, stride: 2, ceil: true }, [N, 6, W, C]), '[N, 3, W/2, C]');
    assert.equal(inferred('max-pool', { size: 2, stride: 2, padding: 1, ceil: true }, [N, 3, 4, C]), '[N, 2, 3, C]');
  });
  it('resize rounds down', () => {
    assert.equal(inferred('resize', { scale: 1.5 }, image), '[N, H/2+H, W/2+W, C]');
    assert.equal(inferred('resize', { scale: 0.5 }, [N, 7, 5, C]), '[N, 3, 2, C]');
  });
});
