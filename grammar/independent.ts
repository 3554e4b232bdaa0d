// One mistake, one message: of all faults found, keeps those that an earlier one cannot have caused.
import type { CstNode } from 'chevrotain'
import type { Fault, UnclosedBracket, UnmatchedBracket } from './faults.ts'

interface Statement {
  readonly start: number
  readonly end: number
  readonly isClean: boolean
}

/** Rules that begin with a word of their own, so that entering one shows the parser to be in step with the text. */
const statementRules = new Set([
  'importDecl',
  'fnDecl',
  'blockDecl',
  'networkDecl',
  'constDecl',
  'trainDecl',
  'resultsDecl',
  'setting',
  'result',
  'inStmt',
  'inputStmt',
  'letStmt',
  'backboneStmt',
  'fusionStmt',
  'outStmt',
  'outputStmt',
  'keepStmt',
  'budgetStmt',
  'assertStmt',
  'levelRule',
  'nodeRule',
  'edgeDecl',
  'fuseDecl',
  'sparsityClause',
])

const containers = new Set([
  'file',
  'declaration',
  'statement',
  'body',
  'settings',
  'nodeBody',
  ...statementRules,
])

type BraceFault = UnclosedBracket | UnmatchedBracket

/**
 * A fault counts when the parser was in step again before it: when it lies in a statement that began after the last
 * fault, or a whole faultless statement lies between. Where the braces of a declaration do not pair, nothing in it can be
 * trusted to be where it seems, and only the first fault counts.
 */
export function independent(
  found: readonly Fault[],
  cst: CstNode,
  declarations: readonly number[],
): readonly Fault[] {
  const faults = [...found].sort((a, b) => a.start - b.start)
  const statements = collectStatements(cst, faults)
  const inDeclaration = groupBy(faults, (fault) => declarationOf(declarations, fault))
  return [...inDeclaration.values()].flatMap((group) => {
    const others = group.filter((fault) => !isBraceFault(fault))
    const brace = group.find(isBraceFault)
    if (brace !== undefined) return firstOf(others, brace)
    return inStep(others, statements)
  })
}

function firstOf(others: readonly Fault[], brace: BraceFault): readonly Fault[] {
  const [first] = others
  if (first === undefined) return [brace]
  return [first.kind === 'unexpected-token' ? { ...first, brace } : first]
}

/** Of the statements that began after the last fault that counts: whether one is faultless, and where the last ends. */
type Between = Pick<Statement, 'end' | 'isClean'>

const nothingBetween: Between = { end: -1, isClean: false }

const withStatement = (between: Between, { end, isClean }: Statement): Between => ({
  end: Math.max(between.end, end),
  isClean: between.isClean || isClean,
})

function inStep(faults: readonly Fault[], statements: readonly Statement[]): readonly Fault[] {
  const kept: Fault[] = []
  let at = 0
  let between = nothingBetween
  for (const fault of faults) {
    const isFirst = kept.length === 0
    if (!isFirst) {
      for (let one = statements[at]; one !== undefined && one.start < fault.start; one = statements[++at])
        between = withStatement(between, one)
    }
    const isCounted = isFirst || between.isClean || between.end >= fault.start
    if (!isCounted) continue
    kept.push(fault)
    at = firstFrom(statements.length, (k) => (statements[k]?.start ?? 0) > fault.start)
    between = nothingBetween
  }
  return kept
}

const isBraceFault = (fault: Fault): fault is BraceFault =>
  (fault.kind === 'unclosed-bracket' && fault.open === '{') ||
  (fault.kind === 'unmatched-bracket' && fault.close === '}')

function collectStatements(cst: CstNode, faults: readonly Fault[]): readonly Statement[] {
  const statements: Statement[] = []
  const visit = (node: CstNode): void => {
    const { endOffset = NaN } = node.location ?? {}
    const start = beginOf(node)
    if (statementRules.has(node.name) && !Number.isNaN(start)) {
      const end = endOffset + 1
      const first = faults[firstFrom(faults.length, (k) => (faults[k]?.start ?? 0) >= start)]
      const isClean = node.recoveredNode !== true && (first === undefined || first.start >= end)
      statements.push({ start, end, isClean })
    }
    for (const child of Object.values(node.children).flat()) {
      if ('children' in child && containers.has(child.name)) visit(child)
    }
  }
  visit(cst)
  return statements.sort((a, b) => a.start - b.start)
}

/** The first of so many positions from which on the test holds. A text of nothing but mistakes asks for each of thousands. */
function firstFrom(count: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Where a statement shows itself: at its first word, and a setting or a result, whose first word is any, at its `=`. */
function beginOf(node: CstNode): number {
  if (node.name !== 'setting' && node.name !== 'result') return node.location?.startOffset ?? NaN
  const equals = node.children['Equals']?.[0]
  return equals !== undefined && 'startOffset' in equals ? equals.startOffset : NaN
}

/** Where the declaration begins that a fault is about. A parser that stops at one misses something of the one before. */
function declarationOf(declarations: readonly number[], fault: Fault): number {
  const isOfEarlier = fault.kind === 'unexpected-token' && fault.rule !== 'file'
  const last = isOfEarlier ? fault.start - 1 : fault.start
  return declarations[firstFrom(declarations.length, (k) => (declarations[k] ?? 0) > last) - 1] ?? -1
}

function groupBy<T, K>(list: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const one of list) {
    const group = groups.get(keyOf(one))
    if (group === undefined) groups.set(keyOf(one), [one])
    else group.push(one)
  }
  return groups
}
