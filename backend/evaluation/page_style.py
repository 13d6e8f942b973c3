"""The looks of report.html: one style sheet, light and dark, no script, nothing from the network."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #22211f; --soft: #6d6a64; --line: #e3dfd8;
  --good: #1f7a4d; --bad: #b3261e; --open: #8a6d1a; --good-bg: #e4f3ea; --bad-bg: #fbe7e5; --open-bg: #f6efd9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171614; --card: #201f1c; --ink: #ece8e1; --soft: #a09b92; --line: #35322d;
    --good: #7fd3a4; --bad: #ff9c94; --open: #e3c468; --good-bg: #1b3528; --bad-bg: #43211e; --open-bg: #3a321b;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 80rem; padding: 3rem 1.5rem 6rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums;
}
h1 { font-size: 2rem; line-height: 1.15; letter-spacing: -0.015em; margin: 0 0 .4rem; font-weight: 650; }
h2 { font-size: 1.25rem; margin: 3.2rem 0 .8rem; font-weight: 650; letter-spacing: -0.005em; }
h3 { font-size: 1.05rem; margin: 0; font-weight: 600; }
p { margin: .3rem 0; max-width: 62ch; }
.lead { font-size: 1.1rem; color: var(--soft); }
.soft { color: var(--soft); }
.small { font-size: .84rem; line-height: 1.4; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: .8rem; }
th, td { padding: .38rem .9rem .38rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
thead th { border-bottom: 1.5px solid var(--soft); white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
tr.chosen td { font-weight: 600; }
.mark { display: inline-block; min-width: 3.4rem; padding: .05rem .55rem; border-radius: 1rem; text-align: center;
  font-size: .78rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); background: var(--good-bg); }
.bad { color: var(--bad); background: var(--bad-bg); }
.open { color: var(--open); background: var(--open-bg); }
td.over { color: var(--bad); }
article { background: var(--card); border: 1px solid var(--line); border-radius: .7rem; padding: 1.1rem;
  margin: 0 0 1.1rem; break-inside: avoid; }
article > header { display: flex; gap: .8rem; align-items: baseline; margin-bottom: .9rem; }
article > header .soft { margin-left: auto; text-align: right; }
.side { display: flex; gap: 1.4rem; align-items: flex-start; }
.side > div { flex: 1 1 0; min-width: 0; }
.side table { font-size: .8rem; }
.side th, .side td { padding-right: .65rem; }
.side th { font-size: .74rem; }
figure { margin: 0; flex: 0 0 20rem; width: 20rem; }
img { display: block; width: 100%; aspect-ratio: 4 / 3; object-fit: cover; border-radius: .4rem;
  background: var(--line); }
.others { display: grid; grid-template-columns: repeat(3, 1fr); gap: .4rem; margin-top: .4rem; }
.nothing { display: grid; place-items: center; aspect-ratio: 4 / 3; border: 1px dashed var(--line);
  border-radius: .4rem;
  color: var(--soft); font-size: .85rem; }
summary { cursor: pointer; color: var(--soft); font-size: .85rem; margin-top: .6rem; }
@media (max-width: 52rem) { .side { display: block; } figure { width: 100%; } body { padding: 1.5rem 1rem 4rem; } }
@media print { body { max-width: none; padding: 0; } details { display: none; } }
"""
