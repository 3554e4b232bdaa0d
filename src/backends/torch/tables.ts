// Long lists of numbers: `tables.json` beside the modules, each once.
import type { Literal } from './python.ts'

export class Tables {
  readonly #names = new Map<string, string>()

  /** The name under which the package finds the numbers. */
  nameOf(values: Literal): string {
    const text = JSON.stringify(values)
    const name = this.#names.get(text) ?? `table_${this.#names.size}`
    this.#names.set(text, name)
    return name
  }

  /** The file; undefined where there is no table. */
  text(): string | undefined {
    if (this.#names.size === 0) return undefined
    const entries = [...this.#names].map(([text, name]) => `"${name}": ${text}`)
    return `{\n${entries.join(',\n')}\n}\n`
  }
}
