// The public entry: files to names, names to one network's graph, the graph through its passes. Each step is a folder.
import { blindWarnings } from './analysis/blind-warnings.ts'
import { checkBudgets } from './analysis/budgets.ts'
import type { ExtentsParameter } from './analysis/extents-parameter.ts'
import { keptWarnings } from './analysis/kept-warnings.ts'
import type { CodeName } from './diagnostics/codes.ts'
import { DiagnosticBag, problem, type Diagnostic, type Problem } from './diagnostics/diagnostic.ts'
import type { Budget, Graph } from './ir/graph.ts'
import { runPasses } from './passes/pipeline.ts'
import { languageEnv } from './semantics/calls/language.ts'
import { readArguments } from './semantics/declarations/arguments.ts'
import { readBudgets } from './semantics/declarations/given-budgets.ts'
import { moduleEnv } from './semantics/declarations/module-env.ts'
import {
  elaborateNetwork,
  networkArguments,
  type NetworkArgument,
} from './semantics/declarations/networks.ts'
import { readResults, type Results } from './semantics/declarations/results.ts'
import {
  elaborateRecipe,
  networkOfRecipe,
  type Recipe,
  type Training,
} from './semantics/declarations/train.ts'
import { newElaboration } from './semantics/elaborator.ts'
import type { Module } from './semantics/names/module.ts'
import { loadModule, readFile, type Loader } from './semantics/names/modules.ts'
import { force } from './semantics/values/demands.ts'
import { lookup } from './semantics/values/env.ts'
import { KnownLists } from './semantics/values/known-lists.ts'
import { defaultLimits, type Limits } from './semantics/values/limits.ts'
import type { Lists, Trace } from './semantics/values/values.ts'
import type { Declaration, NetworkDecl, TrainDecl } from './syntax/ast.ts'
import type { SourceFile } from './text/source.ts'
import { suggest } from './text/suggest.ts'

/**
 * Gives the text of a project file by its project-relative path with `/`: undefined where there is none, a problem where there is one that
 * cannot be read. Never asked for `std/…`, absolute paths or paths that leave the project.
 */
export interface SourceHost {
  read(path: string): string | Problem | undefined
}

export interface CompileOptions {
  /** Default: the first network that the file declares. */
  readonly network?: string
  /** Instead of a network: the one that this `train` block trains, with the block's arguments. */
  readonly recipe?: string
  /** Arguments as Weft expressions: `{ base: '64', patch: '[128, 128, 128]' }`. */
  readonly arguments?: Readonly<Record<string, string>>
  /** Held against the network beside its own: `['params <= 12M']`. */
  readonly budgets?: readonly string[]
  /** Bounds of the elaboration; the defaults suit any network that fits a machine. */
  readonly limits?: Partial<Limits>
  /** Is given what the network's expressions are evaluated to. */
  readonly trace?: Trace
}

export interface Compilation {
  /** Every file read, by path, for showing diagnostics. */
  readonly sources: ReadonlyMap<string, SourceFile>
  readonly diagnostics: readonly Diagnostic[]
  /** Absent when there are errors. A broken budget is an error that still has its graph. */
  readonly graph?: Graph
}

/**
 * What `check` finds: the graph of each network with its defaults, the recipe of each `train` block and the figures of each `results` block,
 * where they have no errors.
 */
export interface Checked {
  readonly sources: ReadonlyMap<string, SourceFile>
  readonly diagnostics: readonly Diagnostic[]
  readonly graphs: readonly Graph[]
  readonly recipes: readonly Recipe[]
  readonly results: readonly Results[]
}

/** Elaborates one network of a file, by a recipe where `options` name one. Never throws for a mistake in the spec: it is in `diagnostics`. */
export function compile(entry: string, host: SourceHost, options: CompileOptions = {}): RecipeCompilation {
  return compileRead(readSpec(entry, host, options.limits), options)
}

/** What `compile` finds, for a file that was read before: with many arguments, it is read once. */
export function compileRead(spec: ReadSpec, options: Omit<CompileOptions, 'limits'> = {}): RecipeCompilation {
  const project = apart(spec, options.trace)
  if (options.recipe !== undefined) return compiledRecipe(project, options)
  const { bag, sources } = project
  const network = chooseNetwork(project, options.network)
  const budgets = givenBudgets(project, options.budgets)
  const graph =
    network === undefined || budgets === undefined
      ? undefined
      : elaborate(project, network, options.arguments ?? {}, budgets)
  return { sources, diagnostics: worthShowing(bag), ...(graph === undefined ? {} : { graph }) }
}

export interface RecipeOptions {
  /** Where it is given, the recipe has to train it. */
  readonly network?: string
  /** Default: the first `train` block that the file declares. */
  readonly recipe?: string
  /** Arguments of its network that take the place of the block's own. */
  readonly arguments?: Readonly<Record<string, string>>
  /** Held against the network beside its own. */
  readonly budgets?: readonly string[]
  readonly limits?: Partial<Limits>
}

export interface RecipeCompilation extends Compilation {
  /** Present when there is a graph. */
  readonly recipe?: Recipe
  /** Settings that the `train` block has, by name; all else of the recipe is a default. Present with the recipe. */
  readonly stated?: readonly string[]
}

/** Elaborates one `train` block of a file and its network. Never throws for a mistake in the spec: it is in `diagnostics`. */
export function compileRecipe(
  entry: string,
  host: SourceHost,
  options: RecipeOptions = {},
): RecipeCompilation {
  return compiledRecipe(readSpec(entry, host, options.limits), options)
}

function compiledRecipe(project: Project, options: Omit<RecipeOptions, 'limits'>): RecipeCompilation {
  const { bag, sources } = project
  const declaration = chooseRecipe(project, options)
  const training = declaration === undefined ? undefined : trained(project, declaration, options.arguments)
  const budgets = givenBudgets(project, options.budgets)
  const graph =
    training === undefined || budgets === undefined || !project.clean
      ? undefined
      : settled(project, runPasses(training.graph), budgets)
  return {
    sources,
    diagnostics: worthShowing(bag),
    ...(graph === undefined || training === undefined
      ? {}
      : { graph, recipe: training.recipe, stated: training.stated }),
  }
}

export interface RecipesCompilation {
  readonly sources: ReadonlyMap<string, SourceFile>
  readonly diagnostics: readonly Diagnostic[]
  /** In the order of the file; what has a mistake is left out. */
  readonly recipes: readonly Recipe[]
}

/**
 * Reads the `train` blocks of a file that train this network, each with the arguments of the block. Never throws for a mistake in the spec:
 * it is in `diagnostics`.
 */
export function compileRecipes(
  entry: string,
  host: SourceHost,
  { network, limits }: { readonly network: string; readonly limits?: Partial<Limits> },
): RecipesCompilation {
  const project = readSpec(entry, host, limits)
  const declarations = project.sound ? (project.module?.syntax.declarations ?? []) : []
  const recipes = declarations.flatMap((one) =>
    one.kind === 'TrainDecl' && one.network.name === network ? [train(project, one)?.recipe] : [],
  )
  return {
    sources: project.sources,
    diagnostics: worthShowing(project.bag),
    recipes: recipes.filter((one) => one !== undefined),
  }
}

export interface ResultsOptions {
  /** Only the blocks of this network. */
  readonly network?: string
  readonly limits?: Partial<Limits>
}

export interface ResultsCompilation {
  readonly sources: ReadonlyMap<string, SourceFile>
  readonly diagnostics: readonly Diagnostic[]
  /** In the order of the file; what has a mistake is left out. */
  readonly results: readonly Results[]
}

/**
 * Reads the `results` blocks of a file: figures that were measured, with the arguments that each holds for. No network is elaborated. Never
 * throws for a mistake in the spec: it is in `diagnostics`.
 */
export function compileResults(
  entry: string,
  host: SourceHost,
  options: ResultsOptions = {},
): ResultsCompilation {
  const project = readSpec(entry, host, options.limits)
  const results = resultsOf(project).filter(
    ({ network }) => options.network === undefined || network === options.network,
  )
  return { sources: project.sources, diagnostics: worthShowing(project.bag), results }
}

/**
 * Checks every declaration of a file: each network with its defaults, each `train` and `results` block with its arguments. `budgets` are
 * held against every network beside its own: `['params <= 12M']`.
 */
export function check(
  entry: string,
  host: SourceHost,
  limits: Partial<Limits> = {},
  budgets: readonly string[] = [],
): Checked {
  const steps = checkSteps(readSpec(entry, host, limits), { budgets })
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

export interface CheckOptions {
  readonly budgets?: readonly string[]
  /** By network: is given what the expressions of each are evaluated to, with its defaults. */
  readonly traces?: Map<string, Trace>
}

/** The same in steps, a declaration each: whoever has something else to do meanwhile takes them one by one. */
export function* checkSteps(
  spec: ReadSpec,
  { budgets = [], traces }: CheckOptions = {},
): Generator<void, Checked> {
  const project = apart(spec)
  const { bag, sources, module } = project
  const declarations = project.sound ? (module?.syntax.declarations ?? []) : []
  const given = givenBudgets(project, budgets) ?? []
  const graphs: Graph[] = []
  for (const one of declarations.filter(({ kind }) => kind === 'NetworkDecl')) {
    if (one.kind !== 'NetworkDecl') continue
    const trace = traces === undefined ? undefined : newTrace(spec.entry)
    const graph = elaborateDefaults({ ...project, trace }, one, given)
    if (trace !== undefined) traces?.set(one.name.name, trace)
    if (graph !== undefined) graphs.push(graph)
    yield
  }
  const recipes: Recipe[] = []
  for (const one of declarations) {
    if (one.kind !== 'TrainDecl') continue
    const recipe = trained(project, one)?.recipe
    if (recipe !== undefined) recipes.push(recipe)
    yield
  }
  const results = resultsOf(project)
  evaluateConstants(project, declarations)
  return { sources, diagnostics: worthShowing(bag), graphs, recipes, results }
}

/**
 * The arguments of a network, defaults included, when it is given these; nothing is built. Undefined where one of them is not accepted: to
 * compile the network says why.
 */
export function argumentsInForce(
  spec: ReadSpec,
  network: string,
  given: Readonly<Record<string, string>>,
): readonly NetworkArgument[] | undefined {
  const project = apart(spec)
  const declaration = chooseNetwork(project, network)
  if (declaration === undefined || project.module === undefined) return undefined
  const session = newElaboration(new DiagnosticBag(), project.limits, project.unknownNames)
  const env = moduleEnv(project.module, languageEnv(session), new Map())
  const read = readArguments(given, declaration, env, project.sources)
  return read === undefined ? undefined : networkArguments(declaration, read, env, declaration.name.span)
}

/**
 * One network's graph for who counts it: budgets are in it, not held against it, and nothing is warned of, which takes longer than to count.
 */
export function compileToCount(spec: ReadSpec, options: CountOptions): Compilation {
  const project = apart(spec)
  const network = chooseNetwork(project, options.network)
  const more = givenBudgets(project, options.budgets)
  const graph =
    network === undefined || more === undefined
      ? undefined
      : elaborated(project, network, options.arguments ?? {})
  const { sources, bag } = project
  const diagnostics = worthShowing(bag)
  if (graph === undefined || more === undefined) return { sources, diagnostics }
  return { sources, diagnostics, graph: { ...graph, budgets: [...graph.budgets, ...more] } }
}

export type CountOptions = Pick<CompileOptions, 'network' | 'arguments' | 'budgets'>

export const newTrace = (file: string): Trace => ({ file, seen: new Map() })

/** What one reading of a spec leaves to the next: none of it shows in what is found. */
export interface Memory {
  readonly library: Map<string, Module>
  readonly lists: Lists
}

export const newMemory = (): Memory => ({ library: new Map(), lists: new KnownLists() })

/** The file and all it imports, with their names resolved. Nothing compiled of it changes it. */
export interface ReadSpec extends Loader {
  readonly entry: string
  readonly lists: Lists
  readonly module: Module | undefined
  /** It makes sense to elaborate. */
  readonly sound: boolean
  /** No error at all so far: what is elaborated is what was meant. */
  readonly clean: boolean
}

/** The same for one compilation, which adds its findings and the texts of its arguments. */
interface Project extends ReadSpec {
  readonly trace?: Trace | undefined
}

function apart(spec: ReadSpec, trace?: Trace): Project {
  const bag = new DiagnosticBag()
  for (const one of spec.bag.list()) bag.add(one)
  return { ...spec, trace, bag, sources: new Map(spec.sources), unknownNames: new Set(spec.unknownNames) }
}

/** Reads a file and all it imports. */
export function readSpec(
  entry: string,
  host: SourceHost,
  given: Partial<Limits> = {},
  { library, lists }: Memory = newMemory(),
): ReadSpec {
  const limits = { ...defaultLimits, ...given }
  const loader: Loader = {
    read: (path) => host.read(path),
    bag: new DiagnosticBag(),
    limits,
    sources: new Map(),
    modules: new Map(),
    unknownNames: new Set(),
    loading: [],
    library,
  }
  const none = { ...loader, entry, lists, module: undefined, sound: false, clean: false }
  const text = readFile(loader, entry, problem('file-missing', { path: entry }), {
    file: entry,
    start: 0,
    end: 0,
  })
  if (text === undefined) return none
  const module = loadModule(loader, entry, text)
  return { ...none, module, sound: loader.bag.list().every(isLocal), clean: !loader.bag.hasErrors }
}

/** Mistakes that make one value invalid and leave the rest readable: elaboration goes on and finds what else there is. */
const local: ReadonlySet<CodeName> = new Set<CodeName>([
  'unknown-name',
  'unknown-parameter',
  'unknown-attribute',
])

const isLocal = ({ severity, name }: Diagnostic): boolean => severity === 'warning' || local.has(name)

/** A name seems unused where the use of it could not be read: such warnings wait until the file has no errors. */
function worthShowing(bag: DiagnosticBag): readonly Diagnostic[] {
  const all = bag.list()
  const faulty = new Set(all.filter((one) => one.severity === 'error').map((one) => one.span.file))
  return all.filter((one) => one.name !== 'unused-name' || !faulty.has(one.span.file))
}

function chooseNetwork(project: Project, name: string | undefined): NetworkDecl | undefined {
  const { module, bag, entry } = project
  if (module === undefined || !project.sound) return undefined
  const networks = module.syntax.declarations.filter((one) => one.kind === 'NetworkDecl')
  const known = networks.map((one) => one.name.name)
  const found = name === undefined ? networks[0] : networks.find((one) => one.name.name === name)
  if (found !== undefined) return found
  const start = { file: entry, start: 0, end: 0 }
  if (name === undefined) bag.report('no-network', start, { file: entry })
  else
    bag.report('unknown-network', start, {
      network: name,
      file: entry,
      known,
      suggestion: suggest(name, known),
    })
  return undefined
}

function chooseRecipe(
  project: Project,
  { recipe: name, network }: Pick<RecipeOptions, 'recipe' | 'network'>,
): TrainDecl | undefined {
  const { module, bag, entry } = project
  if (module === undefined || !project.sound) return undefined
  const recipes = module.syntax.declarations.filter((one) => one.kind === 'TrainDecl')
  const known = recipes.map((one) => one.name.name)
  const found = name === undefined ? recipes[0] : recipes.find((one) => one.name.name === name)
  if (found !== undefined) {
    const { name: recipe, network: trained } = found
    if (network === undefined || network === trained.name) return found
    bag.report('network-of-recipe', trained.span, { network, recipe: recipe.name, trained: trained.name })
    return undefined
  }
  const start = { file: entry, start: 0, end: 0 }
  if (name === undefined || known.length === 0) {
    const network = module.syntax.declarations.find((one) => one.kind === 'NetworkDecl')?.name.name
    bag.report('no-recipe', start, { file: entry, network })
  } else
    bag.report('unknown-recipe', start, {
      recipe: name,
      file: entry,
      known,
      suggestion: suggest(name, known),
    })
  return undefined
}

function elaborateDefaults(
  project: Project,
  network: NetworkDecl,
  budgets: readonly Budget[],
): Graph | undefined {
  const missing = network.params
    .filter((param) => param.default === undefined)
    .map((param) => param.name.name)
  if (missing.length === 0) return elaborate(project, network, {}, budgets)
  project.bag.report('network-not-checked', network.name.span, { name: network.name.name, missing })
  return undefined
}

function elaborate(
  project: Project,
  network: NetworkDecl,
  args: Readonly<Record<string, string>>,
  budgets: readonly Budget[] = [],
): Graph | undefined {
  const graph = elaborated(project, network, args)
  if (graph === undefined) return undefined
  warnOfBlindNodes(project, graph, (again, larger) => elaborated(again, network, { ...args, ...larger }))
  return settled(project, graph, budgets)
}

/** The network's graph, its budgets not looked at. */
function elaborated(
  project: Project,
  network: NetworkDecl,
  args: Readonly<Record<string, string>>,
): Graph | undefined {
  const { module, bag, limits, sources, unknownNames } = project
  if (module === undefined) return undefined
  const own = new DiagnosticBag()
  const session = newElaboration(own, limits, unknownNames, project)
  const env = moduleEnv(module, languageEnv(session), new Map())
  const given = readArguments(args, network, env, sources)
  const graph = given === undefined ? undefined : elaborateNetwork(network, given, env)
  for (const one of own.list()) bag.add(one)
  return graph === undefined || !project.clean ? undefined : runPasses(graph)
}

/** Warns of nodes that no image changes, and says which extents avoid it: found by elaborating `again`, whose findings concern nobody. */
function warnOfBlindNodes(
  project: Project,
  graph: Graph,
  again: (quiet: Project, larger: Readonly<Record<string, string>>) => Graph | undefined,
  batch?: number,
): void {
  const withExtents = ({ name, extents }: ExtentsParameter): Graph | undefined => {
    const apart = { bag: new DiagnosticBag(), sources: new Map(project.sources), trace: undefined }
    const quiet = { ...project, ...apart }
    const larger = again(quiet, { [name]: `[${extents.join(', ')}]` })
    return quiet.bag.hasErrors ? undefined : larger
  }
  const context = { entry: project.entry, withExtents, ...(batch === undefined ? {} : { batch }) }
  // A recipe trains the network with its defaults, or with other extents that its message tells.
  for (const one of blindWarnings(graph, context)) project.bag.add(one, `${graph.network} ${one.message}`)
}

/** Budgets from outside; undefined after a report. */
function givenBudgets(
  { bag, limits, sources, unknownNames }: Project,
  texts: readonly string[] = [],
): readonly Budget[] | undefined {
  if (texts.length === 0) return []
  const own = new DiagnosticBag()
  const env = languageEnv(newElaboration(own, limits, unknownNames))
  const budgets = readBudgets(texts, env, sources)
  for (const one of own.list()) bag.add(one)
  return budgets
}

/** The graph with more budgets, all of its budgets held against it; `keep` statements in vain are warned of. */
function settled(project: Project, graph: Graph, budgets: readonly Budget[]): Graph {
  const { bag, entry, sources, module } = project
  const all = budgets.length === 0 ? graph : { ...graph, budgets: [...graph.budgets, ...budgets] }
  const declaration = module?.syntax.declarations.find(
    (one) => one.kind === 'NetworkDecl' && one.name.name === graph.network,
  )
  // The budgets of a network are those of its variants too, and each that breaks one has other spenders.
  for (const one of checkBudgets(all, { entry, files: sources }, declaration?.span))
    bag.add(one, graph.network)
  for (const one of keptWarnings(graph)) bag.add(one, graph.network)
  return all
}

/** A `train` block, with the warnings of its network at the block's batch. */
function trained(
  project: Project,
  declaration: TrainDecl,
  args: Readonly<Record<string, string>> = {},
): Training | undefined {
  const training = train(project, declaration, args)
  if (training === undefined || !project.clean) return training
  const again = (quiet: Project, larger: Readonly<Record<string, string>>): Graph | undefined =>
    train(quiet, declaration, { ...args, ...larger })?.graph
  warnOfBlindNodes(project, training.graph, again, training.recipe.batch)
  return training
}

function train(
  project: Project,
  declaration: TrainDecl,
  args: Readonly<Record<string, string>> = {},
): Training | undefined {
  const { module, bag, limits, unknownNames, sources } = project
  if (module === undefined) return undefined
  const own = new DiagnosticBag()
  const session = newElaboration(own, limits, unknownNames, project)
  const env = moduleEnv(module, languageEnv(session), new Map())
  const network = networkOfRecipe(declaration, env)
  const instead = network === undefined ? undefined : readArguments(args, network.declaration, env, sources)
  const training = instead === undefined ? undefined : elaborateRecipe(declaration, env, instead)
  for (const one of own.list()) bag.add(one)
  return training
}

function resultsOf({ module, sound, bag, limits, unknownNames }: Project): readonly Results[] {
  const declarations = module !== undefined && sound ? module.syntax.declarations : []
  return declarations.flatMap((one) => {
    if (module === undefined || one.kind !== 'ResultsDecl') return []
    const own = new DiagnosticBag()
    const session = newElaboration(own, limits, unknownNames)
    const results = readResults(one, moduleEnv(module, languageEnv(session), new Map()))
    for (const found of own.list()) bag.add(found)
    return results === undefined ? [] : [results]
  })
}

/** Constants that no network uses are checked all the same. */
function evaluateConstants(
  { module, bag, limits, unknownNames }: Project,
  declarations: readonly Declaration[],
): void {
  if (module === undefined) return
  const own = new DiagnosticBag()
  const env = moduleEnv(module, languageEnv(newElaboration(own, limits, unknownNames)), new Map())
  const constants = declarations.flatMap((one) =>
    one.kind === 'ConstDecl' ? [one.name] : one.kind === 'UnpackStmt' ? one.pattern.names : [],
  )
  for (const { name, span } of constants) {
    const slot = lookup(env, name)
    if (slot !== undefined) force(env, slot, span)
  }
  for (const one of own.list()) bag.add(one)
}
