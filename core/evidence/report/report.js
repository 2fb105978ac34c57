// A click on a column's heading sorts the table by it, a second click the other way round.

const OPPOSITE = { ascending: "descending", descending: "ascending", none: "ascending" };

for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => sortBy(button.closest("th")));
}

function sortBy(head) {
  const order = OPPOSITE[head.getAttribute("aria-sort")];
  for (const other of head.parentElement.children) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", order);
  const body = head.closest("table").tBodies[0];
  const rows = [...body.rows].sort((a, b) => compare(a.cells[head.cellIndex], b.cells[head.cellIndex]));
  body.append(...(order === "ascending" ? rows : rows.reverse()));
}

/** Cells with a number come before those without one. */
function compare(a, b) {
  const [first, second] = [a.dataset.value, b.dataset.value];
  if (first !== undefined && second !== undefined) return Number(first) - Number(second);
  if (first !== second) return first === undefined ? 1 : -1;
  return a.textContent.localeCompare(b.textContent, "en", { numeric: true });
}
