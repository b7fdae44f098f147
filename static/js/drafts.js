// What is typed into a long form is sent to be kept, a moment after the last key.
(() => {
  "use strict";
  const WAIT = 1200;
  const pending = new Map();

  const status = (form) => {
    let line = form.querySelector("[data-draft-status]");
    if (!line) {
      line = document.createElement("div");
      line.dataset.draftStatus = "";
      line.className = "form-hint mt-2";
      line.setAttribute("role", "status");
      form.append(line);
    }
    return line;
  };

  const send = async (form, leaving) => {
    const entry = pending.get(form);
    if (!entry) return;
    window.clearTimeout(entry.timer);
    pending.delete(form);
    // Text is kept; a file would go over the line with every pause and be thrown away.
    const typed = new FormData(form);
    for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: typed,
      keepalive: leaving,
      credentials: "same-origin",
    }).catch(() => null);
    if (answer && answer.ok && !form.dataset.sent) status(form).textContent = await answer.text();
  };

  const typed = (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    const before = pending.get(form);
    if (before) window.clearTimeout(before.timer);
    pending.set(form, { timer: window.setTimeout(() => send(form, false), WAIT) });
  };
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);

  // What is sent for good is not kept besides.
  document.addEventListener("submit", (event) => {
    const entry = pending.get(event.target);
    if (entry) window.clearTimeout(entry.timer);
    pending.delete(event.target);
  });
  window.addEventListener("pagehide", () => {
    for (const form of [...pending.keys()]) send(form, true);
  });
})();
