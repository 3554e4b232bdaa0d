// weft compile --target torch: the network as a Python package in a folder of its own.
import type { OfficialNames } from '../../backends/torch/state-names.ts'
import { parametersNeeded } from '../../compiler/analysis/reach.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import type { OfficialTensor } from '../../weights/unrename.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { commandFindings, fail, showFindings } from '../display.ts'
import { packageVersion } from '../../node/package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { CompiledNetwork } from './compile-network.ts'
import { readSpecOrTrainedWeights, type TrainedWeightArgs } from './weight-options.ts'

export interface TorchArgs extends TrainedWeightArgs {
  readonly out: string
}

/** Weights of a run or of a file go along; without them the package begins as the spec says. */
export async function writeTorch(
  args: TorchArgs,
  compiled: CompiledNetwork,
  terminal: Terminal,
): Promise<ExitCode> {
  const content = await packageContent(args, compiled, terminal)
  if (content === 'refused') return exitCodes.error
  const { names, opened } = content
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

interface PackageContent {
  readonly names: OfficialNames | undefined
  readonly opened: Awaited<ReturnType<typeof readSpecOrTrainedWeights>>
}

/** What a package has beside the network: names of state dicts, and weights where a file or a run has some. */
export async function packageContent(
  args: TorchArgs,
  compiled: CompiledNetwork,
  terminal: Terminal,
): Promise<PackageContent | 'refused'> {
  const names = await officialNames(args, compiled, terminal)
  if (names === 'refused') return 'refused'
  const { weights, checkpoint, ema, fold } = args
  const isTrained = [weights, checkpoint, ema, fold, compiled.run, compiled.model].some(
    (one) => one !== undefined,
  )
  const opened = isTrained ? await readSpecOrTrainedWeights(args, compiled, 'all', terminal) : undefined
  return isTrained && opened === undefined ? 'refused' : { names, opened }
}

/** With a map, state dicts have the names of the checkpoints that it is for; without one, paths. */
async function officialNames(
  args: TorchArgs,
  { graph }: CompiledNetwork,
  terminal: Terminal,
): Promise<OfficialNames | undefined | 'refused'> {
  const { weights, rename } = args
  if (rename === undefined || rename === 'none') return undefined
  const { tensors, problems, place } =
    weights === undefined
      ? {
          ...(await import('../../node/rename-maps.ts')).officialOf(rename, graph, graph.parameters),
          place: rename,
        }
      : await namesOfCheckpoint({ ...args, weights }, graph)
  const { officialNamesOf } = await import('../../backends/torch/state-names.ts')
  const names = officialNamesOf(tensors)
  const found = isProblem(names) ? [...problems, names] : problems
  if (isProblem(names) || found.length > 0) {
    showFindings(
      found.map((one) => commandFindings(one, place)),
      terminal,
    )
    return 'refused'
  }
  return names
}

interface FoundNames {
  readonly tensors: readonly OfficialTensor[]
  readonly problems: readonly Problem[]
  /** The file that is wrong where something is. */
  readonly place: string
}

/** Those that the checkpoint has, some of which the map might leave out. */
async function namesOfCheckpoint(
  args: TorchArgs & { readonly weights: string },
  graph: Graph,
): Promise<FoundNames> {
  const { openCheckpoint } = await import('../../node/mapped-checkpoint.ts')
  const needed = parametersNeeded(graph, 'all')
  const opened = openCheckpoint(args, graph, ({ id }) => needed.has(id))
  const place = args.weights
  if (!('renaming' in opened)) return { tensors: [], problems: opened, place }
  const { sources, prefix } = opened.renaming
  opened.file.close()
  const bare = (name: string): string => (name.startsWith(prefix) ? name.slice(prefix.length) : name)
  const tensors = graph.parameters.flatMap((parameter) => {
    const source = sources.get(parameter.path)
    if (source === undefined) return []
    const { tensor, copies = [], permute } = source
    const shape = opened.file.entries.get(tensor)?.shape ?? []
    return [
      { parameter, names: [tensor, ...copies].map(bare), shape, ...(permute !== undefined && { permute }) },
    ]
  })
  return { tensors, problems: [], place }
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
