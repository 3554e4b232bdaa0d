// What checkpoints of the official implementations list, made from their published structure: names with shapes, duplicates included.
// Written apart from the maps, so that the two can disagree.

export interface Listed {
  readonly name: string
  readonly dtype: 'F32' | 'I64'
  readonly shape: readonly number[]
}

type Extents = readonly number[]

const f32 = (name: string, shape: Extents): Listed => ({ name, dtype: 'F32', shape })
const conv = (name: string, out: number, into: number, kernel: Extents, bias = true): Listed[] => [
  f32(`${name}.weight`, [out, into, ...kernel]),
  ...(bias ? [f32(`${name}.bias`, [out])] : []),
]
/** The bias of a transposed convolution has the channels that come out, its weight begins with those that go in. */
const up = (name: string, into: number, out: number, kernel: Extents, bias: boolean): Listed[] => [
  f32(`${name}.weight`, [into, out, ...kernel]),
  ...(bias ? [f32(`${name}.bias`, [out])] : []),
]
const norm = (name: string, c: number): Listed[] => [f32(`${name}.weight`, [c]), f32(`${name}.bias`, [c])]
const batchNorm = (name: string, c: number): Listed[] => [
  ...norm(name, c),
  f32(`${name}.running_mean`, [c]),
  f32(`${name}.running_var`, [c]),
  { name: `${name}.num_batches_tracked`, dtype: 'I64', shape: [] },
]
const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const widths = (base: number, most: number, n: number): number[] =>
  count(n).map((i) => Math.min(base * 2 ** i, most))
/** Of lists that are known to be long enough. */
const at = <T>(items: readonly T[], i: number): T => {
  const item = items[i]
  if (item === undefined) throw new Error(`no item ${i} of ${items.length}`)
  return item
}

export interface Plan {
  readonly base: number
  readonly most: number
  readonly classes: number
  /** Between the levels. */
  readonly pools: readonly Extents[]
  /** One per level. */
  readonly kernels: readonly Extents[]
}

// ---------------------------------------------------------------- nnU-Net version 1 and what was built on it

const block = (name: string, out: number, into: number, kernel: Extents): Listed[] => [
  ...conv(`${name}.conv`, out, into, kernel),
  ...norm(`${name}.instnorm`, out),
]

/** All levels of two convolutions; the last is two stacks of one. */
function context({ base, most, pools, kernels }: Plan): Listed[] {
  const c = widths(base, most, pools.length + 1)
  return c.flatMap((out, i) => {
    const into = i === 0 ? 1 : at(c, i - 1)
    const names = i < pools.length ? ['blocks.0', 'blocks.1'] : ['0.blocks.0', '1.blocks.0']
    return names.flatMap((part, k) =>
      block(`conv_blocks_context.${i}.${part}`, out, k === 0 ? into : out, at(kernels, i)),
    )
  })
}

export function genericUNet(plan: Plan): Listed[] {
  const { pools, kernels, classes } = plan
  const depth = pools.length
  const c = widths(plan.base, plan.most, depth + 1)
  const decoder = count(depth).flatMap((u) => {
    const i = depth - 1 - u
    return [
      ...block(`conv_blocks_localization.${u}.0.blocks.0`, at(c, i), 2 * at(c, i), at(kernels, i + 1)),
      ...block(`conv_blocks_localization.${u}.1.blocks.0`, at(c, i), at(c, i), at(kernels, i + 1)),
      ...up(`tu.${u}`, at(c, i + 1), at(c, i), at(pools, i), false),
      ...conv(
        `seg_outputs.${u}`,
        classes,
        at(c, i),
        at(kernels, 0).map(() => 1),
        false,
      ),
    ]
  })
  return [...context(plan), ...decoder]
}

/** UNet++ in 3D, on the encoder of nnU-Net. */
export function genericUNetPlusPlus(plan: Plan): Listed[] {
  return [
    ...context(plan),
    ...latticeNodes(
      plan,
      (i, j, c) => at(c, i) * (j + 1),
      () => 2,
    ),
    ...count(plan.pools.length).flatMap((k) =>
      conv(`seg_outputs.${k}`, plan.classes, plan.base, [1, 1, 1], false),
    ),
  ]
}

/** E2ENet: three sources per node, two convolutions on the last diagonal only. */
export function e2enet(plan: Plan): Listed[] {
  const c = widths(plan.base, plan.most, plan.pools.length + 1)
  return [
    ...context(plan),
    ...latticeNodes(
      plan,
      (i) => 2 * at(c, i) + (i > 0 ? at(c, i - 1) : 0),
      (z) => (z === 0 ? 2 : 1),
    ),
    ...count(plan.pools.length - 1).flatMap((k) =>
      conv(`seg_outputs.${k}`, plan.classes, at(c, k), [1, 1, 1], false),
    ),
  ]
}

function latticeNodes(
  { base, most, pools, kernels }: Plan,
  fused: (i: number, j: number, c: readonly number[]) => number,
  convs: (z: number) => number,
): Listed[] {
  const depth = pools.length
  const c = widths(base, most, depth + 1)
  return count(depth).flatMap((z) =>
    count(depth - z).flatMap((u) => {
      const i = depth - 1 - z - u
      const out = at(c, i)
      return [
        ...count(convs(z)).flatMap((k) =>
          block(`loc${z}.${u}.${k}.blocks.0`, out, k === 0 ? fused(i, u + 1, c) : out, at(kernels, i + 1)),
        ),
        ...up(`up${z}.${u}`, at(c, i + 1), out, at(pools, i), false),
      ]
    }),
  )
}

// ---------------------------------------------------------------- nnU-Net version 2

/** A convolution and its norm are listed once more, in the order in which they are applied. */
const twice = (name: string, out: number, into: number, kernel: Extents, bias = true): Listed[] => [
  ...conv(`${name}.conv`, out, into, kernel, bias),
  ...norm(`${name}.norm`, out),
  ...conv(`${name}.all_modules.0`, out, into, kernel, bias),
  ...norm(`${name}.all_modules.1`, out),
]

/** The decoder lists the whole encoder once more. */
function withDecoder(encoder: readonly Listed[], plan: Plan, convs: number): Listed[] {
  const { pools, kernels, classes } = plan
  const depth = pools.length
  const c = widths(plan.base, plan.most, depth + 1)
  const decoder = count(depth).flatMap((u) => {
    const i = depth - 1 - u
    return [
      ...count(convs).flatMap((k) =>
        twice(`decoder.stages.${u}.convs.${k}`, at(c, i), k === 0 ? 2 * at(c, i) : at(c, i), at(kernels, i)),
      ),
      ...up(`decoder.transpconvs.${u}`, at(c, i + 1), at(c, i), at(pools, i), true),
      ...conv(
        `decoder.seg_layers.${u}`,
        classes,
        at(c, i),
        at(kernels, 0).map(() => 1),
      ),
    ]
  })
  return [...encoder, ...decoder, ...encoder.map((one) => ({ ...one, name: `decoder.${one.name}` }))]
}

export function plainConvUNet(plan: Plan): Listed[] {
  const c = widths(plan.base, plan.most, plan.pools.length + 1)
  const encoder = c.flatMap((out, i) =>
    [i === 0 ? 1 : at(c, i - 1), out].flatMap((into, k) =>
      twice(`encoder.stages.${i}.0.convs.${k}`, out, into, at(plan.kernels, i)),
    ),
  )
  return withDecoder(encoder, plan, 2)
}

export function residualEncoderUNet(plan: Plan, blocks: readonly number[]): Listed[] {
  const c = widths(plan.base, plan.most, plan.pools.length + 1)
  const ones = at(plan.kernels, 0).map(() => 1)
  const stages = c.flatMap((out, i) =>
    count(at(blocks, i)).flatMap((k) => {
      const into = k === 0 && i > 0 ? at(c, i - 1) : out
      const name = `encoder.stages.${i}.blocks.${k}`
      // A strided skip averages first, so its convolution is the second.
      const strided = k === 0 && i > 0 && at(plan.pools, i - 1).some((stride) => stride > 1)
      return [
        ...twice(`${name}.conv1`, out, into, at(plan.kernels, i)),
        ...twice(`${name}.conv2`, out, out, at(plan.kernels, i)),
        ...(into === out ? [] : twice(`${name}.skip.${strided ? 1 : 0}`, out, into, ones, false)),
      ]
    }),
  )
  return withDecoder([...twice('encoder.stem.convs.0', at(c, 0), 1, at(plan.kernels, 0)), ...stages], plan, 1)
}

// ---------------------------------------------------------------- others

export function nestedUNet(deepSupervision: boolean): Listed[] {
  const c = widths(32, 512, 5)
  const nodes = count(5).flatMap((j) =>
    count(5 - j).flatMap((i) => {
      const into = j > 0 ? at(c, i) * j + at(c, i + 1) : i === 0 ? 3 : at(c, i - 1)
      return [into, at(c, i)].flatMap((from, k) => [
        ...conv(`conv${i}_${j}.conv${k + 1}`, at(c, i), from, [3, 3]),
        ...batchNorm(`conv${i}_${j}.bn${k + 1}`, at(c, i)),
      ])
    }),
  )
  const heads = deepSupervision ? ['final1', 'final2', 'final3', 'final4'] : ['final']
  return [...nodes, ...heads.flatMap((name) => conv(name, 1, 32, [1, 1]))]
}

export function milesial(bilinear: boolean): Listed[] {
  const c = widths(64, bilinear ? 512 : 1024, 5)
  const double = (name: string, into: number, mid: number, out: number): Listed[] => [
    ...conv(`${name}.double_conv.0`, mid, into, [3, 3], false),
    ...batchNorm(`${name}.double_conv.1`, mid),
    ...conv(`${name}.double_conv.3`, out, mid, [3, 3], false),
    ...batchNorm(`${name}.double_conv.4`, out),
  ]
  const downs = [1, 2, 3, 4].flatMap((i) =>
    double(`down${i}.maxpool_conv.1`, at(c, i - 1), at(c, i), at(c, i)),
  )
  const ups = [1, 2, 3, 4].flatMap((n) => {
    const i = 4 - n
    const out = bilinear && i > 0 ? at(c, i - 1) : at(c, i)
    const scaling = bilinear ? [] : up(`up${n}.up`, at(c, i + 1), at(c, i), [2, 2], true)
    return [...scaling, ...double(`up${n}.conv`, 2 * at(c, i), at(c, i), out)]
  })
  return [...double('inc', 3, 64, 64), ...downs, ...ups, ...conv('outc.conv', 2, 64, [1, 1])]
}
