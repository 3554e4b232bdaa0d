// Random small networks that compile, as lines of Weft: every operator with random attributes, biased towards what the passes of a backend
// look for. What does not compile is left out line by line, so the shape rules are the compiler's own.
import { check } from '../../src/compiler/compile.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import type { Dim } from '../../src/compiler/ir/tensor.ts'
import type { Random } from './random.ts'

/** The lines within the network; each `let` comes after what it reads. */
export type Lines = readonly string[]

/** The lines as a spec. */
export function textOf(lines: Lines): string {
  return `network Net {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`
}

/** The graph of lines without an error. */
export function graphOfLines(lines: Lines): Graph | undefined {
  const text = textOf(lines)
  const { graphs, diagnostics } = check('spec.weft', {
    read: (path) => (path === 'spec.weft' ? text : undefined),
  })
  return diagnostics.some(({ severity }) => severity === 'error') ? undefined : graphs[0]
}

/** A named tensor that later lines may read. */
interface Value {
  readonly name: string
  readonly shape: readonly Dim[]
}

/** Numbers in a tensor; more would make the reference slow. */
const greatestSize = 8000

/** Of the few networks whose volumes are large enough for Winograd's form. */
const greatestSizeOfLarge = 40_000

/** Lines that compile, with one output at least. */
export function generateNetwork(random: Random): Lines {
  const isLarge = random.chance(0.15)
  const greatest = isLarge ? greatestSizeOfLarge : greatestSize
  const isFree = !isLarge && random.chance(0.2)
  let lines: string[] = isLarge ? [largeVolume(random)] : declarations(random, isFree)
  let values = valuesOf(lines) ?? []
  const wanted = 2 + random.below(8)
  for (let tries = 0, at = 0; at < wanted && tries < 60; tries += 1) {
    const isFirst = isLarge && at === 0
    const added = [
      ...lines,
      ...(isFirst ? [`let t0 = x0 -> ${winograd(random)}`] : statement(random, values, at)),
    ]
    const known = valuesOf(added)
    if (known === undefined || known.some((value) => sizeOf(value) > greatest)) continue
    ;[lines, values, at] = [added, known, at + 1]
  }
  return [...lines, ...outputs(random, values)]
}

/** Free extents count as the least that they can be. */
const sizeOf = ({ shape }: Value): number =>
  shape.reduce<number>((all, dim) => all * (typeof dim === 'number' ? dim : 4), 1)

/** Every named tensor with its shape; undefined where the lines do not compile. */
function valuesOf(lines: Lines): readonly Value[] | undefined {
  const names = lines.flatMap((line) => /^(?:let|input) ([tx]\d+)/.exec(line)?.[1] ?? [])
  const graph = graphOfLines([...lines, ...names.map((name) => `output out_${name} = ${name}`)])
  return graph?.outputs.map(({ name, node }) => ({
    name: name.slice('out_'.length),
    shape: graph.nodes[node]?.type.shape ?? [],
  }))
}

function declarations(random: Random, isFree: boolean): string[] {
  const rank = random.pick([1, 2, 2, 3, 3, 3])
  const extent = (name: string): string => {
    if (isFree && random.chance(0.7)) return `dim("${name}", multiple = 4)`
    return `${random.pick(rank === 3 ? [2, 4, 4, 5, 6, 8, 12] : [1, 2, 3, 4, 6, 7, 8, 9])}`
  }
  const spatial = ['D', 'H', 'W'].slice(3 - rank).map(extent)
  return Array.from({ length: 1 + random.below(2) }, (_, at) => {
    const channels = random.pick([1, 2, 3, 4, 5, 6, 16, 16, 32])
    return `input x${at}: [${[channels, ...spatial].join(', ')}]`
  })
}

/** Whole blocks of channels, an even depth, and 512 voxels at least: what Winograd's form asks for. */
function largeVolume(random: Random): string {
  const extents = [random.pick([8, 10, 12]), random.pick([8, 11]), random.pick([8, 10, 11])]
  return `input x0: [16, ${extents.join(', ')}]`
}

function outputs(random: Random, values: readonly Value[]): string[] {
  const last = values.at(-1)?.name ?? 'x0'
  const others = values.filter(() => random.chance(0.25))
  const more = others.map(({ name }, at) => `${random.chance(0.4) ? 'aux ' : ''}output more${at} = ${name}`)
  return [`output y = ${last}`, ...more]
}

// ---------------------------------------------------------------- statements

/** One line more, or a few that belong together; `at` makes their names unique. */
function statement(random: Random, values: readonly Value[], at: number): string[] {
  const x = pickValue(random, values)
  if (random.chance(0.1)) return shared(random, values, at)
  if (random.chance(0.1)) return table(random, x, at)
  if (random.chance(0.3)) return [`let t${at} = ${several(random, values, x)}`]
  return [`let t${at} = ${x.name} -> ${chain(random, x)}`]
}

/** The newest ones more often, so that networks get deep. */
function pickValue(random: Random, values: readonly Value[]): Value {
  const at = random.chance(0.6) ? values.length - 1 : random.below(values.length)
  return values[at] ?? { name: 'x0', shape: [1, 1] }
}

/** One block that is applied to two tensors. */
function shared(random: Random, values: readonly Value[], at: number): string[] {
  const [x, other] = [pickValue(random, values), pickValue(random, values)]
  const block = `share let b${at} = ${chain(random, x)}`
  const tail = random.chance(0.5) ? ' -> batch_norm' : ''
  const again = `${alike(random, values, x).name} -> b${at}${random.chance(0.5) ? ' -> batch_norm' : ''}`
  return [
    block,
    `let t${at}00 = ${x.name} -> b${at}${tail}`,
    `let t${at}01 = ${random.chance(0.8) ? again : `${other.name} -> b${at}`}`,
  ]
}

/** A learned tensor without batch, alone or combined with another. */
function table(random: Random, { name, shape }: Value, at: number): string[] {
  const extents = shape.map((dim) => (typeof dim === 'number' && random.chance(0.7) ? dim : 1))
  const own = extents.slice(random.chance(0.3) ? random.below(extents.length) : 0)
  const made = `let t${at}00 = parameter([${own.join(', ')}])`
  const changed = random.chance(0.3) ? ` -> ${chain(random, { name, shape: own })}` : ''
  const operator = random.pick(['add', 'mul', 'matmul', 'concat'])
  const operands = random.chance(0.5) ? `${name}, t${at}00` : `t${at}00, ${name}`
  return [`${made}${changed}`, `let t${at}01 = ${operator}(${operands})`]
}

/** Tensors of the same extents but the channels, most likely. */
function alike(random: Random, values: readonly Value[], { shape }: Value): Value {
  const extents = (one: Value): string => JSON.stringify(one.shape.slice(1))
  const same = values.filter((one) => extents(one) === JSON.stringify(shape.slice(1)))
  return pickValue(random, random.chance(0.9) && same.length > 0 ? same : values)
}

/** What reads several tensors. */
function several(random: Random, values: readonly Value[], x: Value): string {
  const other = (): string => {
    const { name } = alike(random, values, x)
    return random.chance(0.3) ? `(${name} -> ${chain(random, x)})` : name
  }
  const pair = random.chance(0.5) ? `${x.name}, ${other()}` : `${other()}, ${x.name}`
  const list = [x.name, ...Array.from({ length: random.below(4) }, other)].join(', ')
  switch (random.below(16)) {
    case 10:
      return `${random.pick(['sub', 'maximum', 'minimum'])}(${pair})`
    case 11:
      // Factors below 1, so that nothing grows along the axis.
      return `scan(${x.name} -> sigmoid, ${other()}, axis = ${axis(random, x)}, reverse = ${random.chance(0.5)})`
    case 12:
      return `attention(${x.name}, ${other()}, ${other()})`
    case 13:
      return convWith(random, x)
    case 14:
      return sampled(random, x)
    case 15:
      // The places are those of an input: of what was computed, rounding could decide which is the greatest.
      return `max_unpool(x0 -> max_pool(2) -> ${random.pick(['tanh', 'scale(2)'])}, x0, 2)`
    case 0:
      return `add(${pair})`
    case 1:
      return `mul(${pair})`
    case 2:
      return `matmul(${pair}${random.chance(0.6) ? ', transpose_b = true' : ''})`
    case 3:
      return `sum(${list})`
    case 4:
      return `${random.pick(['crop_like', 'resize_like', 'image_like'])}(${pair})`
    case 5:
      return `concat(concat(${list}), ${other()})${random.chance(0.7) ? ` -> ${reader(random, x)}` : ''}`
    case 6:
      return `concat(${list}, axis = ${axis(random, x)})`
    default:
      return `concat(${list}) -> ${reader(random, x)}`
  }
}

/** By a weight that is learned as a table. */
function convWith(random: Random, x: Value): string {
  const rank = rankOf(x)
  const kernel = random.pick([1, 2, 3])
  const own = typeof x.shape[0] === 'number' ? x.shape[0] : 1
  const weight = `parameter([${[channels(random), own, ...Array<number>(rank).fill(kernel)].join(', ')}])`
  return call(random, 'conv_with', [x.name, weight], [['stride', perAxis(random, rank, [1, 2])]])
}

/** At places around the image, which the image decides; they move without a jump. */
function sampled(random: Random, x: Value): string {
  const rank = rankOf(x)
  const axes = Array.from({ length: rank }, (_, at) => at + 1)
  const grid = `${x.name} -> conv(${rank}, 1) -> tanh -> scale(1.2) -> permute([${axes.join(', ')}, 0])`
  const padding = random.pick(['zeros', 'border', 'reflection'])
  return call(
    random,
    'grid_sample',
    [x.name, grid],
    [
      ['padding', padding],
      ['align_corners', true],
    ],
  )
}

/** What passes look for behind a concat. */
function reader(random: Random, x: Value): string {
  return random.pick([fused(random, x), winograd(random), conv(random, x), chain(random, x)])
}

/** Several operators one after the other. */
function chain(random: Random, x: Value): string {
  const rank = x.shape.length - 1
  const upsampled = (): string => `max_pool(2) -> ${convTranspose(random, x)}`
  const makers: readonly [() => string, ...(() => string)[]] = [
    () => operator(random, x),
    () => operator(random, x),
    () => operator(random, x),
    () => operator(random, x),
    () => `${conv(random, x)} -> ${norm(random)}`,
    () => `${conv(random, x)} -> dropout(0.5) -> ${operator(random, x)}`,
    () => `${convTranspose(random, x)} -> ${norm(random)}`,
    upsampled,
    ...(rank === 3 ? [upsampled, () => fused(random, x), () => winograd(random)] : []),
  ]
  return random.pick(makers)()
}

// ---------------------------------------------------------------- operators

type Setting = readonly [name: string, value: string | number | boolean]

/** Arguments, of which those in brackets of chance are left out. */
function call(
  random: Random,
  name: string,
  first: readonly (string | number)[],
  more: readonly Setting[],
): string {
  const chosen = more.filter(() => random.chance(0.4)).map(([key, value]) => `${key} = ${value}`)
  const all = [...first, ...chosen]
  return all.length === 0 ? name : `${name}(${all.join(', ')})`
}

/** One number for all axes, or one for each. */
function perAxis(random: Random, rank: number, choices: readonly [number, ...number[]]): string {
  if (random.chance(0.5)) return `${random.pick(choices)}`
  return `[${Array.from({ length: rank }, () => random.pick(choices)).join(', ')}]`
}

const rankOf = ({ shape }: Value): number => Math.max(1, shape.length - 1)
const channels = (random: Random): number => random.pick([1, 2, 3, 4, 6, 6, 16])
const axis = (random: Random, { shape }: Value): number => random.below(shape.length)

function groups(random: Random, { shape: [extent] }: Value): number {
  return random.chance(0.5) && typeof extent === 'number' ? extent : random.pick([2, 3, 4])
}

function conv(random: Random, x: Value): string {
  const rank = rankOf(x)
  const padding = random.pick([
    'same',
    'valid',
    'half',
    perAxis(random, rank, [0, 1, 2]),
    `[${Array.from({ length: rank }, () => `[${random.below(3)}, ${random.below(3)}]`).join(', ')}]`,
  ])
  return call(
    random,
    'conv',
    [channels(random), perAxis(random, rank, [1, 2, 3, 3, 5])],
    [
      ['stride', perAxis(random, rank, [1, 1, 2, 3])],
      ['padding', padding],
      ['dilation', perAxis(random, rank, [1, 1, 2])],
      ['groups', groups(random, x)],
      ['bias', random.chance(0.5)],
    ],
  )
}

function convTranspose(random: Random, x: Value): string {
  const rank = rankOf(x)
  const kernel = perAxis(random, rank, [1, 2, 2, 3])
  const stride = random.chance(0.7) ? kernel : perAxis(random, rank, [1, 2, 3])
  return call(
    random,
    'conv_transpose',
    [channels(random), kernel, `stride = ${stride}`],
    [
      ['padding', perAxis(random, rank, [0, 0, 1])],
      ['output_padding', perAxis(random, rank, [0, 0, 1])],
      ['dilation', perAxis(random, rank, [1, 1, 2])],
      ['groups', groups(random, x)],
      ['bias', random.chance(0.5)],
    ],
  )
}

/** Shift along the depth and a convolution that is flat along it. */
function fused(random: Random, x: Value): string {
  const padding: readonly Setting[] = [
    ['padding', random.pick(['[0, 1, 1]', '[0, 0, 2]', '[0, [1, 0], [0, 2]]'])],
  ]
  const flat = call(
    random,
    'conv',
    [channels(random), random.pick(['[1, 3, 3]', '[1, 3, 3]', '[1, 1, 1]', '[1, 2, 3]'])],
    [
      ['stride', perAxis(random, 3, [1, 2, 3])],
      ...padding,
      ['dilation', perAxis(random, 3, [1, 2])],
      ['groups', groups(random, x)],
      ['bias', random.chance(0.5)],
    ],
  )
  const tail = random.pick(['', '', ' -> relu', ' -> instance_norm', ' -> batch_norm', ' -> dropout(0.1)'])
  return `shift(depth, offsets = ${offsets(random)}) -> ${flat}${tail}`
}

const offsets = (random: Random): string =>
  random.pick(['[-1, 0, 1]', '[-2, -1, 0, 1, 2]', '[1]', '[0, 3]', '[-9, 9, 0]', '[0]', '[2, -1]'])

/** A cube of three taps with whole blocks of channels. */
function winograd(random: Random): string {
  const cube = call(
    random,
    'conv',
    [random.pick([16, 16, 32]), 3],
    [
      ['stride', random.pick(['[1, 2, 2]', '[1, 1, 3]'])],
      ['padding', random.pick(['[1, 0, 0]', '[1, 2, [0, 1]]', '1'])],
      ['dilation', random.pick(['[1, 2, 2]', '[1, 1, 2]'])],
      ['bias', random.chance(0.5)],
    ],
  )
  const before = random.pick([
    '',
    '',
    'conv(16, 1) -> ',
    'conv_transpose(16, [1, 2, 2], stride = [1, 2, 2]) -> ',
  ])
  const tail = random.pick([
    '',
    '',
    ' -> instance_norm',
    ' -> batch_norm',
    ' -> dropout(0.1) -> instance_norm',
  ])
  return `${before}${cube}${tail}`
}

function norm(random: Random): string {
  const name = random.pick(['batch_norm', 'batch_norm', 'instance_norm'])
  return call(
    random,
    name,
    [],
    [
      ['eps', random.pick([0.01, 0.001])],
      ['affine', random.chance(0.5)],
    ],
  )
}

function operator(random: Random, x: Value): string {
  const rank = rankOf(x)
  const maker = random.pick<(random: Random, x: Value, rank: number) => string>([
    conv,
    convTranspose,
    (at) => norm(at),
    moved,
    moved,
    moved,
    pooled,
    pooled,
    resized,
    activation,
    activation,
    (at) => call(at, 'linear', [at.pick([1, 3, 5])], [['bias', false]]),
    (at) =>
      call(
        at,
        'group_norm',
        [groups(at, x)],
        [
          ['affine', false],
          ['eps', 0.01],
        ],
      ),
    (at) =>
      call(
        at,
        'layer_norm',
        [],
        [
          ['affine', false],
          ['axis', axis(at, x)],
          ['eps', 0.01],
        ],
      ),
  ])
  return maker(random, x, rank)
}

function activation(random: Random, x: Value): string {
  return random.pick([
    'relu',
    'leaky_relu(0.1)',
    'elu(0.5)',
    'prelu',
    'prelu(shared = false)',
    'gelu',
    'gelu(approximate = tanh)',
    'sigmoid',
    'tanh',
    'silu',
    'hard_swish',
    'hard_sigmoid',
    'relu6',
    'softplus',
    'abs',
    'clip(-0.5, 1)',
    'softmax',
    `softmax(axis = ${axis(random, x)})`,
    'scale(-0.5)',
    'dropout(0.2)',
  ])
}

function pooled(random: Random, x: Value, rank: number): string {
  const settings: readonly Setting[] = [
    ['stride', perAxis(random, rank, [1, 2, 3])],
    ['padding', perAxis(random, rank, [0, 1])],
    ['ceil_mode', true],
  ]
  const kernel = perAxis(random, rank, [1, 2, 2, 3, 4])
  switch (random.below(4)) {
    case 3:
      return `adaptive_${random.pick(['avg', 'max'])}_pool(${perAxis(random, rank, [1, 2, 3, 5])})`
    case 0:
      return call(random, 'max_pool', [kernel], [...settings, ['dilation', perAxis(random, rank, [1, 2])]])
    case 1:
      return call(random, 'avg_pool', [kernel], [...settings, ['count_include_pad', false]])
    default:
      return call(
        random,
        random.pick(['mean', 'mean', 'reduce_sum', 'reduce_max', 'reduce_min', 'variance']),
        [],
        [
          [
            'axes',
            `[${x.shape
              .map((_, at) => at)
              .filter(() => random.chance(0.5))
              .join(', ')}]`,
          ],
          ['keep', random.chance(0.5)],
        ],
      )
  }
}

function resized(random: Random, _: Value, rank: number): string {
  const by = random.chance(0.5)
    ? `scale = ${perAxis(random, rank, [0.5, 0.7, 1, 1.1, 1.5, 2, 2, 3])}`
    : `size = [${Array.from({ length: rank }, () => 1 + random.below(9)).join(', ')}]`
  const mode = random.pick([
    '',
    '',
    ', mode = linear',
    ', mode = linear, align_corners = true',
    ', mode = cubic',
    ', mode = cubic, align_corners = true',
  ])
  return `resize(${by}${mode})`
}

/** Operators that move elements. */
function moved(random: Random, x: Value, rank: number): string {
  const order = shuffled(
    random,
    x.shape.map((_, at) => at),
  )
  const along = axis(random, x)
  switch (random.below(14)) {
    case 9:
      return `flip(${along})`
    case 10:
      return `tile(${random.pick([1, 2, 3])}, axis = ${along})`
    case 11:
      return `${random.pick(['pixel_shuffle', 'pixel_unshuffle'])}(${perAxis(random, rank, [1, 2, 2])})`
    case 12:
      return `gather(${random.pick(['[0]', '[1, 0]', '[0, 0, 1]', '[[1, 0], [0, 1]]'])}, axis = ${along})`
    case 13:
      return `pad(${perAxis(random, rank, [0, 1, 2])}, ${perAxis(random, rank, [0, 1])}, mode = ${random.pick(['reflect', 'replicate'])})`
    case 0:
      return `permute([${order.join(', ')}])`
    case 1:
      return random.pick(['tokens', 'flatten', `flatten(start = ${along})`, 'reshape([-1])'])
    case 2:
      return `roll(axis = ${along}, offset = ${random.below(9) - 4})`
    case 3:
      return call(
        random,
        'slice',
        [`axis = ${along}`],
        [
          ['start', random.pick([1, -2, -1])],
          ['end', random.pick([2, -1])],
          ['step', random.pick([2, 3])],
        ],
      )
    case 4:
      return call(
        random,
        'pad',
        [],
        [
          ['low', perAxis(random, rank, [0, 1, 2])],
          ['high', perAxis(random, rank, [0, 1, 3])],
          ['value', random.pick([-1, 0.5])],
        ],
      )
    case 5:
      return `crop(${perAxis(random, rank, [0, 1])}, ${perAxis(random, rank, [0, 1])})`
    case 6:
      return `split(parts = ${random.pick([2, 3])}) -> concat`
    case 7:
      return `reshape([${shuffled(random, x.shape)
        .filter((dim) => typeof dim === 'number')
        .join(', ')}])`
    default:
      return `shift(axis = ${Math.max(1, along)}, offsets = ${offsets(random)})`
  }
}

function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
