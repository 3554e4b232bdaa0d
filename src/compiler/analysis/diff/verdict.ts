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
  const lone = (paths: readonly string[]): Phrase[] =>
    foldPaths(paths).map((one) => [code(one.text), one.paths.length === 1 ? '' : `  ${one.paths.length}`])
  const items: Item[] = []
  if (renamed.length > 0)
    items.push(item('>', [`${counted(renamed.length, 'parameter')} under another path`]))
  if (reshaped.length > 0)
    items.push(
      item('~', [`${counted(reshaped.length, 'parameter')} of another shape`], reshapedPhrases(reshaped)),
    )
  if (added.length > 0)
    items.push(
      item('+', [`${counted(added.length, 'parameter')} that A has not`], lone(added.map((one) => one.path))),
    )
  if (unused.length > 0)
    items.push(
      item(
        '-',
        [`${counted(unused.length, 'parameter')} of A without use`],
        lone(unused.map((one) => one.path)),
      ),
    )
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

/** By pattern of the path, with a shape where one is enough. */
function reshapedPhrases(reshaped: readonly ReshapedParameter[]): Phrase[] {
  return [...groupBy(reshaped, (one) => skeletonOf(one.after)).values()].map((group): Phrase => {
    const text = foldPaths(group.map((one) => one.after)).map((one) => one.text)
    const shapes = new Set(group.map((one) => `${shapeText(one.shapeBefore)} → ${shapeText(one.shapeAfter)}`))
    const [first = ''] = shapes
    const many = group.length === 1 ? '' : `${group.length}, `
    return [code(text.join(', ')), `  ${many}${shapes.size === 1 ? first : `${first}, …`}`]
  })
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('×')
}
