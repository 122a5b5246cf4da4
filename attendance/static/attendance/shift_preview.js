// The shift form draws what is typed, or says what contradicts itself; nothing is saved.
document.addEventListener("DOMContentLoaded", () => {
  const strip = document.querySelector("[data-shift-preview]"), form = strip && strip.closest("form");
  if (!form) return;
  let waiting = 0, asked = 0;
  const draw = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(strip.dataset.address, {method: "POST", body: new FormData(form)});
      const text = answer.ok ? await answer.text() : "";
      if (mine === asked) strip.innerHTML = text;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;  // the network is away; the form still works
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 300);
  });
  draw();
});
