// Says before the session ends that it will, and lets one log in again without losing what was typed.
(() => {
  "use strict";
  const WARN = 120;
  const box = document.querySelector("[data-session-left]");
  if (!box) return;
  let timer;

  const show = (state) => {
    box.hidden = state === "";
    box.querySelectorAll("[data-session-state]").forEach((part) => {
      part.hidden = part.dataset.sessionState !== state;
    });
  };

  // A log-in in another window changes the token of the forms that stand open here.
  const renewTokens = () => {
    const token = (document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/) || [])[1];
    if (!token) return;
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "x-csrftoken": token }));
    return token;
  };

  const wait = (left) => {
    window.clearTimeout(timer);
    if (left === null) return;
    if (left <= 0) show("ended");
    else if (left <= WARN) show("ends");
    else show("");
    const next = left > WARN ? left - WARN : left > 0 ? Math.min(left, 15) : 15;
    timer = window.setTimeout(ask, next * 1000 + 500);
  };

  // Another window may have worked on meanwhile.
  const ask = async () => {
    const answer = await fetch(box.dataset.askAt, { credentials: "same-origin" }).catch(() => null);
    wait(answer && answer.ok ? (await answer.json()).left : 15);
  };

  box.querySelectorAll("[data-session-stay]").forEach((button) => {
    button.addEventListener("click", async () => {
      const token = renewTokens();
      const answer = await fetch(box.dataset.stayAt, {
        method: "POST",
        credentials: "same-origin",
        headers: token ? { "x-csrftoken": token } : {},
      }).catch(() => null);
      if (answer && answer.ok && !answer.redirected) wait((await answer.json()).left);
    });
  });

  wait(Number(box.dataset.sessionLeft));
})();
