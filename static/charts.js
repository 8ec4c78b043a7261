// Draws every chart, of the portal and of the staff's pages, from the JSON beside its canvas.
(function () {
  "use strict";
  const charts = [];
  const COLOURS = 6;

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  function isKnown(value) { return value !== null && value !== undefined; }

  // A measured point between two gaps has no line to show it: it gets a dot.
  function dotOfLonely(context) {
    const data = context.dataset.data;
    const at = context.dataIndex;
    return isKnown(data[at]) && !isKnown(data[at - 1]) && !isKnown(data[at + 1]) ? 4 : 0;
  }

  // Its number among the lines of its colour: the second one is dashed.
  function roundOf(dataset, at, all) {
    if (dataset.role === "fact") {
      return all.slice(0, at).filter(function (one) { return one.role === "fact"; }).length;
    }
    return Math.floor((Number(dataset.role) - 1) / paletteOf(all)) || 0;
  }

  // Beside a line of facts, whose colour is the first, the others begin with the second.
  function paletteOf(all) {
    return all.some(function (one) { return one.role === "fact"; }) ? COLOURS - 1 : COLOURS;
  }

  function colourOf(role, count) {
    if (!/^\d+$/.test(role)) return colour(role) || colour("fact");
    return colour("s" + (((Number(role) - 1) % count) + 1 + COLOURS - count));
  }

  function paint(dataset, at, all) {
    const tone = colourOf(dataset.role, paletteOf(all));
    const round = roundOf(dataset, at, all);
    const isTarget = dataset.role === "target";
    const look = { borderColor: tone, backgroundColor: tone };
    if (dataset.type !== "line") {
      return Object.assign({}, dataset, look, { maxBarThickness: 36, borderRadius: 3, order: 1 });
    }
    return Object.assign({}, dataset, look, {
      fill: false,
      borderWidth: dataset.role === "fact" && all.length > 2 ? 3 : 2,
      borderDash: isTarget ? [6, 4] : round ? [6, 3 * round] : [],
      pointHitRadius: 8,
      tension: 0,
      pointRadius: isTarget ? 0 : dotOfLonely,
    });
  }

  function written(value, isShare) {
    if (!isKnown(value)) return "—";
    const options = isShare ? { style: "percent", maximumFractionDigits: 2 } : { maximumFractionDigits: 1 };
    return value.toLocaleString(document.documentElement.lang, options);
  }

  // A line is shown as a line, bars as a square.
  function legend(chart) {
    return window.Chart.defaults.plugins.legend.labels.generateLabels(chart).map(function (label) {
      const dataset = chart.data.datasets[label.datasetIndex];
      label.pointStyle = dataset.type === "line" ? "line" : "rect";
      label.lineDash = dataset.borderDash || [];
      label.fontColor = colour("ink");
      return label;
    });
  }

  function options(config) {
    const text = colour("ink");
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    return {
      responsive: true,
      maintainAspectRatio: false,
      animation: still ? false : { duration: 300 },
      interaction: { mode: "index", intersect: false },
      // The numbers of the versions stand above the chart.
      layout: { padding: { top: config.rules.length ? 18 : 0 } },
      scales: {
        x: { grid: { display: false }, ticks: { color: text, maxRotation: 0, autoSkipPadding: 12 } },
        y: {
          beginAtZero: config.isFromZero,
          grid: { color: colour("gap") },
          ticks: { color: text, precision: config.isShare ? undefined : 0, callback: function (v) { return written(v, config.isShare); } },
        },
      },
      plugins: {
        legend: { display: config.data.datasets.length > 1, position: "bottom", labels: { color: text, usePointStyle: true, pointStyleWidth: 32, generateLabels: legend } },
        tooltip: {
          filter: function (item) { return isKnown(item.raw); },
          callbacks: {
            label: function (item) { return item.dataset.label + ": " + written(item.raw, config.isShare); },
            footer: window.chartMarks.footer(config),
          },
        },
        chartMarks: { marks: config.marks, rules: config.rules, flags: config.flags, colour: colour },
      },
    };
  }

  function draw() {
    while (charts.length) charts.pop().destroy();
    document.querySelectorAll("canvas[data-chart]").forEach(function (canvas) {
      const config = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
      const data = { labels: config.data.labels, datasets: config.data.datasets.map(paint) };
      charts.push(new window.Chart(canvas, { type: config.type, data: data, options: options(config), plugins: [window.chartMarks] }));
    });
  }

  function start() {
    draw();
    // The portal follows the system by an attribute, the admin switches a class.
    const watch = { attributes: true, attributeFilter: ["class", "data-bs-theme"] };
    new MutationObserver(draw).observe(document.documentElement, watch);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
