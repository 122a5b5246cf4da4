// Asks the API what is wrong with the formula while one types, and marks the place.
document.addEventListener("DOMContentLoaded", () => {
  for (const area of document.querySelectorAll("textarea[data-formula]")) {
    const note = document.createElement("p");
    note.setAttribute("aria-live", "polite");
    note.className = "mt-2 text-sm";
    area.after(note);
    const code = document.querySelector("[name=code]")?.value
      || document.querySelector(".field-code .readonly")?.textContent.trim()
      || "new_item";
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    let timer, asked = 0;

    const show = answer => {
      const error = answer.errors?.[0];
      note.style.color = error ? "var(--color-red-600)" : "";
      note.textContent = error ? error[area.dataset.language] : "✓";
      note.onclick = () => {
        if (!error) return;
        area.focus();
        area.setSelectionRange(error.position, error.position + 1);
      };
    };
    const check = async () => {
      const turn = ++asked;
      const answer = await fetch(area.dataset.check, {
        method: "POST",
        headers: {"Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json"},
        body: JSON.stringify({code, formula: area.value}),
      });
      if (turn === asked && answer.ok) show(await answer.json());
    };
    area.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(check, 300);
    });
  }
});
