// The conversation in the browser: kept in this tab (and on the device only when asked), its marks, opinions, exports.
const oriane = (() => {
  const KEPT = "oriane.conversation";
  const ON_DEVICE = "oriane.keep";
  const one = (selector) => document.querySelector(selector);
  // A browser may refuse storage (private windows, frames of other sites): the page then forgets, and works.
  const stored = (store, key) => { try { return window[store].getItem(key); } catch { return null; } };
  const store = (name, key, value) => {
    try { value === null ? window[name].removeItem(key) : window[name].setItem(key, value); } catch { /* forgets */ }
  };

  const self = { about: "", wanted: null };
  let exchanges = [];
  let restored = false;

  // Pairs of a question and the record of its answer. What was said in distress is kept nowhere.
  const pairs = (messages) => {
    const found = [];
    let question = null;
    for (const message of messages ?? []) {
      const text = (message.content ?? []).map((block) => block.text ?? "").join("");
      if (message.role === "user") question = text;
      if (message.role !== "assistant" || !message.metadata?.log || question === null) continue;
      found.push({ question: unescape(question), answer: JSON.parse(message.metadata.log) });
      question = null;
    }
    return found;
  };
  const unescape = (shown) => {
    const decoder = document.createElement("textarea");
    decoder.innerHTML = shown;
    return decoder.value;
  };
  const save = () => {
    const said = exchanges.filter(({ answer }) => answer.outcome !== "support");
    const value = said.length ? JSON.stringify(said) : null;
    store("sessionStorage", KEPT, value);
    const onDevice = one("#keep")?.checked ?? stored("localStorage", ON_DEVICE) === "yes";
    store("localStorage", ON_DEVICE, onDevice ? "yes" : null);
    store("localStorage", KEPT, onDevice ? value : null);
  };

  self.kept = () => {
    const onDevice = stored("localStorage", ON_DEVICE) === "yes";
    const value = stored("sessionStorage", KEPT) ?? (onDevice ? stored("localStorage", KEPT) : null);
    try { return JSON.parse(value) ?? []; } catch { return []; }
  };
  self.ready = () => {
    restored = true;
    const box = one("#keep");
    if (box) box.checked = stored("localStorage", ON_DEVICE) === "yes";
    document.body.dataset.ready = "yes";
    if (self.about) one("#set-about")?.click();
  };
  self.keep = (messages) => {
    const before = exchanges.length;
    exchanges = pairs(messages);
    if (restored) save();
    const last = (messages ?? []).at(-1);
    const answered = exchanges.length > 0 && last?.role === "assistant" && Boolean(last.metadata?.log);
    one("#tools")?.toggleAttribute("hidden", exchanges.every(({ answer }) => answer.outcome === "support"));
    showQuestion(messages ?? []);
    showOpinion(answered && exchanges.at(-1).answer.outcome !== "support", exchanges.length !== before);
  };

  // An answer is read from its beginning: its question stays at the top of the chat, unless the person scrolls away.
  let questions = 0;
  let leftAlone = false;
  const showQuestion = (messages) => {
    const asked = messages.filter(({ role }) => role === "user").length;
    if (asked !== questions) leftAlone = false;
    questions = asked;
    requestAnimationFrame(holdQuestion);
  };
  const holdQuestion = () => {
    const question = [...document.querySelectorAll('#chat [data-testid="user"]')].at(-1);
    const log = question?.closest(".bubble-wrap");
    if (!log) return;
    redrawn.observe(log, { childList: true, subtree: true });  // no second time where it is observed already
    if (!leftAlone) log.scrollTop += question.getBoundingClientRect().top - log.getBoundingClientRect().top - 12;
  };
  // Gradio draws what stands above the question anew in several steps, each of which moves it.
  const redrawn = new MutationObserver(() => requestAnimationFrame(holdQuestion));
  for (const scrolled of ["wheel", "touchmove", "keydown"]) {
    document.addEventListener(scrolled, ({ target }) => { leftAlone ||= Boolean(target.closest?.("#chat")); }, { passive: true });
  }

  // Marks. Their sources are in the panel when it shows that answer; otherwise the panel is asked to.
  self.reach = () => {
    const { place, n } = self.wanted ?? {};
    const source = one(`#source-${place}-${n}`);
    if (!source) return;
    document.querySelectorAll(".source.reached").forEach((other) => other.classList.remove("reached"));
    source.classList.add("reached");
    source.focus({ preventScroll: true });
    source.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.("#chat a.mark");
    if (!mark) return;
    // Against Gradio's <base>, "#source-0-1" would reload a page that has a query.
    event.preventDefault();
    const [, place, n] = mark.getAttribute("href").match(/^#source-(\d+)-(\d+)$/) ?? [];
    if (place === undefined) return;
    self.wanted = { place: Number(place), n: Number(n) };
    if (one(`#source-${place}-${n}`)) self.reach();
    else one("#show-sources").click();
  });

  // Opinions on the last answer.
  let opinion = null;
  const showOpinion = (shown, isNew) => {
    const form = one("#opinion");
    if (!form) return;
    form.toggleAttribute("hidden", !shown);
    if (!isNew) return;
    opinion = null;
    form.reset();
    form.querySelector(".reasons").hidden = true;
    form.querySelector(".done").textContent = "";
    form.querySelectorAll("[data-verdict]").forEach((button) => button.setAttribute("aria-pressed", "false"));
  };
  const drawn = () => {
    const bytes = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
    return bytes.join("");
  };
  const send = async (form) => {
    const { question, answer } = exchanges.at(-1);
    const said = {
      ...opinion,
      reason: opinion.verdict === "down" ? form.elements.reason.value || null : null,
      outcome: answer.outcome,
      library_version: answer.library_version,
      fiches: [...new Set(answer.citations.map((citation) => citation.fiche_id))].slice(0, 20),
      question: form.elements.join.checked ? question.slice(0, 1000) : null,
    };
    const done = form.querySelector(".done");
    try {
      const answered = await fetch(self.address("avis"), {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(said),
      });
      done.textContent = answered.ok ? done.dataset.thanks : done.dataset.failed;
    } catch { done.textContent = done.dataset.failed; }
  };
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "opinion") return;
    event.preventDefault();
    if (opinion) send(event.target).then(() => { event.target.querySelector(".reasons").hidden = true; });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#opinion [data-verdict]");
    if (!button || !exchanges.length) return;
    const form = button.form;
    opinion = { id: opinion?.id ?? drawn(), verdict: button.dataset.verdict };
    form.querySelectorAll("[data-verdict]").forEach((b) => b.setAttribute("aria-pressed", String(b === button)));
    const reasons = form.querySelector(".reasons");
    reasons.hidden = false;
    reasons.querySelector("fieldset").hidden = opinion.verdict === "up";
    send(form);
  });

  // The conversation on paper, or in a file: sent as a form, so that the browser opens or saves what comes back.
  const hand = (format) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: self.address("conversation"), hidden: true });
    form.target = format === "html" ? "_blank" : "_self";
    form.rel = "noopener";
    for (const [name, value] of [["exchanges", JSON.stringify(exchanges)], ["format", format]]) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    document.body.append(form);
    form.submit();
    form.remove();
  };
  self.acts = {
    "print-chat": () => hand("html"),
    "markdown-chat": () => hand("md"),
    "about": (button) => { self.ask(button.dataset.fiche); },
    "about-none": () => { self.about = ""; one("#set-about").click(); one("#question textarea").focus(); },
  };
  document.addEventListener("change", (event) => { if (event.target.id === "keep") save(); });

  // Addresses are relative to the page, wherever a proxy puts it.
  self.address = (path) => new URL(path, location.origin + location.pathname).href;
  return self;
})();
