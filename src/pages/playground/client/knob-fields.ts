// A field for each parameter of the network, and a slider where it is a number.
import type { Knob } from '../asked.ts'

export type Turned = (name: string, value: string) => void

interface Field {
  readonly slider: HTMLInputElement | undefined
  readonly text: HTMLInputElement
}

export class KnobFields {
  readonly #parent: HTMLElement
  readonly #turned: Turned
  #fields = new Map<string, Field>()
  #shape = ''

  constructor(parent: HTMLElement, turned: Turned) {
    this.#parent = parent
    this.#turned = turned
  }

  /** Elements stay while the parameters do: one of them may be held. */
  show(knobs: readonly Knob[]): void {
    const shape = JSON.stringify(knobs.map(({ name, initial, range }) => [name, initial, range]))
    if (shape !== this.#shape) {
      this.#shape = shape
      this.#fields = new Map()
      this.#parent.replaceChildren(...knobs.map((one) => this.#row(one)))
    }
    for (const { name, value } of knobs) {
      const field = this.#fields.get(name)
      if (field === undefined) continue
      if (document.activeElement !== field.text) field.text.value = value
      if (field.slider !== undefined && document.activeElement !== field.slider) field.slider.value = value
    }
  }

  #row({ name, value, initial, range }: Knob): HTMLElement {
    const row = made('div', { className: 'knob' })
    const id = `knob-${name.replaceAll(/\W+/g, '-')}`
    const label = made('label', { htmlFor: id, textContent: name })
    label.title = `${initial} unless changed`
    const text = made('input', { type: 'text', value, spellcheck: false, autocomplete: 'off' })
    const slider =
      range === undefined
        ? undefined
        : made('input', {
            type: 'range',
            min: String(range.min),
            max: String(range.max),
            step: String(range.step),
            value,
          })
    this.#fields.set(name, { slider, text })
    text.addEventListener('change', () => this.#turned(name, text.value.trim() || initial))
    if (slider === undefined) {
      text.id = id
      row.append(label, text)
      return row
    }
    slider.id = id
    text.setAttribute('aria-label', `${name}, exactly`)
    slider.addEventListener('input', () => {
      text.value = slider.value
      this.#turned(name, slider.value)
    })
    row.append(label, slider, text)
    return row
  }
}

function made<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), properties)
}
