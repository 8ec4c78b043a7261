// Draws the charts of a portal page from the JSON beside each canvas.
(function () {
  "use strict";
  const charts = [];

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  function colourOf(role) {
    return colour(/^\d+$/.test(role) ? "s" + (((Number(role) - 1) % 6) + 1) : role) || colour("fact");
  }

  function dotOfLonely(context) {
    const data = context.dataset.data;
    const at = context.dataIndex;
    const known = function (value) { return value !== null && value !== undefined; };
    return known(data[at - 1]) || known(data[at + 1]) ? 0 : 4;
  }

  function paint(dataset) {
    const tone = colourOf(dataset.role);
    dataset.borderColor = tone;
    dataset.backgroundColor = tone;
    if (dataset.type === "line") {
      dataset.fill = false;
      dataset.borderWidth = 2;
      dataset.pointHitRadius = 8;
      dataset.tension = 0;
      // A measured point between two gaps has no line to show it: it gets a dot.
      dataset.pointRadius = dataset.role === "target" ? 0 : dotOfLonely;
      if (dataset.role === "target") {
        dataset.borderDash = [6, 4];
      }
    } else {
      dataset.maxBarThickness = 36;
      dataset.borderRadius = 3;
      dataset.order = 1;
    }
    return dataset;
  }

  function written(value, isShare) {
    if (value === null || value === undefined) return "—";
    const options = isShare ? { style: "percent", maximumFractionDigits: 2 } : { maximumFractionDigits: 1 };
    return value.toLocaleString(document.documentElement.lang, options);
  }

  // A line is shown as a line, bars as a square.
  function legend(chart) {
    return window.Chart.defaults.plugins.legend.labels.generateLabels(chart).map(function (label) {
      const dataset = chart.data.datasets[label.datasetIndex];
      label.pointStyle = dataset.type === "line" ? "line" : "rect";
      label.fontColor = getComputedStyle(document.body).color;
      return label;
    });
  }

  function options(config) {
    const text = getComputedStyle(document.body).color;
    const grid = colour("gap");
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    return {
      responsive: true,
      maintainAspectRatio: false,
      animation: still ? false : { duration: 300 },
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { grid: { display: false }, ticks: { color: text, maxRotation: 0, autoSkipPadding: 12 } },
        y: {
          beginAtZero: config.isFromZero,
          grid: { color: grid },
          ticks: { color: text, precision: config.isShare ? undefined : 0, callback: function (v) { return written(v, config.isShare); } },
        },
      },
      plugins: {
        legend: { display: config.data.datasets.length > 1, position: "bottom", labels: { color: text, usePointStyle: true, generateLabels: legend } },
        tooltip: {
          filter: function (item) { return item.raw !== null; },
          callbacks: {
            label: function (item) { return item.dataset.label + ": " + written(item.raw, config.isShare); },
            footer: window.chartMarks.footer(config.marks),
          },
        },
        chartMarks: { marks: config.marks, colour: colour("target") },
      },
    };
  }

  function draw() {
    while (charts.length) charts.pop().destroy();
    document.querySelectorAll("canvas[data-chart]").forEach(function (canvas) {
      const config = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
      config.data.datasets.forEach(paint);
      charts.push(new window.Chart(canvas, { type: config.type, data: config.data, options: options(config), plugins: [window.chartMarks] }));
    });
  }

  draw();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () {
    window.setTimeout(draw, 0);
  });
})();
