// What a part frees when it leaves the page. Streamlit also runs the cleanup of a call that a newer one has overtaken:
// then the part is still on the page, and to free what it holds would lose clicks, listeners and pictures.

/** The cleanup to return to Streamlit: runs `free` once the element has left the page, and does nothing before. */
function whenGone(parentElement, free) {
  return () => {
    if (!parentElement.isConnected) free();
  };
}
