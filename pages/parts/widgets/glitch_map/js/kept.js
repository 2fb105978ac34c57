// Switches of the map that this browser remembers.

function isKeptOn(name, usual) {
  try {
    const kept = window.localStorage.getItem(name);
    return kept === null ? usual : kept !== "off";
  } catch {
    return usual; // a browser that keeps nothing
  }
}

function keepOn(name, on) {
  try {
    window.localStorage.setItem(name, on ? "on" : "off");
  } catch {
    // It stays as chosen until the page is left.
  }
}
