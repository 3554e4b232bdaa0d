// Benchmarks measure what works: a problem ends the run.
import { isProblem, type Problem } from '../src/compiler/diagnostics/diagnostic.ts'

export function sound<T>(found: T | Problem): T {
  if (isProblem(found)) throw errorOf(found)
  return found
}

export const errorOf = ({ name, parts }: Problem): Error => new Error(`${name}: ${JSON.stringify(parts)}`)
