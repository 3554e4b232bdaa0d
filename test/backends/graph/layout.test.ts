// Where pictures put boxes and curves: nothing overlaps, nothing runs through a box, networks have the form of their papers.
import { describe, expect, test } from 'vitest'
import type { Diagram } from '../../../src/compiler/analysis/diagram/model.ts'
import { insideOf } from '../../../src/compiler/analysis/diagram/diagram.ts'
import type { Rectangle } from '../../../src/backends/graph/layout/geometry.ts'
import { layoutOf, type Layout } from '../../../src/backends/graph/layout/layout.ts'
import { textWidth } from '../../../src/backends/graph/layout/text-size.ts'
import { compileExample } from '../../examples/compile-example.ts'
import {
  branched,
  compiledDiagram,
  diagramOfExample,
  diagramOfText,
  exampleNetworks,
  threeIndices,
  twoDecoders,
} from '../../support/diagrams.ts'
import { sampled } from './sampled.ts'

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function contains(box: Rectangle, { x, y }: { readonly x: number; readonly y: number }): boolean {
  const inside = 1
  return (
    x > box.x + inside &&
    x < box.x + box.width - inside &&
    y > box.y + inside &&
    y < box.y + box.height - inside
  )
}

/** What is wrong with a layout, in words. */
function faultsOf(diagram: Diagram, layout: Layout): string[] {
  const label = (box: number): string => diagram.boxes[box]?.path ?? ''
  const faults: string[] = []
  layout.boxes.forEach((one, k) => {
    for (const other of layout.boxes.slice(k + 1))
      if (overlap(one, other)) faults.push(`${label(one.box)} overlaps ${label(other.box)}`)
    if (
      one.x < 0 ||
      one.y < 0 ||
      one.x + one.width > layout.width + 1 ||
      one.y + one.height > layout.height + 1
    )
      faults.push(`${label(one.box)} lies outside`)
    for (const { text, size, role } of one.face.lines)
      if (textWidth(text, size, role === 'label' ? 'bold' : 'regular') > one.width)
        faults.push(`${text} is wider than ${label(one.box)}`)
    const high = one.face.lines.reduce((sum, line) => sum + 1.2 * line.size, 0)
    if (high > one.height) faults.push(`the texts of ${label(one.box)} are higher than it`)
  })
  for (const { edge, curve } of layout.curves) {
    const points = sampled(curve)
    for (const one of layout.boxes)
      if (points.some((at) => contains(one, at)))
        faults.push(
          `${label(edge.from)} -${edge.direction}-> ${label(edge.to)} runs through ${label(one.box)}`,
        )
    const ends = [points[0], points.at(-1)]
    ;[edge.from, edge.to].forEach((box, k) => {
      const at = ends[k]
      const { x, y, width, height } = layout.boxes[box] ?? { x: 0, y: 0, width: 0, height: 0 }
      const near = { x: x - 1, y: y - 1, width: width + 2, height: height + 2 }
      if (at === undefined || !overlap(near, { ...at, width: 0.1, height: 0.1 }))
        faults.push(`${label(edge.from)} -${edge.direction}-> ${label(edge.to)} does not meet ${label(box)}`)
    })
  }
  if (layout.curves.length !== diagram.edges.length) faults.push('an edge is not drawn')
  return faults
}

describe('no box overlaps another, no curve runs through a box, texts fit', () => {
  test.each(exampleNetworks)('%s %s', (file, network) => {
    const diagram = diagramOfExample(file, network)
    expect(faultsOf(diagram, layoutOf(diagram))).toEqual([])
  })

  test.each([
    ['without a backbone', branched, {}],
    ['of three indices', threeIndices, {}],
    ['opened', branched, { depth: 2 }],
    ['two decoders and gates', twoDecoders, {}],
    ['two decoders, one level opened', twoDecoders, { expand: ['encoder.level[1]', 'decoder.node[0]'] }],
    ['two decoders, all opened', twoDecoders, { depth: 3 }],
  ])('%s', (_, text, options) => {
    const diagram = diagramOfText(text, options)
    expect(faultsOf(diagram, layoutOf(diagram))).toEqual([])
  })

  test.each(['right', 'down'] as const)('layers that go %s', (flow) => {
    const diagram = diagramOfText(branched, { depth: 2 })
    expect(faultsOf(diagram, layoutOf(diagram, { flow }))).toEqual([])
  })

  test('the inside of a residual stage', () => {
    const { graph, report, sources } = compileExample('examples/nnunet-resenc.weft', 'ResEncUNet', {})
    const inside = insideOf(graph, report, sources, 'encoder.level[1]', 'operators')
    expect(faultsOf(inside, layoutOf(inside))).toEqual([])
  })
})

/** The middle of a box by its label. */
function placer(diagram: Diagram, layout: Layout): (label: string) => { x: number; y: number } {
  return (label) => {
    const box = diagram.boxes.find((one) => one.label === label)
    const placed = layout.boxes.find((one) => one.box === box?.id)
    if (placed === undefined) throw new Error(`no box ${label}`)
    return { x: placed.x + placed.width / 2, y: placed.y + placed.height / 2 }
  }
}

describe('the form of the papers', () => {
  test('a U-Net is a U: down the left, across the bottom, up the right', () => {
    const diagram = diagramOfExample('examples/unet.weft', 'UNet')
    const at = placer(diagram, layoutOf(diagram))
    const [bottom, left, right] = [at('encoder[4]'), at('encoder[0]'), at('decoder[0]')]
    for (const level of [0, 1, 2, 3]) {
      expect(at(`encoder[${level}]`).x).toBe(left.x)
      expect(at(`decoder[${level}]`)).toEqual({ x: right.x, y: at(`encoder[${level}]`).y })
      expect(at(`encoder[${level}]`).y).toBeLessThan(at(`encoder[${level + 1}]`).y)
    }
    expect(left.x).toBeLessThan(bottom.x)
    expect(bottom.x).toBeLessThan(right.x)
    expect(at('image').x).toBeLessThan(left.x)
  })

  test('UNet++ is a triangle with its heads above; skips over more than one stage are arcs', () => {
    const diagram = diagramOfExample('examples/unetpp3d.weft', 'UNetPlusPlus3D')
    const layout = layoutOf(diagram)
    const at = placer(diagram, layout)
    for (let level = 0; level < 5; level++)
      for (let stage = 1; stage + level <= 5; stage++)
        expect(at(`nested[${level},${stage}]`)).toEqual({
          x: at(`nested[0,${stage}]`).x,
          y: at(`encoder[${level}]`).y,
        })
    expect(at('head[3]')).toMatchObject({ x: at('nested[0,3]').x })
    expect(at('head[3]').y).toBeLessThan(at('nested[0,3]').y)
    const long = layout.curves.find(
      ({ edge }) =>
        diagram.boxes[edge.from]?.label === 'encoder[0]' && diagram.boxes[edge.to]?.label === 'nested[0,5]',
    )
    const top = Math.min(
      ...sampled(long?.curve ?? { start: { x: 0, y: 0 }, segments: [] }).map((one) => one.y),
    )
    expect(top).toBeLessThan(at('encoder[0]').y - 60)
    expect(top).toBeGreaterThan(at('head[3]').y)
  })

  test('U²-Net has its side maps beside the levels of its decoder, and what joins them in the first row', () => {
    const diagram = diagramOfExample('examples/u2net.weft', 'U2NetP')
    const at = placer(diagram, layoutOf(diagram))
    const places = [0, 1, 2, 3, 4].map((level) => [at(`decoder[${level}]`), at(`map[${level}]`)] as const)
    expect(places.map(([, map]) => map.y)).toEqual(places.map(([decoder]) => decoder.y))
    expect(new Set(places.map(([, map]) => map.x)).size).toBe(1)
    expect(at('map[5]').y).toBe(at('encoder[5]').y)
    expect(at('logits').y).toBe(at('map[0]').y)
    expect(at('logits').x).toBeGreaterThan(at('map[0]').x)
  })

  test('DiNTS has the images of its scales before the rows that they begin', () => {
    const diagram = diagramOfExample('examples/dints.weft', 'DiNTS')
    const at = placer(diagram, layoutOf(diagram))
    for (const scale of [1, 2]) expect(at(`small[${scale}]`)).toMatchObject({ y: at(`stem[${scale}]`).y })
    expect(at('image')).toMatchObject({ y: at('stem[0]').y })
    expect(at('ascent[3]')).toEqual({ x: at('ascent[0]').x, y: at('space[3,12]').y })
  })

  test('a BiFPN has a column for each pass of each layer', () => {
    const diagram = diagramOfText(threeIndices)
    const at = placer(diagram, layoutOf(diagram))
    const passes = ['1,0,0', '1,1,1', '1,1,2', '1,2,1', '1,2,2'].map((index) => at(`pyramid[${index}]`))
    expect(new Set(passes.map((one) => one.y))).toEqual(new Set([at('encoder[1]').y]))
    expect(passes.map((one) => one.x)).toEqual(passes.map((one) => one.x).sort((a, b) => a - b))
    expect(new Set(passes.map((one) => one.x)).size).toBe(5)
    expect(at('pyramid[0,1,2]')).toMatchObject({ x: passes[2]?.x, y: at('encoder[0]').y })
  })
})

test('a lattice of 820 points shows the index of each, and the shape of each level beside its row', () => {
  const args = { pools: '[[1,1,1] for i in 1..39]', patch: '[8,8,8]', base: '4', max_width: '8' }
  const { graph, report, sources } = compileExample('examples/e2enet.weft', 'E2ENet', args)
  expect(graph.nodes.length).toBeGreaterThan(5000)
  const { boxes, rows, detail } = layoutOf(compiledDiagram({ graph, report, sources }))
  expect(detail).toBe('short')
  expect(boxes.length).toBeGreaterThan(820)
  expect(rows.map((one) => one.text).slice(0, 2)).toEqual(['4 · 8×8×8', '8 · 8×8×8'])
})
