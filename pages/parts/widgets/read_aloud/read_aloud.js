// Has what is told for a moment at the page's edge read out. Streamlit 1.67 shows it as a dialog that takes no focus and
// is no live region, so that a screen reader passes it over: it is made an alert as it comes.

const TOLD = '[data-testid="stToast"] [data-testid="stMarkdownContainer"]:not([role])';
const observers = new WeakMap();

function readOut() {
  for (const message of document.querySelectorAll(TOLD)) message.setAttribute("role", "alert");
}

export default function ({ parentElement }) {
  observers.get(parentElement)?.disconnect();
  const observer = new MutationObserver(readOut);
  observer.observe(document.body, { childList: true, subtree: true });
  observers.set(parentElement, observer);
  return whenGone(parentElement, () => observer.disconnect());
}
