// Colours of the page's theme, as Streamlit hands them to components in CSS variables.

const FALLBACK_COLOURS = {
  "--st-text-color": "#31333f",
  "--st-background-color": "#ffffff",
};
const LEAST_CONTRAST = 3; // what the accessibility rules ask of what is no text
const RIM_WHITE = 0.55;
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

/** Whether a colour hardly stands out from a dark page: a light rim helps it there, as labels' colours stay what they are. */
function needsRim(theme, colour) {
  return Boolean(theme?.dark) && contrast(colour, theme.background) < LEAST_CONTRAST;
}

/** The colour itself, lighter. */
function rimColour(colour) {
  return colour.map((value) => value + (1 - value) * RIM_WHITE);
}

/** How far two colours stand apart, 1 to 21, as WCAG 2 counts it. */
function contrast(one, other) {
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const [low, high] = [one, other].map((colour) => luminance(colour.map(linear)) + 0.05).sort((a, b) => a - b);
  return high / low;
}

function cssColour(colour) {
  return `rgb(${colour.map((value) => Math.round(value * 255)).join(" ")})`;
}
