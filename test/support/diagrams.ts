// Every network of the examples with its diagram, and small ones that are drawn otherwise than any example.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cost, type CostReport } from '../../src/compiler/analysis/cost.ts'
import type { Sources } from '../../src/compiler/analysis/charge.ts'
import { diagramOf, type DiagramOptions } from '../../src/compiler/analysis/diagram/diagram.ts'
import type { Diagram } from '../../src/compiler/analysis/diagram/model.ts'
import type { Graph } from '../../src/compiler/ir/graph.ts'
import { compileExample } from '../examples/compile-example.ts'
import { graphOf } from './compile-text.ts'
import { projectRoot } from './specs.ts'

export interface Compiled {
  readonly graph: Graph
  readonly report: CostReport
  readonly sources: Sources
}

export const exampleNetworks: readonly (readonly [file: string, network: string])[] = readdirSync(
  join(projectRoot, 'examples'),
)
  .filter((file) => file.endsWith('.weft'))
  .flatMap((file) => {
    const text = readFileSync(join(projectRoot, 'examples', file), 'utf8')
    return Array.from(
      text.matchAll(/^network (\w+)/gm),
      (match) => [`examples/${file}`, match[1] ?? ''] as const,
    )
  })

export function diagramOfExample(file: string, network: string, options: DiagramOptions = {}): Diagram {
  const { graph, report, sources } = compileExample(file, network, {})
  return diagramOf(graph, report, sources, options)
}

export function compiledText(text: string): Compiled {
  const { graph, sources } = graphOf(text)
  const { report } = cost(graph, sources)
  if (report === undefined) throw new Error('no costs')
  return { graph, report, sources }
}

export function diagramOfText(text: string, options: DiagramOptions = {}): Diagram {
  const { graph, report, sources } = compiledText(text)
  return diagramOf(graph, report, sources, options)
}

/** No backbone: two branches that meet again, a residual, an auxiliary output. */
export const branched = `network Branched {
  input image: [1, 32, 32]
  let a = image -> conv(8, 3) -> relu
  let b = a -> conv(8, 3) -> relu
  let c = [a, b] -> concat -> conv(16, 3)
  let d = c -> max_pool(2) -> conv(16, 3) -> resize(scale = 2) -> conv(16, 3)
  output logits = add(c, d) -> conv(2, 1)
  aux output early = b -> conv(2, 1)
}
`

/** One encoder, two decoders, gates between, an output of both. */
export const twoDecoders = `import { DoubleConv, UpConv } from "std/blocks"
block Gate(c: int) = conv(c, 1) -> sigmoid
network Two {
  input image: [1, 32, 32]
  let width = [4 * 2^i for i in 0..3]
  let stem = image -> conv(4, 3) -> relu
  backbone encoder {
    level[0] = stem -> DoubleConv(width[0])
    level[i] for i in 1..3 = level[i-1] -> max_pool(2) -> DoubleConv(width[i])
  }
  let gate[i] for i in 0..2 = encoder[i] -> Gate(width[i])
  fusion decoder {
    node[3] = encoder[3]
    node[i] for i in 0..2 {
      edge upward = node[i+1] -> UpConv(width[i])
      edge skip = mul(encoder[i], gate[i])
      fuse = concat -> DoubleConv(width[i])
    }
  }
  fusion boundary {
    node[3] = encoder[3]
    node[i] for i in 0..2 {
      edge upward = node[i+1] -> UpConv(width[i])
      edge skip = encoder[i]
      fuse = concat -> DoubleConv(width[i])
    }
  }
  output logits = decoder[0] -> conv(2, 1)
  output edges = boundary[0] -> conv(1, 1)
  output both = [decoder[0], boundary[0]] -> concat -> conv(1, 1)
}
`

export function compiledDiagram({ graph, report, sources }: Compiled, options: DiagramOptions = {}): Diagram {
  return diagramOf(graph, report, sources, options)
}

/** Two layers of a BiFPN (Tan et al., CVPR 2020, figure 2d), each a pass up and a pass down: three indices. */
export const threeIndices = `network Net {
  input image: [1, 64, 64]
  backbone encoder {
    level[0] = image -> conv(4, 3)
    level[i] for i in 1..2 = level[i-1] -> conv(4, 3, stride = 2)
  }
  fusion pyramid {
    node[i, 0, 0] for i in 0..2 = encoder[i] -> conv(4, 1)
    node[1, l, 1] for l in 1..2 {
      edge same = node[1, l-1, l == 1 ? 0 : 2]
      edge upward = node[2, l-1, l == 1 ? 0 : 2] -> resize(scale = 2)
      fuse = sum -> conv(4, 3)
    }
    node[i, l, 2] for l in 1..2, i in 0..2 {
      edge same = node[i, l-1, l == 1 ? 0 : 2]
      edge middle = node[i, l, 1] if i == 1
      edge upward = node[1, l, 1] -> resize(scale = 2) if i == 0
      edge downward = node[i-1, l, 2] -> max_pool(2) if i > 0
      fuse = sum -> conv(4, 3)
    }
  }
  output logits = [pyramid[i, 2, 2] -> resize(size = [64, 64]) for i in 0..2] -> concat -> conv(2, 1)
}
`
