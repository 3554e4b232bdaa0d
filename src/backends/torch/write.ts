// A class as Python: its modules in `__init__`, its steps in `forward`.
import type { NodeId } from '../../compiler/ir/graph.ts'
import { ownModule, type ClassArgument, type ModuleClass, type Step } from './model.ts'
import { docstring } from './docstring.ts'
import { familyPlace, isSamePlace } from './repetition.ts'
import { annotation, moduleName, segmentOf, snakeCase, variableName } from './names.ts'
import {
  atom,
  binary,
  call,
  filled,
  flat,
  layout,
  list,
  literalText,
  stringText,
  type Fill,
  type Hole,
  type Item,
  type Python,
} from './python.ts'

/** Outputs in training and without: what only the `aux` ones need comes last. */
export interface Supervised {
  readonly primary: readonly NodeId[]
  readonly all: readonly NodeId[]
}

/** What only the network's own class has: its outputs where those in training differ, and the keys of its state dicts. */
export interface NetworkParts {
  readonly supervised: Supervised | undefined
}

/** The text of a class, without blank lines around it. */
export function classText(cls: ModuleClass, doc: readonly string[], network?: NetworkParts): string {
  const supervised = network?.supervised
  const body = forwardOf(cls, supervised)
  const lines = [
    `class ${cls.name}(nn.Module):`,
    ...docstring(doc, 4),
    ...(doc.length === 0 ? [] : ['']),
    ...initLines(cls, body.stored, supervised),
    ...(network === undefined ? [] : ['        use_names(self)']),
    '',
    ...signature(cls, supervised),
    ...body.lines,
  ]
  return lines.join('\n')
}

// ---------------------------------------------------------------- construction

interface Members {
  /** The module itself, at the end of a path. */
  made: Python | undefined
  /** How often, and from which index on, where it is one of a family of equals. */
  repeated: { readonly count: Python; readonly start: number } | undefined
  readonly children: Map<string, Members>
}

const newMembers = (): Members => ({ made: undefined, repeated: undefined, children: new Map() })

function membersOf(steps: readonly Step[], fill: Fill): Members {
  const root = newMembers()
  for (const step of steps) {
    const { member, construct, repeat } = step
    if (member === undefined || construct === undefined) continue
    const family = repeat === undefined ? -1 : (familyPlace(step)?.before.length ?? -1)
    let at = root
    for (const [depth, segment] of member.entries()) {
      let next = at.children.get(segment)
      if (next === undefined) {
        next = newMembers()
        at.children.set(segment, next)
      }
      at = next
      if (repeat === undefined || depth !== family) continue
      const count = fill(repeat.count)
      if (flat(count) !== '1') at.repeated = { count, start: repeat.start }
    }
    at.made = filled(construct, fill)
  }
  return root
}

/** Children by name: single ones, and families by index. */
function familiesOf({ children }: Members): ReadonlyMap<string, ReadonlyMap<string | undefined, Members>> {
  const families = new Map<string, Map<string | undefined, Members>>()
  for (const [segment, members] of children) {
    const { name, index } = segmentOf(segment)
    const family = families.get(name) ?? new Map<string | undefined, Members>()
    families.set(name, family.set(index, members))
  }
  return families
}

const isRow = (indices: readonly (string | undefined)[]): boolean =>
  indices.every((index, k) => index === String(k))

function memberCode(members: Members): Python {
  if (members.made !== undefined) return members.made
  const items = [...familiesOf(members)].map(([name, family]): Item => ({
    name: moduleName(name),
    value: familyCode(family),
  }))
  return call('Group', ...items)
}

function familyCode(family: ReadonlyMap<string | undefined, Members>): Python {
  const single = family.get(undefined)
  if (single !== undefined) return memberCode(single)
  const [equal] = family.values()
  if (equal?.repeated !== undefined) return repeatedCode(memberCode(equal), equal.repeated)
  const entries = [...family].sort(([a = ''], [b = '']) => byNumbers(a, b))
  const indices = entries.map(([index]) => index)
  const values = entries.map(([, members]) => memberCode(members))
  const [first] = values
  const isSame = first !== undefined && values.length > 1 && values.every((one) => flat(one) === flat(first))
  if (isRow(indices)) {
    return isSame
      ? call('nn.ModuleList', { kind: 'each', value: first, clause: `for _ in range(${values.length})` })
      : call('nn.ModuleList', list(...values))
  }
  const start = Number(indices[0])
  if (isSame && indices.every((index, k) => index === String(start + k))) {
    const clause = `for k in range(${start}, ${start + values.length})`
    return call('nn.ModuleDict', { kind: 'dict-each', key: 'str(k)', value: first, clause })
  }
  return call('nn.ModuleDict', {
    kind: 'dict',
    entries: values.map((value, k) => [indices[k] ?? '', value] as const),
  })
}

/** `nn.ModuleList(Unit(c) for _ in range(n))`; a family that counts from 1 keeps its indices. */
function repeatedCode(value: Python, { count, start }: NonNullable<Members['repeated']>): Python {
  const times = flat(count)
  if (start === 0) return call('nn.ModuleList', { kind: 'each', value, clause: `for _ in range(${times})` })
  const end = /^\d+$/.test(times) ? String(start + Number(times)) : `${times} + ${start}`
  const clause = `for k in range(${start}, ${end})`
  return call('nn.ModuleDict', { kind: 'dict-each', key: 'str(k)', value, clause })
}

function byNumbers(a: string, b: string): number {
  const [left, right] = [a.split(',').map(Number), b.split(',').map(Number)]
  for (const [k, one] of left.entries()) if (one !== right[k]) return one - (right[k] ?? 0)
  return 0
}

function initLines(
  cls: ModuleClass,
  stored: ReadonlySet<string>,
  supervised: Supervised | undefined,
): string[] {
  const fill = fillOf(cls, ({ name }) => name)
  const params = cls.arguments.map(({ name, values, default: usual }) =>
    atom(`${name}: ${annotation(values)}${usual === undefined ? '' : ` = ${literalText(usual)}`}`),
  )
  const members = membersOf(cls.draft.steps, fill)
  const families = [...familiesOf(members)]
  const flags = supervised === undefined ? [] : [atom('deep_supervision: bool = True')]
  const lines = [
    ...layout(call('__init__', atom('self'), ...params, ...flags), 4, 'def ', ' -> None:'),
    `${body}super().__init__()`,
    ...cls.arguments
      .filter(({ name }) => stored.has(name))
      .map(({ name }) => `${body}self.${name} = ${name}`),
    ...families.flatMap(([name, family]) => layout(familyCode(family), 8, `self.${moduleName(name)} = `)),
  ]
  if (supervised === undefined) return lines
  const holder = families.some(([name]) => name === 'decoder')
    ? [`${body}self.decoder.deep_supervision = deep_supervision`]
    : [`${body}self.decoder = Supervision(deep_supervision)`]
  return [...lines, ...holder]
}

const body = ' '.repeat(8)

function fillOf(cls: ModuleClass, written: (argument: ClassArgument) => string): Fill {
  const byHole = new Map<Hole, ClassArgument | undefined>(
    cls.draft.holes.map((one, k) => [one, cls.fills[k]] as const),
  )
  return (one) => {
    const argument = byHole.get(one)
    return atom(argument === undefined ? literalText(one.value) : written(argument))
  }
}

// ---------------------------------------------------------------- forward

function signature({ draft }: ModuleClass, supervised: Supervised | undefined): string[] {
  const { inputs, listed, inputNames, outputs } = draft
  const params = listed
    ? [atom('features: list[Tensor]')]
    : inputs.map((_, k) => atom(`${variableName(inputNames[k] ?? 'x')}: Tensor`))
  const result =
    supervised !== undefined ? 'Tensor | list[Tensor]' : outputs.length === 1 ? 'Tensor' : 'list[Tensor]'
  return layout(call('forward', atom('self'), ...params), 4, 'def ', ` -> ${result}:`)
}

interface Forward {
  readonly lines: readonly string[]
  /** Arguments that it reads. */
  readonly stored: ReadonlySet<string>
}

function forwardOf(cls: ModuleClass, supervised: Supervised | undefined): Forward {
  return new Writing(cls).forward(supervised)
}

class Writing {
  readonly #cls: ModuleClass
  readonly #stored = new Set<string>()
  readonly #lines: string[] = []
  /** The expression of each tensor. */
  readonly #names = new Map<NodeId, string>()
  /** The step after which nothing reads a tensor. */
  readonly #last = new Map<NodeId, number>()
  #steps: readonly Step[]

  constructor(cls: ModuleClass) {
    this.#cls = cls
    this.#steps = cls.draft.steps
    for (const [k, id] of cls.draft.inputs.entries())
      this.#names.set(id, variableName(cls.draft.inputNames[k] ?? 'x'))
  }

  forward(supervised: Supervised | undefined): Forward {
    const { steps, outputs } = this.#cls.draft
    const read = neededFor(steps, outputs)
    const needed = supervised === undefined ? read : neededFor(read, supervised.primary)
    const later = read.filter((one) => !needed.includes(one))
    this.#steps = [...needed, ...later]
    for (const [at, step] of this.#steps.entries()) for (const id of step.inputs) this.#last.set(id, at)
    for (const id of outputs) this.#last.set(id, Infinity)
    this.#write(0, needed.length)
    if (supervised === undefined) this.#return(outputs)
    else {
      this.#lines.push(`${body}if not self.decoder.deep_supervision:`)
      this.#lines.push(`${body}    return ${this.#result(supervised.primary)}`)
      this.#write(needed.length, this.#steps.length)
      this.#return(supervised.all)
    }
    return { lines: this.#lines, stored: this.#stored }
  }

  #write(from: number, to: number): void {
    for (let at = from; at < to;) {
      const step = this.#step(at)
      const length = step.repeat === undefined ? this.#runLength(at, to) : 1
      if (length > 1 || this.#isRepeated(step)) this.#loop(at, length)
      else this.#statement(at)
      at += length
    }
  }

  // ---------------------------------------------------------------- one step

  #statement(at: number): void {
    const step = this.#step(at)
    const code = this.#code(step, at)
    const target = this.#target(step, at)
    this.#lines.push(...layout(code, 8, `${target} = `))
  }

  /** Whether the step is done more than once, in some instance at least. */
  #isRepeated({ repeat }: Step): boolean {
    return repeat !== undefined && flat(this.#fillCount(repeat.count)) !== '1'
  }

  readonly #fillCount: Fill = (one) => fillOf(this.#cls, ({ name }) => name)(one)

  #step(at: number): Step {
    const step = this.#steps[at]
    if (step === undefined) throw new Error(`no step ${at}`)
    return step
  }

  #code(step: Step, at: number, module?: string): Python {
    const own = step.member === undefined ? undefined : atom(module ?? `self${memberPath(step, this.#cls)}`)
    const operands = step.inputs.map((id) => atom(this.#nameOf(id, at)))
    const code = filled(step.value, this.#fill)
    const asked = withRepeats(substituted(code, operands, own))
    return step.cls?.draft.listed === true ? withWholeList(asked) : asked
  }

  readonly #fill: Fill = (one) =>
    fillOf(this.#cls, ({ name }) => {
      this.#stored.add(name)
      return `self.${name}`
    })(one)

  #nameOf(id: NodeId, at: number): string {
    const name = this.#names.get(id)
    if (name === undefined)
      throw new Error(`step ${at} of ${this.#cls.name} reads a tensor that is not there`)
    return name
  }

  /** Declares the results of a step, and says what they are assigned to. */
  #target(step: Step, at: number): string {
    const [only, ...more] = step.outputs
    if (only !== undefined && more.length === 0) {
      const name = this.#variable(only, step, at)
      this.#names.set(only, name)
      return name
    }
    const name = this.#free(listName(step), at)
    for (const [k, id] of step.outputs.entries()) this.#names.set(id, `${name}[${k}]`)
    return name
  }

  /** The name that the spec has; else that of an operand which nothing needs any more; else a new one. */
  #variable(id: NodeId, step: Step, at: number): string {
    const hint = this.#cls.draft.hints.get(id)
    if (hint !== undefined) return this.#free(variableName(hint), at)
    const over = step.inputs.find((input) => this.#isOver(input, at))
    return over === undefined ? this.#free('x', at) : this.#nameOf(over, at)
  }

  /** Whether the step may give its result the name of this operand: nothing reads it later, and it is not what the spec calls it. */
  #isOver(input: NodeId, at: number): boolean {
    const isNamed = this.#cls.draft.hints.has(input)
    return !isNamed && (this.#last.get(input) ?? 0) <= at && isPlain(this.#nameOf(input, at))
  }

  /** A name that no tensor in use has. */
  #free(name: string, at: number): string {
    const live = new Set(
      [...this.#names]
        .filter(([id]) => (this.#last.get(id) ?? -1) > at)
        .map(([, text]) => text.split('[')[0]),
    )
    const candidates = name === 'x' ? ['x', 'y', 'z'] : [name]
    const chosen = candidates.find((one) => !live.has(one))
    if (chosen !== undefined) return chosen
    for (let k = 2; ; k++) if (!live.has(`${name}${k}`)) return `${name}${k}`
  }

  // ---------------------------------------------------------------- loops

  /** How many steps from here on apply the members of one family in a row, all of them, each to what the one before gave. */
  #runLength(at: number, to: number): number {
    const first = this.#step(at)
    const place = familyPlace(first)
    if (place === undefined || first.outputs.length !== 1 || first.inputs.length !== 1) return 1
    const all = membersIn(this.#cls, place.before, place.name)
    let length = 1
    for (; at + length < to; length++) {
      const [before, next] = [this.#step(at + length - 1), this.#step(at + length)]
      const isNext =
        next.kind === first.kind &&
        next.cls === first.cls &&
        next.inputs.length === 1 &&
        next.inputs[0] === before.outputs[0] &&
        next.outputs.length === 1 &&
        isSamePlace(familyPlace(next), place)
      if (!isNext) break
    }
    const taken = Array.from({ length }, (_, k) => familyPlace(this.#step(at + k))?.index ?? '')
    return length > 1 && taken.join(' ') === all.join(' ') ? length : 1
  }

  #loop(at: number, length: number): void {
    const [first, last] = [this.#step(at), this.#step(at + length - 1)]
    const place = familyPlace(first)
    if (place === undefined) throw new Error('a run without a family')
    const steps = Array.from({ length }, (_, k) => this.#step(at + k))
    const end = at + length - 1
    const kept = steps.slice(0, -1).some(({ outputs: [id = -1] }) => (this.#last.get(id) ?? 0) > end)
    const isList =
      first.repeat === undefined
        ? isRow(membersIn(this.#cls, place.before, place.name))
        : first.repeat.start === 0
    const family = `self${pathText(place.before, this.#cls)}.${moduleName(place.name)}${isList ? '' : '.values()'}`
    const one = variableName(snakeCase(place.name))
    const [input = -1] = first.inputs
    const given = this.#nameOf(input, at)
    const isOver = this.#isOver(input, at)
    const x = isOver ? given : this.#free('x', at)
    const many = this.#free(variableName(`${one}s`), at)
    if (!isOver) this.#lines.push(`${body}${x} = ${given}`)
    if (kept) this.#lines.push(`${body}${many} = []`)
    this.#names.set(input, x)
    const inner = this.#code(
      first,
      at,
      `${one}${place.after.map((segment) => accessText(segment, true)).join('')}`,
    )
    this.#names.set(input, given)
    this.#lines.push(`${body}for ${one} in ${family}:`, ...layout(inner, 12, `${x} = `))
    if (kept) this.#lines.push(`${body}    ${many}.append(${x})`)
    for (const [
      k,
      {
        outputs: [id = -1],
      },
    ] of steps.entries())
      this.#names.set(id, kept ? `${many}[${k}]` : x)
    if (!kept) this.#names.set(last.outputs[0] ?? -1, x)
  }

  // ---------------------------------------------------------------- results

  #return(outputs: readonly NodeId[]): void {
    const text = this.#result(outputs)
    const last = this.#lines.at(-1)
    const start = `${body}${text} = `
    // A single line that only makes what is returned returns it.
    if (last !== undefined && last.startsWith(start) && isPlain(text))
      this.#lines[this.#lines.length - 1] = `${body}return ${last.slice(start.length)}`
    else this.#lines.push(...layout(this.#resultCode(outputs), 8, 'return '))
  }

  #result(outputs: readonly NodeId[]): string {
    return flat(this.#resultCode(outputs))
  }

  #resultCode(outputs: readonly NodeId[]): Python {
    const names = outputs.map((id) => this.#nameOf(id, Infinity))
    return names.length === 1 ? atom(names[0] ?? '') : (wholeList(names) ?? list(...names.map(atom)))
  }
}

/** A list of tensors is called as what gives them. */
const listName = ({ member = [] }: Step): string =>
  variableName(snakeCase(segmentOf(member.at(-1) ?? 'tensors').name))

const isPlain = (name: string): boolean => /^\w+$/.test(name)

function neededFor(steps: readonly Step[], outputs: readonly NodeId[]): readonly Step[] {
  const wanted = new Set(outputs)
  for (const step of [...steps].reverse())
    if (step.outputs.some((id) => wanted.has(id))) for (const id of step.inputs) wanted.add(id)
  return steps.filter((step) => step.outputs.some((id) => wanted.has(id)))
}

/** `encoder` for `[encoder[0], encoder[1], …]`, where those are all that it has. */
function wholeList(names: readonly string[]): Python | undefined {
  const [first = ''] = names
  const name = first.endsWith('[0]') ? first.slice(0, -3) : undefined
  return name !== undefined && names.every((one, k) => one === `${name}[${k}]`) ? atom(name) : undefined
}

function withWholeList(code: Python): Python {
  if (code.kind !== 'call' || code.items.length !== 1) return code
  const [only] = code.items
  if (only?.value.kind !== 'list') return code
  const whole = wholeList(only.value.items.map(({ value }) => flat(value)))
  return whole === undefined ? code : { ...code, items: [{ value: whole }] }
}

/** `[x] * 16` for a list of the same tensor. */
function withRepeats(code: Python): Python {
  if (code.kind !== 'call') return code
  const items = code.items.map((one): Item => {
    if (one.value.kind !== 'list') return one
    const [first, ...rest] = one.value.items
    const isSame = first !== undefined && rest.every(({ value }) => flat(value) === flat(first.value))
    if (!isSame || rest.length < 2) return one
    return { ...one, value: binary(list(first.value), '*', atom(String(rest.length + 1))) }
  })
  return { ...code, items }
}

/** The value with its operands and its module in place. */
function substituted(code: Python, operands: readonly Python[], module: Python | undefined): Python {
  const through = (one: Python): Python => substituted(one, operands, module)
  const items = (all: readonly Item[]): Item[] => all.map((one) => ({ ...one, value: through(one.value) }))
  switch (code.kind) {
    case 'atom':
      if (code === ownModule) return module ?? code
      return (code.text.startsWith('$') ? operands[Number(code.text.slice(1))] : undefined) ?? code
    case 'hole':
      return code
    case 'call':
      return { ...code, callee: through(code.callee), items: items(code.items) }
    case 'list':
    case 'tuple':
      return { ...code, items: items(code.items) }
    case 'dict':
      return code
    case 'each':
    case 'dict-each':
    case 'member':
    case 'star':
      return { ...code, value: through(code.value) }
    case 'index':
      return { ...code, value: through(code.value) }
    case 'slice':
      return code
    case 'binary':
      return { ...code, left: through(code.left), right: through(code.right) }
  }
}

// ---------------------------------------------------------------- places

/** The indices of a family's members, in order. */
function membersIn({ draft }: ModuleClass, before: readonly string[], name: string): readonly string[] {
  const found = new Set<string>()
  for (const { member, construct } of draft.steps) {
    if (member === undefined || construct === undefined) continue
    if (member.slice(0, before.length).join('.') !== before.join('.')) continue
    const segment = segmentOf(member[before.length] ?? '')
    if (segment.name === name && segment.index !== undefined) found.add(segment.index)
  }
  return [...found].sort(byNumbers)
}

const memberPath = ({ member = [] }: Step, cls: ModuleClass): string => pathText(member, cls)

/** `.fuse.Unit[0]`, with string keys where the family is no row. */
function pathText(path: readonly string[], cls: ModuleClass): string {
  return path
    .map((segment, k) => {
      const { name, index } = segmentOf(segment)
      if (index === undefined) return accessText(segment, true)
      return accessText(segment, isRow(membersIn(cls, path.slice(0, k), name)))
    })
    .join('')
}

function accessText(segment: string, isList: boolean): string {
  const { name, index } = segmentOf(segment)
  const own = `.${moduleName(name)}`
  if (index === undefined) return own
  return `${own}[${isList ? index : stringText(index)}]`
}
