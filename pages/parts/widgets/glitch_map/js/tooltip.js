// The card beside the pointer: the sample's picture, label, cluster and id.

const CARD_GAP = 16;
const PICTURE_ENLARGEMENT = 2;

class Tooltip {
  constructor(element) {
    this.element = element;
    this.picture = element.querySelector("canvas");
    this.label = element.querySelector(".card-label");
    this.swatch = element.querySelector(".card-swatch");
    this.cluster = element.querySelector(".card-cluster");
    this.id = element.querySelector(".card-id");
    this.text = element.querySelector(".card-text");
  }

  hide() {
    this.element.hidden = true;
    this.element.removeAttribute("data-sample");
  }

  /** fallback: the legend's name and colour, shown until the page with the sample's own card arrives. */
  show(sample, { known, fallback, sign, pictureSize }) {
    const { card } = known ?? {};
    this.label.textContent = card?.label ?? fallback.name;
    this.swatch.style.background = fallback.colour;
    shapeSwatch(this.swatch, sign);
    setText(this.cluster, card?.cluster);
    setText(this.id, card?.id);
    setText(this.text, card?.text);
    this.drawPicture(known, pictureSize);
    this.element.hidden = false;
    this.element.dataset.sample = sample;
    this.element.dataset.picture = known?.bitmap ? "shown" : "waiting";
  }

  drawPicture(known, [width, height]) {
    this.picture.style.aspectRatio = `${width} / ${height}`;
    const { bitmap, cell } = known ?? {};
    const pencil = this.picture.getContext("2d");
    if (!bitmap) {
      pencil.clearRect(0, 0, this.picture.width, this.picture.height);
      return;
    }
    this.picture.width = cell.width * PICTURE_ENLARGEMENT;
    this.picture.height = cell.height * PICTURE_ENLARGEMENT;
    pencil.imageSmoothingQuality = "high";
    pencil.drawImage(
      bitmap, cell.left, cell.top, cell.width, cell.height, 0, 0, this.picture.width, this.picture.height,
    );
  }

  /** Beside the point, on the side where there is room. */
  moveTo([x, y], stageWidth, stageHeight) {
    const { offsetWidth, offsetHeight } = this.element;
    const right = x + CARD_GAP + offsetWidth <= stageWidth;
    const left = right ? x + CARD_GAP : x - CARD_GAP - offsetWidth;
    const top = clamp(y - offsetHeight / 2, 4, Math.max(4, stageHeight - offsetHeight - 4));
    this.element.style.transform = `translate(${Math.round(Math.max(4, left))}px, ${Math.round(top)}px)`;
  }
}

function setText(element, text) {
  element.textContent = text ?? "";
  element.hidden = !text;
}
