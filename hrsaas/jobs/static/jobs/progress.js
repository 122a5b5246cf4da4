// A job's progress, asked for every second until it is finished; the page is then drawn again by the server.
(() => {
  const page = document.querySelector("[data-job]");
  if (!page || page.dataset.finished) return;
  const bar = page.querySelector("[data-bar]");
  const countRows = counts => Object.entries(counts).map(([name, count]) => {
    const row = document.createElement("tr");
    for (const [text, align] of [[name, ""], [count, "text-right"]]) {
      const cell = row.insertCell();
      cell.textContent = text;
      cell.className = `py-1 ${align}`;
    }
    return row;
  });
  const show = live => {
    for (const place of page.querySelectorAll("[data-show]")) place.textContent = live[place.dataset.show];
    bar.setAttribute("aria-valuenow", live.percent);
    bar.firstElementChild.style.width = `${live.percent}%`;
    page.querySelector("[data-counts]")?.replaceChildren(...countRows(live.counts));
  };
  const poll = async () => {
    try {
      const answer = await fetch(page.dataset.url, {headers: {Accept: "application/json"}});
      if (answer.redirected || answer.status === 404) return location.reload();  // signed out, or gone
      if (answer.ok) {
        const live = await answer.json();
        show(live);
        if (live.finished) return location.reload();  // errors and results are drawn by the server
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;  // the network is away: try again
    }
    setTimeout(poll, 1000);
  };
  setTimeout(poll, 500);
})();
