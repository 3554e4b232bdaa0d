// Recurrences, backbones and fusions: 5xx.
import { code } from '../define.ts'

export const familyCodes = {
  'index-out-of-family': code<{ readonly member: string; readonly ranges: string; readonly size: number }>({
    code: 'WEFT501',
    severity: 'error',
    message: (p) => `\`${p.member}\` does not exist`,
    help: (p) =>
      p.size === 0
        ? 'the family has no members'
        : `its ${p.size} members have indices ${p.ranges}; a rule's \`for\` must reach this one`,
    explanation: `
A family has the members that its rules define and no others. An edge that would reach outside the lattice needs a condition:

\`\`\`weft
edge downward = node[i-1, j-1] -> max_pool(2)              // WEFT501 at i = 0
edge downward = node[i-1, j-1] -> max_pool(2)   if i > 0   // fine
\`\`\`

\`exists(node[i, j])\` tells whether a member is there.
`,
  }),
  'wrong-index-count': code<{ readonly name: string; readonly expected: number; readonly actual: number }>({
    code: 'WEFT502',
    severity: 'error',
    message: (p) =>
      `\`${p.name}\` has ${p.expected === 1 ? 'one index' : `${p.expected} indices`}, not ${p.actual}`,
    help: (p) => `write \`${p.name}[${['i', 'j', 'k', 'l'].slice(0, p.expected).join(', ')}]\``,
    explanation: `
All rules of a family have the same number of indices, and every use gives as many.
`,
  }),
  'member-defined-twice': code<{ readonly member: string }>({
    code: 'WEFT503',
    severity: 'error',
    message: (p) => `two rules define \`${p.member}\``,
    help: () => 'narrow the `for` clause of one of them',
    explanation: `
Each member of a family has one rule. Rules are not tried in order, so they may not overlap:

\`\`\`weft
level[0] = image -> Unit(32)
level[i] for i in 0..4 = level[i-1] -> Unit(64)   // WEFT503 at level[0]: start at 1
\`\`\`
`,
  }),
  'cyclic-recurrence': code<{ readonly chain: readonly string[] }>({
    code: 'WEFT504',
    severity: 'error',
    message: (p) => `a value needs itself: ${p.chain.join(' -> ')}`,
    help: () => 'an index must fall along the chain; check the signs in `[i, j-1]`',
    explanation: `
Members are found on demand: \`node[i, j]\` may need any other member, but following the needs must end. A cycle is printed as the chain of
what needs what.
`,
  }),
  'no-such-node': code<{ readonly member: string }>({
    code: 'WEFT505',
    severity: 'error',
    message: (p) => `\`${p.member}\` has no edges left, so it does not exist`,
    help: () => 'guard the use: `edge e = node[r, l] if exists(node[r, l])`',
    explanation: `
An edge whose \`if\` is false is absent, and a node all of whose edges are absent does not exist (as in a searched DiNTS topology). Reading
such a node is a mistake; \`exists(node[r, l])\` asks first.
`,
  }),
  'missing-fuse': code<Record<string, never>>({
    code: 'WEFT506',
    severity: 'error',
    message: () => 'this node has edges but no `fuse`',
    help: () => 'say how the edges become one tensor: `fuse = concat -> Unit(c)` or `fuse = sum`',
    explanation: `
A fusion node is a list of edges and one \`fuse\`, the block that receives the edges' tensors in their order.
`,
  }),
  'node-without-edges': code<Record<string, never>>({
    code: 'WEFT507',
    severity: 'error',
    message: () => 'this node has no edges',
    help: () => 'add `edge NAME = …`, or write `node[…] = tensor` for a node that is another tensor',
    explanation: `
A node with a body fuses edges. A node that simply is another tensor is written with \`=\`: \`node[i, 0] for i in 0..4 = encoder[i]\`.
`,
  }),
  'member-not-a-tensor': code<{ readonly member: string; readonly actual: string }>({
    code: 'WEFT508',
    severity: 'error',
    message: (p) => `${p.member} must be a tensor, it is ${p.actual}`,
    help: (p) => (p.actual.startsWith('block') ? 'send a tensor into the block: `x -> …`' : undefined),
    explanation: `
Levels, nodes, edges and outputs are tensors. A block that nothing was sent into is not a tensor yet.
`,
  }),
  'absent-edge': code<{ readonly name: string }>({
    code: 'WEFT510',
    severity: 'error',
    message: (p) => `edge \`${p.name}\` is absent here, but its name is read`,
    help: () =>
      'read it under the same condition: `i > 0 ? add(x, skip) : x`, or fuse with a block that takes whatever edges there are',
    explanation: `
An edge whose \`if\` is false brings no tensor, so later edges and the fuse cannot read it by its name. A block as the fuse (\`fuse = concat\`)
takes the edges that are there.

\`\`\`weft
edge skip = encoder[i] if i > 0
edge upward = node[i+1] -> UpConv(8)
fuse = add(skip, upward)                            // WEFT510 at i = 0
fuse = i > 0 ? add(skip, upward) : upward
\`\`\`
`,
  }),
  'exists-needs-member': code<Record<string, never>>({
    code: 'WEFT509',
    severity: 'error',
    message: () => '`exists` asks about a member of a family',
    help: () => 'write `exists(node[i, j])`',
    explanation: `
\`exists(node[i, j])\` is true when a rule defines that member and, for a fusion node, at least one of its edges is there.
`,
  }),
} as const
