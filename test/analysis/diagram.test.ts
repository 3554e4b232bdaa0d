// What a picture of a network consists of: boxes, edges, places on grids.
import { describe, expect, test } from 'vitest'
import type { Diagram } from '../../src/compiler/analysis/diagram/model.ts'
import { insideOf } from '../../src/compiler/analysis/diagram/diagram.ts'
import { insidesOf } from '../../src/compiler/analysis/diagram/insides.ts'
import { compileExample } from '../examples/compile-example.ts'
import { branched, diagramOfExample, diagramOfText, exampleNetworks } from '../support/diagrams.ts'

/** `encoder[0] -forward 50%-> lattice[0,1]`, a line each. */
function edgeTexts({ boxes, edges }: Diagram): string[] {
  return edges.map(({ from, to, direction, density }) => {
    const kept = density === undefined ? '' : ` ${Math.round(1000 * density) / 10}%`
    return `${boxes[from]?.label} -${direction}${kept}-> ${boxes[to]?.label}`
  })
}

describe('the diagram of a lattice', () => {
  const diagram = diagramOfExample('examples/phantom.weft', 'Small')

  test('has a box for each point, head, input and output', () => {
    expect(diagram.boxes.map(({ kind, label, summary }) => `${kind} ${label}: ${summary}`)).toEqual([
      'input image: ',
      'module encoder[0]: Unit ×2',
      'module encoder[1]: Unit ×2',
      'module encoder[2]: Unit ×2',
      'module lattice[0,1]: UpConv · Unit',
      'module lattice[1,1]: UpConv · max_pool · Unit ×2',
      'module lattice[0,2]: UpConv · Unit ×2',
      'module head[0]: conv 1×1×1',
      'output logits: ',
    ])
    expect(diagram.boxes[5]).toMatchObject({
      path: 'lattice.node[1,1]',
      shape: [24, 12, 12, 12],
      operators: 11,
      aux: false,
    })
    expect(diagram.boxes[5]?.place?.text).toContain('node[i, j]')
  })

  test('has each edge once, with its direction and what masks keep of it', () => {
    expect(edgeTexts(diagram)).toEqual([
      'image -data-> encoder[0]',
      'encoder[0] -backbone-> encoder[1]',
      'encoder[1] -backbone-> encoder[2]',
      'encoder[1] -upward 50%-> lattice[0,1]',
      'encoder[0] -forward 50%-> lattice[0,1]',
      'encoder[2] -upward 50%-> lattice[1,1]',
      'encoder[0] -downward 50%-> lattice[1,1]',
      'encoder[1] -forward 50%-> lattice[1,1]',
      'lattice[1,1] -upward 50%-> lattice[0,2]',
      'lattice[0,1] -forward 50%-> lattice[0,2]',
      'lattice[0,2] -data-> head[0]',
      'head[0] -data-> logits',
    ])
  })

  test('places points by level and stage', () => {
    const [grid] = diagram.grids
    expect(grid?.form).toBe('lattice')
    expect(grid?.cells.map(({ path, level, stage }) => `${level},${stage} ${path}`)).toEqual([
      '0,0 encoder.level[0]',
      '1,0 encoder.level[1]',
      '2,0 encoder.level[2]',
      '0,1 lattice.node[0,1]',
      '1,1 lattice.node[1,1]',
      '0,2 lattice.node[0,2]',
    ])
  })
})

test('levels that a fusion reads by its edges alone stand in a column before it', () => {
  const diagram = diagramOfText(`network Net {
  input image: [1, 8, 8]
  backbone encoder {
    level[0] = image -> conv(2, 3)
    level[i] for i in 1..2 = level[i-1] -> conv(2, 3)
  }
  fusion f {
    node[i, j] for j in 1..1, i in 0..1 {
      edge forward = encoder[i]
      edge upward = encoder[i+1]
      fuse = concat -> conv(2, 3)
    }
  }
  output logits = f[0, 1] -> conv(1, 1)
  aux output ds = f[1, 1] -> conv(1, 1)
}
`)
  expect(
    diagram.grids.map((grid) => grid.cells.map(({ path, level, stage }) => [path, level, stage])),
  ).toEqual([
    [
      ['f.node[0,1]', 0, 1],
      ['f.node[1,1]', 1, 1],
      ['encoder.level[0]', 0, -1],
      ['encoder.level[1]', 1, -1],
      ['encoder.level[2]', 2, -1],
    ],
  ])
})

describe('the diagram of a U', () => {
  test('keeps crops inside the skips', () => {
    const diagram = diagramOfExample('examples/unet.weft', 'UNet')
    expect(diagram.grids.map(({ form, columns }) => [form, columns])).toEqual([['u', ['encoder', 'decoder']]])
    const skips = diagram.edges.filter((edge) => edge.direction === 'skip')
    expect(skips.map(({ from, to }) => [diagram.boxes[from]?.label, diagram.boxes[to]?.label])).toEqual(
      [3, 2, 1, 0].map((level) => [`encoder[${level}]`, `decoder[${level}]`]),
    )
  })

  test('marks what is trained only', () => {
    const diagram = diagramOfExample('examples/nnunet.weft', 'NNUNet')
    const aux = diagram.boxes.filter((box) => box.aux).map((box) => box.label)
    expect(aux).toEqual(['head[1]', 'head[2]', 'head[3]', 'head[4]', 'ds[1]', 'ds[2]', 'ds[3]', 'ds[4]'])
  })
})

test.each(exampleNetworks)('%s %s: boxes add up to the network', (file, network) => {
  const { graph, report } = compileExample(file, network, {})
  const diagram = diagramOfExample(file, network)
  const sum = (of: (box: Diagram['boxes'][number]) => number | undefined): number =>
    diagram.boxes.reduce((total, box) => total + (of(box) ?? Number.NaN), 0)
  expect(sum((box) => box.amounts.effectiveMacs)).toBe(report.totals.inference.effectiveMacs)
  expect(sum((box) => box.amounts.parameters)).toBe(report.totals.training.parameters)
  expect(sum((box) => box.operators)).toBe(graph.nodes.length)
  const paths = new Set(diagram.boxes.map((box) => box.path))
  expect(diagram.grids.flatMap((grid) => grid.cells).filter((cell) => !paths.has(cell.path))).toEqual([])
  for (const box of diagram.boxes) {
    // What is kept unread may stand alone, such as MedNeXt's number.
    const joined = diagram.edges.some((edge) => edge.to === box.id || edge.from === box.id)
    expect(joined || box.unread, box.path).toBe(true)
  }
})

describe('opening', () => {
  test('one module leaves the others closed; one thing inside a module needs no frame', () => {
    const diagram = diagramOfExample('examples/unet.weft', 'UNet', { expand: ['encoder.level[1]'] })
    const opened = diagram.groups.filter((group) => group.kind === 'opened')
    expect(opened.map((group) => group.path)).toEqual(['encoder.level[1]'])
    const inside = diagram.boxes.filter((box) => box.group === opened[0]?.id)
    expect(inside.map((box) => box.path)).toEqual([
      'encoder.level[1].max_pool',
      'encoder.level[1].DoubleConv',
    ])
    const grid = diagram.grids[0]?.cells.map((cell) => cell.path)
    expect(grid).toContain('encoder.level[1]')
    const deeper = diagramOfExample('examples/unet.weft', 'UNet', { expand: ['encoder.level[0]'] })
    expect(deeper.boxes.find((box) => box.path.startsWith('encoder.level[0]'))?.label).toBe('encoder[0]')
  })

  test('to a depth opens everything', () => {
    const diagram = diagramOfText(branched, { depth: 2 })
    expect(diagram.boxes.filter((box) => box.path.startsWith('d.')).map((box) => box.label)).toEqual([
      'max_pool',
      'conv[0]',
      'resize',
      'conv[1]',
    ])
  })

  test('says which modules no output reads', () => {
    const { boxes } = diagramOfText(`network Net {
      input image: [1, 8, 8]
      let map[k] for k in 0..1 = image -> conv(4, 3)
      keep dead = map[1] -> conv(2, 1)
      output y = map[0]
    }`)
    expect(boxes.filter(({ unread }) => unread).map(({ label }) => label)).toEqual(['map[1]', 'dead'])
    expect(boxes.map(({ label }) => label)).toEqual(['image', 'map[1]', 'dead', 'map[0]', 'y'])
  })

  test('modules built alike are found, whatever their widths', () => {
    const { graph, report, sources } = compileExample('examples/nnunet.weft', 'NNUNet', {})
    const diagram = diagramOfExample('examples/nnunet.weft', 'NNUNet')
    const kinds = insidesOf(graph, diagram.boxes, diagram.boxOfNode)
    expect(kinds.map(({ box, alike }) => [box.label, alike.length])).toEqual([
      ['encoder[0]', 0],
      ['encoder[1]', 4],
      ['decoder[4]', 4],
    ])
    const inside = insideOf(graph, report, sources, 'decoder.node[4]', 'operators')
    expect(edgeTexts(inside).slice(0, 4)).toEqual([
      'encoder[5] -upward 100%-> upward',
      'upward -upward 100%-> concat',
      'encoder[4] -skip 100%-> concat',
      'concat -data-> conv',
    ])
  })
})
