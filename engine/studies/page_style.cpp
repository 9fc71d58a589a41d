#include "engine/studies/page_parts.h"

namespace ganvas {

const std::string_view page_style = R"css(
:root { color-scheme: light; --ink: #1f2933; --faint: #66717d; --line: #dfe3e8; --wash: #f6f8fa; --here: #0072b2; --there: #8a4b08; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 15px/1.55 Roboto, "Segoe UI", Helvetica, Arial, sans-serif; }
main { max-width: 1280px; margin: 0 auto; padding: 32px 28px 64px; }
header p.where { margin: 0 0 4px; color: var(--faint); font-size: 14px; }
h1 { margin: 0 0 12px; font-size: 28px; line-height: 1.25; }
h2 { margin: 44px 0 10px; padding-top: 18px; border-top: 1px solid var(--line); font-size: 20px; }
h3 { margin: 26px 0 4px; font-size: 16px; }
p { margin: 6px 0 10px; max-width: 860px; }
.faint, .caption { color: var(--faint); }
.caption { font-size: 13px; margin: 2px 0 0; }
.summary { display: flex; flex-wrap: wrap; gap: 8px; margin: 14px 0 0; padding: 0; list-style: none; }
.summary li { padding: 3px 11px; border: 1px solid var(--line); border-radius: 14px; background: var(--wash); font-size: 13px; }
.summary li.bad { border-color: #e3a19a; background: #fdf1ef; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 18px; margin: 0; }
dt { padding-top: 6px; color: var(--faint); } dd { margin: 0; max-width: 860px; }
code { padding: 1px 5px; border-radius: 4px; background: var(--wash); font: 13px/1.5 "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; min-width: 100%; font-size: 14px; }
th, td { padding: 7px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #b9c1ca; font-weight: 600; }
thead th.sub { padding-top: 0; font-weight: 500; font-size: 12px; color: var(--faint); }
thead tr.top th { border-bottom: 0; }
th.name { min-width: 160px; }
th.length { min-width: 130px; }
td.number { white-space: nowrap; }
td.first { border-left: 1px solid var(--line); }
.here { color: var(--here); font-weight: 600; font-variant-numeric: tabular-nums; }
.there { color: var(--there); font-variant-numeric: tabular-nums; }
.spread { font-weight: 400; color: var(--faint); }
.badge { display: block; max-width: 150px; margin-top: 1px; white-space: normal; font-size: 11px; line-height: 1.35; color: var(--faint); }
.none { font-size: 13px; color: var(--faint); }
.note { display: block; max-width: 330px; font-size: 12.5px; line-height: 1.4; color: var(--faint); }
.state-failed { color: #b3261e; } .state-done { color: #1b7f3b; } .state-running { color: var(--here); }
figure { margin: 0; }
.units { display: flex; flex-wrap: wrap; gap: 4px 28px; align-items: flex-start; }
.units > div { max-width: 100%; }
.pictures { display: flex; flex-wrap: wrap; gap: 18px; align-items: flex-start; }
.pictures img, .chart img { display: block; max-width: 100%; height: auto; }
.pictures img { image-rendering: pixelated; border: 1px solid var(--line); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(560px, 1fr)); gap: 22px; }
.row-name { margin: 14px 0 4px; font-weight: 600; font-size: 14px; }
details { margin: 8px 0; } summary { cursor: pointer; font-weight: 600; font-size: 14px; }
ul.settings { margin: 6px 0 12px; padding-left: 20px; columns: 2; font-size: 13px; }
footer { margin-top: 48px; padding-top: 14px; border-top: 1px solid var(--line); font-size: 13px; color: var(--faint); }
@media (max-width: 700px) { main { padding: 20px 14px; } .charts { grid-template-columns: 1fr; } ul.settings { columns: 1; } }
@media print { h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
)css";

} // namespace ganvas
