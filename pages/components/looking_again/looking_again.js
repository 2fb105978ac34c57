// Tells Python when the page is looked at again: its tab was opened, its window came forward, or the mouse came in.
// Nothing is sent while nobody moves, so an idle page costs the server nothing.

export default function ({ setTriggerValue }) {
  const listening = new AbortController();
  const options = { signal: listening.signal };
  const tell = () => {
    if (document.visibilityState === "visible") setTriggerValue("again", true);
  };
  document.addEventListener("visibilitychange", tell, options);
  window.addEventListener("focus", tell, options);
  document.documentElement.addEventListener("pointerenter", tell, options);
  return () => listening.abort();
}
