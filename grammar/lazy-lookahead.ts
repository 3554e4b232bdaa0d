// How the parser chooses by the next tokens: as Chevrotain's own strategy does, but each choice is analysed when a text first asks for it.
// A short text meets few of the grammar's choices, and analysing them all takes longer than reading it.
import type { BaseParser, ILookaheadStrategy } from 'chevrotain'
import { LLkLookaheadStrategy } from './chevrotain.ts'

type Alternation = ILookaheadStrategy['buildLookaheadForAlternation']
type Optional = ILookaheadStrategy['buildLookaheadForOptional']

export class LazyLookahead extends LLkLookaheadStrategy {
  override buildLookaheadForAlternation(choice: Parameters<Alternation>[0]): ReturnType<Alternation> {
    return late(() => super.buildLookaheadForAlternation(choice))
  }

  override buildLookaheadForOptional(choice: Parameters<Optional>[0]): ReturnType<Optional> {
    return late(() => super.buildLookaheadForOptional(choice))
  }
}

/** Chevrotain calls what looks ahead as a method of the parser. */
function late<Args extends unknown[], Found>(
  build: () => (...args: Args) => Found,
): (...args: Args) => Found {
  let built: ((...args: Args) => Found) | undefined
  return function (this: BaseParser, ...args: Args): Found {
    built ??= build()
    return built.apply(this, args)
  }
}
