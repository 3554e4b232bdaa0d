// Syntax trees of the library's files, as JSON by path, where they were read beforehand: none in the sources, where texts are parsed. The
// command is bundled with all of them (tools/command-bundle/), so that a process that is over in an instant need not parse them again.
export const stdTrees: ReadonlyMap<string, string> = new Map()
