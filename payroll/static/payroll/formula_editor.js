// The formula editor: completes names, checks through the API while one types, marks mistakes where they are.
(() => {
  const QUOTES = /["“”＂]/, OFFERED = 10, PLAIN = /^[\p{L}_][\p{L}\p{N}_]*$/u;
  const METRICS = ["fontFamily", "fontSize", "fontWeight", "lineHeight", "letterSpacing", "tabSize",
    "paddingTop", "paddingRight", "paddingBottom", "paddingLeft",
    "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth"];

  const element = (name, className, text = "") => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  // Where the caret is: inside a text of a call, or at the end of a name (in brackets or not).
  const placeAt = (text, caret) => {
    const calls = [];
    let opened = -1;
    for (let at = 0; at < caret; at++) {
      const sign = text[at], call = calls.at(-1);
      if (QUOTES.test(sign)) {
        if (opened >= 0) call?.texts.push(text.slice(opened + 1, at));
        opened = opened >= 0 ? -1 : at;
      } else if (opened >= 0) continue;
      else if (/[(（]/.test(sign)) calls.push({name: /[\p{L}\p{N}_]*$/u.exec(text.slice(0, at))[0], texts: []});
      else if (/[)）]/.test(sign)) calls.pop();
    }
    if (opened >= 0) return {inText: true, from: opened + 1, word: text.slice(opened + 1, caret), call: calls.at(-1)};
    const before = text.slice(0, caret), name = /[[［【]([^\]］】]*)$/.exec(before) ?? /([\p{L}_][\p{L}\p{N}_]*)$/u.exec(before);
    return name ? {from: name.index, word: name[1]} : {from: caret, word: ""};
  };

  // The characters that a mistake at this position is about.
  const extent = (text, position) => {
    const sign = /\[[^\]]*\]?|["“＂][^"”＂]*["”＂]?|[\p{L}\p{N}_.]+|[<>=!*/]+|[^]/uy;
    sign.lastIndex = position;
    const found = sign.exec(text)?.[0] ?? "";
    return [position, position + found.length];
  };

  class Editor {
    constructor(root) {
      this.root = root;
      this.area = root.querySelector("textarea");
      this.marks = root.querySelector(".formula-marks");
      this.list = root.querySelector(".formula-words");
      this.notes = root.querySelector("[data-notes]");
      this.words = [];
      this.errors = [];
      this.turn = 0;
      this.listen();
      this.load();
      this.draw();
      if (this.area.value.trim()) this.check();
    }

    get language() { return this.root.dataset.language; }
    get type() { return document.querySelector("select[name=type]")?.value || "number"; }  // of a new item; others have theirs
    get code() { return this.root.dataset.code || document.querySelector("[name=code]")?.value || "new_item"; }
    get scheme() { return document.querySelector("select[name=scheme]")?.value || this.root.dataset.scheme; }
    get token() { return document.querySelector("[name=csrfmiddlewaretoken]").value; }
    text(name) { return this.root.querySelector(`[data-text="${name}"]`).content.textContent; }
    name(word) { return word[this.language]; }

    listen() {
      const area = this.area;
      area.addEventListener("input", event => {
        this.errors = [];
        this.draw();
        if (!event.isComposing) this.offer();
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.check(), 300);
      });
      area.addEventListener("compositionend", () => this.offer());
      area.addEventListener("keydown", event => this.key(event));
      area.addEventListener("scroll", () => { this.marks.scrollTop = area.scrollTop; });
      area.addEventListener("blur", () => this.close());
      area.addEventListener("click", () => this.close());
      new ResizeObserver(() => this.draw()).observe(area);
      document.querySelector("select[name=type]")?.addEventListener("change", () => this.check());
      document.querySelector("select[name=scheme]")?.addEventListener("change", () => { this.load(); this.check(); });
    }

    async load() {
      const answer = await fetch(`${this.root.dataset.words}${this.scheme ? `?scheme=${this.scheme}` : ""}`,
        {headers: {Accept: "application/json"}});
      if (!answer.ok) return;
      this.words = await answer.json();
      this.reserved = new Set(this.words.filter(word => word.kind === "function").flatMap(word => [word.code, ...word.aliases]));
      this.help();
    }

    // --- completion

    candidates(place) {
      if (!place.inText) return this.words.filter(word =>
        ["item", "input", "function"].includes(word.kind) && !(word.kind === "item" && word.code === this.code));
      if (!place.call?.name) return [];
      if (/^(SUMITEMS|项目合计)$/i.test(place.call.name)) return this.words.filter(word => word.kind === "category");
      const tables = this.words.filter(word => word.kind === "table");
      const table = tables.find(one => one.code === place.call.texts[0]);
      if (!table) return tables;
      const part = (kind, note) => one => ({kind, ...one, code: one.zh, note_zh: note ?? "", note_en: note ?? ""});
      return [...table.columns.map(part("column")), ...table.keys.flatMap(key => key.values.map(part("key", key.name)))];
    }

    offer(all = false) {
      const place = placeAt(this.area.value, this.area.selectionStart), wanted = place.word.toLowerCase();
      const rank = word => Math.min(...word.find.split("\n").map(one =>
        one === wanted ? 0 : one.startsWith(wanted) ? 1 : wanted.length > 1 && one.includes(wanted) ? 2 : 9));
      const ranked = wanted || all || place.inText
        ? this.candidates(place).map(word => [rank(word), word]).filter(([number]) => number < 9) : [];
      ranked.sort((one, other) => one[0] - other[0]);
      this.place = place;
      this.shown = ranked.slice(0, all ? 200 : OFFERED).map(([, word]) => word);
      const typed = this.shown.length === 1 && this.shown[0].kind !== "function" && this.name(this.shown[0]) === place.word;
      if (!this.shown.length || typed) return this.close();
      this.list.replaceChildren(...this.shown.map((word, number) => this.option(word, number)));
      this.open();
      this.choose(0);
    }

    option(word, number) {
      const option = element("li", "formula-word");
      option.id = `${this.list.id}_${number}`;
      option.setAttribute("role", "option");
      const note = word[`note_${this.language}`];
      option.append(element("span", "formula-name", this.name(word)),
        element("span", "formula-quiet", [this.text(word.kind), word.signature ?? note].filter(Boolean).join(" · ")));
      option.title = note;
      option.addEventListener("mousedown", event => { event.preventDefault(); this.choose(number); this.take(); });
      return option;
    }

    open() {
      this.list.hidden = false;
      this.area.setAttribute("aria-expanded", "true");
      const range = document.createRange();
      this.plain();
      range.setStart(this.marks.firstChild, Math.min(this.place.from, this.marks.firstChild.length));
      range.collapse(true);
      const caret = range.getClientRects()[0] ?? this.marks.getBoundingClientRect(), box = this.area.getBoundingClientRect();
      this.list.style.top = `${Math.min(caret.bottom, box.bottom) - box.top + 4}px`;
      this.list.style.left = `${Math.max(0, Math.min(caret.left - box.left, box.width - this.list.offsetWidth))}px`;
    }

    close() {
      this.list.hidden = true;
      this.area.setAttribute("aria-expanded", "false");
      this.area.removeAttribute("aria-activedescendant");
    }

    choose(number) {
      this.chosen = (number + this.shown.length) % this.shown.length;
      [...this.list.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === this.chosen)));
      const option = this.list.children[this.chosen];
      this.area.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({block: "nearest"});
    }

    key(event) {
      if (event.isComposing) return;
      if (event.key === " " && event.ctrlKey) { event.preventDefault(); return this.offer(true); }
      if (this.list.hidden) return;
      const act = {
        ArrowDown: () => this.choose(this.chosen + 1), ArrowUp: () => this.choose(this.chosen - 1),
        Enter: () => this.take(), Tab: () => this.take(), Escape: () => this.close(),
      }[event.key];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    }

    take() {
      const word = this.shown[this.chosen], {from, inText} = this.place, to = this.area.selectionStart;
      const rest = this.area.value.slice(to);
      this.close();
      if (inText) this.replace(from, to, word.code + (QUOTES.test(rest[0] ?? "") ? "" : '"'));
      else if (word.kind === "function") this.replace(from, to, this.name(word) + (/^\s*[(（]/.test(rest) ? "" : "("));
      else this.replace(from, to + (this.area.value[from] === "[" && rest[0] === "]" ? 1 : 0), this.written(this.name(word)));
    }

    written(name) { return PLAIN.test(name) && !this.reserved.has(name.toUpperCase()) ? name : `[${name}]`; }

    // As if typed, so that undo takes it back.
    replace(from, to, text) {
      this.area.focus();
      this.area.setSelectionRange(from, to);
      if (!document.execCommand("insertText", false, text)) {
        this.area.setRangeText(text, from, to, "end");
        this.area.dispatchEvent(new InputEvent("input"));
      }
      if (!/[("]$/.test(text)) this.close();
    }

    // --- checking

    async check() {
      const turn = ++this.turn, formula = this.area.value;
      if (!formula.trim()) return this.notes.replaceChildren();
      let answer;
      try {
        const body = {code: this.code, type: this.type, formula, ...(this.scheme ? {scheme: this.scheme} : {})};
        answer = await fetch(this.root.dataset.check, {
          method: "POST", body: JSON.stringify(body),
          headers: {"Content-Type": "application/json", "X-CSRFToken": this.token, Accept: "application/json"},
        });
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;  // the network is away
      }
      if (turn !== this.turn) return;
      if (!answer?.ok) return this.notes.replaceChildren(element("p", "formula-quiet", this.text("away")));
      this.show(await answer.json());
    }

    show({errors, notes}) {
      this.errors = errors.filter(error => error.item === this.code || !error.item);
      this.draw();
      const fine = element("p", "formula-fine", `✓ ${this.text("fine")}`);
      this.notes.replaceChildren(...(errors.length ? errors.map(error => this.fault(error)) : [fine]),
        ...notes.map(note => element("p", "formula-quiet", note[this.language])));
    }

    fault(error) {
      const line = element("div", "formula-fault"), own = this.errors.includes(error);
      const message = element(own ? "button" : "p", "formula-message", error[this.language]);
      line.append(message);
      if (!own) return line;
      const [from, to] = extent(this.area.value, error.position), written = this.area.value.slice(from, to);
      message.type = "button";
      message.addEventListener("click", () => { this.area.focus(); this.area.setSelectionRange(from, to); });
      const near = /[^\x00-\x7f]/.test(written) ? error.suggestions : error.suggestions_en ?? error.suggestions;
      if (near?.length) line.append(element("span", "formula-quiet", this.text("instead")));
      for (const name of near ?? []) {
        const button = element("button", "formula-suggestion", name);
        button.type = "button";
        button.addEventListener("click", () => this.replace(from, to, this.corrected(written, name)));
        line.append(button);
      }
      return line;
    }

    corrected(written, name) {
      if (QUOTES.test(written[0])) return `"${name}"`;
      return this.reserved?.has(name.toUpperCase()) ? name : this.written(name);
    }

    // --- the text behind the text area, with marks under the mistakes

    plain() { this.marks.replaceChildren(`${this.area.value}\n`); }

    draw() {
      const style = getComputedStyle(this.area), text = this.area.value;
      for (const name of METRICS) this.marks.style[name] = style[name];
      this.marks.style.width = `${this.area.clientWidth + parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth)}px`;
      const parts = [];
      let done = 0;
      for (const error of [...this.errors].sort((one, other) => one.position - other.position)) {
        let [from, to] = extent(text, error.position);
        if (from >= text.length) from = Math.max(0, text.trimEnd().length - 1), to = text.length;
        if (from < done) continue;
        parts.push(text.slice(done, from), element("mark", "", text.slice(from, to)));
        done = to;
      }
      this.marks.replaceChildren(...parts, `${text.slice(done)}\n`);
      this.marks.scrollTop = this.area.scrollTop;
    }

    // --- functions to look up

    help() {
      const help = this.root.querySelector("[data-help]"), search = help.querySelector("input");
      const functions = this.words.filter(word => word.kind === "function");
      const list = help.querySelector(".formula-functions");
      const show = () => {
        const wanted = search.value.trim().toLowerCase();
        const found = functions.filter(word =>
          [word.find, ...word.aliases, word[`note_${this.language}`]].some(text => text.toLowerCase().includes(wanted)));
        list.replaceChildren(...found.map(word => this.entry(word)));
        if (!found.length) list.append(element("p", "formula-quiet", this.text("none")));
      };
      search.addEventListener("input", show);
      search.addEventListener("keydown", event => { if (event.key === "Enter") event.preventDefault(); });
      show();
    }

    entry(word) {
      const entry = element("div", "formula-entry"), insert = element("button", "formula-name", [word.code, ...word.aliases].join(" · "));
      insert.type = "button";
      insert.addEventListener("click", () => this.replace(this.area.selectionStart, this.area.selectionEnd, `${this.name(word)}(`));
      entry.append(insert, element("code", "formula-signature", word.signature), element("p", "", word[`note_${this.language}`]));
      for (const {formula, result} of word.examples.slice(0, 2)) entry.append(element("code", "formula-quiet", `${formula} → ${result}`));
      return entry;
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const root of document.querySelectorAll("[data-formula-editor]")) root.formulaEditor = new Editor(root);
  });
})();
