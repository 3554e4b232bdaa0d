// weft compile --target torch: the network as a Python package in a folder of its own.
import type { OfficialNames } from '../../backends/torch/state-names.ts'
import { parametersNeeded } from '../../compiler/analysis/reach.ts'
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { commandFindings, fail, showFindings } from '../display.ts'
import { packageVersion } from '../package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { CompiledNetwork } from './compile-network.ts'
import { readSpecOrRunWeights, type RunWeightArgs } from './weight-options.ts'

export interface TorchArgs extends RunWeightArgs {
  readonly out: string
}

/** Weights of a run or of a file go along; without them the package begins as the spec says. */
export async function writeTorch(
  args: TorchArgs,
  compiled: CompiledNetwork,
  terminal: Terminal,
): Promise<ExitCode> {
  const names = await officialNames(args, compiled, terminal)
  if (names === 'refused') return exitCodes.error
  const isTrained = args.weights !== undefined || compiled.run !== undefined
  const opened = isTrained ? await readSpecOrRunWeights(args, compiled, 'all', terminal) : undefined
  if (isTrained && opened === undefined) return exitCodes.error
  const { writingTorchPackage } = await import('../../node/torch-package.ts')
  const { inTurns } = await import('../../node/writing.ts')
  const line = progress(`writing ${args.out}`, terminal)
  const { graph, sources } = compiled
  const written = await inTurns(
    writingTorchPackage(graph, sources, {
      directory: args.out,
      version: packageVersion(),
      names,
      weights: opened?.weights,
      onProgress: (done, all) => line.show(done, all),
    }),
  )
  line.clear()
  opened?.close()
  if (written.kind === 'failed') return fail(written.problem, args.file, terminal)
  if (written.kind === 'refused') {
    compiled.show(written.diagnostics)
    return exitCodes.error
  }
  terminal.out(await summary(compiled, written.files, opened?.notes ?? []))
  return compiled.status
}

/** With a map, state dicts have the names of the checkpoints that it is for; without one, paths. */
export async function officialNames(
  args: TorchArgs,
  { graph }: CompiledNetwork,
  terminal: Terminal,
): Promise<OfficialNames | undefined | 'refused'> {
  const { weights, rename } = args
  if (rename === undefined || rename === 'none') return undefined
  const { official, problems, place } =
    weights === undefined
      ? await namesOfMap(rename, graph)
      : await namesOfCheckpoint({ ...args, weights }, graph)
  const turned = official.find(({ isTurned }) => isTurned)
  const found =
    turned === undefined
      ? problems
      : [...problems, problem('torch-names-turned', { tensor: turned.keys[0] ?? '' })]
  if (found.length > 0) {
    showFindings(
      found.map((one) => commandFindings(one, place)),
      terminal,
    )
    return 'refused'
  }
  const shapes = new Map(graph.parameters.map(({ path, shape }) => [path, shape]))
  return new Map(
    official.map(({ path, keys, shape }) => [
      path,
      shape.join() === shapes.get(path)?.join() ? { keys } : { keys, shape },
    ]),
  )
}

interface Official {
  readonly path: string
  readonly keys: readonly string[]
  readonly shape: readonly number[]
  readonly isTurned: boolean
}

interface FoundNames {
  readonly official: readonly Official[]
  readonly problems: readonly Problem[]
  /** The file that is wrong where something is. */
  readonly place: string
}

/** Those that the checkpoint has, some of which the map might leave out. */
async function namesOfCheckpoint(
  args: TorchArgs & { readonly weights: string },
  graph: Graph,
): Promise<FoundNames> {
  const { openCheckpoint } = await import('./checkpoint.ts')
  const needed = parametersNeeded(graph, 'all')
  const opened = openCheckpoint(args, graph, ({ id }) => needed.has(id))
  const place = args.weights
  if (!('renaming' in opened)) return { official: [], problems: opened, place }
  const { sources, prefix } = opened.renaming
  opened.file.close()
  const bare = (name: string): string => (name.startsWith(prefix) ? name.slice(prefix.length) : name)
  const official = [...sources].map(([path, { tensor, copies = [], permute }]) => ({
    path,
    keys: [tensor, ...copies].map(bare),
    shape: opened.file.entries.get(tensor)?.shape ?? [],
    isTurned: permute !== undefined,
  }))
  return { official, problems: [], place }
}

async function namesOfMap(rename: string, graph: Graph): Promise<FoundNames> {
  const { officialOf } = await import('./rename-maps.ts')
  const { tensors, problems } = officialOf(rename, graph, graph.parameters)
  const official = tensors.map(({ parameter, names, shape, permute }) => ({
    path: parameter.path,
    keys: names,
    shape,
    isTurned: permute !== undefined,
  }))
  return { official, problems, place: rename }
}

/** What was written, for a person, and how it is used. */
async function summary(
  { graph }: CompiledNetwork,
  files: readonly { readonly name: string; readonly byteCount: number }[],
  notes: readonly string[],
): Promise<string> {
  const { withSeparators } = await import('../../compiler/text/numbers.ts')
  const { formatShape } = await import('../../compiler/ir/tensor.ts')
  const described = ({ name, node }: { readonly name: string; readonly node: number }): string =>
    `${name} N×${formatShape(graph.nodes[node]?.type.shape ?? [])}`
  const aux = graph.outputs.filter((one) => one.aux)
  return [
    ...files.map(({ name, byteCount }) => `wrote ${name}  ${withSeparators(byteCount)} bytes`),
    `inputs   ${graph.inputs.map(described).join(', ')}`,
    `outputs  ${graph.outputs
      .filter((one) => !one.aux)
      .map(described)
      .join(', ')}`,
    ...(aux.length === 0 ? [] : [`with deep_supervision  ${aux.map(described).join(', ')}`]),
    ...notes,
    '',
  ].join('\n')
}
