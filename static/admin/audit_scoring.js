// The page on which an audit is judged: the running score, keys, and only touched rows are sent.
(() => {
    const form = document.querySelector("[data-scoring]");
    if (!form) return;
    const rows = [...form.querySelectorAll("[data-score]")];
    const percent = new Intl.NumberFormat(document.documentElement.lang || "en", {
        style: "percent", maximumFractionDigits: 1,
    });
    const stateOf = (row) => JSON.stringify(
        [...row.elements].filter((one) => one.type !== "radio" || one.checked)
            .map((one) => (one.type === "file" ? one.files.length : one.value)));
    const first = new Map(rows.map((row) => [row, stateOf(row)]));
    // Rows that come back with an error or over another's words are sent again.
    const isTouched = (row) => row.classList.contains("smm-warning") || stateOf(row) !== first.get(row);
    const markOf = (row) => row.querySelector("input[type=radio]:checked")?.value ?? "";
    let isSending = false;

    const write = (name, part, text) => form.querySelectorAll(`[data-${part}-of="${name}"]`)
        .forEach((place) => { place.textContent = text; });

    // As communities/audit_scores.py counts: what is not judged or does not apply is in neither.
    const count = (name, some) => {
        const marks = some.map(markOf);
        const judged = marks.filter((mark) => mark === "0" || mark === "1" || mark === "2").map(Number);
        const points = judged.reduce((sum, mark) => sum + mark, 0);
        write(name, "share", judged.length ? percent.format(points / (2 * judged.length)) : "—");
        write(name, "judged", judged.length);
        write(name, "criteria", marks.filter((mark) => mark !== "na").length);
    };
    const countAll = () => {
        form.querySelectorAll("[data-section]").forEach((part) =>
            count(part.dataset.section, [...part.querySelectorAll("[data-score]")]));
        count("all", rows);
    };
    const showMark = (row) => { row.dataset.mark = markOf(row); };
    const judge = (row, mark) => {
        const radio = row.querySelector(`input[type=radio][value="${mark}"]`);
        if (!radio || radio.disabled) return;
        radio.checked = true;
        showMark(row);
        countAll();
    };
    const goTo = (row) => {
        if (!row) return;
        row.closest("details").open = true;
        const radio = row.querySelector("input[type=radio]:checked") ?? row.querySelector("input[type=radio]");
        radio.focus({ preventScroll: true });
        row.scrollIntoView({ block: "center", behavior: "smooth" });
    };

    form.addEventListener("change", (event) => {
        const row = event.target.closest("[data-score]");
        if (row) { showMark(row); countAll(); }
    });
    form.addEventListener("click", (event) => {
        const take = event.target.closest("[data-take]");
        if (take) judge(take.closest("[data-score]"), take.dataset.take);
    });
    form.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit();
        const row = event.target.closest("[data-score]");
        if (!row || event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
        const key = event.key.toLowerCase(), place = rows.indexOf(row);
        const mark = { 0: "0", 1: "1", 2: "2", n: "na", "т": "na", "?": "" }[key];
        if (mark !== undefined) {
            judge(row, mark);
            // What is not good asks for words: they come first.
            if (mark === "2") goTo(rows[place + 1]);
            else if (mark !== "") row.querySelector(mark === "na" ? "[name$=-reason]" : "[name$=-finding]").focus();
        } else if (key === "j" || key === "о") goTo(rows[place + 1]);
        else if (key === "k" || key === "л") goTo(rows[place - 1]);
        else return;
        event.preventDefault();
    });
    form.addEventListener("submit", () => {
        isSending = true;
        rows.forEach((row) => { if (!isTouched(row)) row.disabled = true; });
    });
    window.addEventListener("pageshow", () => { isSending = false; });
    window.addEventListener("beforeunload", (event) => {
        if (!isSending && rows.some((row) => !row.disabled && isTouched(row))) event.preventDefault();
    });
    countAll();
})();
