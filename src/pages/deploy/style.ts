// Rules of the page of a deployed model, after those of all pages.

export const deployStyle = `
body { max-width: 92rem; }
#status { margin: 0 0 1rem; color: var(--muted); min-height: 1.5em; }
.workplace { display: grid; grid-template-columns: minmax(19rem, 25rem) minmax(0, 1fr); gap: 1.25rem; align-items: start; }
.side { display: grid; gap: 1.25rem; } .workplace section { margin: 0; }
.drop { padding: 0.9rem 1rem; border: 2px dashed var(--axis); border-radius: 10px; background: var(--page); }
.drop.over { border-color: var(--accent); background: var(--marked); }
.drop > p { margin-bottom: 0.6rem; }
.channel { display: grid; gap: 0.15rem; } .channel + .channel { margin-top: 0.8rem; padding-top: 0.8rem; border-top: 1px solid var(--line); }
.channel label { font-weight: 600; } input[type="file"] { max-width: 100%; font: inherit; font-size: 0.9rem; color: var(--muted); }
details p { margin: 0.6rem 0 0; }
.actions { display: flex; gap: 0.6rem; margin-top: 1rem; }
button, select, ::file-selector-button { font: inherit; font-size: 0.95rem; padding: 0.45rem 1rem; border: 1px solid var(--axis); border-radius: 8px; background: var(--surface); color: var(--text); cursor: pointer; }
select { padding: 0.35rem 0.5rem; max-width: 100%; } ::file-selector-button { padding: 0.3rem 0.8rem; margin-right: 0.7rem; }
.primary { background: #0a5c99; border-color: #0a5c99; color: #fff; font-weight: 600; }
button:disabled, select:disabled { opacity: 0.55; cursor: default; }
#work { margin-top: 1rem; } #work label { font-size: 0.92rem; } #work progress { margin-top: 0.35rem; }
.problem { margin: 1rem 0 0; padding: 0.7rem 0.9rem; border-radius: 8px; color: var(--halt); background: var(--halt-back); }
.volumes { font-size: 0.95rem; } .volumes th, .volumes td { padding: 0.45rem 0.4rem; } .volumes thead th { color: var(--muted); border-top: 0; }
.volumes tbody th { text-align: left; white-space: normal; } .volumes .swatch { display: inline-block; margin-right: 0.6rem; border-radius: 3px; border: 1px solid var(--axis); }
.volumes .switch { margin: 0; } #results ul { margin: 0.5rem 0 0; padding-left: 1.1rem; } #ran-on { margin: 0.8rem 0 0; }
.viewer { padding: 1.1rem 1.2rem; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; min-width: 0; }
.screen { position: relative; height: min(68vh, 46rem); min-height: 20rem; border-radius: 8px; overflow: hidden; background: #000; }
.screen canvas { display: block; width: 100%; height: 100%; outline-offset: -3px; }
.screen p { position: absolute; inset: 0; display: grid; place-items: center; margin: 0; padding: 1rem; text-align: center; color: #c4c9d2; pointer-events: none; }
.screen p[hidden] { display: none; }
.controls { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.4rem 1.25rem; margin-top: 0.9rem; }
.controls p { display: grid; gap: 0.2rem; margin: 0; align-content: start; } .controls label { font-size: 0.88rem; color: var(--muted); }
input[type="range"] { width: 100%; accent-color: var(--accent); margin: 0.4rem 0; }
footer { margin-top: 1.5rem; } footer p { margin: 0 0 0.2rem; }
@media (max-width: 58rem) { .workplace { grid-template-columns: minmax(0, 1fr); } .screen { height: 60vh; } }
@media print { .drop, details, .actions, .controls { display: none; } .workplace { grid-template-columns: 1fr 2fr; } }
`
