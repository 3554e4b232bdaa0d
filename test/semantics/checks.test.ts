// Training recipes, budgets and assertions.
import { describe, expect, test } from 'vitest'
import { checked, graphOf, mistakes } from '../support/check.ts'

const heads =
  'network N(deep: bool = true) {\n input x: [1, 8, 8]\n output logits = x -> conv(2, 1)\n aux output ds[k] for k in 1..2 = x -> conv(2, 1) if deep\n}\n'
const recipe = (settings: string, args = ''): string => `${heads}train r for N${args} {\n${settings}\n}`

describe('recipes', () => {
  test('fill in defaults', () => {
    expect(checked(recipe('loss = dice\n optimizer = sgd')).recipes).toEqual([
      {
        name: 'r', network: 'N', loss: [{ loss: 'dice', weight: 1, batch: false }], supervise: [{ output: 'logits', weight: 1 }],
        optimizer: { kind: 'sgd', lr: 0.01, momentum: 0, nesterov: false, weightDecay: 0 },
        schedule: { kind: 'constant' }, batch: 1, steps: 250, epochs: 1, foreground: 1 / 3,
        augment: [
          { kind: 'flip', chance: 0.5 }, { kind: 'rotate', degrees: 15, chance: 0.2 },
          { kind: 'scale', from: 0.7, to: 1.4, chance: 0.2 }, { kind: 'noise', std: 0.1, chance: 0.1 },
          { kind: 'brightness', from: 0.75, to: 1.25, chance: 0.15 }, { kind: 'contrast', from: 0.75, to: 1.25, chance: 0.15 },
          { kind: 'gamma', from: 0.7, to: 1.5, chance: 0.4 },
        ],
        orientation: 'strict',
      },
    ]) // prettier-ignore
  })

  test('add losses with weights, and weigh outputs', () => {
    const [found] = checked(
      recipe(
        'loss = dice(batch = true) + 0.5 * cross_entropy\n supervise = [logits: 1, ds[2]: 1/4]\n optimizer = adam(lr = 1e-3)\n schedule = poly\n clip = 12',
      ),
    ).recipes
    expect(found?.loss).toEqual([
      { loss: 'dice', weight: 1, batch: true },
      { loss: 'cross_entropy', weight: 0.5, batch: false },
    ])
    expect(found?.supervise).toEqual([
      { output: 'logits', weight: 1 },
      { output: 'ds[2]', weight: 0.25 },
    ])
    const built =
      'loss = dice\n optimizer = sgd\n supervise = [logits: 1, ...[ds[k]: 1/2^k for k in 1..2 if k > 1]]'
    expect(checked(recipe(built)).recipes[0]?.supervise).toEqual(found?.supervise)
    expect(found?.schedule).toEqual({ kind: 'poly', power: 0.9 })
    expect(found?.clip).toBe(12)
  })

  test('know the losses that are public', () => {
    const loss = (value: string): unknown =>
      checked(recipe(`loss = ${value}\n optimizer = sgd`)).recipes[0]?.loss
    const common = { weight: 1, batch: false }
    expect(loss('tversky(0.3, 0.7, batch = true) + 2 * topk')).toEqual([
      { loss: 'tversky', weight: 1, batch: true, alpha: 0.3, beta: 0.7 },
      { loss: 'topk', weight: 2, batch: false, k: 0.1 },
    ])
    expect(loss('cross_entropy(weights = [1, 2.5], label_smoothing = 10%)')).toEqual([
      { loss: 'cross_entropy', ...common, weights: [1, 2.5], labelSmoothing: 0.1 },
    ])
    expect(loss('focal + focal(gamma = 1, alpha = 0.25)')).toEqual([
      { loss: 'focal', ...common, gamma: 2 },
      { loss: 'focal', ...common, gamma: 1, alpha: 0.25 },
    ])
    expect(loss('dice(sigmoid = true) + bce')).toEqual([
      { loss: 'dice', ...common, sigmoid: true },
      { loss: 'bce', ...common },
    ])
  })

  test('begin slowly, and keep averages', () => {
    const found = checked(
      recipe(
        'loss = dice\n optimizer = sgd\n warmup = 50 epochs\n epochs = 200\n ema = 0.999\n validate = ema',
      ),
    ).recipes[0]
    expect([found?.warmup, found?.ema, found?.validate]).toEqual([
      { count: 50, unit: 'epochs' },
      0.999,
      'ema',
    ])
    const plain = checked(recipe('loss = dice\n optimizer = sgd\n warmup = 100 steps\n validate = last'))
      .recipes[0]
    expect(plain).toMatchObject({ warmup: { count: 100, unit: 'steps' } })
    expect(plain).not.toHaveProperty('validate')
  })

  test('give their network words where its parameters are words', () => {
    const network =
      'network N(mode: init = zeros) {\n input x: [1, 8, 8]\n output y = x -> conv(2, 1, init = mode)\n}\n'
    const spec = (mode: string): string =>
      `${network}train r for N(mode = ${mode}) {\n loss = dice\n optimizer = sgd\n}`
    expect(mistakes(spec('he(0.01)'))).toEqual([])
    expect(mistakes(spec('hee'))).toEqual(['WEFT201 unknown name `hee` @ hee'])
  })

  test('turn volumes as they say', () => {
    const orientation = (value: string): unknown =>
      checked(recipe(`loss = dice\n optimizer = sgd\n orientation = ${value}`)).recipes[0]?.orientation
    expect(['strict', 'nearest', 'as_stored'].map(orientation)).toEqual(['strict', 'nearest', 'as_stored'])
  })

  test('augment as they say', () => {
    const augment = (value: string): unknown =>
      checked(recipe(`loss = dice\n optimizer = sgd\n foreground = 0\n augment = ${value}`)).recipes[0]
        ?.augment
    expect(augment('none')).toEqual([])
    expect(augment('[]')).toEqual([])
    expect(augment('flip')).toEqual([{ kind: 'flip', chance: 0.5 }])
    expect(augment('[scale(to = 2, chance = 1), rotate(30)]')).toEqual([
      { kind: 'scale', from: 0.7, to: 2, chance: 1 },
      { kind: 'rotate', degrees: 30, chance: 0.2 },
    ])
  })

  const augmenting = (value: string): string => `loss = dice\n optimizer = sgd\n augment = ${value}`
  const wrong: Readonly<Record<string, readonly [settings: string, args: string, expected: string]>> = {
    'an augmentation that does not exist': [augmenting('[blur]'), '', 'WEFT201 unknown name `blur` @ blur'],
    'a chance above 1': [
      augmenting('flip(chance = 2)'),
      '',
      'WEFT609 `augment` cannot be flip(chance = 2) @ flip(chance = 2)',
    ],
    'a range that ends before it begins': [
      augmenting('[scale(from = 2)]'),
      '',
      'WEFT609 `augment` cannot be [scale(from = 2)] @ [scale(from = 2)]',
    ],
    'an augmentation given twice': [
      augmenting('[flip, flip]'),
      '',
      'WEFT609 `augment` cannot be [flip, flip] @ [flip, flip]',
    ],
    'an orientation that is none': [
      'loss = dice\n optimizer = sgd\n orientation = 3',
      '',
      'WEFT609 `orientation` cannot be 3 @ 3',
    ],
    'a share of the foreground above 1': [
      'loss = dice\n optimizer = sgd\n foreground = 1.5',
      '',
      'WEFT609 `foreground` cannot be 1.5 @ 1.5',
    ],
    'an output that these arguments do not give': [
      'loss = dice\n optimizer = sgd\n supervise = [ds[1]: 1]',
      '(deep = false)',
      'WEFT612 the network has no output `ds[1]` @ ds[1]',
    ],
    'a negative rate': [
      'loss = dice\n optimizer = sgd(lr = -1)',
      '',
      'WEFT609 `optimizer` cannot be sgd(lr = -1) @ sgd(lr = -1)',
    ],
    'no epochs': ['loss = dice\n optimizer = sgd\n epochs = 0', '', 'WEFT609 `epochs` cannot be 0 @ 0'],
    'a misspelt setting': [
      'loss = dice\n optimiser = sgd\n optimizer = sgd',
      '',
      'WEFT607 recipe r has no setting `optimiser` @ optimiser',
    ],
    'a value where entries are meant': [
      'loss = dice\n optimizer = sgd\n supervise = [1]',
      '',
      'WEFT609 `supervise` cannot be anything but entries @ [1]',
    ],
    'a misspelt argument': [
      'loss = dice\n optimizer = sgd',
      '(deap = false)',
      'WEFT312 `N` has no parameter `deap` @ deap',
    ],
  }
  test.each(Object.keys(wrong))('%s', (name) => {
    const [settings, args, expected] = wrong[name] ?? ['', '', '']
    expect(mistakes(recipe(settings, args))).toEqual([expected])
  })

  test('of a network with mistakes say nothing more', () => {
    expect(
      mistakes(recipe('loss = dice\n optimizer = sgd').replace('conv(2, 1)', 'conv(0, 1)')),
    ).toHaveLength(1)
  })
})

describe('budgets', () => {
  const budget = (line: string): string =>
    `network N {\n input x: [1, 8, 8]\n output y = x -> conv(2, 3)\n aux output z = x -> conv(2, 1)\n ${line}\n}`
  test.each([
    ['budget params <= 24', []], // 9·2 + 2 and 2 + 2
    ['budget params <= 23', ['WEFT601']],
    ['budget params(inference) <= 20', []],
    ['budget macs <= 1152', []], // 64 positions · 18 weights, without the auxiliary output
    ['budget macs(training) <= 1152', ['WEFT601']],
    ['budget macs.dense <= 1151', ['WEFT601']],
    ['budget memory(inference, batch = 1) <= 1GiB', []],
    ['budget memory(training, batch = 2) <= 10', ['WEFT601']],
    ['budget memory <= 10', ['WEFT601']],
    ['budget params.sparse <= 10', ['WEFT604']],
    ['budget params <= 1 / 3', ['WEFT601']],
  ] as const)('%s', (line, codes) => {
    expect(mistakes(budget(line)).map((one) => one.split(' ')[0])).toEqual(codes)
  })

  test('that are broken leave the graph', () => {
    expect(checked(budget('budget params <= 1')).graphs).toHaveLength(1)
  })
})

describe('assertions', () => {
  test('come before everything that they would spare', () => {
    const spec =
      'network N(n: int = 3) {\n input x: [1, 8, 8]\n output y = x -> conv(n - 3, 3)\n assert n > 3, "wider"\n}'
    expect(mistakes(spec)).toEqual(['WEFT602 assertion failed: wider @ assert n > 3, "wider"'])
    expect(graphOf(spec, { set: { n: '4' } }).nodes).toHaveLength(2)
  })

  test('hold in blocks, for each application', () => {
    const spec =
      'network N {\n input x: [3, 8, 8]\n output y = x -> Even\n}\nblock Even {\n in x\n assert channels(x) % 2 == 0\n out x\n}'
    expect(mistakes(spec)).toHaveLength(1)
    expect(mistakes(spec.replace('[3,', '[4,'))).toEqual([])
  })
})
