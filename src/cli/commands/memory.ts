// weft memory: what a network takes in memory, from its spec alone.
import type { CommandMaker } from './command.ts'
import { withMemorySetting } from './memory-options.ts'
import { specOrTrained, withNetworkOptions } from './network-options.ts'
import type { MemoryArgs } from './run-memory.ts'

export const memoryCommand: CommandMaker<MemoryArgs> = (terminal, choose) => ({
  command: 'memory <file>',
  describe: 'Memory of training and inference: the peak, and what it is made of',
  builder: (yargs) =>
    withMemorySetting(withNetworkOptions(yargs, specOrTrained))
      .option('in-place', {
        describe: 'relu, leaky_relu and elu write over their input where they may; --no-in-place forbids it',
        type: 'boolean',
        default: true,
      })
      .option('fused-attention', {
        describe: 'attention never holds all of its scores, as with the fused kernels of GPUs',
        type: 'boolean',
        default: false,
      })
      .option('top', {
        describe: 'how many tensors to list',
        type: 'number',
        default: 8,
        requiresArg: true,
      })
      .option('format', {
        describe: 'how to print; by default what the name after --out ends with, else table',
        choices: ['table', 'json', 'md'] as const,
        requiresArg: true,
      })
      .option('json', { describe: 'the same as --format json', type: 'boolean', default: false })
      .option('out', { alias: 'o', describe: 'write to this file', type: 'string', requiresArg: true })
      .check(({ top }) => (Number.isInteger(top) && top >= 0) || '--top takes a whole number from 0')
      .example('weft memory e2enet.weft --batch 2', 'training and inference, by cause')
      .example('weft memory nnunet.weft --dtype bf16 --optimizer adam', 'under autocast, with Adam')
      .example('weft memory unet.weft --json', 'for programs (schema/weft-memory-1.schema.json)'),
  handler: (args) =>
    choose(async () => {
      const { runMemory } = await import('./run-memory.ts')
      return runMemory(args, terminal)
    }),
})
