// Keys on the focused map.

function keyActions(map) {
  return {
    ...moveKeys(map),
    Escape: () => map.clearSelection(),
    l: () => map.setMode("lasso"),
    b: () => map.setMode("box"),
    c: () => map.setMode("pan"),
  };
}
