// What `weft comment` does. Apart from its options, so that other commands do not load it.
import {
  commentMarkdown,
  type CommentFile,
  type CommentNetwork,
  type CommentTotals,
} from '../../backends/report/comment/markdown.ts'
import { compareNetworks, type DiffSide } from '../../compiler/analysis/diff/compare.ts'
import { cost } from '../../compiler/analysis/cost.ts'
import { check, type Checked } from '../../compiler/compile.ts'
import { isProblem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import { renderDiagnostics } from '../../compiler/diagnostics/render.ts'
import { plainStyle } from '../../compiler/text/style.ts'
import { locateAtRevision } from '../../node/git-files.ts'
import { locate, type Located } from '../../node/spec-files.ts'
import { fail, seenFromHere } from '../display.ts'
import { exitCodeFor, exitCodes, type ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { emit } from './document-output.ts'
import { recipesOfNetwork } from './side-recipes.ts'

export interface CommentArgs {
  readonly files: string[]
  readonly from: string
  readonly project: string | undefined
  readonly out: string | undefined
}

/** Findings stand in a comment, which has no width of its own. */
const findingsWidth = 100

export function runComment({ files, from, project, out }: CommentArgs, terminal: Terminal): ExitCode {
  const read: CommentFile[] = []
  for (const file of files) {
    const one = commentFile(file, from, project)
    if (isProblem(one)) return fail(one, file, terminal)
    read.push(one)
  }
  const failed = emit(commentMarkdown(read, from), { out, format: 'md' }, terminal)
  if (failed !== undefined) return fail(failed, files[0] ?? '', terminal)
  if (read.some(({ verdict }) => verdict === 'error')) return exitCodes.error
  const differs = read.some(
    (one) => one.verdict === 'budget' || one.networks.some(({ change }) => change !== 'same'),
  )
  return differs ? exitCodes.differs : exitCodes.clean
}

function commentFile(file: string, from: string, project: string | undefined): CommentFile | Problem {
  const located = locate(file, project)
  const older = locateAtRevision(file, from, project)
  // A file that is new has nothing to be compared with; one that is gone was there before.
  if (isProblem(older) && older.name !== 'file-missing') return older
  const before = isProblem(older) ? undefined : versionOf(older, `${from}:${file}`)
  if (isProblem(located)) {
    if (located.name !== 'file-missing' || before === undefined) return located
    return { file, findings: '', verdict: 'sound', networks: networksOf(undefined, before) }
  }
  const now = versionOf(located, file)
  const { diagnostics, sources } = seenFromHere(now.checked, located)
  const status = exitCodeFor(diagnostics)
  return {
    file,
    findings: renderDiagnostics(diagnostics, { sources, width: findingsWidth, style: plainStyle, most: 20 }),
    verdict: status === exitCodes.clean ? 'sound' : status === exitCodes.differs ? 'budget' : 'error',
    networks: networksOf(now, before),
  }
}

const versionOf = (located: Located, name: string): Version => ({
  located,
  checked: check(located.entry, located.host),
  name,
})

interface Version {
  readonly located: Located
  readonly checked: Checked
  readonly name: string
}

/** In the order of the file as it is now, then what is gone. */
function networksOf(now: Version | undefined, before: Version | undefined): readonly CommentNetwork[] {
  const names = new Set(
    [now, before].flatMap((one) => one?.checked.graphs.map(({ network }) => network) ?? []),
  )
  return [...names].map((name): CommentNetwork => {
    const [a, b] = [
      before === undefined ? undefined : sideOf(before, name),
      now === undefined ? undefined : sideOf(now, name),
    ]
    const diff = a === undefined || b === undefined ? undefined : compareNetworks(a, b).document
    return {
      name,
      change: changeOf(now, { a, b, same: diff?.same }),
      before: totalsOf(a),
      after: totalsOf(b),
      diff,
    }
  })
}

interface Sides {
  readonly a: DiffSide | undefined
  readonly b: DiffSide | undefined
  readonly same: boolean | undefined
}

function changeOf(now: Version | undefined, { a, b, same }: Sides): CommentNetwork['change'] {
  if (b === undefined)
    return now !== undefined && exitCodeFor(now.checked.diagnostics) === exitCodes.error
      ? 'broken'
      : 'removed'
  if (a === undefined) return 'new'
  return same === true ? 'same' : 'changed'
}

function sideOf({ located, checked, name }: Version, network: string): DiffSide | undefined {
  const graph = checked.graphs.find((one) => one.network === network)
  if (graph === undefined) return undefined
  const { entry, host } = located
  const { recipes } = recipesOfNetwork({ entry, host, options: {} }, network)
  return { name, graph, sources: { entry, files: checked.sources }, recipes }
}

function totalsOf(side: DiffSide | undefined): CommentTotals | undefined {
  const totals = side === undefined ? undefined : cost(side.graph, side.sources).report?.totals
  if (totals === undefined) return undefined
  return {
    parameters: totals.training.effectiveParameters,
    macs: totals.inference.effectiveMacs ?? null,
  }
}
