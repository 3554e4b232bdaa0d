// The page of the playground: an editor, what the text costs, and what can be asked of it. Its programs are files beside it.
import type { Example } from './asked.ts'
import { markup, type Markup, type Piece } from '../markup.ts'
import { graphStyle } from '../graph/pictures.ts'
import { reportStyle } from '../report/style.ts'
import { styleSheet } from '../style.ts'
import { weave } from '../weave.ts'
import { ids } from './parts.ts'
import { playgroundStyle } from './style.ts'

/**
 * Nothing is loaded from elsewhere and nothing is sent there. Workers start from `blob:` addresses, for only such workers are under the page's
 * policy. The editor and pictures have styles of their own, in elements and attributes.
 */
export const policy = [
  "default-src 'none'",
  // WebAssembly is for training; it lets no text be run as a program.
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export interface PlaygroundOptions {
  /** `weft 0.1.0` */
  readonly tool: string
  readonly examples: readonly Example[]
}

export function renderPlaygroundPage({ tool, examples }: PlaygroundOptions): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Weft: playground</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<script type="module" src="app.js"></script>
</head>
<body data-tool="${tool}">
<a class="skip" href="#content">Skip to the content</a>
<header>
${weave}
<h1>Weft playground</h1>
<p class="lead">A network as text, and what it costs as it is typed. All of it is computed in this browser; nothing is sent anywhere.</p>
</header>
<main id="content" tabindex="-1">
<div class="toolbar">
<p><label for="${ids.example}">Example</label><select id="${ids.example}"><option value="">open …</option>${examples.map(exampleOption)}</select></p>
<p><label for="${ids.network}">Network</label><select id="${ids.network}" disabled></select></p>
<p><label for="${ids.batch}">Batch, for memory</label><input id="${ids.batch}" type="number" min="1" step="1" value="1"></p>
<button id="${ids.share}" type="button">Copy a link</button>
<button id="${ids.source}" type="button">Save the spec</button>
<button id="${ids.onnx}" type="button">Save as ONNX</button>
<button id="${ids.report}" type="button">Save the report</button>
</div>
<p id="${ids.status}" role="status">The program of this page has not started yet. Should it stay so, the page was opened from a disk or by a browser that is too old: it needs a web server, however small, and a browser of the last two years.</p>
<div class="workplace">
<section id="${ids.editor}" class="card" aria-labelledby="editor-title">
<h2 id="editor-title">Spec</h2>
<div id="${ids.text}"></div>
<ul id="${ids.findings}" class="findings" aria-label="What is wrong" hidden></ul>
<p class="note">Ctrl-Space completes, F12 goes to a definition in this text, F2 renames, Shift-Alt-F formats, F8 goes to the next mistake.</p>
</section>
<div class="side">
<p id="${ids.stale}" class="problem" role="alert" hidden></p>
${section('costs', 'Costs', markup`<div id="${ids.headline}"></div>`)}
${section('knobs', 'Parameters', [markup`<div id="${ids.knobs}" class="knobs"></div>`, markup`<button id="${ids.reset}" type="button">As the spec has them</button>`])}
${section('totals', 'In full', markup`<div id="${ids.totals}"></div>`)}
</div>
</div>
${section('architecture', 'Architecture', markup`<div id="${ids.architecture}"></div>`)}
${section('memory', 'Memory', markup`<div id="${ids.memory}"></div>`)}
${section('sweep', 'Over a parameter', [sweepControls, markup`<div id="${ids.curves}"></div>`])}
${section('comparison', 'Beside another', [comparisonControls(examples), markup`<div id="${ids.comparison}"></div>`])}
${section('training', 'Trained for a minute', [trainingControls, markup`<div id="${ids.trained}"></div>`])}
</main>
<footer>Counted statically by ${tool}: no weights, no framework, no run. <a href="licences.txt">Licences</a></footer>
</body>
</html>
`.text
}

function section(id: string, title: string, content: Piece): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`
}

const exampleOption = ({ name, summary }: Example): Markup =>
  markup`<option value="${name}">${name}: ${summary}</option>`

const sweepControls = markup`<div class="toolbar">
<p><label for="${ids.swept}">Parameter</label><select id="${ids.swept}"></select></p>
<p><label for="${ids.from}">from</label><input id="${ids.from}" type="text" inputmode="decimal"></p>
<p><label for="${ids.to}">to</label><input id="${ids.to}" type="text" inputmode="decimal"></p>
<p><label for="${ids.step}">in steps of</label><input id="${ids.step}" type="text" inputmode="decimal"></p>
<button id="${ids.sweep}" type="button">Draw</button>
</div>`

const trainingControls = markup`<p class="note">On made-up volumes with ellipsoids to find, of the extents of the input, by the spec’s recipe or a plain one: whether it learns, not how well.</p>
<div class="toolbar">
<button id="${ids.train}" type="button">Train for a minute</button>
<button id="${ids.stop}" type="button" disabled>Stop</button>
<progress id="${ids.trainingProgress}" aria-label="Steps of the training" hidden></progress>
</div>`

const comparisonControls = (examples: readonly Example[]): Markup => markup`<div class="toolbar">
<p><label for="${ids.against}">Network</label><select id="${ids.against}"><option value="">none</option>${examples.map(
  ({ name, networks }) =>
    markup`<optgroup label="${name}">${networks.map((network) => markup`<option value="${name}#${network}">${network}</option>`)}</optgroup>`,
)}</select></p>
</div>`

export const playgroundStyleSheet = styleSheet + reportStyle + graphStyle + playgroundStyle
