// The arguments of a point whose axes may be elements of lists: `patch[0] = 64` of [128, 128, 128] is `patch = [64, 128, 128]`.
import { axisTarget } from './analysis/sweep/axes.ts'
import { argumentsInForce, type ReadSpec } from './compile.ts'
import { isProblem, problem, type Problem } from './diagnostics/diagnostic.ts'
import type { Plain } from './ops/attrs.ts'
import { formatPlain } from './ops/words.ts'

export type Given = Readonly<Record<string, string>>

/**
 * Arguments for the compiler, as Weft expressions, of a point that is given by the names of axes. The other elements are those that are in
 * force with everything else that is given. Given what the network does not accept, elements are left out: to compile it says why.
 */
export function pointArguments(spec: ReadSpec, network: string, given: Given): Given | Problem {
  const parts = Object.entries(given).map(([name, value]) => ({ name, value, ...axisTarget(name) }))
  const elements = parts.filter(({ element }) => element !== undefined)
  const whole = Object.fromEntries(
    parts.flatMap(({ name, value, element }) => (element === undefined ? [[name, value]] : [])),
  )
  if (elements.length === 0) return whole
  const inForce = argumentsInForce(spec, network, whole)
  if (inForce === undefined) return whole
  const lists = new Map<string, string[]>()
  for (const { name, value, parameter, element = 0 } of elements) {
    const list =
      lists.get(parameter) ?? elementsOf(name, element, inForce.find((one) => one.name === parameter)?.value)
    if (isProblem(list)) return list
    if (list[element] === undefined) return problem('sweep-element', { name, value: `[${list.join(', ')}]` })
    list[element] = value
    lists.set(parameter, list)
  }
  const listed = [...lists].map(([parameter, list]) => [parameter, `[${list.join(', ')}]`] as const)
  return { ...whole, ...Object.fromEntries(listed) }
}

function elementsOf(name: string, element: number, value: Plain | undefined): string[] | Problem {
  if (isList(value) && element < value.length) return value.map(formatPlain)
  return problem('sweep-element', { name, value: value === undefined ? undefined : formatPlain(value) })
}

const isList = (value: Plain | undefined): value is readonly Plain[] => Array.isArray(value)
