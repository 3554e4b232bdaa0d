// All railroad diagrams on one page that needs no network.
import { shapeOf } from './diagram.ts'
import { grammarRules, tokenClasses, type NamedRule } from './production.ts'

const MARGIN = 20

const style = `
  :root { color-scheme: light dark; --ink: #222; --paper: #fff; --literal: #e6f0ff; --class: #fff3d6; --rule: #eef7ea; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #ddd; --paper: #161616; --literal: #1d3150; --class: #4a3a12; --rule: #233a1d; }
  }
  body { background: var(--paper); color: var(--ink); font: 15px/1.4 system-ui, sans-serif; margin: 2rem; }
  h2 { font-size: 1rem; margin: 1.6rem 0 0.2rem; }
  svg { max-width: 100%; height: auto; }
  path { fill: none; stroke: var(--ink); }
  rect { stroke: var(--ink); }
  text { fill: var(--ink); font: 12.5px ui-monospace, monospace; text-anchor: middle; }
  .literal rect { fill: var(--literal); }
  .class rect { fill: var(--class); }
  .rule rect { fill: var(--rule); }
  code { font: 13px ui-monospace, monospace; }
`

export function railroad(): string {
  const rules = grammarRules()
  const classes = Object.entries(tokenClasses)
  return [
    '<!doctype html>',
    '<!-- Generated from grammar/parser.ts; do not edit. -->',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<title>The grammar of Weft</title>',
    `<style>${style}</style>`,
    '<h1>The grammar of Weft</h1>',
    ...rules.map(section),
    '<h2>Tokens</h2>',
    ...classes.map(([name, words]) => `<p><code>${name}</code>: <code>${escaped(words)}</code></p>`),
    '</html>',
    '',
  ].join('\n')
}

function section({ name, body }: NamedRule): string {
  const shape = shapeOf(body)
  const width = Math.ceil(shape.width + 2 * MARGIN)
  const height = Math.ceil(shape.up + shape.down + 10)
  const y = shape.up + 5
  const ends = `<path d="M5 ${y - 5}v10M5 ${y}H${MARGIN}M${width - MARGIN} ${y}H${width - 5}M${width - 5} ${y - 5}v10"/>`
  const drawn = [ends, ...shape.draw(MARGIN, y)].join('')
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  return `<section id="${name}"><h2>${name}</h2>\n<svg ${size}>${drawn}</svg></section>`
}

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
