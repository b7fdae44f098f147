// Small behaviours that plain HTML lacks. No inline handlers: the policy forbids them.
(() => {
  "use strict";

  // htmx swaps 4xx answers too: a refused form comes back with its sentence.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { status } = event.detail.xhr;
    if (status === 422 || status === 409) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print]");
    if (button) window.print();
  });

  // A form is sent once; the operation would refuse the second, but the screen need not try.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (form.method.toLowerCase() !== "post" || form.hasAttribute("data-resend")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 8000);
  });

  // What was typed into the password fields is shown, and hidden again before it is sent.
  const passwords = (form, type) => {
    form.querySelectorAll("input[data-password]").forEach((field) => { field.type = type; });
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show-password]");
    if (!button) return;
    const form = document.querySelector("main form");
    form.querySelectorAll("input[type=password]").forEach((field) => { field.dataset.password = ""; });
    const shown = button.getAttribute("aria-pressed") === "true";
    passwords(form, shown ? "password" : "text");
    button.setAttribute("aria-pressed", String(!shown));
  });
  document.addEventListener("submit", (event) => passwords(event.target, "password"), true);

  // One tick for all rows of the page.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset.checkAll;
    if (!name) return;
    document.querySelectorAll(`input[type=checkbox][name=${name}]`).forEach((box) => {
      box.checked = event.target.checked;
    });
  });

  // Filters that are a closed choice apply at once.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.tagName === "SELECT") form.requestSubmit();
  });

  const searchable = (root) => {
    if (!window.TomSelect) return;
    root.querySelectorAll("select[data-searchable]:not(.tomselected)").forEach((select) => {
      new window.TomSelect(select, { create: false, maxOptions: 200, allowEmptyOption: true });
    });
  };
  // What scrolls sideways must be reachable by keyboard.
  const reachable = () => {
    document.querySelectorAll(".table-responsive, .yz-sheet").forEach((box) => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    });
  };

  // A number shown in full does not stay on the screen.
  const vanishing = (root) => {
    root.querySelectorAll("[data-vanish]").forEach((shown) => {
      const { vanish, vanished } = shown.dataset;
      delete shown.dataset.vanish;
      window.setTimeout(() => { shown.textContent = vanished; }, Number(vanish) * 1000);
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    searchable(document);
    reachable();
    vanishing(document);
  });
  window.addEventListener("resize", reachable);
  document.addEventListener("htmx:afterSettle", (event) => searchable(event.target));
  document.addEventListener("htmx:afterSettle", () => vanishing(document));
})();
