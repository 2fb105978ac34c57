// Scrolls to its own place where that lies in the lower half of the window or below it, once for each number.

const SHOWN = Symbol.for("glitch-audit-into-sight"); // by key, as another visit of the page draws this part anew
const LOW = 0.5; // of the window's height
const NEAR_PX = 40;
const STEP_MS = 100;
const PATIENCE_MS = 4000; // what follows is drawn bit by bit, and until then the page is too short to be scrolled so far
const OWN_WAYS = ["wheel", "touchmove", "pointerdown", "keydown"]; // whoever moves on himself is left alone

export default function intoSight({ data, parentElement }) {
  const shown = (globalThis[SHOWN] ??= new Map());
  const before = shown.get(data.key) ?? 0;
  shown.set(data.key, data.serial);
  if (data.serial <= before) return;
  const place = parentElement.host ?? parentElement;
  const moving = new AbortController();
  const since = performance.now();
  OWN_WAYS.forEach((way) => window.addEventListener(way, () => moving.abort(), { signal: moving.signal, passive: true }));
  const look = (least) => {
    const over = !place.isConnected || performance.now() - since > PATIENCE_MS;
    if (moving.signal.aborted || over || place.getBoundingClientRect().top < least) {
      moving.abort();
      return;
    }
    place.scrollIntoView({ block: "start" });
    setTimeout(() => look(NEAR_PX), STEP_MS);
  };
  setTimeout(() => look(LOW * window.innerHeight), STEP_MS);
}
