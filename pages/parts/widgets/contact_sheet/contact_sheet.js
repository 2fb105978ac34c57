// The contact sheet in the browser. Python sends one payload: a 4-byte header length, a JSON header, and the pictures'
// bytes end to end; which tiles are out comes apart from it. The sheet sends back sample ids: which were taken out or
// in, or which to open. A click shows at once, and is said again with every message until Python has answered it.

const HEADER_LENGTH_BYTES = 4;
const ARROW_STEPS = { ArrowLeft: -1, ArrowRight: 1 };
const SAID_ONCE = 0; // the number of a click that asks for no answer

function unpack(payload) {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const headerLength = view.getUint32(0, true);
  const start = HEADER_LENGTH_BYTES + headerLength;
  const header = JSON.parse(new TextDecoder().decode(payload.subarray(HEADER_LENGTH_BYTES, start)));
  let offset = start;
  for (const tile of header.tiles) {
    tile.picture = payload.subarray(offset, offset + tile.bytes);
    offset += tile.bytes;
  }
  return header;
}

function element(name, className, text) {
  const node = document.createElement(name);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Gives every tile a key of its own: views of one glitch are tiles with one id. */
function keyTiles(tiles) {
  const counts = new Map();
  for (const tile of tiles) {
    const before = counts.get(tile.id) ?? 0;
    counts.set(tile.id, before + 1);
    tile.key = `${before} ${tile.id}`;
  }
}

function sameBytes(one, other) {
  return one?.length === other.length && one.every((byte, place) => byte === other[place]);
}

// A tile keeps its box for as long as it is shown: a box that is exchanged while the mouse is down on it loses its click.
class TileBox {
  constructor({ id, key }, selectable) {
    this.id = id;
    this.selectable = selectable;
    this.node = element("div", "tile");
    this.node.dataset.id = id;
    this.node.dataset.key = key;
    this.face = element("button", "face");
    this.face.type = "button";
    if (selectable) this.face.setAttribute("role", "checkbox");
    this.picture = element("div", "missing", "no picture");
    this.dot = element("span", "dot");
    this.label = element("span", "label");
    this.caption = element("span", "caption");
    this.mark = element("span", "mark");
    const name = element("span", "name");
    name.append(this.dot, this.label);
    this.face.append(this.picture, name, this.caption, this.mark);
    this.node.append(this.face);
    if (selectable) this.node.append(this.openButton());
  }

  openButton() {
    const button = element("button", "open", "⤢");
    button.type = "button";
    button.title = "Open the four views and the neighbours (key: o)";
    button.setAttribute("aria-label", `Open ${this.id}`);
    return button;
  }

  show(tile) {
    this.dot.style.background = tile.colour;
    shapeSwatch(this.dot, tile.sign);
    this.label.textContent = tile.label;
    this.label.title = tile.label;
    this.caption.textContent = tile.caption;
    this.caption.title = tile.caption;
    if (!sameBytes(this.bytes, tile.picture)) this.showPicture(tile);
    if (this.address) this.picture.alt = `${tile.label}, ${tile.id}`;
  }

  showHint(hint) {
    const does = hint || (this.selectable ? "click to take out or put back" : "click to open");
    this.face.title = `${this.id}: ${does}`;
  }

  showPicture(tile) {
    this.forgetPicture();
    this.bytes = tile.picture;
    const picture = tile.bytes ? this.image(tile) : element("div", "missing", "no picture");
    this.picture.replaceWith(picture);
    this.picture = picture;
  }

  image(tile) {
    this.address = URL.createObjectURL(new Blob([tile.picture], { type: "image/jpeg" }));
    const image = element("img", "picture");
    image.src = this.address;
    image.draggable = false;
    return image;
  }

  showChosen(chosen) {
    if (!this.selectable) return;
    this.node.classList.toggle("out", !chosen);
    this.face.setAttribute("aria-checked", String(chosen));
  }

  showMark(text) {
    this.mark.textContent = text;
    this.mark.title = text;
  }

  // A picture that is still being loaded is given up first: it would be missed under its address.
  forgetPicture() {
    if (!this.address) return;
    this.picture.removeAttribute("src");
    URL.revokeObjectURL(this.address);
    this.address = null;
  }
}

class ContactSheet {
  constructor(sheet) {
    this.sheet = sheet;
    this.boxes = new Map();
    this.tiles = [];
    this.out = new Set(); // as Python knows it
    this.entries = []; // clicks that Python has not answered yet, in order
    this.serial = 0;
    this.onState = (event) => {
      if (event.detail === this.channel) this.takeState();
    };
    window.addEventListener(STATE_EVENT, this.onState);
    sheet.onclick = (event) => this.clicked(event);
    sheet.onkeydown = (event) => this.keyPressed(event);
  }

  /** Called by Streamlit whenever other tiles are to be shown, or the same ones otherwise. */
  refresh(header, setTriggerValue) {
    this.setTriggerValue = setTriggerValue;
    this.channel = header.channel;
    this.selectable = header.selectable;
    this.name = header.sheet;
    this.hint = header.hint;
    this.tiles = header.tiles;
    keyTiles(this.tiles);
    this.sheet.style.setProperty("--tile-width", `${header.tileWidth}px`);
    this.placeBoxes();
    this.tellDrawn();
    this.takeState();
    this.sheet.dataset.tiles = String(this.tiles.length);
  }

  placeBoxes() {
    const focused = this.focusedTile();
    const boxes = this.tiles.map((tile) => this.boxOf(tile));
    for (const [key, box] of this.boxes) {
      if (boxes.includes(box)) continue;
      box.forgetPicture();
      this.boxes.delete(key);
    }
    const inPlace = boxes.length === this.sheet.children.length
      && boxes.every((box, place) => this.sheet.children[place] === box.node);
    if (inPlace) return;
    this.sheet.replaceChildren(...boxes.map((box) => box.node));
    if (focused !== undefined) this.boxes.get(focused)?.face.focus();
  }

  /** Whoever waits until the pictures of ``name`` can be seen looks into what is kept here. */
  tellDrawn() {
    const pictures = [...this.boxes.values()].map((box) => box.picture);
    const outNow = () => this.tiles.map((tile) => tile.id).filter((id) => !this.isChosen(id));
    drawnSheets().set(this.channel, { name: this.name, sheet: this.sheet, pictures, outNow });
  }

  boxOf(tile) {
    let box = this.boxes.get(tile.key);
    if (box?.selectable !== this.selectable) {
      box?.forgetPicture();
      box = new TileBox(tile, this.selectable);
      this.boxes.set(tile.key, box);
    }
    box.show(tile);
    box.showHint(this.hint);
    return box;
  }

  focusedTile() {
    return this.sheet.getRootNode().activeElement?.closest(".tile")?.dataset.key;
  }

  takeState() {
    const state = sheetStates().get(this.channel);
    if (state?.sheet === this.name) {
      this.serial = Math.max(this.serial, state.answered);
      this.out = new Set(state.out);
      for (const box of this.boxes.values()) box.showMark(state.marks[box.id] ?? "");
      this.entries = this.entries.filter((entry) => entry.serial > state.answered);
    }
    // What was clicked on a sheet of another name was not meant for this one.
    this.entries = this.entries.filter((entry) => entry.sheet === this.name);
    for (const box of this.boxes.values()) box.showChosen(this.isChosen(box.id));
    this.tellChosen();
    this.sheet.dataset.unanswered = String(this.entries.length);
  }

  /** Whoever acts on what is left, as it is seen and not as Python knows it, asks ``outNow`` when this was told. */
  tellChosen() {
    window.dispatchEvent(new CustomEvent(CHOSEN_EVENT, { detail: this.name }));
  }

  isChosen(id) {
    const last = this.entries.findLast((entry) => entry.kind === "toggle" && entry.ids.includes(id));
    return last ? last.chosen : !this.out.has(id);
  }

  send(kind, ids, chosen) {
    const entry = { kind, ids, chosen, sheet: this.name, serial: SAID_ONCE };
    if (!this.selectable) return this.setTriggerValue("event", { entries: [entry] });
    this.serial += 1;
    this.entries.push({ ...entry, serial: this.serial });
    this.sheet.dataset.unanswered = String(this.entries.length);
    this.setTriggerValue("event", { entries: this.entries });
  }

  toggle(first, last, chosen) {
    const [low, high] = first < last ? [first, last] : [last, first];
    const ids = this.tiles.slice(low, high + 1).map((tile) => tile.id);
    this.send("toggle", ids, chosen);
    for (const box of this.boxes.values()) if (ids.includes(box.id)) box.showChosen(chosen);
    this.tellChosen();
  }

  // A range starts at the tile clicked last, which a rerun must not forget.
  toggleFrom(place, shift) {
    const anchor = this.tiles.findIndex((tile) => tile.id === this.anchor);
    if (shift && anchor >= 0) this.toggle(anchor, place, this.isChosen(this.anchor));
    else this.toggle(place, place, !this.isChosen(this.tiles[place].id));
    if (!shift) this.anchor = this.tiles[place].id;
  }

  placeOf(target) {
    const key = target.closest(".tile")?.dataset.key;
    return this.tiles.findIndex((tile) => tile.key === key);
  }

  open(place) {
    this.send("open", [this.tiles[place].id], true);
  }

  clicked(event) {
    const place = this.placeOf(event.target);
    if (place < 0) return;
    if (event.target.closest(".open") || !this.selectable) this.open(place);
    else this.toggleFrom(place, event.shiftKey);
  }

  keyPressed(event) {
    const place = this.placeOf(event.target);
    if (place < 0) return;
    if (event.key === "o") this.open(place);
    else if (event.key in ARROW_STEPS) this.focusTile(place + ARROW_STEPS[event.key]);
    else return;
    event.preventDefault();
  }

  focusTile(place) {
    if (place in this.tiles) this.boxes.get(this.tiles[place].key).face.focus();
  }

  destroy() {
    window.removeEventListener(STATE_EVENT, this.onState);
    for (const box of this.boxes.values()) box.forgetPicture();
  }
}

const sheetsByElement = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const element = parentElement.querySelector(".contact-sheet");
  if (!sheetsByElement.has(element)) sheetsByElement.set(element, new ContactSheet(element));
  const sheet = sheetsByElement.get(element);
  sheet.refresh(unpack(data), setTriggerValue);
  return whenGone(parentElement, () => {
    sheet.destroy();
    sheetsByElement.delete(element);
  });
}
