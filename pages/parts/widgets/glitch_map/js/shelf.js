// What the components of the map share inside one browser page: a shelf of decoded payloads, by channel name.
// It hangs on a registered symbol because every Streamlit component is a script module of its own.

const SHELF_SYMBOL = Symbol.for("glitch-audit.map-shelf");
const SHELF_EVENT = "glitch-map-shelf"; // detail: the channel that changed
const NEED_PAGE_EVENT = "glitch-map-need-page"; // detail: { pictures, page }
const HEADER_LENGTH_BYTES = 4;

function shelf() {
  globalThis[SHELF_SYMBOL] ??= new Map();
  return globalThis[SHELF_SYMBOL];
}

/** Bytes from Python to { header, body }: 4-byte little-endian length, JSON header, body. */
function splitPayload(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const bodyStart = HEADER_LENGTH_BYTES + length;
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_LENGTH_BYTES, bodyStart)));
  return { header, body: bytes.subarray(bodyStart) };
}

function putOnShelf(payload) {
  const { channel } = payload.header;
  shelf().delete(channel); // the newest goes to the end, so that the oldest is found first
  shelf().set(channel, payload);
  window.dispatchEvent(new CustomEvent(SHELF_EVENT, { detail: channel }));
}

function takeOffShelf(payload) {
  const { channel } = payload.header;
  if (shelf().get(channel) === payload) shelf().delete(channel);
}

function pageChannel(pictures, page) {
  return `${pictures}/page/${page}`;
}
