// Rules of the playground, after those of all pages.

export const playgroundStyle = `
body { max-width: 110rem; } header { padding: 1.2rem 0 0.8rem; } .lead { margin-top: 0.3rem; }
.toolbar { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: end; margin: 0 0 0.8rem; } .toolbar p { display: grid; gap: 0.15rem; margin: 0; }
.toolbar label { font-size: 0.85rem; color: var(--muted); }
#content button, select, input[type="text"], input[type="number"] { font: inherit; font-size: 0.92rem; padding: 0.3rem 0.7rem; border: 1px solid var(--axis); border-radius: 8px; background: var(--surface); color: var(--text); height: 2.2rem; }
#content button { cursor: pointer; } #content button:hover { border-color: var(--accent); } select { max-width: min(24rem, 90vw); } input[type="number"] { width: 6rem; } .toolbar input[type="text"] { width: 6rem; }
#status { margin: 0 0 0.8rem; color: var(--muted); min-height: 1.5em; }
.workplace { display: grid; grid-template-columns: minmax(0, 1.1fr) minmax(0, 1fr); gap: 1.25rem; align-items: start; margin-bottom: 2rem; } .workplace section { margin: 0 0 1.25rem; }
#editor { position: sticky; top: 0.8rem; } .cm-editor { height: min(70vh, 50rem); border: 1px solid var(--line); border-radius: 8px; background: var(--page); color: var(--text); }
.cm-editor.cm-focused { outline: 3px solid var(--accent); outline-offset: 1px; } .cm-editor .cm-scroller { font: 0.86rem/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; border-radius: 8px; }
.cm-editor .cm-content { caret-color: var(--text); } .cm-editor .cm-cursor { border-left-color: var(--text); }
.cm-editor .cm-gutters { background: var(--page); color: var(--muted); border-right: 1px solid var(--line); border-radius: 8px 0 0 8px; }
.cm-editor .cm-activeLine, .cm-editor .cm-activeLineGutter { background: var(--marked); color: inherit; }
.cm-editor .cm-selectionBackground, .cm-editor.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground { background: var(--axis); opacity: 0.6; }
.cm-editor .cm-matchingBracket, .cm-editor.cm-focused .cm-matchingBracket { background: none; outline: 1px solid var(--axis); color: inherit; }
.cm-editor .cm-tooltip, .cm-editor .cm-panels { background: var(--surface); color: var(--text); border: 1px solid var(--axis); border-radius: 6px; max-width: min(44rem, 90vw); } .cm-editor .cm-tooltip { max-height: 24rem; overflow: auto; }
.cm-editor .cm-tooltip-autocomplete ul li[aria-selected] { background: #0a5c99; color: #fff; } .cm-lsp-hover-tooltip { padding: 0.3rem 0.7rem; font-size: 0.88rem; } .cm-editor .cm-tooltip pre { white-space: pre-wrap; }
.cm-editor .cm-panels input, .cm-editor .cm-button { background: var(--surface); background-image: none; color: var(--text); }
.findings { margin: 0.7rem 0 0; padding: 0; list-style: none; max-height: 11rem; overflow: auto; } .findings li + li { margin-top: 0.3rem; }
#content .findings button { width: 100%; height: auto; white-space: pre-line; text-align: left; color: var(--halt); background: var(--halt-back); border-color: transparent; }
.side .budgets { grid-template-columns: minmax(0, max-content) minmax(3rem, 1fr) minmax(0, max-content); }
.problem { white-space: pre-line; margin: 0 0 1rem; padding: 0.6rem 0.9rem; border-radius: 8px; color: var(--halt); background: var(--halt-back); }
.note { margin: 0.6rem 0 0; }
.knobs { display: grid; gap: 0.45rem; margin-bottom: 0.8rem; } .knob { display: grid; grid-template-columns: minmax(6rem, 11rem) minmax(6rem, 1fr) 7rem; gap: 0.4rem 0.9rem; align-items: center; }
.knob label { font: 0.86rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; } .knob input[type="text"] { width: 100%; font-variant-numeric: tabular-nums; } .knob input[type="text"]:nth-child(2) { grid-column: 2 / -1; }
input[type="range"] { width: 100%; accent-color: var(--accent); }
[aria-busy="true"] { opacity: 0.5; }
@media (max-width: 64rem) { .workplace { grid-template-columns: minmax(0, 1fr); } #editor { position: static; } .cm-editor { height: 55vh; } }
@media (max-width: 40rem) { .knob { grid-template-columns: minmax(0, 1fr) 6rem; } .knob label { grid-column: 1 / -1; } .knob input[type="text"]:nth-child(2) { grid-column: 1 / -1; } }
@media print { .toolbar, #status, .note, #knobs { display: none; } .cm-editor { height: auto; } #editor { position: static; } }
`
