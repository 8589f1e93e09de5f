"""The style sheet of the report, light or dark like the reader's system.

Holds no reference to anything outside the page.
"""

STYLE = """
:root{--ground:#f6f7f9;--card:#fff;--ink:#1b2430;--soft:#647183;--line:#e3e7ec;
--c0:#3b6fd4;--c1:#e08a2c;--c2:#2e9e83;--c3:#a558c9;--c4:#d0506a;--c5:#8a94a3}
@media (prefers-color-scheme:dark){:root{--ground:#12161c;--card:#1b2129;--ink:#e6eaf0;
--soft:#93a0b2;--line:#2c343f;--c0:#6f9bf0;--c1:#f0a95a;--c2:#57c3a9;--c3:#c589e6;--c4:#ec7f95;
--c5:#78838f}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 20px 64px;display:grid;gap:16px;
grid-template-columns:repeat(2,minmax(0,1fr))}
header,.tiles,.wide,.empty{grid-column:1/-1}
h1{font-size:26px;margin:0;letter-spacing:-.01em}
header p{margin:2px 0 0;color:var(--soft)}
h2{font-size:14px;font-weight:600;margin:0 0 12px;color:var(--soft)}
section,.tiles div,.empty{background:var(--card);border:1px solid var(--line);border-radius:10px;
padding:18px 20px;margin:0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0}
.tiles div{padding:14px 16px}
dt{color:var(--soft);font-size:13px}
dd{margin:2px 0 0;font-size:23px;font-weight:600;font-variant-numeric:tabular-nums}
small{color:var(--soft);font-size:12px}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{fill:var(--ink);font-size:12px;font-family:inherit}
svg text.axis{text-anchor:end;fill:var(--soft);font-size:11px}
svg text.tick{text-anchor:middle;fill:var(--soft);font-size:11px}
svg text.name{text-anchor:end}
svg line{stroke:var(--line)}
.s0{fill:var(--c0)}.s1{fill:var(--c1)}.s2{fill:var(--c2)}.s3{fill:var(--c3)}.s4{fill:var(--c4)}
.s5{fill:var(--c5)}
.b0{background:var(--c0)}.b1{background:var(--c1)}.b2{background:var(--c2)}
.b3{background:var(--c3)}.b4{background:var(--c4)}.b5{background:var(--c5)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;margin:10px 0 0;padding:0 0 0 58px;
font-size:12px;color:var(--soft)}
.legend i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:6px}
section{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums;white-space:nowrap}
th,td{padding:6px 10px;text-align:right;border-bottom:1px solid var(--line)}
th:first-child{text-align:left;padding-left:0}
td:last-child,th:last-child{padding-right:0}
thead th{font-weight:500;color:var(--soft);font-size:13px}
tbody th{font-weight:500}
tbody tr:last-child>*{border-bottom:0}
@media (max-width:760px){main{grid-template-columns:minmax(0,1fr)}}
"""
