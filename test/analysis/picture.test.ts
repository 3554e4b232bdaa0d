// Pictures of lattices, as they look.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { drawLattice } from '../../src/backends/report/picture.ts'
import { latticesOf } from '../../src/compiler/analysis/lattice.ts'
import { graphOf } from '../support/compile-text.ts'
import { threeIndices } from '../support/diagrams.ts'

function draw(text: string, width = 100, characters: 'unicode' | 'ascii' = 'unicode'): string {
  const { graph } = graphOf(text)
  return latticesOf(graph)
    .map((lattice) => drawLattice(lattice, { width, unicode: characters === 'unicode' }).join('\n'))
    .join('\n\n')
}

function example(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', '..', 'examples', `${name}.weft`), 'utf8')
}

function lattice(depth: number): string {
  return `network Net(depth: int = ${depth}) {
  input image: [1, 64, 64]
  backbone encoder {
    level[0] = image -> conv(4, 3)
    level[i] for i in 1..depth = level[i-1] -> conv(4, 3)
  }
  fusion lattice {
    node[i, 0] for i in 0..depth = encoder[i]
    node[i, j] for j in 1..depth, i in 0..depth-j {
      edge forward = node[i, j-1]
      edge upward = node[i+1, j-1] -> conv(4, 1)
      fuse = concat -> conv(4, 3)
    }
  }
  output logits = lattice[0, depth]
}
`
}

test('the lattice of E2ENet', () => {
  expect(`\n${draw(example('e2enet'))}\n`).toMatchInlineSnapshot(`
    "
    lattice
      level  shape               0   1   2   3   4   5
        0     48 × 128×128×128   ●───●───●───●───●───◉ logits
                                 │ ╳   ╳   ╳   ╳   ╱
        1     96 × 64×64×64      ●───●───●───●───◎ ds[1]
                                 │ ╳   ╳   ╳   ╱
        2    192 × 32×32×32      ●───●───●───◎ ds[2]
                                 │ ╳   ╳   ╱
        3    320 × 16×16×16      ●───●───◎ ds[3]
                                 │ ╳   ╱
        4    320 × 8×8×8         ●───●
                                 │ ╱
        5    320 × 4×4×4         ●

      ◉ output   ◎ auxiliary output   ─ forward   ╱ upward   ╲ downward   ╳ both   │ backbone
      sparsity on upward: 117,658 of 588,288 connections kept (20.0 %)
      sparsity on fuse: 296,911 of 1,484,544 connections kept (20.0 %)
    "
  `)
})

test('the skips of UNet++ that span several stages are listed', () => {
  expect(`\n${draw(example('unetpp'))}\n`).toMatchInlineSnapshot(`
    "
    nested
      level  shape         0   1   2   3   4
        0     32 × 96×96   ●───◎───◎───◎───◉ ds[1] (1), ds[2] (2), ds[3] (3), logits
                           │ ╱   ╱   ╱   ╱
        1     64 × 48×48   ●───●───●───●
                           │ ╱   ╱   ╱
        2    128 × 24×24   ●───●───●
                           │ ╱   ╱
        3    256 × 12×12   ●───●
                           │ ╱
        4    512 × 6×6     ●

      ◉ output   ◎ auxiliary output   ─ skip   ╱ upward   │ backbone
      over more than one stage or level:
        nested[0, 2] ← nested[0, 0] (skip)
        nested[1, 2] ← nested[1, 0] (skip)
        nested[2, 2] ← nested[2, 0] (skip)
        nested[0, 3] ← nested[0, 0], nested[0, 1] (skip)
        nested[1, 3] ← nested[1, 0], nested[1, 1] (skip)
        nested[0, 4] ← nested[0, 0], nested[0, 1], nested[0, 2] (skip)
    "
  `)
})

test('a U-Net is two columns', () => {
  expect(`\n${draw(example('unet'))}\n`).toMatchInlineSnapshot(`
    "
    decoder
      level  shape                       encoder     decoder
        0     64 × 568×568 and 388×388   ●───────────◉ logits
                                         │           │
        1    128 × 280×280 and 196×196   ●───────────●
                                         │           │
        2    256 × 136×136 and 100×100   ●───────────●
                                         │           │
        3    512 × 64×64 and 52×52       ●───────────●
                                         │           │
        4   1024 × 28×28                 ●───────────┘

      ◉ output   ─ skip   ┘ upward   │ upward, backbone
    "
  `)
})

test('without UTF-8 the picture is ASCII', () => {
  const picture = draw(example('e2enet'), 80, 'ascii')
  expect(`\n${picture}\n`).toMatchInlineSnapshot(`
    "
    lattice
      level  shape               0   1   2   3   4   5
        0     48 x 128x128x128   o---o---o---o---o---@ logits
                                 | X   X   X   X   /
        1     96 x 64x64x64      o---o---o---o---* ds[1]
                                 | X   X   X   /
        2    192 x 32x32x32      o---o---o---* ds[2]
                                 | X   X   /
        3    320 x 16x16x16      o---o---* ds[3]
                                 | X   /
        4    320 x 8x8x8         o---o
                                 | /
        5    320 x 4x4x4         o

      @ output   * auxiliary output   - forward   / upward   \\ downward   X both   | backbone
      sparsity on upward: 117,658 of 588,288 connections kept (20.0 %)
      sparsity on fuse: 296,911 of 1,484,544 connections kept (20.0 %)
    "
  `)
  expect([...picture].every((character) => character.charCodeAt(0) < 128)).toBe(true)
})

test('what does not fit is left out and said', () => {
  const picture = draw(lattice(40), 80)
  expect(picture).toContain('left out: levels 40 to 40')
  expect(picture).toMatch(/left out: stages \d+ to 40/)
  expect(Math.max(...picture.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80)
})

test('a network without fusions and backbones has no picture', () => {
  expect(draw('network Net { input x: [1, 8, 8]  output y = x -> conv(2, 1) }')).toBe('')
})

test('a fusion is labelled with the outputs of its own nodes, each with its column', () => {
  const fusions = `network Net {
  input image: [1, 8, 8]
  fusion first {
    node[i, 0] for i in 0..1 = image -> conv(4, 3)
    node[i, 1] for i in 0..1 {
      edge own = node[i, 0]
      fuse = concat -> conv(4, 3)
    }
    node[i, 2] for i in 0..1 {
      edge own = node[i, 1]
      fuse = concat -> conv(4, 3)
    }
  }
  fusion second {
    node[i, 0] for i in 0..1 = first[i, 2]
    node[i, 1] for i in 0..1 {
      edge all[k] for k in 0..1 = node[k, 0]
      edge early = first[0, 1]
      fuse = concat -> conv(4, 3)
    }
  }
  output logits = second[0, 1] -> conv(2, 1)
  output low = second[1, 1] -> conv(2, 1)
  aux output deep = first[1, 1] -> conv(2, 1)
}
`
  expect(`\n${draw(fusions)}\n`).toMatchInlineSnapshot(`
    "
    first
      level  shape       0   1   2
        0      4 × 8×8   ●───●───●

        1      4 × 8×8   ●───◎───● deep (1)

      ◎ auxiliary output   ─ own

    second
      level  shape       0   1
        0      4 × 8×8   ●───◉ logits
                           ╳
        1      4 × 8×8   ●───◉ low

      ◉ output   ─ all   ╱ all   ╲ all   ╳ both
    "
  `)
})

test('stages of two indices are called by both', () => {
  expect(`\n${draw(threeIndices)}\n`).toMatchInlineSnapshot(`
    "
    encoder
      level  shape         encoder
        0      4 × 64×64   ●
                           │
        1      4 × 32×32   ●
                           │
        2      4 × 16×16   ●

      │ backbone

    pyramid
      level  shape         0,0 1,1 1,2 2,1 2,2
        0      4 × 64×64   ●       ●       ◉ logits
                                 ╱ │     ╱ │
        1      4 × 32×32   ●───●───●───●───◉ logits
                             ╱     │ ╱     │
        2      4 × 16×16   ●       ●       ◉ logits

      ◉ output   ─ same, middle   ╱ upward   │ downward
      over more than one stage or level:
        pyramid[0, 1, 2] ← pyramid[0, 0, 0] (same)
        pyramid[1, 1, 2] ← pyramid[1, 0, 0] (same)
        pyramid[2, 1, 2] ← pyramid[2, 0, 0] (same)
        pyramid[0, 2, 2] ← pyramid[0, 1, 2] (same)
        pyramid[1, 2, 2] ← pyramid[1, 1, 2] (same)
        pyramid[2, 2, 2] ← pyramid[2, 1, 2] (same)
    "
  `)
})
