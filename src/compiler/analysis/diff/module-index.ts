// The module tree of one side of a comparison, with signatures: equal numbers for equal structure, across both sides.
import type { Graph, GraphNode } from '../../ir/graph.ts'

export interface Module {
  readonly path: string
  /** The last part of the path. */
  readonly name: string
  /** The name without its indices. */
  readonly family: string
  readonly parent: Module | undefined
  /** In the order of their first operators. */
  readonly children: Module[]
  /** The operator itself, where it is one. */
  readonly node: GraphNode | undefined
  /** Equal for modules with the same operators, attributes, shapes and inner names. */
  exact: number
  /** The same whatever the shapes are: another patch changes them everywhere. */
  form: number
  /** Equal for modules with the same operators and inner families, whatever their widths and attributes. */
  loose: number
  operators: number
  hasParameters: boolean
}

export interface ModuleIndex {
  readonly top: readonly Module[]
  /** By node id. */
  readonly byNode: readonly Module[]
}

/** Numbers for texts; one for both sides. */
export class Interner {
  readonly #known = new Map<string, number>()

  number(text: string): number {
    const before = this.#known.get(text)
    if (before !== undefined) return before
    this.#known.set(text, this.#known.size)
    return this.#known.size - 1
  }
}

export function indexModules(graph: Graph, interner: Interner): ModuleIndex {
  const top: Module[] = []
  const byPath = new Map<string, Module>()
  const place = (path: string, node: GraphNode | undefined): Module => {
    const before = byPath.get(path)
    // An operator never shares its path with another; a module may come again.
    if (before !== undefined && node === undefined) return before
    const dot = path.lastIndexOf('.')
    const parent = dot === -1 ? undefined : place(path.slice(0, dot), undefined)
    const made = newModule(path, path.slice(dot + 1), parent, node)
    const siblings = parent?.children ?? top
    siblings.push(made)
    if (node === undefined) byPath.set(path, made)
    return made
  }
  const byNode = graph.nodes.map((node) => place(node.origin.path, node))
  for (const one of top) sign(one, interner)
  return { top, byNode }
}

function newModule(
  path: string,
  name: string,
  parent: Module | undefined,
  node: GraphNode | undefined,
): Module {
  const family = name.replace(/\[.*$/, '')
  return {
    path,
    name,
    family,
    parent,
    children: [],
    node,
    exact: 0,
    form: 0,
    loose: 0,
    operators: 0,
    hasParameters: false,
  }
}

/** The innermost first. */
function sign(module: Module, interner: Interner): void {
  for (const part of module.children) sign(part, interner)
  const { node, children } = module
  if (node !== undefined) {
    module.operators = 1
    module.hasParameters = node.parameters.length > 0
    module.form = interner.number(`#${node.op}${JSON.stringify(node.attributes)}`)
    module.exact = interner.number(`=${module.form}${JSON.stringify(node.type.shape)}`)
    module.loose = interner.number(`~${node.op}`)
    return
  }
  module.operators = sum(children.map((one) => one.operators))
  module.hasParameters = children.some((one) => one.hasParameters)
  module.exact = interner.number(`=(${children.map((one) => `${one.name}:${one.exact}`).join(' ')})`)
  module.form = interner.number(`#(${children.map((one) => `${one.name}:${one.form}`).join(' ')})`)
  module.loose = interner.number(`~(${children.map((one) => `${one.family}:${one.loose}`).join(' ')})`)
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0)
}
