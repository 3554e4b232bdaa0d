// What `weft init` can write: the specs that come with the package, and a small one to start from.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../node/package-root.ts'

export interface Template {
  readonly name: string
  /** First line of its doc comment. */
  readonly summary: string
  readonly text: string
}

const starter = `/// A small 2D U-Net to start from: \`weft cost\` counts it, \`weft graph\` draws it, \`weft train\` trains it.

import { DoubleConv } from "std/blocks"

/// Channels double from level to level.
fn width(base: int, i: int) = base * 2^i

network Net(base: int = 16, depth: int = 2, classes: int = 3, patch: [int] = [32, 32]) {
  input image: [1, ...patch]

  backbone encoder {
    level[0] = image -> DoubleConv(width(base, 0))
    level[i] for i in 1..depth = level[i-1] -> max_pool(2) -> DoubleConv(width(base, i))
  }

  fusion decoder {
    node[depth] = encoder[depth]
    node[i] for i in 0..depth-1 {
      edge skip = encoder[i]
      edge upward = node[i+1] -> conv_transpose(width(base, i), 2, stride = 2)
      fuse = concat -> DoubleConv(width(base, i))
    }
  }

  output logits = decoder[0] -> conv(classes, 1)

  budget params <= 2M
}

/// A minute on made-up slices: \`weft train starter.weft --data phantom: --out runs/first\`.
train first for Net {
  loss = dice(batch = true) + cross_entropy
  optimizer = adamw(lr = 3e-3)
  schedule = cosine
  augment = [flip]
  batch = 8
  steps = 40
  epochs = 5
}
`

export const starterName = 'starter'

export function templates(): Template[] {
  const examples = join(packageRoot(), 'examples')
  const shipped = readdirSync(examples)
    .filter((file) => file.endsWith('.weft'))
    .sort()
    .map((file) => template(file.slice(0, -'.weft'.length), readFileSync(join(examples, file), 'utf8')))
  return [template(starterName, starter), ...shipped]
}

function template(name: string, text: string): Template {
  const summary = text.split('\n').find((line) => line.startsWith('///')) ?? ''
  return { name, summary: summary.replace(/^\/\/\/\s*/, ''), text }
}
