/* Lines of pages by weeks: the client's own in the colour of the admin, each competitor in one. */
(function () {
    "use strict";
    const charts = [];
    const COLOURS = ["#d97706", "#7c3aed", "#db2777", "#2563eb", "#65a30d", "#b45309", "#0891b2", "#64748b"];

    const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

    // Where a colour stands for a second line, that one is dashed.
    function paint(dataset, at, all) {
        const isOwn = dataset.role === "fact";
        const number = isOwn ? all.slice(0, at).filter((one) => one.role === "fact").length : Number(dataset.role) - 1;
        const colour = isOwn ? style("--color-primary-600") : COLOURS[number % COLOURS.length];
        const around = isOwn ? number : Math.floor(number / COLOURS.length);
        return {
            ...dataset,
            borderColor: colour,
            backgroundColor: colour,
            borderWidth: isOwn ? 3 : 1.5,
            borderDash: around ? [6, 3 * around] : [],
            pointStyle: "circle",
            pointRadius: 2,
            tension: 0,
        };
    }

    function written(value, isShare) {
        const kind = isShare ? { style: "percent", maximumFractionDigits: 2 } : { maximumFractionDigits: 1 };
        return value.toLocaleString(document.documentElement.lang, kind);
    }

    function options(config) {
        const text = style("--smm-muted");
        return {
            maintainAspectRatio: false,
            animation: false,
            interaction: { mode: "index", intersect: false },
            scales: {
                x: { grid: { display: false }, ticks: { color: text, maxRotation: 0, autoSkipPadding: 12 } },
                y: { beginAtZero: config.isFromZero, grid: { color: style("--smm-line") }, ticks: { color: text, callback: (value) => written(value, config.isShare) } },
            },
            plugins: {
                legend: { display: true, position: "bottom", labels: { color: text, usePointStyle: true, pointStyle: "line" } },
                tooltip: {
                    filter: (item) => item.raw !== null,
                    callbacks: { label: (item) => `${item.dataset.label}: ${written(item.raw, config.isShare)}` },
                },
            },
        };
    }

    function draw() {
        while (charts.length) charts.pop().destroy();
        document.querySelectorAll("canvas[data-chart]").forEach((canvas) => {
            const config = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
            const data = { labels: config.data.labels, datasets: config.data.datasets.map(paint) };
            charts.push(new Chart(canvas, { type: config.type, data, options: options(config) }));
        });
    }

    document.addEventListener("DOMContentLoaded", () => {
        draw();
        // Unfold switches the theme by a class, without loading the page anew.
        new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    });
})();
