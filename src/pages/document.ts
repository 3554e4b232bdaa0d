// The shell of a page: one file that needs nothing beside itself and asks nothing of the network.
import { markup, trusted } from './markup.ts'
import type { Markup, Piece } from './markup.ts'
import { styleSheet } from './style.ts'

export interface Section {
  /** Letters, digits and hyphens; unique on the page. */
  readonly id: string
  readonly title: string
  readonly content: Piece
}

export interface PageDocument {
  readonly title: string
  /** What stands above the sections. */
  readonly header: Markup
  readonly sections: readonly Section[]
  readonly footer: Piece
  /** Rules of this page alone, after the style sheet of all pages. */
  readonly style?: string
  /** What runs once the page is there; the browser is told to run this text and no other. */
  readonly script?: PageScript
  /** The page loads itself again after so many seconds. */
  readonly refreshSeconds?: number
}

/** A program of ours with its digest, both generated from one source file. */
export interface PageScript {
  readonly text: string
  /** Base64 of the text's SHA-256. */
  readonly sha256: string
}

/** Nothing is loaded and nothing of a spec runs, whatever a name on the page says: the browser is told so. */
function policyFor(script: PageScript | undefined): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
  return script === undefined ? policy : `${policy}; script-src 'sha256-${script.sha256}'`
}

export function renderDocument(page: PageDocument): string {
  const refresh =
    page.refreshSeconds !== undefined &&
    markup`<meta http-equiv="refresh" content="${Math.max(1, Math.round(page.refreshSeconds))}">\n`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policyFor(page.script)}">
<meta name="color-scheme" content="light dark">
${refresh}<title>${page.title}</title>
<style>${trusted(styleSheet + (page.style ?? ''))}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${page.header}
<nav aria-label="Sections"><ul>${page.sections.map((one) => markup`<li><a href="#${one.id}">${one.title}</a></li>`)}</ul></nav>
<main id="content" tabindex="-1">
${page.sections.map(renderSection)}</main>
<footer>${page.footer}</footer>
${page.script !== undefined && markup`<script>${trusted(page.script.text)}</script>\n`}</body>
</html>
`.text
}

function renderSection(section: Section): Markup {
  return markup`<section id="${section.id}" aria-labelledby="${section.id}-title">
<h2 id="${section.id}-title">${section.title}</h2>
${section.content}
</section>
`
}
