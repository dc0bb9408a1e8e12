/** Styles of the panel. They follow the colour scheme of the page. */
export const panelStyles = `
.ksi {
  --ksi-ground: light-dark(#ffffff, #1b1b19);
  --ksi-sunken: light-dark(#f5f3ee, #232320);
  --ksi-line: light-dark(#dcd7cb, #3d3c37);
  --ksi-text: light-dark(#23211c, #eeece5);
  --ksi-soft: light-dark(#5f5b51, #b3afa4);
  --ksi-accent: light-dark(#1f6b58, #7cc5ae);
  --ksi-accent-soft: light-dark(#d9ebe4, #25443a);
  --ksi-hot: light-dark(#b65c0c, #eda356);
  --ksi-loading: light-dark(#8a8478, #98948a);
  --ksi-saved: light-dark(#3f9c81, #4f9d86);
  --ksi-dirty: light-dark(#d9822b, #eda356);
  --ksi-saving: light-dark(#3b74c4, #6aa1ea);
  --ksi-failed: light-dark(#c0392b, #ef7c6d);
  --ksi-conflicted: light-dark(#9b3fb0, #c98ad8);
  --ksi-readOnly: light-dark(#b9a64a, #b9a64a);
  --ksi-evicted: light-dark(#d6d1c4, #45443e);
  container-type: inline-size;
  display: flex;
  flex-direction: column;
  height: 100%;
  min-height: 0;
  overflow: hidden;
  background: var(--ksi-ground);
  color: var(--ksi-text);
  font: 13px/1.4 system-ui, sans-serif;
}
.ksi *, .ksi *::before { box-sizing: border-box; }
:where(.ksi) :is(h2, h3, p, ol, ul, pre) { margin: 0; padding: 0; }
:where(.ksi) :is(ol, ul) { list-style: none; }
.ksi h2, .ksi h3 { font-size: 13px; font-weight: 650; overflow-wrap: anywhere; }
.ksi button, .ksi input, .ksi-file {
  min-height: 28px;
  padding: 2px 9px;
  border: 1px solid var(--ksi-line);
  border-radius: 6px;
  background: var(--ksi-ground);
  color: inherit;
  font: inherit;
}
.ksi button, .ksi-file { cursor: pointer; }
.ksi button:hover:enabled, .ksi-file:hover { background: var(--ksi-sunken); }
.ksi button:disabled { color: var(--ksi-soft); cursor: default; }
.ksi :focus-visible, .ksi-file:focus-within { outline: 2px solid var(--ksi-accent); outline-offset: 1px; }
.ksi-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; padding: 8px 10px; }
.ksi-bar input[type="search"] { flex: 1 1 160px; min-width: 120px; }
.ksi-bar input[type="range"] { flex: 2 1 180px; min-width: 120px; padding: 0; accent-color: var(--ksi-accent); }
.ksi-buttons { display: flex; gap: 4px; min-width: 0; margin: 0; padding: 0; border: 0; }
.ksi-file { display: inline-flex; align-items: center; }
.ksi-file input { position: absolute; width: 1px; height: 1px; min-height: 0; padding: 0; opacity: 0; }
.ksi-now {
  flex-basis: 100%; min-height: 18px; overflow: hidden; color: var(--ksi-soft);
  font-variant-numeric: tabular-nums; text-overflow: ellipsis; white-space: nowrap;
}
.ksi-now[data-live]::before {
  content: ''; display: inline-block; width: 7px; height: 7px; margin-right: 6px;
  border-radius: 50%; background: var(--ksi-saved);
}
.ksi-now span { margin-left: 10px; color: var(--ksi-text); }
.ksi-failure { padding: 4px 10px; color: var(--ksi-failed); }
.ksi-tabs { display: flex; gap: 2px; padding: 0 10px; border-bottom: 1px solid var(--ksi-line); overflow-x: auto; }
.ksi-tabs button { border: 0; border-bottom: 2px solid transparent; border-radius: 0; background: none; color: var(--ksi-soft); }
.ksi-tabs button[aria-selected="true"] { border-color: var(--ksi-accent); color: var(--ksi-text); font-weight: 600; }
.ksi-body { display: grid; flex: 1; grid-template-columns: minmax(220px, 30%) 1fr; min-height: 0; }
.ksi-tree { overflow: auto; padding: 6px 0; border-right: 1px solid var(--ksi-line); }
.ksi-row {
  display: flex; align-items: center; justify-content: space-between; gap: 8px;
  min-height: 26px; padding-right: 10px; cursor: pointer; content-visibility: auto; contain-intrinsic-height: 26px;
}
.ksi-row:hover { background: var(--ksi-sunken); }
.ksi-row[aria-selected="true"] { background: var(--ksi-accent-soft); }
.ksi-row:focus-visible { outline-offset: -2px; }
.ksi-name { overflow: hidden; color: var(--ksi-soft); text-overflow: ellipsis; white-space: nowrap; }
.ksi-row[data-chart] .ksi-name, .ksi-row[aria-selected="true"] .ksi-name { color: var(--ksi-text); }
.ksi-pill {
  flex: none; max-width: 55%; padding: 0 6px; overflow: hidden; border-radius: 4px; background: var(--ksi-sunken);
  color: var(--ksi-soft); font-size: 11px; text-overflow: ellipsis; white-space: nowrap;
}
.ksi-row[aria-selected="true"] .ksi-pill { background: var(--ksi-ground); color: var(--ksi-text); }
.ksi-main { display: flex; flex-direction: column; min-width: 0; min-height: 0; overflow: auto; }
.ksi-empty { padding: 24px; color: var(--ksi-soft); text-align: center; }
.ksi-details { display: flex; flex: 1; flex-direction: column; gap: 8px; min-height: 0; padding: 10px; }
.ksi-details header { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; }
.ksi-details header .ksi-buttons { margin-left: auto; }
.ksi-details header p { color: var(--ksi-soft); }
.ksi-details b { color: var(--ksi-accent); }
.ksi-details pre { max-height: 220px; padding: 8px; overflow: auto; background: var(--ksi-sunken); font-size: 12px; }
.ksi-picture { flex: 1; min-height: 260px; overflow: auto; border: 1px solid var(--ksi-line); border-radius: 8px; }
.ksi-chart { display: block; }
.ksi-chart text { fill: var(--ksi-text); font-size: 12px; }
.ksi-state rect { fill: var(--ksi-ground); stroke: var(--ksi-soft); }
.ksi-state[data-kind="frame"] rect { fill: var(--ksi-sunken); fill-opacity: .55; stroke: var(--ksi-line); }
.ksi-state[data-kind="frame"] text { fill: var(--ksi-soft); font-weight: 600; }
.ksi-state[data-active] rect { fill: var(--ksi-accent-soft); fill-opacity: 1; stroke: var(--ksi-accent); stroke-width: 2; }
.ksi-state[data-kind="frame"][data-active] rect { fill-opacity: .3; }
.ksi-state[data-active] text { fill: var(--ksi-accent); font-weight: 700; }
.ksi-state .ksi-inner { fill: none; }
.ksi-start { fill: var(--ksi-soft); }
.ksi-line path { fill: none; stroke: var(--ksi-soft); stroke-opacity: .7; }
.ksi-line text { fill: var(--ksi-soft); font-size: 10.5px; }
.ksi-line[data-last] path { stroke: var(--ksi-hot); stroke-opacity: 1; stroke-width: 2.5; }
.ksi-line[data-last] text { fill: var(--ksi-hot); font-weight: 700; }
.ksi-arrow { fill: var(--ksi-soft); }
.ksi-arrow-last { fill: var(--ksi-hot); }
.ksi-last { color: var(--ksi-hot); font-size: 12px; overflow-wrap: anywhere; }
.ksi-filter { padding: 6px 10px; color: var(--ksi-soft); }
.ksi-filter input { min-height: 0; vertical-align: middle; }
.ksi-sequence { flex: 1; min-height: 0; overflow: auto; }
.ksi-heads {
  position: sticky; top: 0; z-index: 1; display: flex; padding-left: 92px;
  border-bottom: 1px solid var(--ksi-line); background: var(--ksi-ground);
}
.ksi-heads span { flex: none; padding: 4px; overflow: hidden; font-weight: 600; text-align: center; text-overflow: ellipsis; white-space: nowrap; }
.ksi .ksi-message { display: flex; align-items: center; min-height: 30px; padding: 0; border: 0; border-radius: 0; background: none; text-align: left; content-visibility: auto; contain-intrinsic-height: 30px; }
.ksi .ksi-message:hover, .ksi .ksi-message[aria-current] { background: var(--ksi-accent-soft); }
.ksi-message:focus-visible { outline-offset: -2px; }
.ksi-time { flex: none; width: 92px; padding-left: 10px; color: var(--ksi-soft); font-size: 11px; font-variant-numeric: tabular-nums; }
.ksi-message svg {
  flex: none;
  background-image: linear-gradient(to right, transparent calc(50% - .5px), var(--ksi-line) calc(50% - .5px) calc(50% + .5px), transparent calc(50% + .5px));
}
.ksi-message path { fill: none; stroke: var(--ksi-accent); stroke-width: 1.5; }
.ksi-message text { fill: var(--ksi-text); font-size: 11px; paint-order: stroke; stroke: var(--ksi-ground); stroke-width: 3px; }
.ksi-lanes { flex: 1; min-height: 0; padding: 10px; overflow: auto; }
.ksi-legend { display: flex; flex-wrap: wrap; gap: 4px 12px; margin-bottom: 8px; color: var(--ksi-soft); }
.ksi-legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; }
${['loading', 'saved', 'dirty', 'saving', 'failed', 'conflicted', 'readOnly', 'evicted']
  .map((phase) => `.ksi-legend i[data-phase="${phase}"] { background: var(--ksi-${phase}); }`)
  .join('\n')}
.ksi-lane-body { display: grid; grid-template-columns: minmax(110px, 26%) 1fr; gap: 10px; }
.ksi-lane-body li { display: flex; align-items: center; justify-content: space-between; gap: 6px; }
.ksi-lane-body canvas { width: 100%; background: var(--ksi-sunken); }
.ksi-axis { display: flex; justify-content: space-between; padding: 4px 0 0 26%; color: var(--ksi-soft); font-size: 11px; }
.ksi-decisions { margin: 0; padding: 6px 10px; }
.ksi-decisions > li { border-bottom: 1px solid var(--ksi-line); content-visibility: auto; contain-intrinsic-height: 32px; }
.ksi-decisions button { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; width: 100%; padding: 5px 0; border: 0; background: none; text-align: left; }
.ksi-decisions .ksi-time { padding-left: 0; }
.ksi-decisions code { padding: 0 4px; border-radius: 4px; background: var(--ksi-sunken); font-size: 12px; overflow-wrap: anywhere; }
.ksi-why { color: var(--ksi-soft); }
.ksi-decisions details { padding: 0 0 6px 92px; color: var(--ksi-soft); }
.ksi-ranking li { padding: 1px 0; }
.ksi-tabs button[data-id="actors"] { display: none; }
@container (max-width: 640px) {
  .ksi-body { grid-template-columns: 1fr; }
  .ksi-tree { display: none; border-right: 0; }
  .ksi-tabs button[data-id="actors"] { display: block; }
  .ksi[data-tab="actors"] .ksi-tree { display: block; }
  .ksi[data-tab="actors"] .ksi-main { display: none; }
  .ksi-lane-body { grid-template-columns: minmax(90px, 40%) 1fr; }
}
`
