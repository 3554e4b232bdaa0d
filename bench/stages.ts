// The stages of one compilation, each measured apart: what they take does not add up to the whole exactly.
import { cost } from '../src/compiler/analysis/cost.ts'
import { DiagnosticBag } from '../src/compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../src/compiler/ir/graph.ts'
import { runPasses } from '../src/compiler/passes/pipeline.ts'
import { languageEnv } from '../src/compiler/semantics/calls/language.ts'
import { moduleEnv } from '../src/compiler/semantics/declarations/module-env.ts'
import { elaborateNetwork } from '../src/compiler/semantics/declarations/networks.ts'
import { newElaboration } from '../src/compiler/semantics/elaborator.ts'
import type { Module } from '../src/compiler/semantics/names/module.ts'
import { loadModule, type Loader } from '../src/compiler/semantics/names/modules.ts'
import { resolveNames } from '../src/compiler/semantics/names/resolve.ts'
import { defaultLimits } from '../src/compiler/semantics/values/limits.ts'
import { parse } from '../src/compiler/syntax/parse.ts'
import { timed } from './measure.ts'
import { exampleHost } from './paths.ts'

export const stageNames = ['parse', 'resolve', 'elaborate', 'passes and verify', 'cost'] as const
export type Stage = (typeof stageNames)[number]

/** Milliseconds by stage, for the network of a name among the examples. */
export function stageTimes(example: string, network: string): Readonly<Record<Stage, number>> {
  const entry = `${example}.weft`
  const loader = newLoader()
  const module = loadModule(loader, entry, exampleHost().read(entry) ?? '')
  const parsing = timed(() => {
    for (const file of loader.sources.values()) parse(file, new DiagnosticBag())
  })
  const resolving = timed(() => {
    for (const one of loader.modules.values()) resolveNames(one, new DiagnosticBag(), new Set())
  })
  const elaborated = timed(() => elaborate(module, network))
  const passed = timed(() => runPasses(elaborated.result))
  const costed = timed(() => cost(passed.result, { entry, files: loader.sources }))
  return {
    parse: parsing.ms,
    resolve: resolving.ms,
    elaborate: elaborated.ms,
    'passes and verify': passed.ms,
    cost: costed.ms,
  }
}

function newLoader(): Loader {
  const { read } = exampleHost()
  return {
    read,
    bag: new DiagnosticBag(),
    limits: defaultLimits,
    sources: new Map(),
    modules: new Map(),
    unknownNames: new Set(),
    loading: [],
    library: new Map(),
  }
}

function elaborate(module: Module, network: string): Graph {
  const bag = new DiagnosticBag()
  const session = newElaboration(bag, defaultLimits)
  const declaration = module.syntax.declarations.find(
    (one) => one.kind === 'NetworkDecl' && one.name.name === network,
  )
  if (declaration?.kind !== 'NetworkDecl') throw new Error(`no network ${network}`)
  const graph = elaborateNetwork(declaration, [], moduleEnv(module, languageEnv(session), new Map()))
  if (graph === undefined)
    throw new Error(
      bag
        .list()
        .map((one) => one.message)
        .join('; '),
    )
  return graph
}
