// PyTorch's modules that plans name, as blocks of Weft. Defaults are torch 2.13's.
import { flag, nested, real, type Arguments, type Objection } from './taken.ts'

/** Where the plans are about: what takes names of classes and says what is wrong with them. */
export interface Modules {
  readonly args: Arguments
  readonly objections: Objection[]
  /** Arguments whose strings are imported; others stay strings, which nothing can call. */
  readonly imports: ReadonlySet<string>
  readonly rank: number
}

type Reading = (kwargs: Arguments, modules: Modules) => string

const plain =
  (block: string): Reading =>
  () =>
    block

/** Blocks by the name of the class without its number of axes. */
const norms: Readonly<Record<string, Reading>> = {
  InstanceNorm: (kwargs) => {
    kwargs.take('momentum')
    refuseSet(kwargs, 'track_running_stats', false, 'an instance norm of Weft keeps no statistics')
    return called('instance_norm', {
      eps: [real(kwargs, 'eps', 1e-5), 1e-5],
      affine: [flag(kwargs, 'affine', false), true],
    })
  },
  BatchNorm: (kwargs) => {
    refuseSet(kwargs, 'track_running_stats', true, 'a batch norm of Weft keeps its statistics')
    return called('batch_norm', {
      eps: [real(kwargs, 'eps', 1e-5), 1e-5],
      momentum: [real(kwargs, 'momentum', 0.1), 0.1],
      affine: [flag(kwargs, 'affine', true), true],
    })
  },
}

const activations: Readonly<Record<string, Reading>> = {
  LeakyReLU: (kwargs) => `leaky_relu(${real(kwargs, 'negative_slope', 0.01)})`,
  ReLU: plain('relu'),
  ReLU6: plain('relu6'),
  ELU: (kwargs) => called('elu', { alpha: [real(kwargs, 'alpha', 1), 1] }),
  PReLU: (kwargs) => {
    refuseSet(kwargs, 'num_parameters', 1, 'every stage has another number of channels')
    return called('prelu', { start: [real(kwargs, 'init', 0.25), 0.25] })
  },
  GELU: (kwargs) => {
    const form = kwargs.take('approximate') ?? 'none'
    if (form !== 'none' && form !== 'tanh') kwargs.object('approximate', form, 'it must be "none" or "tanh"')
    return form === 'tanh' ? 'gelu(approximate = tanh)' : 'gelu'
  },
  SiLU: plain('silu'),
  Hardswish: plain('hard_swish'),
  Sigmoid: plain('sigmoid'),
  Tanh: plain('tanh'),
}

const drops: Readonly<Record<string, Reading>> = {
  Dropout: (kwargs, { rank }) => {
    const rate = real(kwargs, 'p', 0.5)
    return rank === 0 ? `dropout(${rate})` : `dropout(${rate}, each = channel)`
  },
}

const called = (
  block: string,
  given: Readonly<Record<string, readonly [value: number | boolean, otherwise: number | boolean]>>,
): string => {
  const differing = Object.entries(given).filter(([, [value, otherwise]]) => value !== otherwise)
  const list = differing.map(([name, [value]]) => `${name} = ${value}`)
  return list.length === 0 ? block : `${block}(${list.join(', ')})`
}

function refuseSet(kwargs: Arguments, key: string, expected: unknown, reason: string): void {
  const value = kwargs.take(key) ?? expected
  if (value !== expected) kwargs.object(key, value, reason)
}

/** The norm behind convolutions: `identity` where there is none. */
export const normOf = (modules: Modules): string => moduleOf('norm_op', norms, modules)

export const activationOf = (modules: Modules): string => moduleOf('nonlin', activations, modules)

/** `Dropout2d` and `Dropout3d` drop whole channels. */
export const dropOf = (modules: Modules): string => moduleOf('dropout_op', drops, modules)

function moduleOf(key: string, known: Readonly<Record<string, Reading>>, modules: Modules): string {
  const { args, objections, rank } = modules
  const named = importedName(modules, key)
  const kwargs = nested(args, `${key}_kwargs`, objections)
  if (named === undefined) return 'identity'
  const [, inTorch = '', axes] = /^torch\.nn\.(?:.*\.)?(\w+?)(?:([123])d)?$/.exec(named) ?? []
  const reading = Object.hasOwn(known, inTorch) ? known[inTorch] : undefined
  if (reading === undefined) {
    args.object(
      key,
      named,
      `it has no counterpart here; ${Object.keys(known).join(', ')} of torch.nn have one`,
    )
    return 'identity'
  }
  if (key === 'norm_op' && axes !== String(rank)) args.object(key, named, `the patch has ${rank} axes`)
  kwargs.take('inplace')
  const block = reading(kwargs, { ...modules, rank: axes === undefined ? 0 : Number(axes) })
  for (const left of kwargs.left())
    kwargs.object(left, kwargs.take(left), `${named} has no counterpart of it here`)
  return block
}

/** What the string of an argument imports; undefined for None. */
export function importedName(
  { args, imports }: Pick<Modules, 'args' | 'imports'>,
  key: string,
): string | undefined {
  const value = args.take(key) ?? undefined
  if (value === undefined) return undefined
  if (typeof value !== 'string') args.object(key, value, 'it must be the name of a class, or null')
  else if (!imports.has(key))
    args.object(key, value, '`_kw_requires_import` does not list it, so that it stays a string')
  else return value
  return undefined
}

/** `Conv3d` of a patch with three axes. */
export function checkConvolution(modules: Modules): void {
  const named = importedName(modules, 'conv_op')
  const wanted = `Conv${modules.rank}d`
  if (named === undefined || !named.startsWith('torch.nn.') || named.split('.').at(-1) !== wanted)
    modules.args.object(
      'conv_op',
      named,
      `the patch has ${modules.rank} axes, so that it has to be torch.nn.${wanted}`,
    )
}
