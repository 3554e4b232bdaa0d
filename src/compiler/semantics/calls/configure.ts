// Blocks with more of their arguments: which names and words there are, and what does not fit.
import { problem } from '../../diagnostics/diagnostic.ts'
import type { CallExpr } from '../../syntax/ast.ts'
import type { Span } from '../../text/source.ts'
import { suggest } from '../../text/suggest.ts'
import { operatorTables } from '../values/operator-tables.ts'
import { report } from '../values/session.ts'
import { calleeName } from '../values/show.ts'
import { languageWords } from './language.ts'
import { noWords, wordsOfType } from '../values/types.ts'
import type { BlockValue, ConfiguredBlock, Env, GivenArgument, Words } from '../values/values.ts'
import { reportUnplaced } from './parameters.ts'

export function configure(
  block: BlockValue,
  rest: readonly GivenArgument[],
  expr: CallExpr,
  env: Env,
): BlockValue | undefined {
  if (block.form !== 'configured') {
    if (rest.length === 0) return block
    report(
      env,
      expr.span,
      problem('cannot-configure', {
        actual: block.form === 'shared' ? 'a shared block' : 'a composed block',
      }),
    )
    return undefined
  }
  const named = new Set(rest.flatMap((one) => (one.name === undefined ? [] : [one.name])))
  const kept = block.args.filter((one) => one.name === undefined || !named.has(one.name))
  const next: ConfiguredBlock = {
    kind: 'block',
    form: 'configured',
    callee: block.callee,
    args: [...kept, ...rest],
    span: expr.span,
  }
  return checkArgumentNames(next, rest, env) ? next : undefined
}

/** A misspelt or surplus argument is reported where it is written, even if the block is never applied. */
function checkArgumentNames(block: ConfiguredBlock, rest: readonly GivenArgument[], env: Env): boolean {
  if (
    block.callee.kind === 'declared' &&
    block.callee.declaration.body.kind === 'ExprBody' &&
    block.callee.declaration.kind === 'NetworkDecl'
  ) {
    return true // A variant takes its base's parameters too; they are checked where it is applied.
  }
  const names = parameterNames(block)
  const owner = calleeName(block.callee)
  let fine = true
  for (const argument of rest) {
    if (argument.name === undefined || names.includes(argument.name)) continue
    if (block.callee.kind === 'declared') reportUnplaced(owner, names, argument, rest, env)
    else reportUnknownAttribute(owner, names, argument.name, argument.nameSpan ?? argument.span, env)
    fine = false
  }
  const positional = block.args.filter((one) => one.name === undefined)
  if (fine && positional.length > names.length) {
    const surplus = rest.findLast((one) => one.name === undefined) ?? positional.at(-1)
    const found =
      block.callee.kind === 'declared'
        ? problem('too-many-arguments', { owner, accepted: names.length, actual: positional.length })
        : problem('too-many-attributes', { operator: owner, given: positional.length, known: names })
    report(env, surplus?.span ?? block.span, found)
    return false
  }
  return fine
}

function reportUnknownAttribute(
  operator: string,
  known: readonly string[],
  name: string,
  span: Span,
  env: Env,
): void {
  report(env, span, problem('unknown-attribute', { operator, name, known, suggestion: suggest(name, known) }))
}

/** The parameters of a block's callee, in positional order. */
export function parameterNames(block: ConfiguredBlock): readonly string[] {
  const { callee } = block
  if (callee.kind === 'declared') return callee.declaration.params.map((param) => param.name.name)
  return operatorTables.get(callee.name)?.names ?? []
}

/** Which words an argument's place knows, by the attribute or parameter it goes to; any word may be meant where that is misspelt. */
export function argumentWords(block: BlockValue): (name: string | undefined, position: number) => Words {
  if (block.form !== 'configured') return () => noWords
  const { callee } = block
  const before = block.args.filter((one) => one.name === undefined).length
  if (callee.kind === 'declared') {
    const { params } = callee.declaration
    return (name, position) => {
      const param =
        name === undefined ? params[before + position] : params.find((one) => one.name.name === name)
      return param === undefined && name !== undefined ? languageWords : wordsOfType(param?.type)
    }
  }
  const table = operatorTables.get(callee.name)
  return (name, position) => {
    if (name !== undefined && table?.names.includes(name) !== true) return languageWords
    return table?.words.get(name ?? table.names[before + position] ?? '') ?? noWords
  }
}
