// The contact sheet in the browser. Python sends one payload: a 4-byte header length, a JSON header, and the pictures'
// bytes end to end. The sheet sends back sample ids: which were taken out or in, or which to open.

const HEADER_LENGTH_BYTES = 4;
const ARROW_STEPS = { ArrowLeft: -1, ArrowRight: 1 };

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

function pictureElement(tile, addresses) {
  if (tile.bytes === 0) return element("div", "missing", "no picture");
  const address = URL.createObjectURL(new Blob([tile.picture], { type: "image/jpeg" }));
  addresses.push(address);
  const image = element("img", "picture");
  image.src = address;
  image.alt = `${tile.label}, ${tile.id}`;
  image.draggable = false;
  return image;
}

function tileElement(tile, selectable, addresses) {
  const box = element("div", "tile");
  box.dataset.id = tile.id;
  const face = element("button", "face");
  face.type = "button";
  face.title = selectable ? `${tile.id}: click to take out or put back` : `${tile.id}: click to open`;
  if (selectable) face.setAttribute("role", "checkbox");
  face.append(pictureElement(tile, addresses));
  const name = element("span", "name");
  const dot = element("span", "dot");
  dot.style.background = tile.colour;
  name.append(dot, element("span", "label", tile.label));
  face.append(name, element("span", "caption", tile.caption));
  box.append(face);
  if (selectable) box.append(openButton(tile));
  return box;
}

function openButton(tile) {
  const button = element("button", "open", "⤢");
  button.type = "button";
  button.title = "Open the four views and the neighbours (key: o)";
  button.setAttribute("aria-label", `Open ${tile.id}`);
  return button;
}

function showChosen(box, chosen, selectable) {
  if (!selectable) return;
  box.classList.toggle("out", !chosen);
  box.querySelector(".face").setAttribute("aria-checked", String(chosen));
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const sheet = parentElement.querySelector(".contact-sheet");
  const header = unpack(data);
  const tiles = header.tiles;
  const addresses = [];
  const boxes = tiles.map((tile) => tileElement(tile, header.selectable, addresses));
  const focused = sheet.contains(parentElement.activeElement ?? null) ? parentElement.activeElement : null;
  const focusedId = focused?.closest(".tile")?.dataset.id;

  sheet.style.setProperty("--tile-width", `${header.tileWidth}px`);
  sheet.replaceChildren(...boxes);
  boxes.forEach((box, position) => showChosen(box, tiles[position].chosen, header.selectable));
  if (focusedId) focusTile(tiles.findIndex((tile) => tile.id === focusedId));

  function focusTile(position) {
    if (position >= 0 && position < boxes.length) boxes[position].querySelector(".face").focus();
  }

  function send(kind, ids, chosen) {
    setTriggerValue("event", { kind, ids, chosen });
  }

  function toggle(first, last, chosen) {
    const [low, high] = first < last ? [first, last] : [last, first];
    for (let position = low; position <= high; position += 1) {
      tiles[position].chosen = chosen;
      showChosen(boxes[position], chosen, header.selectable);
    }
    send("toggle", tiles.slice(low, high + 1).map((tile) => tile.id), chosen);
  }

  // A range starts at the tile clicked last, which a rerun must not forget.
  function clicked(position, shift) {
    if (!header.selectable) return send("open", [tiles[position].id], true);
    const anchor = tiles.findIndex((tile) => tile.id === sheet.dataset.anchor);
    if (shift && anchor >= 0) toggle(anchor, position, tiles[anchor].chosen);
    else toggle(position, position, !tiles[position].chosen);
    if (!shift) sheet.dataset.anchor = tiles[position].id;
  }

  function positionOf(target) {
    return boxes.indexOf(target.closest(".tile"));
  }

  sheet.onclick = (event) => {
    const position = positionOf(event.target);
    if (position < 0) return;
    if (event.target.closest(".open")) send("open", [tiles[position].id], true);
    else clicked(position, event.shiftKey);
  };

  sheet.onkeydown = (event) => {
    const position = positionOf(event.target);
    if (position < 0) return;
    if (event.key === "o") send("open", [tiles[position].id], true);
    else if (event.key in ARROW_STEPS) focusTile(position + ARROW_STEPS[event.key]);
    else return;
    event.preventDefault();
  };

  sheet.dataset.tiles = String(tiles.length);
  return () => addresses.forEach((address) => URL.revokeObjectURL(address));
}
