// What `weft weights` writes, whichever file it is.
import type { Parameter } from '../../compiler/ir/graph.ts'
import type { Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import type { Stepwise } from '../../node/writing.ts'
import { storedTypeOf, type StoredType } from '../../weights/dtypes.ts'
import type { Weights } from '../../weights/weights.ts'
import { commandFindings, showFindings } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { Checkpoint } from '../../node/mapped-checkpoint.ts'
import type { CompiledNetwork } from './compile-network.ts'
import type { NetworkArgs } from './network-options.ts'
import type { TrainedWeightArgs } from './weight-options.ts'

export interface WeightsArgs extends NetworkArgs, TrainedWeightArgs {
  readonly file: string
  readonly json: boolean
  readonly out: string | undefined
  readonly to: string | undefined
  readonly outputs: 'inference' | 'all'
}

export interface WeightsTask {
  readonly args: WeightsArgs
  readonly compiled: CompiledNetwork
  readonly parameters: readonly Parameter[]
  readonly checkpoint: Checkpoint | undefined
  readonly terminal: Terminal
}

interface Writing {
  readonly count: number
  readonly writing: Stepwise<Problem | undefined>
}

/** Writes the weights of a checkpoint that fits, or those that the spec begins with. */
export async function writeAll(
  { args, compiled, checkpoint, terminal }: WeightsTask,
  path: string,
  begin: (weights: Weights, onProgress: (done: number, all: number) => void) => Writing,
): Promise<ExitCode> {
  const problems = checkpoint?.renaming.problems ?? []
  if (problems.length > 0) return fail(problems, args.file, terminal)
  const { initialise } = await import('../../weights/initialise.ts')
  const { inTurns } = await import('../../node/writing.ts')
  const line = progress(`writing ${path}`, terminal)
  let bytes = 0
  const { count, writing } = begin(
    checkpoint?.renaming.weights ?? initialise(compiled.graph, args.seed),
    (done, all) => {
      bytes = done
      line.show(done, all)
    },
  )
  const failed = await inTurns(writing)
  line.clear()
  show(checkpoint?.warnings() ?? [], args.file, terminal)
  if (failed !== undefined) return fail([failed], args.file, terminal)
  terminal.out(`wrote ${path}  ${withSeparators(count)} tensors, ${withSeparators(bytes)} bytes\n`)
  return compiled.status
}

/** Numbers of a checkpoint stay what they are there, so that writing them back gives the same bytes. */
export function storedType({ path }: Parameter, checkpoint: Checkpoint | undefined): StoredType {
  const tensor = checkpoint?.renaming.sources.get(path)?.tensor
  const dtype = tensor === undefined ? undefined : checkpoint?.file.entries.get(tensor)?.dtype
  return dtype === undefined ? 'F32' : storedTypeOf(dtype)
}

export function show(problems: readonly Problem[], file: string, terminal: Terminal): void {
  showFindings(
    problems.map((one) => commandFindings(one, file)),
    terminal,
  )
}

export function fail(problems: readonly Problem[], file: string, terminal: Terminal): ExitCode {
  show(problems, file, terminal)
  return exitCodes.error
}
