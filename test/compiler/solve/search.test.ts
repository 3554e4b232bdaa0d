// The search for the best point of a grid: held against all points looked at, on random problems, and how few it needs where bounds hold.
import { describe, expect, test } from 'vitest'
import { gridOf, lineThrough, neighbour, pointAt, type Grid } from '../../../src/compiler/solve/grid.ts'
import { Knowledge, type Evaluate } from '../../../src/compiler/solve/knowledge.ts'
import { bestPoint, isWithin, positionsOf, type Goal } from '../../../src/compiler/solve/search.ts'

/** Whole numbers below `most`, by a linear congruential generator (Numerical Recipes). */
function numbersFrom(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
}

/** The rule as a reader would say it: within the limits, the objective, then the ties, then the first. */
function byLookingAtAll(grid: Grid, evaluate: Evaluate, goal: Goal): number | undefined {
  const sign = goal.objective.sense === 'minimise' ? 1 : -1
  const fitting = Array.from({ length: grid.points }, (_, point) => ({ point, values: evaluate(point) }))
    .filter(({ values }) => values !== undefined && isWithin(values, goal.limits))
    .map(({ point, values = [] }) => ({
      point,
      key: [sign * (values[goal.objective.quantity] ?? 0), ...goal.ties.map((tie) => values[tie] ?? 0)],
    }))
  fitting.sort((a, b) => {
    const at = a.key.findIndex((one, place) => one !== b.key[place])
    return at < 0 ? a.point - b.point : (a.key[at] ?? 0) - (b.key[at] ?? 0)
  })
  return fitting[0]?.point
}

interface Random {
  readonly grid: Grid
  readonly evaluate: Evaluate
  readonly goal: Goal
}

/** Sums and products of rising tables; `holes` of a hundred points have no values, and a `dented` problem goes up and down. */
function random(seed: number, { holes, dented }: { holes: number; dented: boolean }): Random {
  const next = numbersFrom(seed)
  const grid = gridOf(Array.from({ length: 1 + next(3) }, () => 2 + next(6)))
  const tables = Array.from({ length: 3 }, () =>
    grid.sizes.map((size) => {
      const steps = Array.from({ length: size }, () => (dented ? next(9) - 4 : next(4)))
      const sign = next(2) === 0 ? 1 : -1
      return steps.map((_, at) => sign * steps.slice(0, at + 1).reduce((sum, one) => sum + one, 1))
    }),
  )
  const broken = Array.from({ length: grid.points }, () => next(100) < holes)
  const evaluate: Evaluate = (point) => {
    if (broken[point] === true) return undefined
    return tables.map((table) =>
      table.reduce((sum, steps, axis) => sum + (steps[grid.positions[axis]?.[point] ?? 0] ?? 0), 0),
    )
  }
  const spent = Array.from({ length: grid.points }, (_, point) => evaluate(point)?.[1] ?? 0)
  const most = spent[next(spent.length)] ?? 0
  const sense = next(2) === 0 ? 'maximise' : 'minimise'
  return {
    grid,
    evaluate,
    goal: { objective: { quantity: 0, sense }, limits: [{ quantity: 1, most }], ties: [1, 2] },
  }
}

function solved({ grid, evaluate, goal }: Random): { best: number | undefined; evaluated: number } {
  const knowledge = new Knowledge(grid, 3, evaluate)
  knowledge.test()
  return { best: bestPoint(knowledge, goal), evaluated: knowledge.evaluated }
}

describe('the best point', () => {
  test.each([
    ['of monotone quantities', { holes: 0, dented: false }],
    ['where points have no network', { holes: 30, dented: false }],
    ['of quantities that go up and down', { holes: 10, dented: true }],
  ])('%s is that of looking at all', (_, kind) => {
    for (let seed = 1; seed <= 150; seed += 1) {
      const problem = random(seed, kind)
      expect({ seed, best: solved(problem).best }).toEqual({
        seed,
        best: byLookingAtAll(problem.grid, problem.evaluate, problem.goal),
      })
    }
  })

  test('takes a fraction of the points where products rise', () => {
    const grid = gridOf([16, 16, 16])
    const value =
      (power: readonly number[]): ((point: number) => number) =>
      (point) =>
        power.reduce((all, one, axis) => all * (8 + (grid.positions[axis]?.[point] ?? 0)) ** one, 1)
    const [gain, spent] = [value([2, 1, 1]), value([1, 2, 2])]
    const evaluate: Evaluate = (point) => [gain(point), spent(point)]
    const goal: Goal = {
      objective: { quantity: 0, sense: 'maximise' },
      limits: [{ quantity: 1, most: 2_000_000 }],
      ties: [],
    }
    const knowledge = new Knowledge(grid, 2, evaluate)
    knowledge.test()
    expect(bestPoint(knowledge, goal)).toBe(byLookingAtAll(grid, evaluate, goal))
    expect(knowledge.evaluated).toBeLessThan(grid.points / 8)
  })

  test('is found although a rule that held on every tested line is broken behind them', () => {
    const grid = gridOf([9, 9])
    // Rises along both axes but for one row of the inside, which a search for more walks into.
    const evaluate: Evaluate = (point) => {
      const [x = 0, y = 0] = [grid.positions[0]?.[point], grid.positions[1]?.[point]]
      return [x === 6 ? 2 * x + y - 9 : 2 * x + y, x + y]
    }
    const goal: Goal = {
      objective: { quantity: 0, sense: 'maximise' },
      limits: [{ quantity: 1, most: 9 }],
      ties: [],
    }
    const knowledge = new Knowledge(grid, 2, evaluate)
    knowledge.test()
    expect(bestPoint(knowledge, goal)).toBe(byLookingAtAll(grid, evaluate, goal))
    expect(knowledge.directions).toEqual([
      ['none', 'rising'],
      ['rising', 'rising'],
    ])
  })

  test('is none where every point breaks a limit, or is the cheapest of equals', () => {
    const grid = gridOf([4, 3])
    const evaluate: Evaluate = (point) => [7, 5 + point]
    const knowledge = new Knowledge(grid, 2, evaluate)
    knowledge.test()
    const objective = { quantity: 0, sense: 'maximise' } as const
    expect(bestPoint(knowledge, { objective, limits: [{ quantity: 1, most: 4 }], ties: [1] })).toBeUndefined()
    expect(bestPoint(knowledge, { objective, limits: [{ quantity: 1, most: 9 }], ties: [1] })).toBe(0)
    expect(bestPoint(knowledge, { objective, limits: [], ties: [1], among: new Set([5, 4]) })).toBe(4)
  })
})

test('points of a grid are numbered with the last axis fastest', () => {
  const grid = gridOf([2, 3, 4])
  const knowledge = new Knowledge(grid, 0, () => [])
  expect(grid.points).toBe(24)
  expect(positionsOf(knowledge, 17)).toEqual([1, 1, 1])
  expect(pointAt(grid, [1, 1, 1])).toBe(17)
  expect([neighbour(grid, 17, 1, 1), neighbour(grid, 17, 0, 1), neighbour(grid, 17, 2, -1)]).toEqual([
    21,
    undefined,
    16,
  ])
  expect(lineThrough(grid, 17, 1)).toEqual([13, 17, 21])
})
