// What networks and recipes of imported plans are called: by the dataset and the configuration, whose own names may begin with a digit.

export interface DeclaredNames {
  /** `Heart3dFullres` */
  readonly network: string
  /** `heart_3d_fullres` */
  readonly recipe: string
}

/** Different names for different configurations, whatever they are called. */
export function declaredNames(
  datasetName: string | undefined,
  configurations: readonly string[],
): ReadonlyMap<string, DeclaredNames> {
  const dataset = wordsOf((datasetName ?? '').replace(/^(Dataset|Task)\d+_/, ''))
  const first = /^[a-z]/i.test(dataset[0] ?? '') ? dataset : ['planned', ...dataset]
  const taken = new Set<string>()
  return new Map(
    configurations.map((name) => {
      const words = [...first, ...wordsOf(name)]
      const network = free(words.map(capital).join(''), taken)
      return [name, { network, recipe: free(words.map((one) => one.toLowerCase()).join('_'), taken) }]
    }),
  )
}

const wordsOf = (name: string): readonly string[] => name.split(/[^a-z0-9]+/i).filter((word) => word !== '')

const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`

function free(name: string, taken: Set<string>): string {
  let candidate = name
  for (let k = 2; taken.has(candidate); k++) candidate = `${name}_${k}`
  taken.add(candidate)
  return candidate
}
