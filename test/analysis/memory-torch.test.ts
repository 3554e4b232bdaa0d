// Memory against PyTorch's own allocations, case by case. They are in torch-memory.json, which is made anew where cases change (PyTorch 2 for
// Python 3 is needed for that, and for nothing else):
//
//     WEFT_CASES=/tmp/cases.json npx vitest run test/analysis/memory-torch.test.ts
//     python3 test/analysis/peers/torch_memory.py /tmp/cases.json test/analysis/torch-memory.json
//     npx prettier --write test/analysis/torch-memory.json
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { elementCount } from '../../src/compiler/analysis/cost.ts'
import { inferenceSchedule, storagesOf, type Storage } from '../../src/compiler/analysis/liveness.ts'
import { trainingSchedule } from '../../src/compiler/analysis/training-liveness.ts'
import { primitives } from '../../src/compiler/ops/registry.ts'
import { memoryCases, type MemoryCase } from './memory-cases.ts'

interface Measured {
  readonly expression: string
  /** Bytes that autograd keeps, inputs and parameters aside. */
  readonly saved: number
  /** With the outputs: all that is allocated when the forward pass is over. */
  readonly held: number
  readonly inferencePeak: number
  readonly trainingPeak: number
}

const float32 = { activation: 4, inPlace: true, fusedAttention: false, sumsApart: true }

/** A case as the peer reads it: nodes with explicit attributes, and which of them write over their input. */
function described({ id, expression, batch, graph }: MemoryCase): object {
  const nodesOf = (mode: 'inference' | 'training'): object[] => {
    const { nodes, inPlace } = storagesOf(graph, mode, { batch, ...float32 })
    return nodes.map((node) => ({
      id: node.id,
      op: node.op,
      attributes: node.attributes,
      inputs: node.inputs,
      parameters: node.parameters,
      batched: node.type.batched,
      inPlace: inPlace[node.id],
    }))
  }
  return {
    id,
    expression,
    batch,
    parameters: graph.parameters.map((one) => ({ id: one.id, shape: one.shape, buffer: one.buffer })),
    inputs: graph.inputs.map(({ node }) => ({ node, shape: graph.nodes[node]?.type.shape })),
    outputs: graph.outputs.filter((one) => !one.aux).map((one) => one.node),
    allOutputs: graph.outputs.map((one) => one.node),
    inference: nodesOf('inference'),
    training: nodesOf('training'),
  }
}

const cases = memoryCases()
const asked = process.env['WEFT_CASES']
if (asked !== undefined) writeFileSync(asked, JSON.stringify(cases.map(described)))

const file = new URL('torch-memory.json', import.meta.url)
const recorded = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as Readonly<
  Record<string, Measured>
>

const bytes = (storages: readonly Storage[]): number => storages.reduce((sum, one) => sum + one.bytes, 0)

function computed({ expression, batch, graph }: MemoryCase): Measured {
  const setting = { batch, ...float32 }
  const training = trainingSchedule(graph, storagesOf(graph, 'training', setting), setting)
  return {
    expression,
    saved: bytes(training.saved),
    held: bytes(training.held),
    inferencePeak: inferenceSchedule(graph, storagesOf(graph, 'inference', setting), setting).peak.bytes,
    trainingPeak: training.peak.bytes,
  }
}

/** Of the node with most parameters: PyTorch makes their gradients on the way, which are counted apart here. */
function largestParameterGradient({ graph }: MemoryCase): number {
  const sizes = graph.parameters.map((one) => (one.buffer ? 0 : elementCount(one.shape)))
  const ofNode = graph.nodes.map((node) => node.parameters.reduce((sum, id) => sum + (sizes[id] ?? 0), 0))
  return 4 * ofNode.reduce((most, one) => Math.max(most, one), 0)
}

/** PyTorch copies what was permuted and repeats a learned table for the batch; products of tokens are here without that. */
const copiesOperands = new Set(['linear', 'matmul'])

describe('memory is what PyTorch allocates', () => {
  test.each(cases)('$id', (one) => {
    const measured = recorded[one.id]
    const { trainingPeak, inferencePeak, ...kept } = computed(one)
    expect(measured).toMatchObject(kept)
    if (measured === undefined || copiesOperands.has(one.id)) return
    expect(inferencePeak).toBe(measured.inferencePeak)
    const apart = measured.trainingPeak - trainingPeak
    expect(apart).toBeGreaterThanOrEqual(0)
    expect(apart).toBeLessThanOrEqual(largestParameterGradient(one))
  })

  test('for every operator', () => {
    const seen = new Set<string>(cases.flatMap(({ graph }) => graph.nodes.map((node) => node.op)))
    expect(Object.keys(primitives).filter((name) => !seen.has(name))).toEqual([])
  })
})
