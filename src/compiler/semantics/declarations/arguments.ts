// Arguments from outside (`--set patch=[128, 128, 128]`): each is a Weft expression with a source text of its own.
import { DiagnosticBag } from '../../diagnostics/diagnostic.ts'
import type { NetworkDecl } from '../../syntax/ast.ts'
import { parseExpression } from '../../syntax/parse.ts'
import { sourceFile, type SourceFile } from '../../text/source.ts'
import { languageWords } from '../calls/language.ts'
import { argumentFile } from '../values/argument-file.ts'
import { nest } from '../values/env.ts'
import { evaluate } from '../values/evaluation.ts'
import { wordsOfType } from '../values/types.ts'
import type { Env, GivenArgument } from '../values/values.ts'

/** The words that the parameter's type knows. A variant does not list its base's parameters: any word may be meant there. */
export function wordsFor(name: string, network: NetworkDecl): ReadonlySet<string> {
  const param = network.params.find((one) => one.name.name === name)
  return param === undefined ? languageWords : wordsOfType(param.type)
}

/** Evaluates the arguments where the file's own names are visible; undefined after a report. */
export function readArguments(
  args: Readonly<Record<string, string>>,
  network: NetworkDecl,
  env: Env,
  sources: Map<string, SourceFile>,
): GivenArgument[] | undefined {
  const given: GivenArgument[] = []
  let fine = true
  for (const [name, text] of Object.entries(args)) {
    const file = sourceFile(argumentFile(name), text)
    sources.set(file.path, file)
    const bag = new DiagnosticBag()
    const expr = parseExpression(file, bag)
    for (const one of bag.list()) env.session.bag.add(one)
    const value = bag.hasErrors ? undefined : evaluate(expr, nest(env), wordsFor(name, network))
    if (value === undefined || value.kind === 'invalid') fine = false
    else given.push({ name, value, span: expr.span })
  }
  return fine ? given : undefined
}
