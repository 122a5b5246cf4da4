// The month grid of the roster: moved in, typed into and filled with the keyboard, checked by the server while one edits,
// saved in one step. Nothing is needed but the page: the table as the server drew it, and the facts beside it.
document.addEventListener("DOMContentLoaded", () => {
  const table = document.getElementById("roster-grid"), box = document.getElementById("roster-facts");
  if (!table || !box) return;
  const facts = JSON.parse(box.textContent), texts = facts.texts;
  const chinese = document.documentElement.lang.startsWith("zh");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const status = document.getElementById("roster-status");
  const shifts = new Map(facts.shifts.map(shift => [shift.id, shift]));
  const codes = new Map(facts.shifts.filter(shift => shift.offered).map(shift => [shift.code.toUpperCase(), shift.id]));
  const dates = [...table.tHead.rows[0].querySelectorAll("[data-date]")].map(head => head.dataset.date);
  const rows = [...table.tBodies[0].querySelectorAll("[data-employee]")];
  const FREE = "", ROTATION = "rotation", LONG = ["week_hours", "period_hours", "month_overtime"];

  // --- cells: what is stored (seen) and what it is to be (value); undefined where nothing is to change

  const grid = rows.map((line, row) => [...line.cells].slice(1, 1 + dates.length).map((place, column) => ({
    place, row, column, employee: line.dataset.employee, name: line.cells[0].title, date: dates[column],
    open: "shift" in place.dataset, planned: "planned" in place.dataset, rotates: "rotates" in place.dataset,
    seen: place.dataset.shift || FREE, value: undefined, classes: place.className, text: place.textContent, findings: [],
  })));
  const cells = grid.flat(), at = new Map(cells.map(cell => [`${cell.employee} ${cell.date}`, cell]));
  const now = cell => cell.value === undefined || cell.value === ROTATION ? cell.seen : cell.value;
  const known = cell => cell.value !== undefined || cell.planned || cell.rotates;
  let active = null, corner = null, typed = "", past = [], future = [], asking = 0, saving = false, copied = null;

  const word = cell => {
    if (!cell.open) return texts.notEmployed;
    if (cell.value === ROTATION) return texts.rotation;
    if (!known(cell)) return texts.unplanned;
    const shift = shifts.get(now(cell));
    return shift ? `${shift.code} ${shift.name} ${shift.hours}` : texts.free;
  };
  const label = cell => [
    cell.name, cell.date, word(cell),
    cell.value === undefined ? "" : texts.unsaved,
    cell.place.dataset.leave ? `${texts.leave}: ${cell.place.dataset.leave}` : "",
    ...cell.findings.map(one => said(one)),
  ].filter(Boolean).join(", ");
  const said = one => chinese ? one.zh : one.en;
  const draw = cell => {
    const shift = cell.value === ROTATION ? null : shifts.get(now(cell));
    cell.place.className = cell.classes;
    cell.place.textContent = cell.value === undefined ? cell.text : cell.value === ROTATION ? "↺" : shift ? shift.code : "–";
    cell.place.classList.toggle("rg-unsaved", cell.value !== undefined);
    for (const one of cell.findings) cell.place.classList.add(one.severity === "block" ? "rg-block" : "rg-warn");
    cell.place.title = cell.findings.map(said).join("\n");
    cell.place.setAttribute("aria-label", label(cell));
  };
  const say = (text, bad = false) => {
    status.textContent = text;
    status.classList.toggle("rg-bad", bad);
  };

  // --- selection

  const range = () => {
    if (!active) return [];
    const [top, bottom] = [active.row, corner.row].sort((one, two) => one - two);
    const [left, right] = [active.column, corner.column].sort((one, two) => one - two);
    return grid.slice(top, bottom + 1).map(line => line.slice(left, right + 1));
  };
  const select = (cell, extend = false) => {
    stopTyping();
    for (const one of table.querySelectorAll("[aria-selected=true]")) one.setAttribute("aria-selected", "false");
    for (const one of table.querySelectorAll("td[tabindex='0']")) one.tabIndex = -1;
    corner = cell;
    if (!extend || !active) active = cell;
    const chosen = range().flat();
    for (const one of chosen) one.place.setAttribute("aria-selected", "true");
    cell.place.tabIndex = 0;
    cell.place.focus();
    cell.place.scrollIntoView({block: "nearest", inline: "nearest"});
    if (chosen.length > 1) say(`${chosen.length} ${texts.selected}`);
  };
  const move = (down, right, extend) => {
    const row = Math.min(Math.max(corner.row + down, 0), grid.length - 1);
    select(grid[row][Math.min(Math.max(corner.column + right, 0), dates.length - 1)], extend);
  };

  // --- changes; each is a list of [cell, before, after] that can be undone as one

  const apply = changes => {
    const real = changes.filter(([cell, , after]) => cell.open && facts.changeable && cell.value !== after);
    if (!real.length) return;
    for (const [cell, , after] of real) cell.value = after;
    past.push(real);
    future = [];
    redraw(real.map(([cell]) => cell));
  };
  const change = (chosen, value) => apply(chosen.map(cell => [cell, cell.value, unlessSame(cell, value)]));
  const unlessSame = (cell, value) => value !== ROTATION && cell.planned && value === cell.seen ? undefined : value;
  const step = (from, to, side) => {
    const changes = from.pop();
    if (!changes) return;
    for (const one of changes) one[0].value = one[side];
    to.push(changes);
    redraw(changes.map(([cell]) => cell));
  };
  const undo = () => step(past, future, 1), redo = () => step(future, past, 2);
  const unsaved = () => cells.filter(cell => cell.value !== undefined);
  const redraw = changed => {
    changed.forEach(draw);
    tools();
    totals();
    checkSoon();
    if (changed.length === 1) say(label(changed[0]));
  };
  const tools = () => {
    const count = unsaved().length;
    for (const [name, off] of [["save", !count || saving], ["undo", !past.length], ["redo", !future.length]]) {
      const button = document.querySelector(`[data-do=${name}]`);
      if (button) button.disabled = off;
    }
    const shown = document.querySelector("[data-count]");
    if (shown) shown.textContent = count ? `(${count})` : "";
  };
  const totals = () => {
    grid.forEach((line, row) => {
      const minutes = line.reduce((sum, cell) => sum + (shifts.get(now(cell))?.minutes || 0), 0);
      rows[row].querySelector("[data-hours]").textContent = String(Math.round(minutes / 6) / 10);
    });
    table.querySelectorAll("[data-atwork]").forEach((place, column) => {
      place.textContent = grid.filter(line => shifts.has(now(line[column]))).length || "";
    });
  };

  // --- typing

  const offered = text => [...codes.keys()].filter(code => code.startsWith(text));
  const stopTyping = () => {
    if (!typed) return;
    typed = "";
    if (active) draw(active);
  };
  const type = letter => {
    typed += letter.toUpperCase();
    const found = offered(typed);
    if (!found.length) {
      say(`${typed}: ${texts.noSuchShift}`, true);
      return stopTyping();
    }
    if (found.length === 1 && found[0] === typed) return commit();
    active.place.textContent = typed;
    active.place.classList.add("rg-typing");
    say(`${texts.typing} ${typed}: ${found.join(" ")}`);
  };
  const commit = () => {
    const value = codes.get(typed), text = typed;
    stopTyping();
    if (value === undefined) return say(`${text}: ${texts.noSuchShift}`, true);
    change(range().flat(), value);
  };

  // --- fill, copy, paste

  const fill = (down) => {
    const chosen = range();
    apply(chosen.flatMap((line, row) => line.map((cell, column) => {
      const origin = down ? chosen[0][column] : line[0];
      return [cell, cell.value, (down ? row : column) ? unlessSame(cell, now(origin)) : cell.value];
    })));
  };
  const copy = () => {
    copied = range().map(line => line.map(now));
    return copied.map(line => line.map(value => shifts.get(value)?.code || "-").join("\t")).join("\n");
  };
  const fromText = text => text.replace(/\r?\n$/, "").split(/\r?\n/).map(line => line.split("\t").map(one => {
    const code = one.trim().toUpperCase();
    return code === "" || code === "-" || code === "–" ? FREE : codes.get(code);
  }));
  const paste = block => {
    if (!block?.length || !active) return;
    if (block.flat().includes(undefined)) return say(texts.noSuchShift, true);
    const chosen = range(), height = Math.max(chosen.length, block.length);
    const width = Math.max(chosen[0].length, block[0].length), changes = [];
    for (let row = 0; row < height; row++) for (let column = 0; column < width; column++) {
      const cell = grid[chosen[0][0].row + row]?.[chosen[0][0].column + column];
      const line = block[row % block.length];
      if (cell) changes.push([cell, cell.value, unlessSame(cell, line[column % line.length])]);
    }
    apply(changes);
  };

  // --- keys

  const keys = {
    ArrowUp: event => move(-1, 0, event.shiftKey), ArrowDown: event => move(1, 0, event.shiftKey),
    ArrowLeft: event => move(0, -1, event.shiftKey), ArrowRight: event => move(0, 1, event.shiftKey),
    Home: event => move(event.ctrlKey ? -grid.length : 0, -dates.length, event.shiftKey),
    End: event => move(event.ctrlKey ? grid.length : 0, dates.length, event.shiftKey),
    PageUp: event => move(-10, 0, event.shiftKey), PageDown: event => move(10, 0, event.shiftKey),
    Delete: event => change(range().flat(), event.ctrlKey ? ROTATION : FREE),
    Backspace: () => {
      if (typed.length < 2) return typed ? stopTyping() : change(range().flat(), FREE);
      typed = typed.slice(0, -1);
      active.place.textContent = typed;
    },
    Enter: () => { typed ? commit() : move(1, 0, false); },
    Escape: () => { stopTyping(); select(active); },
    "-": () => change(range().flat(), FREE),
  };
  const control = {
    d: () => fill(true), r: () => fill(false), z: event => event.shiftKey ? redo() : undo(), y: redo, s: () => save(),
  };
  table.addEventListener("keydown", event => {
    if (!active || event.altKey || event.isComposing || !table.tBodies[0].contains(event.target)) return;
    const ctrl = event.ctrlKey || event.metaKey, key = event.key;
    const run = ctrl && control[key.toLowerCase()] || keys[key];
    if (typed && key.startsWith("Arrow") && !ctrl) commit();
    if (run && !(key === "-" && ctrl)) {
      event.preventDefault();
      return run(event);
    }
    if (!ctrl && key.length === 1 && key !== " ") {
      event.preventDefault();
      type(key);
    }
  });
  const inGrid = () => active && table.contains(document.activeElement);
  document.addEventListener("copy", event => {
    if (!inGrid()) return;
    event.clipboardData.setData("text/plain", copy());
    event.preventDefault();
  });
  document.addEventListener("paste", event => {
    if (!inGrid()) return;
    event.preventDefault();
    paste(fromText(event.clipboardData.getData("text/plain")));
  });
  table.addEventListener("mousedown", event => {
    const cell = cells.find(one => one.place === event.target);
    if (!cell) return;
    event.preventDefault();
    select(cell, event.shiftKey);
  });
  table.addEventListener("focusin", event => {
    const cell = cells.find(one => one.place === event.target);
    if (cell && cell !== corner) select(cell);
  });

  // --- the server

  const send = async (path, body) => {
    const answer = await fetch(facts.api + path, {
      method: "POST", body: JSON.stringify(body),
      headers: {"Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json"},
    });
    return {ok: answer.ok, status: answer.status, body: await answer.json().catch(() => ({}))};
  };
  const trouble = body => (chinese ? body.detail_zh : body.detail_en) || texts.failed;
  const guarded = work => work().catch(error => {
    if (!(error instanceof TypeError)) throw error;  // the network is away
    say(texts.failed, true);
  });
  const edit = cell => ({
    employee: cell.employee, date: cell.date, by_rotation: cell.value === ROTATION,
    shift: cell.value === ROTATION ? null : cell.value || null,
    seen: {planned: cell.planned, shift: cell.planned ? cell.seen || null : null},
  });

  let timer = null;
  const checkSoon = () => {
    if (!document.getElementById("roster-findings")) return;
    clearTimeout(timer);
    timer = setTimeout(() => guarded(check), 300);
  };
  const check = async () => {
    if (!rows.length) return;
    const mine = ++asking, edits = unsaved().map(edit).map(({seen, ...rest}) => rest);
    table.setAttribute("aria-busy", "true");
    const {ok, body} = await send("roster/check/", {
      first: facts.first, end: facts.end, unit: facts.unit, edits, employees: rows.map(row => row.dataset.employee),
    });
    if (mine !== asking) return;  // a newer one is on its way
    table.removeAttribute("aria-busy");
    if (!ok) return say(trouble(body), true);
    showFindings(body.findings);
    showGaps(body.gaps);
    showCost(body.cost);
  };
  const element = (name, text, className = "") => Object.assign(document.createElement(name), {textContent: text, className});
  const showFindings = found => {
    for (const cell of cells) if (cell.findings.length) { cell.findings = []; draw(cell); }
    // What is about a week or longer would mark every day and so say nothing: it marks the person's hours.
    for (const row of rows) {
      const hours = row.querySelector("[data-hours]");
      hours.classList.remove("rg-warn", "rg-block");
      hours.title = "";
    }
    for (const one of found.filter(one => LONG.includes(one.rule))) {
      const hours = rows.find(row => row.dataset.employee === one.employee_id)?.querySelector("[data-hours]");
      if (!hours) continue;
      hours.classList.add(one.severity === "block" ? "rg-block" : "rg-warn");
      hours.title = [hours.title, said(one)].filter(Boolean).join("\n");
    }
    for (const one of found.filter(one => !LONG.includes(one.rule))) for (const date of one.dates) {
      const cell = at.get(`${one.employee_id} ${date}`);
      if (cell) { cell.findings.push(one); draw(cell); }
    }
    const list = document.createElement("ul");
    const ordered = [...found].sort((one, two) => (two.severity === "block") - (one.severity === "block"));
    for (const one of ordered.slice(0, 100)) {
      const button = element("button", "", `rg-finding${one.severity === "block" ? " rg-is-block" : ""}`);
      button.type = "button";
      button.append(element("b", one.severity === "block" ? texts.blocking : texts.warning), ` ${said(one)}`);
      button.addEventListener("click", () => {
        const cell = one.dates.map(date => at.get(`${one.employee_id} ${date}`)).find(Boolean);
        if (cell) select(cell);
      });
      const item = document.createElement("li");
      item.dataset.rule = one.rule;
      item.append(button);
      list.append(item);
    }
    if (found.length > 100) list.append(element("li", `+ ${found.length - 100} ${texts.more_findings}`));
    document.getElementById("roster-findings").replaceChildren(found.length ? list : element("p", texts.fine));
  };
  const clock = minute => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const showGaps = gaps => {
    if (!gaps) return;
    table.querySelector("[data-gaps]").hidden = !gaps.length;
    table.querySelectorAll("[data-gap]").forEach((place, column) => {
      const most = Math.max(0, ...gaps.filter(gap => gap.date === dates[column]).map(gap => gap.missing));
      place.textContent = most || "";
      place.className = most ? "rg-short" : "";
    });
    const list = document.createElement("ul");
    for (const gap of gaps.slice(0, 50)) list.append(element("li",
      `${gap.date} ${clock(gap.start_minute)}–${clock(gap.end_minute)}: ${texts.wanted} ${gap.wanted}, ${texts.missing} ${gap.missing}`));
    if (gaps.length > 50) list.append(element("li", `+ ${gaps.length - 50} ${texts.more_findings}`));
    document.getElementById("roster-gaps").replaceChildren(gaps.length ? list : element("p", texts.noGaps));
  };
  const showCost = cost => {
    if (!cost) return;
    const yuan = text => Number(text).toLocaleString(document.documentElement.lang, {style: "currency", currency: "CNY"});
    const hours = Math.round(cost.minutes / 6) / 10, more = Number(cost.more_yuan);
    document.getElementById("roster-cost").textContent =
      `${texts.hours} ${hours} · ${texts.cost} ${yuan(cost.yuan)}` + (more ? ` (${more > 0 ? "+" : ""}${yuan(cost.more_yuan)} ${texts.more})` : "");
  };

  const save = () => guarded(async () => {
    const changed = unsaved();
    if (!changed.length) return say(texts.nothing);
    if (saving) return;
    saving = true;
    tools();
    const {ok, body} = await send("roster/edits/", {edits: changed.map(edit)}).finally(() => { saving = false; tools(); });
    if (!ok) return refused(body);
    if (changed.some(cell => cell.value === ROTATION)) return reload(`${body.days} ${texts.saved}`, body.batch_id);
    for (const cell of changed) settle(cell, cell.value, "rg-hand");
    past = [];
    future = [];
    redraw(changed);
    offerTakeback(body.batch_id);
    say(`${body.days} ${texts.saved}`);
  });
  const settle = (cell, value, mark) => {
    cell.seen = value;
    cell.value = undefined;
    cell.planned = true;
    cell.text = shifts.get(value)?.code || "–";
    cell.classes = `${cell.classes.replace(/\brg-(rotates|hand|conflict)\b/g, "")} ${mark}`;
  };
  const refused = body => {
    const mine = [];
    for (const one of body.conflicts || []) {
      const cell = at.get(`${one.employee_id} ${one.date}`);
      if (!cell) continue;
      settle(cell, codes.get((one.shift || "").toUpperCase()) || FREE, "rg-conflict");
      cell.planned = one.planned;
      if (!one.planned) cell.text = "";
      mine.push(cell);
    }
    if (mine.length) { past = []; future = []; redraw(mine); select(mine[0]); }
    if (body.findings) showFindings(body.findings);
    say(trouble(body), true);
  };
  const remember = (text, batch) => sessionStorage.setItem("roster", JSON.stringify({text, batch}));
  const reload = (text, batch) => {
    remember(text, batch);
    past = [];
    for (const cell of cells) cell.value = undefined;
    location.reload();
  };
  const offerTakeback = batch => {
    const button = document.querySelector("[data-do=takeback]");
    if (!button || !batch) return;
    button.hidden = false;
    button.onclick = () => guarded(async () => {
      const {ok, body} = await send(`roster-batches/${batch}/undo/`, {});
      ok ? reload(texts.undone, null) : say(trouble(body), true);
    });
  };

  // --- forms below the grid

  const people = whom => whom === "all" ? facts.everybody : range().map(line => line[0].employee);
  const preview = (employee, date, id) => {
    const cell = at.get(`${employee} ${date}`);
    if (!cell) return;
    cell.place.textContent = shifts.get(id)?.code || "–";
    cell.place.classList.add("rg-preview");
  };
  const day = (first, count) => new Date(Date.parse(first) + count * 86400000).toISOString().slice(0, 10);
  const forms = {
    publish: async data => {
      const {ok, body} = await send("roster-publications/", {
        unit: facts.unit, first: facts.first, end: facts.end, reason: data.get("reason"),
      });
      ok ? reload(texts.published_done, null) : refused(body);
    },
    open: async data => {
      const body = Object.fromEntries(data);
      const answer = await send("open-shifts/", {...body, unit: facts.unit, places: Number(body.places)});
      answer.ok ? reload(texts.opened, null) : say(trouble(answer.body), true);
    },
    copy: async (data, only) => {
      const {ok, body} = await send("roster/copy-weeks/", {
        employees: people(data.get("whom")), source: data.get("source"), weeks: Number(data.get("weeks")), preview: only,
      });
      if (!ok) return refused(body);
      if (!only) return reload(`${body.days} ${texts.saved}`, body.batch_id);
      for (const one of body.edits) preview(one.employee, one.date, one.shift);
      say(`${body.days} ${texts.wouldChange}` + (body.away.length ? `, ${body.away.length} ${texts.skipped}` : ""));
    },
    rotation: async (data, only) => {
      const crew = data.get("crew");
      const {ok, body} = await send("roster/rotation/", {
        employees: people(data.get("whom")), rotation: data.get("rotation"), crew: crew ? Number(crew) - 1 : null,
        first: data.get("first"), end: facts.end > data.get("first") ? facts.end : day(data.get("first"), 31), preview: only,
      });
      if (!ok) return refused(body);
      if (!only) return reload(`${body.planned} ${texts.saved}`, null);
      for (const line of body.lines) line.shifts.forEach(
        (code, count) => preview(line.employee_id, day(data.get("first"), count), codes.get(code.toUpperCase())));
      say(`${body.lines.length * (body.lines[0]?.shifts.length || 0)} ${texts.wouldChange}`);
    },
  };
  for (const form of document.querySelectorAll("[data-form]")) form.addEventListener("submit", event => {
    event.preventDefault();
    cells.forEach(draw);
    guarded(() => forms[form.dataset.form](new FormData(form), event.submitter?.name === "preview"));
  });
  const buttons = {save, undo, redo, rotation: () => change(range().flat(), ROTATION)};
  for (const [name, run] of Object.entries(buttons)) {
    document.querySelector(`[data-do=${name}]`)?.addEventListener("click", () => { run(); active?.place.focus(); });
  }
  for (const button of document.querySelectorAll("[data-pick]")) button.addEventListener("click", () => {
    change(range().flat(), button.dataset.pick);
    active?.place.focus();
  });
  addEventListener("beforeunload", event => {
    if (unsaved().length) event.preventDefault();
  });

  cells.forEach(cell => { cell.place.setAttribute("aria-label", label(cell)); if (!cell.open) cell.place.setAttribute("aria-readonly", "true"); });
  if (cells.length) cells[0].place.tabIndex = 0;
  totals();
  checkSoon();
  const left = JSON.parse(sessionStorage.getItem("roster") || "null");
  sessionStorage.removeItem("roster");
  if (left) { say(left.text); offerTakeback(left.batch); }
});
