// 8xx: what a command was asked to do and cannot: files, networks and arguments named from outside, reports that lack an extent.
import { code, didYouMean } from '../define.ts'

/** `a`, `b` and `c`, for messages. */
function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', ')
}

export const commandCodes = {
  'file-missing': code<{ path: string }>({
    code: 'WEFT801',
    severity: 'error',
    message: ({ path }) => `there is no file ${path}`,
    help: () => 'check the path; paths are relative to the current directory',
    explanation: `A command was given a path at which there is no file.

    weft cost examples/unett.weft     // no such file
    weft cost examples/unet.weft
`,
  }),
  'file-is-directory': code<{ path: string; specs: string | undefined }>({
    code: 'WEFT802',
    severity: 'error',
    message: ({ path }) => `${path} is a directory, not a file`,
    help: ({ specs }) =>
      specs === undefined ? 'name the file in it that is meant' : `name the files in it: ${specs}`,
    explanation: `Commands read files. Which files of a directory are meant is said by naming them, for example with the shell's \`*\`.

    weft check examples               // a directory
    weft check examples/*.weft
`,
  }),
  'file-unreadable': code<{ path: string; reason: string }>({
    code: 'WEFT803',
    severity: 'error',
    message: ({ path, reason }) => `${path} cannot be read: ${reason}`,
    help: () => 'check its permissions',
    explanation: `The file is there, but the system refuses to read it. The reason is the system's own.

    chmod 000 net.weft && weft check net.weft     // permission denied
    chmod 644 net.weft && weft check net.weft
`,
  }),
  'file-not-utf8': code<{ path: string; offset: number }>({
    code: 'WEFT804',
    severity: 'error',
    message: ({ path, offset }) => `${path} is not UTF-8 text: the byte at offset ${offset} does not belong`,
    help: () => 'save the file as UTF-8',
    explanation: `Weft sources are UTF-8. A file in another encoding would give names and positions that no other tool agrees with,
so it is refused instead of being read with replacement characters.

    iconv -f latin1 -t utf-8 net.weft > net-utf8.weft
`,
  }),
  'file-too-many-bytes': code<{ path: string; bytes: number; limit: number }>({
    code: 'WEFT805',
    severity: 'error',
    message: ({ path, bytes, limit }) => `${path} has ${bytes} bytes, more than the limit of ${limit}`,
    help: () => 'split the file and import its parts, or say repeated structure with a recurrence',
    explanation: `A source file may have at most 256 KiB. Every bound of the compiler is there so that a wrong file gives a message and
not a hang; the networks of the literature need a few kilobytes.
`,
  }),
  'file-outside-project': code<{ path: string; root: string }>({
    code: 'WEFT806',
    severity: 'error',
    message: ({ path, root }) => `${path} is outside the project directory ${root}`,
    help: () => 'name the project with --project DIR, or copy the file into it',
    explanation: `A file may import from its project only, so that checking a file that came from elsewhere cannot read other files of this
machine. The project is the current directory when the file lies beneath it, otherwise the file's own directory. Symbolic
links that lead out of the project count as outside.

    weft check ../other/net.weft --project ..
`,
  }),
  'unknown-network': code<{
    network: string
    file: string
    known: readonly string[]
    suggestion: string | undefined
  }>({
    code: 'WEFT811',
    severity: 'error',
    message: ({ network, file }) => `${file} declares no network \`${network}\``,
    help: ({ known, suggestion }) => didYouMean(suggestion) ?? `its networks are ${listed(known)}`,
    explanation: `\`--network\` names a network that the file itself declares. Imported networks get a name of their own by a variant.

    import { UNet } from "unet.weft"
    network Small = UNet(base = 16)

    weft cost small.weft --network UNet      // imported, not declared here
    weft cost small.weft --network Small
`,
  }),
  'no-network': code<{ file: string }>({
    code: 'WEFT812',
    severity: 'error',
    message: ({ file }) => `${file} declares no network`,
    help: () => 'add one, for example `network Net = UNet(base = 32)`',
    explanation: `Only a \`network\` can be compiled: it declares its inputs and names its outputs. A file of blocks can be checked and imported.

    block Unit(c: int) = conv(c, 3) -> relu     // nothing to compile

    network Net {
      input image: [1, 64, 64]
      output logits = image -> Unit(8) -> conv(2, 1)
    }
`,
  }),
  'unknown-recipe': code<{
    recipe: string
    file: string
    known: readonly string[]
    suggestion: string | undefined
  }>({
    code: 'WEFT815',
    severity: 'error',
    message: ({ recipe, file }) => `${file} declares no recipe \`${recipe}\``,
    help: ({ known, suggestion }) => didYouMean(suggestion) ?? `its recipes are ${listed(known)}`,
    explanation: `\`--recipe\` names a \`train\` block that the file itself declares.

    train quick for UNet(classes = 2) { … }

    weft train unet.weft --recipe slow --data …      // not declared
    weft train unet.weft --recipe quick --data …
`,
  }),
  'no-recipe': code<{ file: string; network?: string | undefined }>({
    code: 'WEFT816',
    severity: 'error',
    message: ({ file }) => `${file} declares no \`train\` block`,
    help: ({ network = 'NETWORK' }) =>
      `add one: train quick for ${network} { loss = dice + cross_entropy  optimizer = sgd(lr = 1e-2) }`,
    explanation: `What is trained, and how, stands in a \`train\` block: the network with its arguments, the loss, the optimizer, how long.

    train quick for UNet(classes = 2) {
      loss      = dice(batch = true) + cross_entropy
      optimizer = sgd(lr = 1e-2, momentum = 0.99, nesterov = true)
      batch = 2   steps = 50   epochs = 20
    }
`,
  }),
  'option-missing': code<{ option: string; why: string }>({
    code: 'WEFT817',
    severity: 'error',
    message: ({ option, why }) => `${option} is missing: ${why}`,
    help: ({ option }) => `add ${option}`,
    explanation: `Some options are needed in some uses of a command only.

    weft train net.weft --data phantom: --out runs/a     // a new run needs both
    weft train runs/a --resume                           // the run knows them
`,
  }),
  'git-unusable': code<{ path: string; reason: string }>({
    code: 'WEFT818',
    severity: 'error',
    message: ({ path, reason }) => `${path} has no revisions: ${reason}`,
    help: () => 'compare two files instead: weft diff before.weft after.weft',
    explanation: `\`weft diff FILE --from REVISION\` reads the file, and what it imports, from the Git repository that it lies in, with
the command \`git\`.

    weft diff /tmp/copy.weft --from HEAD      // not in a repository
    weft diff net.weft --from HEAD
`,
  }),
  'git-revision-unknown': code<{ revision: string; repository: string }>({
    code: 'WEFT819',
    severity: 'error',
    message: ({ revision, repository }) =>
      `\`${revision}\` is no revision of the repository in ${repository}`,
    help: () => 'name a commit, a branch or a tag, for example HEAD~1 or main; `git log` lists commits',
    explanation: `A revision is what Git calls one: a commit's hash or the beginning of it, a branch, a tag, \`HEAD~1\`. A clone
that was made shallow has only some of them.

    weft diff net.weft --from mian     // no such branch
    weft diff net.weft --from main
`,
  }),
  'malformed-against': code<{ given: string }>({
    code: 'WEFT995',
    severity: 'error',
    message: ({ given }) => `\`--against ${given}\` names no network to compare with`,
    help: () =>
      "write --against FILE, 'FILE#NETWORK' or '#NETWORK(NAME = VALUE)', with a network of the file and parameters that it has",
    explanation: `\`--against\` takes a file, \`#\` and a network of it, and arguments of that network by name, as the language writes a
call. Without a file, the network is one of the same file. Quote it: shells read \`#\` and brackets.

    weft report net.weft --against '#Net(48)'
    weft report net.weft --against '#Net(base = 48)'
`,
  }),
  'malformed-setting': code<{ setting: string }>({
    code: 'WEFT814',
    severity: 'error',
    message: ({ setting }) => `\`--set ${setting}\` is not of the form name=value`,
    help: ({ setting }) => {
      const name = /^[A-Za-z_]\w*/.exec(setting)?.[0] ?? 'NAME'
      return `write --set ${name}=VALUE, and '${name}=VALUE' in quotes where the value has spaces or brackets`
    },
    explanation: `\`--set\` takes a parameter's name, \`=\`, and a Weft expression. Quote the setting when the shell would split or expand it.

    weft cost net.weft --set base 64
    weft cost net.weft --set base=64 --set 'patch=[128, 128, 128]'
`,
  }),
  'setting-of-several': code<{ name: string; value: string }>({
    code: 'WEFT823',
    severity: 'error',
    message: ({ name, value }) => `\`--set ${name}=${value}\` gives several values, which is no expression`,
    help: ({ name, value }) => `a list stands in brackets: --set '${name}=[${value}]'`,
    explanation: `The value of \`--set\` is a Weft expression, and a list is one with brackets. Quote it: shells take brackets for patterns.

    weft cost net.weft --set 'patch=[96, 96, 96]'
`,
  }),
  'output-formats': code<{ format: string }>({
    code: 'WEFT825',
    severity: 'error',
    message: ({ format }) => `--json and --format ${format} ask for different things`,
    help: () => 'leave one of them out',
    explanation: `\`--json\` is short for \`--format json\`: a document for programs, by a published schema.
`,
  }),
  'macs-need-extents': code<{ symbols: readonly string[] }>({
    code: 'WEFT821',
    severity: 'warning',
    message: ({ symbols }) => `MACs are not known: the input's extents ${listed(symbols)} are symbolic`,
    help: () => "set the parameter that holds the input's extents, for example --set 'patch=[128, 128, 128]'",
    explanation: `Parameters do not depend on the input's extents, MACs do. A network whose extents are left symbolic has exact parameter
counts and no MAC counts; an extent is never guessed.

    weft cost net.weft                                // parameters only
    weft cost net.weft --set 'patch=[128, 128, 128]'
`,
  }),
  'malformed-budget': code<{ budget: string }>({
    code: 'WEFT824',
    severity: 'error',
    message: ({ budget }) => `\`--budget ${budget}\` is not one budget`,
    help: () => "write --budget 'params <= 12M' or --budget 'memory(training, batch = 2) <= 24GiB'",
    explanation: `\`--budget\` takes what follows \`budget\` in a network, once: a metric, \`<=\` and a limit. It may be given several times.

    weft check net.weft --budget 'params <= 12M budget macs <= 1T'
    weft check net.weft --budget 'params <= 12M' --budget 'macs <= 1T'
`,
  }),
  'memory-needs-extents': code<{ symbols: readonly string[] }>({
    code: 'WEFT822',
    severity: 'error',
    message: ({ symbols }) => `memory is not known: the input's extents ${listed(symbols)} are symbolic`,
    help: () => "set the parameter that holds the input's extents, for example --set 'patch=[128, 128, 128]'",
    explanation: `What a network takes in memory depends on the input's extents. Where they are left symbolic there is no number, and none is guessed.

    weft memory net.weft --set 'patch=[128, 128, 128]'
`,
  }),
  'unknown-convention': code<{
    convention: string
    known: readonly string[]
    suggestion: string | undefined
  }>({
    code: 'WEFT820',
    severity: 'error',
    message: ({ convention }) => `there is no convention \`${convention}\` to count by`,
    help: ({ known, suggestion }) =>
      [didYouMean(suggestion), `the conventions are ${listed(known)}`]
        .filter((one) => one !== undefined)
        .join('\n'),
    explanation: `\`weft cost --convention NAME\` counts as a tool or a paper does. Names carry the version of the tool where its versions differ.
\`weft cost --reconcile\` shows the totals under all of them.

    weft cost nnunet.weft --convention thop           // which version?
    weft cost nnunet.weft --convention thop@0.1.1
`,
  }),
  'unknown-template': code<{ template: string; known: readonly string[]; suggestion: string | undefined }>({
    code: 'WEFT831',
    severity: 'error',
    message: ({ template }) => `there is no template \`${template}\``,
    help: ({ known, suggestion }) =>
      [didYouMean(suggestion), `the templates are ${listed(known)}`]
        .filter((one) => one !== undefined)
        .join('\n'),
    explanation: `\`weft init NAME\` writes a copy of one of the specs that come with Weft; \`weft init\` alone writes a small one to start from.
`,
  }),
  'file-exists': code<{ path: string }>({
    code: 'WEFT832',
    severity: 'error',
    message: ({ path }) => `${path} exists already`,
    help: () => 'choose another name with --out; nothing is ever overwritten',
    explanation: `\`weft init\` only makes new files, and \`weft data\` fills empty folders.

    weft init unet --out unet-2.weft
    weft data phantom --out Dataset901_Phantom
`,
  }),
  'file-unwritable': code<{ path: string; reason: string }>({
    code: 'WEFT833',
    severity: 'error',
    message: ({ path, reason }) => `${path} cannot be written: ${reason}`,
    explanation: `The system refuses to write the file: the directory is missing or not writable, or the disk is full. The reason is the
system's own. \`weft fmt\` writes beside the file and renames, so a failure leaves the old text in place.
`,
  }),
  'no-current-directory': code<object>({
    code: 'WEFT807',
    severity: 'error',
    message: () => 'the current directory does not exist any more',
    help: () => 'go to one that does: cd ~',
    explanation: `Paths are relative to the directory that the shell is in, and that one was removed or renamed. A shell does not notice.

    cd ~ && weft check specs/unet.weft
`,
  }),
  'unknown-code': code<{ given: string; suggestion: string | undefined }>({
    code: 'WEFT841',
    severity: 'error',
    message: ({ given }) => `there is no diagnostic, operator, block or word \`${given}\``,
    help: ({ suggestion }) =>
      didYouMean(suggestion) ??
      'the lists: `weft explain diagnostics`, `operators`, `blocks` and `words`; what commands do: `weft --help`',
    explanation: `\`weft explain\` takes a code as the messages print it, or its name, an operator, a block of the library, or a word of recipes and
reports.

    weft explain WEFT601
    weft explain budget-exceeded
    weft explain conv
    weft explain DoubleConv
    weft explain optimizer
`,
  }),
} as const
