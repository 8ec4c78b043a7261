// A post's page: the length of what goes out while it is typed, and its preview as networks show it.
// Lengths are counted as communities/networks/post_limits.py and content/outgoing.py count them.
(() => {
    const tidy = (text) => text.replace(/\r\n?/g, "\n").replace(/^[ \t\n]+|[ \t\n]+$/g, "");
    const lengthOf = (text, counting) =>
        (counting === "bytes" ? new TextEncoder().encode(text).length : text.length);
    // The text and the rest stand with an empty line between them.
    const wholeLength = (text, rest, counting) => {
        const own = lengthOf(tidy(text), counting);
        return own + rest + (own && rest ? 2 : 0);
    };
    window.smmPost = { tidy, lengthOf, wholeLength };

    const start = () => {
        const panel = document.getElementById("post-previews");
        const form = document.getElementById("post_form");
        if (!panel || !form) return;
        const place = panel.querySelector("[data-previews]");
        const main = form.querySelector("[data-post-text]");
        // A frozen page has nothing to count: its preview is what is stored.
        if (!main) return;
        const cards = () => [...place.querySelectorAll("[data-key]")];
        const ownOf = (card) => form.querySelector(`[name="${card.dataset.key}-text"]`);
        const textOf = (card) => tidy(ownOf(card)?.value ?? "") || main.value;

        const counterOf = (field) => {
            let counter = field.parentElement.querySelector(":scope > .smm-counters");
            if (!counter) {
                counter = document.createElement("div");
                counter.className = "smm-counters";
                counter.setAttribute("aria-live", "polite");
                field.insertAdjacentElement("afterend", counter);
            }
            return counter;
        };
        const show = (field, lines) => {
            const counter = counterOf(field);
            counter.replaceChildren(...lines.map(({ name, length, longest }) => {
                const line = document.createElement("span");
                line.textContent = `${name}: ${length}${longest ? ` / ${longest}` : ""}`;
                line.classList.toggle("smm-late", Boolean(longest) && length > longest);
                return line;
            }));
        };
        const count = () => {
            const ofMain = [];
            cards().forEach((card) => {
                const { counting, name } = card.dataset;
                const longest = Number(card.dataset.longest) || 0;
                const length = wholeLength(textOf(card), Number(card.dataset.rest), counting);
                const line = { name, length, longest };
                const own = ownOf(card);
                if (own) show(own, tidy(own.value) ? [line] : []);
                if (!own || !tidy(own.value)) ofMain.push(line);
                card.querySelector("[data-count]").textContent =
                    `${length}${longest ? ` / ${longest}` : ""}`;
                card.classList.toggle("smm-preview-over", Boolean(longest) && length > longest);
            });
            show(main, ofMain);
        };

        let asked = 0;
        let timer = 0;
        const refresh = async () => {
            const number = ++asked;
            const data = new FormData(form);
            // Pictures are shown once they are saved.
            [...data.entries()].forEach(([name, value]) => {
                if (value instanceof File) data.delete(name);
            });
            try {
                const answer = await fetch(panel.dataset.url, { method: "POST", body: data });
                if (!answer.ok || number !== asked) return;
                place.innerHTML = await answer.text();
                count();
            } catch {
                // Without the network the last preview stays; the lengths go on being counted.
            }
        };
        const later = () => {
            count();
            clearTimeout(timer);
            timer = setTimeout(refresh, 500);
        };
        form.addEventListener("input", later);
        form.addEventListener("change", later);
        document.addEventListener("formset:added", later);
        document.addEventListener("formset:removed", later);
        count();
    };
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
})();
