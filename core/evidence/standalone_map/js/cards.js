// The card beside the pointer, and the card of the sample that was opened.

const CARD_GAP = 16;
const EDGE = 6;

class Card {
  constructor(element, points, pictures) {
    Object.assign(this, { element, points, pictures });
  }

  hide() {
    this.element.hidden = true;
    delete this.element.dataset.id;
  }

  show(i) {
    const { element, points } = this;
    element.querySelector(".label").textContent = points.label(i);
    element.querySelector(".swatch").style.setProperty("background", points.colour(i));
    element.querySelector(".more").textContent = `${points.clusterNames[i]} · ${points.ids[i]}`;
    this.pictures.draw(element.querySelector(".picture"), i);
    element.hidden = false;
    element.dataset.id = points.ids[i];
  }

  /** Beside the point, on the side where there is room. */
  moveTo([x, y], [stageWidth, stageHeight]) {
    const { offsetWidth, offsetHeight } = this.element;
    const fitsRight = x + CARD_GAP + offsetWidth <= stageWidth;
    const left = Math.max(EDGE, fitsRight ? x + CARD_GAP : x - CARD_GAP - offsetWidth);
    const top = clamp(y - offsetHeight / 2, EDGE, Math.max(EDGE, stageHeight - offsetHeight - EDGE));
    this.element.style.setProperty("transform", `translate(${Math.round(left)}px, ${Math.round(top)}px)`);
  }
}

class DetailCard extends Card {
  show(i) {
    super.show(i);
    const known = this.points.facts.filter(({ values }) => values[i] !== null && values[i] !== "");
    const rows = known.flatMap(({ name, unit, values }) => [
      textElement("dt", "", name),
      textElement("dd", "", `${values[i]} ${unit}`.trim()),
    ]);
    this.element.querySelector(".facts").replaceChildren(...rows);
  }
}
