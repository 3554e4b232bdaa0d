// Families of equal modules that are applied in a row: one step with a count.
import type { NodeId } from '../../compiler/ir/graph.ts'
import type { Step } from './model.ts'
import { segmentOf } from './names.ts'
import type { Hole } from './python.ts'
import type { Boundary } from './scopes.ts'

/** Where the innermost family on a member's path stands. */
export interface FamilyPlace {
  readonly before: readonly string[]
  readonly name: string
  readonly index: string
  readonly after: readonly string[]
}

export function familyPlace({ member }: Step): FamilyPlace | undefined {
  if (member === undefined) return undefined
  const at = member.findLastIndex((segment) => segmentOf(segment).index !== undefined)
  if (at < 0) return undefined
  const { name, index = '' } = segmentOf(member[at] ?? '')
  return { before: member.slice(0, at), name, index, after: member.slice(at + 1) }
}

export function isSamePlace(a: FamilyPlace | undefined, b: FamilyPlace): boolean {
  return (
    a !== undefined &&
    a.name === b.name &&
    a.before.join('.') === b.before.join('.') &&
    a.after.join('.') === b.after.join('.')
  )
}

/** Whole families whose members are all the same, each applied to what the one before gave, become one step with a count. */
export function folded(steps: readonly Step[], { outputs }: Boundary): readonly Step[] {
  const result: Step[] = []
  for (let at = 0; at < steps.length;) {
    const run = runFrom(steps, at, outputs)
    const [first] = run
    if (first === undefined) throw new Error('a run without a step')
    at += run.length
    const place = familyPlace(first)
    const start = Number(place?.index)
    const isWhole = place !== undefined && isFamily(steps, run, place)
    if (!isWhole || (run.length === 1 && start !== 1)) result.push(...run)
    else {
      const count: Hole = { value: run.length, hint: 'n', measures: true }
      const last = run.at(-1) ?? first
      result.push({
        ...first,
        nodes: run.flatMap(({ nodes }) => nodes),
        outputs: last.outputs,
        repeat: { count, start },
      })
    }
  }
  return result
}

function runFrom(steps: readonly Step[], at: number, returned: readonly NodeId[]): readonly Step[] {
  const first = steps[at]
  if (first === undefined) return []
  const place = familyPlace(first)
  const isUnary = (step: Step): boolean => step.inputs.length === 1 && step.outputs.length === 1
  if (place === undefined || first.construct === undefined || !isUnary(first)) return [first]
  const run = [first]
  for (const next of steps.slice(at + 1)) {
    const before = run.at(-1)?.outputs[0] ?? -1
    const readers = steps.filter(({ inputs }) => inputs.includes(before)).length
    const index = Number(familyPlace(next)?.index)
    const isNext =
      isUnary(next) &&
      next.inputs[0] === before &&
      readers === 1 &&
      !returned.includes(before) &&
      isSamePlace(familyPlace(next), place) &&
      index === Number(place.index) + run.length &&
      isSameStep(next, first)
    if (!isNext) break
    run.push(next)
  }
  return run
}

const isSameStep = (a: Step, b: Step): boolean =>
  a.kind === b.kind && JSON.stringify([a.value, a.construct]) === JSON.stringify([b.value, b.construct])

/** Whether these steps are all that concerns the family. */
function isFamily(steps: readonly Step[], run: readonly Step[], place: FamilyPlace): boolean {
  const start = Number(place.index)
  if (start !== 0 && start !== 1) return false
  const prefix = [...place.before, place.name].join('.')
  return steps.every(
    (step) =>
      run.includes(step) || step.member === undefined || !step.member.join('.').startsWith(`${prefix}[`),
  )
}
