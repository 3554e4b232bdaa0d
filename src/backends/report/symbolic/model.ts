// Symbolic costs as a document: what `weft cost --symbolic --format json` prints, and what the text reads.
import type { Finding } from '../../../compiler/sweep.ts'
import type { Piece } from '../../../compiler/solve/pieces.ts'
import { rationalText } from '../../../compiler/solve/rational.ts'
import type { SymbolicCosts } from '../../../compiler/solve/symbolic.ts'

export interface TermData {
  /** A whole number or a fraction, exactly: `5184`, `27/4`. */
  readonly coefficient: string
  /** By parameter; what is absent has the power 0. */
  readonly powers: Readonly<Record<string, number>>
}

export interface PieceData {
  /** By parameter, the values that it holds at, in every combination; at no others. */
  readonly at: Readonly<Record<string, readonly string[]>>
  /** The sum of these; null where none of these points has a network. */
  readonly terms: readonly TermData[] | null
}

/** `weft-symbolic/1`: fields may be added, never changed or removed; schema/weft-symbolic-1.schema.json says the same. */
export interface SymbolicDocument {
  readonly schema: 'weft-symbolic/1'
  readonly file: string
  readonly network: string
  /** Arguments of every point, as they were given. */
  readonly arguments: Readonly<Record<string, string>>
  readonly parameters: readonly { readonly name: string; readonly values: readonly string[] }[]
  /** Every one was counted. */
  readonly points: number
  readonly failures: { readonly points: number; readonly finding: Finding } | null
  readonly quantities: readonly {
    readonly name: string
    readonly title: string
    readonly unit: 'count' | 'bytes' | 'result'
    /** Null where it is no polynomial, nor a few. */
    readonly pieces: readonly PieceData[] | null
  }[]
}

/** `file` is how the spec is called in the document. */
export function symbolicDocument(costs: SymbolicCosts, file: string): SymbolicDocument {
  return {
    schema: 'weft-symbolic/1',
    file,
    network: costs.network,
    arguments: costs.arguments,
    parameters: costs.axes,
    points: costs.points,
    failures: costs.failures ?? null,
    quantities: costs.quantities.map(({ name, title, unit, pieces }) => ({
      name,
      title,
      unit,
      pieces: pieces?.map((piece) => pieceData(piece, costs.axes)) ?? null,
    })),
  }
}

function pieceData({ box, polynomial }: Piece, axes: SymbolicCosts['axes']): PieceData {
  const at = axes.map(
    ({ name, values }, axis) => [name, box[axis]?.flatMap((one) => values[one] ?? []) ?? []] as const,
  )
  return {
    at: Object.fromEntries(at),
    terms:
      polynomial?.map(({ coefficient, powers }) => ({
        coefficient: rationalText(coefficient),
        powers: Object.fromEntries(
          powers.flatMap((power, axis) => (power === 0 ? [] : [[axes[axis]?.name ?? '', power] as const])),
        ),
      })) ?? null,
  }
}
