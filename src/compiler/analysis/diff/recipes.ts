// Training recipes of two networks compared, setting by setting, every default filled in.
import type { LossTerm } from '../../semantics/declarations/losses.ts'
import type { Recipe } from '../../semantics/declarations/train.ts'
import type { NamedChange, RecipeChange } from './document.ts'

/**
 * Recipes of one name belong together, and so do the only recipes of both sides. Where a side has none there is nothing to compare.
 */
export function recipeChanges(a: readonly Recipe[], b: readonly Recipe[]): RecipeChange[] {
  if (a.length === 0 || b.length === 0) return []
  const [onlyA, onlyB] = [a[0], b[0]]
  if (a.length === 1 && b.length === 1 && onlyA !== undefined && onlyB !== undefined)
    return changesOf(onlyA, onlyB)
  const byName = new Map(a.map((one) => [one.name, one]))
  const names = new Set(b.map((one) => one.name))
  return [
    ...b.flatMap((one): RecipeChange[] => {
      const other = byName.get(one.name)
      return other === undefined ? [{ before: null, after: one.name, settings: [] }] : changesOf(other, one)
    }),
    ...a
      .filter((one) => !names.has(one.name))
      .map((one): RecipeChange => ({ before: one.name, after: null, settings: [] })),
  ]
}

function changesOf(a: Recipe, b: Recipe): RecipeChange[] {
  const [old, now] = [settingsOf(a), settingsOf(b)]
  const names = new Set([...now.keys(), ...old.keys()])
  const settings = [...names].flatMap((name) => settingChanges(name, old.get(name), now.get(name)))
  return settings.length === 0 ? [] : [{ before: a.name, after: b.name, settings }]
}

type FieldValue = number | boolean | readonly number[]
type Fields = Readonly<Record<string, FieldValue>>

/** A word with its fields: `sgd(lr = 0.01, momentum = 0.99)`. */
interface Term {
  readonly word: string
  readonly fields: Fields
}

/** Field by field where both sides have the same word. */
function settingChanges(name: string, before: Term | undefined, after: Term | undefined): NamedChange[] {
  if (before === undefined || after === undefined || before.word !== after.word) {
    const text = (one: Term | undefined): string | null => (one === undefined ? null : termText(one))
    return [{ name, before: text(before), after: text(after) }]
  }
  return Object.entries(after.fields).flatMap(([field, value]) => {
    const old = before.fields[field]
    return old === undefined || old === value
      ? []
      : [{ name: `${name} ${snake(field)}`, before: valueText(old), after: valueText(value) }]
  })
}

/** In the order in which the language speaks of them. */
function settingsOf(recipe: Recipe): Map<string, Term> {
  const plain = (value: number | string): Term => ({
    word: typeof value === 'string' ? value : valueText(value),
    fields: {},
  })
  const {
    loss,
    supervise,
    optimizer,
    schedule,
    warmup,
    ema,
    validate,
    batch,
    steps,
    epochs,
    clip,
    foreground,
    augment,
    orientation,
  } = recipe
  return new Map([
    ['loss', plain(loss.map(lossText).join(' + '))],
    ...supervise.map(({ output, weight }) => [`supervise ${output}`, plain(weight)] as const),
    ['optimizer', termOf(optimizer)],
    ['schedule', termOf(schedule)],
    ...(warmup === undefined ? [] : [['warmup', plain(`${warmup.count} ${warmup.unit}`)] as const]),
    ...(ema === undefined ? [] : [['ema', plain(ema)] as const]),
    ...(validate === undefined ? [] : [['validate', plain(validate)] as const]),
    ['batch', plain(batch)],
    ['steps', plain(steps)],
    ['epochs', plain(epochs)],
    ...(clip === undefined ? [] : [['clip', plain(clip)] as const]),
    ['foreground', plain(foreground)],
    ...augment.map((one) => [`augment ${one.kind}`, termOf(one)] as const),
    ['orientation', plain(orientation)],
  ])
}

function termOf({
  kind,
  ...fields
}: { readonly kind: string } & Readonly<Record<string, string | number | boolean>>): Term {
  return { word: kind, fields: fields as Fields }
}

function lossText({ loss, weight, batch, ...own }: LossTerm): string {
  const fields: Readonly<Record<string, FieldValue>> = { ...own, ...(batch ? { batch } : {}) }
  const term = termText({ word: loss, fields })
  return weight === 1 ? term : `${valueText(weight)} * ${term}`
}

function termText({ word, fields }: Term): string {
  const given = Object.entries(fields).map(([name, value]) => `${snake(name)} = ${valueText(value)}`)
  return given.length === 0 ? word : `${word}(${given.join(', ')})`
}

/** `1/3` has no end. */
const digits = 9

function valueText(value: FieldValue): string {
  if (typeof value === 'object') return `[${value.map(valueText).join(', ')}]`
  return typeof value === 'boolean' ? String(value) : String(Number(value.toPrecision(digits)))
}

/** `weight_decay`, as the language has it. */
function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
