// Generated from grammar/tokens.ts by tools/generate-grammar.ts; do not edit.
// Weft for CodeMirror 6: `StreamLanguage.define(weft)` of @codemirror/language is the language, or weft alone for older editors.

/** @param {string} words */
const set = (words) => new Set(words.split(' '))

const definitions = set('import fn block network train')
const keywords = set('let share in out input output aux budget assert for if backbone fusion edge fuse sparsity and or not div exists')
const contextual = set('from as on node level steps epochs results at keep run')
const constants = set('true false')
const number = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:%(?![A-Za-z0-9_(]|\[)|[A-Za-z_][A-Za-z0-9_]*)?/

/** What CodeMirror gives a parser of streams to read a line by. */
/** @typedef {{ match(pattern: RegExp, consume?: boolean): boolean | RegExpMatchArray | null, skipToEnd(): void, next(): string | void, eatSpace(): boolean, current(): string }} Stream */

export const weft = {
  name: 'weft',
  /** @returns {{ declares: boolean }} */
  startState: () => ({ declares: false }),
  /**
   * @param {Stream} stream
   * @param {{ declares: boolean }} state whether the word before gives a name to what follows
   */
  token: (stream, state) => {
    if (stream.eatSpace()) return null
    if (stream.match(/^\/\/\/(?!\/)/)) return stream.skipToEnd(), 'docComment'
    if (stream.match(/^\/\//)) return stream.skipToEnd(), 'comment'
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string'
    if (stream.match(number)) return 'number'
    if (stream.match(/^[A-Za-z_][A-Za-z0-9_]*/)) return word(stream, state)
    if (stream.match(/^(?:->|\.\.\.|\.\.<?|[=!<>]=|[-+*/%^<>=?:|])/)) return 'operator'
    stream.next()
    return 'punctuation'
  },
  languageData: { commentTokens: { line: '//' }, closeBrackets: { brackets: ['(', '[', '{', '"'] } },
}

/**
 * @param {Stream} stream
 * @param {{ declares: boolean }} state
 */
function word(stream, state) {
  const text = stream.current()
  const named = state.declares
  state.declares = /^(?:fn|block|network|train|results|backbone|fusion)$/.test(text)
  if (definitions.has(text)) return 'definitionKeyword'
  if (keywords.has(text)) return 'keyword'
  if (constants.has(text)) return 'bool'
  if (named) return 'typeName'
  if (contextual.has(text)) return 'modifier'
  return stream.match(/^\s*\(/, false) ? 'variableName.function' : 'variableName'
}
