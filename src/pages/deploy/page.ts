// The page of a deployed model: what it takes, a viewer, and the volumes of its structures. Its program is a file beside it.
import { counted } from '../numbers.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { overlayColour } from '../palette.ts'
import { styleSheet } from '../style.ts'
import { weave } from '../weave.ts'
import { titleOf, type Deployment } from '../../deployed/deployment.ts'
import { drawnStructures, ids, type DrawnStructure } from './parts.ts'
import { deployStyle } from './style.ts'

/**
 * Nothing is loaded from elsewhere and nothing is sent there. The worker starts from a `blob:` address, for only such a worker is under the
 * page's policy; WebAssembly is compiled from files of the folder.
 */
export const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export function renderDeployPage(model: Deployment): string {
  const title = titleOf(model)
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}: segmentation</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<script type="module" src="app.js"></script>
</head>
<body data-ending="${model.ending}">
<a class="skip" href="#content">Skip to the content</a>
<header>
${weave}
<p class="kicker">Segmentation in your browser</p>
<h1>${title}</h1>
<p class="lead">${model.channels.join(' and ')} to ${namesOf(model)}. The images stay on this computer: they are opened, segmented and shown by this page, and nothing is sent anywhere.</p>
</header>
<main id="content" tabindex="-1">
<p id="${ids.status}" role="status">The program of this page has not started yet. Should it stay so, the page was opened from a disk or by a browser that is too old: it needs a web server, however small, and a browser of the last two years.</p>
<div class="workplace">
<div class="side">
${imagesSection(model)}
${resultsSection(drawnStructures(model))}
</div>
${viewSection}
</div>
</main>
<footer><p>For research. This is no medical device, and no diagnosis may rest on it alone.</p><p>${provenance(model)}</p></footer>
</body>
</html>
`.text
}

const namesOf = (model: Deployment): string => {
  const names = drawnStructures(model).slice(1).map(({ name }) => name) // prettier-ignore
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}

function provenance({ network, origin, members, weft }: Deployment): string {
  const of = origin.dataset === undefined ? '' : ` of ${origin.dataset}`
  return `${network}${of}, ${counted(members.length, 'network')}, ${origin.trainer} ${origin.configuration}; weft ${weft}`
}

// ---------------------------------------------------------------- what goes in

function imagesSection({ channels, pipeline }: Deployment): Markup {
  return markup`<section class="card" aria-labelledby="images-title">
<h2 id="images-title">${channels.length === 1 ? 'Image' : 'Images'}</h2>
<div id="${ids.drop}" class="drop">
<p>Drop ${channels.length === 1 ? 'a NIfTI file' : `${channels.length} NIfTI files`} here (.nii or .nii.gz), or choose:</p>
${channels.map(channelField)}
</div>
<details>
<summary>Options</summary>
${pipeline.mirror.length > 0 && mirrorField(2 ** pipeline.mirror.length)}
<p><label for="${ids.device}">Compute on</label>
<select id="${ids.device}"><option value="auto">graphics card, if the browser offers it</option><option value="wasm">processor</option></select></p>
</details>
<div class="actions"><button id="${ids.run}" class="primary" type="button" disabled>Segment</button>
<button id="${ids.cancel}" type="button" hidden>Cancel</button></div>
<div id="${ids.work}" hidden><label id="${ids.stage}" for="${ids.bar}">Working</label>
<progress id="${ids.bar}" max="1"></progress></div>
<p id="${ids.problem}" class="problem" role="alert" hidden></p>
</section>`
}

const channelField = (name: string, channel: number): Markup =>
  markup`<div class="channel"><label for="${ids.channel(channel)}">${name}</label>
<input id="${ids.channel(channel)}" type="file" accept=".nii,.gz,.nii.gz" aria-describedby="${ids.chosen(channel)}" disabled>
<span id="${ids.chosen(channel)}" class="note">nothing chosen yet</span></div>
`

const mirrorField = (images: number): Markup =>
  markup`<p><input id="${ids.mirror}" class="switch" type="checkbox" checked><label for="${ids.mirror}">average over mirror images: closer, and ${images} times the work</label></p>`

// ---------------------------------------------------------------- what comes out

function resultsSection(structures: readonly DrawnStructure[]): Markup {
  return markup`<section id="${ids.results}" class="card" aria-labelledby="results-title" tabindex="-1">
<h2 id="results-title">Volumes</h2>
<table class="volumes"><thead><tr><th scope="col">Structure</th><th scope="col">Volume</th><th scope="col">Shown</th></tr></thead>
<tbody>${structures.slice(1).map(structureRow)}</tbody></table>
<p id="${ids.ranOn}" class="note" hidden></p>
<ul id="${ids.warnings}" class="note" hidden></ul>
<div class="actions"><button id="${ids.save}" type="button" disabled>Save the label map</button></div>
</section>`
}

function structureRow({ name, label }: DrawnStructure, at: number): Markup {
  const k = at + 1
  return markup`<tr data-label="${label}"><th scope="row" id="name-${k}"><span class="swatch structure-${label}"></span>${name}</th>
<td id="${ids.volume(k)}">–</td><td><input id="${ids.shown(k)}" class="switch" type="checkbox" checked aria-label="show ${name}"></td></tr>
`
}

const axes = ['Left to right', 'Back to front', 'Bottom to top'] as const
const layouts: readonly (readonly [value: number, name: string])[] = [
  [3, 'three planes'],
  [0, 'axial'],
  [1, 'coronal'],
  [2, 'sagittal'],
  [4, 'in 3D'],
]

const viewSection = markup`<section class="viewer" aria-labelledby="view-title">
<h2 id="view-title">View</h2>
<div class="screen"><canvas id="${ids.canvas}" role="img" aria-label="The image, and the structures found in it"></canvas>
<p id="${ids.noView}">The image is shown here.</p></div>
<div class="controls">
<p><label for="${ids.layout}">Planes</label><select id="${ids.layout}" disabled>${layouts.map(([value, name]): Piece => markup`<option value="${value}">${name}</option>`)}</select></p>
<p><label for="${ids.opacity}">Opacity of structures</label><input id="${ids.opacity}" type="range" min="0" max="1" step="0.05" value="0.6" disabled></p>
${axes.map((name, axis) => markup`<p><label for="${ids.place(axis)}">${name}</label><input id="${ids.place(axis)}" type="range" min="0" max="1" step="0.005" value="0.5" disabled></p>`)}
</div>
</section>`

// ---------------------------------------------------------------- how it looks

/** The style sheet; a colour for each structure, which the policy keeps out of attributes. */
export const deployStyleSheet = (model: Deployment): string =>
  styleSheet +
  deployStyle +
  drawnStructures(model)
    .slice(1)
    .map(({ label }) => `.structure-${label} { background: ${overlayColour(label - 1)}; }\n`)
    .join('')
