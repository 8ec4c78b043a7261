// A Chart.js plugin: bands for what was recorded on these days. Titles are drawn as text only.
(function () {
  "use strict";

  window.chartMarks = {
    id: "chartMarks",
    beforeDatasetsDraw: function (chart, _args, options) {
      const area = chart.chartArea;
      const scale = chart.scales.x;
      const half = chart.data.labels.length > 1 ? (scale.getPixelForValue(1) - scale.getPixelForValue(0)) / 2 : area.width / 2;
      const pen = chart.ctx;
      pen.save();
      pen.fillStyle = options.colour;
      pen.globalAlpha = 0.18;
      (options.marks || []).forEach(function (mark) {
        const left = Math.max(area.left, scale.getPixelForValue(mark.first) - half);
        const right = Math.min(area.right, scale.getPixelForValue(mark.last) + half);
        pen.fillRect(left, area.top, right - left, area.height);
      });
      pen.restore();
    },
  };

  // What the tooltip of a label says besides the values.
  window.chartMarks.footer = function (marks) {
    return function (items) {
      if (!items.length) return "";
      const at = items[0].dataIndex;
      return marks.filter(function (mark) { return mark.first <= at && at <= mark.last; }).map(function (mark) { return mark.label; });
    };
  };
})();
