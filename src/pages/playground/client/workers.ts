// Workers of the page, and questions to the one that counts.
import type { Answer, Question } from '../asked.ts'

/** A worker of a `blob:` address is under the page's policy, which one of a file's address is not. */
export function startWorker(file: string): Worker {
  const program = `import ${JSON.stringify(new URL(file, document.baseURI).href)}`
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  return new Worker(url, { type: 'module' })
}

type Asked<Q = Question> = Q extends Question ? Omit<Q, 'id' | 'tool'> : never

export type Listener = (answer: Answer) => void

/** Answers to a question that another has followed are dropped. */
export class Counter {
  readonly #tool: string
  readonly #listener: Listener
  #worker: Worker | undefined
  #last = 0

  constructor(tool: string, listener: Listener) {
    this.#tool = tool
    this.#listener = listener
  }

  ask(question: Asked): void {
    this.#worker ??= this.#start()
    this.#last += 1
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    this.#worker.postMessage({ ...question, id: this.#last, tool: this.#tool } satisfies Question)
  }

  /** Ends what is being done for who no longer wants it. */
  end(): void {
    this.#worker?.terminate()
    this.#worker = undefined
  }

  #start(): Worker {
    const worker = startWorker('counter.js')
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      if (data.id === this.#last) this.#listener(data)
    })
    worker.addEventListener('error', ({ message }) => {
      this.end()
      const reason = message || 'the worker could not be started'
      this.#listener({ id: this.#last, kind: 'failed', reason })
    })
    return worker
  }
}

export interface Asking {
  ask(question: Asked): void
  /** Whatever is being answered: nobody wants it any more. */
  end(): void
}

/** Answers of a worker of its own, which the next question ends: what takes long must not hold up what is typed. */
export function asking(tool: string, listener: Listener): Asking {
  let current: Counter | undefined
  const end = (): void => {
    current?.end()
    current = undefined
  }
  return {
    ask: (question) => {
      end()
      const own = new Counter(tool, (answer) => {
        // An answer may have been on its way when its worker was ended.
        if (current !== own) return
        end()
        listener(answer)
      })
      current = own
      own.ask(question)
    },
    end,
  }
}
