// Rules of the report's page alone.
export const reportStyle = `
.verdict { padding: 0.2rem 0.8rem; border-radius: 1rem; font-weight: 600; font-size: 0.9rem; } .verdict.kept { background: var(--good-back); color: var(--good); } .verdict.broken { background: var(--halt-back); color: var(--halt); } .verdict.none { background: var(--grid); color: var(--muted); }
.budgets { display: grid; grid-template-columns: max-content minmax(5rem, 1fr) max-content; gap: 0.5rem 1rem; align-items: center; margin: 0.6rem 0 0; padding: 0; list-style: none; }
.budgets li { display: contents; } .budgets .over { color: var(--halt); font-weight: 600; }
.provenance { display: block; margin: 0.5rem 0; padding: 0.8rem 1rem; background: var(--page); border: 1px solid var(--line); border-radius: 8px; font-size: 0.88rem; }
button { font: inherit; color: inherit; cursor: pointer; } .tool { padding: 0.25rem 0.8rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; font-size: 0.88rem; } .tool:hover { border-color: var(--accent); }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; margin-bottom: 0.3rem; font-size: 0.9rem; } .tools[hidden], .tool[hidden] { display: none; }
.tools input[type="search"] { font: inherit; padding: 0.25rem 0.6rem; min-width: 14rem; background: var(--surface); color: inherit; border: 1px solid var(--axis); border-radius: 8px; }
.tools input[type="checkbox"] { accent-color: var(--accent); margin-right: 0.35rem; }
.modules th[scope="row"] { padding-left: calc(0.8rem + var(--d, 0) * 1.15rem); position: relative; } .modules tr { --d: 0; } .modules td a { color: var(--muted); }
.modules thead th { text-align: right; } .modules thead th:first-child { text-align: left; } .modules td[data-fixed] { min-width: 7.5rem; }
.twist { width: 1.2rem; height: 1.2rem; margin: 0 0.25rem 0 -1.45rem; padding: 0; border: 0; background: none; vertical-align: -0.15rem; color: var(--muted); } .modules tr th[scope="row"] { padding-left: calc(2.1rem + var(--d) * 1.15rem); }
.twist::before { content: "▸"; content: "▸" / ""; display: block; transition: transform 0.1s; } .twist[aria-expanded="true"]::before { transform: rotate(90deg); }
@media (prefers-reduced-motion: reduce) { .twist::before { transition: none; } }
.sort { padding: 0; border: 0; background: none; font-weight: 600; } .sort::after { content: " ↕"; content: " ↕" / ""; color: var(--muted); } [aria-sort="ascending"] .sort::after { content: " ↑"; content: " ↑" / ""; color: var(--accent); } [aria-sort="descending"] .sort::after { content: " ↓"; content: " ↓" / ""; color: var(--accent); }
.meter { display: inline-block; width: 3.2rem; height: 0.55rem; margin-left: 0.5rem; background: var(--grid); border-radius: 1rem; overflow: hidden; vertical-align: 0; } .meter > span { display: block; height: 100%; background: var(--series-0); border-radius: 1rem; }
.source td { border-top: 0; padding-top: 0.08rem; padding-bottom: 0.08rem; } .source th { border-top: 0; padding: 0.08rem 0.8rem; text-align: right; color: var(--muted); font-weight: 400; } .source thead th { padding: 0.35rem 0.8rem; font-weight: 600; color: var(--text); } .source thead th[colspan] { text-align: center; border-bottom: 1px solid var(--line); } .source thead tr + tr th { position: static; }
.source td.text { text-align: left; white-space: pre-wrap; overflow-wrap: anywhere; font: 0.82rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; width: 100%; min-width: 22rem; } .source thead th:nth-child(2) { text-align: left; } .source tr:target { background: var(--marked); }
.source .comment { color: var(--muted); font-style: italic; } .source .keyword { color: var(--accent); font-weight: 600; } .source .literal { color: var(--good); }
.words-all td, .words-last td:last-child, .words-last-two td:nth-last-child(-n + 2) { text-align: left; white-space: normal; min-width: 8rem; }
.words-all thead th, .words-last thead th:last-child, .words-last-two thead th:nth-last-child(-n + 2) { text-align: left; } .words-last td:last-child { min-width: 18rem; }
.scroll { max-height: none; } @media screen { .scroll:has(> .modules), .scroll:has(> .source) { max-height: 46rem; } }
.words-all td, .side-by-side td { overflow-wrap: normal; }
.side-by-side td { white-space: normal; min-width: 8rem; }
.value { font-size: 1.35rem; white-space: nowrap; } .value .long { font-size: 1.15rem; } header .lead + .lead { margin-top: 0.3rem; } h3 { margin-top: 1.2rem; } .card > h3:first-child, figcaption h3 { margin-top: 0; }
figure.card > svg { margin-top: 0; }
.notes { margin: 0.5rem 0 0; padding-left: 1.2rem; color: var(--muted); font-size: 0.85rem; }
#costs .charts { display: block; columns: 2 28rem; column-gap: 1rem; } #costs .card { break-inside: avoid; margin-bottom: 1rem; }
.stack > * + * { margin-top: 1rem; }
@media (max-width: 40rem) { .budgets { grid-template-columns: 1fr; gap: 0.2rem; } .budgets li { display: block; margin-bottom: 0.6rem; } .tools input[type="search"] { min-width: 0; width: 100%; } }
@media print { .tools, .tool, .twist { display: none; } .sort::after { content: ""; } .source tr, .modules tr { break-inside: avoid; } }
`
