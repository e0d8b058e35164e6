// Warns before a session ends and keeps it alive while somebody types. When it has ended, the page stays as it is:
// after logging in again in another tab, the forms of this page get the new session's token and can be sent.
(() => {
  const { state, extend, login, idle } = document.currentScript.dataset;
  if (!document.getElementById("wagtail-sidebar")) return;
  const WARN = 180;
  const TYPING_PAUSE = 300;
  const token = () =>
    document.querySelector("[name=csrfmiddlewaretoken]")?.value ??
    JSON.parse(document.getElementById("wagtail-config")?.textContent ?? "{}").CSRF_TOKEN ??
    "";
  let endsAt = Date.now() + Number(idle) * 1000;
  let extendedAt = Date.now();

  const bar = document.createElement("div");
  bar.className = "session-notice";
  bar.setAttribute("role", "alert");
  bar.hidden = true;
  const text = document.createElement("span");
  const button = document.createElement("button");
  button.type = "button";
  bar.append(text, button);
  document.addEventListener("DOMContentLoaded", () => document.body.append(bar));

  const take = (answer) => {
    endsAt = Date.now() + answer.left * 1000;
    if (!answer.token) return;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = answer.token;
  };
  const ask = async (address, options) => {
    const response = await fetch(address, {
      ...options,
      headers: { "X-Requested-With": "XMLHttpRequest", ...(options?.headers ?? {}) },
    });
    if (!response.ok) return false;
    take(await response.json());
    show();
    return true;
  };
  const goOn = () => {
    extendedAt = Date.now();
    return ask(extend, { method: "POST", headers: { "X-CSRFToken": token() } }).catch(() => false);
  };
  const left = () => Math.round((endsAt - Date.now()) / 1000);

  function show() {
    const seconds = left();
    if (seconds > WARN) {
      bar.hidden = true;
    } else if (seconds > 0) {
      const minutes = Math.ceil(seconds / 60);
      text.textContent = `您较长时间没有操作，约${minutes}分钟后将自动退出。未保存的内容请先保存。`;
      button.textContent = "继续工作";
      bar.hidden = false;
    } else {
      text.textContent = "登录已结束，本页内容仍在，请不要关闭。请在新标签页中重新登录，然后回到这里：";
      button.textContent = "已重新登录，继续";
      if (!bar.querySelector("a")) {
        const link = Object.assign(document.createElement("a"), {
          href: login,
          target: "_blank",
          textContent: "重新登录（新标签页）",
        });
        button.before(link);
      }
      bar.hidden = false;
    }
    if (seconds > 0) bar.querySelector("a")?.remove();
  }

  button.addEventListener("click", () => (left() > 0 ? goOn() : ask(state).catch(() => false)));
  document.addEventListener("input", () => {
    if (left() > 0 && Date.now() - extendedAt > TYPING_PAUSE * 1000) goOn();
  });
  setInterval(async () => {
    // Another tab may have been used meanwhile: ask before warning.
    if (left() <= WARN && bar.hidden) await ask(state).catch(() => false);
    show();
  }, 15000);
})();
