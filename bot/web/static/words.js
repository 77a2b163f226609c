// Gradio takes the words it can translate from the browser's language; this page is French for everybody.
Object.defineProperty(navigator, "language", { get: () => "fr" });

// The words it cannot translate. Its message labels repeat the whole message, as Markdown: only the name stays,
// and a role that may have a name.
(() => {
  const { labels, said } = orianeWords;
  const relabel = (element) => {
    for (const name of ["aria-label", "title"]) {
      const given = element.getAttribute(name);
      const english = given && Object.keys(labels).find((label) => given.startsWith(label));
      if (!english || given === labels[english]) continue;
      element.setAttribute(name, labels[english]);
      if (element.tagName === "DIV" && !element.hasAttribute("role")) element.setAttribute("role", "group");
    }
  };
  // Gradio announces what goes wrong in English; what a person can do is the same whatever it was.
  const announce = (toast) => {
    if (toast.dataset.said) return;
    toast.dataset.said = "fr";
    const text = toast.querySelector(".toast-text");
    const title = toast.querySelector(".toast-title");
    if (title) title.textContent = said.title;
    if (text) text.textContent = said.connection_lost;
  };
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      relabel(target);
      target.querySelectorAll("[aria-label], [title]").forEach(relabel);
      target.querySelectorAll(".toast-body").forEach(announce);
    }
  }).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["aria-label", "title"] });

  // What is copied is what was said, without the escapes and links of `bot.web.messages`. Where the page is not served
  // over https the browser has no clipboard object: Gradio then copies from a text area, put in the body for a moment.
  const plain = (shown) => {
    const decoder = document.createElement("textarea");
    decoder.innerHTML = shown.replace(/<a class="mark"[^>]*>(\[\d+\])<\/a>/g, "$1").replaceAll("&nbsp;", " ");
    return decoder.value;
  };
  if (navigator.clipboard) {
    const write = navigator.clipboard.writeText.bind(navigator.clipboard);
    navigator.clipboard.writeText = (shown) => write(plain(shown));
  }
  document.addEventListener("copy", (event) => {
    if (event.target.tagName !== "TEXTAREA" || event.target.parentElement !== document.body) return;
    event.clipboardData.setData("text/plain", plain(event.target.value));
    event.preventDefault();
  });
})();
