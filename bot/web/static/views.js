// The views beside the chat: which one the address names, the Explorer's filters, the métiers picked to be compared.
(() => {
  const { said } = orianeWords;
  const PICKED = "oriane.picked";
  const MOST = 4;
  const main = () => document.querySelector("#main");
  const picked = () => { try { return JSON.parse(sessionStorage.getItem(PICKED)) ?? []; } catch { return []; } };

  const inChat = (search) => {
    const asked = new URLSearchParams(search);
    return !asked.has("vue") && ["metier", "formation", "chemin"].every((name) => !asked.has(name));
  };
  const named = (search) => {
    const asked = new URLSearchParams(search);
    return asked.get("vue") ?? (asked.has("chemin") ? "chemins" : inChat(search) ? "" : "explorer");
  };

  let shown = 0; // the answer to an older request is not shown over a newer one
  const load = async (search, part) => {
    const turn = ++shown;
    const target = part ? document.querySelector("#results") : main();
    target.setAttribute("aria-busy", "true");
    if (!part && !target.childElementCount) target.innerHTML = `<p class="hint" role="status">${said.loading}</p>`;
    let html;
    try {
      const answered = await fetch(oriane.address(`vue${search}${part ? "&partie=resultats" : ""}`));
      if (!answered.ok) throw new Error(answered.statusText);
      html = await answered.text();
    } catch {
      html = `<p class="alert" role="alert">${said.view_failed}</p>`;
    }
    if (turn !== shown) return;
    target.innerHTML = html;
    target.removeAttribute("aria-busy");
    const view = main().firstElementChild;
    document.title = view?.dataset.title ?? said.title;
    if (view?.dataset.address) history.replaceState(null, "", view.dataset.address.replace(/^\?/, location.pathname + "?"));
    showPicked();
  };

  const show = async (focus = true) => {
    const chat = inChat(location.search);
    document.documentElement.dataset.view = chat ? "chat" : "beside";
    for (const link of document.querySelectorAll("nav a[data-name]")) {
      link.dataset.name === named(location.search)
        ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
    }
    if (chat) {
      shown += 1;
      main().replaceChildren();
      document.title = said.title;
      showPicked();
      if (focus) document.querySelector("#question textarea")?.focus();
      return;
    }
    await load(location.search || "?vue=explorer");
    if (!focus) return;
    main().querySelector("h2")?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  };
  const go = (search) => {
    history.pushState(null, "", location.pathname + search);
    return show();
  };

  oriane.ask = (fiche) => {
    oriane.about = fiche;
    go("");
    document.querySelector("#set-about")?.click();
  };

  // Picking métiers to compare. What the comparison shows is what is picked.
  const keepPicked = (now) => {
    try { sessionStorage.setItem(PICKED, JSON.stringify(now)); } catch { /* forgets */ }
  };
  const pick = (id, title, wanted) => {
    const others = picked().filter((other) => other.id !== id);
    keepPicked(wanted && others.length < MOST ? [...others, { id, title }] : others);
    showPicked();
  };
  const comparing = () => {
    const now = picked();
    return now.length ? `?vue=comparer${now.map(({ id }) => `&m=${encodeURIComponent(id)}`).join("")}` : "?vue=comparer";
  };
  const showPicked = () => {
    const chosen = [...document.querySelectorAll(".chosen [data-fiche]")];
    if (chosen.length) keepPicked(chosen.map(({ dataset }) => ({ id: dataset.fiche, title: dataset.title })));
    document.querySelector('nav [data-name="comparer"]')?.setAttribute("href", comparing());
    const now = picked();
    const has = (id) => now.some((other) => other.id === id);
    document.querySelectorAll("[data-pick]").forEach((box) => {
      box.checked = has(box.dataset.pick);
      box.disabled = !box.checked && now.length >= MOST;
    });
    document.querySelectorAll('[data-act="pick"]').forEach((button) => {
      button.setAttribute("aria-pressed", String(has(button.dataset.fiche)));
    });
    let bar = document.querySelector("#picked");
    if (!now.length || inChat(location.search) || named(location.search) === "comparer") { bar?.remove(); return; }
    if (!bar) {
      bar = Object.assign(document.createElement("section"), { id: "picked" });
      bar.setAttribute("aria-label", said.compare_bar);
      document.querySelector("#view").append(bar);
    }
    const titles = Object.assign(document.createElement("p"), { textContent: now.map(({ title }) => title).join(", ") });
    titles.setAttribute("role", "status");
    const link = Object.assign(document.createElement("a"), {
      className: "button primary", textContent: said.compare_go, href: comparing(),
    });
    link.dataset.view = "";
    const none = Object.assign(document.createElement("button"), { type: "button", textContent: said.compare_empty });
    none.dataset.act = "pick-none";
    bar.replaceChildren(titles, link, none);
  };

  Object.assign(oriane.acts, {
    "pick": (button) => pick(button.dataset.fiche, button.dataset.title, button.getAttribute("aria-pressed") !== "true"),
    "pick-none": () => { keepPicked([]); showPicked(); },
    "copy-link": async (button) => {
      const done = button.parentElement.querySelector(".done");
      try { await navigator.clipboard.writeText(location.href); done.textContent = said.link_copied; }
      catch { done.textContent = location.href; }
    },
  });

  document.addEventListener("click", (event) => {
    const act = event.target.closest?.("[data-act]");
    if (act) { oriane.acts[act.dataset.act]?.(act); return; }
    const link = event.target.closest?.("a[data-view], a[data-jump]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.hasAttribute("data-jump")) {
      const target = document.querySelector(link.getAttribute("href"));
      const place = target?.id === "main" && inChat(location.search) ? document.querySelector("#question textarea") : target;
      place?.focus({ preventScroll: true });
      place?.scrollIntoView({ block: "start" });
      return;
    }
    go(link.getAttribute("href").replace(/^\.\//, ""));
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.dataset?.pick) pick(box.dataset.pick, box.dataset.title, box.checked);
    if (box.form?.id === "filters" && box.type !== "search") filter(box.form, box.name === "quoi");
  });

  // The Explorer's filters act as they are set; the address follows.
  const asked = (form) => {
    const fields = [...new FormData(form)].filter(([, value]) => value);
    return `?${new URLSearchParams(fields)}`;
  };
  const filter = (form, whole = false) => {
    const search = asked(form);
    history.replaceState(null, "", location.pathname + search);
    return load(search, !whole).then(() => whole && document.querySelector("#filters [name=quoi]:checked")?.focus());
  };
  let waiting;
  document.addEventListener("input", (event) => {
    if (event.target.form?.id !== "filters" || event.target.type !== "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => filter(event.target.form), 250);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id === "filters") { event.preventDefault(); clearTimeout(waiting); filter(form); }
    if (form.id === "path-form") {
      event.preventDefault();
      go(asked(form)).then(() => document.querySelector("#path-form [aria-invalid]")?.focus());
    }
    if (form.id === "compare-form") {
      event.preventDefault();
      const here = new URLSearchParams(location.search);
      here.set("vue", "comparer");
      if (form.elements.ajout.value.trim()) here.set("ajout", form.elements.ajout.value.trim());
      history.pushState(null, "", `${location.pathname}?${here}`);
      load(location.search).then(() => document.querySelector("#c-add:enabled")?.focus());
    }
  });

  window.addEventListener("popstate", () => show());
  document.documentElement.dataset.view = inChat(location.search) ? "chat" : "beside";
  // Gradio builds the page late: the first view waits for the place where it goes.
  const start = new MutationObserver(() => {
    if (!main()) return;
    start.disconnect();
    show(false);
  });
  start.observe(document.documentElement, { childList: true, subtree: true });
})();
