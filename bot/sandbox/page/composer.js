// The field to write in with its tools, and the chat's menu of rarer things.
import { el, icon } from "./dom.js";

function tool(action, name, label, english, onclick) {
  return el("button", { type: "button", class: "tool", dataset: { action }, title: `${label} (${english})`, onclick }, icon(name),
    el("span", {}, label));
}

/** A menu that closes on a choice, on Escape and on a click elsewhere. */
function dropdown(summary, properties = {}) {
  const list = el("div", { class: "list", role: "menu" });
  const node = el("details", { class: "menu", ...properties }, summary, list);
  const close = () => { node.open = false; };
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      summary.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!node.contains(event.target)) close();
  });
  list.addEventListener("click", (event) => {
    if (event.target.closest("button")) close();
  });
  return { node, list };
}

const item = (text, english, onclick, action) =>
  el("button", { type: "button", role: "menuitem", onclick, dataset: action ? { action } : {} }, text, el("small", { lang: "en" }, english));

export function composer(column) {
  const text = el("textarea", {
    name: "text", rows: 1, maxlength: 20000, placeholder: "Tulis pesan…", "aria-label": "Tulis pesan", autocomplete: "off",
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        node.requestSubmit();
      } else if (event.key === "Escape") {
        aim(null);
      }
    },
    oninput: () => fit(),
  });
  const aimed = el("div", { class: "aimed", hidden: true });
  const file = el("input", { type: "file", accept: "image/*,application/pdf", hidden: true, multiple: true, onchange: async () => {
    for (const one of file.files) await column.sendFile(one, one.type === "application/pdf" ? "document" : "photo", take());
    file.value = "";
  } });
  const commands = dropdown(el("summary", { class: "tool", title: "Perintah (commands)", dataset: { action: "menu" } },
    icon("menu"), el("span", {}, "Menu")), { hidden: true });
  const node = el("form", { class: "composer", onsubmit: send },
    aimed,
    column.group && el("label", { class: "as" }, el("span", {}, "Berbicara sebagai"), column.who),
    el("div", { class: "write" }, text,
      el("button", { class: "send", dataset: { action: "send" }, title: "Kirim (send)", "aria-label": "Kirim" }, icon("send"))),
    el("div", { class: "tools" },
      commands.node,
      tool("photo-sample", "sample", "Contoh foto", "sample photo", () => column.do("photo_sample", { caption: take() })),
      tool("photo", "photo", "Foto", "photo or PDF", () => file.click()),
      tool("pin", "pin", "Pin", "location near the sample city", () => column.do("pin")),
      tool("voice", "voice", "Suara", "voice note", () => column.do("voice"))),
    file);

  function fit() {
    text.style.height = "auto";
    // Its height counts the border, its content's does not: without it a scrollbar shows beside an empty line.
    text.style.height = `${Math.min(text.scrollHeight + text.offsetHeight - text.clientHeight, 140)}px`;
  }

  function take() {
    const written = text.value.trim();
    text.value = "";
    fit();
    return written || undefined;
  }

  function aim(target) {
    column.target = target;
    aimed.hidden = !target;
    if (!target) return;
    aimed.replaceChildren(icon(target.kind), el("span", {}, `${target.kind === "edit" ? "Ubah" : "Balas"}: ${target.view.text.slice(0, 80)}`),
      el("button", { type: "button", "aria-label": "Batal", onclick: () => aim(null) }, icon("close")));
    if (target.kind === "edit") text.value = target.view.text;
    fit();
    text.focus();
  }

  async function send(event) {
    event.preventDefault();
    const written = take();
    if (!written) return;
    const target = column.target;
    aim(null);
    column.toEnd();
    let done;
    if (target?.kind === "edit") done = await column.do("edits", { text: written, message: target.view.uid });
    else done = await column.do("says", { text: written, reply_to: target?.view.uid });
    if (done === null && target?.kind !== "edit" && !text.value) text.value = written;
    text.focus();
  }

  function update(view) {
    const member = column.group ? view.members.find((one) => one.key === column.speaker) : view;
    const list = member?.commands || [];
    commands.node.hidden = !list.length;
    const shown = JSON.stringify(list);
    if (commands.shown !== shown) {
      commands.shown = shown;
      const name = column.group ? `@${column.botName}` : "";
      commands.list.replaceChildren(...list.map((one) =>
        el("button", { type: "button", role: "menuitem", onclick: () => column.say(`/${one.command}${name}`) },
          el("b", {}, `/${one.command}`), el("small", {}, one.description))));
    }
    const forced = view.keyboard?.force_reply;
    if (forced && column.forced !== forced) {
      const last = view.messages.findLast((one) => one.bot);
      if (last) aim({ kind: "reply", view: last });
    }
    column.forced = forced;
    text.placeholder = view.keyboard?.input_field_placeholder || "Tulis pesan…";
  }

  return { node, update, aim };
}

export function moreMenu(column) {
  const summary = el("summary", { class: "round", title: "Lainnya (more)", "aria-label": "Lainnya" }, icon("more"));
  const menu = dropdown(summary, { dataset: { menu: "more" } });
  const file = el("input", { type: "file", hidden: true, onchange: async () => {
    if (file.files[0]) await column.sendFile(file.files[0], "document");
    file.value = "";
  } });
  menu.node.append(file);

  function typedPin() {
    const typed = window.prompt("Lintang, bujur (latitude, longitude)", "-6.34320, 106.73810");
    if (!typed) return;
    const numbers = typed.split(/[,;\s]+/).map(Number).filter((number) => !Number.isNaN(number));
    if (numbers.length === 2) column.do("pin", { lat: numbers[0], lon: numbers[1] });
    else column.toast("Tulis seperti -6.3432, 106.7381", "problem");
  }

  function update(view) {
    const here = ["member", "administrator"].includes(view.bot_status);
    const own = [];
    const entries = [
      item("Pin dengan koordinat…", "location by numbers", typedPin, "pin-typed"),
      item("Lokasi langsung", "live location", () => column.do("pin", { live: true })),
      item("Album 3 foto", "album", () => column.do("album")),
      item("Berkas…", "document", () => file.click(), "document"),
      item("Stiker", "sticker", () => column.do("sticker")),
      item("Kontak saya", "contact", () => column.do("contact")),
    ];
    if (column.group) {
      own.push(here ? item("Keluarkan bot", "remove the bot", () => column.do("removes_bot"), "remove-bot")
          : item("Masukkan bot", "add the bot", () => column.do("adds_bot"), "add-bot"),
      here && view.bot_status !== "administrator" && item("Jadikan bot admin", "promote the bot", () => column.do("promotes_bot"), "promote-bot"),
      view.type === "group" && item("Jadikan supergrup", "upgrade to supergroup", () => column.do("migrates"), "migrate"), el("hr"));
    } else {
      entries.push(el("hr"), view.blocked ? item("Buka blokir bot", "unblock", () => column.do("unblocks_bot"))
        : item("Blokir bot", "block the bot", () => column.do("blocks_bot"), "block"));
    }
    menu.list.replaceChildren(...[...own, ...entries].filter(Boolean));
  }

  return { node: menu.node, update };
}
