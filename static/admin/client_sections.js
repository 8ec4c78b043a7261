/* Which sections a person keeps folded is remembered in the browser; a link to one opens it. */
(function () {
    "use strict";
    const KEY = "smm-client-folded";

    function folded() {
        try {
            return new Set(JSON.parse(localStorage.getItem(KEY) || "[]"));
        } catch {
            return new Set();
        }
    }

    function remember(section) {
        const known = folded();
        if (section.open) known.delete(section.id);
        else known.add(section.id);
        try {
            localStorage.setItem(KEY, JSON.stringify([...known]));
        } catch {
            /* Without a store the page simply opens whole. */
        }
    }

    function openAsked() {
        const section = document.getElementById(location.hash.slice(1));
        if (section instanceof HTMLDetailsElement) {
            section.open = true;
            section.scrollIntoView();
        }
    }

    document.addEventListener("DOMContentLoaded", () => {
        const known = folded();
        document.querySelectorAll("details.smm-section").forEach((section) => {
            if (known.has(section.id)) section.open = false;
            section.addEventListener("toggle", () => remember(section));
        });
        openAsked();
        window.addEventListener("hashchange", openAsked);
    });
})();
