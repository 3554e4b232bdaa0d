// Training on the page: a worker that trains what is open for a minute, shown while it goes, until it is done or stopped.
import { element } from '../../deploy/client/elements.ts'
import type { Opened, TrainingAnswer, TrainingQuestion } from '../asked.ts'
import { ids, wasmFolder } from '../parts.ts'
import { refusalText } from './findings.ts'
import { startWorker } from './workers.ts'

const seconds = 60

export interface TrainingOptions {
  readonly tool: string
  /** With the network that is shown. */
  spec(): Opened
  say(text: string): void
}

/** Whatever is being trained ends with it; what it has shown stays. */
export interface PageTraining {
  end(): void
}

export function createTraining({ tool, spec, say }: TrainingOptions): PageTraining {
  const content = element(ids.trained, HTMLElement)
  const bar = element(ids.trainingProgress, HTMLProgressElement)
  const start = element(ids.train, HTMLButtonElement)
  const stop = element(ids.stop, HTMLButtonElement)
  let worker: Worker | undefined

  const end = (): void => {
    worker?.terminate()
    worker = undefined
    bar.hidden = true
    start.disabled = false
    stop.disabled = true
  }
  const refuse = (reason: string): void => {
    end()
    const text = document.createElement('p')
    text.className = 'problem'
    text.textContent = reason
    content.replaceChildren(text)
    say(reason)
  }
  const show = (answer: TrainingAnswer): void => {
    if (answer.kind === 'refused') return refuse(refusalText(answer.findings))
    if (answer.kind === 'failed') return refuse(`This was not trained: ${answer.reason}.`)
    content.innerHTML = answer.html
    bar.max = answer.steps
    bar.value = answer.step
    if (!answer.finished) return
    end()
    say(`Trained for ${answer.steps.toLocaleString('en')} steps.`)
  }

  start.addEventListener('click', () => {
    end()
    content.replaceChildren()
    bar.removeAttribute('value')
    bar.hidden = false
    start.disabled = true
    stop.disabled = false
    say('Training; the first steps tell how many a minute has room for …')
    const own = startWorker('trainer.js')
    worker = own
    own.addEventListener('message', ({ data }: MessageEvent<TrainingAnswer>) => {
      // An answer may have been on its way when its worker was ended.
      if (worker === own) show(data)
    })
    own.addEventListener('error', ({ message }) => refuse(message || 'the worker could not be started'))
    const wasm = new URL(wasmFolder, document.baseURI).href
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    own.postMessage({ tool, spec: spec(), seconds, wasm } satisfies TrainingQuestion)
  })
  stop.addEventListener('click', () => {
    end()
    say('The training was stopped.')
  })
  return { end }
}
