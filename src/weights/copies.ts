// Copies in a checkpoint: PyTorch lists a module once for each name that it has, and computes with the numbers that it loads last.
import { isProblem, problem, type Problem } from '../compiler/diagnostics/diagnostic.ts'
import type { NamedTensors } from './named-tensors.ts'
import type { Source } from './naming.ts'
import type { Numbers } from './weights.ts'

interface Difference {
  readonly tensor: string
  readonly copy: string
  /** Undefined where the shapes differ. */
  readonly greatest: number | undefined
}

/** Holds every copy against what is taken, two tensors in memory at a time. What cannot be read is told when it is needed. */
export function copyProblems(sources: Iterable<Source>, tensors: NamedTensors): Problem[] {
  const differing: Difference[] = []
  const unreadable: Problem[] = []
  let total = 0
  for (const { tensor, copies = [] } of sources) {
    total += copies.length
    const isApart = copies.some((copy) => !isSamePlace(tensors, tensor, copy))
    const numbers = isApart ? tensors.read(tensor) : undefined
    if (numbers === undefined || isProblem(numbers)) continue
    for (const copy of copies) {
      if (isSamePlace(tensors, tensor, copy)) continue
      const found = difference(tensor, copy, numbers, tensors)
      if (isProblem(found)) unreadable.push(found)
      else if (found !== undefined) differing.push(found)
    }
  }
  const worst = differing.toSorted((a, b) => (b.greatest ?? Infinity) - (a.greatest ?? Infinity))[0]
  return worst === undefined
    ? unreadable
    : [problem('weights-copies', { ...worst, count: differing.length, total }), ...unreadable]
}

function isSamePlace({ entries }: NamedTensors, tensor: string, copy: string): boolean {
  const place = entries.get(tensor)?.place
  return place !== undefined && place === entries.get(copy)?.place
}

function difference(
  tensor: string,
  copy: string,
  numbers: Numbers,
  tensors: NamedTensors,
): Difference | Problem | undefined {
  const [shape, shapeOfCopy] = [tensor, copy].map((name) => tensors.entries.get(name)?.shape.join())
  if (shape !== shapeOfCopy) return { tensor, copy, greatest: undefined }
  const other = tensors.read(copy)
  if (isProblem(other)) return other
  let greatest = 0
  for (let at = 0; at < numbers.length; at++) {
    const apart = Math.abs((numbers[at] ?? 0) - (other[at] ?? 0))
    if (apart > greatest) greatest = apart
  }
  return greatest === 0 ? undefined : { tensor, copy, greatest }
}
