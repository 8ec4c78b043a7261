// A table that is wider or longer than its place scrolls by keyboard too: it becomes a stop of the
// Tab key with a name. One that fits is no stop.
(function () {
  "use strict";
  const PLACES = ".table-responsive, .chart-table, .smm-scroll, .smm-list";

  function nameOf(place) {
    const caption = place.querySelector("caption");
    const around = place.closest("section, article, .card, .smm-card, main");
    const heading = around && (around.querySelector("h1, h2, h3, h4, h5, h6") || around.querySelector("summary"));
    return ((caption || heading || document.querySelector("h1") || {}).textContent || document.title).trim();
  }

  function mark(place) {
    const style = getComputedStyle(place);
    const scrolls =
      (place.scrollWidth > place.clientWidth && style.overflowX !== "visible") ||
      (place.scrollHeight > place.clientHeight && style.overflowY !== "visible");
    if (scrolls && !place.hasAttribute("tabindex")) {
      place.tabIndex = 0;
      place.dataset.made = "";
      // A list stays a list for those who hear the page.
      if (!place.hasAttribute("role") && !place.matches("ul, ol")) place.setAttribute("role", "region");
      if (!place.hasAttribute("aria-label") && !place.hasAttribute("aria-labelledby")) place.setAttribute("aria-label", nameOf(place));
    } else if (!scrolls && "made" in place.dataset) {
      ["tabindex", "role", "aria-label", "data-made"].forEach(function (name) { place.removeAttribute(name); });
    }
  }

  function markAll() { document.querySelectorAll(PLACES).forEach(mark); }

  function start() {
    markAll();
    window.addEventListener("load", markAll);
    window.addEventListener("resize", markAll);
    // Folded tables are measured once they are open; the event does not bubble.
    document.addEventListener("toggle", markAll, true);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
