// The page: connects, keeps one column per chat, and what surrounds them.
import { act, el, icon, remember, remembered } from "./dom.js";
import { Column, initials } from "./column.js";

const columns = new Map(); // key to Column
const chips = new Map(); // key to its button
const holder = document.querySelector(".columns");
const bar = document.querySelector(".chips");
const guide = document.getElementById("guide");
const guideToggle = document.getElementById("guide-toggle");
const narrow = window.matchMedia("(max-width: 760px)");
const hidden = new Set(remembered("hidden", []));
const unread = new Map();
let chosen = remembered("chosen", null); // the one column of a narrow screen
let awaited = null; // a column to show as soon as it is there

const page = {
  bot: { username: "" },
  show(key) {
    awaited = columns.has(key) ? null : key;
    if (awaited) return;
    if (narrow.matches) choose(key);
    else if (hidden.has(key)) toggle(key);
    columns.get(key)?.node.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
  },
  alert(text) {
    const box = document.getElementById("alert");
    box.querySelector("p").textContent = text;
    if (!box.open) box.showModal();
  },
  enlarge(source, text) {
    const box = document.getElementById("viewer");
    Object.assign(box.querySelector("img"), { src: source, alt: text });
    box.showModal();
  },
  /** Asks who opens a link that one person passes on to another; resolves to a key, or to null. */
  whoOpens(own) {
    const box = document.getElementById("opener");
    const people = [...columns.values()].filter((column) => !column.group);
    return new Promise((resolve) => {
      const done = (key) => {
        box.close();
        resolve(key);
      };
      box.querySelector(".people").replaceChildren(...people.map((column) =>
        el("button", { type: "button", class: "chip", autofocus: column.key === own, onclick: () => done(column.key) },
          el("span", { class: `avatar ${column.tint}`, "aria-hidden": "true" }, initials(column.view.title)),
          el("span", {}, column.view.title))));
      box.querySelector("form").onsubmit = async (event) => {
        event.preventDefault();
        const name = box.querySelector("input").value.trim();
        box.querySelector("input").value = "";
        if (name) done((await act("add_person", { name, note: "orang baru" })).key);
      };
      box.onclose = () => resolve(null);
      box.showModal();
    });
  },
};

function choose(key) {
  chosen = key;
  remember("chosen", key);
  showGuide(false);
  arrange();
  columns.get(key)?.toEnd();
}

function toggle(key) {
  if (hidden.has(key)) hidden.delete(key);
  else hidden.add(key);
  remember("hidden", [...hidden]);
  arrange();
}

function shown(key) {
  return narrow.matches ? key === chosen && guide.hidden : !hidden.has(key);
}

function arrange() {
  if (!columns.has(chosen)) chosen = columns.keys().next().value ?? null;
  for (const [key, column] of columns) {
    const visible = shown(key);
    const wasHidden = column.node.hidden;
    column.node.hidden = !visible;
    if (visible) unread.set(key, 0);
    if (visible && wasHidden) column.toEnd();
    const chip = chips.get(key);
    chip.setAttribute("aria-pressed", String(visible));
    const count = unread.get(key) || 0;
    chip.querySelector(".count").textContent = count ? String(count) : "";
  }
}

function add(view) {
  const column = new Column(view, page, columns.size);
  columns.set(view.key, column);
  const chip = el("button", {
    type: "button", class: "chip", dataset: { chip: view.key }, title: "Tampilkan atau sembunyikan (show or hide)",
    onclick: () => (narrow.matches ? choose(view.key) : toggle(view.key)),
  }, el("span", { class: `avatar ${column.tint}`, "aria-hidden": "true" }, column.group ? icon("people") : initials(view.title)),
  el("span", {}, view.title), el("b", { class: "count" }));
  chips.set(view.key, chip);
  if (column.group) { // what everybody reads comes first
    bar.prepend(chip);
    holder.prepend(column.node);
    requestAnimationFrame(() => { holder.scrollLeft = 0; });
  } else {
    bar.append(chip);
    holder.append(column.node);
  }
  column.toEnd();
  if (awaited === view.key) page.show(view.key);
}

function apply(news) {
  if (news.bot) {
    page.bot = news.bot;
    document.getElementById("bot-name").textContent = news.bot.name;
    document.title = `${news.bot.name}: coba di sini`;
    fillGuide(news.guide);
  }
  for (const view of news.chats) {
    const column = columns.get(view.key);
    if (!column) add(view);
    else {
      const fresh = column.update(view);
      if (fresh && !shown(view.key)) unread.set(view.key, (unread.get(view.key) || 0) + fresh);
    }
  }
  arrange();
}

function fillGuide(steps) {
  guideToggle.hidden = !steps.length;
  if (!steps.length) return;
  // The guide's HTML comes from the program that started the sandbox, never from a chat.
  const parts = steps.map((html) => {
    const part = el(steps.length > 1 ? "li" : "div");
    part.innerHTML = html;
    return part;
  });
  guide.replaceChildren(el("h2", {}, "Panduan ", el("small", { lang: "en" }, "what to try")),
    steps.length > 1 ? el("ol", {}, ...parts) : parts[0]);
  showGuide(remembered("guide", !narrow.matches), false);
}

function showGuide(open, keep = true) {
  guide.hidden = !open || guideToggle.hidden;
  guideToggle.setAttribute("aria-expanded", String(!guide.hidden));
  if (keep && !narrow.matches) remember("guide", open);
}

guideToggle.addEventListener("click", () => {
  showGuide(guide.hidden);
  arrange();
});

guide.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-show]");
  if (link) {
    event.preventDefault();
    page.show(link.dataset.show);
  }
});

const theme = document.documentElement;
if (remembered("theme", null)) theme.dataset.theme = remembered("theme", null);
document.getElementById("theme-toggle").addEventListener("click", () => {
  const dark = theme.dataset.theme ? theme.dataset.theme === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  theme.dataset.theme = dark ? "light" : "dark";
  remember("theme", theme.dataset.theme);
});
narrow.addEventListener("change", () => arrange());

// Nothing moves under a finger: what comes in between press and release is shown when the click has found its button.
let held = null;
function release() {
  const waiting = held || [];
  held = null;
  waiting.forEach(apply);
}
window.addEventListener("pointerdown", () => {
  held ??= [];
  setTimeout(release, 1000); // a press that is held, or released elsewhere
}, true);
for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => setTimeout(release), true);

let wait = 300;
function connect() {
  const socket = new WebSocket(`ws://${location.host}/sandbox/ws`);
  socket.addEventListener("message", (event) => {
    wait = 300;
    document.getElementById("offline").hidden = true;
    const news = JSON.parse(event.data);
    if (held) held.push(news);
    else apply(news);
  });
  socket.addEventListener("close", () => {
    document.getElementById("offline").hidden = false;
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 5000);
  });
}
connect();
