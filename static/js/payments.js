// The draw-up page: how many awards are ticked and what they make together. The operation sums again.
(() => {
  "use strict";

  const start = () => {
    const form = document.querySelector("form[data-draw-up]");
    if (form) {
      const boxes = [...form.querySelectorAll("input[name=award]:not(:disabled)")];
      const all = form.querySelector("[data-all]");
      const update = () => {
        const ticked = boxes.filter((box) => box.checked);
        // In fen: a sum of fractions would drift.
        const fen = ticked.reduce((sum, box) => sum + Number(box.dataset.fen), 0);
        const whole = Math.floor(fen / 100).toLocaleString("en-US");
        form.querySelector("[data-count]").textContent = String(ticked.length);
        form.querySelector("[data-sum]").textContent = `${whole}.${String(fen % 100).padStart(2, "0")}`;
        if (all) all.checked = boxes.length > 0 && ticked.length === boxes.length;
      };
      form.addEventListener("change", (event) => {
        if (event.target === all) boxes.forEach((box) => { box.checked = all.checked; });
        update();
      });
      update();
    }
    // A download leaves the page as it was; the batch has moved on.
    document.querySelectorAll("form[data-download]").forEach((download) => {
      download.addEventListener("submit", () => window.setTimeout(() => window.location.reload(), 2000));
    });
  };
  document.addEventListener("DOMContentLoaded", start);
})();
