// Colours of the page's theme, as Streamlit hands them to components in CSS variables.

const FALLBACK_COLOURS = {
  "--st-text-color": "#31333f",
  "--st-background-color": "#ffffff",
};
const GRAY_SHARE_OF_TEXT = 0.26;

function readTheme(element) {
  const style = getComputedStyle(element);
  const colour = (name) => parseColour(style.getPropertyValue(name).trim() || FALLBACK_COLOURS[name], name);
  const text = colour("--st-text-color");
  const background = colour("--st-background-color");
  return {
    text,
    background,
    gray: text.map((value, channel) => value * GRAY_SHARE_OF_TEXT + background[channel] * (1 - GRAY_SHARE_OF_TEXT)),
    dark: luminance(background) < luminance(text),
  };
}

/** Any CSS colour to [red, green, blue] between 0 and 1. */
function parseColour(text, fallbackName) {
  const pencil = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  pencil.fillStyle = FALLBACK_COLOURS[fallbackName] ?? "#888888";
  pencil.fillStyle = text;
  pencil.fillRect(0, 0, 1, 1);
  return [...pencil.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((value) => value / 255);
}

function luminance([red, green, blue]) {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function cssColour(colour) {
  return `rgb(${colour.map((value) => Math.round(value * 255)).join(" ")})`;
}
