// `names.py`: which keys the network's state dicts have, and how they become the names of its modules.
import { problem, type Problem } from '../../compiler/diagnostics/diagnostic.ts'
import type { Graph } from '../../compiler/ir/graph.ts'
import { equalShapes } from '../../compiler/ir/tensor.ts'
import type { OfficialTensor } from '../../weights/unrename.ts'
import { moduleName, segmentOf } from './names.ts'
import { atom, layout, list, literalText, stringText, type Python } from './python.ts'

export interface OfficialName {
  /** Several where a checkpoint has the same tensor more than once. */
  readonly keys: readonly string[]
  /** The checkpoint's extents, where they are not the parameter's; the order of the numbers is the same. */
  readonly shape?: readonly number[]
}

/** By the path of the parameter. */
export type OfficialNames = ReadonlyMap<string, OfficialName>

/** The names of tensors as a map has them; a problem where one has another order of axes, which no state dict can undo. */
export function officialNamesOf(tensors: readonly OfficialTensor[]): OfficialNames | Problem {
  const turned = tensors.find(({ permute }) => permute !== undefined)
  if (turned !== undefined) return problem('torch-names-turned', { tensor: turned.names[0] ?? '' })
  return new Map(
    tensors.map(({ parameter: { path, shape: own }, names: keys, shape }) => [
      path,
      equalShapes(shape, own) ? { keys } : { keys, shape },
    ]),
  )
}

/** The file; keys are paths where no names are given. */
export function namesText(graph: Graph, official: OfficialNames | undefined): string {
  const lines = official === undefined ? pathLines(renamedSegments(graph)) : officialLines(graph, official)
  const shaped = [...(official ?? [])].filter(([, { shape }]) => shape !== undefined)
  return `${[...lines, ...shapeLines(graph, shaped), ...hooks(shaped.length > 0)].join('\n')}\n`
}

/** A path as the modules of the package spell it. */
export function moduleKey(path: string): string {
  return path
    .split('.')
    .map((segment) => {
      const { name, index } = segmentOf(segment)
      return index === undefined ? moduleName(name) : `${moduleName(name)}.${index}`
    })
    .join('.')
}

/** Names of modules that Python or torch has a use of, by the name that they have instead. */
function renamedSegments({ parameters }: Graph): readonly (readonly [own: string, path: string])[] {
  const names = new Set(parameters.flatMap(({ path }) => path.split('.').map((one) => segmentOf(one).name)))
  return [...names].filter((name) => moduleName(name) !== name).map((name) => [moduleName(name), name])
}

function pathLines(renamed: readonly (readonly [own: string, path: string])[]): string[] {
  const has = renamed.length > 0
  const words = (pairs: typeof renamed): Python => ({
    kind: 'dict',
    entries: pairs.map(([key, value]) => [key, atom(stringText(value))] as const),
  })
  return [
    '"""Keys of state dicts: the paths that the spec gives its parameters."""',
    '',
    'import re',
    '',
    'import torch',
    'from torch import Tensor, nn',
    ...(has
      ? [
          '',
          ...layout(words(renamed), 0, 'TO_PATH = '),
          ...layout(words(renamed.map(([a, b]) => [b, a])), 0, 'FROM_PATH = '),
        ]
      : []),
    '',
    '',
    'def saved_keys(key: str) -> list[str]:',
    '    """`level.0.Unit.1.conv.weight` as `level[0].Unit[1].conv.weight`."""',
    ...(has ? ['    key = ".".join(TO_PATH.get(part, part) for part in key.split("."))'] : []),
    String.raw`    return [re.sub(r"\.(\d[\d,]*)(?=\.)", r"[\1]", key)]`,
    '',
    '',
    'def own_key(key: str) -> str:',
    String.raw`    key = re.sub(r"\[([\d,]+)\]", r".\1", key)`,
    has ? '    return ".".join(FROM_PATH.get(part, part) for part in key.split("."))' : '    return key',
  ]
}

function officialLines(graph: Graph, official: OfficialNames): string[] {
  const named = [...official, ...countersOf(graph, official)]
  const table: Python = {
    kind: 'dict',
    entries: named.map(([path, { keys }]) => [
      moduleKey(path),
      list(...keys.map((key) => atom(stringText(key)))),
    ]),
  }
  return [
    '"""Keys of state dicts: those of the official checkpoints."""',
    '',
    'import torch',
    'from torch import Tensor, nn',
    '',
    ...layout(table, 0, 'OFFICIAL = '),
    'OWN = {name: key for key, names in OFFICIAL.items() for name in names}',
    '',
    '',
    'def saved_keys(key: str) -> list[str]:',
    '    return OFFICIAL.get(key, [key])',
    '',
    '',
    'def own_key(key: str) -> str:',
    '    return OWN.get(key, key)',
  ]
}

/** torch's batch norms count their batches, which no spec and no formula needs. */
function countersOf(graph: Graph, official: OfficialNames): (readonly [string, OfficialName])[] {
  const counter = (name: string): string => name.replace(/running_mean$/, 'num_batches_tracked')
  return graph.parameters
    .filter(({ name }) => name === 'running_mean')
    .map(({ path }) => [counter(path), { keys: (official.get(path)?.keys ?? []).map(counter) }])
}

/** Extents of the checkpoint, by its key, and of the network. */
function shapeLines({ parameters }: Graph, shaped: readonly (readonly [string, OfficialName])[]): string[] {
  if (shaped.length === 0) return []
  const own = new Map(parameters.map(({ path, shape }) => [path, shape]))
  const shapes = (entries: readonly (readonly [string, readonly number[]])[]): Python => ({
    kind: 'dict',
    entries: entries.map(
      ([key, shape]) => [key, atom(shape.length === 0 ? '()' : literalText(shape))] as const,
    ),
  })
  const saved = shaped.flatMap(([, { keys, shape = [] }]) => keys.map((key) => [key, shape] as const))
  const loaded = shaped.map(([path]) => [moduleKey(path), own.get(path) ?? []] as const)
  return [
    '',
    '',
    ...layout(shapes(saved), 0, 'SAVED_SHAPES = '),
    ...layout(shapes(loaded), 0, 'OWN_SHAPES = '),
  ]
}

const hooks = (isShaped: boolean): readonly string[] => [
  '',
  '',
  'def use_names(network: nn.Module) -> None:',
  '    """Lets state dicts of the network have those keys, saved and loaded."""',
  '    network._register_state_dict_hook(_save)',
  '    network._register_load_state_dict_pre_hook(_load)',
  '',
  '',
  'def _save(network: nn.Module, state: dict[str, Tensor], prefix: str, *_) -> None:',
  '    for key in [key for key in state if key.startswith(prefix)]:',
  '        value = state.pop(key)',
  '        for name in saved_keys(key[len(prefix) :]):',
  ...(isShaped
    ? [
        '            shape = SAVED_SHAPES.get(name, value.shape)',
        '            state[prefix + name] = value.reshape(shape)',
      ]
    : ['            state[prefix + name] = value']),
  '',
  '',
  'def _load(state: dict[str, Tensor], prefix: str, *_) -> None:',
  '    for key in [key for key in state if key.startswith(prefix)]:',
  '        value = state.pop(key)',
  '        own = prefix + own_key(key[len(prefix) :])',
  ...(isShaped ? ['        value = value.reshape(OWN_SHAPES.get(own[len(prefix) :], value.shape))'] : []),
  '        if own in state and not torch.equal(state[own], value):',
  '            raise ValueError(f"{key} and another name of the same tensor differ")',
  '        state[own] = value',
]
