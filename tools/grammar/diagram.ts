// A production as a railroad diagram: boxes on rails in SVG. Each shape enters at its left and leaves at its right, on
// one rail; `up` and `down` are what it needs above and below that rail.
import type { Production } from './production.ts'

export interface Shape {
  readonly width: number
  readonly up: number
  readonly down: number
  /** SVG elements, with the rail's left end at (x, y). */
  draw(x: number, y: number): readonly string[]
}

const GAP = 10
const RADIUS = 8
const BOX = 22
const CHARACTER = 7.6

const round = (value: number): number => Math.round(value * 10) / 10
const path = (commands: string): string => `<path d="${commands}"/>`
const rail = (x1: number, x2: number, y: number): string => path(`M${round(x1)} ${round(y)}H${round(x2)}`)
const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

export function shapeOf(production: Production): Shape {
  switch (production.kind) {
    case 'literal':
      return box(production.text, 'literal', BOX / 2)
    case 'class':
      return box(production.name, 'class', BOX / 2)
    case 'rule':
      return box(production.name, 'rule', 0)
    case 'sequence':
      return inRow(production.parts.map(shapeOf))
    case 'choice':
      return stacked(production.options.map(shapeOf))
    case 'optional':
      return stacked([nothing, shapeOf(production.body)])
    case 'repeat':
      return stacked([nothing, loop(shapeOf(production.body))])
  }
}

const nothing: Shape = { width: 0, up: 0, down: 0, draw: () => [] }

function box(text: string, kind: string, radius: number): Shape {
  const width = round(text.length * CHARACTER + 20)
  return {
    width,
    up: BOX / 2,
    down: BOX / 2,
    draw: (x, y) => {
      const place = `x="${round(x)}" y="${round(y - BOX / 2)}" width="${width}" height="${BOX}" rx="${radius}"`
      const label = `<text x="${round(x + width / 2)}" y="${round(y + 4)}">${escaped(text)}</text>`
      const drawn = `<g class="${kind}"><rect ${place}/>${label}</g>`
      return [kind === 'rule' ? `<a href="#${text}">${drawn}</a>` : drawn]
    },
  }
}

function inRow(parts: readonly Shape[]): Shape {
  const width = parts.reduce((sum, part) => sum + part.width, 0) + GAP * Math.max(0, parts.length - 1)
  return {
    width,
    up: Math.max(0, ...parts.map(({ up }) => up)),
    down: Math.max(0, ...parts.map(({ down }) => down)),
    draw: (x, y) => {
      let at = x
      return parts.flatMap((part, index) => {
        const drawn = part.draw(at, y)
        const end = at + part.width
        at = end + GAP
        return index + 1 < parts.length ? [...drawn, rail(end, at, y)] : drawn
      })
    },
  }
}

/** Choices under one another, the first on the rail. */
function stacked(options: readonly Shape[]): Shape {
  const inner = Math.max(...options.map(({ width }) => width))
  const width = inner + 4 * RADIUS
  const rows = rowOffsets(options)
  const last = options.at(-1)
  return {
    width,
    up: options[0]?.up ?? 0,
    down: (rows.at(-1) ?? 0) + (last?.down ?? 0),
    draw: (x, y) => options.flatMap((option, index) => drawOption(option, x, y, rows[index] ?? 0, width)),
  }
}

function rowOffsets(options: readonly Shape[]): readonly number[] {
  let at = 0
  return options.map((option, index) => {
    const above = options[index - 1]
    if (above !== undefined) at += Math.max(above.down + option.up + GAP, 2 * RADIUS)
    return at
  })
}

function drawOption(option: Shape, x: number, y: number, row: number, width: number): readonly string[] {
  const start = x + 2 * RADIUS
  const end = x + width - 2 * RADIUS
  const drawn = [...option.draw(start, y + row), rail(start + option.width, end, y + row)]
  if (row === 0) return [rail(x, start, y), ...drawn, rail(end, x + width, y)]
  const turn = RADIUS
  const down = `M${round(x)} ${round(y)}q${turn} 0 ${turn} ${turn}V${round(y + row - turn)}q0 ${turn} ${turn} ${turn}`
  const up = `M${round(end)} ${round(y + row)}q${turn} 0 ${turn} ${-turn}V${round(y + turn)}q0 ${-turn} ${turn} ${-turn}`
  return [path(down), ...drawn, path(up)]
}

/** The body with a rail back from its end to its beginning. */
function loop(body: Shape): Shape {
  const width = body.width + 2 * RADIUS
  const drop = body.down + RADIUS
  return {
    width,
    up: body.up,
    down: drop + 2,
    draw: (x, y) => {
      const start = x + RADIUS
      const end = start + body.width
      const turn = RADIUS / 2
      const back =
        `M${round(end)} ${round(y)}q${turn} 0 ${turn} ${turn}V${round(y + drop - turn)}q0 ${turn} ${-turn} ${turn}` +
        `H${round(start)}q${-turn} 0 ${-turn} ${-turn}V${round(y + turn)}q0 ${-turn} ${turn} ${-turn}`
      return [rail(x, start, y), ...body.draw(start, y), rail(end, x + width, y), path(back)]
    },
  }
}
