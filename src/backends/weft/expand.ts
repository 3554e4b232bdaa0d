// A graph as a spec again: every recurrence, argument and default written out. It compiles to a graph of the same counts.
import type {
  Budget,
  Coverage,
  Fusion,
  FusionEdge,
  FusionNode,
  Graph,
  Kept,
  NodeId,
  SparsitySetting,
} from '../../compiler/ir/graph.ts'
import { formatShape } from '../../compiler/ir/tensor.ts'
import {
  claimName,
  familyName,
  nameOf,
  newWriter,
  node,
  sharedName,
  write,
  type Writer,
  type Written,
} from './expressions.ts'
import { freshName } from './fresh-name.ts'
import { edgeName, sameHome, type Home } from './homes.ts'
import { plainText, stageText } from './stages.ts'
import { tableLines } from './tables.ts'

/** The fully elaborated spec, in Weft. Deterministic; ends with a newline. */
export function expandGraph(graph: Graph): string {
  const writer = newWriter(graph)
  const inside = [
    ...graph.inputs.map(({ node: id }) => inputLine(writer, id)),
    ...sharedLines(writer),
    ...bodyOf(writer),
    ...graph.budgets.map(budgetLine),
  ]
  const lines = [
    ...tableLines(writer.tables),
    ...writer.blocks,
    ...header(graph),
    `network ${graph.network} {`,
    ...indent(inside),
    '}',
  ]
  return `${lines.join('\n')}\n`
}

function header({ network, arguments: args }: Graph): string[] {
  return [
    `/// ${network}, elaborated with:`,
    ...args.map(({ name, value }) => `///   ${name} = ${plainText(value)}`),
  ]
}

const indent = (lines: readonly string[]): string[] =>
  lines.flatMap((text) => text.split('\n')).map((line) => (line === '' ? '' : `  ${line}`))

const shapeComment = (writer: Writer, id: NodeId): string => ` // ${formatShape(node(writer, id).type.shape)}`

function inputLine(writer: Writer, id: NodeId): string {
  return `input ${writer.names.inputs.get(id) ?? 'image'}: ${plainText(node(writer, id).type.shape)}`
}

function sharedLines(writer: Writer): string[] {
  return [...writer.sharedNames].map(
    ([id, name]) => `share let ${name} = ${stageText(writer.graph, node(writer, id), writer.tables)}`,
  )
}

/** Backbones and fusions, then what is kept and outputs; what they need from the body stands before as `let`. */
function bodyOf(writer: Writer): string[] {
  const { graph } = writer
  return [
    ...bodyLets(writer),
    ...graph.backbones.flatMap((one) => ['', ...backboneLines(writer, one.path)]),
    ...graph.fusions.flatMap((one) => ['', ...fusionLines(writer, one)]),
    ...(graph.outputs.length === 0 ? [] : ['']),
    ...graph.kept
      .filter((one) => keptHome(writer, one) === body)
      .flatMap((one) => keepLines(writer, one, body)),
    ...graph.outputs.flatMap(({ name, node: id, aux }) => {
      const known = nameOf(writer, id, body)
      const written = known === undefined ? write(writer, id, body) : { lets: [], text: known }
      return [
        ...written.lets,
        statement(`${aux ? 'aux ' : ''}output ${name} = ${written.text}`, shapeComment(writer, id)),
      ]
    }),
  ]
}

const body: Home = { kind: 'body' }

/** Tensors of the body that levels, edges or several outputs use. */
function bodyLets(writer: Writer): string[] {
  const lines: string[] = []
  const outputs = [
    ...writer.graph.outputs.map((one) => one.node),
    ...writer.graph.kept.flatMap((one) => one.nodes),
  ]
  for (const id of writer.order) {
    if (writer.homes[id]?.kind !== 'body' || writer.names.inputs.has(id) || writer.names.members.has(id))
      continue
    const uses = writer.consumers[id] ?? []
    const named = outputs.filter((one) => one === id).length
    const elsewhere = uses.some((use) => writer.homes[use]?.kind !== 'body') || isEdge(writer.graph, id)
    if (!elsewhere && uses.length + named <= 1 && !writer.cuts.has(id)) continue
    if (writer.names.lets.has(id)) continue
    const written = write(writer, id, body)
    const name = claimName(writer, id)
    lines.push(...written.lets, statement(`let ${name} = ${written.text}`, shapeComment(writer, id)))
  }
  return lines
}

function isEdge(graph: Graph, id: NodeId): boolean {
  return graph.fusions.some((fusion) =>
    fusion.nodes.some((one) => one.edges.some((edge) => edge.node === id)),
  )
}

// ---------------------------------------------------------------- what is kept

/** Where a `keep` is written: in the edge or fuse whose block has it, else in the network's body. */
function keptHome(writer: Writer, { path, nodes }: Kept): Home {
  const home = nodes.map((id) => writer.homes[id]).find((one) => one?.kind === 'edge' || one?.kind === 'fuse')
  return home !== undefined && path.startsWith(`${home.key}.`) ? home : body
}

const keptAt = (writer: Writer, home: Home): readonly Kept[] =>
  writer.graph.kept.filter((one) => sameHome(keptHome(writer, one), home))

function keepLines(
  writer: Writer,
  { path, nodes, run }: Kept,
  at: Home,
  given?: ReadonlyMap<NodeId, string>,
): string[] {
  const all = nodes.map((id): Written => {
    const known = given?.get(id) ?? nameOf(writer, id, at)
    return known === undefined ? write(writer, id, at, given) : { lets: [], text: known }
  })
  const [only, ...others] = all
  const text = others.length === 0 ? (only?.text ?? '') : `[${all.map((one) => one.text).join(', ')}]`
  const name = freshName(path, writer.names.taken)
  return [...all.flatMap((one) => one.lets), statement(`keep ${run ? 'run ' : ''}${name} = ${text}`, '')]
}

// ---------------------------------------------------------------- backbones

function backboneLines(writer: Writer, path: string): string[] {
  const backbone = writer.graph.backbones.find((one) => one.path === path)
  if (backbone === undefined) return []
  const lines = backbone.levels.flatMap(({ index, node: id }) => {
    const key = `${path}.level[${index.join(',')}]`
    const written = resultOf(writer, id, { kind: 'level', backbone, key })
    return [
      ...written.lets,
      statement(`level[${index.join(', ')}] = ${written.text}`, shapeComment(writer, id)),
    ]
  })
  return [`backbone ${familyName(writer, path)} {`, ...indent(lines), '}']
}

/** The expression of a member: of its own tensor, or the name of another one. */
function resultOf(
  writer: Writer,
  id: NodeId,
  home: Extract<Home, { key: string }>,
  given?: ReadonlyMap<NodeId, string>,
): Written {
  const own = writer.homes[id]
  if (own !== undefined && own.kind !== 'body' && own.key === home.key) return write(writer, id, home, given)
  const name = given?.get(id) ?? writer.names.lets.get(id) ?? foreignName(writer, id, home)
  return name === undefined ? write(writer, id, home, given) : { lets: [], text: name }
}

/** A member of a family other than the one being defined, or of the same fusion for an edge. */
function foreignName(writer: Writer, id: NodeId, home: Extract<Home, { key: string }>): string | undefined {
  const input = writer.names.inputs.get(id)
  if (input !== undefined) return input
  const path = home.kind === 'level' ? home.backbone.path : home.fusion.path
  const members = writer.names.members.get(id) ?? []
  const inside = members.find((one) => one.path === path)
  // A member that is a tensor of the body is no name for itself.
  const own =
    inside === undefined ? '' : `${inside.path}.${inside.kind}[${inside.index.replaceAll(', ', ',')}]`
  const selfDefining =
    (home.kind === 'fuse' && home.node.edges.length === 0) || home.key === own || home.key === `${own}.fuse`
  if (inside !== undefined && !selfDefining) return `${inside.kind}[${inside.index}]`
  // A node may be a level; the level is then not said by the node.
  const outside = members.find((one) => one.path !== path && (home.kind !== 'level' || one.kind === 'level'))
  return outside === undefined ? undefined : `${outside.family}[${outside.index}]`
}

// ---------------------------------------------------------------- fusions

function fusionLines(writer: Writer, fusion: Fusion): string[] {
  const sparse = sparsityLines(writer, fusion)
  const lines = [
    ...fusion.nodes.flatMap((one) => nodeLines(writer, fusion, one, sparse.indexed)),
    ...sparse.lines,
  ]
  return [`fusion ${familyName(writer, fusion.path)} {`, ...indent(lines), '}']
}

const letters = ['i', 'j', 'k', 'l', 'm', 'n']

/** `node[0, 1]`, or `node[i, j] for i in [0], j in [1]` where the sparsity depends on the indices. */
function nodeHead(one: FusionNode, indexed: boolean): string {
  if (!indexed || one.edges.length === 0) return `node[${one.index.join(', ')}]`
  const names = one.index.map((_, axis) => letters[axis] ?? `i${axis}`)
  const bindings = one.index.map((value, axis) => `${names[axis]} in [${value}]`)
  return `node[${names.join(', ')}] for ${bindings.join(', ')}`
}

function nodeLines(writer: Writer, fusion: Fusion, one: FusionNode, indexed: boolean): string[] {
  const head = nodeHead(one, indexed)
  const path = `${fusion.path}.node[${one.index.join(',')}]`
  const fuse: Extract<Home, { kind: 'fuse' }> = { kind: 'fuse', fusion, node: one, key: `${path}.fuse` }
  const comment = shapeComment(writer, one.node)
  if (one.edges.length === 0)
    return [statement(`${head} = ${resultOf(writer, one.node, fuse).text}`, comment)]
  const edges = one.edges.map((edge, k) => {
    const home: Home = { kind: 'edge', fusion, node: one, edge, key: `${path}.${edgeName(edge)}` }
    const written = edgeText(writer, edge.node, home, edgeNames(one.edges.slice(0, k)))
    return statement(`edge ${edgeName(edge)} = ${written}`, shapeComment(writer, edge.node))
  })
  const fused = fuseText(writer, one, fuse)
  return [`${head} {`, ...indent([...edges, ...fused.lets, statement(`fuse = ${fused.text}`, comment)]), '}']
}

type Part = Extract<Home, { kind: 'edge' | 'fuse' }>

/**
 * An edge as one expression. One whose tensors meet again (a residual) becomes a block of its own before the network: a `let` of the node
 * would count as part of the fuse, where another sparsity may hold. So does one that keeps something: only blocks and networks can.
 */
function edgeText(writer: Writer, id: NodeId, home: Part, given: ReadonlyMap<NodeId, string>): string {
  const needed = meetsAgain(writer, home) || keptAt(writer, home).length > 0
  return needed ? blockText(writer, id, home, given) : resultOf(writer, id, home, given).text
}

/** A block of its own, applied to what the part reads from outside. */
function blockText(writer: Writer, id: NodeId, home: Part, given?: ReadonlyMap<NodeId, string>): string {
  const own = writer.residents.get(home.key) ?? []
  const outside = [
    ...new Set(
      own.flatMap((at) => node(writer, at).inputs.filter((input) => !sameHome(writer.homes[input], home))),
    ),
  ]
  const shared = [...new Set(own.flatMap((at) => sharedName(writer, at) ?? []))]
  const inputs = outside.map((_, k) => `x${k}`)
  const inside = new Map(outside.map((at, k) => [at, `x${k}`]))
  const kept = keptAt(writer, home).flatMap((one) => keepLines(writer, one, home, inside))
  const written = write(writer, id, home, inside)
  const name = freshName(`${home.key}_block`, writer.names.taken)
  const params = shared.map((one) => `${one}: block`).join(', ')
  const lines = [`in ${inputs.join(', ')}`, ...kept, ...written.lets, `out ${written.text}`]
  writer.blocks.push(`block ${name}${params === '' ? '' : `(${params})`} {`, ...indent(lines), '}', '')
  const args = [
    ...outside.map((at) => given?.get(at) ?? nameOf(writer, at, home) ?? ''),
    ...shared.map((one) => `${one} = ${one}`),
  ]
  return `${name}(${args.join(', ')})`
}

/** Whether a tensor of the edge is used more than once inside it, or its expression is too long for one. */
function meetsAgain(writer: Writer, home: Part): boolean {
  const own = writer.residents.get(home.key) ?? []
  return own.some(
    (at) =>
      writer.cuts.has(at) ||
      (writer.consumers[at] ?? []).filter((use) => sameHome(writer.homes[use], home)).length > 1,
  )
}

/** What edges are called in those after them and in the fuse: by their places among those of the same name. */
function edgeNames(edges: readonly FusionEdge[]): ReadonlyMap<NodeId, string> {
  const positions = new Map<string, number>()
  const names = new Map<NodeId, string>()
  for (const { name, index, node: id } of edges) {
    const position = positions.get(name) ?? 0
    positions.set(name, position + 1)
    if (!names.has(id)) names.set(id, index.length === 0 ? name : `${name}[${position}]`)
  }
  return names
}

/** A fuse that begins with all edges is a block; any other names the edges it uses. */
function fuseText(writer: Writer, one: FusionNode, home: Extract<Home, { kind: 'fuse' }>): Written {
  const given = edgeNames(one.edges)
  if (keptAt(writer, home).length > 0) return { lets: [], text: blockText(writer, one.node, home, given) }
  const written = resultOf(writer, one.node, home, given)
  const all = one.edges.map((edge) => given.get(edge.node) ?? '')
  const prefix = all.length === 1 ? `${all[0]} -> ` : `[${all.join(', ')}] -> `
  const distinct = new Set(one.edges.map((edge) => edge.node)).size === one.edges.length
  const blockLike = distinct && written.lets.length === 0 && written.text.startsWith(prefix)
  return blockLike ? { lets: [], text: written.text.slice(prefix.length) } : written
}

// ---------------------------------------------------------------- sparsity

interface SparsityLines {
  readonly lines: readonly string[]
  /** Whether the values depend on the node's indices. */
  readonly indexed: boolean
}

/** What the fusion demanded of each region of each node, as clauses; densities that differ by node become conditions on the indices. */
function sparsityLines(writer: Writer, fusion: Fusion): SparsityLines {
  const { sparsity } = fusion
  const position = writer.graph.fusions.indexOf(fusion)
  if (sparsity === undefined) return { lines: [], indexed: false }
  const regions = new Map<string, Map<string, number>>()
  for (const parameter of writer.graph.parameters) {
    if (parameter.name !== 'weight') continue
    const at = regionOf(writer, parameter.origin.path, parameter.coverage, position)
    if (at === undefined) continue
    const values = regions.get(at.region) ?? new Map<string, number>()
    regions.set(at.region, values.set(at.index, sparsityOf(parameter.coverage)))
  }
  const clauses = [...regions].map(([region, values]) => ({ region, value: sparsityText(values) }))
  const body = settingLines(sparsity)
  const lines = clauses.map(({ region, value }, k) =>
    k === 0 ? [`sparsity ${value} on ${region} {`, ...indent(body), '}'] : [`sparsity ${value} on ${region}`],
  )
  const none = [[`sparsity 0 {`, ...indent(body), '}']]
  return {
    lines: (clauses.length === 0 ? none : lines).flat(),
    indexed: clauses.some(({ value }) => value.includes('?')),
  }
}

function sparsityOf(coverage: Coverage | undefined): number {
  const share = 1 - (coverage?.density ?? 1)
  return Math.round(share * 1e12) / 1e12
}

function regionOf(
  writer: Writer,
  path: string,
  coverage: Coverage | undefined,
  position: number,
): { readonly region: string; readonly index: string } | undefined {
  const made = writer.paths.get(path)
  const home = made === undefined ? undefined : writer.homes[made]
  if (home?.kind !== 'edge' && home?.kind !== 'fuse') return undefined
  if (
    writer.graph.fusions.indexOf(home.fusion) !== position ||
    (coverage !== undefined && coverage.fusion !== position)
  )
    return undefined
  const masked = ['conv', 'conv_transpose'].includes(made === undefined ? '' : node(writer, made).op)
  if (!masked) return undefined
  return {
    region: home.kind === 'fuse' ? 'fuse' : `edge ${home.edge.name}`,
    index: home.node.index.join(','),
  }
}

/** One value, or the commonest one with the others as conditions. */
function sparsityText(values: ReadonlyMap<string, number>): string {
  const counts = new Map<number, number>()
  for (const value of values.values()) counts.set(value, (counts.get(value) ?? 0) + 1)
  const [common = 0] = [...counts].sort((a, b) => b[1] - a[1]).map(([value]) => value)
  const rest = [...counts.keys()].filter((value) => value !== common)
  const conditions = rest.map((value) => {
    const members = [...values]
      .filter(([, one]) => one === value)
      .map(([index]) => `[${index.split(',').join(', ')}]`)
    const names = (members[0]?.split(',') ?? []).map((_, axis) => letters[axis] ?? `i${axis}`)
    return `contains([${members.join(', ')}], [${names.join(', ')}]) ? ${value} : `
  })
  return `${conditions.join('')}${common}`
}

function settingLines({ granularity, outs, init, drop, grow, every }: SparsitySetting): string[] {
  const grain = outs === undefined ? granularity : `${granularity}(outs = ${outs})`
  const lines = [`granularity = ${grain}`, `init = ${init}`]
  if (drop !== undefined) {
    const decay = drop.decay === 'cosine' ? `cosine(to = ${drop.to})` : 'constant'
    lines.push(`drop = l1(rate = ${drop.rate}, decay = ${decay})`)
  }
  if (grow !== undefined) lines.push(`grow = ${grow}`)
  if (every !== undefined) lines.push(`every = ${every} steps`)
  return lines
}

// ---------------------------------------------------------------- lines

const width = 110

/** One statement; a pipe that does not fit breaks before each arrow. */
function statement(text: string, comment: string): string {
  if (text.length + comment.length <= width) return text + comment
  const [first = '', ...stages] = splitPipe(text)
  return stages.length === 0
    ? text + comment
    : [first, ...stages.map((stage, k) => `    -> ${stage}${k === stages.length - 1 ? comment : ''}`)].join(
        '\n',
      )
}

/** The stages of the outermost pipe: arrows inside brackets do not count. */
function splitPipe(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if ('([{'.includes(char)) depth += 1
    else if (')]}'.includes(char)) depth -= 1
    else if (depth === 0 && text.startsWith(' -> ', at)) {
      parts.push(text.slice(start, at))
      start = at + 4
    }
  }
  return [...parts, text.slice(start)]
}

function budgetLine({ metric, dense, mode, batch, limit }: Budget): string {
  const args = [mode, batch === undefined ? undefined : `batch = ${batch}`].filter((one) => one !== undefined)
  return `budget ${metric}${dense ? '.dense' : ''}${args.length === 0 ? '' : `(${args.join(', ')})`} <= ${limit}`
}
