// Diagnostics of operators' shape rules (4xx). Parts are plain data; `operand` is the position of the input at fault, from 0.
import { code } from '../define.ts'
import { windowCodes } from './windows.ts'

/** Why two operands disagree, where that can be told from their extents. */
export type MismatchHint =
  | { readonly kind: 'none' }
  /** The numbers of channels differ. */
  | { readonly kind: 'channels' }
  /** One extent was rounded by halving and doubling: a multiple would have survived. */
  | {
      readonly kind: 'rounded'
      readonly axes: readonly { readonly axis: string; readonly multiple: number }[]
      /** The same in terms of the network's input, where its extents are known to have led here. */
      readonly input?: {
        readonly name: string
        readonly axes: readonly { readonly axis: string; readonly multiple: number; readonly now: number }[]
      }
    }
  /** Every spatial extent of one operand is a whole multiple of the other's. */
  | { readonly kind: 'ratio'; readonly smaller: number; readonly factors: readonly number[] }

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

function mismatchHelp(hint: MismatchHint): string | undefined {
  switch (hint.kind) {
    case 'none':
      return undefined
    case 'channels':
      return 'give both the same number of channels, for instance with `conv(…, kernel = 1)`'
    case 'rounded': {
      if (hint.input !== undefined) {
        const axes = hint.input.axes.map(
          ({ axis, multiple, now }) =>
            `the ${axis} of \`${hint.input?.name}\` a multiple of ${multiple} (now ${now})`,
        )
        return `an extent was rounded on its way down and up: make ${axes.join(' and ')}, or use \`crop_like\` or \`resize_like\``
      }
      const axes = hint.axes.map(({ axis, multiple }) => `${axis} a multiple of ${multiple}`)
      return `an extent was rounded on its way down and up: choose an input size that makes ${axes.join(' and ')} here, or use \`crop_like\` or \`resize_like\``
    }
    case 'ratio': {
      const factors = `[${hint.factors.join(', ')}]`
      return `bring input ${hint.smaller + 1} up with \`conv_transpose(…, kernel = ${factors}, stride = ${factors})\` or \`resize(scale = ${factors})\`, or the other one down with \`max_pool(${factors})\``
    }
  }
}

export const shapeCodes = {
  ...windowCodes,
  'operand-rank': code<{ operator: string; operand: number; shape: string; needs: string }>({
    code: 'WEFT401',
    severity: 'error',
    message: ({ operator, shape, needs }) => `\`${operator}\` needs ${needs}, not a tensor of shape ${shape}`,
    explanation: `Shapes leave the batch out. Image operators need channels and one to three spatial axes (\`C×W\`, \`C×H×W\`, \`C×D×H×W\`);
\`matmul\` needs at least two axes.

\`\`\`weft
let bias = parameter([32])
bias -> conv(32, 3)              // WEFT401: no spatial axis
\`\`\``,
  }),
  'operand-unbatched': code<{ operator: string; operand: number; shape: string }>({
    code: 'WEFT402',
    severity: 'error',
    message: ({ operator, shape }) =>
      `\`${operator}\` cannot take a tensor made of parameters alone (shape ${shape})`,
    help: () => 'combine it with data first: `add(x, table)`, `mul(x, table)`, `matmul(x, table)`',
    explanation: `A learned table (\`parameter\`) has no batch axis. It may be reshaped, sliced, added to or multiplied with data, but operators on
images, and \`concat\` and \`sum\` with batched tensors, need the batch.

\`\`\`weft
parameter([8, 16, 16]) -> max_pool(2)        // WEFT402
add(x, parameter([8, 16, 16])) -> max_pool(2)
\`\`\``,
  }),
  'extent-not-fixed': code<{ operator: string; axis: string; extent: string; shape: string }>({
    code: 'WEFT403',
    severity: 'error',
    message: ({ operator, axis, extent, shape }) =>
      `\`${operator}\` needs a fixed ${axis} extent; in ${shape} it is ${extent}`,
    help: ({ axis }) => `give the ${axis} extent as a number`,
    explanation: `A free size such as \`D\` is known only when the network runs, and some operators are made for one number:

- weights have fixed shapes, so the extents that they follow are fixed too: channels of a convolution, the last axis of \`linear\`, the
  normalised axis of \`layer_norm\`, what computes the weight of \`conv_with\`;
- \`attention\` divides scores by the root of the number of features, and \`variance(unbiased = true)\` by the number of elements less one;
- \`flip\` and adaptive pools whose size does not divide the extent look places up in a table, and no exported format has an operator that would
  make that table as it runs;
- \`scan\` is written out as so many steps as its axis needs.

Give the extent as a number (without \`--dynamic\` in the command, or with fewer axes of it), or do without the operator on that axis: an adaptive pool of
size 1, or \`mean\`, takes any extent.

\`\`\`weft
x -> adaptive_avg_pool(3)        // WEFT403 where an extent of x is \`D\`
x -> adaptive_avg_pool(1)
\`\`\``,
  }),
  'extent-not-divisible': code<{
    operator: string
    axis: string
    extent: string
    divisor: number
    /** Undefined where no multiple of a single symbol would do. */
    symbol: { readonly name: string; readonly declared: number; readonly needed: number } | undefined
  }>({
    code: 'WEFT404',
    severity: 'error',
    message: ({ operator, axis, extent, divisor }) =>
      `\`${operator}\` divides the ${axis} extent ${extent} by ${divisor}, which need not be whole`,
    help: ({ symbol }) =>
      symbol === undefined
        ? 'give the extent as a number'
        : `declare \`${symbol.name}\` as a multiple of ${symbol.needed}${symbol.declared === 1 ? '' : ` (now ${symbol.declared})`}`,
    explanation: `A free extent is computed with exactly. Halving \`D\` is exact only where \`D\` is declared a multiple of 2; otherwise the result would
depend on rounding, and extents that have to meet later could not be compared. Declare the multiple that all the strides on the way need together.`,
  }),
  'empty-extent': code<{
    operator: string
    axis: string
    extent: string
    result: string
    because: readonly (readonly [name: string, value: string])[]
  }>({
    code: 'WEFT405',
    severity: 'error',
    message: ({ operator, axis, extent, result, because }) => {
      const reasons = because.map(([name, value]) => `${name} ${value}`)
      const last = reasons.pop() ?? ''
      const all = reasons.length === 0 ? last : `${reasons.join(', ')} and ${last}`
      return `\`${operator}\`: ${all} on ${axis} extent ${extent} ${because.length === 1 ? 'gives' : 'give'} extent ${result}`
    },
    help: () => 'use a larger input, more padding, or fewer or smaller steps on this axis',
    explanation: `Every extent is at least 1. A window that is larger than the padded input, or one stride too many on a short axis, leaves nothing.
For a free extent the least value that its declaration allows has to leave at least 1.

\`\`\`weft
input image: tensor[1, 2, 64, 64]
image -> conv(8, kernel = 3, padding = valid)              // WEFT405: kernel 3 on extent 2
image -> conv(8, kernel = [1, 3, 3], padding = valid)
\`\`\``,
  }),
  'groups-do-not-divide': code<{
    operator: string
    attribute: 'groups'
    groups: number
    channels: number
    side: string
  }>({
    code: 'WEFT406',
    severity: 'error',
    message: ({ operator, groups, channels, side }) =>
      `\`${operator}\`: ${plural(groups, 'group', 'groups')} cannot share ${plural(channels, side, `${side}s`)} equally`,
    help: ({ groups, channels, side }) =>
      `${side}s must be a multiple of ${groups}; divisors of ${channels} are ${divisors(channels)}`,
    explanation: `Grouped convolution gives each group the same number of input channels and of output channels; group normalisation the same
number of channels. So \`groups\` divides them. A depthwise convolution has as many groups as input channels.

\`\`\`weft
x -> conv(30, 3, groups = 4)     // WEFT406: 30 = 4 · 7.5
x -> conv(32, 3, groups = 4)
\`\`\``,
  }),
  'extents-disagree': code<{
    operator: string
    operand: number
    shape: string
    reference: string
    axis: string
    extent: string
    expected: string
    hint: MismatchHint
  }>({
    code: 'WEFT407',
    severity: 'error',
    message: ({ operator, operand, shape, reference, axis, extent, expected }) =>
      `\`${operator}\`: input ${operand + 1} is ${shape}, input 1 is ${reference}; their ${axis} extents differ (${extent} and ${expected})`,
    help: ({ hint }) => mismatchHelp(hint),
    explanation: `\`concat\` joins tensors that agree on every axis but the joined one; \`sum\` takes equal shapes; \`add\` and \`mul\` also allow an extent of 1
on either side (PyTorch's broadcasting, aligned from the right, batch apart).

Two ways lead here most often. A level was not brought up to the size of the other, or an odd extent was halved (rounding down) and doubled
again: 9 becomes 4 becomes 8. Choose input sizes that divide by the product of the strides, or adapt one side with \`crop_like\` or \`resize_like\`.

\`\`\`weft
concat(skip, low)                                        // WEFT407: skip is 8×20×20, low 8×10×10
concat(skip, low -> conv_transpose(8, kernel = 2, stride = 2))
\`\`\``,
  }),
  'ranks-disagree': code<{ operator: string; operand: number; shape: string; reference: string }>({
    code: 'WEFT408',
    severity: 'error',
    message: ({ operator, operand, shape, reference }) =>
      `\`${operator}\`: input ${operand + 1} is ${shape}, input 1 is ${reference}; they differ in their number of axes`,
    help: () => 'bring both to the same number of axes with `reshape`',
    explanation: `Tensors with a batch meet axis by axis, so they need the same number of axes. (PyTorch would line the batch of one up with the channels
of the other.) Only a learned table, which has no batch, may have fewer axes than its partner: it is aligned from the right.`,
  }),
  'batch-disagrees': code<{ operator: string; operand: number; shape: string; reference: string }>({
    code: 'WEFT409',
    severity: 'error',
    message: ({ operator, operand, shape, reference }) =>
      `\`${operator}\`: input ${operand + 1} (${shape}) and input 1 (${reference}) are not both data: one is made of parameters alone`,
    help: () => 'use `add` or `mul`, which repeat a learned table over the batch',
    explanation: `\`concat\` and \`sum\` join equals: tensors that all have the batch axis, or learned tables that all lack it.`,
  }),
  'same-padding-stride': code<{ operator: string; attribute: 'padding'; stride: string }>({
    code: 'WEFT410',
    severity: 'error',
    message: ({ operator, stride }) => `\`${operator}\`: \`padding = same\` needs stride 1, not ${stride}`,
    help: () => 'use `padding = half`, which pads the same amount whatever the stride',
    explanation: `\`same\` keeps the extent, which a stride above 1 does not. PyTorch refuses the pair too. \`half\` (the default) pads
\`floor(dilation · (kernel - 1) / 2)\` on both sides: with an odd kernel and stride \`s\` it gives \`ceil(extent / s)\`.`,
  }),
  'output-padding-too-large': code<{
    operator: string
    attribute: 'output_padding'
    axis: string
    outputPadding: number
    stride: number
    dilation: number
  }>({
    code: 'WEFT411',
    severity: 'error',
    message: ({ operator, axis, outputPadding, stride, dilation }) =>
      `\`${operator}\`: output_padding ${outputPadding} on the ${axis} axis is not smaller than stride ${stride} or dilation ${dilation}`,
    explanation: `\`output_padding\` picks one of the sizes that a strided convolution would have reduced to this input, so it is smaller than the stride (or
the dilation). PyTorch's rule.`,
  }),
  'reshape-count': code<{
    operator: string
    attribute: 'shape'
    shape: string
    target: string
    from: string
    to: string
  }>({
    code: 'WEFT413',
    severity: 'error',
    message: ({ shape, target, from, to }) =>
      `cannot reshape ${shape} (${from} elements) to ${target} (${to} elements)`,
    help: () => 'one extent may be -1: it takes what is left',
    explanation: `A reshape keeps every element, in order; the extents only group them anew. So both shapes multiply to the same number.

\`\`\`weft
x -> reshape([4, 100])           // WEFT413 where x is 8×10×10
x -> reshape([8, -1])            // 8×100
\`\`\``,
  }),
  'reshape-left-over': code<{
    operator: string
    attribute: 'shape'
    shape: string
    target: string
    from: string
    known: string
  }>({
    code: 'WEFT414',
    severity: 'error',
    message: ({ shape, target, from, known }) =>
      `cannot reshape ${shape} to ${target}: ${from} elements do not divide by ${known}`,
    help: () => 'the extents other than -1 have to divide the number of elements exactly',
    explanation: `\`-1\` stands for what is left when the number of elements is divided by the other extents. With free extents the division has to be
exact for every size that their declarations allow, and what is left has to be a multiple of a single free extent.`,
  }),
  'slice-range': code<{ operator: string; axis: string; extent: string; start: string; end: string }>({
    code: 'WEFT415',
    severity: 'error',
    message: ({ axis, extent, start, end }) =>
      `the slice from ${start} to ${end} does not lie within the ${axis} extent ${extent}`,
    help: ({ extent }) => `0 <= start < end <= ${extent}; negatives count from the end`,
    explanation: `A slice takes the half-open range \`start .. end - 1\`. It has to lie within the axis and hold at least one element: unlike PyTorch's, it is
not clipped, since a clipped slice hides a wrong size.

\`\`\`weft
x -> slice(axis = width, start = 0, end = 12)        // WEFT415 where the width is 10
x -> slice(axis = width, start = 0, end = 10)
\`\`\``,
  }),
  'gather-range': code<{
    operator: string
    attribute: 'indices'
    axis: string
    extent: string
    index: number
    last: number
  }>({
    code: 'WEFT440',
    severity: 'error',
    message: ({ operator, axis, extent, index }) =>
      `\`${operator}\` looks up place ${index} of the ${axis} extent ${extent}`,
    help: ({ last }) => `places go from 0 to ${last}`,
    explanation: `Each index names a place of the axis, counted from 0. Places from the end are written out, as a table of indices is most often computed:
\`[n - 1 - i for i in 0..<n]\`. Of a free extent, only places that its least value has may be named.

\`\`\`weft
parameter([49, 4]) -> gather([[0, 49]])        // WEFT440: the last place is 48
parameter([49, 4]) -> gather([[0, 48]])
\`\`\``,
  }),
  'attention-extents': code<{
    operator: string
    operand: 1 | 2
    of: 'features' | 'positions'
    shape: string
    reference: string
    extent: string
    expected: string
  }>({
    code: 'WEFT424',
    severity: 'error',
    message: ({ operator, operand, of, shape, reference, extent, expected }) => {
      const [own, other] = operand === 1 ? ['keys', 'queries'] : ['values', 'keys']
      return `\`${operator}\`: the ${own} are ${shape}, the ${other} ${reference}; they differ in their ${of} (${extent} and ${expected})`
    },
    help: ({ of }) =>
      of === 'features'
        ? 'the last extents of queries and keys are equal: project both to as many features'
        : 'keys and values are of the same positions, so that their last extents but one are equal',
    explanation: `\`attention(q, k, v)\` takes queries \`…×m×d\`, keys \`…×n×d\` and values \`…×n×e\`, and gives \`…×m×e\`. Each query is multiplied with each key,
so both have as many features; each key has one value.`,
  }),
  'attention-scores': code<{ operator: string; operand: number; shape: string; scores: string }>({
    code: 'WEFT425',
    severity: 'error',
    message: ({ operator, operand, shape, scores }) =>
      operand === 2
        ? `\`${operator}\`: the values are ${shape}, their weights ${scores}; leading axes are equal, or 1`
        : `\`${operator}\`: input ${operand + 1} is ${shape}, which does not repeat over the scores ${scores}`,
    help: ({ operand }) =>
      operand === 2
        ? 'bring the values to the leading axes of queries and keys with `reshape` or `permute`'
        : 'each extent is that of the scores, or 1; only a table without batch may have fewer axes',
    explanation: `The scores of \`attention(q, k, v, bias, …)\` have the leading axes of queries and keys, then one axis of queries and one of keys. What is
added to them repeats over them as in \`add\`: a table of heads\`×m×n\` over windows, a mask of windows\`×1×m×n\` over heads.

\`\`\`weft
attention(q, k, v, mask)                             // WEFT425: mask is 8×49×49, scores are 8×3×49×49
attention(q, k, v, mask -> reshape([8, 1, 49, 49]))
\`\`\``,
  }),
  'variance-of-one': code<{ operator: string; attribute: 'unbiased' }>({
    code: 'WEFT441',
    severity: 'error',
    message: ({ operator }) =>
      `\`${operator}\` without bias divides by one less than the number of elements, which is 1 here`,
    help: () => 'give more axes, or leave `unbiased` out',
    explanation: `The variance of one element is 0. Without bias it would be 0 / 0, which PyTorch answers with NaN.

\`\`\`weft
x -> mean -> variance(unbiased = true)               // WEFT441
x -> variance(unbiased = true)
\`\`\``,
  }),
  'factor-does-not-divide': code<{
    operator: string
    attribute: 'factor'
    axis: string
    extent: string
    factor: number
  }>({
    code: 'WEFT442',
    severity: 'error',
    message: ({ operator, axis, extent, factor }) =>
      `\`${operator}\` needs a ${axis} extent that ${factor} divides, not ${extent}`,
    help: ({ axis, factor }) =>
      axis === 'channel'
        ? `give it a multiple of ${factor} channels, for instance with \`conv(…, kernel = 1)\``
        : `choose an input size that makes the ${axis} a multiple of ${factor} here, or use \`pad\` or \`crop\``,
    explanation: `\`pixel_shuffle\` makes one channel of as many as its factors multiply to, \`pixel_unshuffle\` one pixel of each block of its factors: neither
has a place for what would be left over.

\`\`\`weft
x -> conv(6, 3) -> pixel_shuffle(2)          // WEFT442: 2 · 2 channels become one
x -> conv(8, 3) -> pixel_shuffle(2)
\`\`\``,
  }),
  'weight-per-sample': code<{ operator: string; operand: number; shape: string }>({
    code: 'WEFT443',
    severity: 'error',
    message: ({ operator, shape }) =>
      `\`${operator}\` needs one weight for all samples; the one given, of shape ${shape}, is computed from data, so that every sample has its own`,
    help: () =>
      'compute the weight of parameters and constants alone; mix fixed convolutions by weights per sample instead: `mul(x -> conv(8, 3), gate)`',
    explanation: `The weight of \`conv_with\` has no batch: it is made of parameters and constants, as in weight standardisation. A dynamic convolution that mixes
k kernels by attention per sample is the same as k convolutions whose results are mixed, since convolution is linear in its weight.

\`\`\`weft
conv_with(x, x -> mean -> reshape([8, 8, 1, 1]))               // WEFT443
conv_with(x, parameter([8, 8, 1, 1], init = normal(0.1)) -> tanh)
\`\`\``,
  }),
  'weight-channels': code<{
    operator: string
    operand: number
    channels: number
    groups: number
    read: number
  }>({
    code: 'WEFT444',
    severity: 'error',
    message: ({ operator, channels, groups, read }) =>
      `\`${operator}\` of ${channels} channels in ${plural(groups, 'group', 'groups')} needs a weight that reads ${channels / groups} of them, not ${read}`,
    help: ({ channels, groups }) => `give the weight the shape \`[out, ${channels / groups}, …kernel]\``,
    explanation: `A weight has PyTorch's layout \`[out, in / groups, …kernel]\`: its second extent is the number of input channels that one group has.

\`\`\`weft
conv_with(x, parameter([8, 3, 3, 3]))          // WEFT444 where x has 4 channels
conv_with(x, parameter([8, 4, 3, 3]))
\`\`\``,
  }),
  'matmul-inner': code<{
    operator: string
    operand: number
    left: string
    right: string
    leftInner: string
    rightInner: string
  }>({
    code: 'WEFT416',
    severity: 'error',
    message: ({ left, right, leftInner, rightInner }) =>
      `\`matmul\` of ${left} and ${right}: the summed extents differ (${leftInner} and ${rightInner})`,
    help: () =>
      'the last extent of the first equals the last but one of the second (its last with `transpose_b = true`)',
    explanation: `\`matmul\` multiplies \`…×m×k\` with \`…×k×n\` to \`…×m×n\`; with \`transpose_b = true\` the second is \`…×n×k\`. Leading axes broadcast.`,
  }),
  'split-parts': code<{ operator: string; attribute: 'parts'; parts: number; axis: string; extent: string }>({
    code: 'WEFT417',
    severity: 'error',
    message: ({ parts, axis, extent }) => `cannot split the ${axis} extent ${extent} in ${parts} equal parts`,
    help: () => 'give the extents one by one: `split(sizes = […])`',
    explanation: `\`split(parts = n)\` makes \`n\` equal parts, so \`n\` divides the extent. Unequal parts are written out with \`sizes\`.`,
  }),
  'split-sizes': code<{
    operator: string
    attribute: 'sizes'
    sizes: string
    total: string
    axis: string
    extent: string
  }>({
    code: 'WEFT418',
    severity: 'error',
    message: ({ sizes, total, axis, extent }) =>
      `split sizes ${sizes} add up to ${total}, the ${axis} extent is ${extent}`,
    explanation: `\`split(sizes = […])\` cuts the whole axis: the sizes add up to its extent.`,
  }),
  'crop-larger': code<{
    operator: string
    operand: number
    shape: string
    reference: string
    axis: string
    extent: string
    wanted: string
  }>({
    code: 'WEFT419',
    severity: 'error',
    message: ({ operator, shape, reference, axis, extent, wanted }) =>
      `\`${operator}\`: ${shape} cannot be cropped to ${reference}: its ${axis} extent ${extent} is not known to be at least ${wanted}`,
    explanation: `\`crop_like(x, ref)\` cuts the spatial axes of \`x\` down to those of \`ref\`; it never enlarges. For enlarging use \`resize_like\`.`,
  }),
  'order-not-permutation': code<{ operator: string; attribute: 'order'; order: string; rank: number }>({
    code: 'WEFT420',
    severity: 'error',
    message: ({ order, rank }) => `order ${order} does not name each of the ${rank} axes once`,
    help: ({ rank }) => `list every axis from 0 to ${rank - 1} once`,
    explanation: `\`permute(order)\` lists, for each axis of the result, the axis of the input that it is. Axis 0 is the channel axis; the batch is not listed.

\`\`\`weft
tokens -> permute([1])           // WEFT420
tokens -> permute([1, 0])
\`\`\``,
  }),
  'extent-not-affine': code<{ operator: string; extent: string }>({
    code: 'WEFT421',
    severity: 'error',
    message: ({ operator, extent }) =>
      `\`${operator}\` would give the extent ${extent}, which has no exact form`,
    help: () => 'give the spatial extents as numbers',
    explanation: `Free extents are kept as exact forms: sums of products, such as \`D/2 + 1\` or the \`⌈H/14⌉·⌈W/14⌉\` windows of an image, with whole numbers in front.
What is left of such a product when part of it is taken away is not always one, and a form of hundreds of terms is none either. Compile with the sizes as
numbers.`,
  }),
  'shift-channel-axis': code<{ operator: string; attribute: 'axis' }>({
    code: 'WEFT423',
    severity: 'error',
    message: ({ operator }) =>
      `\`${operator}\` moves chunks of channels along a spatial axis, not along the channel axis`,
    help: () => 'use `axis = depth`, `height` or `width`; `roll` moves along any axis',
    explanation: `\`shift\` splits the channels in chunks and moves each along a spatial axis; along the channel axis itself that has no meaning.`,
  }),
} as const

function divisors(count: number): string {
  const found: number[] = []
  // Searched as far as anybody would want groups: a count may be as large as 2^53.
  for (let one = 1; one <= Math.min(count, 4096) && found.length < 8; one++)
    if (count % one === 0) found.push(one)
  return found.join(', ') + (found.at(-1) === count ? '' : ', …')
}
