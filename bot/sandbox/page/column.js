// One chat: title, messages, keyboards and the field to write in.
import { act, base64, el, icon } from "./dom.js";
import { composer, moreMenu } from "./composer.js";
import { message } from "./message.js";

const TYPING = {
  typing: "sedang mengetik…", upload_photo: "mengirim foto…", upload_document: "mengirim berkas…",
  find_location: "mencari lokasi…",
};

export class Column {
  constructor(view, page, place) {
    this.tint = `tint-${place % 7}`;
    this.page = page;
    this.key = view.key;
    this.group = view.type !== "private";
    this.drawn = new Map(); // uid to {node, text}
    this.seen = new Set(view.notices.map((notice) => notice.id));
    this.waiting = new Map(); // press id to its button
    this.sticks = true; // stays at the newest message until someone scrolls up
    this.target = null; // the message being edited or replied to
    this.build(view);
    this.update(view);
  }

  get botName() {
    return this.page.bot.username;
  }

  get speaker() {
    return this.group ? this.who.value : this.key;
  }

  speaks(name) {
    if (!this.group) return true;
    const member = this.view.members.find((one) => one.key === this.speaker);
    return Boolean(member) && member.name === name;
  }

  build(view) {
    this.log = el("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": `Pesan ${view.title}`, tabindex: 0,
      onscroll: () => this.scrolled() });
    this.log.addEventListener("load", () => { if (this.sticks) this.toEnd(); }, true);
    new ResizeObserver(() => { if (this.sticks) this.toEnd(); }).observe(this.log);
    this.pinned = el("button", { type: "button", class: "pinned", hidden: true, onclick: () => this.showPinned() });
    this.note = el("p", { class: "note" });
    this.toasts = el("div", { class: "toasts", role: "status" });
    this.empty = el("div", { class: "empty" });
    this.keyboard = el("div", { class: "keyboard", hidden: true });
    this.more = moreMenu(this);
    this.who = el("select", { name: "speaker", "aria-label": "Yang berbicara", onchange: () => this.redraw() });
    this.composer = composer(this);
    this.node = el("section", { class: `column${this.group ? " group" : ""}`, dataset: { chat: view.key }, "aria-label": view.title },
      el("header", {}, el("span", { class: `avatar ${this.tint}`, "aria-hidden": "true" }, initials(view.title)),
        el("div", { class: "who" }, el("h2", {}, view.title), this.note), this.more.node),
      this.pinned, this.log, this.empty, this.toasts, this.keyboard, this.composer.node);
  }

  async do(name, body = {}) {
    try {
      return await act(name, { as: this.speaker, ...(this.group ? { chat: this.key } : {}), ...body });
    } catch (problem) {
      this.toast(problem.message, "problem");
      return null;
    }
  }

  say(text) {
    return this.do("says", { text });
  }

  async follow(url) { // a long word in a link is an invitation, which one person passes on to another
    const passedOn = (new URL(url).searchParams.get("start") || "").length > 16;
    const who = passedOn ? await this.page.whoOpens(this.speaker) : this.speaker;
    if (who && await this.do("follows", { as: who, chat: undefined, url })) this.page.show(who);
  }

  async press(view, button, row, column, node) {
    if (button.url && !button.url.toLowerCase().includes(`t.me/${this.botName.toLowerCase()}`)) {
      window.open(button.url, "_blank", "noopener,noreferrer");
      return;
    }
    node.classList.add("busy");
    const made = await this.do("presses", { button: button.text, message: view.uid, row, column });
    if (made && made.press) this.waiting.set(made.press, node);
    else node.classList.remove("busy");
    if (button.url && made) this.page.show(this.speaker);
  }

  reply(view) {
    this.composer.aim({ kind: "reply", view });
  }

  edit(view) {
    this.composer.aim({ kind: "edit", view });
  }

  enlarge(source, text) {
    this.page.enlarge(source, text);
  }

  async sendFile(file, kind, caption) {
    const body = { data: await base64(file), name: file.name, mime: file.type || undefined, caption };
    return this.do(kind, body);
  }

  toast(text, kind = "") {
    const node = el("p", { class: `toast ${kind}` }, text);
    this.toasts.append(node);
    setTimeout(() => node.remove(), 4500);
  }

  showPinned() {
    const found = this.log.querySelector(`[data-id="${this.view.pinned[0]?.id}"]`);
    found?.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  update(view) {
    const before = this.view;
    this.view = view;
    const typing = view.typing ? TYPING[view.typing] || TYPING.typing : null;
    this.note.textContent = typing || (this.group ? groupNote(view) : view.note);
    this.node.classList.toggle("is-typing", Boolean(typing));
    if (this.group) this.updateMembers(view);
    this.drawMessages(view);
    this.drawEmpty(view);
    this.drawPinned(view);
    this.drawKeyboard(view);
    this.composer.update(view);
    this.more.update(view);
    this.drawNotices(view);
    return before ? view.messages.filter((one) => one.bot && !before.messages.some((old) => old.uid === one.uid)).length : 0;
  }

  updateMembers(view) {
    const chosen = this.who.value;
    this.who.replaceChildren(...view.members.map((one) => el("option", { value: one.key }, one.name)));
    if (view.members.some((one) => one.key === chosen)) this.who.value = chosen;
  }

  redraw() {
    this.drawn.clear();
    this.log.replaceChildren();
    this.drawMessages(this.view);
    this.composer.update(this.view);
  }

  drawMessages(view) {
    const { sticks } = this;
    const nodes = [];
    const kept = new Map();
    let last = null;
    for (const one of view.messages) {
      const follows = Boolean(last) && !one.service && !last.service && last.sender === one.sender && one.time - last.time < 300;
      const text = JSON.stringify([one, follows]);
      const old = this.drawn.get(one.uid);
      const node = old && old.text === text ? old.node : message(one, this, follows);
      kept.set(one.uid, { node, text });
      nodes.push(node);
      last = one;
    }
    if (view.pending || view.typing) nodes.push(this.dots());
    this.drawn = kept;
    for (const node of [...this.log.children]) if (!nodes.includes(node)) node.remove();
    nodes.forEach((node, at) => {
      if (this.log.children[at] !== node) this.log.insertBefore(node, this.log.children[at] || null);
    });
    if (sticks) this.toEnd();
  }

  dots() {
    this.dotted ??= el("div", { class: "dots", "aria-label": "bot sedang bekerja" }, el("i"), el("i"), el("i"));
    return this.dotted;
  }

  scrolled() { // content that grows is no scrolling: only a person moves up
    const top = this.log.scrollTop;
    if (this.log.scrollHeight - top - this.log.clientHeight < 60) this.sticks = true;
    else if (top < this.top) this.sticks = false;
    this.top = top;
  }

  toEnd() { // a message taller than the screen is read from its beginning
    this.sticks = true;
    const last = [...this.log.children].findLast((node) => node.classList.contains("message"));
    if (last && last.offsetHeight > this.log.clientHeight && this.log.clientHeight) {
      if (this.begun === last.dataset.id) return;
      this.begun = last.dataset.id;
      this.log.scrollTop = last.offsetTop - this.log.offsetTop - 8;
    } else {
      this.begun = null;
      this.log.scrollTop = this.log.scrollHeight;
    }
    this.top = this.log.scrollTop;
  }

  drawEmpty(view) {
    const needed = !this.group && (!view.started || view.blocked);
    this.empty.hidden = !needed;
    if (!needed) return;
    const unblock = view.blocked;
    this.empty.replaceChildren(
      !unblock && view.description && el("p", {}, view.description) || "",
      el("button", {
        type: "button", class: "primary", dataset: { action: unblock ? "unblock" : "start" },
        onclick: () => (unblock ? this.do("unblocks_bot") : this.say("/start")),
      }, unblock ? "Buka blokir bot" : "Mulai", el("small", { lang: "en" }, unblock ? "unblock" : "start")));
  }

  drawPinned(view) {
    this.pinned.hidden = !view.pinned.length;
    if (view.pinned.length) this.pinned.replaceChildren(icon("pin"), el("span", {}, view.pinned[0].text || "Pesan disematkan"));
  }

  drawKeyboard(view) {
    const rows = view.keyboard?.keyboard || [];
    const text = JSON.stringify(rows);
    if (this.keyboardText === text) return;
    this.keyboardText = text;
    this.keyboard.hidden = !rows.length;
    this.keyboard.replaceChildren(...rows.map((row) => el("div", { class: "row" }, ...row.map((button) =>
      el("button", { type: "button", onclick: () => this.do("presses", { button: button.text }) }, button.text)))));
  }

  drawNotices(view) {
    for (const notice of view.notices) {
      this.waiting.get(notice.id)?.classList.remove("busy");
      this.waiting.delete(notice.id);
      if (this.seen.has(notice.id)) continue;
      this.seen.add(notice.id);
      if (notice.text && notice.alert) this.page.alert(notice.text);
      else if (notice.text) this.toast(notice.text);
    }
  }
}

function groupNote(view) {
  const here = ["member", "administrator"].includes(view.bot_status);
  const people = `${view.members.length} anggota`;
  return here ? `${people} dan bot${view.bot_status === "administrator" ? " (admin)" : ""}` : `${people}, bot belum di sini`;
}

export const initials = (title) => title.split(/\s+/).slice(0, 2).map((word) => [...word][0] || "").join("").toUpperCase();
