// An invisible component: puts the state that Python sends where the sheet finds it.

export default function ({ data }) {
  sheetStates().set(data.channel, data);
  window.dispatchEvent(new CustomEvent(STATE_EVENT, { detail: data.channel }));
}
