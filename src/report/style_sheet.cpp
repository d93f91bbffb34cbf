// What do the page and its charts look like, in light, in dark and on paper?
#include "report/html.h"

namespace eigenbau::report {

std::string_view style_sheet() {
  return R"css(
:root{color-scheme:light dark;--page:#fbfaf8;--card:#fff;--ink:#1d2125;--soft:#5b646d;--faint:#8a939c;--rule:#e3e1dc;--grid:#ecebe7;
--accent:#1f5f99;--good:#1d7a46;--maybe:#a86400;--bad:#b3261e;--good-back:#e6f3ea;--maybe-back:#fbf0dc;--bad-back:#fbe7e5;
--c0:#2b6cb0;--c1:#d9782d;--c2:#2f8f5b;--c3:#8459b3;--c4:#c2475a;--c5:#4b93a3;--c6:#a5854a;--c7:#7d8790;--c8:#6f9bd1;--c9:#e3a86f;--c10:#74b98f;--c11:#b296d3;--c12:#dd8a97;--c13:#8dbcc8;--c14:#cbb48a;--c15:#b3bac0;--on:#fff}
@media (prefers-color-scheme:dark){:root{--page:#14171a;--card:#1b1f23;--ink:#e6e8ea;--soft:#a7b0b8;--faint:#7b858e;--rule:#2d3338;--grid:#272c31;
--accent:#7ab3e6;--good:#6cc48c;--maybe:#e0ac55;--bad:#f08a80;--good-back:#1b2f22;--maybe-back:#332a17;--bad-back:#381f1e;
--c0:#5a9bdc;--c1:#e6955a;--c2:#5db583;--c3:#aa86d6;--c4:#e07486;--c5:#73b7c6;--c6:#c8a972;--c7:#98a2ab;--c8:#3f74aa;--c9:#b8703d;--c10:#3f8a60;--c11:#7c5fa6;--c12:#b0505f;--c13:#4d8794;--c14:#8a7343;--c15:#656e76;--on:#14171a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 28px}
header{padding-top:44px}
h1{font-size:32px;line-height:1.2;letter-spacing:-.015em;font-weight:680;margin:0 0 6px;text-wrap:balance}
h2{font-size:22px;letter-spacing:-.01em;font-weight:660;margin:0 0 4px}
h3{font-size:15px;font-weight:640;margin:30px 0 8px}
p{margin:0 0 10px;max-width:74ch}
.from{color:var(--faint);font-size:13.5px;margin:0;max-width:none}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:20px 0 0;padding:10px 0;border-top:1px solid var(--rule);border-bottom:1px solid var(--rule);font-size:14px}
nav a,a{color:var(--accent);text-decoration:none}
nav a:hover,a:hover{text-decoration:underline}
section{padding:38px 0 6px}
section+section{border-top:1px solid var(--rule);margin-top:30px}
.lead{font-size:17px;color:var(--soft)}
.glance{display:grid;grid-template-columns:84px 1fr;gap:0 20px;margin:10px 0 0}
.glance>*{padding:17px 0 15px;border-bottom:1px solid var(--rule)}
.group{font-weight:640;font-size:15px;color:var(--ink)}
.cells{display:grid;grid-template-columns:repeat(auto-fill,minmax(205px,1fr));gap:16px 24px}
.what{font-size:13px;color:var(--soft);line-height:1.35}
.big{font-size:21px;font-weight:660;letter-spacing:-.012em;line-height:1.35;overflow-wrap:break-word}
.sentence{grid-column:span 2}
.big.long{font-size:15.5px;line-height:1.45;letter-spacing:0}
.more{font-size:13px;color:var(--faint);line-height:1.4}
.verdicts{list-style:none;margin:0;padding:0;columns:2;column-gap:28px;font-size:14.5px}
.verdicts li{display:flex;gap:12px;align-items:baseline;padding:4px 0;break-inside:avoid}
.verdicts .badge{flex:none;min-width:88px;text-align:center}
table{border-collapse:collapse;font-size:14.5px;margin:6px 0 0}
.figures{width:100%;min-width:640px;table-layout:fixed}
.figures col:nth-child(1){width:32%}.figures col:nth-child(2){width:20%}.figures col:nth-child(3){width:21%}
.scroll{overflow-x:auto}
th{font-weight:560;color:var(--soft);font-size:13px;text-align:left;border-bottom:1px solid var(--rule);padding:5px 18px 5px 0;vertical-align:bottom}
td{border-bottom:1px solid var(--grid);padding:6px 18px 6px 0;vertical-align:top}
td:last-child,th:last-child{padding-right:0}
table.many{font-size:13px}.many th{font-size:12px}.many th,.many td{padding-right:9px}
td small{display:block;font-size:12px;color:var(--faint)}
.n{text-align:right;white-space:nowrap}
td.v{font-weight:600}.n.v{white-space:nowrap}
.range,.said,.aside{color:var(--soft);font-weight:400}
.unknown{color:var(--faint);font-style:italic;font-weight:400}
.f{position:relative;cursor:help;text-decoration:underline dotted var(--faint) 1px;text-underline-offset:4px}
.f .tip{display:none;position:absolute;left:0;top:calc(100% + 6px);z-index:5;width:max-content;max-width:380px;padding:9px 12px;border-radius:8px;
background:var(--ink);color:var(--page);font-size:13px;font-weight:400;line-height:1.45;letter-spacing:0;white-space:normal;text-align:left;
box-shadow:0 6px 24px rgb(0 0 0/.22)}
.f:hover .tip,.f:focus .tip{display:block}
sup{font-size:11px;line-height:0;font-weight:400;margin-left:2px}
figure{margin:26px 0 0}
figcaption{font-weight:640;font-size:15px;margin-bottom:8px}
svg{display:block;width:100%;height:auto;overflow:visible;font-family:inherit}
svg text{fill:var(--ink);font-size:13.5px}
svg .tick{fill:var(--soft);font-size:13px}
svg .name{font-weight:600;font-size:13px}
svg .strong{font-weight:650}
svg .inside{fill:var(--on);font-size:13px}
svg .grid{stroke:var(--grid);fill:none}
svg .axis{stroke:var(--faint);fill:none}
svg .axis.strong{stroke:var(--ink);stroke-width:1.5}
svg .line{fill:none;stroke-width:2.4;stroke-linejoin:round}
svg .band{opacity:.15}
svg .equal{stroke:var(--soft);fill:none}
svg .near{stroke:var(--soft);fill:none;stroke-dasharray:5 5;opacity:.6}
svg .spot{fill-opacity:.62}
svg .part{stroke:var(--page);stroke-width:1.5}
svg .stripe{stroke:var(--page);stroke-width:2;opacity:.5}
svg .hover{fill:transparent}
svg .hover:hover{fill:var(--ink);fill-opacity:.06}
svg .rack{stroke:var(--card);stroke-width:.6}
svg .room{fill:var(--card);stroke:var(--faint)}
svg .aisle{fill:var(--grid)}
.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}.c5{fill:var(--c5)}.c6{fill:var(--c6)}.c7{fill:var(--c7)}.c8{fill:var(--c8)}.c9{fill:var(--c9)}.c10{fill:var(--c10)}.c11{fill:var(--c11)}.c12{fill:var(--c12)}.c13{fill:var(--c13)}.c14{fill:var(--c14)}.c15{fill:var(--c15)}
.l0{stroke:var(--c0)}.l1{stroke:var(--c1)}.l2{stroke:var(--c2)}.l3{stroke:var(--c3)}.l4{stroke:var(--c4)}.l5{stroke:var(--c5)}.l6{stroke:var(--c6)}.l7{stroke:var(--c7)}.l8{stroke:var(--c8)}.l9{stroke:var(--c9)}.l10{stroke:var(--c10)}.l11{stroke:var(--c11)}.l12{stroke:var(--c12)}.l13{stroke:var(--c13)}.l14{stroke:var(--c14)}.l15{stroke:var(--c15)}
svg .t0{fill:var(--c0)}svg .t1{fill:var(--c1)}svg .t2{fill:var(--c2)}svg .t3{fill:var(--c3)}svg .t4{fill:var(--c4)}svg .t5{fill:var(--c5)}svg .t6{fill:var(--c6)}svg .t7{fill:var(--c7)}svg .t8{fill:var(--c8)}svg .t9{fill:var(--c9)}svg .t10{fill:var(--c10)}svg .t11{fill:var(--c11)}svg .t12{fill:var(--c12)}svg .t13{fill:var(--c13)}svg .t14{fill:var(--c14)}svg .t15{fill:var(--c15)}
.judgment{display:grid;grid-template-columns:104px 1fr;gap:2px 16px;padding:16px 0;border-bottom:1px solid var(--grid)}
.judgment>*{grid-column:2}
.judgment .badge{grid-column:1;grid-row:1}
.judgment p{margin:2px 0 4px}
.claim{font-weight:640}
.badge{display:inline-block;font-size:12.5px;font-weight:640;line-height:1;padding:6px 10px;border-radius:999px;white-space:nowrap;justify-self:start;align-self:start}
.holds{color:var(--good);background:var(--good-back)}
.holds_if{color:var(--maybe);background:var(--maybe-back)}
.cannot_be{color:var(--bad);background:var(--bad-back)}
.open{color:var(--soft);background:var(--grid)}
.judgment ul{margin:4px 0 2px;padding-left:20px}
.judgment .scroll{max-width:760px}
.remark{border-left:3px solid var(--faint);padding:5px 14px;margin:14px 0 0;background:var(--card);border-radius:0 8px 8px 0;font-size:15px}
.remark p{margin:0;max-width:none}
.remark+.remark{margin-top:5px}
.remark.error{border-color:var(--bad)}
.remark.warning{border-color:var(--maybe)}
.remark .code{font-size:12.5px;color:var(--faint);font-weight:560}
.sources td{font-size:13px;color:var(--soft)}
.sources td:nth-child(2){color:var(--ink)}
:target{background:var(--maybe-back)}
footer{color:var(--faint);font-size:13px;padding-top:26px;padding-bottom:50px}
@media (max-width:640px){.sentence{grid-column:auto}main,header,footer{padding-left:16px;padding-right:16px}.judgment,.glance{grid-template-columns:1fr}.glance .group{border:0;padding-bottom:0}.verdicts{columns:1}.judgment>*,.judgment .badge{grid-column:1}
figure{overflow-x:auto}svg{min-width:640px}}
@media print{@page{margin:16mm}:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--faint:#777;--rule:#ccc;--grid:#e6e6e6;--accent:#000;
--c0:#2b6cb0;--c1:#d9782d;--c2:#2f8f5b;--c3:#8459b3;--c4:#c2475a;--c5:#4b93a3;--c6:#a5854a;--c7:#7d8790;--c8:#6f9bd1;--c9:#e3a86f;--c10:#74b98f;--c11:#b296d3;--c12:#dd8a97;--c13:#8dbcc8;--c14:#cbb48a;--c15:#b3bac0;--on:#fff;
--good:#1d7a46;--maybe:#a86400;--bad:#b3261e;--good-back:#fff;--maybe-back:#fff;--bad-back:#fff}
body{font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}nav,.f .tip{display:none!important}.f{text-decoration:none}main,header,footer{max-width:none;padding:0}
figure,.glance>*,.judgment,.remark,tr{break-inside:avoid}h2,h3,figcaption{break-after:avoid}}
)css";
}

}  // namespace eigenbau::report
