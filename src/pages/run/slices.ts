// Example slices: the image, what is there, what the network found.
import { markup } from '../markup.ts'
import type { Markup, Piece } from '../markup.ts'
import { outlinePaths } from '../outline.ts'
import { overlayColour, seriesDash } from '../palette.ts'
import { legend } from '../parts.ts'
import { greyPng } from '../png.ts'
import type { ExampleSlice, RunPageData } from './data.ts'

export function examples(slices: readonly ExampleSlice[], dataset: RunPageData['dataset']): Piece {
  const names = dataset.classes.slice(1)
  // Of regions a picture shows the innermost, which is not what a Dice is of.
  const scored = dataset.regions === undefined ? names : []
  return markup`<div class="card">
<p>Outlines are the truth, fills the prediction: colour beyond an outline was found and is not there, an outline without colour was missed.</p>
<input class="switch" type="checkbox" id="show-truth" checked><label for="show-truth">Truth (outline)</label>
<input class="switch" type="checkbox" id="show-prediction" checked><label for="show-prediction">Prediction (fill)</label>
<div class="dark-legend">${legend(names.map((name, k) => ({ name, colour: overlayColour(k), dash: seriesDash(k), shape: 'area' })))}</div>
<div class="slices">${slices.map((one) => slice(one, names, scored))}</div>
</div>`
}

function slice(one: ExampleSlice, names: readonly string[], scored: readonly string[]): Markup {
  const [height, width] = one.extents
  const scores = sliceDice(one, scored)
  const none = scored.length === 0 ? 'regions, each over those around it' : 'no class here'
  const words = scores.length === 0 ? none : `Dice in this slice: ${scores.join(', ')}`
  const place = one.position === undefined ? null : `, ${one.position}`
  const predicted = [...outlinePaths(one.predicted, width, height)]
  const truth = [...outlinePaths(one.truth, width, height)]
  return markup`<figure class="slice">
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${one.case}${place}. ${words}">
<image href="${greyPng(one.intensity, width, height)}" width="${width}" height="${height}"/>
${predicted.map(([value, path]) => fill(path, value - 1, names))}${truth.map(([value, path]) => edge(path, value - 1, names))}</svg>
<figcaption><b>${one.case}</b>${place}<br>${words}</figcaption>
</figure>
`
}

function fill(path: string, index: number, names: readonly string[]): Markup {
  return markup`<path class="prediction fill" fill="${overlayColour(index)}" d="${path}"><title>${names[index]}, predicted</title></path>
`
}

/** Dashed where another class has the colour too. */
function edge(path: string, index: number, names: readonly string[]): Markup {
  const dash = seriesDash(index)
  const dashes = dash.length === 0 ? null : markup` stroke-dasharray="${dash.join(' ')}"`
  return markup`<g class="truth"><title>${names[index]}, truth</title><path class="casing" d="${path}"/><path class="edge" stroke="${overlayColour(index)}"${dashes} d="${path}"/></g>
`
}

/** Dice of each class within the slice, in words, of those that are there or were found. */
function sliceDice(one: ExampleSlice, names: readonly string[]): readonly string[] {
  const [both, sum] = [new Uint32Array(256), new Uint32Array(256)]
  one.truth.forEach((label, k) => {
    const found = one.predicted[k] ?? 0
    sum[label] = (sum[label] ?? 0) + 1
    sum[found] = (sum[found] ?? 0) + 1
    if (found === label) both[label] = (both[label] ?? 0) + 1
  })
  return names.flatMap((name, k) => {
    const voxels = sum[k + 1] ?? 0
    return voxels === 0 ? [] : [`${name} ${((2 * (both[k + 1] ?? 0)) / voxels).toFixed(2)}`]
  })
}
