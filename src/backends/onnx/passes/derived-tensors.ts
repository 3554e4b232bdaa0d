// Tensors that the file has in another form than the network's parameters: each is made of the numbers of one when it is written, so that
// no more than one is in memory and nothing of it is left to whoever opens the file.
import { isProblem, type Problem } from '../../../compiler/diagnostics/diagnostic.ts'
import type { Numbers } from '../../../weights/weights.ts'
import type { OnnxTensor } from '../model.ts'

/** `of` in another form; its name says of what it is and what was done. */
export function derivedTensor(
  of: OnnxTensor,
  label: string,
  shape: readonly number[],
  make: (numbers: Numbers) => Numbers,
): OnnxTensor {
  const { content } = of
  const name = `${of.name}/${label}`
  switch (content.kind) {
    case 'int64':
    case 'int32':
    case 'int8':
    case 'float': {
      const values = [...make(Float64Array.from(content.values))]
      return { name, shape, content: { kind: content.kind, values } }
    }
    case 'parameter': {
      const numbers = (): ReturnType<typeof content.numbers> => {
        const given = content.numbers()
        return isProblem(given) ? given : make(given)
      }
      return { name, shape, content: { ...content, numbers } }
    }
  }
}

/** In double precision, so that what is made of several rounds once. */
export function numbersIn({ content }: OnnxTensor): Float64Array | Problem {
  const numbers = content.kind === 'parameter' ? content.numbers() : content.values
  return isProblem(numbers) ? numbers : Float64Array.from(numbers)
}

/** Each tensor once: what two nodes make of one weight has one name. */
export function distinct(tensors: readonly OnnxTensor[]): readonly OnnxTensor[] {
  return [...new Map(tensors.map((tensor) => [tensor.name, tensor])).values()]
}
