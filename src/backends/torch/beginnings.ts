// How parameters begin: rules of nn.init around the layers, and lists of numbers.
import type { InitTerm } from '../../compiler/ops/init.ts'
import { numbersIn, type Numbers } from '../../compiler/ops/nested-lists.ts'
import type { HelperName } from './helpers.ts'
import { atom, call, hole, measure, named, type Item, type Literal, type Python } from './python.ts'
import type { Tables } from './tables.ts'

/** PyTorch's layers begin as `torch` says; any other rule goes around the layer: `he(nn.Conv3d(…), 0.01)`. */
export function initialised(
  module: Python,
  { init, bias, bias_init }: Beginning,
  tables: Tables,
): Beginnings {
  const weighted = weightRule(module, init, bias_init !== undefined, tables)
  if (!bias || bias_init === undefined || bias_init.word === 'torch') return weighted
  return around('with_bias', weighted, bias_init, tables)
}

interface Beginning {
  readonly init: InitTerm
  readonly bias: boolean
  readonly bias_init?: InitTerm
}

export interface Beginnings {
  readonly module: Python
  readonly helpers: readonly HelperName[]
}

/** The short forms leave the bias at zero. */
function weightRule(module: Python, init: InitTerm, hasBiasRule: boolean, tables: Tables): Beginnings {
  const { word, named: numbers } = init
  if (word === 'torch') return { module, helpers: [] }
  const items = Object.entries(numbers).flatMap(([name, one]) =>
    typeof one === 'number' ? [hole(one, name)] : [],
  )
  if (hasBiasRule || items.length < Object.keys(numbers).length)
    return around('with_weight', { module, helpers: [] }, init, tables)
  return { module: call(beginnings[word], module, ...items), helpers: ['with_zero_bias', beginnings[word]] }
}

export function around(
  helper: 'with_weight' | 'with_bias',
  { module, helpers }: Beginnings,
  term: InitTerm,
  tables: Tables,
): Beginnings {
  const rule = ruleItems(term, tables)
  return { module: call(helper, module, ...rule.items), helpers: [...helpers, helper, ...rule.helpers] }
}

const beginnings = {
  he: 'he',
  xavier: 'xavier',
  normal: 'normal',
  trunc_normal: 'trunc_normal',
  uniform: 'uniform',
  constant: 'filled',
  zeros: 'zeros',
  ones: 'ones',
} as const satisfies Record<Exclude<InitTerm['word'], 'torch'>, HelperName>

interface Rule {
  readonly items: readonly (Python | Item)[]
  readonly helpers: readonly HelperName[]
}

/** `nn.init.normal_, std=0.02`: a function of a tensor, and its numbers. */
export function ruleItems({ word, named: numbers }: InitTerm, tables: Tables): Rule {
  const code = (name: string): Python => {
    const value = numbers[name]
    return hole(typeof value === 'number' ? value : 0, name)
  }
  const rule = (callee: string, ...items: readonly Item[]): Rule => ({
    items: [atom(`nn.init.${callee}`), ...items],
    helpers: [],
  })
  switch (word) {
    case 'torch':
      throw new Error('a rule of layers')
    case 'he':
      return rule('kaiming_normal_', named('a', code('slope')))
    case 'xavier':
      return rule('xavier_uniform_', named('gain', code('gain')))
    case 'normal':
      return rule('normal_', named('std', code('std')))
    case 'trunc_normal':
      return rule('trunc_normal_', named('std', code('std')))
    case 'uniform': {
      const bound = numbers['bound']
      const low = typeof bound === 'number' ? -bound : 0
      return rule('uniform_', named('a', hole(low, 'low')), named('b', code('bound')))
    }
    case 'constant': {
      const value = numbers['value'] ?? 0
      if (typeof value === 'number') return rule('constant_', named('val', code('value')))
      return { items: [atom('set_to'), named('values', tableCode(tables, value))], helpers: ['set_to'] }
    }
    case 'zeros':
      return rule('zeros_')
    case 'ones':
      return rule('ones_')
  }
}

/** Numbers in the text, or where they are many, the name of a table beside it. */
export function tableCode(tables: Tables, values: Numbers): Python {
  const literal = nested(values)
  if (numbersIn(values).length <= 16) return measure(literal, 'values')
  return call('table', measure(tables.nameOf(literal), 'table'))
}

const nested = (values: Numbers): Literal => (typeof values === 'number' ? values : values.map(nested))
