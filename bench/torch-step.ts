// A PyTorch process that takes training steps when it is asked to, so that both sides can take turns.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { torchStepPath } from './paths.ts'
import type { StockSizes } from './stock.ts'
import { python } from './torch.ts'

export interface TorchSteps {
  readonly torch: string
  readonly parameters: number
  /** Takes one step and gives its milliseconds. */
  step(): Promise<number>
  close(): void
}

export interface TorchSettings extends StockSizes {
  readonly patch: readonly number[]
  readonly batch: number
  readonly threads: number
}

export async function openTorch({ kind, ...sizes }: TorchSettings): Promise<TorchSteps> {
  const asked = JSON.stringify({ net: kind, ...sizes })
  const child = spawn(python, [torchStepPath, asked], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async <T>(): Promise<T> => {
    const line: IteratorResult<string, undefined> = await lines.next()
    if (line.done === true) throw new Error('the PyTorch process ended')
    return JSON.parse(line.value) as T
  }
  const about = await next<Pick<TorchSteps, 'torch' | 'parameters'>>()
  return {
    ...about,
    step: async () => {
      child.stdin.write('step\n')
      return (await next<{ readonly ms: number }>()).ms
    },
    close: () => child.stdin.end(),
  }
}
