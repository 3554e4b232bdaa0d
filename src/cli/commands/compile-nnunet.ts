// weft compile --target nnunet: a trainer for nnU-Net by a recipe, with the network's package, in a folder for nnUNet_extTrainer.
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { fail } from '../display.ts'
import { packageVersion } from '../../node/package-root.ts'
import { progress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { CompiledNetwork } from './compile-network.ts'
import { packageContent, type TorchArgs } from './compile-torch.ts'
import type { NetworkArgs } from './network-options.ts'
import type { Planned } from './planned-network.ts'

export type NnunetArgs = TorchArgs & NetworkArgs

export async function writeNnunet(
  args: NnunetArgs,
  compiled: CompiledNetwork,
  planned: Planned | undefined,
  terminal: Terminal,
): Promise<ExitCode> {
  const content = await packageContent(args, compiled, terminal)
  if (content === 'refused') return exitCodes.error
  const { names, opened } = content
  const { writingNnunetFolder } = await import('../../node/nnunet-folder.ts')
  const { inTurns } = await import('../../node/writing.ts')
  const line = progress(`writing ${args.out}`, terminal)
  const { graph, sources, training } = compiled
  const written = await inTurns(
    writingNnunetFolder(graph, sources, {
      directory: args.out,
      version: packageVersion(),
      training,
      names,
      weights: opened?.weights,
      command: commandOf(args),
      plans: planned?.plans,
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
  compiled.show(written.warnings)
  const { withSeparators } = await import('../../compiler/text/numbers.ts')
  const { setting, leftOut, added, files } = written
  terminal.out(
    [
      ...files.map(({ name, byteCount }) => `wrote ${name}  ${withSeparators(byteCount)} bytes`),
      `trainer  ${setting.trainer}, by ${training === undefined ? 'nnU-Net’s own settings' : `the recipe ${training.recipe.name}`}`,
      `takes    ${setting.channels}×${setting.patch.join('×')}, gives ${setting.classes} per voxel`,
      ...(leftOut.length === 0 ? [] : [`of nnU-Net, not of the recipe: ${leftOut.join(', ')}`]),
      ...(planned === undefined
        ? []
        : [
            added === undefined
              ? 'no configuration of the plans has it: the fusion is sparse, and nnU-Net’s own trainer would leave it dense'
              : `plans    with the configuration ${added}, for nnU-Net’s own trainer`,
          ]),
      ...(planned === undefined || planned.asked.classes !== undefined
        ? []
        : ['no dataset.json is given or lies beside the plans: the classes are the spec’s']),
      ...(opened?.notes ?? []),
      '',
    ].join('\n'),
  )
  return compiled.status
}

/** The same without plans: what a trainer misses is set by it, and the last setting of a name wins. */
function commandOf({
  file,
  recipe,
  network,
  project,
  weights,
  rename,
  fold,
  out,
  set = [],
}: NnunetArgs): string {
  const options = { recipe, network, project, weights, rename, fold }
  const given = [
    ...Object.entries(options).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name} ${quoted(value)}`],
    ),
    ...set.map((one) => `--set ${quoted(one)}`),
  ]
  return ['weft compile', quoted(file), '--target nnunet', `-o ${quoted(out)}`, ...given].join(' ')
}

/** A word for a shell. */
const quoted = (text: string): string =>
  /^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
