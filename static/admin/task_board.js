/* Cards of the board are dragged to another column; each has buttons for everybody else. */
(function () {
    "use strict";
    const board = document.querySelector("[data-board]");
    if (!board) return;
    const form = document.getElementById("board-form");
    const field = form.querySelector("[data-dragged]");
    let dragged = null;

    const columnOf = (event) => event.target.closest("[data-column]");
    const clear = () => board.querySelectorAll(".smm-cal-over")
        .forEach((column) => column.classList.remove("smm-cal-over"));

    board.addEventListener("dragstart", (event) => {
        dragged = event.target.closest("[data-task]");
        if (!dragged) return;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", dragged.dataset.task);
        dragged.classList.add("smm-cal-dragged");
    });
    board.addEventListener("dragover", (event) => {
        const column = columnOf(event);
        if (!dragged || !column) return;
        event.preventDefault();
        clear();
        column.classList.add("smm-cal-over");
    });
    board.addEventListener("dragend", () => {
        dragged?.classList.remove("smm-cal-dragged");
        dragged = null;
        clear();
    });
    board.addEventListener("drop", (event) => {
        const column = columnOf(event);
        if (!dragged || !column) return;
        event.preventDefault();
        if (column.contains(dragged)) return;
        const [state, owner] = dragged.dataset.seen.split(" ");
        const seen = board.dataset.by === "owner" ? owner : state;
        field.value = [dragged.dataset.task, board.dataset.by, column.dataset.column, seen].join(" ");
        field.disabled = false;
        form.submit();
    });
})();
