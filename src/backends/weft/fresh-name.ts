// Identifiers for what a spec that is written out has to name.

/** An identifier made of a module path, not used before. */
export function freshName(path: string, taken: Set<string>): string {
  const plain = path.replace(/\W+/g, '_').replace(/^_+|_+$/g, '') || 'x'
  const base = /^\d/.test(plain) ? `x${plain}` : plain
  let name = base
  for (let k = 2; taken.has(name); k++) name = `${base}_${k}`
  taken.add(name)
  return name
}
