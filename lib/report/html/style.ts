/** The report's whole style sheet: a printed page by day, the same page dimmed by night; no font, picture or script from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fdfcf9;--ink:#1f1f1d;--soft:#6a675f;--rule:#3b3a36;--hair:#dcd8cd;--wash:#f4f1e8;--link:#2b5680;--good:#2c6a4a;--bad:#9c3030;--open:#8a6a16;
--series-0:#1f1f1d;--series-1:#2f6299;--series-2:#c05a1c;--series-3:#2f7f5c;--series-4:#8b4a8c;--series-5:#a5821a;--series-6:#b03a4c;--series-7:#2a8a9c}
@media (prefers-color-scheme:dark){:root{--paper:#17181a;--ink:#e6e3da;--soft:#a09c91;--rule:#b5b1a6;--hair:#35363a;--wash:#202226;--link:#8fb8e0;--good:#7cc39c;--bad:#e58a84;--open:#d9b45c;
--series-0:#e6e3da;--series-1:#7db0e6;--series-2:#ec9460;--series-3:#72c49d;--series-4:#cb92cc;--series-5:#dcbc56;--series-6:#ea8493;--series-7:#6cc5d4}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:17px/1.55 "Iowan Old Style","Palatino Linotype",Palatino,"URW Palladio L","Source Serif 4",Charter,Georgia,"Liberation Serif",serif;font-variant-numeric:lining-nums;-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{max-width:64rem;margin:0 auto;padding:4rem 2rem 6rem}
header{border-bottom:1.5px solid var(--rule);padding-bottom:1.6rem;margin-bottom:2.4rem}
h1{font-size:2.5rem;line-height:1.1;font-weight:500;margin:.1em 0 .3em;letter-spacing:-.012em;overflow-wrap:anywhere}
h2{font-size:1.35rem;font-weight:500;margin:3.4rem 0 .5rem;line-height:1.25}
.kind{font-variant-caps:all-small-caps;letter-spacing:.09em;color:var(--soft);margin:0}
.question{font-size:1.22rem;font-style:italic;max-width:40rem;margin:.2rem 0 1rem}
p{max-width:42rem;margin:.4rem 0 1rem}
.facts,.notes{color:var(--soft);font-size:.9rem}
.notes{padding-left:1.1rem;margin:.9rem 0;max-width:46rem}.notes li{margin:.1rem 0}
nav{font-size:.9rem;margin-top:.9rem}nav a{margin-right:1.1rem}
a{color:var(--link);text-decoration-thickness:.06em;text-underline-offset:.18em}
:target{background:var(--wash)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.plumbing{color:var(--open);font-variant-caps:all-small-caps;letter-spacing:.06em}
p.plumbing{border:1px solid currentColor;padding:.25rem .8rem;display:inline-block;font-size:1.05rem;margin:.2rem 0 .6rem}
.failed{color:var(--bad)}
.scroll{overflow-x:auto;margin:1.2rem 0 1.6rem;scroll-margin-top:1rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums lining-nums;font-size:.95rem;border-bottom:1.5px solid var(--rule)}
caption{caption-side:top;text-align:left;padding:0 0 .55rem;color:var(--ink)}
thead{border-top:1.5px solid var(--rule);border-bottom:.75px solid var(--rule)}
caption~thead{border-top:1.5px solid var(--rule)}
th,td{padding:.34rem .9rem;text-align:right;vertical-align:baseline;font-weight:400;white-space:nowrap}
th:first-child,td:first-child{padding-left:.3rem}th:last-child,td:last-child{padding-right:.3rem}
thead th{font-weight:500}thead th[colspan]{text-align:center}
th.sub{font-size:.8rem;color:var(--soft);padding-top:0;font-style:italic}
.name,.prose,.claims th,.claims td{text-align:left}
.prose{white-space:normal;min-width:16rem}
.results{min-width:60%}
.results tbody td a{color:inherit;text-decoration:none;border-bottom:1px dotted transparent}
.results tbody td a:hover,.results tbody td a:focus{border-bottom-color:var(--soft)}
.results small,.runs small{display:block;color:var(--soft);font-size:.76rem;line-height:1.3;white-space:normal}
th.name small{display:inline;font-style:italic;color:var(--soft);font-size:.82rem;margin-left:.3rem}
.baseline{background:var(--wash)}
.best a{font-weight:700}.reach{color:var(--soft);font-weight:400;font-size:.9em}
.paper{color:var(--soft);font-style:italic}
.n{color:var(--soft)}.short{color:var(--bad)}.empty{color:var(--hair);text-align:center}
.claims{width:100%}.claims td,.claims th{padding-top:.6rem;padding-bottom:.6rem;border-bottom:.75px solid var(--hair)}.claims tr:last-child>*{border-bottom:0}.claims tbody th{white-space:normal;min-width:14rem}.claims code{overflow-wrap:break-word}
.claims .prose{font-size:.88rem;color:var(--soft);line-height:1.45}
.verdict{font-variant-caps:all-small-caps;letter-spacing:.05em;font-weight:600;font-size:1.05rem;white-space:nowrap}
.verdict.pass{color:var(--good)}.verdict.fail{color:var(--bad)}.verdict.undecided{color:var(--open)}
code{font:.84em/1.4 ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,27rem),1fr));gap:.6rem 2.6rem}.pair .scroll{margin:.4rem 0 .8rem}.pair table{width:100%}
.differences{font-size:.84rem}.differences th,.differences td{padding:.24rem .4rem}.differences .none{color:var(--soft);font-style:italic}.differences caption{font-weight:500}
.drawn{padding-top:0;padding-bottom:0}.whisker{display:block;margin-left:auto;transform:translateY(.22rem)}
.whisker .side{fill:var(--wash)}.whisker .zero{stroke:var(--soft);stroke-width:.75}.whisker .span{stroke:currentColor;stroke-width:1.6}.whisker circle{fill:currentColor}
.whisker.good{color:var(--good)}.whisker.bad{color:var(--bad)}.whisker.open{color:var(--soft)}
.keys{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.5rem;padding:0;font-size:.9rem}.keys svg{vertical-align:middle;margin-right:.25rem}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr));gap:1.4rem 2rem}
figure{margin:0}figcaption{font-size:.92rem;margin-bottom:.3rem}
.panels svg{display:block;width:100%;height:auto;color:var(--soft);overflow:visible}
.grids{display:grid;gap:1.6rem}.grids img{max-width:100%;height:auto;border:1px solid var(--hair)}.grids figcaption{color:var(--soft);margin-top:.35rem}
.runs{font-size:.84rem}.runs th,.runs td{padding:.22rem .7rem}.runs caption{font-size:.95rem}
.runs .sum>*{border-top:.75px solid var(--rule);font-style:italic;color:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.4rem;font-size:.9rem;margin:.6rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--wash);padding:.9rem 1.1rem;overflow-x:auto;font-size:.95rem;line-height:1.5}pre code{overflow-wrap:normal}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:40rem){html{font-size:16px}body{padding:2rem 1rem 4rem}h1{font-size:1.9rem}dl{grid-template-columns:1fr}}
@media print{html{font-size:10.5pt;background:none}body{padding:0;max-width:none}nav{display:none}section,figure,table{break-inside:avoid}.scroll{overflow:visible}a{color:inherit;text-decoration:none}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`.replace(/\n/g, '');
