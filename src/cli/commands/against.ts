// What `--against` names: another spec, a network of one, with arguments, as the language itself writes them.
import { DiagnosticBag, problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Argument, Expr } from '../../compiler/syntax/ast.ts'
import { parseExpression } from '../../compiler/syntax/parse.ts'
import { sourceFile } from '../../compiler/text/source.ts'
import { settingsInForce, type NetworkArgs } from './network-options.ts'

/** `nnunet.weft`, `nnunet.weft#NNUNet`, `nnunet.weft#NNUNet(base = 48)`, `#NNUNet` of the file itself. */
export function readAgainst(given: string, own: NetworkArgs): NetworkArgs | Problem {
  const hash = callStart(given)
  const file = (hash === -1 ? given : given.slice(0, hash)).trim()
  const call = hash === -1 ? undefined : given.slice(hash + 1).trim()
  if (file === '' && call === undefined) return problem('malformed-against', { given })
  const project = file === '' ? own.project : undefined
  const place = { file: file === '' ? own.file : file, project }
  if (call === undefined) return { ...place, network: undefined, set: undefined }
  const read = readCall(call)
  return read === undefined ? problem('malformed-against', { given }) : { ...place, ...read }
}

/** A network stands after the file's ending; `#` may be in a folder's name and in an argument. */
function callStart(given: string): number {
  if (given.startsWith('#')) return 0
  const found = /\.weft\s*#/.exec(given)
  return found === null ? given.indexOf('#', given.lastIndexOf('/') + 1) : given.indexOf('#', found.index)
}

function readCall(text: string): Pick<NetworkArgs, 'network' | 'set'> | undefined {
  const bag = new DiagnosticBag()
  const read = parseExpression(sourceFile('<against>', text), bag)
  if (bag.hasErrors) return undefined
  if (read.kind === 'NameExpr') return { network: nameOf(read), set: undefined }
  if (read.kind !== 'CallExpr') return undefined
  const network = nameOf(read.callee)
  const set = read.args.map((one) => settingOf(one, text))
  const named = set.filter((one) => one !== undefined)
  return network === undefined || named.length < set.length ? undefined : { network, set: named }
}

function nameOf(one: Expr): string | undefined {
  return one.kind === 'NameExpr' ? one.name : undefined
}

/** `base = 48` as `--set` takes it. */
function settingOf({ name, value }: Argument, text: string): string | undefined {
  return name === undefined ? undefined : `${name.name}=${text.slice(value.span.start, value.span.end)}`
}

/** As a report calls it: the file, and what was asked of it. */
export function sideName({ file, network, set }: NetworkArgs): string {
  return [network === undefined ? file : `${file}#${network}`, ...settingsInForce(set)].join(', ')
}
