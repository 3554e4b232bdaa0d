// The program of the page: what is open, who counts it, and where what was counted is shown.
import { element, showIn } from '../../deploy/client/elements.ts'
import type { Answer, Counted, Example, Opened, Range } from '../asked.ts'
import { files, ids, lineOfAnchor } from '../parts.ts'
import type { Editor } from './editor.ts'
import { listFindings, refusalText } from './findings.ts'
import { KnobFields } from './knob-fields.ts'
import { copy, save } from './saving.ts'
import { createTraining } from './training.ts'
import { fragmentOf, openedOf } from './share.ts'
import { asking, Counter, type Asking } from './workers.ts'

const tool = document.body.dataset['tool'] ?? 'weft'
const place = (id: string): HTMLElement => element(id, HTMLElement)
const select = (id: string): HTMLSelectElement => element(id, HTMLSelectElement)
const input = (id: string): HTMLInputElement => element(id, HTMLInputElement)
const say = (text: string): void => showIn(ids.status, text)

/** Of the last numbers: the network with its arguments as a call has them, and what sliders cover. */
interface Shown {
  readonly network: string
  readonly arguments: Opened['arguments']
  readonly ranges: ReadonlyMap<string, Range>
}

let opened: Opened
let examples: readonly Example[] = []
let shown: Shown | undefined
let isAnswered = false

const counted = (): Counted => ({
  spec: opened,
  batch: Math.max(1, Math.trunc(Number(input(ids.batch).value)) || 1),
})

// ---------------------------------------------------------------- numbers

const counter = new Counter(tool, showAnswer)
const count = (): void => counter.ask({ kind: 'count', counted: counted() })

const knobs = new KnobFields(place(ids.knobs), (name, value) => {
  opened = { ...opened, arguments: { ...opened.arguments, [name]: value } }
  count()
})

function showAnswer(answer: Answer): void {
  isAnswered = true
  editor?.connect()
  switch (answer.kind) {
    case 'numbers': {
      place(ids.headline).innerHTML = answer.headline
      place(ids.totals).innerHTML = answer.totals
      showIn(ids.stale, '')
      showNetworks(answer.networks, answer.network)
      knobs.show(answer.knobs)
      const ranges = answer.knobs.flatMap(({ name, range }) =>
        range === undefined ? [] : [[name, range] as const],
      )
      shown = { network: answer.network, arguments: answer.arguments, ranges: new Map(ranges) }
      listSwept(answer.knobs.map(({ name }) => name))
      editor?.choose(answer.network, answer.arguments)
      performance.mark('numbers')
      return
    }
    case 'pictures':
      place(ids.architecture).innerHTML = answer.architecture
      place(ids.memory).innerHTML = answer.memory
      return
    case 'refused':
      showNetworks(answer.networks, opened.network ?? answer.networks[0] ?? '')
      return showIn(ids.stale, `${refusalText(answer.findings)}\nThe numbers are those of before.`)
    case 'failed':
      return showIn(ids.stale, `This was not counted: ${answer.reason}.`)
    case 'section':
    case 'files':
  }
}

function showNetworks(names: readonly string[], chosen: string): void {
  const field = select(ids.network)
  if ([...field.options].map(({ value }) => value).join() !== names.join())
    field.replaceChildren(...names.map((name) => new Option(name, name)))
  field.value = chosen
  field.disabled = names.length < 2
}

// ---------------------------------------------------------------- the text

/** Comes after the first question: what counts need not wait for what is typed into. */
let editor: Editor | undefined

async function startEditor(): Promise<void> {
  const { createEditor } = await import('./editor.ts')
  editor = createEditor({
    parent: place(ids.text),
    labelledBy: 'editor-title',
    onChange: (text) => {
      opened = { ...opened, files: { ...opened.files, [opened.entry]: text } }
      count()
    },
    onDiagnostics: (found) =>
      listFindings(place(ids.findings), found, (line, column) => editor?.goTo(line, column)),
  })
  editor.open(opened)
  // The language server comes after the first answer, for the same reason.
  if (isAnswered) editor.connect()
  if (shown !== undefined) editor.choose(shown.network, shown.arguments)
}

function open(next: Opened): void {
  opened = next
  for (const one of [comparing, sweeping, training]) one.end()
  select(ids.against).value = ''
  say('')
  count()
  editor?.open(next)
}

/** With the examples that it imports. */
function exampleSpec({ name, text, imports }: Example, network?: string): Opened {
  const imported = examples.filter((one) => imports.includes(one.name))
  const files = [[name, text] as const, ...imported.map((one) => [one.name, one.text] as const)]
  const spec = {
    entry: `${name}.weft`,
    files: Object.fromEntries(files.map(([file, content]) => [`${file}.weft`, content])),
    arguments: {},
  }
  return network === undefined ? spec : { ...spec, network }
}

// ---------------------------------------------------------------- beside others, over a parameter

/** A section is made by a worker of its own, while numbers follow the text. */
function sectionFrom(id: string, what: string): Asking {
  const { ask, end } = asking(tool, (answer) => {
    place(id).removeAttribute('aria-busy')
    if (answer.kind === 'section') {
      place(id).innerHTML = answer.html
      say(`${what} is shown.`)
    } else if (answer.kind === 'refused') refuse(id, refusalText(answer.findings))
    else if (answer.kind === 'failed') refuse(id, answer.reason)
  })
  return {
    ask: (question) => {
      place(id).setAttribute('aria-busy', 'true')
      say(`${what} is being made …`)
      ask(question)
    },
    end: () => {
      end()
      place(id).removeAttribute('aria-busy')
      place(id).replaceChildren()
    },
  }
}

function refuse(id: string, reason: string): void {
  const text = document.createElement('p')
  text.className = 'problem'
  text.textContent = reason
  place(id).replaceChildren(text)
  say(reason)
}

const comparing = sectionFrom(ids.comparison, 'The comparison')
const sweeping = sectionFrom(ids.curves, 'The sweep')

function startComparison(): void {
  const [name, network] = select(ids.against).value.split('#')
  const example = examples.find((one) => one.name === name)
  if (example === undefined) comparing.end()
  else comparing.ask({ kind: 'compare', counted: counted(), against: exampleSpec(example, network) })
}

function listSwept(names: readonly string[]): void {
  const field = select(ids.swept)
  const known = [...field.options].map(({ value }) => value)
  const numbers = names.filter((name) => shown?.ranges.has(name) === true)
  if (known.join() === numbers.join()) return
  field.replaceChildren(...numbers.map((name) => new Option(name, name)))
  suggestSweep()
}

/** About a dozen values of what the slider covers: shares by twentieths, all else by powers of two. */
function suggestSweep(): void {
  const range = shown?.ranges.get(select(ids.swept).value)
  if (range === undefined) return
  const { min, max } = range
  const step =
    max < 1 ? 0.05 : range.step * 2 ** Math.ceil(Math.log2(Math.max(1, (max - min) / range.step / 12)))
  input(ids.from).value = String(max < 1 ? min : step)
  input(ids.to).value = String(max < 1 ? 0.95 : max)
  input(ids.step).value = String(step)
}

function startSweep(): void {
  const [from, to, step] = [ids.from, ids.to, ids.step].map((id) => input(id).value.trim())
  sweeping.ask({
    kind: 'sweep',
    counted: counted(),
    over: `${select(ids.swept).value}=${from}..${to}:${step}`,
  })
}

const training = createTraining({ tool, say, spec: chosen })

// ---------------------------------------------------------------- files, links

const saving = asking(tool, (answer) => {
  if (answer.kind === 'files') {
    for (const one of answer.files) save(one)
    say(
      `Made ${answer.files.map(({ name, bytes }) => `${name}, ${bytes.length.toLocaleString('en')} bytes`).join('; ')}.`,
    )
  } else if (answer.kind === 'refused') say(refusalText(answer.findings))
  else if (answer.kind === 'failed') say(`Nothing was made: ${answer.reason}.`)
})

/** With the network that is chosen, of which numbers may not be there yet, or else shown. */
function chosen(): Opened {
  const network = opened.network ?? shown?.network
  return network === undefined ? opened : { ...opened, network }
}

async function share(): Promise<void> {
  const fragment = await fragmentOf(chosen())
  history.replaceState(null, '', `#${fragment}`)
  const copied = await copy(location.href)
  say(copied ? 'The link is copied; the address has it too.' : 'The link is in the address.')
}

// ---------------------------------------------------------------- start

async function read(file: string): Promise<unknown> {
  const response = await fetch(new URL(file, document.baseURI))
  if (!response.ok) throw new Error(`${file} cannot be loaded: ${response.status} ${response.statusText}`)
  return response.json()
}

/** What the address holds; undefined where it holds nothing. */
async function linkedSpec(): Promise<Opened | undefined> {
  const linked = await openedOf(location.hash)
  if (typeof linked === 'string') say(`The link cannot be read: ${linked}.`)
  return typeof linked === 'string' ? undefined : linked
}

/** Of an address that is followed from the page itself. */
async function follow(): Promise<void> {
  const linked = await linkedSpec()
  if (linked !== undefined) open(linked)
}

async function begin(): Promise<void> {
  say('')
  const linked = await linkedSpec()
  const said = place(ids.status).textContent
  open(linked ?? ((await read(files.start)) as Opened)) // Written together with this program.
  say(said)
}

function listen(): void {
  const on = (id: string, event: string, act: () => void): void => place(id).addEventListener(event, act)
  on(ids.example, 'change', () => {
    const example = examples.find(({ name }) => name === select(ids.example).value)
    if (example !== undefined) open(exampleSpec(example))
  })
  on(ids.network, 'change', () => {
    opened = { ...opened, network: select(ids.network).value, arguments: {} }
    count()
  })
  on(ids.reset, 'click', () => {
    opened = { ...opened, arguments: {} }
    count()
  })
  on(ids.batch, 'change', count)
  on(ids.share, 'click', () => void share())
  on(ids.against, 'change', startComparison)
  on(ids.swept, 'change', suggestSweep)
  on(ids.sweep, 'click', startSweep)
  on(ids.onnx, 'click', () => {
    say('The model is being made …')
    saving.ask({ kind: 'onnx', counted: counted(), name: `${shown?.network ?? 'network'}.onnx` })
  })
  on(ids.report, 'click', () => {
    say('The report is being made …')
    saving.ask({ kind: 'report', counted: counted() })
  })
  on(ids.source, 'click', () => {
    const bytes = new TextEncoder().encode(opened.files[opened.entry] ?? '')
    save({ name: opened.entry.split('/').at(-1) ?? opened.entry, bytes })
  })
  addEventListener('hashchange', () => void follow())
  place(ids.headline).addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const line = link === null ? undefined : lineOfAnchor(link.hash.slice(1))
    if (line === undefined) return
    event.preventDefault()
    editor?.goTo(line, 1)
  })
}

listen()
try {
  await begin()
  await startEditor()
  examples = (await read(files.examples)) as readonly Example[] // Written together with this program.
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
}
