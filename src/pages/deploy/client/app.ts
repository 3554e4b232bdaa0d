// The program of the page: files that are dropped or chosen, the worker that segments them, and what comes of it.
import { duration } from '../../numbers.ts'
import { ids } from '../parts.ts'
import { element, showIn } from './elements.ts'
import type { Report, Result, Task } from './messages.ts'
import { timeLeft } from './time-left.ts'
import { openViewer, type Viewer } from './viewer.ts'

const [runButton, cancelButton, saveButton] = [ids.run, ids.cancel, ids.save].map((id) => element(id, HTMLButtonElement)) as [HTMLButtonElement, HTMLButtonElement, HTMLButtonElement] // prettier-ignore
const bar = element(ids.bar, HTMLProgressElement)
const drop = element(ids.drop, HTMLElement)
const rows = [...element(ids.results, HTMLElement).querySelectorAll<HTMLTableRowElement>('tr[data-label]')]
const inputs = [...drop.querySelectorAll<HTMLInputElement>('input[type="file"]')]
const chosen: (File | undefined)[] = inputs.map(() => undefined)

/** Ends what is being done. */
let cancel = (): void => {}
/** What is saved. */
let found: File | undefined

const say = (text: string): void => showIn(ids.status, text)

// ---------------------------------------------------------------- files

/** `case_0001.nii.gz` is the second channel; files without such a number go where none is yet. */
function take(files: readonly File[], viewer: Viewer | undefined): void {
  for (const file of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const named = Number(/_(\d{4})\.nii(?:\.gz)?$/.exec(file.name)?.[1] ?? NaN)
    const free = chosen.indexOf(undefined)
    place(file, named < chosen.length ? named : free === -1 ? 0 : free)
  }
  showChosen(viewer)
}

function place(file: File, channel: number): void {
  chosen[channel] = file
  const input = inputs[channel]
  if (input !== undefined && input.files?.[0] !== file) input.files = listOf(file)
  showIn(ids.chosen(channel), sizeText(file.size))
}

/** What the browser itself shows beside the button. */
function listOf(file: File): FileList {
  const transfer = new DataTransfer()
  transfer.items.add(file)
  return transfer.files
}

const sizeText = (bytes: number): string =>
  bytes < 1e5 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

function showChosen(viewer: Viewer | undefined): void {
  // What comes of other images would be taken for theirs.
  cancel()
  const missing = chosen.filter((file) => file === undefined).length
  runButton.disabled = missing > 0
  say(
    missing === 0
      ? 'Ready to segment.'
      : `${missing} more ${missing === 1 ? 'image is' : 'images are'} needed.`,
  )
  forget()
  const [first] = chosen
  if (first === undefined || viewer === undefined) return
  viewer.showImage(first).catch((error: unknown) => say(`${first.name} cannot be shown: ${String(error)}`))
}

function listenForFiles(viewer: Viewer | undefined): void {
  for (const [channel, input] of inputs.entries()) {
    input.disabled = false
    input.addEventListener('change', () => {
      const [file] = input.files ?? []
      if (file === undefined) return
      place(file, channel)
      showChosen(viewer)
    })
  }
  // Anywhere on the page: a file that is dropped beside the field would be opened in place of the page.
  addEventListener('dragover', (event) => {
    event.preventDefault()
    drop.classList.add('over')
  })
  addEventListener('dragleave', () => drop.classList.remove('over'))
  addEventListener('drop', (event) => {
    event.preventDefault()
    drop.classList.remove('over')
    take([...(event.dataTransfer?.files ?? [])], viewer)
  })
}

// ---------------------------------------------------------------- the work

/** A worker of this address is under the page's policy, which one of a file's address is not. */
function startWorker(): Worker {
  const program = `import ${JSON.stringify(new URL('worker.js', document.baseURI).href)}`
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  return new Worker(url, { type: 'module' })
}

function run(viewer: Viewer | undefined): void {
  const worker = startWorker()
  const left = timeLeft()
  const end = (text: string): void => {
    worker.terminate()
    cancel = () => {}
    cancelButton.hidden = true
    element(ids.work, HTMLElement).hidden = true
    runButton.disabled = false
    say(text)
  }
  const refuse = (reason: string): void => {
    end('')
    showIn(ids.problem, `The images were not segmented: ${reason}.`)
  }
  cancel = () => end('Cancelled.')
  begin()
  worker.addEventListener('error', ({ message }) => refuse(message || 'the worker could not be started'))
  worker.addEventListener('message', ({ data }: MessageEvent<Report>) => {
    switch (data.kind) {
      case 'stage':
        showStage(data.text)
        break
      case 'tiles':
        bar.value = data.done / data.all
        showIn(ids.stage, `Segmenting: part ${data.done} of ${data.all}${left(data.done / data.all)}`)
        break
      case 'refused':
        refuse(data.reason)
        break
      case 'done':
        end(`Segmented in ${duration(data.result.seconds)}.`)
        void showResult(data.result, viewer)
    }
  })
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker.postMessage(taskOf(chosen.filter((file) => file !== undefined)))
}

/** Moves a keyboard's focus to what can be done now. */
function begin(): void {
  forget()
  runButton.disabled = true
  cancelButton.hidden = false
  cancelButton.focus()
  element(ids.work, HTMLElement).hidden = false
}

function showStage(text: string): void {
  bar.removeAttribute('value')
  showIn(ids.stage, `${text} …`)
  say(`${text}.`)
}

function taskOf(files: readonly File[]): Task {
  const mirror = document.getElementById(ids.mirror)
  const device = element(ids.device, HTMLSelectElement).value === 'wasm' ? 'wasm' : 'auto'
  const mirrored = mirror instanceof HTMLInputElement && mirror.checked
  return { base: document.baseURI, files, mirrored, device }
}

// ---------------------------------------------------------------- what comes of it

/** What was found in other images. */
function forget(): void {
  saveButton.disabled = true
  for (const id of [ids.problem, ids.ranOn, ids.warnings]) showIn(id, '')
  for (const at of rows.keys()) element(ids.volume(at + 1), HTMLElement).textContent = '–'
}

async function showResult(result: Result, viewer: Viewer | undefined): Promise<void> {
  for (const at of rows.keys())
    element(ids.volume(at + 1), HTMLElement).textContent = `${(result.volumes[at + 1] ?? 0).toFixed(2)} ml`
  showIn(ids.ranOn, `Computed in ${duration(result.seconds)} on ${result.ranOn}.`)
  listWarnings(result.warnings)
  const name = savedName()
  saveButton.disabled = false
  found = new File([result.file], name)
  element(ids.results, HTMLElement).focus()
  await viewer?.showLabels(new File([result.unpacked], name.replace(/\.gz$/, '')))
  viewer?.setShown(shownLabels())
}

function listWarnings(warnings: readonly string[]): void {
  const list = element(ids.warnings, HTMLElement)
  list.hidden = warnings.length === 0
  list.replaceChildren(
    ...warnings.map((text) => {
      const item = document.createElement('li')
      item.textContent = text
      return item
    }),
  )
}

const savedName = (): string => {
  const name = chosen[0]?.name.replace(/(?:_0000)?\.nii(?:\.gz)?$/, '') ?? 'case'
  return `${name}_labels${document.body.dataset['ending'] ?? '.nii.gz'}`
}

function save(): void {
  if (found === undefined) return
  const file = found
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = file.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

function shownLabels(): ReadonlySet<number> {
  const shown = rows.filter((_, at) => element(ids.shown(at + 1), HTMLInputElement).checked)
  return new Set(shown.map((row) => Number(row.dataset['label'])))
}

// ---------------------------------------------------------------- start

const viewer = await openViewer().catch((error: unknown) => {
  showIn(ids.noView, `Images cannot be shown: ${String(error)}`)
  return undefined
})
listenForFiles(viewer)
runButton.addEventListener('click', () => run(viewer))
cancelButton.addEventListener('click', () => cancel())
saveButton.addEventListener('click', save)
for (const at of rows.keys())
  element(ids.shown(at + 1), HTMLInputElement).addEventListener('change', () =>
    viewer?.setShown(shownLabels()),
  )
say('Ready: choose or drop images.')
