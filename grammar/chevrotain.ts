// Chevrotain, from its one-file bundle: its modules load lodash file by file, which costs a command line
// a quarter of a second at every start. Everything in this folder takes Chevrotain from here, so that one copy is loaded.
type Chevrotain = typeof import('chevrotain')

async function load(): Promise<Chevrotain> {
  try {
    const entry = import.meta.resolve('chevrotain') // …/chevrotain/lib/src/api.js
    return (await import(/* @vite-ignore */ new URL('../chevrotain.min.mjs', entry).href)) as Chevrotain
  } catch {
    return await import('chevrotain')
  }
}

export const {
  CstParser,
  EOF,
  Lexer,
  LLkLookaheadStrategy,
  createToken,
  createTokenInstance,
  generateCstDts,
  tokenMatcher,
} = await load()
