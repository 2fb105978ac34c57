// An invisible component: puts what Python sends on the shelf, where the map finds it.

const PAGE_MARK = "/page/";
const KEPT_PAGES = 64;
const lastPayload = new WeakMap();

/** Picture pages stay after the next one came, up to a number; points and state belong to their feeder. */
function dropOldPages() {
  const pages = [...shelf().keys()].filter((channel) => channel.includes(PAGE_MARK));
  for (const channel of pages.slice(0, Math.max(0, pages.length - KEPT_PAGES))) shelf().delete(channel);
}

export default function feeder({ data, parentElement }) {
  const payload = splitPayload(data);
  const before = lastPayload.get(parentElement);
  if (before?.header.fingerprint !== payload.header.fingerprint) {
    lastPayload.set(parentElement, payload);
    putOnShelf(payload);
    dropOldPages();
  }
  return whenGone(parentElement, () => {
    const last = lastPayload.get(parentElement);
    if (last && !last.header.channel.includes(PAGE_MARK)) takeOffShelf(last);
    lastPayload.delete(parentElement);
  });
}
