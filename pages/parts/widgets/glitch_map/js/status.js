// What the map says of itself in words, and which of its buttons can be pressed.

const NO_WEBGL_SENTENCE = "This browser draws no WebGL, and there are too many samples to draw without it: "
  + "use the Plotly view instead.";

function sayState(map) {
  const { shownCount, selectedCount, count } = map.points;
  const number = (value) => COUNT_FORMAT.format(value);
  const all = `${number(count)} ${count === 1 ? "sample" : "samples"}`;
  const shown = shownCount === count ? all : `${number(shownCount)} of ${number(count)} shown`;
  map.find("status").textContent = selectedCount ? `${number(selectedCount)} selected · ${shown}` : shown;
  map.find("fit").disabled = !selectedCount;
  map.find("clear").disabled = !selectedCount && !map.selection.length;
  map.find("hint").hidden = selectedCount > 0;
  map.find("more").hidden = selectedCount === 0;
  const tooMany = map.painter instanceof FlatPainter && count > FLAT_LIMIT;
  map.find("notice").textContent = tooMany ? NO_WEBGL_SENTENCE : "";
  map.find("notice").hidden = !tooMany;
}
