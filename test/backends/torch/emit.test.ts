// Emitted packages as text: what a person reads. What they compute is in the tests beside this one.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compileExample } from '../../examples/compile-example.ts'
import { smallNetworks } from '../../examples/facts.ts'
import { graphOf } from '../../support/compile-text.ts'
import { packageOf } from './package.ts'

const textOf = (files: ReadonlyMap<string, Buffer>, name: string): string => String(files.get(name))

/** A block in four sizes, two of them in a row; a name that torch has a use of; an aux output. */
const spec = `
/// One step.
block Unit(c: int, stride: int = 1) = conv(c, 3, stride = stride, init = he(0.01)) -> instance_norm -> leaky_relu(0.01)

/// A small network.
network Small(base: int = 4) {
  input image: [1, 16, 16]
  backbone encoder {
    level[0] = image -> Unit(base)
    level[i] for i in 1..2 = level[i-1] -> Unit(base * 2^i, stride = 2) -> Unit(base * 2^i)
  }
  fusion decoder {
    node[2] = encoder[2]
    node[i] for i in 0..1 {
      edge forward = node[i+1] -> conv_transpose(base * 2^i, 2, stride = 2)
      edge skip = encoder[i]
      fuse = concat -> Unit(base * 2^i)
    }
  }
  output logits = decoder[0] -> conv(2, 1)
  aux output ds[1] = decoder[1] -> conv(2, 1)
}
`

describe('the text of a package', () => {
  test('is what a person would have written', () => {
    const files = packageOf(graphOf(spec).graph)
    const expected = readFileSync(new URL('expected/network.py', import.meta.url), 'utf8')
    expect(textOf(files, 'network.py')).toBe(expected)
    expect(textOf(files, 'names.py')).toContain('TO_PATH = {"forward_": "forward"}')
  })

  test('is the same for the same network', () => {
    const once = packageOf(compileExample('examples/e2enet.weft', 'E2ENet', {}).graph)
    expect(packageOf(compileExample('examples/e2enet.weft', 'E2ENet', {}).graph)).toEqual(once)
  })

  test('says the whole of E2ENet in fewer than 350 lines', () => {
    const files = packageOf(compileExample('examples/e2enet.weft', 'E2ENet', {}).graph)
    expect(textOf(files, 'network.py').split('\n').length).toBeLessThan(350)
    expect(textOf(files, 'sparsity.py')).toContain(
      'RULES = {"lattice": Rule(every=1200, rate=0.5, to=0.001)}',
    )
  })

  test('has one class of blocks that begin by the same rule with other numbers', () => {
    const { graph } = graphOf(`
block Head(std: float) = conv(4, 3, init = trunc_normal(std)) -> relu
network Deep { input x: [4, 8, 8]  output y = x -> Head(0.02) -> Head(0.01) }
`)
    const text = textOf(packageOf(graph), 'network.py')
    expect(text.match(/^class .*/gm)).toEqual(['class Head(nn.Module):', 'class Deep(nn.Module):'])
    expect(text).toContain('trunc_normal(nn.Conv2d(4, 4, 3, padding=1), std)')
  })

  test('has one class of the members of a family of tensors, and loops over them', () => {
    const { graph } = graphOf(`
network Deep {
  input x: [4, 8, 8]
  let state[0] = x
  let state[k] for k in 1..4 = state[k-1] + (state[k-1] -> instance_norm -> conv(4, 3) -> relu -> conv(4, 1))
  output y = state[4]
}
`)
    const text = textOf(packageOf(graph), 'network.py')
    expect(text.match(/^class .*/gm)).toEqual(['class State(nn.Module):', 'class Deep(nn.Module):'])
    expect(text).toContain('for state in self.state.values():')
  })

  test('has the official names of a checkpoint where they are given', () => {
    const graph = graphOf(spec).graph
    const names = new Map(
      graph.parameters.map(({ path }, k) => [path, { keys: [`official.${k}`, `again.${k}`] }]),
    )
    const text = textOf(packageOf(graph, { names }), 'names.py')
    expect(text).toContain('"encoder.level.0.Unit.conv.weight": ["official.0", "again.0"],')
  })
})

describe('every network of the examples', () => {
  test.each(smallNetworks)('%s %s %o', (example, network, args) => {
    const { graph } = compileExample(`examples/${example}.weft`, network, args)
    const text = textOf(packageOf(graph), 'network.py')
    expect(text).toContain(`class ${network}(nn.Module):`)
  })
})
