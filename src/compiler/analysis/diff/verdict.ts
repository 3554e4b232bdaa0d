// Whether a checkpoint still loads, in words.
import type { CheckpointData, ReshapedParameter } from './document.ts'
import { foldPaths, groupBy, skeletonOf } from './path-patterns.ts'
import { code, counted, item, type Item, type Phrase } from './phrases.ts'

export interface Verdict {
  readonly sentence: string
  readonly items: readonly Item[]
  /** Rules of the proposed map that change a name. */
  readonly renames: readonly { readonly from: string; readonly to: string }[]
}

export function verdictOf(checkpoint: CheckpointData): Verdict {
  const { unused, added, reshaped, renamed, sparser } = checkpoint
  const items: Item[] = []
  if (renamed.length > 0)
    items.push(item('>', [`${counted(renamed.length, 'parameter')} under another path`]))
  if (reshaped.length > 0)
    items.push(
      item('~', [`${counted(reshaped.length, 'parameter')} of another shape`], reshapedPhrases(reshaped)),
    )
  if (added.length > 0)
    items.push(item('+', [`${counted(added.length, 'parameter')} that A has not`], byModule(added)))
  if (unused.length > 0)
    items.push(item('-', [`${counted(unused.length, 'parameter')} of A without use`], byModule(unused)))
  if (sparser > 0)
    items.push(item('~', [`${counted(sparser, 'weight')} with a mask that keeps fewer connections than A's`]))
  const renames = checkpoint.map?.rules.filter((one) => one.from !== one.to) ?? []
  return { sentence: sentenceOf(checkpoint), items, renames }
}

function sentenceOf({ verdict, same, renamed, reshaped, added, unused }: CheckpointData): string {
  const filled = same + renamed.length
  const all = filled + reshaped.length + added.length
  switch (verdict) {
    case 'as-is':
      return `A checkpoint of A loads in B as it is: all ${counted(all, 'parameter')} keep path and shape.`
    case 'with-map': {
      const left = unused.length === 0 ? '' : `, and leaves out ${unused.length} that B has no use for`
      return `A checkpoint of A loads in B by a rename map, which fills all ${counted(all, 'parameter')}${left}.`
    }
    case 'partly':
      return `A checkpoint of A does not load in B: it fills ${filled} of ${counted(all, 'parameter')}.`
    case 'nothing':
      return `A checkpoint of A does not load in B: it fills none of ${counted(all, 'parameter')}.`
  }
}

interface Named {
  readonly path: string
  /** What is worth saying of the first of its kind. */
  readonly example?: string
}

/** `encoder.level[0..4].conv  weight 5, bias 4`: by pattern of the module, with what its parameters are called. */
function byModule(parameters: readonly Named[]): Phrase[] {
  const split = parameters.map(({ path, example }) => {
    const dot = path.lastIndexOf('.')
    return { module: path.slice(0, Math.max(0, dot)), name: path.slice(dot + 1), example }
  })
  return [...groupBy(split, (one) => skeletonOf(one.module)).values()].map((group): Phrase => {
    const modules = foldPaths([...new Set(group.map((one) => one.module))]).map((one) => one.text)
    const names = [...groupBy(group, (one) => one.name)].map(([name, of]) => {
      const examples = [...new Set(of.flatMap((one) => one.example ?? []))]
      const shown = examples.length === 0 ? '' : ` ${examples[0] ?? ''}${examples.length === 1 ? '' : ', …'}`
      return `${name}${of.length === 1 ? '' : ` ${of.length}`}${shown === '' ? '' : ` (${shown.trim()})`}`
    })
    return [code(modules.join(', ')), `  ${names.join(', ')}`]
  })
}

function reshapedPhrases(reshaped: readonly ReshapedParameter[]): Phrase[] {
  return byModule(
    reshaped.map(({ after, shapeBefore, shapeAfter }) => ({
      path: after,
      // What has one axis follows from the rest.
      ...(shapeAfter.length > 1 ? { example: `${shapeText(shapeBefore)} → ${shapeText(shapeAfter)}` } : {}),
    })),
  )
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('×')
}
