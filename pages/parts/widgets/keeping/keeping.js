// An invisible component: what outlives a reload is written into this browser's cookies and this tab's address.

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** `cookies` maps names to texts; an empty text forgets the cookie. They go back to the pages under `path` alone. */
function keepCookies(cookies, path) {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  for (const [name, text] of Object.entries(cookies)) {
    const age = text ? YEAR_SECONDS : 0;
    document.cookie = `${name}=${encodeURIComponent(text)}; Path=${path}; Max-Age=${age}; SameSite=Lax${secure}`;
  }
}

/** `address` maps names to texts; an empty text leaves the name out. The tab's history stays as it is. */
function keepAddress(address) {
  const url = new URL(window.location.href);
  for (const [name, text] of Object.entries(address)) {
    if (text) url.searchParams.set(name, text);
    else url.searchParams.delete(name);
  }
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}

/** Whether this part of the page has said something later: one that moves on the page is drawn from its old word again. */
function isOld({ part, turn }) {
  const latest = (window.glitchAuditKept ??= new Map());
  if (turn < (latest.get(part) ?? 0)) return true;
  latest.set(part, turn);
  return false;
}

export default function keep({ data }) {
  if (isOld(data)) return;
  keepCookies(data.cookies, data.path);
  keepAddress(data.address);
}
