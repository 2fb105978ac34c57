// Keys on the focused map.

function keyActions(map) {
  return {
    ...moveKeys(map),
    Escape: () => map.clearSelection(),
    l: () => map.setMode("lasso"),
    b: () => map.setMode("box"),
    f: () => map.fitSelection(),
    n: () => map.toggleNames(),
    h: () => map.toggleSigns(),
    c: () => map.setMode("pan"),
  };
}
