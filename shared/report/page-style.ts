/** The colours are told apart by people who see no red or green (after Okabe and Ito), and nothing is told by a colour alone. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d5dbe1; --field: #f4f6f8;
  --equal: #00664b; --differs: #8a4b00; --failed: #a3003d;
  --found: #56b4e9; --repaired: #0072b2; --left: #d55e00; --bar: #8794a1; --bad: #f9dfe8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --ink: #e6eaee; --soft: #a0aab4; --line: #353d46; --field: #1d232a;
    --equal: #4fd0a5; --differs: #f0b052; --failed: #ff8fb1;
    --found: #56b4e9; --repaired: #2f8fd0; --left: #f08030; --bar: #74818e; --bad: #46202f;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 16px; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
header { border-left: 6px solid currentColor; padding-left: 14px; margin: 8px 0 24px; }
header.equal { border-color: var(--equal); }
header.differs { border-color: var(--differs); }
header.failed { border-color: var(--failed); }
.state { margin: 0; font-size: 1.05rem; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 4px 0 6px; }
h2 { font-size: 1.1rem; margin: 0 0 10px; }
h3 { font-size: .95rem; margin: 14px 0 2px; }
p { margin: 0 0 8px; }
.sub { color: var(--soft); font-size: .9rem; margin: 0; }
section { margin: 0 0 28px; }
.state-equal { color: var(--equal); font-weight: 700; white-space: nowrap; }
.state-differs { color: var(--differs); font-weight: 700; white-space: nowrap; }
.state-failed { color: var(--failed); font-weight: 700; white-space: nowrap; }
.alert { border: 1px solid var(--line); border-radius: 6px; padding: 14px 16px; background: var(--field); }
.alert ul { margin: 0; padding: 0; list-style: none; }
.alert li + li { border-top: 1px solid var(--line); margin-top: 12px; padding-top: 12px; }
.alert p { margin: 0 0 4px; }
.reason, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .85rem; }
.reason { color: var(--soft); }
pre { white-space: pre-wrap; margin: 0 0 6px; }
.command { background: var(--field); border: 1px solid var(--line); border-radius: 6px; padding: 8px 10px; }
code { font-size: .9em; }
.scroll { overflow-x: auto; margin-bottom: 14px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; overflow-wrap: normal; }
th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.zero, .zero dd { color: var(--soft); }
.destination { border: 1px solid var(--line); border-radius: 6px; padding: 0 16px; margin-bottom: 10px; }
.destination > summary { cursor: pointer; padding: 10px 0; }
.destination[open] { padding-bottom: 12px; }
dl { margin: 0 0 8px; }
dl > div { display: flex; gap: 16px; padding: 4px 0; border-top: 1px solid var(--line); }
dt { flex: 0 0 42%; color: var(--soft); font-size: .9rem; }
dd { flex: 1; margin: 0; font-variant-numeric: tabular-nums; min-width: 0; }
dd small { display: block; color: var(--soft); font-size: .85rem; }
.notes { margin: 8px 0 0; padding-left: 18px; font-size: .9rem; }
.notes li { margin-bottom: 4px; }
.links { font-size: .85rem; padding-left: 18px; }
a { color: inherit; }
.picture { max-width: 640px; }
.picture svg { display: block; width: 100%; height: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: .85rem; color: var(--soft); margin: 0 0 6px; padding: 0; list-style: none; }
.legend svg { width: 14px; height: 14px; vertical-align: -2px; display: inline; }
svg text { font: 10px system-ui, sans-serif; fill: var(--soft); }
svg .title { fill: var(--ink); font-weight: 600; }
svg .grid { stroke: var(--line); stroke-width: .6; }
svg .found { fill: var(--found); }
svg .repaired { fill: var(--repaired); }
svg .left { fill: url(#stripes); stroke: var(--left); stroke-width: .8; }
svg .stripe { stroke: var(--left); stroke-width: 1.6; }
svg .bar { fill: var(--bar); }
svg .bad { fill: var(--bad); }
svg .sign { fill: none; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
svg .sign.equal { stroke: var(--equal); }
svg .sign.differs { stroke: var(--differs); }
svg .sign.failed { stroke: var(--failed); stroke-width: 2; }
svg .hit { fill: transparent; }
svg .hit:hover { fill: var(--ink); fill-opacity: .08; }
@media (min-width: 48rem) { .destination dl { columns: 2; column-gap: 32px; } dl > div { break-inside: avoid; } .destination dt { flex-basis: 46%; } }
@media (max-width: 30rem) {
  .stack, .stack tbody, .stack tr { display: block; }
  .stack thead { display: none; }
  .stack tr { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 8px 0; border-bottom: 1px solid var(--line); }
  .stack td { border: 0; padding: 0; text-align: left; }
  .stack td:first-child { flex: 1 0 100%; font-weight: 600; overflow-wrap: anywhere; }
  .stack td[data-name]::before { content: attr(data-name) " "; color: var(--soft); font-weight: 400; }
  body { padding: 12px; } .alert { padding: 12px; } .destination { padding-left: 12px; padding-right: 12px; } }
@media print { body { max-width: none; } }
`;
