// Example slices: the image, what is there, what the network found.
import { markup } from '../markup.ts'
import type { Markup, Piece } from '../markup.ts'
import { outlinePath } from '../outline.ts'
import { overlayColour } from '../palette.ts'
import { legend } from '../parts.ts'
import { greyPng } from '../png.ts'
import type { ExampleSlice } from './data.ts'

export function examples(slices: readonly ExampleSlice[], classes: readonly string[]): Piece {
  const names = classes.slice(1)
  return markup`<div class="card">
<p>Outlines are the truth, fills the prediction: colour beyond an outline was found and is not there, an outline without colour was missed.</p>
<input class="switch" type="checkbox" id="show-truth" checked><label for="show-truth">Truth (outline)</label>
<input class="switch" type="checkbox" id="show-prediction" checked><label for="show-prediction">Prediction (fill)</label>
<div class="dark-legend">${legend(names.map((name, k) => ({ name, colour: overlayColour(k), shape: 'area' })))}</div>
<div class="slices">${slices.map((one) => slice(one, names))}</div>
</div>`
}

function slice(one: ExampleSlice, names: readonly string[]): Markup {
  const [height, width] = one.extents
  const scores = names.flatMap((name, k) => {
    const score = sliceDice(one, k + 1)
    return score === null ? [] : [`${name} ${score.toFixed(2)}`]
  })
  const words = scores.length === 0 ? 'no class here' : `Dice in this slice: ${scores.join(', ')}`
  const place = one.position === undefined ? null : `, ${one.position}`
  return markup`<figure class="slice">
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${one.case}${place}. ${words}">
<image href="${greyPng(one.intensity, width, height)}" width="${width}" height="${height}"/>
${names.map((_, k) => prediction(one, k))}${names.map((_, k) => truth(one, k))}</svg>
<figcaption><b>${one.case}</b>${place}<br>${words}</figcaption>
</figure>
`
}

function prediction(one: ExampleSlice, index: number): Markup | null {
  const path = outlinePath(one.predicted, one.extents[1], one.extents[0], index + 1)
  if (path === '') return null
  return markup`<path class="prediction fill" fill="${overlayColour(index)}" d="${path}"/>
`
}

function truth(one: ExampleSlice, index: number): Markup | null {
  const path = outlinePath(one.truth, one.extents[1], one.extents[0], index + 1)
  if (path === '') return null
  return markup`<g class="truth"><path class="casing" d="${path}"/><path class="edge" stroke="${overlayColour(index)}" d="${path}"/></g>
`
}

/** Dice of one class within the slice; null where neither has it. */
function sliceDice(one: ExampleSlice, value: number): number | null {
  let [both, sum] = [0, 0]
  for (const [k, label] of one.truth.entries()) {
    const found = one.predicted[k] === value
    if (label === value) sum += 1
    if (found) sum += 1
    if (found && label === value) both += 1
  }
  return sum === 0 ? null : (2 * both) / sum
}
