/* What came on each day beside what was expected; a day that was not measured is a gap. */
document.addEventListener("DOMContentLoaded", () => {
    const canvas = document.getElementById("flag-chart");
    const series = JSON.parse(document.getElementById("flag-series").textContent);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    new Chart(canvas, {
        data: {
            labels: series.days,
            datasets: [
                { type: "bar", label: series.actual_name, data: series.actual, backgroundColor: colour("--color-primary-600") },
                { type: "line", label: series.expected_name, data: series.expected, borderColor: colour("--smm-amber"), pointRadius: 0, stepped: "middle", spanGaps: false },
            ],
        },
        plugins: [window.chartMarks],
        options: {
            maintainAspectRatio: false,
            animation: false,
            plugins: {
                chartMarks: { marks: series.marks, colour: colour("--smm-amber") },
                tooltip: { callbacks: { footer: window.chartMarks.footer(series.marks) } },
            },
            scales: { y: { beginAtZero: true }, x: { ticks: { maxTicksLimit: 10 } } },
        },
    });
});
