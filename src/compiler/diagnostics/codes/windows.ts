// Diagnostics of what pads, pools and resizes images (4xx).
import { code } from '../define.ts'

export const windowCodes = {
  'pool-padding-too-wide': code<{
    operator: string
    attribute: 'padding'
    axis: string
    padding: number
    kernel: number
  }>({
    code: 'WEFT412',
    severity: 'error',
    message: ({ operator, axis, padding, kernel }) =>
      `\`${operator}\`: padding ${padding} on the ${axis} axis is more than half of the kernel (${kernel})`,
    help: ({ kernel }) => `pad at most ${Math.floor(kernel / 2)}`,
    explanation: `A pooling window that lies wholly in the padding would have nothing to pool. PyTorch's rule: at most half of the kernel (with its dilation).`,
  }),
  'align-corners-mode': code<{ operator: string; attribute: 'align_corners' }>({
    code: 'WEFT422',
    severity: 'error',
    message: ({ operator }) => `\`${operator}\`: \`align_corners\` has no meaning for \`mode = nearest\``,
    explanation: `Aligning corners says where the samples of linear and cubic interpolation lie. Nearest neighbour has no such choice in PyTorch either.`,
  }),
  'cubic-axes': code<{ operator: string; axes: number }>({
    code: 'WEFT450',
    severity: 'error',
    message: ({ operator, axes }) =>
      `\`${operator}\`: \`mode = cubic\` is for images of 2 spatial axes, and this one has ${axes}`,
    help: () => 'write `mode = linear`',
    explanation: `PyTorch's bicubic interpolation, and ONNX Runtime's, is that of planes; neither has a cubic one of lines or volumes.`,
  }),
  'unpool-shape': code<{ operator: string; operand: number; shape: string; image: string; pooled: string }>({
    code: 'WEFT451',
    severity: 'error',
    message: ({ operator, shape, image, pooled }) =>
      `\`${operator}\`: input 1 is ${shape}, but pooling input 2 (${image}) with these windows gives ${pooled}`,
    help: () => 'give the image that was pooled as the second input, and the windows of its pool',
    explanation: `\`max_unpool(x, image, …)\` puts each element of \`x\` back to where \`image -> max_pool(…)\` found the greatest value of its window, so there have to be as
many elements as windows, on every axis and in every channel.

\`\`\`weft
let features = image -> conv(16, 3)
let deep = features -> max_pool(2) -> conv(32, 3)
output a = max_unpool(deep, features, 2)                     // WEFT451: 32 channels, 16 in \`features\`
output b = max_unpool(deep -> conv(16, 3), features, 2)
\`\`\``,
  }),
  'unpool-overlap': code<{
    operator: string
    attribute: 'stride'
    axis: string
    kernel: number
    stride: number
  }>({
    code: 'WEFT452',
    severity: 'error',
    message: ({ operator, axis, kernel, stride }) =>
      `\`${operator}\`: windows of ${kernel} in steps of ${stride} share elements on the ${axis} axis`,
    help: ({ kernel }) => `use steps of at least ${kernel}, in the pool too`,
    explanation: `Two windows that share an element may have their greatest value there; two values would then fall on one place. Which of them stays depends on the order in
which PyTorch's threads write, so there is no result to agree on.`,
  }),
  'pad-value-mode': code<{ operator: string; attribute: 'value'; mode: string; value: number }>({
    code: 'WEFT448',
    severity: 'error',
    message: ({ operator, mode, value }) =>
      `\`${operator}\`: \`value = ${value}\` has no meaning with \`mode = ${mode}\`, which adds what is there already`,
    help: () => 'leave `value` or `mode` out',
    explanation: `Only padding with a constant has a value to pad with; the other modes repeat elements of the image. PyTorch refuses it too.`,
  }),
  'pad-reflects-too-far': code<{
    operator: string
    attribute: 'low' | 'high'
    added: string
    axis: string
    extent: string
    most: number
  }>({
    code: 'WEFT449',
    severity: 'error',
    message: ({ operator, attribute, added, axis, extent }) =>
      `\`${operator}\` reflects \`${attribute} = ${added}\` elements of the ${axis} extent ${extent}`,
    help: ({ most }) =>
      `at most ${most} can be reflected here; \`mode = replicate\` adds as many as you like`,
    explanation: `Reflection turns the axis round at its end element, which is not repeated: there is one element less to add than the extent has. Of a free extent
the least value counts.

\`\`\`weft
x -> pad(3, mode = reflect)       // WEFT449 where an extent of x is 3
x -> pad(2, mode = reflect)
\`\`\``,
  }),
} as const
