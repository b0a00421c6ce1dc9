/**
 * How a checkpoint lays a weight out, where ours differs:
 * - `oihw`: a convolution [out, in, h, w] -> [h, w, in, out]
 * - `iohw`: a transposed convolution [in, out, h, w] -> [h, w, out, in]
 * - `depthwise`: [channels, 1, h, w] -> [h, w, channels, 1]
 * - `linear`: [out, in] -> [in, out]
 * - `flattened-chw`: a linear layer behind a flattened [C, H, W] map, [out, C*H*W] -> [H*W*C, out]
 * - `permute`: any order of axes; `reshape`: the same numbers in another shape.
 */
export type Layout =
  | 'oihw' | 'iohw' | 'depthwise' | 'linear'
  | { readonly 'flattened-chw': readonly [number, number, number] }
  | { readonly permute: readonly number[] }
  | { readonly reshape: readonly number[] };

/** One rule of a checkpoint mapping, as data. */
export interface MappingRule {
  /** A checkpoint name; `{word}` stands for one part between dots. `layer{stage}.{block}.conv1.weight`. */
  readonly from: string;
  /**
   * Our name, with the words put in; `{word+1}` and `{word-1}` count. A list splits the weight into equal parts along its first axis
   * (fused query, key and value). Without `to` the weight is left out on purpose.
   */
  readonly to?: string | readonly string[];
  readonly layout?: Layout;
}
