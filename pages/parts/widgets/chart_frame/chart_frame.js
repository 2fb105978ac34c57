// The frame of a chart that can be clicked: first the page's own fonts, then the packed component that draws it.
// A frame inherits no font, and Plotly measures texts once: with another font they would be cut or overlap.

const COMPONENT = "../streamlit_plotly_events.plotly_events/";
const FONT = '"Source Sans"';
const WEIGHTS = [400, 600];

function loaded(element, place) {
  return new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = reject;
    place.append(element);
  });
}

// Streamlit's style sheets name the files of its fonts, and set nothing else that a chart has.
function addSheet({ href }) {
  return loaded(Object.assign(document.createElement("link"), { rel: "stylesheet", href }), document.head);
}

async function takeFonts() {
  const sheets = window.parent.document.querySelectorAll('link[rel="stylesheet"]');
  await Promise.all([...sheets].map(addSheet));
  await Promise.all(WEIGHTS.map((weight) => document.fonts.load(`${weight} 1em ${FONT}`)));
}

function addScript(path) {
  const script = Object.assign(document.createElement("script"), { src: COMPONENT + path, async: false });
  return loaded(script, document.body);
}

async function startComponent() {
  const { entrypoints } = await (await fetch(`${COMPONENT}asset-manifest.json`)).json();
  await Promise.all(entrypoints.map(addScript));
}

try {
  await takeFonts();
} catch {
  // A chart in another font is better than none.
}
await startComponent();
