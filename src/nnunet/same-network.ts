// Whether two graphs compute the same with the same parameters, whatever their modules are called and however they begin.
import type { Graph, GraphNode, NodeId, ParameterId } from '../compiler/ir/graph.ts'
import { formatShape } from '../compiler/ir/tensor.ts'

/** The first thing in which they differ; undefined where they are the same. `ours` is the one whose places are told. */
export function firstDifference(ours: Graph, theirs: Graph): string | undefined {
  const aux = ({ outputs }: Graph): number => outputs.filter((one) => one.aux).length
  if (ours.outputs.length !== theirs.outputs.length || aux(ours) !== aux(theirs))
    return `it has ${outputsText(ours)}, and nnU-Net's has ${outputsText(theirs)}: one for each level but the deepest`
  const pairing = newPairing(ours, theirs)
  for (const [i, { node }] of ours.outputs.entries()) {
    const found = pairing.differs(node, theirs.outputs[i]?.node ?? -1)
    if (found !== undefined) return found
  }
  const unread = ours.parameters.length - pairing.parameterCount()
  return unread === 0 ? undefined : `it has ${unread} parameters that no output reads`
}

const outputsText = ({ outputs }: Graph): string =>
  `${outputs.length} output${outputs.length === 1 ? '' : 's'}`

interface Pairing {
  differs(a: NodeId, b: NodeId): string | undefined
  parameterCount(): number
}

function newPairing(ours: Graph, theirs: Graph): Pairing {
  const known = new Map<string, number>()
  const [ownKinds, theirKinds] = [kinds(ours, known), kinds(theirs, known)]
  const nodes = new Map<NodeId, NodeId>()
  const parameters = new Map<ParameterId, ParameterId>()

  /** Pairs what the nodes need first, in the order of the graph, so that no chain is too long to follow. */
  function differs(a: NodeId, b: NodeId): string | undefined {
    const open: (readonly [NodeId, NodeId])[] = [[a, b]]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [one, other] = next
      const paired = nodes.get(one)
      if (paired === other) continue
      const [mine, its] = [ours.nodes[one], theirs.nodes[other]]
      if (mine === undefined || its === undefined || paired !== undefined)
        return `\`${mine?.origin.path}\` is used in another place`
      const found = ownDifference(mine, its)
      if (found !== undefined) return found
      nodes.set(one, other)
      const inputs = sameOrder(mine, its)
      for (const [k, input] of mine.inputs.entries()) open.push([input, inputs[k] ?? -1])
    }
    return undefined
  }

  function ownDifference(mine: GraphNode, its: GraphNode): string | undefined {
    const found = attributesDiffer(mine, its)
    if (found !== undefined) return found
    for (const [k, id] of mine.parameters.entries()) {
      const other = its.parameters[k]
      if (other === undefined || (parameters.get(id) ?? other) !== other)
        return `\`${mine.origin.path}\` shares its weights`
      if (ours.parameters[id]?.coverage !== undefined) return `\`${ours.parameters[id]?.path}\` is sparse`
      parameters.set(id, other)
    }
    return undefined
  }

  /** The sides of a sum may stand in either order. */
  function sameOrder(mine: GraphNode, its: GraphNode): readonly NodeId[] {
    const [first] = mine.inputs.map((id) => ownKinds[id])
    const [left, right] = its.inputs.map((id) => theirKinds[id])
    return mine.op === 'add' && first !== left && first === right ? its.inputs.toReversed() : its.inputs
  }

  return { differs, parameterCount: () => parameters.size }
}

/** For each node a number that those share, in all graphs with the same table, which compute the same of the same. */
function kinds({ nodes }: Graph, known: Map<string, number>): readonly number[] {
  const found: number[] = []
  for (const node of nodes) {
    const inputs = node.inputs.map((id) => found[id] ?? -1)
    const key = `${described(node)} <- ${(node.op === 'add' ? inputs.toSorted((a, b) => a - b) : inputs).join()}`
    const kind = known.get(key) ?? known.size
    known.set(key, kind)
    found.push(kind)
  }
  return found
}

/** Attributes that only say how weights begin; nnU-Net's networks begin as nnU-Net has it. */
const beginnings: ReadonlySet<string> = new Set(['init', 'bias_init'])

function attributesDiffer(mine: GraphNode, its: GraphNode): string | undefined {
  const { path } = mine.origin
  const [found, expected] = [mine, its].map(({ op, type }) => `\`${op}\` to ${formatShape(type.shape)}`)
  if (found !== expected) return `\`${path}\` is ${found}, where nnU-Net's has ${expected}`
  const name = Object.keys(mine.attributes).find(
    (one) => !beginnings.has(one) && shown(mine, one) !== shown(its, one),
  )
  if (name !== undefined)
    return `\`${path}\` has \`${name} = ${shown(mine, name)}\`, and nnU-Net's ${shown(its, name)}`
  return mine.inputs.length === its.inputs.length
    ? undefined
    : `\`${path}\` takes ${mine.inputs.length} tensors, and nnU-Net's ${its.inputs.length}`
}

const shown = ({ attributes }: GraphNode, name: string): string =>
  JSON.stringify(attributes[name]) ?? 'nothing'

/** `conv 3×3, …` with everything that decides what it computes. */
function described({ op, attributes, type, inputs }: GraphNode): string {
  const own = Object.entries(attributes)
    .filter(([name]) => !beginnings.has(name))
    .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
  const given = own.length === 0 ? '' : `(${own.join(', ')})`
  return `${op}${given} of ${inputs.length}, to ${formatShape(type.shape)}`
}
