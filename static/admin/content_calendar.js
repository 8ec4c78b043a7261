/* Posts of the calendar are dragged to another day; each has a link "Move" for everybody else. */
(function () {
    "use strict";
    const calendar = document.querySelector("[data-calendar]");
    if (!calendar) return;
    const form = document.getElementById(calendar.dataset.form);
    let dragged = null;

    const dayOf = (event) => event.target.closest("[data-day]");
    const clear = () => calendar.querySelectorAll(".smm-cal-over")
        .forEach((day) => day.classList.remove("smm-cal-over"));

    calendar.addEventListener("dragstart", (event) => {
        dragged = event.target.closest("[data-publication]");
        if (!dragged) return;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", dragged.dataset.publication);
        dragged.classList.add("smm-cal-dragged");
    });
    calendar.addEventListener("dragover", (event) => {
        const day = dayOf(event);
        if (!dragged || !day) return;
        event.preventDefault();
        clear();
        day.classList.add("smm-cal-over");
    });
    calendar.addEventListener("dragend", () => {
        dragged?.classList.remove("smm-cal-dragged");
        dragged = null;
        clear();
    });
    calendar.addEventListener("drop", (event) => {
        const day = dayOf(event);
        if (!dragged || !day) return;
        event.preventDefault();
        if (day.contains(dragged)) return;
        form.elements.publication.value = dragged.dataset.publication;
        form.elements.day.value = day.dataset.day;
        form.elements.seen.value = dragged.dataset.seen;
        form.submit();
    });
})();
