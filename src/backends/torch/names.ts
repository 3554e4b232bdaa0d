// Names in Python: of modules, classes and variables, and the way back to paths.
import { helperNames } from './helpers.ts'
import type { Literal } from './python.ts'

/** A segment of a path: the name before the brackets, and what is in them. */
export interface Segment {
  readonly name: string
  readonly index: string | undefined
}

export function segmentOf(text: string): Segment {
  const open = text.indexOf('[')
  return open < 0
    ? { name: text, index: undefined }
    : { name: text.slice(0, open), index: text.slice(open + 1, -1) }
}

const keywords = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda
   nonlocal not or pass raise return try while with yield match case self torch nn F`.split(/\s+/),
)

/** What every `nn.Module` has already. */
const taken = new Set(
  `training forward train eval apply parameters named_parameters buffers named_buffers children named_children modules named_modules
   state_dict load_state_dict to cpu cuda xpu ipu mtia type float double half bfloat16 add_module register_module register_buffer
   register_parameter get_submodule set_submodule get_parameter get_buffer get_extra_state set_extra_state requires_grad_ zero_grad
   share_memory extra_repr compile to_empty call_super_init dump_patches T_destination`.split(/\s+/),
)

/** A name that Python and `nn.Module` leave free: those that they do not get a `_` at the end. */
export function moduleName(name: string): string {
  return keywords.has(name) || taken.has(name) || name.startsWith('_') || name.startsWith('register_')
    ? `${name}_`
    : name
}

const helpers: ReadonlySet<string> = new Set(helperNames)

/** A name that hides nothing of the module. */
export const variableName = (name: string): string =>
  keywords.has(name) || helpers.has(name) ? `${name}_` : name

/** What Python takes for the name of a module. */
export const isPythonName = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && !keywords.has(name)

/** `shift_conv`, `encoder` as classes: `ShiftConv`, `Encoder`. */
export const className = (name: string): string =>
  name
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')

/** `ConvNormAct` as a variable: `conv_norm_act`. */
export const snakeCase = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()

/** The first of `name`, `name2`, `name3`, … that is free; it is free no longer. */
export function claim(name: string, used: Set<string>): string {
  let chosen = name
  for (let k = 2; used.has(chosen); k++) chosen = `${name}${k}`
  used.add(chosen)
  return chosen
}

/** What is written as the type of an argument with these values. */
export function annotation(values: readonly Literal[]): string {
  const types = new Set(values.map(typeOf))
  if (types.has('float')) types.delete('int')
  return [...types].sort().join(' | ')
}

function typeOf(value: Literal): string {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return `tuple[${annotation(value)}, ...]`
}
