// Tells Python when the page is looked at again: its tab was opened, its window came forward, or the mouse came in.
// Nothing is sent while nobody moves, so an idle page costs the server nothing.

const listeners = new WeakMap();

export default function ({ parentElement, setTriggerValue }) {
  // One call follows another without a cleanup between them: each listens in the place of the one before.
  listeners.get(parentElement)?.abort();
  const listening = new AbortController();
  listeners.set(parentElement, listening);
  const options = { signal: listening.signal };
  const tell = () => {
    if (document.visibilityState === "visible") setTriggerValue("again", true);
  };
  document.addEventListener("visibilitychange", tell, options);
  window.addEventListener("focus", tell, options);
  document.documentElement.addEventListener("pointerenter", tell, options);
  return whenGone(parentElement, () => listening.abort());
}
