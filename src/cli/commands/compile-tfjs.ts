// weft compile --target tfjs: the network as a TensorFlow.js graph model in a folder of its own.
import type { EmittedFile } from '../../backends/backend.ts'
import type { TfGraph } from '../../backends/tfjs/graph-model/model.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageVersion } from '../../node/package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { CompiledNetwork } from './compile-network.ts'
import type { OpenedWeights } from './trained-weights.ts'

export interface TfjsArgs {
  readonly file: string
  readonly out: string
  readonly outputs: 'inference' | 'all'
  readonly shard: number | undefined
  readonly precision: 'f32' | 'f16' | 'int8'
}

export async function writeTfjs(
  args: TfjsArgs,
  { graph, sources, show, status }: CompiledNetwork,
  { weights, origin, notes = [] }: OpenedWeights,
  terminal: Terminal,
): Promise<ExitCode> {
  const { writingGraphModel } = await import('../../node/tfjs-graph-model.ts')
  const { inTurns } = await import('../../node/writing.ts')
  const line = progress(`writing ${args.out}`, terminal)
  const written = await inTurns(
    writingGraphModel(graph, sources, {
      directory: args.out,
      weights,
      provenance: { weftVersion: packageVersion(), weights: origin },
      outputs: args.outputs,
      ...(args.precision === 'f16' ? { precision: 'f16' } : {}),
      ...(args.shard === undefined ? {} : { shardBytes: args.shard * 2 ** 20 }),
      onProgress: (done, all) => line.show(done, all),
    }),
  )
  line.clear()
  switch (written.kind) {
    case 'refused':
      show(written.diagnostics)
      return exitCodes.error
    case 'failed':
      return fail(written.problem, args.file, terminal)
    case 'written':
      terminal.out(await summary(written, notes))
      return status
  }
}

/** What was written, for a person: files with their sizes, what goes in and what comes out. */
async function summary(
  { files, model }: { readonly files: readonly EmittedFile[]; readonly model: TfGraph },
  notes: readonly string[],
): Promise<string> {
  const { withSeparators } = await import('../../compiler/text/numbers.ts')
  const described = ({ name, dims }: TfGraph['inputs'][number]): string =>
    `${name} N×${dims.slice(1).join('×')}`
  return [
    ...files.map(({ name, byteCount }) => `wrote ${name}  ${withSeparators(byteCount)} bytes`),
    `graph model of ${withSeparators(model.nodes.length)} operations`,
    `inputs   ${model.inputs.map(described).join(', ')}`,
    `outputs  ${model.outputs.map(described).join(', ')}`,
    ...notes,
    '',
  ].join('\n')
}
