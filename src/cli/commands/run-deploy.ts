// What `weft deploy` does: an imported model, or a run, as files that segment without Weft, and a server for a look at its page.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isProblem, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { withSeparators } from '../../compiler/text/numbers.ts'
import { deployableModel, deployableRun } from '../../node/deploy/deployable.ts'
import { targetWords, writingDeployment, type Deployed } from '../../node/deploy/write.ts'
import { isModelFolder } from '../../node/models/is-model-folder.ts'
import { isResultsFolder } from '../../node/models/results-folder.ts'
import { isRunFolder } from '../../node/runs/is-run-folder.ts'
import { isolationHeaders } from '../../node/serve-folder.ts'
import { temporaryFolder } from '../../node/temporary-folder.ts'
import { inTurns } from '../../node/writing.ts'
import { policy } from '../../pages/deploy/page.ts'
import { fail } from '../display.ts'
import { exitCodes, type ExitCode } from '../exit-codes.ts'
import { packageRoot, packageVersion } from '../../node/package-root.ts'
import { progress } from '../progress.ts'
import { served } from '../served.ts'
import type { Terminal } from '../terminal.ts'
import type { DeployArgs } from './deploy-args.ts'

/** What `npm run build` bundles for deployed models; as far from this file as from what it is bundled into. */
const programs = fileURLToPath(new URL('../../../deployed', import.meta.url))

const headers = { ...isolationHeaders, 'Content-Security-Policy': policy }

export async function runDeploy(args: DeployArgs, terminal: Terminal): Promise<ExitCode> {
  if (args.output !== undefined) {
    const deployed = await deploy(args, args.output, terminal)
    if (isProblem(deployed)) return fail(deployed, args.model, terminal)
    terminal.out(summary(args.output, deployed))
    return args.serve ? served(args.output, { port: args.port, headers }, terminal) : exitCodes.clean
  }
  const folder = temporaryFolder('weft-deploy-')
  if (isProblem(folder)) return fail(folder, args.model, terminal)
  try {
    const site = join(folder.path, 'site')
    const deployed = await deploy(args, site, terminal)
    return isProblem(deployed)
      ? fail(deployed, args.model, terminal)
      : await served(site, { port: args.port, headers }, terminal)
  } finally {
    folder.remove()
  }
}

async function deploy(
  { model: path, target, checkpoint }: DeployArgs,
  directory: string,
  terminal: Terminal,
): Promise<Deployed | Problem> {
  const words = targetWords(target)
  const model = isModelFolder(path)
    ? deployableModel(path)
    : isRunFolder(path)
      ? deployableRun(path, { target: words, ...(checkpoint === undefined ? {} : { checkpoint }) })
      : problem('predictor-missing', { path, isResults: isResultsFolder(path) })
  if (isProblem(model)) return model
  const line = progress(`writing ${directory}`, terminal)
  const onProgress = (bytes: number, all: number): void => line.show(bytes, all)
  const deployed = await inTurns(
    writingDeployment(model, { directory, target, weft: packageVersion(), programs, root: packageRoot(), onProgress }), // prettier-ignore
  )
  line.clear()
  return deployed
}

function summary(folder: string, { deployment, bytes }: Deployed): string {
  const { network, channels, outputs, members, files } = deployment
  const names = outputs.map(({ name }) => name).join(', ')
  const networks = `${members.length} network${members.length === 1 ? '' : 's'}`
  return `wrote ${folder}  ${files.length} files, ${withSeparators(bytes)} bytes\n${network}, ${networks}, ${channels.join(', ')} to ${names}\n`
}
