// One entry for each primitive: the module that holds its parameters, and the expression of its value. Names are PyTorch's; what PyTorch
// lacks is in `layers.py` of the package (`helpers.ts`).
import { formatDim, type Dim, type TensorType } from '../../compiler/ir/tensor.ts'
import type { InitTerm } from '../../compiler/ops/init.ts'
import type { PerAxis } from '../../compiler/ops/attribute-kinds.ts'
import { numbersIn } from '../../compiler/ops/nested-lists.ts'
import { leadingAxes } from '../../compiler/ops/primitive/grid-sample.ts'
import type { LoweringTable } from '../backend.ts'
import type { HelperName } from './helpers.ts'
import { around, initialised, ruleItems, tableCode, type Beginnings } from './beginnings.ts'
import type { Tables } from './tables.ts'
import {
  atom,
  binary,
  call,
  hole,
  literalText,
  measure,
  method,
  named,
  tuple,
  type Item,
  type Literal,
  type Python,
} from './python.ts'

/** An operator in PyTorch. */
export interface Lowered {
  /** Made once, where the operator has parameters or a table. */
  readonly module?: Python
  /** The value; `module` is how the class calls its module. */
  value(inputs: readonly Python[], module: Python): Python
  readonly helpers: readonly HelperName[]
}

/** Shapes around the node. */
export interface Surroundings {
  readonly tables: Tables
  readonly inputs: readonly TensorType[]
  readonly output: TensorType
  /** Whether nothing but arithmetic with tensors reads it: then a single number may stand for itself. */
  readonly isOperand: boolean
  /** Whether the value may take its input's place in memory: nothing else reads that, no gradient either. */
  readonly overwrites: boolean
}

export const table: LoweringTable<Surroundings, Lowered> = {
  input: () => {
    throw new Error('an input is given, not computed')
  },
  parameter: ({ attributes: { shape, init } }, { tables }) => {
    const rule = ruleItems(init, tables)
    const extents = tuple(...shape.map((extent) => measure(extent, 'extent')))
    return {
      module: call('Table', extents, ...rule.items),
      value: (_, module) => call(module),
      helpers: ['Table', ...rule.helpers],
    }
  },
  constant: ({ attributes: { values } }, { output, tables, isOperand }) => {
    const numbers = numbersIn(values)
    if (isOperand && numbers.length === 1 && output.shape.length === 1)
      return pure(() => hole(numbers[0] ?? 0, 'constant'))
    return {
      module: call('Constant', tableCode(tables, values)),
      value: (_, module) => call(module),
      helpers: ['Constant'],
    }
  },
  conv: ({ attributes }, { inputs: [x], tables }) => {
    const { channels, kernel, stride, padding, dilation, groups, bias } = attributes
    const even = padding.every(([low, high]) => low === high)
    const module = call(
      `nn.Conv${rankOf(x)}d`,
      measure(fixed(x?.shape[0]), 'in_channels'),
      measure(channels, 'channels'),
      hole(perAxis(kernel), 'kernel'),
      named('stride', hole(perAxis(stride), 'stride'), 1),
      named('padding', hole(even ? perAxis(padding.map(([low]) => low)) : 0, 'padding'), 0),
      named('dilation', hole(perAxis(dilation), 'dilation'), 1),
      named('groups', measure(groups, 'groups'), 1),
      named('bias', hole(bias, 'bias'), true),
    )
    return {
      ...initialised(module, attributes, tables),
      value: ([input = none], self) => call(self, even ? input : call('F.pad', input, padsOf(padding))),
    }
  },
  conv_transpose: ({ attributes }, { inputs: [x], tables }) => {
    const { channels, kernel, stride, padding, output_padding, dilation, groups, bias } = attributes
    const module = call(
      `nn.ConvTranspose${rankOf(x)}d`,
      measure(fixed(x?.shape[0]), 'in_channels'),
      measure(channels, 'channels'),
      hole(perAxis(kernel), 'kernel'),
      named('stride', hole(perAxis(stride), 'stride'), 1),
      named('padding', hole(perAxis(padding), 'padding'), 0),
      named('output_padding', hole(perAxis(output_padding), 'output_padding'), 0),
      named('groups', measure(groups, 'groups'), 1),
      named('bias', hole(bias, 'bias'), true),
      named('dilation', hole(perAxis(dilation), 'dilation'), 1),
    )
    const begun = initialised(module, attributes, tables)
    return layer(begun.module, begun.helpers)
  },
  linear: ({ attributes }, { inputs: [x], tables }) => {
    const { features, bias } = attributes
    const module = call(
      'nn.Linear',
      measure(fixed(x?.shape.at(-1)), 'in_features'),
      measure(features, 'features'),
      named('bias', hole(bias, 'bias'), true),
    )
    const begun = initialised(module, attributes, tables)
    return layer(begun.module, begun.helpers)
  },
  matmul: ({ attributes: { transpose_b } }) =>
    pure((a, b) => binary(a, '@', transpose_b ? method(b, 'transpose', atom('-2'), atom('-1')) : b)),
  attention: ({ attributes: { scale, dropout } }, { inputs, output }) => {
    const [q, k, v] = inputs
    const usual = 1 / Math.sqrt(fixed(q?.shape.at(-1)))
    const options = [
      ...(dropout === 0
        ? []
        : [named('dropout_p', binary(hole(dropout, 'dropout'), '*', atom('self.training')))]),
      ...(scale === usual ? [] : [named('scale', hole(scale, 'scale'))]),
    ]
    // torch's own takes no leading axes that repeat.
    const isEven = [q, k, v].every((one) => leadingOf(one) === leadingOf(output))
    return {
      value: ([x = none, y = none, z = none, ...biases]) => {
        const bias = biases.reduce<Python | undefined>(
          (sum, next) => (sum === undefined ? next : binary(sum, '+', next)),
          undefined,
        )
        const items = [...(bias === undefined ? [] : [named('attn_mask', bias)]), ...options]
        return call(isEven ? 'F.scaled_dot_product_attention' : 'attention', x, y, z, ...items)
      },
      helpers: isEven ? [] : ['attention'],
    }
  },
  instance_norm: ({ attributes }, { inputs: [x], tables }) => {
    const eps = named('eps', hole(attributes.eps, 'eps'), 1e-5)
    if (!attributes.affine) return pure((input) => call('F.instance_norm', input, eps))
    const channels = measure(fixed(x?.shape[0]), 'channels')
    const norm = normLayer(call('InstanceNorm', channels, eps), attributes, tables)
    return { ...norm, helpers: ['InstanceNorm', ...norm.helpers] }
  },
  batch_norm: ({ attributes }, { inputs: [x], tables }) => {
    const { eps, momentum, affine } = attributes
    const module = call(
      `nn.BatchNorm${rankOf(x)}d`,
      measure(fixed(x?.shape[0]), 'channels'),
      named('eps', hole(eps, 'eps'), 1e-5),
      named('momentum', hole(momentum, 'momentum'), 0.1),
      named('affine', hole(affine, 'affine'), true),
    )
    return affine ? normLayer(module, attributes, tables) : layer(module)
  },
  group_norm: ({ attributes }, { inputs: [x], tables }) => {
    const eps = named('eps', hole(attributes.eps, 'eps'), 1e-5)
    const groups = measure(attributes.groups, 'groups')
    if (!attributes.affine) return pure((input) => call('F.group_norm', input, groups, eps))
    const module = call('nn.GroupNorm', groups, measure(fixed(x?.shape[0]), 'channels'), eps)
    return normLayer(module, attributes, tables)
  },
  layer_norm: ({ attributes }, { inputs: [x], tables }) => {
    const { affine, axis } = attributes
    const extent = measure(fixed(x?.shape[axis]), 'channels')
    const eps = named('eps', hole(attributes.eps, 'eps'), 1e-5)
    const isLast = axis === (x?.shape.length ?? 0) - 1
    if (isLast && affine) return normLayer(call('nn.LayerNorm', extent, eps), attributes, tables)
    if (isLast) return pure((input) => call('F.layer_norm', input, tuple(extent), eps))
    const dim = named('dim', atom(String(axis + leadOf(x))))
    if (!affine) return pure((input) => call('axis_norm', input, dim, eps), ['axis_norm'])
    const norm = normLayer(call('AxisNorm', extent, dim, eps), attributes, tables)
    return { ...norm, helpers: ['AxisNorm', 'axis_norm', ...norm.helpers] }
  },
  relu: rectifier('F.relu'),
  // PyTorch cannot tell signs from the result of a negative slope.
  leaky_relu: ({ attributes: { slope } }, { overwrites }) =>
    pure((x) => call('F.leaky_relu', x, hole(slope, 'slope'), ...inPlace(overwrites && slope >= 0))),
  elu: ({ attributes: { alpha } }) => pure((x) => call('F.elu', x, named('alpha', hole(alpha, 'alpha'), 1))),
  prelu: ({ attributes: { shared, start } }, { inputs: [x] }) => {
    const slopes = named('num_parameters', measure(shared ? 1 : fixed(x?.shape[0]), 'slopes'), 1)
    const module = call('nn.PReLU', slopes, named('init', hole(start, 'start'), 0.25))
    if (leadOf(x) === 1) return layer(module)
    // torch looks for channels on the second axis, after a batch.
    const value = ([input = none]: readonly Python[], self: Python): Python =>
      method(call(self, method(input, 'unsqueeze', atom('0'))), 'squeeze', atom('0'))
    return { module, value, helpers: [] }
  },
  gelu: ({ attributes: { approximate } }) =>
    pure((x) => call('F.gelu', x, ...(approximate === 'tanh' ? [named('approximate', atom('"tanh"'))] : []))),
  sigmoid: of('torch.sigmoid'),
  tanh: of('torch.tanh'),
  silu: of('F.silu'),
  hard_sigmoid: of('F.hardsigmoid'),
  hard_swish: of('F.hardswish'),
  relu6: rectifier('F.relu6'),
  softplus: of('F.softplus'),
  exp: of('torch.exp'),
  log: of('torch.log'),
  sqrt: of('torch.sqrt'),
  rsqrt: of('torch.rsqrt'),
  abs: of('torch.abs'),
  clip: ({ attributes: { min, max } }) =>
    pure((x) =>
      call(
        'torch.clamp',
        x,
        ...(min === 'none' ? [] : [named('min', hole(min, 'least'))]),
        ...(max === 'none' ? [] : [named('max', hole(max, 'greatest'))]),
      ),
    ),
  softmax: ({ attributes: { axis } }, { inputs: [x] }) =>
    pure((input) => call('F.softmax', input, named('dim', dimension(axis, x)))),
  max_pool: ({ attributes }, { inputs: [x] }) => {
    const { kernel, stride, padding, dilation, ceil_mode } = attributes
    return pure((input) =>
      call(
        `F.max_pool${rankOf(x)}d`,
        input,
        hole(perAxis(kernel), 'kernel'),
        ...strideItem(kernel, stride),
        named('padding', hole(perAxis(padding), 'padding'), 0),
        named('dilation', hole(perAxis(dilation), 'dilation'), 1),
        named('ceil_mode', hole(ceil_mode, 'ceil_mode'), false),
      ),
    )
  },
  max_unpool: ({ attributes: { kernel, stride, padding, ceil_mode } }) =>
    pure(
      (values, image) =>
        call(
          'max_unpool',
          values,
          image,
          hole(perAxis(kernel), 'kernel'),
          ...strideItem(kernel, stride),
          named('padding', hole(perAxis(padding), 'padding'), 0),
          named('ceil_mode', hole(ceil_mode, 'ceil_mode'), false),
        ),
      ['max_unpool'],
    ),
  avg_pool: ({ attributes }, { inputs: [x] }) => {
    const { kernel, stride, padding, ceil_mode, count_include_pad } = attributes
    return pure((input) =>
      call(
        `F.avg_pool${rankOf(x)}d`,
        input,
        hole(perAxis(kernel), 'kernel'),
        ...strideItem(kernel, stride),
        named('padding', hole(perAxis(padding), 'padding'), 0),
        named('ceil_mode', hole(ceil_mode, 'ceil_mode'), false),
        named('count_include_pad', hole(count_include_pad, 'count_include_pad'), true),
      ),
    )
  },
  mean: reduction('torch.mean'),
  resize: ({ attributes: { size, scale, mode, align_corners } }, { inputs: [x] }) => {
    const name =
      mode === 'cubic' ? 'bicubic' : (['linear', 'bilinear', 'trilinear'][rankOf(x) - 1] ?? 'linear')
    const isNearest = mode === 'nearest'
    const corners = isNearest ? [] : [named('align_corners', hole(align_corners, 'align_corners'), false)]
    const extent: Item =
      size === 'none'
        ? named('scale_factor', hole(perAxisNumbers(scale === 'none' ? [] : scale), 'scale'))
        : named('size', measure(size.map(fixed), 'size'))
    return pure((input) =>
      call(
        'F.interpolate',
        input,
        extent,
        ...(isNearest ? [] : [named('mode', atom(`"${name}"`))]),
        ...corners,
      ),
    )
  },
  concat: ({ attributes: { axis } }, { inputs }) => ({
    value: (all) =>
      call(
        'torch.cat',
        { kind: 'list', items: all.map((value) => ({ value })) },
        named('dim', dimension(axis, inputs[0])),
      ),
    helpers: [],
  }),
  add: infix('+'),
  sub: infix('-'),
  mul: infix('*'),
  divide: infix('/'),
  maximum: extreme('torch.maximum'),
  minimum: extreme('torch.minimum'),
  sum: () => ({
    value: (all) => all.slice(1).reduce((left, right) => binary(left, '+', right), all[0] ?? none),
    helpers: [],
  }),
  scale: ({ attributes: { factor } }) => pure((x) => binary(x, '*', hole(factor, 'factor'))),
  pad: ({ attributes: { low, high, mode, value } }, { inputs: [x] }) => {
    const sides = low.map((one, axis) => [fixed(one), fixed(high[axis])] as const)
    const isConstant = mode === 'constant'
    if (isConstant)
      return pure((input) => call('F.pad', input, padsOf(sides), named('value', hole(value, 'value'), 0)))
    return pure((input) => {
      const padded = (image: Python): Python =>
        call('F.pad', image, padsOf(sides), named('mode', atom(`"${mode}"`)))
      // torch mirrors behind a batch alone.
      return leadOf(x) === 1
        ? padded(input)
        : method(padded(method(input, 'unsqueeze', atom('0'))), 'squeeze', atom('0'))
    })
  },
  slice: ({ attributes: { axis, start, end, step } }, { inputs: [x] }) => {
    const before = Array.from({ length: axis + leadOf(x) }, (): Python => ({ kind: 'slice' }))
    const isWhole = sameDim(end, x?.shape[axis])
    const place: Python = {
      kind: 'slice',
      ...(fixed(start) === 0 ? {} : { start: hole(fixed(start), 'start') }),
      ...(isWhole ? {} : { end: hole(fixed(end), 'end') }),
      ...(step === 1 ? {} : { step: hole(step, 'step') }),
    }
    return pure((value) => ({ kind: 'index', value, places: [...before, place] }))
  },
  shift: ({ attributes: { axis, offsets } }, { inputs: [x] }) =>
    pure(
      (input) => call('shift', input, hole(offsets, 'offsets'), named('dim', dimension(axis, x))),
      ['Shift', 'shift'],
    ),
  roll: ({ attributes: { axis, offset } }, { inputs: [x] }) =>
    pure((input) => call('torch.roll', input, hole(offset, 'offset'), named('dims', dimension(axis, x)))),
  grid_sample: ({ attributes: { mode, padding, align_corners } }, { inputs: [x, grid] }) => {
    const isPlain = x === undefined || grid === undefined || leadingAxes(x.shape, grid.shape) === 0
    return {
      value: (inputs) =>
        call(
          isPlain ? 'F.grid_sample' : 'grid_sample',
          ...inputs,
          ...(mode === 'nearest' ? [named('mode', atom('"nearest"'))] : []),
          ...(padding === 'zeros' ? [] : [named('padding_mode', atom(`"${padding}"`))]),
          named('align_corners', atom(align_corners ? 'True' : 'False')),
        ),
      helpers: isPlain ? [] : ['grid_sample'],
    }
  },
  gather: ({ attributes: { axis, indices } }, { inputs: [x], tables }) => ({
    module: call('Lookup', tableCode(tables, indices), named('dim', dimension(axis, x))),
    value: ([input = none], module) => call(module, input),
    helpers: ['Lookup'],
  }),
  reshape: ({ attributes: { shape } }, { inputs: [x] }) =>
    pure((input) =>
      method(
        input,
        'reshape',
        ...(leadOf(x) === 1 ? [atom('-1')] : []),
        ...shape.map((extent) => measure(fixed(extent), 'extent')),
      ),
    ),
  permute: ({ attributes: { order } }, { inputs: [x] }) => {
    const lead = leadOf(x)
    const axes = [...(lead === 1 ? [0] : []), ...order.map((axis) => axis + lead)]
    return pure((input) => method(input, 'permute', ...axes.map((axis) => atom(String(axis)))))
  },
  reduce_sum: reduction('torch.sum'),
  reduce_max: reduction('torch.amax'),
  reduce_min: reduction('torch.amin'),
  variance: ({ attributes: { axes, keep, unbiased } }, { inputs: [x] }) =>
    pure((input) =>
      axes.length === 0
        ? call('torch.zeros_like', input)
        : call(
            'torch.var',
            input,
            named('dim', dimensions(axes, x)),
            named('correction', atom(unbiased ? '1' : '0')),
            named('keepdim', hole(keep, 'keep'), false),
          ),
    ),
  scan: ({ attributes: { axis, reverse } }, { inputs: [a] }) =>
    pure(
      (left, right) =>
        call(
          'scan',
          left,
          right,
          named('dim', dimension(axis, a)),
          ...(reverse ? [named('reverse', atom('True'))] : []),
        ),
      ['scan'],
    ),
  conv_with: ({ attributes: { stride, padding, dilation, groups } }, { inputs: [x] }) => {
    const even = padding.every(([low, high]) => low === high)
    return pure((input, weight) =>
      call(
        `F.conv${rankOf(x)}d`,
        even ? input : call('F.pad', input, padsOf(padding)),
        weight,
        named('stride', hole(perAxis(stride), 'stride'), 1),
        named('padding', hole(even ? perAxis(padding.map(([low]) => low)) : 0, 'padding'), 0),
        named('dilation', hole(perAxis(dilation), 'dilation'), 1),
        named('groups', measure(groups, 'groups'), 1),
      ),
    )
  },
  dropout: ({ attributes: { rate } }) =>
    pure((x) => call('F.dropout', x, hole(rate, 'rate'), atom('self.training'))),
  gaussian_noise: ({ attributes: { std } }) =>
    pure((x) => call('gaussian_noise', x, hole(std, 'std'), atom('self.training')), ['gaussian_noise']),
}

const none = atom('None')

/** An operator without parameters. */
function pure(value: (x: Python, y: Python) => Python, helpers: readonly HelperName[] = []): Lowered {
  return { value: ([x = none, y = none]) => value(x, y), helpers }
}

/** A module that is called with its input. */
const layer = (module: Python, helpers: readonly HelperName[] = []): Lowered => ({
  module,
  value: (inputs, self) => call(self, ...inputs),
  helpers,
})

function of(callee: string): () => Lowered {
  return () => ({ value: (inputs) => call(callee, ...inputs), helpers: [] })
}

function rectifier(callee: string): (node: unknown, around: Surroundings) => Lowered {
  return (_, { overwrites }) => pure((x) => call(callee, x, ...inPlace(overwrites)))
}

const inPlace = (overwrites: boolean): readonly Item[] => (overwrites ? [named('inplace', atom('True'))] : [])

function infix(operator: string): () => Lowered {
  return () => pure((a, b) => binary(a, operator, b))
}

interface Reduction {
  readonly attributes: { readonly axes: readonly number[]; readonly keep: boolean }
}

function reduction(callee: string): (node: Reduction, around: Surroundings) => Lowered {
  return ({ attributes: { axes, keep } }, { inputs: [x] }) =>
    pure((input) =>
      // torch takes no axes for all of them.
      axes.length === 0
        ? input
        : call(callee, input, named('dim', dimensions(axes, x)), named('keepdim', hole(keep, 'keep'), false)),
    )
}

/** torch takes tensors alone here. */
function extreme(callee: string): (node: unknown, around: Surroundings) => Lowered {
  return (_, { inputs }) => {
    const mayBeNumber = inputs.some(({ shape, batched }) => !batched && shape.length === 1 && shape[0] === 1)
    if (!mayBeNumber) return { value: (operands) => call(callee, ...operands), helpers: [] }
    return {
      value: (operands) => call(callee, { kind: 'star', value: call('tensors', ...operands) }),
      helpers: ['tensors'],
    }
  }
}

// ---------------------------------------------------------------- numbers

const leadOf = (type: TensorType | undefined): 0 | 1 => (type?.batched === true ? 1 : 0)
const rankOf = (type: TensorType | undefined): number => (type?.shape.length ?? 1) - 1

/** The axes before rows and features, the batch among them, as text. */
const leadingOf = (type: TensorType | undefined): string =>
  [leadOf(type), ...(type?.shape ?? []).slice(0, -2).map(formatDim)].join(' ')

/** Free extents are settled before a network is written. */
function fixed(dim: Dim | undefined): number {
  if (typeof dim !== 'number') throw new Error('a free extent')
  return dim
}

const sameDim = (a: Dim, b: Dim | undefined): boolean => a === b

/** One number where all axes have the same. */
const perAxis = (values: PerAxis): Literal => perAxisNumbers(values)
function perAxisNumbers(values: readonly number[]): Literal {
  const [first = 0] = values
  return values.every((one) => one === first) ? first : values
}

const dimension = (axis: number, type: TensorType | undefined): Python => atom(String(axis + leadOf(type)))
const dimensions = (axes: readonly number[], type: TensorType | undefined): Python =>
  atom(literalText(axes.map((axis) => axis + leadOf(type))))

/** A pool's stride, where it is not the kernel. */
const strideItem = (kernel: PerAxis, stride: PerAxis): readonly Item[] =>
  kernel.join() === stride.join() ? [] : [named('stride', hole(perAxis(stride), 'stride'))]

/** `F.pad` counts from the last axis. */
const padsOf = (sides: readonly (readonly [low: number, high: number])[]): Python =>
  measure([...sides].reverse().flat(), 'pads')

/** A norm begins as the identity unless it is told otherwise. */
function normLayer(
  module: Python,
  { init, bias_init }: { readonly init?: InitTerm; readonly bias_init?: InitTerm },
  tables: Tables,
): Lowered {
  const plain: Beginnings = { module, helpers: [] }
  const weighted = init === undefined ? plain : around('with_weight', plain, init, tables)
  const begun = bias_init === undefined ? weighted : around('with_bias', weighted, bias_init, tables)
  return layer(begun.module, begun.helpers)
}
