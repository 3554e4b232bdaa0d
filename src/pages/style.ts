// The one style sheet of all pages: light, dark and paper; from telephones to wide screens.
import { seriesProperties, surfaces } from './palette.ts'

const light = `color-scheme: light; --page: #f4f5f7; --surface: ${surfaces.light}; --text: #1b1f27; --muted: #5a6270; --line: #dfe2e8;
--grid: #eceef2; --axis: #b9bfca; --mark: #9aa2b1; --accent: #0a6cb3; --good: #0b7a4b; --good-back: #dff3e8; --busy: #0a5c99;
--busy-back: #e0effa; --halt: #9a4d00; --halt-back: #fdeede; --marked: #eef6fc; ${seriesProperties('light')}`

const dark = `color-scheme: dark; --page: #0e1015; --surface: ${surfaces.dark}; --text: #e7eaf0; --muted: #a2aab8; --line: #2b303b;
--grid: #232833; --axis: #4a5262; --mark: #6d7688; --accent: #5cb2ef; --good: #6fdcae; --good-back: #123226; --busy: #8ecbf7;
--busy-back: #12293d; --halt: #ffb982; --halt-back: #3a2411; --marked: #1a2a3a; ${seriesProperties('dark')}`

export const styleSheet = `
:root { ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; max-width: 76rem; padding: 0 1.25rem 3rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: clamp(1.6rem, 1.1rem + 2.4vw, 2.4rem); line-height: 1.15; letter-spacing: -0.02em; }
h2 { margin: 0 0 0.9rem; font-size: 1.3rem; letter-spacing: -0.01em; }
h3 { margin: 0; font-size: 1rem; }
p { margin: 0 0 0.75rem; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100rem; background: var(--surface); padding: 0.5rem 1rem; z-index: 2; }
.skip:focus { left: 1rem; top: 0.5rem; }
header { padding: 2rem 0 1.25rem; }
.weave { display: block; width: 100%; height: 14px; margin-bottom: 1.5rem; }
.kicker { margin: 0 0 0.3rem; color: var(--muted); font-size: 0.9rem; }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.6rem 1rem; }
.state { padding: 0.15rem 0.75rem; border-radius: 2rem; font-size: 0.9rem; font-weight: 600; border: 1px solid currentColor; }
.finished { color: var(--good); background: var(--good-back); } .running { color: var(--busy); background: var(--busy-back); }
.interrupted { color: var(--halt); background: var(--halt-back); }
.lead { margin: 0.7rem 0 0; color: var(--muted); max-width: 70ch; }
progress { width: 100%; height: 0.5rem; margin-top: 1rem; accent-color: var(--accent); }
nav { position: sticky; top: 0; z-index: 1; background: var(--page); border-bottom: 1px solid var(--line); margin-bottom: 1.5rem; }
nav ul { display: flex; gap: 0 1.25rem; margin: 0; padding: 0; list-style: none; overflow-x: auto; white-space: nowrap; }
nav a { display: block; padding: 0.6rem 0.1rem; color: var(--muted); text-decoration: none; font-size: 0.95rem; }
nav a:hover { color: var(--accent); text-decoration: underline; }
section { margin-bottom: 2.5rem; scroll-margin-top: 3.5rem; }
.card { margin: 0; padding: 1.1rem 1.2rem; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; min-width: 0; }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
.wide { grid-column: 1 / -1; }
figcaption p { margin: 0.15rem 0 0.6rem; color: var(--muted); font-size: 0.9rem; }
figure.card { display: flex; flex-direction: column; }
figure > svg { display: block; width: 100%; height: auto; margin-top: auto; } svg text { font-family: inherit; }
.narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0 0 0.5rem; padding: 0; list-style: none; font-size: 0.88rem; }
.legend li { display: inline-flex; align-items: center; gap: 0.45rem; }
.swatch { width: 22px; height: 12px; flex: none; }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 0.75rem; margin: 0 0 1rem; }
.numbers > div { padding: 0.8rem 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; }
dt { color: var(--muted); font-size: 0.88rem; } dd { margin: 0; }
.value { display: block; font-size: 1.55rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.note { display: block; color: var(--muted); font-size: 0.85rem; }
.classes { display: grid; grid-template-columns: minmax(5rem, max-content) minmax(4rem, 1fr) max-content; gap: 0.45rem 0.9rem; align-items: center;
  margin: 0.6rem 0 0; padding: 0; list-style: none; } .classes li { display: contents; }
.track { height: 0.7rem; background: var(--grid); border-radius: 1rem; overflow: hidden; } .track > div { height: 100%; border-radius: 1rem; }
.figures { font-variant-numeric: tabular-nums; text-align: right; }
.descriptions { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 0.9rem 1.5rem; margin: 0 0 1rem; }
pre { margin: 0.5rem 0 0; padding: 0.9rem 1rem; overflow-x: auto; background: var(--page); border: 1px solid var(--line); border-radius: 8px;
  font: 0.85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
details { margin-top: 1rem; } summary { cursor: pointer; color: var(--accent); font-size: 0.95rem; width: fit-content; }
.scroll { overflow: auto; max-height: 34rem; margin-top: 0.6rem; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
table { border-collapse: collapse; width: 100%; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
caption { padding: 0.6rem 0.8rem; text-align: left; color: var(--muted); }
th, td { padding: 0.35rem 0.8rem; text-align: right; white-space: nowrap; border-top: 1px solid var(--line); font-weight: 400; }
thead th { position: sticky; top: 0; background: var(--surface); font-weight: 600; } th:first-child { text-align: left; }
.marked { background: var(--marked); } .marked th { font-weight: 650; }
.lattice { --cell: 8.5rem; display: grid; gap: 0.7rem; margin-top: 0.8rem; min-width: fit-content; }
.pan { overflow-x: auto; padding-bottom: 0.3rem; }
.node { margin: 0; min-width: 0; } .node figcaption { font-size: 0.82rem; font-weight: 600; } .node svg { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 4px; }
.node p { margin: 0.2rem 0 0; font-size: 0.74rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.level { align-self: center; color: var(--muted); font-size: 0.82rem; white-space: nowrap; } .stage { color: var(--muted); font-size: 0.82rem; }
.switches { display: flex; flex-wrap: wrap; gap: 0.4rem 1.5rem; border: 0; margin: 0 0 0.9rem; padding: 0; }
.switch { accent-color: var(--accent); width: 1.05rem; height: 1.05rem; vertical-align: -0.15rem; margin: 0 0.45rem 0 0; } .switch + label { margin-right: 1.4rem; font-size: 0.95rem; }
.slices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: 1rem; margin-top: 0.9rem; }
.slice { margin: 0; } .slice svg { display: block; width: 100%; height: auto; background: #000; border-radius: 8px; }
.slice image { image-rendering: pixelated; } .slice figcaption { margin-top: 0.4rem; font-size: 0.85rem; color: var(--muted); } .slice b { color: var(--text); }
.fill { fill-opacity: 0.42; fill-rule: evenodd; } .casing, .edge { fill: none; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.casing { stroke: #000; stroke-opacity: 0.55; stroke-width: 3.5px; } .edge { stroke-width: 1.75px; }
#show-truth:not(:checked) ~ .slices .truth, #show-prediction:not(:checked) ~ .slices .prediction { display: none; }
.dark-legend { display: inline-block; vertical-align: middle; margin-top: 0.3rem; padding: 0.45rem 0.8rem; border-radius: 8px; background: #14161b; color: #eef0f4; } .dark-legend .legend { margin: 0; }
footer { padding-top: 1rem; border-top: 1px solid var(--line); color: var(--muted); font-size: 0.85rem; }
@media (max-width: 48rem) { .charts { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 40rem) { body { padding: 0 0.8rem 2rem; } header { padding-top: 1.2rem; } .card { padding: 0.9rem; } .numbers { grid-template-columns: 1fr 1fr; }
  .value { font-size: 1.3rem; } figure > svg.wide-chart { display: none; } figure > svg.narrow { display: block; } }
@media print { :root { --page: #fff; } body { max-width: none; padding: 0; font-size: 9.5pt; } nav, .skip, .switch, .switch + label, progress { display: none; }
  .charts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .card, .node, .slice, tr, .numbers > div { break-inside: avoid; } h2, h3 { break-after: avoid; } .scroll { max-height: none; overflow: visible; } thead th { position: static; }
  .lattice { --cell: 0; min-width: 0; } .pan { overflow: visible; } details:not([open]) { display: none; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`
