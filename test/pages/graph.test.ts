// Pictures as SVG files and pages: well formed, the same bytes each time, names escaped.
import { describe, expect, test } from 'vitest'
import type { Diagram } from '../../src/compiler/analysis/diagram/model.ts'
import { renderDot } from '../../src/pages/graph/dot.ts'
import { renderMermaid } from '../../src/pages/graph/mermaid.ts'
import { renderGraphPage } from '../../src/pages/graph/page.ts'
import { architecturePicture, graphStyle } from '../../src/pages/graph/pictures.ts'
import { renderGraphSvg } from '../../src/pages/graph/svg-file.ts'
import { compileExample } from '../examples/compile-example.ts'
import {
  branched,
  compiledDiagram,
  compiledText,
  diagramOfExample,
  diagramOfText,
} from '../support/diagrams.ts'
import { elementsOf, textOf, type Element } from './html.ts'

/** The elements of an SVG file; throws where it is not well formed. */
function svgElements(svg: string): readonly Element[] {
  const [declaration, ...lines] = svg.split('\n')
  if (declaration !== '<?xml version="1.0" encoding="UTF-8"?>') throw new Error('no XML declaration')
  return elementsOf(['<!doctype html>', ...lines].join('\n'))
}

const hostile = '</script><b>"quoted" & \'so\'\n`x` ]--> #35; \\N %%{'

/** The same diagram with names that mean something in one of the formats. */
function renamed(diagram: Diagram, name: string): Diagram {
  return {
    ...diagram,
    network: name,
    boxes: diagram.boxes.map((box) => ({ ...box, label: name, path: `${name}${box.id}`, summary: name })),
    groups: diagram.groups.map((group) => ({ ...group, label: name, path: name })),
    edges: diagram.edges.map((edge) => ({ ...edge, direction: name })),
  }
}

describe('an SVG file', () => {
  test('is well formed, has a title, a description and the exact numbers of each box', () => {
    const elements = svgElements(renderGraphSvg(diagramOfExample('examples/phantom.weft', 'Small')))
    const [root] = elements
    expect(root?.attributes).toMatchObject({
      xmlns: 'http://www.w3.org/2000/svg',
      role: 'img',
      'aria-labelledby': 'graph-title graph-desc',
    })
    const titles = elements.filter((one) => one.name === 'title').map(textOf)
    expect(titles[0]).toBe('Small')
    expect(titles.find((one) => one.startsWith('lattice.node[1,1]'))?.split('\n')).toEqual([
      'lattice.node[1,1]',
      'UpConv · max_pool · Unit ×2',
      'result 24 · 12×12×12',
      '11 operators',
      expect.stringMatching(/^parameters [\d,]+ of [\d,]+ \(masks\)$/),
      expect.stringMatching(/^MACs at inference [\d,]+ of [\d,]+ \(masks\) \(\d+\.\d%\)$/),
      expect.stringMatching(/^examples\/e2enet\.weft:\d+$/),
    ])
    expect(titles).toContain('encoder[1] → lattice[0,1]\nupward\n12 channels\ndensity 50.0%')
    expect(titles).toContain('encoder[0] → encoder[1]\nbackbone')
    expect(titles).toContain('head[0] → logits\ndata')
    const texts = elements.filter((one) => one.name === 'text').map(textOf)
    for (const direction of ['forward', 'upward', 'downward', 'backbone']) expect(texts).toContain(direction)
    expect(texts).toContain('24 · 12×12×12')
  })

  test('has a colour on everything painted, for programs that read no style sheets', () => {
    const elements = svgElements(renderGraphSvg(diagramOfText(branched)))
    const painted = elements.filter((one) => ['rect', 'text'].includes(one.name))
    expect(painted.filter((one) => !/^#[0-9a-f]{6}$/.test(one.attributes['fill'] ?? ''))).toEqual([])
    const style = elements.find((one) => one.name === 'style')
    expect(style === undefined ? '' : textOf(style)).toMatch(
      /^@media screen and \(prefers-color-scheme: dark\)/,
    )
    expect(JSON.stringify(style?.children)).not.toContain('var(')
  })

  test('has the same bytes each time', () => {
    const draw = (): string => renderGraphSvg(diagramOfText(branched, { depth: 2 }))
    expect(draw()).toBe(draw())
  })
})

describe('names are text', () => {
  const diagram = renamed(diagramOfText(branched, { depth: 2 }), hostile)

  test('in SVG', () => {
    const svg = renderGraphSvg(diagram)
    expect(svgElements(svg).filter((one) => ['script', 'b'].includes(one.name))).toEqual([])
    expect(textOf(svgElements(svg)[1] ?? { name: '', attributes: {}, parent: undefined, children: [] })).toBe(
      hostile,
    )
  })

  test('in Mermaid: every line stays one statement', () => {
    expect(mermaidFaults(renderMermaid(diagram))).toEqual([])
  })

  test('in DOT: every line stays one statement', () => {
    const lines = renderDot(diagram).split('\n').slice(1, -2)
    const string = '"(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
    const attributes = `\\[(?:\\w+=(?:${string}|[\\d.]+|\\w+)(?:, )?)*\\]`
    const statement = new RegExp(
      `^ +(?:(?:graph|node|edge|b\\d+|b\\d+ -> b\\d+) ${attributes}|subgraph cluster_\\d+ \\{|\\})$`,
    )
    expect(lines.filter((line) => !statement.test(line))).toEqual([])
  })
})

/** What is not a statement of a flowchart as we write them; the numbers of links that are styled and are not there. */
function mermaidFaults(text: string): string[] {
  const label = '"[^"<>`]*(?:<br>[^"<>`]*)*"'
  const statements = [
    /^---$/,
    /^title: ".*"$/,
    /^flowchart LR$/,
    /^ {2}acc(?:Title|Descr): [^#;"<>{}`\\]*$/,
    new RegExp(`^ +b\\d+(?:\\[${label}\\]|\\(\\[${label}\\]\\)):::\\w+$`),
    new RegExp(`^ +subgraph (?:g\\d+|legend)\\[${label}\\]$`),
    /^ +end$/,
    /^ {2}b\d+ (?:-->|==>|-\.->) b\d+$/,
    new RegExp(
      `^ {4}l\\d+a\\(\\(" "\\)\\):::sign (?:-->|==>|-\\.->)\\|${label}\\| l\\d+b\\(\\(" "\\)\\):::sign$`,
    ),
    /^ {2}linkStyle [\d,]+ stroke:#[0-9a-f]{6},stroke-width:[\d.]+px$/,
    /^ {2}classDef \w+ [-\w:#, ]+$/,
    /^ {2}style (?:g\d+|legend) [-\w:#, ]+$/,
    /^$/,
  ]
  const lines = text.split('\n')
  const links = lines.filter((line) =>
    /^ +(?:b\d+|l\d+a\(\(" "\)\):::sign) (?:-->|==>|-\.->)/.test(line),
  ).length
  const styled = lines.flatMap((line) => /linkStyle ([\d,]+)/.exec(line)?.[1]?.split(',').map(Number) ?? [])
  const open =
    lines.filter((line) => line.includes('subgraph ')).length -
    lines.filter((line) => /^ +end$/.test(line)).length
  return [
    ...lines.filter((line) => !statements.some((one) => one.test(line))),
    ...(styled.toSorted((a, b) => a - b).some((one, k) => one !== k) || styled.length !== links
      ? ['links styled']
      : []),
    ...(open === 0 ? [] : ['subgraphs open']),
  ]
}

test('Mermaid has a statement for each box and edge, and a style for each link', () => {
  const diagram = diagramOfExample('examples/e2enet.weft', 'E2ENet')
  const text = renderMermaid(diagram)
  expect(mermaidFaults(text)).toEqual([])
  expect(text).toContain('b7["lattice#91;0,1#93;<br>48 · 128×128×128<br>UpConv · Unit"]:::cost3')
  // A semicolon would end the statement.
  expect(text).toContain(
    ' accDescr: 25 modules, 21 of them on the grid of lattice, 1 output, 3 more for deep',
  )
  const edges = text.split('\n').filter((line) => /^ {2}b\d+ (?:-->|==>|-\.->) b\d+$/.test(line))
  expect(edges.length).toBe(diagram.edges.length)
})

describe('a page', () => {
  test('opens each kind of module once and lists every box', () => {
    const { graph, report, sources } = compileExample('examples/nnunet.weft', 'NNUNet', {})
    const page = renderGraphPage(graph, report, sources, { provenance: 'weft' })
    const elements = elementsOf(page)
    expect(elements.filter((one) => one.name === 'summary').map(textOf)).toEqual([
      'encoder[0]: ConvStage',
      'encoder[1] and 4 more built like it: ConvStage',
      'decoder[4] and 4 more built like it: UpConv · ConvStage',
    ])
    const rows = elements.filter((one) => one.name === 'tr')
    expect(rows.length).toBe(1 + compiledDiagram({ graph, report, sources }).boxes.length)
    expect(rows.map(textOf).find((row) => row.startsWith('decoder.node[0]'))).toContain('encoder[0] (skip)')
    const ids = elements.flatMap((one) => one.attributes['id'] ?? [])
    expect(ids.filter((id, k) => ids.indexOf(id) !== k)).toEqual([])
    expect(page).toBe(renderGraphPage(graph, report, sources, { provenance: 'weft' }))
    expect(page).not.toContain('<script')
  })

  test('calls parameters and MACs what `weft cost` calls them', () => {
    const heads = (file: string, network: string): readonly string[] => {
      const { graph, report, sources } = compileExample(file, network, {})
      const page = renderGraphPage(graph, report, sources, { provenance: 'weft' })
      const elements = elementsOf(page)
      return elements
        .filter((one) => one.attributes['class'] === 'lead' || one.attributes['scope'] === 'col')
        .map(textOf)
    }
    expect(heads('examples/nnunet.weft', 'NNUNet').slice(0, 6)).toEqual([
      '31.21 M parameters · 478.17 G MACs at inference',
      'Box',
      'Made of',
      'Result',
      'Parameters',
      'MACs at inference',
    ])
    expect(heads('examples/e2enet.weft', 'E2ENet').slice(0, 7)).toEqual([
      '23.90 M parameters, 9.45 M effective · 1.01 T MACs at inference, 284.03 G effective',
      'Box',
      'Made of',
      'Result',
      'Parameters',
      'Effective parameters',
      'Effective MACs at inference',
    ])
  })

  test('of another kind embeds the picture in its own colours, under its own ids', () => {
    const { graph, report, sources } = compiledText(branched)
    const { picture, legend, summary } = architecturePicture(graph, report, sources, { id: 'here' })
    const elements = elementsOf(`<!doctype html>\n<main>${picture.text}${legend.text}</main>\n`)
    expect(elements.flatMap((one) => one.attributes['id'] ?? [])).toEqual([
      'here-graph-title',
      'here-graph-desc',
    ])
    expect(summary).toBe('6 modules; 1 output, 1 more for deep supervision.')
    const classes = new Set(elements.flatMap((one) => one.attributes['class']?.split(' ') ?? []))
    const painted = [...classes].filter((one) => one.startsWith('g-'))
    expect(painted.length).toBeGreaterThan(4)
    for (const one of painted) expect(graphStyle).toContain(`.graph .${one} {`)
  })
})
