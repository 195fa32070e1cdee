// One message as DOM nodes. Texts only ever become text nodes: a name with HTML in it stays a name.
import { clock, el, icon } from "./dom.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** The text with its entities (offsets in UTF-16 units, as JavaScript counts) as nodes. */
export function rich(text, entities, column) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const range = (start, stop, list) => {
    const nodes = [];
    let at = start;
    const plain = (from, to, beforeBlock) => { // a block brings its own line breaks
      if (beforeBlock && text[to - 1] === "\n") to -= 1;
      if (to > from) nodes.push(text.slice(from, to));
    };
    while (list.length) {
      const [first, ...rest] = list;
      const begin = Math.max(first.offset, at);
      const end = Math.min(first.offset + first.length, stop);
      if (begin >= end) {
        list = rest;
        continue;
      }
      const block = BLOCKS.has(first.type);
      plain(at, begin, block);
      nodes.push(wrapped(first, text.slice(begin, end), range(begin, end, rest.filter((e) => e.offset < end)), column));
      list = rest.filter((e) => e.offset >= end);
      at = block && text[end] === "\n" && end < stop ? end + 1 : end;
    }
    plain(at, stop, false);
    return nodes;
  };
  return range(0, text.length, sorted);
}

function wrapped(entity, text, children, column) {
  switch (entity.type) {
    case "text_link":
      return link(entity.url, children, column);
    case "url":
      return link(text.includes("://") ? text : `https://${text}`, children, column);
    case "email":
      return link(`mailto:${text}`, children, column);
    case "bot_command":
      return el("button", { type: "button", class: "command", onclick: () => column.say(text) }, ...children);
    case "mention": case "hashtag": case "text_mention":
      return el("span", { class: "mention" }, ...children);
    case "spoiler":
      return el("button", { type: "button", class: "spoiler", "aria-label": "Tampilkan", onclick: (event) => {
        event.currentTarget.classList.add("shown");
      } }, ...children);
    default:
      return el(TAGS[entity.type] || "span", {}, ...children);
  }
}

function link(url, children, column) {
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    return el("span", {}, ...children);
  }
  if (!["http:", "https:", "mailto:"].includes(parsed.protocol)) return el("span", {}, ...children);
  const own = parsed.hostname === "t.me" && parsed.pathname.slice(1).toLowerCase() === column.botName.toLowerCase();
  return el("a", {
    href: parsed.href, target: "_blank", rel: "noopener noreferrer",
    onclick: own ? (event) => { event.preventDefault(); column.follow(parsed.href); } : undefined,
  }, ...children);
}

function photo(view, column) {
  const source = `/sandbox/file/${view.photo.id}`;
  const image = el("img", {
    src: source, width: view.photo.width, height: view.photo.height, loading: "lazy",
    alt: view.text ? `Foto: ${view.text.slice(0, 80)}` : "Foto",
  });
  return el("button", { type: "button", class: "photo", onclick: () => column.enlarge(source, image.alt) }, image);
}

function pin({ lat, lon, live }) {
  const place = `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
  const address = `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=17/${lat}/${lon}`;
  return el("div", { class: "card pin" }, el("span", { class: "disc" }, icon("pin")),
    el("div", {}, el("strong", {}, live ? "Lokasi langsung" : "Lokasi"), el("span", { class: "numbers" }, place),
      el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, "Buka di peta")));
}

const kilobytes = (size) => (size > 1e6 ? `${(size / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(size / 1e3))} kB`);

function attachments(view, column) {
  return [
    view.photo && photo(view, column),
    view.pin && pin(view.pin),
    view.document && el("a", { class: "card", href: `/sandbox/file/${view.document.id}`, download: view.document.name },
      el("span", { class: "disc" }, icon("file")),
      el("div", {}, el("strong", {}, view.document.name), el("span", { class: "numbers" }, kilobytes(view.document.size)))),
    view.voice !== undefined && el("div", { class: "card" }, el("span", { class: "disc" }, icon("voice")),
      el("div", {}, el("strong", {}, "Pesan suara"), el("span", { class: "numbers" }, `0:${String(view.voice).padStart(2, "0")}`))),
    view.contact && el("div", { class: "card" }, el("span", { class: "disc" }, icon("people")),
      el("div", {}, el("strong", {}, view.contact.name), el("span", { class: "numbers" }, view.contact.phone))),
    view.sticker !== undefined && el("span", { class: "sticker" }, view.sticker || "stiker"),
  ];
}

function buttons(view, column) {
  if (!view.buttons.length) return null;
  return el("div", { class: "buttons" }, ...view.buttons.map((row, y) => el("div", { class: "row" }, ...row.map((button, x) =>
    el("button", {
      type: "button", class: button.url ? "inline url" : "inline", title: button.url,
      onclick: (event) => column.press(view, button, y, x, event.currentTarget),
    }, button.text)))));
}

function hover(view, column) {
  const own = !view.bot && column.speaks(view.sender);
  return el("div", { class: "hover" },
    el("button", { type: "button", title: "Balas (reply)", "aria-label": "Balas", onclick: () => column.reply(view) }, icon("reply")),
    own && view.text && el("button", { type: "button", title: "Ubah (edit)", "aria-label": "Ubah", onclick: () => column.edit(view) },
      icon("edit")));
}

/** The whole message: bubble and its buttons. */
export function message(view, column, follows) {
  if (view.service) return el("div", { class: "message service", dataset: { id: view.id } }, view.service);
  const side = view.bot ? "bot" : column.speaks(view.sender) ? "own" : "other";
  const time = el("span", { class: "meta" }, view.protected && icon("lock"), view.edited && el("span", { class: "edited" }, "diubah"),
    el("time", { datetime: new Date(view.time * 1000).toISOString() }, clock(view.time)));
  const bubble = el("div", { class: `bubble${view.protected ? " protected" : ""}${view.photo ? " has-photo" : ""}` },
    column.group && side !== "own" && !follows && el("span", { class: "sender" }, view.sender),
    view.topic && el("div", { class: "quoted" }, `# ${view.topic}`),
    view.reply && el("div", { class: "quoted" }, el("strong", {}, view.reply.sender), el("span", {}, view.reply.text)),
    ...attachments(view, column),
    view.text && el("div", { class: "text", dir: "auto" }, ...rich(view.text, view.entities, column)),
    time);
  return el("div", { class: `message ${side}${follows ? " follows" : ""}`, dataset: { id: view.id } }, bubble, hover(view, column),
    buttons(view, column));
}
