// What all pages look like, and what they do under a pointer. Neither has a < or an ampersand: a page is XML too.

extension Page {
  /// How many series have a colour of their own.
  static let seriesColors = 6

  /// The style sheet. Grey frames, saturated colours say; those of the series differ in lightness too, so that they are
  /// told apart without colour vision.
  package static let style = """
    :root { color-scheme: light dark; --page: #f4f6fa; --card: #ffffff; --edge: #e2e8f0; --ink: #0f172a;
      --text: #475569; --faint: #64748b; --axis: #94a3b8; --grid: #e8edf3; --band: #f4f6fb; --soft: #e0e7ff;
      --accent: #4338ca; --wrong: #be123c; --pink: #db2777; --grey: #94a3b8; --k0: #b4bcf4; --k1: #6d74e8;
      --k2: #312e91; --c0: #4338ca; --c1: #0d9488; --c2: #d97706; --c3: #be123c; --c4: #0284c7; --c5: #65a30d; }
    @media (prefers-color-scheme: dark) {
      :root { --page: #0b1120; --card: #141c2e; --edge: #26324a; --ink: #e8edf5; --text: #adb9cc; --faint: #8c9ab1;
        --axis: #56657f; --grid: #222e45; --band: #19233a; --soft: #2b3168; --accent: #a5b4fc; --wrong: #fb7185;
        --pink: #f472b6; --grey: #64748b; --k0: #4a5391; --k1: #8088ea; --k2: #d3d9ff; --c0: #a5b4fc; --c1: #2dd4bf;
        --c2: #fbbf24; --c3: #fb7185; --c4: #38bdf8; --c5: #a3e635; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink); -webkit-text-size-adjust: 100%;
      font: 15px/1.6 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; }
    main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
    h1 { margin: 0; font-size: 28px; line-height: 1.25; letter-spacing: -0.01em; overflow-wrap: anywhere; }
    h2 { margin: 40px 0 12px; font-size: 18px; }
    p { margin: 8px 0; max-width: 76ch; color: var(--text); overflow-wrap: anywhere; }
    dl, dd, figure, ul { margin: 0; padding: 0; }
    code, pre { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", monospace; }
    code { overflow-wrap: anywhere; white-space: normal; }
    code span { display: inline-block; max-width: 100%; }
    pre { margin: 12px 0; padding: 12px 16px; overflow-x: auto; max-height: 480px; }
    pre, .table, figure, .facts div, .about { background: var(--card); border: 1px solid var(--edge);
      border-radius: 10px; }
    dt { font-size: 12px; color: var(--faint); }
    .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 24px 0 0; }
    .facts div { padding: 12px 16px; }
    .facts dd { margin: 2px 0 0; font-size: 22px; line-height: 1.3; font-weight: 600;
      font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    .about { margin: 12px 0 0; padding: 10px 16px; font-size: 13.5px; }
    .about div { display: flex; gap: 4px 16px; padding: 3px 0; }
    .about dt { flex: 0 0 76px; line-height: 21px; }
    .about dd { min-width: 0; line-height: 21px; overflow-wrap: anywhere; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 16px;
      margin: 12px 0; }
    figure { min-width: 0; padding: 14px 18px; container-type: inline-size; }
    figcaption b { font-size: 15px; font-weight: 600; }
    figcaption span { font-size: 12.5px; color: var(--text); white-space: nowrap; margin-left: 6px; }
    .square { max-width: 544px; }
    .plot ul { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 4px 0; list-style: none; font-size: 12.5px;
      color: var(--text); }
    .plot li { display: flex; align-items: center; gap: 7px; overflow-wrap: anywhere; }
    .plot li i { flex: none; width: 9px; height: 9px; border-radius: 50%; background: var(--c); }
    .plot li i.line { width: 18px; height: 0; border-radius: 0; border-top: 2px solid var(--c); background: none; }
    .plot li.dashed i.line { border-top-style: dashed; }
    .plot li i.corridor { border-radius: 2px; width: 16px; height: 12px; background: var(--soft); }
    .axis { margin: 2px 0 8px; max-width: none; font-size: 12px; line-height: 16px; }
    .across { margin: 6px 0 0; text-align: center; padding-left: 52px; }
    .plot svg { display: block; overflow: visible; }
    .plot > svg { width: calc(100% - 62px); margin: 0 10px 22px 52px; }
    .plot svg.cut { overflow: hidden; }
    .plot text { font-size: 12px; font-weight: 600; fill: var(--c); stroke: var(--card); stroke-width: 4px;
      stroke-linejoin: round; paint-order: stroke; }
    .plot text.tick { font-size: 11px; font-weight: 400; fill: var(--faint); stroke: none; }
    .middle { text-anchor: middle; }
    .end { text-anchor: end; }
    .grid { stroke: var(--grid); }
    .base { stroke: var(--axis); }
    .band { fill: var(--band); }
    .corridor { fill: var(--soft); }
    .plot polyline { fill: none; stroke: var(--c); stroke-width: 2px; stroke-linejoin: round; stroke-linecap: round;
      vector-effect: non-scaling-stroke; }
    .plot polyline.equal { stroke: var(--faint); stroke-width: 1px; stroke-dasharray: 4 4; }
    .dashed polyline { stroke-dasharray: 6 5; }
    .plot circle { fill: var(--c); stroke: var(--card); stroke-width: 1px; }
    .cloud circle { fill-opacity: 0.5; stroke: none; }
    .line circle { opacity: 0; }
    .dotted circle { opacity: 1; }
    .plot circle:hover, .plot circle.on { opacity: 1; fill-opacity: 1; stroke: var(--ink); stroke-width: 2px; }
    .grey { --c: var(--grey); } .pink { --c: var(--pink); } .c0 { --c: var(--c0); } .c1 { --c: var(--c1); }
    .c2 { --c: var(--c2); } .c3 { --c: var(--c3); } .c4 { --c: var(--c4); } .c5 { --c: var(--c5); }
    .narrow { display: none; }
    @container (max-width: 440px) { .wide { display: none; } .narrow { display: inline; } }
    .table { overflow-x: auto; margin: 12px 0; }
    table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
    th, td { padding: 7px 14px; text-align: left; white-space: nowrap; }
    thead th { white-space: normal; font-weight: 600; color: var(--text); background: var(--band);
      vertical-align: bottom; }
    tbody tr + tr td, tbody tr + tr th { border-top: 1px solid var(--grid); }
    th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
    tr.marked td { background: var(--soft); }
    mark { margin-left: 8px; padding: 1px 8px; border-radius: 9px; background: var(--pink); color: var(--card);
      font-size: 11.5px; font-weight: 600; }
    .id > * { vertical-align: middle; }
    .id > code, summary code { white-space: nowrap; }
    .id svg { margin-right: 10px; }
    .id details { display: inline-block; max-width: 46ch; }
    .id details[open] > code { display: block; min-width: 24ch; white-space: normal; }
    summary { cursor: pointer; }
    .subnet .side { fill: var(--grey); }
    .subnet .out { fill: var(--axis); }
    .k0 { fill: var(--k0); background: var(--k0); } .k1 { fill: var(--k1); background: var(--k1); }
    .k2 { fill: var(--k2); background: var(--k2); }
    .key { margin: 12px 0 -4px; font-size: 12.5px; }
    .key i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin: 0 4px 0 6px; }
    button { margin-left: 8px; padding: 0 8px; border: 1px solid var(--edge); border-radius: 6px; cursor: pointer;
      background: var(--page); color: var(--text); font-size: 11.5px; line-height: 18px; }
    button:hover { color: var(--ink); border-color: var(--axis); }
    .bars { display: grid; grid-template-columns: fit-content(40%) 1fr auto; gap: 4px 12px; align-items: center;
      margin-top: 10px; font-size: 12.5px; line-height: 18px; }
    .bars div { display: contents; }
    .bars dt { font-size: 12.5px; color: var(--text); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .bars dd { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .bars dd:has(i) { background: var(--grid); border-radius: 3px; }
    .bars i { display: block; height: 12px; border-radius: 3px; background: var(--accent); }
    .table:has(.matrix) { width: fit-content; max-width: 100%; }
    .matrix { width: auto; font-size: 12.5px; }
    .matrix th, .matrix td { padding: 5px 8px; border: 0; }
    .matrix td { min-width: 34px; text-align: center; font-variant-numeric: tabular-nums;
      border: 1px solid var(--grid); }
    .matrix th span { display: block; max-width: 12ch; overflow: hidden; text-overflow: ellipsis; }
    .matrix th[scope] { font-weight: 400; color: var(--text); }
    .matrix th[scope=row] { position: sticky; left: 0; background: var(--card); text-align: right; }
    .matrix th[scope=col] { text-align: center; }
    .matrix .right { background: color-mix(in srgb, var(--accent) calc(8% + 92% * var(--share)), var(--card)); }
    .matrix .wrong { background: color-mix(in srgb, var(--wrong) calc(12% + 88% * var(--share)), var(--card)); }
    .matrix .strong { color: var(--card); }
    .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(112px, 1fr)); gap: 12px;
      margin: 12px 0; }
    .pictures figure { padding: 8px; }
    .pictures img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; image-rendering: pixelated;
      border-radius: 4px; }
    .pictures figcaption { margin-top: 6px; line-height: 1.35; overflow-wrap: anywhere; }
    .pictures b { font-size: 13px; }
    .pictures span { display: block; margin: 0; white-space: normal; }
    .tip { position: absolute; pointer-events: none; max-width: 300px; padding: 6px 10px; border-radius: 8px;
      background: var(--ink); color: var(--page); font-size: 12px; line-height: 1.45; white-space: pre-line;
      overflow-wrap: anywhere; }
    @media (max-width: 520px) { main { padding: 20px 12px 40px; } h1 { font-size: 22px; } h2 { margin-top: 30px; }
      .facts { grid-template-columns: 1fr 1fr; } .facts dd { font-size: 18px; } figure { padding: 12px; }
      .about div { gap: 4px 10px; } .about dt { flex-basis: 64px; } th, td { padding: 6px 10px; }
      td.id { white-space: normal; min-width: 206px; } .id svg { display: block; margin: 0 0 3px; }
      .pictures { grid-template-columns: repeat(3, 1fr); } }
    @media print { .table, pre { overflow: visible; max-height: none; } button { display: none; } }
    """

  /// The script: a point's numbers beside the pointer, and a button beside what can be copied.
  static let script = """
    "use strict";
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.hidden = true;
    document.body.append(tip);
    for (const dot of document.querySelectorAll(".plot circle")) {
      const title = dot.querySelector("title");
      const text = title.textContent;
      title.remove();
      dot.setAttribute("aria-label", text);
      dot.addEventListener("pointerenter", () => {
        tip.textContent = text;
        tip.hidden = false;
        const place = dot.getBoundingClientRect();
        const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
        tip.style.left = Math.max(8, Math.min(place.right + 6, room)) + scrollX + "px";
        tip.style.top = Math.max(8, place.top - tip.offsetHeight - 6) + scrollY + "px";
      });
      dot.addEventListener("pointerleave", () => { tip.hidden = true; });
    }
    function copied(text) {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      const isDone = document.execCommand("copy");
      area.remove();
      return isDone;
    }
    for (const place of document.querySelectorAll("[data-copy]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "copy";
      button.addEventListener("click", () => {
        button.textContent = copied(place.dataset.copy) ? "copied" : "not copied";
        setTimeout(() => { button.textContent = "copy"; }, 1500);
      });
      place.append(button);
    }
    """
}
