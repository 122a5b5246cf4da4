// "Try out": what the formula in the editor gives one person, drawn by the server; nothing is saved.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("[data-formula-try]"), root = document.querySelector("[data-formula-editor]");
  if (!form || !root) return;
  const result = document.querySelector("[data-formula-result]");
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const editor = root.formulaEditor, body = new FormData(form);
    body.set("code", editor.code);
    body.set("type", editor.type);
    body.set("scheme", editor.scheme);
    body.set("formula", editor.area.value);
    result.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {method: "POST", body});
      result.innerHTML = answer.ok ? await answer.text() : "";
      if (!answer.ok) result.textContent = form.dataset.away;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;  // the network is away
      result.textContent = form.dataset.away;
    } finally {
      result.removeAttribute("aria-busy");
    }
  });
});
