// Generated specs whose size is a parameter. Extents stay the same everywhere, so that a lattice may be as deep as wanted.

/** By name: the text of a spec of a depth. */
export type SpecName = 'lattice' | 'nested' | 'chain'

const opening = `  input image: [4, 8, 8]
  backbone encoder {
    level[0] = image
    level[i] for i in 1..depth = level[i-1] -> conv(4, 3) -> instance_norm -> relu
  }
`

function network(depth: number, rest: string): string {
  return `network Generated(depth: int = ${depth}) {\n${opening}${rest}}\n`
}

export const specs: Readonly<Record<SpecName, (depth: number) => string>> = {
  /** Three directions, as in E2ENet: edges per node are constant, nodes grow with the square of the depth. */
  lattice: (depth) =>
    network(
      depth,
      `  fusion lattice {
    node[i, 0] for i in 0..depth = encoder[i]
    node[i, j] for j in 1..depth, i in 0..depth-j {
      edge forward = node[i, j-1]
      edge upward = node[i+1, j-1] -> conv_transpose(4, 1)
      edge downward = node[i-1, j-1] -> max_pool(1) if i > 0
      fuse = concat -> conv(4, 3) -> instance_norm -> relu
    }
    sparsity 80%
  }
  output logits = lattice[0, depth] -> conv(2, 1)
`,
    ),
  /** UNet++: every node reads all before it on its level, so that edges grow with the cube of the depth. */
  nested: (depth) =>
    network(
      depth,
      `  fusion nested {
    node[i, 0] for i in 0..depth = encoder[i]
    node[i, j] for j in 1..depth, i in 0..depth-j {
      edge skip[k] for k in 0..j-1 = node[i, k]
      edge upward = node[i+1, j-1] -> conv_transpose(4, 1)
      fuse = concat -> conv(4, 3) -> instance_norm -> relu
    }
  }
  output logits = nested[0, depth] -> conv(2, 1)
`,
    ),
  /** Levels in a row: the longest path that a graph of its size can have. */
  chain: (depth) => network(depth, '  output logits = encoder[depth] -> conv(2, 1)\n'),
}

/** Convolutions in a row with almost all of the parameters: 27 · width² each. */
export function wide(width: number, depth: number): string {
  return `network Wide {
  input image: [1, 8, 8, 8]
  backbone encoder {
    level[0] = image -> conv(${width}, 3)
    level[i] for i in 1..${depth} = level[i-1] -> conv(${width}, 3) -> relu
  }
  output logits = encoder[${depth}] -> conv(2, 1)
}
`
}

/** Two levels of a U-Net in 3D. */
export const smallUnet = `block Unit(c: int, stride: int = 1) = conv(c, 3, stride = stride) -> instance_norm -> leaky_relu(0.01)

network SmallUNet {
  input image: [1, 32, 32, 32]
  let fine = image -> Unit(32) -> Unit(32)
  let coarse = fine -> Unit(64, 2) -> Unit(64)
  let upward = coarse -> conv_transpose(32, 2, stride = 2)
  output logits = concat(fine, upward) -> Unit(32) -> Unit(32) -> conv(2, 1)
}
`
