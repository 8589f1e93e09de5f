'use strict';
// Draws what the page computed. Texts go to the canvas as text; nothing here makes HTML of a name.
(() => {
  const charts = JSON.parse(document.getElementById('charts').textContent);
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  const count = (n) => n >= 1e6 ? `${+(n / 1e6).toPrecision(3)}M` : n >= 1e3 ? `${+(n / 1e3).toPrecision(3)}k` : String(+n.toPrecision(3));
  const dollars = (n) => n > 0 && n < 0.0001 ? '<$0.0001' : `$${n.toFixed(n >= 1 || n === +n.toFixed(2) ? 2 : 4)}`;
  const FORMATS = { usd: dollars, tokens: count, runs: count, calls: count, share: (n) => `${Math.round(n * 100)} %` };
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;

  const drawn = charts.map((chart, number) => {
    const box = document.getElementById(`chart-${number}`);
    if (chart.kind === 'bars') box.style.height = `${70 + 30 * chart.labels.length}px`;
    document.documentElement.classList.add('drawn');
    return [echarts.init(box), chart];
  });

  function choose({ kind, unit, labels, series }, width) {
    const ink = read('--ink'), soft = read('--soft'), line = read('--line');
    const format = (value) => value === null || value === undefined ? '–' : FORMATS[unit](value);
    const names = {
      type: 'category', data: labels, inverse: kind === 'bars', axisTick: { show: false }, axisLine: { lineStyle: { color: line } },
      axisLabel: { color: soft, hideOverlap: true, ...(kind === 'bars' && { width: Math.min(170, width * 0.35), overflow: 'truncate', color: ink }) },
    };
    const values = { type: 'value', axisLabel: { color: soft, formatter: format, hideOverlap: true }, splitLine: { lineStyle: { color: line } }, ...(unit === 'share' && { max: 1 }) };
    const many = labels.length > 45;
    return {
      aria: { enabled: true },
      animation: !still,
      backgroundColor: 'transparent',
      color: [0, 1, 2, 3, 4, 5].map((n) => read(`--c${n}`)),
      textStyle: { fontFamily: 'system-ui, sans-serif' },
      grid: { left: 4, right: kind === 'bars' ? 24 : 12, top: series.length > 1 ? 40 : 12, bottom: many ? 52 : 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      legend: { show: series.length > 1, type: 'scroll', left: 0, top: 0, itemWidth: 12, itemHeight: 12, pageTextStyle: { color: soft }, textStyle: { color: soft, width: 190, overflow: 'truncate' } },
      tooltip: {
        trigger: 'axis', renderMode: 'richText', confine: true, axisPointer: { type: kind === 'lines' ? 'line' : 'shadow' },
        backgroundColor: read('--card'), borderColor: line, textStyle: { color: ink }, valueFormatter: format,
      },
      dataZoom: many ? [{ type: 'slider', height: 18, bottom: 8, borderColor: line, textStyle: { color: soft } }, { type: 'inside' }] : [],
      xAxis: kind === 'bars' ? values : names,
      yAxis: kind === 'bars' ? names : values,
      series: series.map((entry) => ({
        name: entry.name, data: entry.values, type: kind === 'lines' ? 'line' : 'bar', barMaxWidth: kind === 'bars' ? 20 : 44, connectNulls: true, symbolSize: 6,
        ...(kind !== 'lines' && { stack: 'all' }),
      })),
    };
  }

  const redraw = () => drawn.forEach(([picture, chart]) => {
    picture.resize();
    picture.setOption(choose(chart, picture.getWidth()), true);
  });
  redraw();
  addEventListener('resize', redraw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ['data-vscode-theme-id'] });
})();
