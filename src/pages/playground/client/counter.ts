// The worker that counts. Of questions that wait only the last is answered, and pictures only where no question came meanwhile: a slider that is dragged
// asks faster than networks are elaborated.
import type { Answer, Question } from '../asked.ts'
import { reviewed, type Refused, type Reviewed } from '../counting.ts'
import { knobsOf } from '../knobs.ts'
import { headlineHtml, totalsHtml } from '../numbers.ts'
import { reasonOf } from './reasons.ts'

let waiting: Question | undefined
let isBusy = false

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  waiting = data
  if (!isBusy) void work()
})

async function work(): Promise<void> {
  isBusy = true
  for (let question = waiting; question !== undefined; question = waiting) {
    waiting = undefined
    const { id } = question
    await answer(question).catch((error: unknown) => tell({ id, kind: 'failed', reason: reasonOf(error) }))
    await pause()
  }
  isBusy = false
}

/** Lets messages in. */
const pause = async (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0)
  })

function tell(answer: Answer): void {
  const moved = answer.kind === 'files' ? answer.files.map(({ bytes }) => bytes.buffer) : []
  postMessage(answer, { transfer: moved })
}

async function answer(question: Question): Promise<void> {
  const { id, counted, tool } = question
  switch (question.kind) {
    case 'count':
      return count(question)
    case 'compare': {
      const found = reviewed(counted, { tool, against: question.against })
      if (found.kind === 'refused') return refuse(id, found)
      const { comparisonHtml } = await import('../sections.ts')
      return tell({ id, kind: 'section', html: comparisonHtml(found) })
    }
    case 'sweep': {
      const { swept } = await import('../swept.ts')
      const found = swept(counted, question.over)
      if (found.kind === 'refused') return refuse(id, found)
      const { sweepHtml } = await import('../sections.ts')
      return tell({ id, kind: 'section', html: sweepHtml(found.document) })
    }
    case 'onnx': {
      const { onnxFiles } = await import('../onnx-files.ts')
      const found = onnxFiles(counted.spec, { tool, name: question.name })
      return 'kind' in found ? refuse(id, found) : tell({ id, kind: 'files', files: found })
    }
    case 'report': {
      const digests = await digestsOf(Object.values(counted.spec.files))
      const found = reviewed(counted, { tool, ...(digests === undefined ? {} : { digests }) })
      return found.kind === 'refused' ? refuse(id, found) : tellReport(id, found)
    }
  }
}

const refuse = (id: number, { findings, networks }: Refused): void =>
  tell({ id, kind: 'refused', findings, networks })

async function count({ id, counted, tool }: Question): Promise<void> {
  const found = reviewed(counted, { tool })
  if (found.kind === 'refused') return refuse(id, found)
  const { graph, networks, arguments: given } = found
  const texts = { headline: headlineHtml(found), totals: totalsHtml(found) }
  tell({ id, kind: 'numbers', network: graph.network, networks, knobs: knobsOf(found), arguments: given, ...texts }) // prettier-ignore
  await pause()
  if (waiting !== undefined) return
  const { architectureHtml, memoryHtml } = await import('../sections.ts')
  tell({ id, kind: 'pictures', architecture: architectureHtml(found), memory: memoryHtml(found) })
}

async function tellReport(id: number, found: Reviewed): Promise<void> {
  const { reportPage } = await import('../sections.ts')
  const bytes = new TextEncoder().encode(reportPage(found))
  tell({ id, kind: 'files', files: [{ name: 'report.html', bytes }] })
}

/** Pages that are not secure have no digests. */
async function digestsOf(texts: readonly string[]): Promise<ReadonlyMap<string, string> | undefined> {
  if (!isSecureContext) return undefined
  const found = new Map<string, string>()
  for (const text of texts) {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
    found.set(text, [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')) // prettier-ignore
  }
  return found
}
