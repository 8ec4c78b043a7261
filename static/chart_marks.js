// A Chart.js plugin: bands for what was recorded on these days, upright lines where a corrected
// strategy begins, marks for flags. Words are drawn as text only.
(function () {
  "use strict";
  const FONT = "600 11px system-ui, sans-serif";
  const LINE = 16;

  function bands(chart, settings) {
    const area = chart.chartArea;
    const scale = chart.scales.x;
    const half = chart.data.labels.length > 1 ? (scale.getPixelForValue(1) - scale.getPixelForValue(0)) / 2 : area.width / 2;
    const pen = chart.ctx;
    pen.save();
    pen.fillStyle = settings.colour("target");
    pen.globalAlpha = 0.18;
    settings.marks.forEach(function (mark) {
      const left = Math.max(area.left, scale.getPixelForValue(mark.first) - half);
      const right = Math.min(area.right, scale.getPixelForValue(mark.last) + half);
      pen.fillRect(left, area.top, right - left, area.height);
    });
    pen.restore();
  }

  // The first row that is free at these pixels; rows are counted from the chart's top edge down.
  function rowFor(rows, left, right) {
    let row = 0;
    while (rows[row] !== undefined && rows[row] > left) row += 1;
    rows[row] = right;
    return row;
  }

  function rules(chart, settings) {
    const area = chart.chartArea;
    const pen = chart.ctx;
    const rows = [];
    pen.save();
    pen.font = FONT;
    pen.textBaseline = "middle";
    settings.rules.forEach(function (rule) {
      const x = chart.scales.x.getPixelForValue(rule.position);
      pen.strokeStyle = settings.colour("ink");
      pen.lineWidth = 1.5;
      pen.beginPath();
      pen.moveTo(x, area.top - LINE + 4);
      pen.lineTo(x, area.bottom);
      pen.stroke();
      const width = pen.measureText(rule.label).width + 8;
      // At the right edge the label stands on the other side of its line.
      const left = x + width > area.right ? x - width : x;
      const y = area.top - LINE / 2 + LINE * rowFor(rows, left, left + width);
      pen.fillStyle = settings.colour("ground");
      pen.fillRect(left + 1, y - LINE / 2, width - 2, LINE);
      pen.fillStyle = settings.colour("ink");
      pen.fillText(rule.label, left + 4, y);
    });
    pen.restore();
  }

  // Red is a diamond, amber a triangle, the rest a circle: the shape says it without the colour.
  const SHAPES = {
    red: function (pen, x, y) { pen.moveTo(x, y - 7); pen.lineTo(x + 7, y); pen.lineTo(x, y + 7); pen.lineTo(x - 7, y); },
    amber: function (pen, x, y) { pen.moveTo(x, y - 6); pen.lineTo(x + 7, y + 6); pen.lineTo(x - 7, y + 6); },
    other: function (pen, x, y) { pen.arc(x, y, 6, 0, 2 * Math.PI); },
  };

  function flags(chart, settings) {
    const area = chart.chartArea;
    const pen = chart.ctx;
    const piled = {};
    pen.save();
    settings.flags.forEach(function (flag) {
      const x = chart.scales.x.getPixelForValue(flag.position);
      const above = (piled[flag.position] = (piled[flag.position] || 0) + 1);
      pen.beginPath();
      (SHAPES[flag.severity] || SHAPES.other)(pen, x, area.bottom - above * LINE + 6);
      pen.closePath();
      pen.fillStyle = settings.colour(flag.severity) || settings.colour("grey");
      pen.strokeStyle = settings.colour("ground");
      pen.lineWidth = 2;
      pen.stroke();
      pen.fill();
    });
    pen.restore();
  }

  window.chartMarks = {
    id: "chartMarks",
    beforeDatasetsDraw: function (chart, _args, settings) { bands(chart, settings); },
    afterDatasetsDraw: function (chart, _args, settings) {
      rules(chart, settings);
      flags(chart, settings);
    },
  };

  // What the tooltip of a label says besides the values.
  window.chartMarks.footer = function (config) {
    return function (items) {
      if (!items.length) return "";
      const at = items[0].dataIndex;
      const here = function (one) { return one.position === at; };
      return [
        ...config.marks.filter(function (mark) { return mark.first <= at && at <= mark.last; }).map(function (mark) { return mark.label; }),
        ...config.rules.filter(here).map(function (rule) { return rule.words; }),
        ...config.flags.filter(here).map(function (flag) { return flag.label; }),
      ];
    };
  };
})();
