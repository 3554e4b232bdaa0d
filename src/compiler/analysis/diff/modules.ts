// Modules that are on one side alone, and those with another name on the other side.
import type { LoneModule, RenamedModule } from './document.ts'
import type { Matching } from './match.ts'
import type { Module } from './module-index.ts'

/** The greatest modules that neither have a counterpart nor hold anything that has one. */
export function loneModules(
  top: readonly Module[],
  matched: ReadonlyMap<Module, Module>,
  parametersOf: (module: Module) => number,
): LoneModule[] {
  const isLone = new Map<Module, boolean>()
  const inspect = (one: Module): boolean => {
    const parts = one.children.map(inspect)
    const lone = !matched.has(one) && parts.every(Boolean)
    isLone.set(one, lone)
    return lone
  }
  for (const one of top) inspect(one)
  const found: LoneModule[] = []
  const collect = (one: Module): void => {
    if (isLone.get(one) === true)
      found.push({ path: one.path, operators: one.operators, parameters: parametersOf(one) })
    else for (const part of one.children) collect(part)
  }
  for (const one of top) collect(one)
  return found
}

/** Only where it begins: what lies inside a renamed module follows from it. */
export function renamedModules({ a, toB }: Matching): RenamedModule[] {
  const found: RenamedModule[] = []
  const visit = (one: Module): void => {
    const other = toB.get(one)
    const follows = one.parent !== undefined && toB.get(one.parent) === other?.parent
    if (other !== undefined && one.path !== other.path && !(follows && one.name === other.name))
      found.push({ before: one.path, after: other.path, operators: one.operators })
    for (const part of one.children) visit(part)
  }
  for (const one of a.top) visit(one)
  return found
}
